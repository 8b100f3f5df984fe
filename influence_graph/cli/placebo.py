"""`placebo`: try to refute the credit on the user's own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import opened
from influence_graph.cli.options import Whole, answers, connecting, exposing, option, reading, seeding, trusting
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.summary import count, named
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from influence_graph.placebos import Placebo

SHOWN = 10
_TESTS = MappingProxyType({"time": "cli.test-time", "reversed": "cli.test-reversed", "future": "cli.test-future"})
_VERDICTS = MappingProxyType(
    {
        "survives": "cli.verdict-survives",
        "partly": "cli.verdict-partly",
        "vanishes": "cli.verdict-vanishes",
        "no credit": "cli.verdict-no-credit",
        "not tested": "cli.verdict-not-tested",
    }
)


@click.command("placebo", cls=Command, help="cli.help-placebo")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers()
@option("--shuffles", type=Whole(), default=50, show_default=True, metavar="NUMBER", help="cli.help-shuffles")
@connecting
@reading
@exposing
@trusting
@seeding
def placebo(
    source: tuple[str, ...],
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    **how: Any,
) -> None:
    """`influence-graph placebo SOURCE...`."""
    with output.progress() as show:
        tables, _ = opened(source, show, server, reading)
        show("cli.stage-start", 0, 0)
        from influence_graph.placebos import placebo

        show("cli.stage-start", 1, 1)
        told = placebo(tables, progress=show, **how)
    output.give(_answer(told))


def _answer(told: Placebo) -> Answer:
    """Everything, as the creators' table, and in a screen."""
    return Answer(data=told.record(), rows=told.people, drawing=lambda: list(_draw(told)))


def _draw(told: Placebo) -> Iterator[RenderableType]:

    tests = [
        [say(_TESTS[row["test"]]), count(row["real"]), _between(row), _part(row), say(_VERDICTS[row["verdict"]])]
        for row in told.tests.to_dict("records")
    ]
    headings = say("cli.credited"), say("cli.placebo-credit"), say("cli.surviving"), say("cli.verdict")
    yield table(say("cli.placebo-tests"), "", *headings, rows=tests)
    tested = told.people.dropna(subset=["z"])
    if told.tests.set_index("test").loc["time", "verdict"] not in ("survives", "partly"):
        tested = tested.iloc[:0]  # of nothing, nobody's part is worth a row
    people = [
        [named(row), number(row["driven"], ",.1f"), number(row["by_chance"], ",.1f"), number(row["z"], ".1f"),
         number(row["q_value"], ".1%")]
        for row in tested.head(SHOWN).to_dict("records")
    ]  # fmt: skip
    if people:
        columns = ("cli.creator", "cli.credited", "cli.by-chance", "cli.distance", "cli.false-claims")
        yield table(say("cli.furthest-from-chance"), *map(say, columns), rows=people)
    yield from paragraphs(told.notes)


def _between(row: Mapping[Any, Any]) -> str:
    """The placebo's credit with its range."""
    if row["placebo"] != row["placebo"]:
        return ""
    return f"{number(row['placebo'])} ({number(row['placebo_low'])}–{number(row['placebo_high'])})"


def _part(row: Mapping[Any, Any]) -> str:
    """The surviving part."""
    return number(row["surviving"], ".0%") if row["surviving"] == row["surviving"] else ""
