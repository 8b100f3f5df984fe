"""Who moved up a tier, and whether their posts persuade as well as before: the sentences, and everybody who moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.tables.privacy import pseudonyms
from influence_graph.views.amounts import day
from influence_graph.views.page import UNKNOWN, amount, known
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Row, Scale, Table, anchor, parts
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, called

ROWS, SHOWN = 60, 10
"""People who are listed, those of the surest ratio first, and those that are not folded away."""
_TIMES = Scale(low=1 / 8, high=8.0, log=True)
"""Ratios are drawn from an eighth to eight times."""


def growth(result: Mapped, names: Names) -> Block | None:
    """Those who moved up; who is no creator under a pseudonym. Nothing without a history of follower counts."""
    if result.growth is None:
        return None
    shows = parts(told(result, "growth"), _table(result.growth.table, names))
    return Block("growth", say("reports.growth-title"), shows, say("reports.growth-lead")) if shows else None


def _table(table: pd.DataFrame, names: Names) -> Table | None:
    if table.empty:
        return None
    width = table["ratio_high"] / table["ratio_low"]
    rows = table.assign(width=width, called=called(table)).sort_values(["width", "person_id"], kind="stable").head(ROWS)
    rows["shown"] = rows["person_id"]
    if names != "all":
        others = ~rows["is_creator"].astype(bool)
        masks = pd.Series(pseudonyms(rows["person_id"]), index=rows.index)
        rows["called"], rows["shown"] = rows["called"].mask(others, masks), rows["shown"].mask(others, masks)
    columns = (
        Column(say("reports.growth-person")),
        Column(say("reports.growth-moved")),
        Column(say("reports.followers"), "number"),
        Column(say("reports.growth-before"), "number"),
        Column(say("reports.growth-after"), "number"),
        Column(say("reports.growth-times"), "gauge"),
    )
    lead = say("reports.rows", shown=len(rows), n=len(table), file="growth.csv") if len(rows) < len(table) else ""
    cells = tuple(map(_row, rows.to_dict("records")))
    return Table("growth-people", columns, cells, say("reports.growth-people"), lead, shown=SHOWN)


def _row(row: Mapping[Any, Any]) -> Row:
    tiers = " → ".join(tier or say("growth.below") for tier in (row["from_tier"], row["to_tier"]))
    first = say("reports.growth-from", followers=row["followers_first"])
    cells = (
        Cell(row["called"], row["called"], aside=say("reports.growth-sudden") if row["sudden"] else ""),
        Cell(tiers, aside=day(row["moved_at"])),
        Cell(amount(row["followers"]), row["followers"], aside=first),
        _rate(row, "before"),
        _rate(row, "after"),
        _ratio(row),
    )
    return Row(anchor("growth", row["shown"]), cells)


def _rate(row: Mapping[Any, Any], period: str) -> Cell:
    """Conversions per 1,000 exposures in a period."""
    middle, low, high = (row[f"per_1000{end}_{period}"] for end in ("", "_low", "_high"))
    if not known(middle):
        return Cell(UNKNOWN)
    return Cell(number(middle, ",.1f"), middle, aside=f"{number(low, ',.1f')}–{number(high, ',.1f')}")


def _ratio(row: Mapping[Any, Any]) -> Cell:
    """After over before, drawn."""
    middle, low, high = (row[name] for name in ("ratio", "ratio_low", "ratio_high"))
    if not known(middle):
        return Cell(UNKNOWN)
    aside = f"{number(low, ',.2f')}–{number(high, ',.2f')}"
    gauge = Gauge(_TIMES.at(middle), _TIMES.at(low), _TIMES.at(high), mark=_TIMES.at(1.0), dot=True)
    return Cell(number(middle, ",.2f"), middle, aside=aside, gauge=gauge)
