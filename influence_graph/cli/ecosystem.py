"""`ecosystem`: on whom it rests, and whose customers last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import answers, connecting, mapping, reading
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.summary import count
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.programme.ecosystem import Ecosystem


@click.command("ecosystem", cls=Command, help="cli.help-ecosystem")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers()
@connecting
@reading
@mapping
def ecosystem(
    source: tuple[str, ...],
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    **how: Any,
) -> None:
    """`influence-graph ecosystem SOURCE...`."""
    with output.progress() as show:
        result, _ = mapped(source, show, server=server, reading=reading, backtest=False, answers=False, **how)
        from influence_graph.programme.ecosystem import ecosystem

        told = ecosystem(result, progress=show)
    output.give(_answer(told, result))


def _answer(told: Ecosystem, result: MapResult) -> Answer:
    return Answer(
        data={
            "lasting": told.lasting.to_dict("records"),
            "days": told.days,
            "concentration": told.concentration.to_dict("records"),
            "knockout": told.knockout.to_dict("records"),
            "months": told.months.to_dict("records"),
            "findings": [note.record() for note in told.notes],
            "run": result.run,
        },
        rows=told.lasting,
        drawing=lambda: list(_draw(told, orders=bool(result.drivers.total["conversions"]))),
    )


def _draw(told: Ecosystem, *, orders: bool) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.people import ROLES
    from influence_graph.programme.ecosystem.sentences import WORDS

    yield from paragraphs(told.notes)
    if not told.notes:
        yield Text(say("cli.no-ecosystem" if orders else "cli.no-orders") + "\n")
        return
    rows = [
        [
            say(WORDS[row["source"]]),
            count(row["customers"]),
            _rate(row, "again", 100, ".0f"),
            _rate(row, "sent_back", 1, ".0%"),
            number(row["unpaid"], ".0%") if row["unpaid"] == row["unpaid"] else "",
        ]
        for row in told.lasting.to_dict("records")
    ]
    headings: tuple[str, ...] = say("cli.customers"), say("cli.again"), say("cli.sent-back"), say("cli.unpaid")
    yield table(say("cli.lasting-sales"), say("cli.brought-by"), *headings, rows=rows)
    against = [
        [
            say(WORDS[row["source"]]),
            _rate(row, "again_against", 100, "+.0f", "_sure"),
            _rate(row, "sent_back_against", 1, "+.1%", "_sure"),
        ]
        for row in told.lasting.to_dict("records")
        if row["again_against"] == row["again_against"] or row["sent_back_against"] == row["sent_back_against"]
    ]
    if against:
        headings = say("cli.again"), say("cli.sent-back")
        yield table(say("cli.against-organic"), say("cli.brought-by"), *headings, rows=against)
    if len(told.months):
        rows = [
            [row["month"], count(row["driven"]), *(number(row[role], ".0%") for role in ROLES)]
            for row in told.months.to_dict("records")
        ]
        names = say("cli.influencer"), say("cli.ugc"), say("cli.advocate")
        yield table(say("cli.by-month"), say("cli.month"), say("cli.rate"), *names, rows=rows)


def _rate(row: Mapping[Any, Any], name: str, per: float, spec: str, ends: str = "") -> str:
    """A rate with its interval, or a difference with that of these ends; empty where it can't be told."""
    if row[name] != row[name]:
        return ""
    columns = name, f"{name}{ends}_low", f"{name}{ends}_high"
    middle, low, high = (number(per * row[column], spec) for column in columns)
    between = say("ecosystem.from-to", low=low, high=high) if ends else f"{low}–{high}"
    return f"{middle} ({between})"
