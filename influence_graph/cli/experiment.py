"""`experiment design | read`: whom to activate drawn at random, and what that did."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import opened
from influence_graph.cli.options import Part, Whole, answers, connecting, heard, is_store, option, reading
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.worded import Argument, Command, Group
from influence_graph.errors import UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.experiment import Design, Reading
    from influence_graph.tables import Note, Tables

_source = click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
_ACTIVATE = "activate.csv"


@click.group("experiment", cls=Group, help="cli.help-experiment")
@heard
def experiment() -> None:
    """`influence-graph experiment`: nothing to do before one of the commands below."""


@experiment.command("design", cls=Command, help="cli.help-design")
@_source
@option("--shortlist", type=click.Path(path_type=Path), metavar="FILE", help="cli.help-shortlist")
@option("--start", required=True, metavar="DATE", help="cli.help-start")
@option("--days", type=Whole(), default=30, show_default=True, metavar="NUMBER", help="cli.help-days")
@option("--take", type=Whole(), metavar="NUMBER", help="cli.help-take")
@option("--share", type=Part(), metavar="PART", help="cli.help-share")
@option("--apart", type=Part(), metavar="PART", help="cli.help-apart")
@option("--seed", type=Whole(), default=0, show_default=True, metavar="NUMBER", help="cli.help-seed")
@answers(out="cli.help-out-design", metavar="DIR")
@connecting
@reading
def design(
    source: tuple[str, ...],
    output: Output,
    shortlist: Path | None,
    start: str,
    days: int,
    take: int | None,
    share: float | None,
    seed: int,
    apart: float | None,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
) -> None:
    """`influence-graph experiment design SOURCE... --start DATE`."""
    from influence_graph.folder import check_out

    out = output.out or Path("experiment")
    check_out(out)
    if take is not None and share is not None:
        raise UsageError("cli.take-or-share")
    if not days:
        raise UsageError("cli.not-positive", option="--days", word=days)
    moment = _moment(start, reading["timezone"])
    with output.progress() as show:
        from influence_graph import experiment
        from influence_graph.experiment.designs import FILE

        if (out / FILE).exists():
            raise UsageError("experiment.drawn-already", path=out / FILE)
        tables, _ = opened(source, show, server, reading)
        drawn = experiment.design(
            tables,
            shortlist,
            start=moment,
            days=days,
            take=take,
            share=0.5 if share is None else share,
            apart=apart,
            seed=seed,
            progress=show,
        )
        _write(drawn, tables, out)
    output.show(_designed(drawn, out, source))


@experiment.command("read", cls=Command, help="cli.help-read")
@click.argument("design", type=click.Path(path_type=Path), cls=Argument, help="cli.help-read-design")
@_source
@option("--no-model", "silent", is_flag=True, help="cli.help-no-model")
@answers()
@connecting
@reading
def read(
    design: Path,
    source: tuple[str, ...],
    output: Output,
    silent: bool,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
) -> None:
    """`influence-graph experiment read DESIGN SOURCE...`."""
    with output.progress() as show:
        from influence_graph import experiment

        drawn = experiment.open_design(design)
        tables, _ = opened(source, show, server, reading)
        told = experiment.read(drawn, tables, model=not silent, progress=show)
    output.give(_told(told))


def _moment(word: str, timezone: str | None) -> pd.Timestamp:
    """A day or a moment, in the zone of the tables where it names none."""
    import pandas as pd

    from influence_graph.tables.settings import find_zone
    from influence_graph.tables.times import read_time

    found = read_time(word, day_first=True)
    if found is None:
        raise UsageError("cli.not-a-day", option="--start", word=word)
    moment, in_utc = found
    return pd.Timestamp(moment.replace(tzinfo=dt.UTC if in_utc or timezone is None else find_zone(timezone)))


def _write(drawn: Design, tables: Tables, out: Path) -> None:
    from influence_graph.experiment.designs import FILE
    from influence_graph.folder import as_csv, as_json, whole

    with whole(out) as draft:
        record = {**drawn.record(), "inputs": tables.sources.to_dict("records")}
        (draft / FILE).write_text(as_json(record), encoding="utf-8", newline="\n")
        (draft / _ACTIVATE).write_text(as_csv(_listed(drawn)), encoding="utf-8-sig", newline="\n")


def _listed(drawn: Design) -> pd.DataFrame:
    """Whom to activate and whom to leave alone, for people."""
    shown = drawn.creators.assign(activate=drawn.creators["activate"].map({True: "yes", False: "no"}))
    return shown[["block", "activate", "creator_id", "name", "expected", "followers", "shared"]]


def _designed(drawn: Design, out: Path, source: Sequence[str]) -> Answer:
    from influence_graph.experiment import advice
    from influence_graph.experiment.designs import FILE

    notes, rules = advice.on_design(drawn), advice.to_do(drawn)
    files = {"design": out / FILE, "activate": out / _ACTIVATE}
    following = say("cli.design-next", **files, source=" ".join(_typed(source)))
    return Answer(
        data={
            **drawn.record(),
            "files": list(files.values()),
            "notes": [note.record() for note in notes],
            "rules": [rule.record() for rule in rules],
        },
        rows=_listed(drawn),
        drawing=lambda: list(_draw_design(drawn, notes, rules, following)),
    )


def _typed(source: Sequence[str]) -> list[str]:
    """A source as it may be typed again, without a password that stands in it."""
    if not any(map(is_store, source)):
        return [shlex.quote(word) for word in source]
    from influence_graph.store import shown

    return [shlex.quote(shown(word)) for word in source]


def _told(told: Reading) -> Answer:
    from influence_graph.experiment import advice

    notes = advice.on_reading(told)
    return Answer(
        data={**told.record(), "notes": [note.record() for note in notes]},
        rows=told.creators,
        drawing=lambda: list(_draw_reading(told, notes)),
    )


def _draw_design(
    drawn: Design, notes: Sequence[Note], rules: Sequence[Note], following: str
) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    sums = {"followers": say("cli.followers-known"), "expected": say("cli.orders-expected")}
    yield _arms(say("cli.drawn", n=len(drawn.blocks.sizes)), drawn.creators, sums)
    yield from paragraphs(notes)
    yield Text(say("cli.experiment-rules"), style="bold")
    for note in rules:
        yield Padding(note.text, (0, 0, 0, 2))
    yield Text(f"\n{following}")


def _draw_reading(told: Reading, notes: Sequence[Note]) -> Iterator[RenderableType]:
    from rich.text import Text

    first, *others = (note.text for note in notes)
    yield Text(f"{first}\n", style="bold")
    sums = {"orders": say("cli.orders"), "expected": say("cli.orders-expected")}
    yield _arms(say("cli.window"), told.counted, sums)
    for text in others:
        yield Text(f"{text}\n")


def _arms(title: str, creators: pd.DataFrame, sums: Mapping[str, str]) -> RenderableType:
    """The activated beside those left alone: how many, and these columns added up."""
    rows = []
    for arm, words in ((True, say("cli.activated")), (False, say("cli.left-alone"))):
        frame = creators[creators["activate"].eq(arm)]
        rows.append([words, number(len(frame)), *(number(frame[name].sum()) for name in sums)])
    return table(title, "", say("cli.creators"), *sums.values(), rows=rows)
