"""Where rules and model disagree most, in sentences: who looks better by a rule than they are, who worse, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from influence_graph.drivers.identify import SURE
from influence_graph.findings import Finding, credited

NAMED = 2
"""Creators named on each side of a rule."""
LEAST = 1.0
"""Orders by which a rule has to be off before anybody is told of it."""


def tell(
    creators: pd.DataFrame, rules: pd.DataFrame, people: pd.DataFrame, total: Mapping[str, Any]
) -> Iterator[Finding]:
    """What the strategist should know of the rules, most important first.

    Parameters
    ----------
    creators, rules : DataFrame
        As `Comparison` holds them.
    people : DataFrame
        The map's people, for activity and persuasion.
    total : mapping
        The model's totals.

    Yields
    ------
    Finding
        Who is over- or under-credited is said only of creators whose effect can be told, and only where a rule's part
        of the driven total lies outside the creator's own interval, by an order or more. O(creators log creators).
    """
    handed = rules.set_index("rule")["handed_out"]
    rule = "last_touch" if handed["last_touch"] == handed["last_touch"] else "linear"
    yield _total(rule, float(handed[rule]), total)
    correlation = rules.set_index("rule")["correlation"]
    if credited(total):
        yield from _why(creators)
        for name, message in (
            ("last_touch", "comparison.rank-last-touch"),
            ("follower_share", "comparison.rank-followers"),
            ("claimed", "comparison.rank-claimed"),
        ):
            if correlation[name] == correlation[name]:
                n = int((creators["driven"].notna() & creators[name].notna()).sum())
                numbers = {"correlation": float(correlation[name]), "n": n}
                yield Finding(message, numbers, f"compare: {name}, driven")
        yield from _by_last_touch(creators)
        yield from _by_followers(creators, people)
        yield from _by_claims(creators)
    yield from _limits(rules, total)


def _total(rule: str, handed: float, total: Mapping[str, Any]) -> Finding:
    """What is handed out and what was driven."""
    basis = f"compare: {rule}, driven"
    if total["driven_low"] is None or not handed:
        return Finding("comparison.no-exposure", {"conversions": float(total["conversions"])}, basis)
    keys = ("conversions", "driven", "driven_low", "driven_high")
    numbers = {"handed": handed, **{key: float(total[key]) for key in keys}}
    if not credited(total):
        return Finding("comparison.total-none", numbers, basis)
    message = "comparison.total" if rule == "last_touch" else "comparison.total-linear"
    return Finding(message, numbers, basis)


def _why(creators: pd.DataFrame) -> Iterator[Finding]:
    """Where last touch's credit went, over all creators."""
    handed = creators["last_touch"].sum()
    if handed > 0:
        parts = {name: float(creators[f"last_touch_{name}"].sum() / handed) for name in ("organic", "others")}
        yield Finding("comparison.why", parts, "compare: last_touch_organic, last_touch_others")


def _by_last_touch(creators: pd.DataFrame) -> Iterator[Finding]:
    for over, row in _apart(creators, "last_touch"):
        numbers = _numbers(row, "last_touch")
        basis = "compare: last_touch, driven, last_touch_organic, last_touch_others, last_touch_missed"
        if over:
            parts = {name: row[f"last_touch_{name}"] / row["last_touch"] for name in ("organic", "others")}
            yield Finding("comparison.over-last-touch", numbers | parts, basis, "people")
        else:
            numbers["missed"] = row["last_touch_missed"]
            yield Finding("comparison.under-last-touch", numbers, basis, "people")


def _by_followers(creators: pd.DataFrame, people: pd.DataFrame) -> Iterator[Finding]:
    why = people.set_index("person_id")[["activity", "persuasion"]]
    compared = creators.join(why, on="person_id").dropna(subset=["follower_share", "activity", "persuasion"])
    for over, row in _apart(compared, "follower_share"):
        numbers = _numbers(row, "follower_share") | {name: row[name] for name in ("followers", *why)}
        message = "comparison.over-followers" if over else "comparison.under-followers"
        yield Finding(message, numbers, "compare: follower_share, driven; people.csv: activity, persuasion", "people")


def _by_claims(creators: pd.DataFrame) -> Iterator[Finding]:
    """Claims are counts: taken as they are, not as parts of a budget."""
    for over, row in _apart(creators, "claimed", scaled=False, named=1):
        message = "comparison.over-claimed" if over else "comparison.under-claimed"
        yield Finding(message, _numbers(row, "claimed"), "compare: claimed, driven", "people")


def _apart(
    creators: pd.DataFrame, rule: str, *, scaled: bool = True, named: int = NAMED
) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Those whom a rule credits beyond their interval, the furthest first, then those whom it leaves below."""
    credit, driven = creators[rule], creators["driven"]
    told = creators.assign(credit_share=credit / credit.sum(), driven_share=driven / driven.sum())
    given = told["credit_share"] * driven.sum() if scaled else credit
    sure = told["identifiable"].eq(SURE).fillna(False)
    sure &= (given - driven).abs().ge(LEAST)
    beyond = (given - driven)[sure & (given > told["driven_high"])].nlargest(named)
    below = (driven - given)[sure & (given < told["driven_low"])].nlargest(named)
    for over, some in ((True, beyond), (False, below)):
        for row in told.loc[some.index].to_dict("records"):
            yield over, {str(name): value for name, value in row.items()}


def _numbers(row: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """Who it is, what the rule gives them and what we found."""
    called = row["name"] if isinstance(row["name"], str) and row["name"] else row["person_id"]
    figures = ("driven", "driven_low", "driven_high", "driven_share", "credit_share")
    return {
        "person_id": row["person_id"],
        "name": called,
        "credit": float(row[rule]),
        **{figure: float(row[figure]) for figure in figures},
    }


def _limits(rules: pd.DataFrame, total: Mapping[str, Any]) -> Iterator[Finding]:
    """What some rule can't say here."""
    handed = rules.set_index("rule")["handed_out"]
    if total["anonymous"]:
        numbers = {"n": float(total["anonymous"]), "conversions": float(total["conversions"])}
        yield Finding("comparison.anonymous", numbers, "conversions: person_id", "limits")
    for rule, message in (("follower_share", "comparison.no-followers"), ("claimed", "comparison.no-claims")):
        if handed[rule] != handed[rule]:
            yield Finding(message, {}, f"compare: {rule}", "limits")
    if handed["markov"] != handed["markov"] and handed["shapley"] == handed["shapley"]:
        yield Finding("comparison.no-markov", {}, "compare: markov", "limits")
