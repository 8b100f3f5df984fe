"""`match`: what works in which community, and who adds most there next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import mapped, zone
from influence_graph.cli.options import Whole, answers, connecting, mapping, naming, option, reading
from influence_graph.cli.output import Answer, Output, paragraphs, table
from influence_graph.cli.summary import count, named, span
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.programme.match import Match

COLUMNS = 4
"""Roles or kinds of posts in the matrix that is shown, those that reach most: --json holds them all."""


@click.command("match", cls=Command, help="cli.help-match")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@option("--community", type=Whole(), multiple=True, metavar="NUMBER", help="cli.help-match-community")
@option("--active", multiple=True, metavar="ID", help="cli.help-match-active")
@option("--top", type=Whole(), default=5, show_default=True, metavar="NUMBER", help="cli.help-match-top")
@answers()
@connecting
@reading
@mapping
@naming
def match(
    source: tuple[str, ...],
    community: tuple[int, ...],
    active: tuple[str, ...],
    top: int,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
    seed: int,
    **how: Any,
) -> None:
    """`influence-graph match SOURCE...`."""
    with output.progress() as show:
        from influence_graph.tables.settings import find_zone

        timezone = zone(source, reading)
        if timezone is not None:
            find_zone(timezone)  # before the work: a store's tables are read without one
        result, _ = mapped(
            source, show, server=server, reading=reading, backtest=False, answers=False, seed=seed, **how
        )
        from influence_graph.programme.match import match

        wanted = [str(number) for number in community]
        told = match(
            result, community=wanted, active=active or None, top=top, timezone=timezone, seed=seed, progress=show
        )
    output.give(_answer(told, result, names))


def _answer(told: Match, result: MapResult, names: Literal["creators", "all"]) -> Answer:
    from influence_graph.folder import pseudonymous

    rows = told.table if names == "all" else pseudonymous(told.table)
    known = dict(zip(told.table["person_id"], rows["person_id"], strict=True))
    pairs = told.overlap.assign(**{end: told.overlap[end].map(known) for end in ("person_id", "other_id")})
    matrix = told.matrix
    if names != "all":
        listed = result.people.loc[result.people["is_creator"], "person_id"]
        matrix = matrix[matrix["by"].ne("creator") | matrix["group"].isin(listed)]
    return Answer(
        data={
            "match": rows.to_dict("records"),
            "matrix": matrix.to_dict("records"),
            "overlap": pairs.to_dict("records"),
            "evidence": told.evidence.to_dict("records"),
            "active": told.active,
            "zone": told.zone,
            "findings": [note.record() for note in told.notes],
            "run": result.run,
        },
        rows=rows,
        drawing=lambda: list(_draw(told, rows)),
    )


def _draw(told: Match, rows: pd.DataFrame) -> Iterator[RenderableType]:
    from rich.text import Text

    yield from paragraphs(told.notes)
    if len(told.matrix):
        yield _matrix(told.matrix)
    if len(rows):
        yield Text(say("cli.match-heading") + "\n", style="bold")
    for community, people in rows.groupby("community", sort=False):
        lines = [_line(row) for row in people.to_dict("records")]
        headings = say("cli.creator"), say("cli.match-adds"), say("cli.match-fresh"), say("cli.match-kind")
        yield table(say("cli.match-where", community=community), *headings, say("cli.match-slot"), rows=lines)


def _line(row: Mapping[Any, Any]) -> list[str]:
    from influence_graph.programme.groups.words import group_name

    adds = span({"adds": row["expected"], "adds_low": row["low"], "adds_high": row["high"]}, "adds")
    kind = group_name("kind", row["kind"]) if isinstance(row["kind"], str) and row["kind"] else "–"
    fresh = count(row["fresh"]) if isinstance(row["fresh"], int) else "–"
    return [named(row), adds, f"{fresh} / {count(row['reach'])}", kind, _slot(row)]


def _matrix(matrix: pd.DataFrame) -> RenderableType:
    """Communities by all posts and by the roles and kinds that reach most."""
    from influence_graph.programme.groups.words import group_name

    groups = matrix[matrix["by"].isin(("community", "role", "kind"))]
    reach = groups.groupby(["by", "group"], sort=False)["exposed"].sum()
    kept = [("community", "")]
    for by in ("role", "kind"):
        kept += [(by, str(group)) for group in reach.loc[by].nlargest(COLUMNS // 2).index] if by in reach.index else []
    rate = groups.set_index(["community", "by", "group"])["per_1000"]
    headings = [say("cli.match-everybody") if by == "community" else group_name(by, group) for by, group in kept]
    rows = []
    for community in groups["community"].unique():
        cells = [rate.get((community, by, group), float("nan")) for by, group in kept]
        rows.append([str(community), *(number(cell, ",.2f") if cell == cell else "" for cell in cells)])
    return table(say("cli.match-matrix"), say("cli.community"), *headings, rows=rows)


def _slot(row: Mapping[Any, Any]) -> str:
    """Day and hours, as far as something shows them."""
    from influence_graph.programme.timing.sentences import Day

    by_day, by_hours = (isinstance(row[name], int) for name in ("day", "from_hour"))
    if not by_day:
        return say("cli.slot-hours", begin=row["from_hour"], end=row["to_hour"]) if by_hours else "–"
    if not by_hours:
        return say("cli.slot-day", day=Day(row["day"]))
    return say("cli.slot", day=Day(row["day"]), begin=row["from_hour"], end=row["to_hour"])
