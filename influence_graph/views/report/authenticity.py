"""Whose numbers are worth a second look: the sentences, and each account with what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.people.authenticity import LOOK, said
from influence_graph.views.page import amount
from influence_graph.views.report.blocks import Block, Cell, Column, Row, Sentences, Table, anchor, parts
from influence_graph.views.report.sentences import plain
from influence_graph.views.result import Mapped, Names, called

ROWS = 60
"""Accounts that are listed, the lowest weights: the command `authenticity` tells of all."""


def authenticity(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # creators may always be named
    """Creators whose numbers bought followers or likes would explain; nothing where nothing could be told."""
    found = result.authenticity
    if found is None or not found.people["told"].gt(0).any():
        return None
    told = Sentences(tuple(plain(note.text) for note in found.notes))
    title, lead = say("reports.authenticity-title"), say("reports.authenticity-lead")
    return Block("authenticity", title, parts(told, _table(found.people[found.people["weight"].lt(LOOK)])), lead)


def _table(people: pd.DataFrame) -> Table:
    columns = (
        Column(say("reports.creator")),
        Column(say("reports.followers"), "number"),
        Column(say("reports.weight"), "number", "ascending"),
        Column(say("reports.signals")),
    )
    rows = people.head(ROWS).assign(called=called(people)).to_dict("records")
    shown = {"shown": len(rows), "n": len(people), "file": "authenticity.csv"}
    lead = say("reports.rows", **shown) if len(rows) < len(people) else ""
    return Table("accounts", columns, tuple(map(_row, rows)), lead=lead, sortable=True)


def _row(row: Mapping[Any, Any]) -> Row:
    strongest, *others = said(row)
    beside = others[0] if others else ""
    if len(others) > 1:
        beside = say("reports.and-more", first=beside, n=len(others) - 1)
    return Row(
        anchor("account", row["person_id"]),
        (
            Cell(row["called"], row["called"]),
            Cell(amount(row["followers"]), row["followers"]),
            Cell(number(row["weight"], ".2f"), row["weight"]),
            Cell(strongest, row["signals"], aside=beside),
        ),
    )
