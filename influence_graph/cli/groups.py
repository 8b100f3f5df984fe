"""`groups`: how the content of each group performs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import opened
from influence_graph.cli.options import answers, connecting, mapping, option, reading, sizing
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.summary import count, span
from influence_graph.cli.waiting import patiently
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import RATE, number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.programme.groups import Groups

SHOWN, FIRST = 8, 3
"""Rows of a grouping that are shown: the file holds them all; and columns that are, even where they are empty."""


@click.command("groups", cls=Command, help="cli.help-groups")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@sizing
@option("--emv", nargs=2, type=float, metavar="LOW HIGH", help="cli.help-emv")
@answers()
@connecting
@reading
@mapping
def groups(
    source: tuple[str, ...],
    tiers: str,
    emv: tuple[float, float] | None,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    seed: int,
    **how: Any,
) -> None:
    """`influence-graph groups SOURCE...`."""
    with output.progress() as show:
        tables, _ = opened(source, show, server, reading)
        from influence_graph.map import MapResult, map_tables
        from influence_graph.programme.groups import find_tiers, groups
        from influence_graph.tables import Tables

        chosen = find_tiers(tiers)
        told: Tables | MapResult = tables
        if len(tables.shares) or len(tables.conversions):
            how |= {"tiers": chosen, "backtest": False, "seed": seed}
            told = patiently(lambda: map_tables(tables, progress=show, **how))
        found = patiently(lambda: groups(told, tiers=chosen, emv=emv, seed=seed))
    inputs = {"inputs": tables.sources.to_dict("records")}
    output.give(_answer(found, told.run if isinstance(told, MapResult) else inputs))


def _answer(found: Groups, run: Mapping[str, Any]) -> Answer:
    """The groups whole, as their table, and in a screen."""
    curves = [{**asdict(curve), "points": curve.points.to_dict("records")} for curve in found.curves]
    return Answer(
        data={
            "groups": found.table.to_dict("records"),
            "percentiles": found.percentiles.to_dict("records"),
            "curves": curves,
            "findings": [note.record() for note in found.notes],
            "tiers": found.tiers.begins,
            "run": run,
        },
        rows=found.table,
        drawing=lambda: list(_draw(found)),
    )


def _draw(found: Groups) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.programme.groups.words import HEADINGS

    yield from paragraphs(found.notes)
    for by, heading in HEADINGS.items():
        rows = found.table[found.table["by"].eq(by)]
        if len(rows) > 1 or rows["group"].ne("").any():
            yield _grouping(say(heading), rows)
            if len(rows) > SHOWN:
                yield Text(say("cli.more-groups", n=len(rows) - SHOWN) + "\n", style="dim")
    quoted = found.percentiles.dropna(subset="benchmark")
    if len(quoted):
        yield _benchmarks(quoted)
    if "emv_low" in found.table:
        yield _media_value(found.table)


def _grouping(heading: str, rows: pd.DataFrame) -> RenderableType:
    from influence_graph.programme.groups.words import group_name

    columns = (
        say("cli.group"),
        say("cli.people"),
        say("cli.posts-number"),
        say("cli.per-1000"),
        say("cli.engagement-rate"),
        say("cli.per-driven"),
    )
    shown = rows.nlargest(SHOWN, "posts", keep="first").sort_index().to_dict("records")
    told = [
        [
            group_name(row["by"], row["group"]),
            count(row["people"]),
            count(row["posts"]),
            span(row, "per_1000"),
            _percent(row["engagement_followers"]),
            _price(row["cost_per_driven"], row["currency"]),
        ]
        for row in shown
    ]
    kept = [place for place in range(len(columns)) if place < FIRST or any(row[place] for row in told)]
    drawn = [[row[place] for place in kept] for row in told]
    return table(heading, *(columns[place] for place in kept), rows=drawn, whole=True)


def _benchmarks(rows: pd.DataFrame) -> RenderableType:
    """One's own first, then what is quoted of others."""
    columns = say("cli.group"), say("cli.people"), say("cli.own-median"), say("cli.own-range"), say("cli.quoted")
    told = [
        [
            f"{row['platform']}, {row['tier']}",
            count(row["people"]),
            _percent(row["p50"]),
            f"{_percent(row['p10'])}–{_percent(row['p90'])}" if row["p10"] == row["p10"] else "",
            f"{_percent(row['benchmark'])} ({row['year']:.0f})",
        ]
        for row in rows.to_dict("records")
    ]
    return table(say("cli.benchmarks"), *columns, rows=told, whole=True)


def _media_value(rows: pd.DataFrame) -> RenderableType:
    """What organic views would cost as advertising: a range, in the order of the table."""
    from influence_graph.programme.groups.words import group_name

    told = [
        [
            group_name(row["by"], row["group"]),
            count(row["views"]),
            f"{_price(row['emv_low'], row['currency'])}–{_price(row['emv_high'], row['currency'])}",
        ]
        for row in rows[rows["by"].eq("tier") & rows["emv_low"].notna()].to_dict("records")
    ]
    return table(say("cli.media-value"), say("cli.group"), say("cli.views"), say("cli.would-cost"), rows=told)


def _percent(rate: float) -> str:
    """A rate in per cent, empty where unknown."""
    return number(rate, RATE) if rate == rate else ""


def _price(value: float, currency: Any) -> str:
    """An amount of money, empty where unknown."""
    if value != value:
        return ""
    told = number(value, ",.2f" if abs(value) < 100 else ",.0f")
    return f"{told} {currency}" if isinstance(currency, str) else told
