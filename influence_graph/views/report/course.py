"""How roles came about: what people had become by each month's end, and how many moved from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.people.paths import NEW, STATES
from influence_graph.views.amounts import month
from influence_graph.views.page import amount, share
from influence_graph.views.report.blocks import Block, Cell, Column, Key, Part, Row, Table, parts
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names

SHOWN = 12
"""Months that are not folded away."""
_CLASS = {"buyer": "unassigned"}
"""The colour of who is no role yet."""


def course(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # names nobody
    """The months, and the ways between roles; nothing where nobody shared."""
    found = result.course
    if found is None or found.months.empty:
        return None
    words = {
        "buyer": say("reports.buyer"),
        "advocate": say("views.advocate"),
        "ugc": say("views.ugc"),
        "influencer": say("views.influencer"),
        NEW: say("reports.newcomer"),
    }
    shows = parts(told(result, "course"), _months(found.months, words), _ways(found.moves, words))
    return Block("course", say("reports.course-title"), shows, say("reports.course-lead"))


def _months(months: pd.DataFrame, words: Mapping[str, str]) -> Table:
    columns = (
        Column(say("reports.month")),
        Column(say("reports.people"), "number"),
        Column(say("reports.course-mix"), "parts"),
        *(Column(words[state], "number") for state in STATES),
    )
    rows = tuple(_month(row, words) for row in months.to_dict("records"))
    keys = tuple(Key(words[state], f"--{_CLASS.get(state, state)}") for state in STATES)
    return Table("course-months", columns, rows, say("reports.course-months"), legend=keys, shown=SHOWN)


def _month(row: Mapping[Any, Any], words: Mapping[str, str]) -> Row:
    whole = sum(row[state] for state in STATES)
    stack = tuple(
        Part(_CLASS.get(state, state), words[state], round(100 * row[state] / whole, 2), share(row[state] / whole))
        for state in STATES
        if whole > 0
    )
    called = month(pd.Timestamp(f"{row['month']}-01"))
    cells = (Cell(called), Cell(amount(row["people"])), Cell("", parts=stack))
    return Row(f"course-{row['month']}", (*cells, *(Cell(amount(round(row[state]))) for state in STATES)))


def _ways(moves: pd.DataFrame, words: Mapping[str, str]) -> Table | None:
    """From what to what over all months: rows are what people were, columns what they became."""
    if moves.empty:
        return None
    flow = moves.pivot_table("people", "source", "target", aggfunc="sum", fill_value=0.0)
    flow = flow.reindex(index=[NEW, *STATES], columns=list(STATES), fill_value=0.0)
    flow = flow[flow.sum(axis=1) > 0]
    columns = (Column(say("reports.course-from")), *(Column(words[state], "number") for state in STATES))
    rows = tuple(
        Row(f"course-from-{source}", (Cell(words[str(source)]), *map(_people, each.tolist())))
        for source, each in flow.iterrows()
    )
    return Table("course-ways", columns, rows, say("reports.course-ways"), say("reports.course-ways-lead"))


def _people(value: float) -> Cell:
    """So many people, in parts, a dash for none."""
    return Cell(number(value, ",.0f" if value >= 10 else ",.1f"), value) if value >= 0.05 else Cell("–")
