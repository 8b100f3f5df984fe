"""Whom to activate next with a budget: the sentences, the ecosystem curve, and the people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_graph.language import say
from influence_graph.planning import Plan
from influence_graph.views.amounts import money
from influence_graph.views.figures import orders_against_budget
from influence_graph.views.figures.budget import COLOURS, mix_words
from influence_graph.views.figures.drawing import VARIABLES
from influence_graph.views.page import amount
from influence_graph.views.report.blocks import Block, Cell, Column, Key, Row, Table, anchor, parts
from influence_graph.views.report.drawings import draw
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, called, true

ROWS = 100
"""Rows of the table: `plan.json` holds everybody."""
_ON_PHONES = {"width": 290, "height": 260}


def plan(result: Mapped, names: Names) -> Block | None:
    """Whom to activate next with the budget that was given."""
    figure = draw(
        orders_against_budget,
        result,
        name="plan",
        caption=say("reports.plan-caption"),
        legend=tuple(Key(word, VARIABLES[COLOURS[mix]]) for mix, word in mix_words().items()),
        narrow=_ON_PHONES,
    )
    table = _table(result, result.outlook.plan, names) if result.outlook else None
    shows = parts(told(result, "plan"), figure, table)
    return Block("plan", say("reports.plan-title"), shows, say("reports.plan-lead")) if shows else None


def _table(result: Mapped, chosen: Plan, names: Names) -> Table:
    """Everybody who may be named in the order chosen, the others together."""
    people = chosen.people.assign(called=called(chosen.people))
    creators = result.people.loc[true(result.people["is_creator"]), "person_id"]
    named = people if names == "all" else people[people["person_id"].isin(creators)]
    rows = [_row(row, chosen.currency) for row in named.head(ROWS).to_dict("records")]
    others = people.drop(index=named.index[:ROWS])
    if len(others):
        rows.append(_others(others, chosen.currency))
    columns = (
        Column(say("reports.creator")),
        Column(say("reports.plan-cost"), "number"),
        Column(say("reports.plan-adds"), "number"),
        Column(say("reports.plan-alone"), "number"),
    )
    return Table("plan-people", columns, tuple(rows), say("reports.plan-people"), say("reports.plan-people-lead"))


def _row(row: Mapping[Any, Any], currency: str | None) -> Row:
    roles = {"influencer": say("views.influencer"), "ugc": say("views.ugc"), "advocate": say("views.advocate")}
    return Row(
        anchor("planned", row["person_id"]),
        (
            Cell(str(row["called"]), aside=roles.get(str(row["role"]), "")),
            Cell(money(row["cost"], currency), row["cost"]),
            Cell(amount(row["gain"]), row["gain"]),
            Cell(amount(row["alone"]), row["alone"]),
        ),
    )


def _others(rows: pd.DataFrame, currency: str | None) -> Row:
    cost, gain = float(rows["cost"].sum()), float(rows["gain"].sum())
    words = say("reports.plan-others", n=len(rows))
    return Row("planned-others", (Cell(words), Cell(money(cost, currency), cost), Cell(amount(gain), gain), Cell("")))
