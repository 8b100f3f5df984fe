"""`growth`: who moves up a tier, and whether they persuade as well as they grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import answers, connecting, mapping, naming, reading, sizing
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.summary import count, named
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.programme.growth import Growth

SHOWN = 20
"""People who are shown: --csv holds them all."""


@click.command("growth", cls=Command, help="cli.help-growth")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@sizing
@answers()
@connecting
@reading
@mapping
@naming
def growth(
    source: tuple[str, ...],
    tiers: str,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph growth SOURCE...`."""
    with output.progress() as show:
        from influence_graph.programme.groups import find_tiers

        how |= {"tiers": find_tiers(tiers), "backtest": False}
        result, _ = mapped(source, show, server=server, reading=reading, answers=False, **how)
        from influence_graph.programme.growth import growth

        told = growth(result, tiers=how["tiers"], seed=how["seed"], progress=show)
    output.give(_answer(told, result, names))


def _answer(told: Growth, result: MapResult, names: Literal["creators", "all"]) -> Answer:
    from influence_graph.folder import pseudonymous

    rows = told.table if names == "all" else pseudonymous(told.table)
    return Answer(
        data={
            "verdict": told.verdict,
            "pooled": told.pooled.to_dict("records"),
            "people": rows.to_dict("records"),
            "known": told.known,
            "tiers": told.tiers.begins,
            "findings": [note.record() for note in told.notes],
            "run": result.run,
        },
        rows=rows,
        drawing=lambda: list(_draw(told, rows)),
    )


def _draw(told: Growth, rows: pd.DataFrame) -> Iterator[RenderableType]:
    from rich.text import Text

    yield from paragraphs(told.notes)
    if not told.notes:
        yield Text(say("cli.no-growth") + "\n")
    if len(rows):
        cells = [
            [
                named(row),
                f"{row['moved_at']:%Y-%m-%d}",
                f"{count(row['followers_first'])} – {count(row['followers'])}",
                f"{_rate(row, 'before')} – {_rate(row, 'after')}",
                _ratio(row),
            ]
            for row in rows.head(SHOWN).to_dict("records")
        ]
        headings = say("cli.moved-at"), say("cli.followers-from-to"), say("cli.rate-from-to"), say("cli.times")
        yield table(say("cli.growth-heading"), say("cli.person"), *headings, rows=cells)


def _rate(row: Mapping[Any, Any], period: str) -> str:
    value = row[f"per_1000_{period}"]
    return number(value, ",.1f") if value == value else "?"


def _ratio(row: Mapping[Any, Any]) -> str:
    """After over before with its interval, empty where it can't be told."""
    if row["ratio"] != row["ratio"]:
        return ""
    middle, low, high = (number(row[name], ",.2f") for name in ("ratio", "ratio_low", "ratio_high"))
    return f"{middle} ({low}–{high})"
