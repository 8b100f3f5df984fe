"""What works where, in sentences: what differs, who comes next, and what the data are too few for."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pandas as pd

from influence_graph.programme.groups.words import GroupName
from influence_graph.programme.match.matrix import CHANCES, FEW
from influence_graph.tables.privacy import pseudonyms
from influence_graph.tables.schema import Note

STABLE = 0.3
"""Agreement of communities over seeds, below which they are hardly groups at all."""
NAMED = 3
"""Communities whose next creator is named in a sentence, those to which most is added."""
_DIFFERS = MappingProxyType({"role": "match.role-differs", "kind": "match.kind-differs"})
_UNCLEAR = MappingProxyType({"role": "match.role-unclear", "kind": "match.kind-unclear"})
_FEW = MappingProxyType({"role": "match.few-roles", "kind": "match.few-kinds"})


def tell(
    matrix: pd.DataFrame,
    everywhere: pd.DataFrame,
    evidence: pd.DataFrame,
    rows: pd.DataFrame,
    week: pd.DataFrame,
    *,
    stability: float,
    active: int | None,
    timezone: str | None,
) -> Iterator[Note]:
    """What there is to say, as `Match` holds it: whether communities differ stands first.

    `everywhere` is what posts drive in every community, also those that were not asked for. `active` is None where all
    are active, and nobody was therefore taken to be.
    """
    yield from _differences(matrix, everywhere, evidence)
    if stability < STABLE:
        yield Note("match.unstable", {"stability": float(stability)})
    yield from _next(rows, active)
    hours = week[week["evident"].astype(bool)] if len(week) else week
    if hours.empty:
        yield Note("match.any-hour", {})
    elif timezone is None:
        yield Note("timing.utc", {})


def _differences(matrix: pd.DataFrame, everywhere: pd.DataFrame, evidence: pd.DataFrame) -> Iterator[Note]:
    evident = evidence[evidence["evident"].astype(bool)]
    if evident.empty:
        altogether = sum(CHANCES.values()) * (evidence["chance"] / evidence["by"].map(dict(CHANCES))).min()
        yield Note("match.alike", {"chance": min(1.0, float(altogether))})
        return
    for by in evident["by"]:
        told = matrix[matrix["by"].eq(by)]
        if by == "creator":
            yield Note("match.creators-differ", {})
        elif by == "community":
            yield _best_and_least(everywhere)
        else:
            clear = _clear(told)
            for row in clear.to_dict("records"):
                group = {"group": GroupName(by, str(row["group"])), "beyond": float(row["beyond"])}
                yield Note(_DIFFERS[by], {**group, **_cell(row)})
            if clear.empty:
                yield Note(_UNCLEAR[by], {})
            few = int(told["own"].lt(FEW).sum())
            if few:
                yield Note(_FEW[by], {"n": few, "of": len(told)})


def _best_and_least(told: pd.DataFrame) -> Note:
    """The communities where posts work surely better and surely worse than usual, where there are both."""
    if len(told) > 1:
        best, least = told.nlargest(1, "times_low").iloc[0], told.nsmallest(1, "times_high").iloc[0]
        if best["community"] != least["community"] and best["times_low"] > 1.0 > least["times_high"]:
            cells = {**_cell(best), **{f"least_{name}": value for name, value in _cell(least).items()}}
            return Note("match.community-differs", cells)
    return Note("match.community-unclear", {})


def _clear(told: pd.DataFrame) -> pd.DataFrame:
    """The cell of each community whose group does most surely better there than what all posts do there explains."""
    above = told[told["beyond_low"].gt(1.0)].sort_values("beyond_low", ascending=False, kind="stable")
    return above.drop_duplicates("community").head(NAMED)


def _cell(row: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"community": str(row["community"]), "times": float(row["times"])}
    return told | {
        "rate": float(row["per_1000"]), "low": float(row["per_1000_low"]), "high": float(row["per_1000_high"])
    }  # fmt: skip


def _next(rows: pd.DataFrame, active: int | None) -> Iterator[Note]:
    """The first of the communities to which most is added."""
    first = rows[rows["rank"].eq(1)].nlargest(NAMED, "expected")
    if len(first) and active != 0:
        yield Note("match.all-active", {}) if active is None else Note("match.beside", {"n": active})
    masks = dict(zip(first["person_id"], pseudonyms(first["person_id"]), strict=True))
    for row in first.to_dict("records"):
        person = str(row["person_id"])
        called = row["name"] if isinstance(row["name"], str) and row["name"] else person
        numbers: dict[str, Any] = {key: float(row[key]) for key in ("expected", "low", "high")}
        creator = {"person_id": person, "name": str(called)} if row["is_creator"] else {"name": str(masks[person])}
        numbers |= {"community": str(row["community"]), **creator}
        if active is None:
            yield Note("match.next-alone", numbers)
        else:
            yield Note("match.next", {**numbers, "reach": float(row["reach"]), "fresh": float(row["fresh"])})
    doubtful = rows.groupby("person_id")["low"].max().le(0.0)  # who is proposed in several communities is one
    if doubtful.any():
        yield Note("match.unsure", {"n": int(doubtful.sum()), "of": len(doubtful)})
