"""What groups say: how performance runs with size, which groups differ, and what could not be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.programme.groups.compared import Compared
from influence_graph.programme.groups.curve import Curve
from influence_graph.programme.groups.engagement import LEAST_PEOPLE
from influence_graph.programme.groups.words import GroupName
from influence_graph.tables.schema import Note

CHANCE = 0.05
"""How often all comparisons together may name a difference where there is none."""
APART = 2.0
"""Times between platforms' usual engagement from which on sizes are to be compared within a platform."""
_SHAPES = MappingProxyType(
    {
        ("per_1000", "rises"): "groups.driven-rises",
        ("per_1000", "falls"): "groups.driven-falls",
        ("per_1000", "peaks"): "groups.driven-peaks",
        ("per_1000", "dips"): "groups.driven-dips",
        ("per_1000", "no evidence"): "groups.driven-even",
        ("engagement_followers", "rises"): "groups.engagement-rises",
        ("engagement_followers", "falls"): "groups.engagement-falls",
        ("engagement_followers", "peaks"): "groups.engagement-peaks",
        ("engagement_followers", "dips"): "groups.engagement-dips",
        ("engagement_followers", "no evidence"): "groups.engagement-even",
    }
)
_DIFFER = MappingProxyType(
    {
        "role": "groups.role-differs",
        "platform": "groups.platform-differs",
        "kind": "groups.kind-differs",
        "deal": "groups.deal-differs",
    }
)


def tell(
    table: pd.DataFrame,
    curves: Sequence[Curve],
    compared: Sequence[Compared],
    missing: Mapping[str, float],
) -> Iterator[Note]:
    """The sentences, most important first.

    Parameters
    ----------
    table : DataFrame
        As `Groups` holds it.
    curves : sequence of Curve
    compared : sequence of Compared
    missing : mapping
        Counts of what could not be used, by message id.

    Yields
    ------
    Note
        O(groups).
    """
    for curve in curves:
        message = _SHAPES.get((curve.measure, curve.shape))
        if message:
            told = {"n": curve.people, "times": curve.tenfold}
            told |= {"low": curve.tenfold_low, "high": curve.tenfold_high}
            yield Note(message, told | ({"followers": curve.top} if curve.top == curve.top else {}))
    yield from _returns(table)
    yield from _differences(table, compared)
    for message, count in missing.items():
        if count:
            yield Note(message, {"n": count})


def mixed(table: pd.DataFrame) -> float:
    """How many times as much engagement by followers is usual on one platform as on another; 0 for less than twice."""
    rows = table[table["by"].eq("platform") & table["group"].ne("") & table["people"].ge(LEAST_PEOPLE)]
    usual = rows["engagement_followers"].dropna()
    times = float(usual.max() / usual.min()) if len(usual) > 1 and usual.min() > 0 else 0.0
    return times if times >= APART else 0.0


def _returns(table: pd.DataFrame) -> Iterator[Note]:
    """What comes back of what paid posts cost."""
    paid = table[table["by"].eq("deal") & table["group"].eq("paid") & table["roas"].notna()]
    for row in paid.to_dict("records"):
        named = {"each": "cost_per_driven", "back": "roas", "low": "roas_low", "high": "roas_high"}
        numbers = {ours: float(row[theirs]) for ours, theirs in named.items()}
        if pd.isna(row["currency"]):
            yield Note("groups.returns-bare", numbers)
        else:
            yield Note("groups.returns", {**numbers, "currency": str(row["currency"])})


def _differences(table: pd.DataFrame, compared: Sequence[Compared]) -> Iterator[Note]:
    """Which groupings tell apart what is driven, each with its best and its least group."""
    clear = []
    for each in sorted(compared, key=lambda each: each.chance):
        rows = table[table["by"].eq(each.by)].iloc[each.places]
        order = np.argsort(-rows["per_1000"].to_numpy(dtype=np.float64), kind="stable")
        rows, surplus = rows.iloc[order], each.surplus[order]
        along = surplus[0] > surplus[-1]  # else one creator alone makes the rate what it is
        if each.chance < CHANCE / len(compared) and along:
            clear.append((each.by, rows))
    for by, rows in clear:
        falling = rows.to_dict("records")
        numbers: dict[str, Any] = {}
        for name, row in (("upper", falling[0]), ("lower", falling[-1])):
            numbers[name] = GroupName(by, str(row["group"]))
            ends = {"rate": "per_1000", "low": "per_1000_low", "high": "per_1000_high"}
            numbers |= {f"{name}_{end}": float(row[column]) for end, column in ends.items()}
        yield Note(_DIFFER[by], numbers)
    if compared and not clear:
        yield Note("groups.alike", {})
