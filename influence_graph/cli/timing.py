"""`timing`: when to post, how long orders take, and whether people tire of posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import mapped, zone
from influence_graph.cli.options import (
    answers,
    connecting,
    exposing,
    option,
    reading,
    seeding,
    sizing,
    trusting,
)
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.summary import count
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.programme.timing import Timing

SHOWN = 8
"""Groups of a grouping that are shown: --json holds them all."""
SLOTS = 2
"""Slots of a person that are shown, likewise."""


@click.command("timing", cls=Command, help="cli.help-timing")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@option("--person", "people", multiple=True, metavar="ID", help="cli.help-timing-person")
@sizing
@answers()
@connecting
@reading
@exposing
@trusting
@seeding
def timing(
    source: tuple[str, ...],
    people: tuple[str, ...],
    tiers: str,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    seed: int,
    **how: Any,
) -> None:
    """`influence-graph timing SOURCE...`."""
    with output.progress() as show:
        from influence_graph.programme.groups import find_tiers
        from influence_graph.tables.settings import find_zone

        chosen = find_tiers(tiers)
        timezone = zone(source, reading)
        if timezone is not None:
            find_zone(timezone)  # before the work: a store's tables are read without one
        how |= {"backtest": False, "wear_out": True, "seed": seed}
        result, _ = mapped(source, show, server=server, reading=reading, answers=False, **how)
        from influence_graph.programme.timing import timing

        told = timing(result, timezone=timezone, people=people, tiers=chosen, seed=seed, progress=show)
    output.give(_answer(told, result))


def _answer(told: Timing, result: MapResult) -> Answer:
    return Answer(
        data={
            "best": told.best.to_dict("records"),
            "hours": told.hours.to_dict("records"),
            "fatigue": told.fatigue,
            "delays": told.delays.to_dict("records"),
            "calendar": told.calendar.to_dict("records"),
            "zone": told.zone,
            "findings": [note.record() for note in told.notes],
            "run": result.run,
        },
        rows=told.hours,
        drawing=lambda: list(_draw(told)),
    )


def _draw(told: Timing) -> Iterator[RenderableType]:

    yield from paragraphs(told.notes)
    if told.best["evident"].any():
        yield _week(told)
    if len(told.delays):
        yield _delays(told.delays)
    if len(told.calendar):
        yield _calendar(told)


def _week(told: Timing) -> RenderableType:
    """The whole programme's week: conversions per 1,000 exposures by day and hours."""
    from influence_graph.programme.timing.sentences import DAYS

    slots = told.hours[told.hours["community"].eq("")]
    cells = {(row["day"], row["from_hour"]): number(row["per_1000"], ",.2f") for row in slots.to_dict("records")}
    spans = slots[["from_hour", "to_hour"]].drop_duplicates().to_dict("records")
    headings = [say("cli.hours", begin=row["from_hour"], end=row["to_hour"]) for row in spans]
    rows = [[say(name), *(cells[day, row["from_hour"]] for row in spans)] for day, name in enumerate(DAYS)]
    return table(say("cli.week", zone=told.zone), say("cli.day"), *headings, rows=rows)


def _delays(delays: pd.DataFrame) -> RenderableType:
    from influence_graph.programme.groups.words import group_name

    shown = delays[delays["driven"] >= 1].groupby("by", sort=False).head(SHOWN).to_dict("records")
    rows = [
        [group_name(row["by"], row["group"]), count(row["driven"]), _days(row, "median"), _days(row, "most")]
        for row in shown
    ]
    headings = say("cli.orders-driven"), say("cli.half-within"), say("cli.most-within")
    return table(say("cli.delays"), say("cli.group"), *headings, rows=rows, whole=True)


def _days(row: Mapping[Any, Any], name: str) -> str:
    """Days with their interval, where it is known."""
    if row[name] != row[name]:
        return ""
    told = number(row[name], ",.1f")
    if row[f"{name}_low"] != row[f"{name}_low"]:
        return told
    return f"{told} ({number(row[f'{name}_low'], ',.1f')}–{number(row[f'{name}_high'], ',.1f')})"


def _calendar(told: Timing) -> RenderableType:
    from influence_graph.programme.timing.sentences import Day

    rows = []
    for (_, name), posts in told.calendar.groupby(["person_id", "name"], sort=False):
        slots = [
            say("cli.slot", day=Day(row["day"]), begin=row["from_hour"], end=row["to_hour"])
            for row in posts.dropna(subset="day").to_dict("records")
        ]
        further = f" +{len(slots) - SLOTS}" if len(slots) > SLOTS else ""
        rows.append([str(name), count(len(posts)), "; ".join(slots[:SLOTS]) + further or say("cli.any-hour")])
    return table(say("cli.calendar"), say("cli.creator"), say("cli.posts-number"), say("cli.slots"), rows=rows)
