"""One person's credit in sentences: what it is, what stands behind it, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from influence_graph.drivers.identify import FAN_EFFECT, FEW, NO_BUYERS, SURE, TOGETHER
from influence_graph.findings import Finding, credited
from influence_graph.map import MapResult

LEAST_SAID = 0.05
"""Orders: what is less is called nothing."""
ANONYMOUS = 0.2
"""Part of the credit that comes from orders without a buyer from which on it is said."""
TRACED = 3
"""Orders that are said to make up so and so much of the credit."""


def tell(
    credit: Mapping[str, Any], who: str, shares: pd.DataFrame, orders: pd.DataFrame, result: MapResult
) -> Iterator[Finding]:
    """What there is to say of somebody's credit, most important first.

    Parameters
    ----------
    credit : mapping
        What the map says of them, None where unknown.
    who : str
        Their id.
    shares, orders : DataFrame
        As `Explanation` holds them.
    result : MapResult

    Yields
    ------
    Finding
        Its numbers hold `name`: what they are called. O(shares + orders).
    """
    called = {"name": credit["name"] or credit["person_id"]}
    if shares.empty:
        yield Finding("explanation.no-shares", called, "shares: person_id")
        return
    if credit["driven"] is None:
        yield Finding("explanation.no-orders", called | {"n": len(shares)}, "conversions")
        return
    total = result.drivers.total
    yield _driven(credit, called, total, len(shares))
    if credit["lift"] is not None:
        yield from _lift(credit, called)
    yield from _orders(credit, called, orders)
    yield from _claims(credit, called, orders)
    yield from _ripple(credit, called, shares)
    yield from _doubts(credit, called, who, orders, result)


def _driven(credit: Mapping[str, Any], called: Mapping[str, Any], total: Mapping[str, Any], shares: int) -> Finding:
    numbers = _of(credit, called, "driven", "driven_low", "driven_high") | {
        "conversions": float(total["conversions"]),
        "n": shares,
    }
    if len(numbers) < 6:  # no interval: nothing was fitted
        return Finding("explanation.no-exposure", {**called, "n": shares}, "people.csv: driven")
    if not credited(total):
        return Finding("explanation.total-none", numbers, "people.csv: driven; run.json: totals")
    if credit["driven"] < LEAST_SAID:
        return Finding("explanation.nothing", numbers, "people.csv: driven")
    return Finding("explanation.driven", numbers, "people.csv: driven, driven_low, driven_high")


def _lift(credit: Mapping[str, Any], called: Mapping[str, Any]) -> Iterator[Finding]:
    """Against their follower count, and by what: being there, or persuading."""
    columns = "followers", "expected", "driven", "lift", "lift_low", "lift_high"
    numbers, basis = _of(credit, called, *columns), "people.csv: lift, expected, beats_followers"
    if credit["beats_followers"]:
        yield Finding("explanation.beats", numbers, basis)
        if credit["lift_low"] <= 1:
            yield Finding("explanation.beats-reach", {**called}, basis, "limits")
    elif credit["lift_high"] < 1:
        yield Finding("explanation.short", numbers, basis)
    else:
        yield Finding("explanation.undecided", numbers, basis)
    parts, basis = _of(credit, called, "activity", "persuasion"), "people.csv: activity, persuasion, persuasive"
    message = "explanation.persuasive" if credit["persuasive"] else "explanation.activity"
    yield Finding(message, parts, basis, "people")


def _orders(credit: Mapping[str, Any], called: Mapping[str, Any], orders: pd.DataFrame) -> Iterator[Finding]:
    known = orders[orders["conversion_id"].notna()]
    if credit["driven"] >= LEAST_SAID and len(known):
        first = known.iloc[0]
        whole = float(first["credit"] + first["others"] + first["organic"])
        numbers = {
            **called,
            "n": len(orders),
            "top": min(TRACED, len(orders)),
            "part": float(orders["credit"].head(TRACED).sum() / orders["credit"].sum()),
            "order": str(first["conversion_id"]),
            "post": str(first["first_post"]),
            "days": float(first["days_from_first"]),
            "credit": float(first["credit"]) / whole,
            "organic": float(first["organic"]) / whole,
        }
        yield Finding("explanation.orders", numbers, "explain: orders, paths", "people")


def _claims(credit: Mapping[str, Any], called: Mapping[str, Any], orders: pd.DataFrame) -> Iterator[Finding]:
    """What codes and links say, and what became of it."""
    if credit["claimed"] is None:
        return
    coded = orders[orders["claimed_by"].eq(credit["person_id"])]  # as both are shown: who is no creator by a pseudonym
    numbers = {
        **called,
        "claimed": credit["claimed"],
        "theirs": float(coded["credit"].sum()),
        "uncoded": float(max(credit["driven"] - coded["credit"].sum(), 0.0)),
    }
    yield Finding("explanation.claims", numbers, "people.csv: claimed, driven; explain: orders", "people")


def _ripple(credit: Mapping[str, Any], called: Mapping[str, Any], shares: pd.DataFrame) -> Iterator[Finding]:
    numbers = _of(credit, called, "ripple", "ripple_low", "ripple_high")
    if len(numbers) == 4 and (credit["ripple"] >= LEAST_SAID or shares["passed_on"].sum() >= 0.5):
        numbers["passed_on"] = float(shares["passed_on"].sum())
        yield Finding("explanation.ripple", numbers, "people.csv: ripple, ripple_low, ripple_high", "people")


def _doubts(
    credit: Mapping[str, Any], called: Mapping[str, Any], who: str, orders: pd.DataFrame, result: MapResult
) -> Iterator[Finding]:
    """What makes the credit doubtful."""
    verdict = credit["identifiable"] or ""
    span, basis = _of(credit, called, "driven_low", "driven_high"), "people.csv: identifiable, driven_low, driven_high"
    for word, message in (
        (FAN_EFFECT, "explanation.fan-effect"),
        (NO_BUYERS, "explanation.no-buyers"),
        (FEW, "explanation.few-exposures"),
    ):
        if verdict == word:
            yield Finding(message, span, basis, "limits")
    if verdict.startswith(TOGETHER):
        yield from _together(called, who, verdict, result)
    total = result.drivers.total
    if credited(total) and verdict in (SURE, FEW):
        yield from _unseen(credit, called)
    low, high, claimed = (credit[name] for name in ("driven_low", "driven_high", "claimed"))
    if claimed is not None and low is not None and not low <= claimed <= high:
        numbers = _of(credit, called, "claimed", "driven_low", "driven_high")
        message = "explanation.claims-more" if claimed > high else "explanation.claims-less"
        yield Finding(message, numbers, "people.csv: claimed, driven_low, driven_high", "limits")
    nameless = orders.loc[orders["conversion_id"].isna(), "credit"].sum()
    if nameless > ANONYMOUS * orders["credit"].sum() > 0:
        numbers = {**called, "part": float(nameless / orders["credit"].sum())}
        yield Finding("explanation.anonymous", numbers, "conversions: person_id", "limits")
    workings = result.drivers.workings
    if workings is not None and workings.origins.learnt and credit["ripple"]:
        numbers = {"known": float(workings.origins.known), "learnt": workings.origins.learnt}
        yield Finding("explanation.learnt", numbers, "shares: parent_share_id", "limits")
    if any(note.id == "drivers.undated-follows" for note in total["notes"]):
        yield Finding("explanation.undated", {}, "follows: since", "limits")


def _together(called: Mapping[str, Any], who: str, verdict: str, result: MapResult) -> Iterator[Finding]:
    groups = result.drivers.groups
    if groups is not None:
        mine = groups[groups["person_id"].eq(who)]
        for row in mine.to_dict("records"):
            numbers = {**called, "others": verdict.removeprefix(TOGETHER).strip()}
            numbers |= {name: float(row[name]) for name in ("driven", "driven_low", "driven_high")}
            yield Finding("explanation.together", numbers, "explain: group", "limits")


def _unseen(credit: Mapping[str, Any], called: Mapping[str, Any]) -> Iterator[Finding]:
    """What it would take to explain it away."""
    numbers = _of(credit, called, "e_value", "e_value_low")
    if len(numbers) == 3 and credit["driven"] >= LEAST_SAID:
        surely = credit["e_value_low"] >= 1.05
        message = "explanation.unseen" if surely else "explanation.unseen-slight"
        yield Finding(message, numbers, "people.csv: e_value, e_value_low", "limits")


def _of(credit: Mapping[str, Any], called: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """Who it is, and these numbers of theirs where they are known."""
    return {**called, **{name: float(credit[name]) for name in columns if credit[name] is not None}}
