"""`queries` and `query`: the questions that come with the program, and asking a store one of them or one's own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.options import OneOf, answers, connecting, option
from influence_graph.cli.output import Answer, Output, line
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import UsageError
from influence_graph.language import say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from influence_graph.queries import Query
    from influence_graph.store.answers import Answer as Told


@click.command("queries", cls=Command, help="cli.help-queries")
@option("--save", type=click.Path(path_type=Path), metavar="DIR", help="cli.help-save")
@answers()
def queries(save: Path | None, output: Output) -> None:
    """`influence-graph queries`."""
    import pandas as pd

    from influence_graph.queries import files

    listed = files.listed()
    saved = files.save(save) if save else []
    rows = [{"name": query.name, "question": query.question, "parameters": _parameters(query)} for query in listed]
    records = [
        {
            "name": query.name,
            "number": query.number,
            "question": query.question,
            "parameters": [vars(parameter) for parameter in query.parameters],
        }
        for query in listed
    ]
    output.give(
        Answer(
            data={"queries": records, "saved": saved},
            rows=pd.DataFrame(rows),
            drawing=lambda: _listed(listed, save),
        )
    )


def _parameters(query: Query) -> str:
    """As they would be typed."""
    typed = (str(told.default).lower() if isinstance(told.default, bool) else told.default for told in query.parameters)
    return " ".join(f"{told.name}={value}" for told, value in zip(query.parameters, typed, strict=True))


def _listed(listed: Sequence[Query], save: Path | None) -> list[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    drawn = Table.grid(padding=(0, 2))
    for query in listed:
        drawn.add_row(Text(query.name, style="bold", no_wrap=True), Text(query.question))
        if query.parameters:
            drawn.add_row("", Text(_parameters(query), style="dim"))
    told = say("cli.queries-saved", path=save) if save else say("cli.queries-next")
    return [drawn, Text(f"\n{told}")]


@click.command("query", cls=Command, help="cli.help-query")
@click.argument("name", metavar="NAME|FILE", cls=Argument, help="cli.help-query-name")
@click.argument("source", default="neo4j://", cls=Argument, help="cli.help-query-source")
@option("-P", "--parameter", "given", multiple=True, metavar="KEY=VALUE", help="cli.help-parameter")
@option("--write", is_flag=True, help="cli.help-write")
@option("--names", type=OneOf(("creators", "all")), default="creators", show_default=True, help="cli.help-names")
@answers()
@connecting
def query(
    name: str,
    source: str,
    given: Sequence[str],
    write: bool,
    names: Literal["creators", "all"],
    output: Output,
    server: Mapping[str, str | None],
) -> None:
    """`influence-graph query NAME|FILE [SOURCE]`."""
    parameters = dict(_pair(word) for word in given)
    with output.progress() as show:
        show("cli.stage-query", 0, 0)
        import pandas as pd

        from influence_graph import queries
        from influence_graph.cli import cells

        asked = queries.find(name)
        told, notices = queries.ask(asked, source, parameters, write=write, server=server)
        show("cli.stage-query", 1, 1)
    told = told if names == "all" else cells.hidden(told)
    rows = [dict(zip(told.columns, map(cells.record, row), strict=True)) for row in told.rows]
    record = {"query": asked.name, "question": asked.question, "columns": told.columns, "rows": rows}
    frame = pd.DataFrame([[_flat(value) for value in row] for row in told.rows], columns=list(told.columns))
    output.give(
        Answer(
            data=record | {"changes": told.changes, "notices": notices},
            rows=frame,
            drawing=lambda: _answered(asked, told),
        )
    )
    for notice in notices:
        sys.stderr.write(f"{notice}\n")


def _pair(word: str) -> tuple[str, str]:
    key, separator, value = word.partition("=")
    if not separator or not key:
        raise UsageError("cli.no-pair", word=word)
    return key, value


def _flat(value: Any) -> Any:
    """What a cell of a CSV file can hold: numbers and truths as they are, all else as text."""
    from influence_graph.cli.cells import text

    return value if isinstance(value, bool | int | float | str | None) else text(value)


def _answered(asked: Query, told: Told) -> list[RenderableType]:
    from rich.text import Text

    from influence_graph.cli.cells import SHOWN, Grid, columns

    pieces: list[RenderableType] = [Text(line(asked.question), style="bold")] if asked.question else []
    if told.rows:
        pieces.append(Grid(columns(told)))
    elif told.columns:
        pieces.append(Text(say("cli.no-rows")))
    if (more := len(told.rows) - SHOWN) > 0:
        pieces.append(Text(say("cli.more-rows", n=more, shown=SHOWN)))
    pieces += [Text(f"{what.replace('_', ' ')}: {text}") for what, text in told.changes.items()]
    return pieces
