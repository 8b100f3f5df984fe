"""Data health: what was read and refused, how complete it is, and which way the follows point."""

from __future__ import annotations

from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.tables.direction import SIGNIFICANT
from influence_graph.views.amounts import day
from influence_graph.views.page import amount, share
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Prose, Row, Table, parts
from influence_graph.views.result import Mapped, Names

NOTES = 40
"""Notes and reasons that are listed: `run.json` and `faults.csv` hold them all."""


def health(result: Mapped, names: Names) -> Block:  # noqa: ARG001  # names nobody
    """What the map rests on."""
    return Block(
        "health",
        say("reports.health-title"),
        parts(_files(result), _coverage(result), _refused(result), _direction(result), _notes(result)),
        _span(result),
    )


def _span(result: Mapped) -> str:
    times = pd.concat([result.tables.conversions["converted_at"], result.tables.shares["shared_at"]]).dropna()
    if times.empty:
        return ""
    return say("reports.health-lead", first=day(times.min()), last=day(times.max()))


def _files(result: Mapped) -> Table:
    columns = (
        Column(say("reports.file")),
        Column(say("reports.table")),
        Column(say("reports.read"), "number"),
        Column(say("reports.kept"), "number"),
        Column(say("reports.duplicates"), "number"),
        Column(say("reports.refused"), "number"),
    )
    inputs = list(result.run.get("inputs", ()))
    rows = tuple(
        Row(
            f"file-{number}",
            (
                Cell(str(each["file"])),
                Cell(str(each["table"])),
                *(Cell(amount(each[name])) for name in ("read", "kept", "duplicates", "refused")),
            ),
        )
        for number, each in enumerate(inputs, start=1)
    )
    return Table("files", columns, rows, heading=say("reports.files"))


def _coverage(result: Mapped) -> Table:
    """How many rows say what the method would use."""
    tables = result.tables
    asked = (
        (say("reports.orders-buyer"), tables.conversions["person_id"]),
        (say("reports.orders-campaign"), tables.conversions["campaign_id"]),
        (say("reports.orders-value"), tables.conversions["value"]),
        (say("reports.creators-followers"), tables.creators["followers"]),
        (say("reports.creators-cost"), tables.creators["cost"]),
        (say("reports.shares-views"), tables.shares["views"]),
        (say("reports.follows-dated"), tables.follows["since"]),
    )
    columns = (
        Column(say("reports.what")),
        Column(say("reports.known"), "number"),
        Column(say("reports.out-of"), "number"),
        Column(say("reports.part-known"), "gauge"),
    )
    rows = tuple(
        _covered(f"covered-{number}", label, int(column.notna().sum()), len(column))
        for number, (label, column) in enumerate(asked, start=1)
        if len(column)
    )
    return Table("coverage", columns, rows, heading=say("reports.coverage"), lead=say("reports.coverage-lead"))


def _covered(place: str, label: str, known: int, of: int) -> Row:
    part = known / of
    return Row(place, (Cell(label), Cell(amount(known)), Cell(amount(of)), Cell(share(part), gauge=Gauge(100 * part))))


def _refused(result: Mapped) -> Prose | None:
    faults = result.faults
    if faults.empty:
        return None
    reasons = faults["reason"].astype(str).value_counts().head(NOTES)
    lines = tuple(f"{reason}: {amount(int(n))}" for reason, n in reasons.items())
    return Prose(lines, heading=say("reports.reasons", n=len(faults)), as_list=True)


def _direction(result: Mapped) -> Prose:
    heading = say("reports.direction")
    tested: dict[str, Any] = result.run.get("direction") or {}
    pairs = int(tested.get("pairs") or 0)
    if not pairs:
        return Prose((say("reports.direction-none"),), heading)
    numbers = {"n": pairs, "part": share(tested["followed_first"]), "z": number(float(tested["z"]), "+.1f")}
    if tested["swapped"]:
        return Prose((say("reports.direction-swapped", **numbers),), heading)
    if tested["z"] > SIGNIFICANT:
        return Prose((say("reports.direction-right", **numbers),), heading)
    return Prose((say("reports.direction-open", **numbers),), heading)


def _notes(result: Mapped) -> Prose:
    notes = [note for key in ("skipped", "notes") for note in result.run.get(key, ())]
    said = [say(str(note["id"]), **note["numbers"]) for note in notes]
    found = {finding.text for finding in result.findings}  # what was said above is not said again
    lines = tuple(note for note in dict.fromkeys(said) if note not in found)[:NOTES]
    return Prose(lines, heading=say("reports.notes"), as_list=True)
