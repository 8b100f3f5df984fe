"""`backtest`: what held-out orders say for and against the map."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import opened
from influence_graph.cli.options import answers, connecting, exposing, reading, seeding
from influence_graph.cli.output import Answer, Output, table
from influence_graph.cli.waiting import patiently
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from influence_graph.backtesting import Backtest


@click.command("backtest", cls=Command, help="cli.help-backtest")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers()
@connecting
@reading
@exposing
@seeding
def backtest(
    source: tuple[str, ...],
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    **how: Any,
) -> None:
    """`influence-graph backtest SOURCE...`."""
    with output.progress() as show:
        tables, _ = opened(source, show, server, reading)
        from influence_graph.backtesting import backtest

        told = patiently(lambda: backtest(tables, progress=show, **how))
    output.give(_answer(told))


def _answer(told: Backtest) -> Answer:
    """The backtest whole, as its comparisons, and in a screen."""
    return Answer(data=told.record(), rows=told.steps, drawing=lambda: list(_draw(told)))


def _draw(told: Backtest) -> Iterator[RenderableType]:
    from rich.text import Text

    for text in dict.fromkeys(claim.text for claim in told.claims):
        yield Text(f"{text}\n")
    if not told.judged:
        return
    steps = [
        _row(row, "step", "+.2%", "likelier", "likelier_low", "likelier_high") for row in told.steps.to_dict("records")
    ]
    headings = [say("cli.comparison"), say("cli.likelier"), say("cli.low"), say("cli.high")]
    yield table(say("cli.steps"), *headings, rows=steps, whole=True)
    if len(told.scores):
        rates = ("auc", "calibration", "top_decile_precision", "rank_correlation")
        scores = [_row(row, "score", ".2f", *rates) for row in told.scores.to_dict("records")]
        headings = [say("cli.score"), say("cli.auc"), say("cli.calibration"), say("cli.top-tenth")]
        yield table(say("cli.scores"), *headings, say("cli.rank-correlation"), rows=scores, whole=True)
        yield Text(f"{say('cli.scores-read')}\n", style="dim")
    for text in told.notes:
        yield Text(f"{text}\n", style="dim")


def _row(row: Mapping[Hashable, Any], name: str, spec: str, *columns: str) -> list[str]:
    """What is compared in words, then numbers, empty where unknown."""
    from influence_graph.backtesting import WORDS

    numbers = (row[column] for column in columns)
    return [say(WORDS[row[name]]), *(number(value, spec) if value == value else "" for value in numbers)]
