"""`authenticity`: whose numbers may be inflated, signal by signal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import opened
from influence_graph.cli.options import answers, connecting, reading
from influence_graph.cli.output import Answer, Output, line, paragraphs
from influence_graph.cli.summary import count, named
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from influence_graph.people.authenticity import Authenticity

SHOWN = 10


@click.command("authenticity", cls=Command, help="cli.help-authenticity")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers()
@connecting
@reading
def authenticity(
    source: tuple[str, ...],
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
) -> None:
    """`influence-graph authenticity SOURCE...`."""
    with output.progress() as show:
        tables, _ = opened(source, show, server, reading)
        show("authenticity.stage", 0, 1)
        from influence_graph.people.authenticity import authenticity

        found = authenticity(tables)
        show("authenticity.stage", 1, 1)
    output.give(_answer(found, tables.sources.to_dict("records")))


def _answer(found: Authenticity, inputs: list[dict[Any, Any]]) -> Answer:
    """Every creator with every signal, as a table, and in a screen."""
    return Answer(
        data={
            "people": found.people.to_dict("records"),
            "findings": [note.record() for note in found.notes],
            "run": {"inputs": inputs},
        },
        rows=found.people,
        drawing=lambda: list(_draw(found)),
    )


def _draw(found: Authenticity) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.people.authenticity import said

    yield from paragraphs(found.notes)
    rows = found.people[found.people["weight"].lt(1.0)]
    for row in rows.head(SHOWN).to_dict("records"):
        name = Text(line(named(row)), style="bold")
        weight = say("cli.account", followers=count(row["followers"]), weight=number(row["weight"], ".2f"))
        yield name.append(f"  {weight}", style="not bold")
        for words in said(row):
            yield Text(f"  {words}")
    if len(rows) > SHOWN:
        yield Text("\n" + say("cli.more-accounts", n=len(rows) - SHOWN), style="dim")
