"""`compare`: rules of credit beside the driver model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import answers, connecting, mapping, reading
from influence_graph.cli.output import Answer, Output, table
from influence_graph.cli.summary import count, named, span
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from influence_graph.comparison import Comparison

SHOWN = 10
_BESIDE = ("last_touch", "follower_share", "claimed")


@click.command("compare", cls=Command, help="cli.help-compare")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers()
@connecting
@reading
@mapping
def compare(
    source: tuple[str, ...],
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    **how: Any,
) -> None:
    """`influence-graph compare SOURCE...`."""
    with output.progress() as show:
        result, _ = mapped(source, show, server=server, reading=reading, answers=False, **how)
        from influence_graph.comparison import compare

        told = compare(result, progress=show)
    output.give(_answer(told))


def _answer(told: Comparison) -> Answer:
    """The comparison whole, as the creators' table, and in a screen."""
    return Answer(
        data={
            "rules": told.rules.to_dict("records"),
            "creators": told.creators.to_dict("records"),
            "correlations": told.correlations.to_dict(),
            "findings": [finding.record() for finding in told.findings],
            "run": told.run,
        },
        rows=told.creators,
        drawing=lambda: list(_draw(told)),
    )


def _draw(told: Comparison) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.comparison import WORDS

    for finding in [finding for finding in told.findings if finding.about == "answer"]:
        yield Text(f"{finding.text}\n")
    rules = [
        [say(WORDS[rule]), count(handed), _part(share, ".0%"), _part(correlation, ".2f")]
        for rule, handed, share, _, correlation in told.rules.itertuples(index=False)
    ]
    headings = say("cli.rule"), say("cli.handed-out"), say("cli.of-orders"), say("cli.rank-correlation")
    yield table(say("cli.rules"), *headings, rows=rules)
    creators = [
        [named(row), span(row, "driven"), *(count(row[rule]) for rule in _BESIDE)]
        for row in told.creators.head(SHOWN).to_dict("records")
    ]
    beside = (say(WORDS[rule]) for rule in _BESIDE)
    yield table(say("cli.drove-most"), say("cli.creator"), say("cli.driven"), *beside, rows=creators)
    for finding in [finding for finding in told.findings if finding.about != "answer"]:
        yield Text(f"{finding.text}\n", style="dim" if finding.about == "limits" else "")


def _part(value: float, spec: str) -> str:
    """A part of 1 or a correlation, empty where unknown."""
    return number(value, spec) if value == value else ""
