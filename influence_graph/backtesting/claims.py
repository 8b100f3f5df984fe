"""The verdict: what can be claimed after orders that no model had seen, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import expm1
from typing import Any, Literal

from influence_graph.backtesting.intervals import Interval
from influence_graph.language import say

Answer = Literal["yes", "no", "no evidence", "not judged"]
LARGEST = 5.0
"""Gains in log likelihood an order that are shown; an interval without end is cut here."""
AS_WELL = 0.1
"""Followers predict as well where own rates surely gain less beyond them than this part of what shares gain at all."""
SHARES, CREATORS, FOLLOWERS = "shares drive conversions", "creators differ", "followers predict as well"


@dataclass(frozen=True)
class Claim:
    """A claim and what became of it.

    Attributes
    ----------
    claim : str
        "shares drive conversions", "creators differ" or "followers predict as well".
    answer : {"yes", "no", "no evidence", "not judged"}
    id : str
        Message id.
    numbers : dict
        Plain values. Gains are parts: 0.1 makes orders one tenth likelier.
    """

    claim: str
    answer: Answer
    id: str
    numbers: dict[str, Any]

    @property
    def asked(self) -> bool:
        """Whether the claim could be put to the test: how creators differ can't, where none drives anything."""
        return not self.id.endswith("-unasked")

    @property
    def text(self) -> str:
        """The sentence, in the language in force."""
        return say(self.id, **self.numbers)

    def record(self) -> dict[str, Any]:
        """The claim as `backtest.json` holds it."""
        return {"claim": self.claim, "answer": self.answer, "id": self.id, "numbers": self.numbers, "text": self.text}


def claims(
    gains: Mapping[str, Interval], *, credited: float, floor: float, units: int, stirred: bool = False
) -> Iterator[Claim]:
    """What the paired gains allow to claim.

    Parameters
    ----------
    gains : mapping of str to Interval
        "shares", "timing", where it was looked at "direction", "creators", "own_over_followers": log likelihood per
        order.
    credited : float
        Part of the held-out orders that the common persuasion, learnt elsewhere, is credited with.
    floor : float
        The part that the method may credit where nobody moves anybody.
    units : int
        Parts in which orders were held out.
    stirred : bool
        Whether all credit may be what moved whole communities, as people beside the follows tell.
    """
    shares = _likelier(gains["shares"]) | {"n": units, "credited": credited}
    reason = _why_not(gains, credited, floor, stirred)
    if reason:
        numbers = {"n": units, "credited": credited, "floor": floor, **_likelier(gains[reason[1]])}
        yield Claim(SHARES, "no evidence", reason[0], numbers)
        yield Claim(CREATORS, "no evidence", "backtesting.creators-unasked", {"n": units})
        yield Claim(FOLLOWERS, "no evidence", "backtesting.followers-unasked", {"n": units})
        return
    yield Claim(SHARES, "yes", "backtesting.shares-drive", shares)
    differ = gains["creators"].low > 0.0
    message = "backtesting.creators-differ" if differ else "backtesting.creators-none"
    numbers = {"n": units, **_likelier(gains["creators"])}
    yield Claim(CREATORS, "yes" if differ else "no evidence", message, numbers)
    if "own_over_followers" not in gains:
        yield Claim(FOLLOWERS, "not judged", "backtesting.followers-unknown", {"n": units})
        return
    answer, message = _followers(gains["own_over_followers"], gains["shares"], differ)
    yield Claim(FOLLOWERS, answer, message, {"n": units, **_likelier(gains["own_over_followers"])})


def unjudged(message: str, **numbers: Any) -> list[Claim]:
    """All claims left open, for one reason."""
    return [Claim(claim, "not judged", message, {"n": 0, **numbers}) for claim in (SHARES, CREATORS, FOLLOWERS)]


def _followers(beyond: Interval, shares: Interval, differ: bool) -> tuple[Answer, str]:
    """Whether follower counts do as well, given what own rates gain beyond them and what shares gain at all."""
    if beyond.low > 0.0 and differ:
        return "no", "backtesting.followers-short"
    if beyond.high <= AS_WELL * shares.mean:
        return "yes", "backtesting.followers-suffice"
    return "no evidence", "backtesting.followers-none"


def _why_not(gains: Mapping[str, Interval], credited: float, floor: float, stirred: bool) -> tuple[str, str] | None:
    """The message that says why shares can't be said to drive anything, and the gain it is about."""
    if not gains["shares"].low > 0.0:
        return "backtesting.shares-none", "shares"
    if not gains["timing"].low > 0.0:
        return "backtesting.shares-timing", "timing"
    if credited <= floor:
        return "backtesting.shares-small", "shares"
    if stirred:
        return "backtesting.shares-stirred", "shares"
    if "direction" in gains and not gains["direction"].low > 0.0:
        return "backtesting.shares-direction", "direction"
    return None


def _likelier(gain: Interval) -> dict[str, float]:
    """A gain in log likelihood as what it makes of an order's chance."""
    parts = {"gain": gain.mean, "low": gain.low, "high": gain.high}
    return {name: expm1(min(value, LARGEST)) for name, value in parts.items()}
