"""`export`: the graph as a file for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import OneOf, Whole, answers, connecting, mapping, naming, option, reading
from influence_graph.cli.output import Answer, Output
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import say

if TYPE_CHECKING:
    from influence_graph.exchange import Exported, Form

_FORMS = ("graphml", "gexf", "json", "csv", "parquet")
_NEXT = {
    "gexf": "cli.export-next-gexf",
    "graphml": "cli.export-next-graphml",
    "json": "cli.export-next-json",
    "csv": "cli.export-next-csv",
    "parquet": "cli.export-next-parquet",
}


@click.command("export", cls=Command, help="cli.help-export")
@click.argument("into", metavar="FORM", type=OneOf(_FORMS), cls=Argument, help="cli.help-form")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source-or-map")
@option("--people", type=Whole(), metavar="NUMBER", help="cli.help-people-exported")
@option("--follows", is_flag=True, help="cli.help-follows")
@answers(out="cli.help-out-export")
@connecting
@reading
@mapping
@naming
def export(
    into: Form,
    source: tuple[str, ...],
    people: int | None,
    follows: bool,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph export FORM SOURCE...`."""
    out = output.out or Path(f"influence-graph.{into}")
    with output.progress() as show:
        from influence_graph import exchange
        from influence_graph.exchange.graph import is_map

        given: Any = Path(source[0])
        if len(source) > 1 or not is_map(given):
            given, _ = mapped(source, show, server=server, reading=reading, answers=False, **how)
        show("cli.stage-export", 0, 0)
        done = exchange.export(given, out, form=into, names=names, people=people, follows=follows)
        show("cli.stage-export", 1, 1)
    output.show(_answer(done, into))


def _answer(done: Exported, form: Form) -> Answer:
    import pandas as pd
    from rich.text import Text

    data = {"files": list(done.files), "people": done.people, "connections": done.connections}
    files = ", ".join(map(str, done.files))
    told = say("cli.exported", n=done.people, connections=done.connections, files=files)
    return Answer(
        data=data,
        rows=pd.DataFrame({"file": list(map(str, done.files)), "people": done.people, "connections": done.connections}),
        drawing=lambda: [Text(f"{told}\n{say(_NEXT[form])}\n")],
    )
