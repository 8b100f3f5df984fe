"""Who beats their follower count and who does not: every creator with bars and intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.views.page import UNKNOWN, amount, known, share, span
from influence_graph.views.report.blocks import (
    Block,
    Cell,
    Column,
    Gauge,
    Key,
    Part,
    Prose,
    Row,
    Scale,
    Table,
    anchor,
    parts,
)
from influence_graph.views.report.drawings import role_keys
from influence_graph.views.result import Mapped, Names, called, true, verdicts

ROWS = 150
"""Rows a table: `people.csv` holds everybody."""
_LIFTS = Scale(low=1 / 16, high=16.0, log=True)
"""Lifts are drawn from a sixteenth to sixteen times; what is beyond stands at the edge."""


@dataclass(frozen=True)
class _Shown:
    """What a table of creators has columns for, and the scale of its bars."""

    measure: str
    bars: Scale
    lift: bool
    claims: bool
    unseen: bool
    roles: bool


def creators(result: Mapped, names: Names) -> Block | None:
    """The creators in two tables, or in one where nobody can be compared."""
    people = result.people[true(result.people["is_creator"])]
    people = people.assign(called=called(people), verdict=verdicts(people))
    if people.empty:
        return Block("creators", say("reports.creators-title"), lead=say("reports.no-creators"))
    compared = people["lift"].notna() & people["beats_followers"].notna()
    tables = _compared(people, _wanted(result)) if compared.any() else [_alone(people, _wanted(result))]
    title = say("reports.creators-compared") if compared.any() else say("reports.creators-title")
    return Block("creators", title, parts(*tables, _others(result, names)), _lead(people))


def _lead(people: pd.DataFrame) -> str:
    if people["lift"].notna().any():
        return say("reports.creators-lead")
    return say("reports.creators-lead-driven") if people["driven"].notna().any() else say("reports.creators-lead-reach")


def _compared(people: pd.DataFrame, wanted: frozenset[str]) -> list[Table]:
    beats = people["verdict"].eq("beats")
    surest = people[beats].sort_values(["lift_low", "person_id"], ascending=[False, True])
    short = people["verdict"].map({"short": 0, "even": 1}).fillna(2)
    largest = people[~beats].assign(rank=short).sort_values(["rank", "followers"], ascending=[True, False])
    counts = people["verdict"].value_counts()
    doubt = int(len(people) - counts.reindex(["beats", "short", "even"]).sum())
    words = {"short": amount(counts.get("short", 0)), "even": amount(counts.get("even", 0)), "doubt": amount(doubt)}
    return [
        _table("beats", surest, wanted, say("reports.beats", n=len(surest)), say("reports.beats-lead")),
        _table("rest", largest, wanted, say("reports.does-not", n=len(largest)), say("reports.does-not-lead", **words)),
    ]


def _alone(people: pd.DataFrame, wanted: frozenset[str]) -> Table:
    measure = "driven" if people["driven"].notna().any() else "audience"
    rows = people.sort_values([measure, "person_id"], ascending=[False, True])
    heading = say("reports.by-driven") if measure == "driven" else say("reports.by-reach")
    return _table("all", rows, wanted, heading, "")


def _wanted(result: Mapped) -> frozenset[str]:
    """The creators whom a finding names: each has a row that it links to."""
    named = {item["person_id"] for found in result.findings for item in found.numbers.get("best", ())}
    alone = {found.numbers["person_id"] for found in result.findings if "person_id" in found.numbers}
    return frozenset(map(str, named | alone))


def _table(which: str, people: pd.DataFrame, wanted: frozenset[str], heading: str, lead: str) -> Table:
    keep = people["person_id"].astype(str).isin(wanted)
    keep.iloc[:ROWS] = True
    rows = people[keep]
    measure = "driven" if rows["driven"].notna().any() else "audience"
    ends = rows[["driven", "driven_high", "expected"]] if measure == "driven" else rows[["audience"]]
    top = float(ends.max().max()) if len(rows) else 1.0
    shown = _Shown(
        measure=measure,
        bars=Scale(high=max(top if known(top) else 1.0, 1e-9)),
        lift=bool(rows["lift"].notna().any()),
        claims=bool(rows["claimed"].notna().any()),
        unseen=which == "beats" and bool(rows["e_value_low"].notna().any()),
        roles=bool(rows["influencer"].notna().any()),
    )
    first = "descending" if which == "all" else ""
    if len(rows) < len(people):
        lead = f"{lead} {say('reports.rows', shown=len(rows), n=len(people), file='people.csv')}".strip()
    return Table(
        f"creators-{which}",
        tuple(_columns(shown, first, verdict=which != "beats")),
        tuple(_row(row, shown, verdict=which != "beats") for row in rows.to_dict("records")),
        heading=heading,
        lead=lead,
        legend=(*_marks(shown), *(role_keys(unassigned=False) if shown.roles else ())),
        sortable=True,
    )


def _marks(shown: _Shown) -> list[Key]:
    return [Key(say("reports.mark-expected"), "--ink", "┊")] if shown.lift else []


def _columns(shown: _Shown, first: Any, *, verdict: bool) -> list[Column]:
    measure = say("reports.driven") if shown.measure == "driven" else say("reports.audience")
    columns = [
        Column(say("reports.creator")),
        Column(say("reports.followers"), "number"),
        Column(measure, "gauge", first),
    ]
    if shown.lift:
        columns.append(Column(say("reports.lift"), "gauge"))
        columns.append(Column(say("reports.verdict") if verdict else say("reports.why")))
    if shown.unseen:
        columns.append(Column(say("reports.unseen"), "number"))
    if shown.claims:
        columns.append(Column(say("reports.claimed"), "number"))
    if shown.roles:
        columns.append(Column(say("views.roles"), "parts"))
    return columns


def _row(row: Mapping[Any, Any], shown: _Shown, *, verdict: bool) -> Row:
    platform = row["platform"] if isinstance(row["platform"], str) else ""
    cells = [
        Cell(row["called"], row["called"], aside=platform),
        Cell(amount(row["followers"]), row["followers"]),
        _measured(row, shown),
    ]
    if shown.lift:
        cells.append(_lift(row))
        cells.append(_verdict(row) if verdict else _why(row))
    if shown.unseen:
        least = row["e_value_low"]
        cells.append(Cell(f"{_ratio(least)}×" if known(least) else UNKNOWN, least))
    if shown.claims:
        cells.append(Cell(amount(row["claimed"]), row["claimed"]))
    if shown.roles:
        cells.append(Cell("", parts=shares(row)))
    return Row(anchor("creator", row["person_id"]), tuple(cells))


def _measured(row: Mapping[Any, Any], shown: _Shown) -> Cell:
    value, at = row[shown.measure], shown.bars.at
    if shown.measure == "audience":
        return Cell(amount(value), value, gauge=Gauge(at(value)))
    low, high = row["driven_low"], row["driven_high"]
    gauge = Gauge(at(value), at(low), at(high), at(row["expected"]))
    return Cell(amount(value), value, aside=span(low, high), gauge=gauge)


def _lift(row: Mapping[Any, Any]) -> Cell:
    low, high, at = row["lift_low"], row["lift_high"], _LIFTS.at
    between = f"{_ratio(low)}–{_ratio(high)}" if known(low) and known(high) else ""
    gauge = Gauge(at(row["lift"]), at(low), at(high), at(1.0), dot=True) if known(row["lift"]) else None
    told = f"{_ratio(row['lift'])}×" if known(row["lift"]) else UNKNOWN
    return Cell(told, row["lift"], aside=between, gauge=gauge)


def _ratio(value: float) -> str:
    """A ratio with the digits that tell something: 0.04, 3.2, 14."""
    return number(float(value), ",.0f" if value >= 10 else ",.1f" if value >= 1 else ".2f")


def _why(row: Mapping[Any, Any]) -> Cell:
    """Lift in its two factors."""
    if not known(row["activity"]) or not known(row["persuasion"]):
        return Cell(UNKNOWN, "")
    sure = known(row["persuasive"]) and bool(row["persuasive"])
    told = say("reports.why-persuades") if sure else say("reports.why-unsure")
    words = {"activity": number(row["activity"], ",.1f"), "persuasion": number(row["persuasion"], ",.1f")}
    return Cell(told, told, aside=say("reports.factors", **words))


def _verdict(row: Mapping[Any, Any]) -> Cell:
    said = {
        "beats": say("reports.verdict-beats"),
        "short": say("reports.verdict-short"),
        "even": say("reports.verdict-even"),
        "fan": say("reports.verdict-fan"),
        "together": say("reports.verdict-together"),
        "few": say("reports.verdict-few"),
        "unknown": say("reports.verdict-unknown"),
    }[row["verdict"]]
    return Cell(said, said, chip=row["verdict"])


def shares(row: Mapping[Any, Any]) -> tuple[Part, ...]:
    """The parts of a role mix, each with its name and percentage."""
    names = {
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
        "unassigned": say("views.unassigned"),
    }
    held = {role: float(row[role]) for role in names if role in row and known(row[role])}
    whole = sum(held.values())
    return tuple(
        Part(role, names[role], round(100 * part / whole, 2), share(part / whole))
        for role, part in held.items()
        if whole > 0
    )


def _others(result: Mapped, names: Names) -> Prose | None:
    """What people who are no creators drove: counted, and named only where that was asked for."""
    people = result.people[~true(result.people["is_creator"]) & result.people["driven"].gt(0)]
    driven = float(people["driven"].sum())
    if driven < 0.5:
        return None
    told = [say("reports.others", n=len(people), driven=amount(driven), share=share(driven / _total(result)))]
    if names == "all":
        top = people.nlargest(5, "driven")
        each = [f"{name} ({amount(d)})" for name, d in zip(called(top), top["driven"], strict=True)]
        told.append(say("reports.others-named", names=", ".join(each)))
    return Prose((" ".join(told),))


def _total(result: Mapped) -> float:
    return max(float(result.people["driven"].sum()), 1e-9)
