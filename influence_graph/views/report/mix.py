"""The mix of roles by campaign, by community and by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from influence_graph.drivers.credit import main_currency
from influence_graph.findings import credited
from influence_graph.language import say
from influence_graph.views.amounts import money, month
from influence_graph.views.page import amount
from influence_graph.views.report.blocks import Block, Cell, Column, Row, Table, anchor, parts
from influence_graph.views.report.creators import shares
from influence_graph.views.report.drawings import role_keys
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, called, campaign_names, true

ROWS, SHOWN = 60, 10
"""Rows a table, largest first, and those that are not folded away."""
_ROLES = ("influencer", "ugc", "advocate", "unassigned")
_NAMED = 2
"""Creators by whom a community is called."""


def mix(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # creators may always be named
    """Whose roles each campaign, community and month runs on."""
    amounts = result.mix.assign(whole=result.mix[list(_ROLES)].astype(float).sum(axis=1))
    amounts = amounts[amounts["whole"].gt(0)].assign(key=lambda rows: rows["key"].fillna("").astype(str))
    if not credited(result.drivers.total):  # how nothing splits is not said
        amounts = amounts[~amounts["measure"].isin(("driven", "value"))]
    if amounts.empty:
        return Block("mix", say("reports.mix-title"), lead=say("reports.no-mix"))
    measure = "driven" if amounts["measure"].eq("driven").any() else "people"
    tables = [_whole(result, amounts[amounts["scope"].eq("all")])]
    for scope in ("campaign", "community", "month"):
        rows = amounts[amounts["scope"].eq(scope) & amounts["measure"].eq(measure)]
        if len(rows) > 1:  # one alone is the whole again
            tables.append(_table(result, scope, measure, rows))
    return Block("mix", say("reports.mix-title"), parts(told(result, "mix"), *tables), say("reports.mix-lead"))


def _whole(result: Mapped, rows: pd.DataFrame) -> Table:
    currency = main_currency(result.tables.counted)
    names = {
        "people": say("reports.measure-people"),
        "driven": say("reports.measure-driven"),
        "value": say("reports.measure-value"),
        "reach": say("reports.measure-reach"),
    }
    told = []
    for row in rows.to_dict("records"):
        whole = money(row["whole"], currency) if row["measure"] == "value" else amount(row["whole"])
        told.append(_row(f"mix-{row['measure']}", Cell(names[row["measure"]]), whole, row))
    columns = _columns(say("reports.of"), say("reports.sum"))
    return Table("mix-all", columns, tuple(told), heading=say("reports.mix-all"), legend=role_keys(unassigned=True))


def _table(result: Mapped, scope: str, measure: str, rows: pd.DataFrame) -> Table:
    n = len(rows)
    rows = rows.sort_values("key").tail(ROWS) if scope == "month" else rows.nlargest(ROWS, "whole")
    label = _labels(result, scope)
    told = [
        _row(anchor(scope if scope == "community" else f"mix-{scope}", key), label(key), amount(row["whole"]), row)
        for key, row in zip(rows["key"].str.removesuffix(".0"), rows.to_dict("records"), strict=True)
    ]
    first = {
        "campaign": say("reports.campaign"),
        "community": say("reports.community-column"),
        "month": say("reports.month"),
    }[scope]
    heading = {
        "campaign": say("reports.by-campaign"),
        "community": say("reports.by-community"),
        "month": say("reports.by-month"),
    }[scope]
    summed = say("reports.measure-driven") if measure == "driven" else say("reports.measure-people")
    lead = say("reports.rows", shown=len(rows), n=n, file="mix.csv") if len(rows) < n else ""
    return Table(f"mix-by-{scope}", _columns(first, summed), tuple(told), heading, lead, shown=SHOWN)


def _labels(result: Mapped, scope: str) -> Callable[[str], Cell]:
    """How the rows of a scope are called."""
    if scope == "campaign":
        names = campaign_names(result)
        return lambda key: Cell(names.get(key, key) or say("views.no-campaign"))
    if scope == "month":
        return lambda key: Cell(month(pd.Timestamp(f"{key}-01")))
    return community_labels(result)


def community_labels(result: Mapped) -> Callable[[str], Cell]:
    """What communities are called: by their number, with who drives most in them beside."""
    people = result.people[true(result.people["is_creator"]) & result.people["driven"].gt(0)]
    people = people.assign(called=called(people)).sort_values("driven", ascending=False, kind="stable")
    by = people.groupby(people["community"].astype("Float64"))
    around = by["called"].agg(lambda names: ", ".join(names[:_NAMED]))

    def community(key: str) -> Cell:
        if not key:
            return Cell(say("reports.no-community"))
        known = around.get(float(key), "") if key.isdigit() else ""
        return Cell(say("views.community", community=key), aside=say("reports.around", names=known) if known else "")

    return community


def _columns(heading: str, summed: str) -> tuple[Column, ...]:
    return (
        Column(heading),
        Column(summed, "number"),
        Column(say("views.roles"), "parts", hidden=True),
        Column(say("views.influencer"), "number"),
        Column(say("views.ugc"), "number"),
        Column(say("views.advocate"), "number"),
    )


def _row(place: str, label: Cell, whole: str, row: Mapping[Any, Any]) -> Row:
    held = shares(row)
    said = {part.role: Cell(part.said) for part in held}
    return Row(place, (label, Cell(whole), Cell("", parts=held), *(said[role] for role in _ROLES[:3])))
