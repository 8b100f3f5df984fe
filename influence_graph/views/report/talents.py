"""Who outside the programme could join it: the sentences, and a table a kind of talent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.programme.talents.sentences import FACTS, WORDS
from influence_graph.tables.privacy import pseudonyms
from influence_graph.views.page import amount
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Row, Scale, Table, parts
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, called

ROWS, SHOWN = 20, 5
"""Rows a table, the surest first, and those that are not folded away."""
_WHOLE = Scale(high=1.0)


def talents(result: Mapped, names: Names) -> Block | None:
    """Potential UGC creators, advocates and rising micros; who is no creator under a pseudonym."""
    if result.talents is None:
        return None
    table = result.talents.table
    tables = [_table(kind, say(word), table[table["kind"].eq(kind)], names) for kind, word in WORDS.items()]
    shows = parts(told(result, "talents"), *tables)
    return Block("talents", say("reports.talents-title"), shows, say("reports.talents-lead")) if shows else None


def _table(kind: str, word: str, rows: pd.DataFrame, names: Names) -> Table | None:
    if rows.empty:
        return None
    n, rows = len(rows), rows.head(ROWS)
    shown = called(rows)
    if names != "all":
        others = ~rows["is_creator"].astype(bool)
        shown = shown.mask(others, pd.Series(pseudonyms(rows["person_id"]), index=rows.index))
    columns = (
        Column(say("reports.talents-person")),
        Column(say("reports.talents-score"), "gauge"),
        Column(say("reports.talents-facts")),
        Column(say("reports.followers"), "number"),
        Column(say("reports.talents-reach"), "number"),
    )
    told_of = [_row(kind, name, row) for name, row in zip(shown, rows.to_dict("records"), strict=True)]
    lead = say("reports.rows", shown=len(rows), n=n, file="talents.csv") if len(rows) < n else ""
    heading = say("reports.talents-of", kind=word)
    return Table(f"talents-{kind}", columns, tuple(told_of), heading, lead, shown=SHOWN)


def _row(kind: str, name: str, row: Mapping[Any, Any]) -> Row:
    facts = "; ".join(row[fact] for fact in FACTS if isinstance(row[fact], str))
    unknown = say("reports.talents-unknown", unknown=row["unknown"]) if row["unknown"] else ""
    score, low = number(row["score"], ".2f"), number(row["score_low"], ".2f")
    gauge = Gauge(_WHOLE.at(row["score"]), _WHOLE.at(row["score_low"]), _WHOLE.at(row["score"]))
    cells = (
        Cell(name, name),
        Cell(score, row["score"], aside=f"≥ {low}", gauge=gauge),
        Cell(facts, facts, aside=unknown),
        Cell(amount(row["followers"]), row["followers"]),
        Cell(amount(row["reach_new"]), row["reach_new"]),
    )
    return Row(f"talent-{kind}-{int(row['rank'])}", cells)
