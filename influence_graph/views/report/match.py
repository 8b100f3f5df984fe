"""What works in which community: the sentences, who adds most next, and the matrix behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.programme.groups.words import group_name
from influence_graph.programme.timing.sentences import Day
from influence_graph.tables.privacy import pseudonyms
from influence_graph.views.page import UNKNOWN, amount, known
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Row, Scale, Table, anchor, parts
from influence_graph.views.report.mix import community_labels
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, called

EACH, SHOWN = 2, 12
"""People of each community, and rows that are not folded away."""
COLUMNS = 3
"""Roles and kinds of posts in the matrix, those of each that reach most."""


def match(result: Mapped, names: Names) -> Block | None:
    """Whom to activate where, with which kind of post and when; who is no creator under a pseudonym."""
    if result.match is None:
        return None
    shows = parts(told(result, "match"), _next(result, names), _matrix(result))
    return Block("match", say("reports.match-title"), shows, say("reports.match-lead")) if shows else None


def _next(result: Mapped, names: Names) -> Table | None:
    every = result.match.table if result.match else pd.DataFrame()
    if every.empty:
        return None
    rows = every[every["rank"].le(EACH)]
    shown = called(rows)
    if names != "all":
        shown = shown.mask(~rows["is_creator"], pd.Series(pseudonyms(rows["person_id"]), index=rows.index))
    columns = (
        Column(say("reports.community-column")),
        Column(say("reports.creator")),
        Column(say("reports.match-adds"), "gauge"),
        Column(say("reports.match-kind")),
        Column(say("reports.match-slot")),
        Column(say("reports.match-fresh"), "number"),
    )
    label, scale = community_labels(result), Scale(max(float(rows["high"].max()), 1e-9))
    lines = [
        _person(row, label(str(row["community"])), name, scale)
        for name, row in zip(shown, rows.to_dict("records"), strict=True)
    ]
    lead = say("reports.rows", shown=len(rows), n=len(every), file="match.csv") if len(rows) < len(every) else ""
    return Table("match-next", columns, tuple(lines), say("reports.match-next"), lead, shown=SHOWN)


def _person(row: Mapping[Any, Any], community: Cell, name: str, scale: Scale) -> Row:
    adds, low, high = (number(row[name], ",.1f") for name in ("expected", "low", "high"))
    gauge = Gauge(scale.at(row["expected"]), scale.at(row["low"]), scale.at(row["high"]))
    cells = (
        community if row["rank"] == 1 else Cell(community.text),
        Cell(name, name),
        Cell(adds, row["expected"], aside=f"{low}–{high}", gauge=gauge),
        Cell(group_name("kind", row["kind"]) if isinstance(row["kind"], str) else UNKNOWN),
        Cell(_slot(row)),
        Cell(amount(row["fresh"]), row["fresh"], aside=say("reports.match-fresh-of", reach=amount(row["reach"]))),
    )
    return Row(anchor("match", f"{row['community']}-{row['rank']}"), cells)


def _matrix(result: Mapped) -> Table | None:
    every = result.match.matrix if result.match else pd.DataFrame()
    rows = every[every["by"].isin(("community", "role", "kind"))]
    if rows.empty:
        return None
    reach = rows.groupby(["by", "group"], sort=False)["exposed"].sum()
    groups = [("community", "")]
    for by in ("role", "kind"):
        groups += [(by, str(group)) for group in reach.loc[by].nlargest(COLUMNS).index] if by in reach.index else []
    headings = [say("reports.match-everybody") if by == "community" else group_name(by, group) for by, group in groups]
    columns = (Column(say("reports.community-column")), *(Column(heading, "number") for heading in headings))
    cells = {(row["community"], row["by"], row["group"]): row for row in rows.to_dict("records")}
    label, lines = community_labels(result), []
    for community in rows["community"].unique():
        told_of = [_rate(cells.get((community, by, group))) for by, group in groups]
        lines.append(Row(anchor("match-matrix", community), (Cell(label(str(community)).text), *told_of)))
    heading, lead = say("reports.match-matrix"), say("reports.match-matrix-lead")
    return Table("match-matrix", columns, tuple(lines), heading, lead, shown=SHOWN)


def _rate(row: Mapping[Any, Any] | None) -> Cell:
    if row is None:
        return Cell(UNKNOWN)
    middle, low, high = (number(row[f"per_1000{end}"], ",.2f") for end in ("", "_low", "_high"))
    return Cell(middle, row["per_1000"], aside=f"{low}–{high}")


def _slot(row: Mapping[Any, Any]) -> str:
    """Day and hours, as far as something shows them."""
    if not known(row["day"]):
        if not known(row["from_hour"]):
            return UNKNOWN
        return say("reports.match-slot-hours", begin=row["from_hour"], end=row["to_hour"])
    if not known(row["from_hour"]):
        return say("reports.match-slot-day", day=Day(row["day"]))
    return say("reports.match-slot-at", day=Day(row["day"]), begin=row["from_hour"], end=row["to_hour"])
