"""`talents`: who outside could join, and which content to reuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import answers, connecting, mapping, naming, reading
from influence_graph.cli.output import Answer, Output, line, paragraphs, table
from influence_graph.cli.summary import count, named
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.programme.talents import Talents

SHOWN = 8


@click.command("talents", cls=Command, help="cli.help-talents")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers()
@connecting
@reading
@mapping
@naming
def talents(
    source: tuple[str, ...],
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph talents SOURCE...`."""
    with output.progress() as show:
        result, _ = mapped(source, show, server=server, reading=reading, backtest=False, answers=False, **how)
        from influence_graph.programme.talents import talents

        told = talents(result, progress=show)
    output.give(_answer(told, result, names))


def _answer(told: Talents, result: MapResult, names: Literal["creators", "all"]) -> Answer:
    from influence_graph.folder import pseudonymous

    rows = told.table if names == "all" else pseudonymous(told.table)
    listed = set(result.people.loc[result.people["is_creator"], "person_id"])
    pieces = told.content.assign(is_creator=told.content["person_id"].isin(listed), name=None)
    pieces = (pieces if names == "all" else pseudonymous(pieces)).drop(columns=["is_creator", "name"])
    return Answer(
        data={
            "talents": rows.to_dict("records"),
            "content": pieces.to_dict("records"),
            "outside": told.outside,
            "findings": [note.record() for note in told.notes],
            "run": result.run,
        },
        rows=rows,
        drawing=lambda: list(_draw(told, rows)),
    )


def _draw(told: Talents, rows: pd.DataFrame) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.programme.talents.sentences import WORDS

    yield from paragraphs(told.notes)
    for kind, word in WORDS.items():
        best = rows[rows["kind"].eq(kind)].head(SHOWN)
        for place, row in enumerate(best.to_dict("records")):
            if not place:
                yield Text(say("cli.talents-of", kind=say(word)), style="bold")
            yield Text(line(" ".join(_told(row))))
        if len(best):
            yield Text("")
    if len(told.content):
        pieces = [
            [str(row["content_id"]), _span(row), count(row["exposed"])]
            for row in told.content.head(SHOWN).to_dict("records")
        ]
        headings = say("cli.content-id"), say("cli.rate"), say("cli.exposures")
        yield table(say("cli.content-heading"), *headings, rows=pieces)


def _told(row: Mapping[Any, Any]) -> Iterator[str]:
    """What speaks for somebody, whom they add, and what the tables do not tell of them."""
    from influence_graph.programme.talents.sentences import FACTS

    facts = "; ".join(row[name] for name in FACTS if isinstance(row[name], str))
    score, least = number(row["score"], ".2f"), number(row["score_low"], ".2f")
    yield say("cli.talent", name=named(row), score=score, least=least, facts=facts)
    if fresh := count(row["reach_new"]):
        yield say("cli.talent-reach", fresh=fresh)
    if row["unknown"]:
        yield say("cli.talent-unknown", unknown=row["unknown"])


def _span(row: Mapping[Any, Any]) -> str:
    middle, low, high = (number(row[f"per_1000{end}"], ",.2f") for end in ("", "_low", "_high"))
    return f"{middle} ({low}–{high})"
