"""`check` and `load`: what the tables are, and a store to keep them in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.options import answers, connecting, is_store, option, reading, zoned
from influence_graph.cli.output import Answer, Output, line, table
from influence_graph.cli.progress import stage
from influence_graph.cli.waiting import patiently
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import TablesError, UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.store import Loaded
    from influence_graph.tables import Understanding

FAULTS = 10
"""Refused rows that are shown; `--json` lists them all."""


@click.command("check", cls=Command, help="cli.help-check")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source-tables")
@answers()
@option("--toml", is_flag=True, help="cli.help-toml")
@zoned
def check(source: tuple[str, ...], output: Output, toml: bool, **how: Any) -> None:
    """`influence-graph check SOURCE...`."""
    paths = _paths(source, "cli.check-store")
    with output.progress() as show:
        show("cli.stage-read", 0, 0)
        from influence_graph import tables

        files, told = paths if len(paths) > 1 else paths[0], stage("cli.stage-read", show)
        understood = patiently(lambda: tables.check(files, progress=told, **how))
    if toml:
        output.give_text(understood.proposal)
    else:
        frame = understood.frame()
        output.give(Answer(_record(understood), frame, lambda: _understood(understood, frame)))
    if understood.problem is not None:
        raise understood.problem
    if not understood.mappable:
        raise TablesError("cli.nothing-to-map")


def _paths(source: tuple[str, ...], refusal: str) -> list[Path]:
    """Files and folders; a store is refused by name, without the password that may be part of it."""
    if stores := [path for path in source if is_store(path)]:
        from influence_graph.store import shown

        raise UsageError(refusal, path=shown(stores[0]))
    return [Path(path) for path in source]


def _record(understood: Understanding) -> dict[str, Any]:
    return {
        "files": understood.frame().to_dict("records"),
        "missing": [{"id": note.id, "text": note.text} for note in understood.missing],
        "faults": understood.tables.faults.to_dict("records"),
        "mappable": understood.mappable,
        "problem": None if understood.problem is None else str(understood.problem),
        "proposal": understood.proposal,
    }


def _understood(understood: Understanding, frame: pd.DataFrame) -> list[RenderableType]:
    from rich.text import Text

    files = frame.to_dict("records")
    unknown = say("cli.unknown-table")
    rows = [[file["file"], file["table"] or unknown, number(file["rows"]), number(file["refused"])] for file in files]
    headings = (say("cli.file"), say("cli.table"), say("cli.rows"), say("cli.refused-rows"))
    pieces: list[RenderableType] = [table(say("cli.understood"), *headings, rows=rows)]
    for file in files:
        unused = say("cli.unused-columns", columns=file["extra"]) if file["extra"] else ""
        told = [str(text) for text in (file["export"], file["columns"], unused, file["remarks"]) if text]
        pieces.append(Text(line(f"{file['file']}: {' · '.join(told)}")))
    faults = understood.tables.faults.head(FAULTS).to_dict("records")
    if faults:
        # the line stands first: a long file name may be cut, the line may not
        places = [
            [f"{fault['line']} · {fault['file']}", str(fault["column"]), str(fault["reason"])] for fault in faults
        ]
        title = say("cli.refused-first", n=len(understood.tables.faults))
        pieces.append(table(title, say("cli.row-of-file"), say("cli.column"), say("cli.reason"), rows=places))
    if understood.missing:
        pieces.append(Text(say("cli.would-add"), style="bold"))
        pieces += [Text(f"  {note.text}") for note in understood.missing]
    return pieces


@click.command("load", cls=Command, help="cli.help-load")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source-tables")
@option("--to", required=True, metavar="STORE", help="cli.help-to")
@answers()
@connecting
@reading
def load(
    source: tuple[str, ...],
    to: str,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
) -> None:
    """`influence-graph load SOURCE... --to STORE`."""
    paths = _paths(source, "cli.load-store")
    with output.progress() as show:
        show("cli.stage-read", 0, 0)
        from influence_graph import store

        def told(part: str, done: int, total: int) -> None:
            show("cli.stage-load" if part.startswith("store.") else "cli.stage-read", done, total)

        loaded = store.load(paths, to, progress=told, server=server, **reading)
    shown = store.shown(to)
    output.give(
        Answer(
            data={"store": shown, "tables": loaded.counts.to_dict("records"), "refused": _refused(loaded)},
            rows=loaded.counts,
            drawing=lambda: _loaded(loaded, shown),
        )
    )


def _refused(loaded: Loaded) -> int:
    """Rows refused; a row kept without an unreadable cell is not among them."""
    return int(loaded.tables.sources["refused"].sum())


def _loaded(loaded: Loaded, to: str) -> list[RenderableType]:
    from rich.text import Text

    columns = ("added", "updated", "unchanged", "stored")
    told = loaded.counts[loaded.counts[list(columns)].sum(axis="columns").gt(0)]
    rows = [[str(row["table"]), *(number(row[column]) for column in columns)] for row in told.to_dict("records")]
    headings = (say("cli.table"), say("cli.added"), say("cli.updated"), say("cli.unchanged"), say("cli.stored"))
    pieces: list[RenderableType] = [table(say("cli.loaded", store=to), *headings, rows=rows)]
    if refused := _refused(loaded):
        pieces.append(Text(say("cli.refused", n=refused)))
    return [*pieces, Text(say("cli.loaded-next", store=to))]
