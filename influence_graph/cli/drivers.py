"""`drivers`: everybody's credit in a table, and where one person's comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import answers, connecting, mapping, naming, option, reading
from influence_graph.cli.output import Answer, Output, table
from influence_graph.cli.summary import count, named, span
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.explanation import Explanation
    from influence_graph.map import MapResult

SHOWN, POSTS, ORDERS, WAYS = 20, 8, 5, 5


@click.command("drivers", cls=Command, help="cli.help-drivers")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@option("--explain", "person", metavar="PERSON", help="cli.help-explain")
@answers()
@connecting
@reading
@mapping
@naming
def drivers(
    source: tuple[str, ...],
    person: str | None,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph drivers SOURCE...`."""
    with output.progress() as show:
        result, _ = mapped(source, show, server=server, reading=reading, **how)
    if person is None:
        output.give(_everybody(result, names))
    else:
        from influence_graph.explanation import explain

        output.give(_one(explain(result, person, names=names)))


def _everybody(result: MapResult, names: Literal["creators", "all"]) -> Answer:
    """Who shared or is listed, as people.csv holds them."""
    from influence_graph.folder import pseudonymous

    known = result.people[result.people["is_creator"] | result.people["driven"].notna()].reset_index(drop=True)
    rows = known if names == "all" else pseudonymous(known)
    return Answer(
        data={
            "people": rows.to_dict("records"),
            "findings": [found.record() for found in result.findings if found.about != "data"],
            "run": result.run,
        },
        rows=rows,
        drawing=lambda: list(_draw_everybody(result, rows)),
    )


def _draw_everybody(result: MapResult, rows: pd.DataFrame) -> Iterator[RenderableType]:
    from rich.text import Text

    for finding in [found for found in result.findings if found.about == "answer"][:1]:
        yield Text(f"{finding.text}\n")
    creators = rows[rows["is_creator"]]
    headings = say("cli.creator"), say("cli.followers"), say("cli.driven"), say("cli.lift")
    told = [
        [named(row), count(row["followers"]), span(row, "driven"), span(row, "lift")]
        for row in creators.head(SHOWN).to_dict("records")
    ]
    yield table(say("cli.who-drives"), *headings, rows=told)
    if len(rows) > len(told):
        yield Text(say("cli.more-people", n=len(rows) - len(told)) + "\n", style="dim")


def _one(told: Explanation) -> Answer:
    """An explanation whole, its ways of credit as rows, and in a screen."""
    return Answer(
        data={
            "person": told.credit,
            "findings": [finding.record() for finding in told.findings],
            "shares": told.shares.to_dict("records"),
            "orders": told.orders.to_dict("records"),
            "paths": told.paths.to_dict("records"),
            "run": told.run,
        },
        rows=told.paths,
        drawing=lambda: list(_draw_one(told)),
    )


def _draw_one(told: Explanation) -> Iterator[RenderableType]:
    from rich.text import Text

    for finding in [found for found in told.findings if found.about != "limits"]:
        yield Text(f"{finding.text}\n")
    posts = told.shares.nlargest(POSTS, "driven") if len(told.shares) else told.shares
    if len(posts):
        headings = (
            say("cli.post-heading"),
            say("cli.day"),
            say("cli.of-post"),
            say("cli.passed-on"),
            say("cli.downstream"),
        )
        rows = [
            [
                str(row["share_id"]),
                _day(row["shared_at"]),
                *(_one_digit(row[c]) for c in ("driven", "passed_on", "downstream")),
            ]
            for row in posts.to_dict("records")
        ]
        yield table(say("cli.posts"), *headings, rows=rows)
    if len(told.orders):
        yield _orders(told.orders.head(ORDERS))
        yield _ways(told.paths)
    for finding in [found for found in told.findings if found.about == "limits"]:
        yield Text(f"{finding.text}\n", style="dim")


def _orders(orders: pd.DataFrame) -> RenderableType:
    headings = say("cli.order-heading"), say("cli.day"), say("cli.theirs"), say("cli.by-others"), say("cli.anyway")
    rows = [
        [
            str(row["conversion_id"]) if row["conversion_id"] == row["conversion_id"] else say("cli.an-order"),
            _day(row["converted_at"]),
            *(number(row[part], ".2f") for part in ("credit", "others", "organic")),
        ]
        for row in orders.to_dict("records")
    ]
    return table(say("cli.credited-orders"), *headings, rows=rows)


def _ways(paths: pd.DataFrame) -> RenderableType:
    """Ways as chains of who shared, the order at the end."""
    rows = []
    for _, steps in list(paths.groupby("path"))[:WAYS]:
        last = steps.iloc[-1]
        order = str(last["conversion_id"]) if last["conversion_id"] == last["conversion_id"] else say("cli.an-order")
        chain = " → ".join([str(steps["share_id"].iloc[0]), *steps["person_id"].iloc[1:].astype(str), order])
        rows.append([chain, number(last["part"], ".0%")])
    return table(say("cli.ways"), say("cli.way"), say("cli.part-of-order"), rows=rows)


def _day(at: Any) -> str:
    return str(at.date().isoformat())


def _one_digit(value: float) -> str:
    return number(value, ",.1f") if value == value else ""
