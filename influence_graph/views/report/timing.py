"""When to post: how soon orders come, whether the hour matters, and whether people tire of posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.programme.groups.words import group_name
from influence_graph.programme.timing import Timing
from influence_graph.programme.timing.sentences import DAYS
from influence_graph.views.page import UNKNOWN, amount, known
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Row, Scale, Table, anchor, parts
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names

ROWS, SHOWN = 8, 10
"""Groups of a grouping that are listed, those that drove most, and rows that are not folded away."""


def timing(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # names nobody
    """The sentences, the week where hours matter, and delays by group."""
    if result.timing is None:
        return None
    shows = parts(told(result, "timing"), _week(result.timing), _delays(result.timing.delays))
    return Block("timing", say("reports.timing-title"), shows, say("reports.timing-lead")) if shows else None


def _week(found: Timing) -> Table | None:
    """What each slot drives against a random one, for the whole programme; only where the hour surely matters."""
    if not found.best["evident"].astype(bool).any():
        return None
    place = found.best.loc[found.best["evident"].astype(bool), "community"].iloc[0]  # the whole programme, if it may be
    slots = found.hours[found.hours["community"].eq(place)]
    spans = slots[["from_hour", "to_hour"]].drop_duplicates().to_numpy().tolist()
    hours = (Column(say("reports.timing-hours", begin=begin, end=end), "number") for begin, end in spans)
    by = {(row["day"], row["from_hour"]): row for row in slots.to_dict("records")}
    rows = tuple(
        Row(f"week-{day}", (Cell(say(name)), *(_slot(by[day, begin]) for begin, _ in spans)))
        for day, name in enumerate(DAYS)
    )
    heading = say("reports.timing-week", zone=found.zone)
    lead = say("reports.timing-in", community=place) if place else ""
    return Table("timing-week", (Column(say("reports.timing-day")), *hours), rows, heading, lead)


def _slot(row: Mapping[Any, Any]) -> Cell:
    middle, low, high = (number(row[name], "+.0%") for name in ("against", "low_against", "high_against"))
    return Cell(middle, row["against"], aside=say("reports.timing-between", low=low, high=high))


def _delays(delays: pd.DataFrame) -> Table | None:
    rows = delays[delays["driven"].ge(1) & delays["median"].notna() & delays["group"].ne("")]
    rows = rows[rows.groupby("by")["group"].transform("size") > 1]  # one alone is the whole
    if rows.empty:
        return None
    rows = rows[rows.groupby("by")["driven"].rank(ascending=False, method="first") <= ROWS]
    scale = Scale(high=max(float(rows[["median", "median_high"]].max().max()), 1e-9))
    columns = (
        Column(say("reports.group")),
        Column(say("reports.driven"), "number"),
        Column(say("reports.timing-half"), "gauge"),
        Column(say("reports.timing-most"), "number"),
    )
    cells = tuple(_delay(row, scale) for row in rows.to_dict("records"))
    return Table("timing-delays", columns, cells, say("reports.timing-delays"), shown=SHOWN)


def _delay(row: Mapping[Any, Any], scale: Scale) -> Row:
    middle, low, high = (row[name] for name in ("median", "median_low", "median_high"))
    gauge = Gauge(scale.at(middle), scale.at(low), scale.at(high))
    called = group_name(row["by"], row["group"])
    cells = (
        Cell(called, called),
        Cell(amount(row["driven"]), row["driven"]),
        Cell(_days(middle), middle, aside=_between(low, high), gauge=gauge),
        Cell(_days(row["most"]), row["most"], aside=_between(row["most_low"], row["most_high"])),
    )
    return Row(anchor(f"delay-{row['by']}", row["group"]), cells)


def _days(value: float) -> str:
    return number(value, ",.1f") if known(value) else UNKNOWN


def _between(low: float, high: float) -> str:
    return f"{_days(low)}–{_days(high)}" if known(low) else ""
