"""Do the followed share first? If not, the two columns of follows are probably swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.tables.distinct import look_up
from influence_graph.tables.schema import Note

ENOUGH_PAIRS = 50
SIGNIFICANT = 3.0
_AT_ONCE = 4_000_000  # comparisons held in memory at a time

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Direction:
    """What the times of shares say about the direction of follows.

    Attributes
    ----------
    followed_first : float
        Part of the pairs, in [0, 1], in which the followed shared before the follower; NaN without pairs.
    pairs : int
        Pairs of a follow and a topic (campaign or content) both shared, at different times.
    z : float
        Distance from one half in standard errors that let pairs with a person in common move together.
    swapped : bool
        Whether the followed share first significantly less often than the followers.
    """

    followed_first: float
    pairs: int
    z: float
    swapped: bool

    def notes(self) -> tuple[Note, ...]:
        """What to tell the user, numbers included: nothing unless the columns look swapped."""
        told = {"part": self.followed_first, "n": self.pairs, "z": self.z}
        return (Note("resolve.follows-swapped", told),) if self.swapped else ()


def direction(follows: pd.DataFrame, shares: pd.DataFrame) -> Direction:
    """How often the followed share before their followers do.

    A follower sees what the followed share, so in a true table the followed share first more often than not, or half
    the time where nobody influences anybody. Significantly under one half, the columns are probably swapped.

    Parameters
    ----------
    follows : DataFrame
        follower_id, followed_id.
    shares : DataFrame
        person_id, shared_at, campaign_id, content_id. Each person's first share of a campaign or of a content counts;
        where no share names either, their first share of all.

    Returns
    -------
    Direction

    Notes
    -----
    The standard error is two-way clustered (Cameron, Gelbach & Miller 2011, doi:10.1198/jbes.2010.07136): a creator
    who happened to post early is early for all of their followers at once, which is one observation, not thousands.
    O(follows x topics of the person with fewer of them), in pieces of bounded memory.
    """
    first = _Firsts(shares)
    wins, losses, by_follower, by_followed, squares = 0, 0, *np.zeros((2, first.people)), 0.0
    for follower, followed, sign in first.compare(*first.both_shared(follows)):
        wins += int((sign > 0).sum())
        losses += int((sign < 0).sum())
        by_follower += np.bincount(follower, sign, first.people)
        by_followed += np.bincount(followed, sign, first.people)
        squares += float(sign @ sign)
    pairs = wins + losses
    if not pairs:
        return Direction(float("nan"), 0, 0.0, swapped=False)
    # Never below the variance of independent pairs, which clusters of opposite signs would undercut.
    variance = max(float(by_follower @ by_follower + by_followed @ by_followed) - squares, squares)
    z = (wins - losses) / variance**0.5
    return Direction(wins / pairs, pairs, z, swapped=pairs >= ENOUGH_PAIRS and z < -SIGNIFICANT)


class _Firsts:
    """Each person's first share of each topic, sorted by person and topic."""

    def __init__(self, shares: pd.DataFrame) -> None:
        topics = [shares[name].where(shares[name].notna()) for name in ("campaign_id", "content_id")]
        told = shares[["person_id", "shared_at"]]
        parts = [told.assign(topic=name + topic)[topic.notna()] for name, topic in zip("pc", topics, strict=True)]
        named = pd.concat(parts)
        if named.empty:
            named = told.assign(topic="")
        person, self.ids = pd.factorize(named["person_id"])
        topic, names = pd.factorize(named["topic"])
        self.people, self.topics = len(self.ids), max(len(names), 1)
        at = named["shared_at"].to_numpy("datetime64[us]").astype(np.int64)
        key = person.astype(np.int64) * self.topics + topic
        order = np.lexsort((at, key))
        fresh = np.flatnonzero(np.diff(key[order], prepend=-1))
        self.key: Ints = key[order][fresh]
        self.at: Ints = at[order][fresh]
        self.start: Ints = np.searchsorted(self.key, np.arange(self.people + 1) * self.topics).astype(np.int64)

    def both_shared(self, follows: pd.DataFrame) -> tuple[Ints, Ints]:
        """Follows between two people who share, as positions."""
        follower, followed = (look_up(follows[name], self.ids) for name in ("follower_id", "followed_id"))
        kept = (follower >= 0) & (followed >= 0) & (follower != followed)
        return follower[kept], followed[kept]

    def compare(self, follower: Ints, followed: Ints) -> Iterator[tuple[Ints, Ints, npt.NDArray[np.float64]]]:
        """Pieces of (follower, followed, sign): +1 where the followed were first, -1 where the follower was."""
        topics = np.diff(self.start)
        fewer = np.minimum(topics[follower], topics[followed])
        pieces = np.cumsum(fewer) // _AT_ONCE if len(fewer) else fewer
        for cut in np.split(np.arange(len(fewer)), np.flatnonzero(np.diff(pieces)) + 1):
            one, other, n = follower[cut], followed[cut], fewer[cut]
            turned = topics[other] < topics[one]
            less, more = np.where(turned, other, one), np.where(turned, one, other)
            pair = np.repeat(np.arange(len(cut)), n)
            here = np.arange(len(pair)) - np.repeat(np.cumsum(n) - n, n) + self.start[less][pair]
            wanted = self.key[here] % self.topics + more[pair] * self.topics
            there = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
            both = self.key[there] == wanted
            pair, here, there = pair[both], here[both], there[both]
            later = np.sign(self.at[here] - self.at[there])  # of the one with fewer topics
            yield one[pair], other[pair], np.where(turned[pair], -later, later).astype(np.float64)
