"""How the content of each group performs: the sentences, the curve, and a table a grouping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import RATE, number, say
from influence_graph.programme.groups.words import HEADINGS, group_name
from influence_graph.views.amounts import money
from influence_graph.views.figures import performance_by_followers
from influence_graph.views.page import UNKNOWN, amount, known
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Row, Scale, Table, anchor, parts
from influence_graph.views.report.drawings import draw
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names

ROWS, SHOWN = 30, 8
"""Rows a table, those with most posts, and those that are not folded away."""
_ON_PHONES = {"width": 290, "height": 260, "most": 150}


def groups(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # names nobody
    """Performance by size, role, platform, kind of post and pay; campaigns have a block of their own."""
    if result.groups is None:
        return None
    table = result.groups.table
    figure = draw(
        performance_by_followers,
        result,
        name="performance",
        caption=say("reports.performance-caption"),
        narrow=_ON_PHONES,
    )
    shown = [_table(say(heading), by, table) for by, heading in HEADINGS.items() if by != "campaign"]
    shows = parts(told(result, "groups"), figure, *shown, _percentiles(result.groups.percentiles))
    return Block("groups", say("reports.groups-title"), shows, say("reports.groups-lead")) if shows else None


def _table(heading: str, by: str, table: pd.DataFrame) -> Table | None:
    rows = table[table["by"].eq(by)]
    if len(rows) < 2:  # one alone is the whole
        return None
    n, rows = len(rows), rows.nlargest(ROWS, "posts", keep="first").sort_index()
    scale = Scale(max(float(rows["per_1000_high"].max()), 1e-9)) if rows["per_1000"].notna().any() else None
    columns = [
        Column(say("reports.group")),
        Column(say("reports.people"), "number"),
        Column(say("reports.shares"), "number"),
        *([Column(say("reports.per-1000"), "gauge"), Column(say("reports.driven"), "number")] if scale else []),
        Column(say("reports.engagement"), "number"),
        *([Column(say("reports.cost-per-driven"), "number")] if rows["cost_per_driven"].notna().any() else []),
    ]
    lead = say("reports.rows", shown=len(rows), n=n, file="groups.csv") if len(rows) < n else ""
    told = tuple(_row(by, row, scale, len(columns)) for row in rows.to_dict("records"))
    return Table(f"groups-{by}", tuple(columns), told, heading, lead, shown=SHOWN)


def _percentiles(rows: pd.DataFrame) -> Table | None:
    """One's own engagement by platform and size first, and what is quoted of others."""
    if rows.empty:
        return None
    columns = (
        Column(say("reports.group")),
        Column(say("reports.people"), "number"),
        Column(say("reports.own-median"), "number"),
        Column(say("reports.quoted"), "number"),
    )
    told = []
    for row in rows.head(ROWS).to_dict("records"):
        name = ", ".join(filter(None, (row["platform"], row["tier"]))) or group_name("tier", "")
        between = f"{_percent(row['p10'])}–{_percent(row['p90'])}" if known(row["p10"]) else ""
        year = f"{row['year']:.0f}" if known(row["benchmark"]) else ""
        quoted = Cell(_percent(row["benchmark"]), aside=year)
        cells = (Cell(name), Cell(amount(row["people"])), Cell(_percent(row["p50"]), aside=between), quoted)
        told.append(Row(anchor("percentiles", name), cells))
    heading, lead = say("reports.percentiles"), say("reports.percentiles-lead")
    return Table("percentiles", columns, tuple(told), heading, lead, shown=SHOWN)


def _row(by: str, row: Mapping[Any, Any], scale: Scale | None, columns: int) -> Row:
    cells = [
        Cell(group_name(by, row["group"]), aside=_followers(row)),
        Cell(amount(row["people"])),
        Cell(amount(row["posts"])),
    ]
    if scale:
        middle, low, high = (scale.at(row[name]) for name in ("per_1000", "per_1000_low", "per_1000_high"))
        between = f"{_rate(row['per_1000_low'])}–{_rate(row['per_1000_high'])}" if known(row["per_1000_low"]) else ""
        cells += [Cell(_rate(row["per_1000"]), aside=between, gauge=Gauge(middle, low, high))]
        cells += [Cell(amount(row["driven"]))]
    low, high = row["engagement_followers_q25"], row["engagement_followers_q75"]
    spread = f"{_percent(low)}–{_percent(high)}" if known(low) else ""
    cells.append(Cell(_percent(row["engagement_followers"]), aside=spread))
    if len(cells) < columns:
        currency = row["currency"] if isinstance(row["currency"], str) else None
        low, high = row["cost_per_driven_low"], row["cost_per_driven_high"]
        between = f"{money(low, currency)}–{money(high, currency)}" if known(low) and known(high) else ""
        cells.append(Cell(money(row["cost_per_driven"], currency), aside=between))
    return Row(anchor(f"group-{by}", row["group"]), tuple(cells))


def _followers(row: Mapping[Any, Any]) -> str:
    return say("reports.typical-followers", followers=amount(row["followers"])) if known(row["followers"]) else ""


def _rate(value: Any) -> str:
    return number(float(value), ",.1f") if known(value) else UNKNOWN


def _percent(value: Any) -> str:
    return number(float(value), RATE) if known(value) else UNKNOWN
