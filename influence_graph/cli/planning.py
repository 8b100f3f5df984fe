"""`spread` and `plan`: what to expect when some people post, and whom to activate with a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import mapped
from influence_graph.cli.options import Positive, Whole, answers, connecting, mapping, naming, option, reading
from influence_graph.cli.output import Answer, Output, table
from influence_graph.cli.progress import Progress
from influence_graph.cli.summary import span
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.planning import Forecast

SHOWN, DAYS = 15, 8
ROLES = ("influencer", "ugc", "advocate")
_source = click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
Function = Callable[..., Any]


def posting(function: Function) -> Function:
    """How people post and order: the command gets `days`, `posts`, `full_audience` and `once`."""
    options = (
        option("--days", type=Whole(), metavar="NUMBER", help="cli.help-until"),
        option("--posts", type=Positive(), metavar="NUMBER", help="cli.help-posts-each"),
        option("--full-audience", is_flag=True, help="cli.help-full-audience"),
        option("--repeatable", is_flag=True, help="cli.help-repeatable"),
    )

    @wraps(function)
    def command(days: int | None, repeatable: bool, **given: Any) -> Any:
        if days == 0:
            raise UsageError("cli.not-positive", option="--days", word=days)
        return function(days=days, once=not repeatable, **given)

    decorated: Function = command
    for add in reversed(options):
        decorated = add(decorated)
    return decorated


@click.command("spread", cls=Command, help="cli.help-spread")
@_source
@option("--people", "people", multiple=True, required=True, metavar="PEOPLE", help="cli.help-who-posts")
@posting
@answers()
@connecting
@reading
@mapping
@naming
def spread(
    source: tuple[str, ...],
    people: tuple[str, ...],
    days: int | None,
    posts: float | None,
    full_audience: bool,
    once: bool,
    output: Output,
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph spread SOURCE... --people A,B`."""
    asked = listed("--people", people)
    with output.progress() as show:
        result = mapped_for_plans(source, show, how)
        from influence_graph.planning import forecast, prospects

        who = meant(result, asked)
        known = prospects(result, posts=posts, full_audience=full_audience, seed=how["seed"])
        told = forecast(known, who, days=days or 30, once=once, seed=how["seed"], progress=show)
    output.give(_expected(told, names))


def mapped_for_plans(source: Sequence[str], show: Progress, how: dict[str, Any]) -> MapResult:
    """The map without its backtest and its answers, which say nothing of plans."""
    result, _ = mapped(source, show, backtest=False, answers=False, **how)
    return result


def listed(word: str, given: Sequence[str]) -> list[str]:
    """Names separated by commas, over all times the option was given."""
    asked = [name.strip() for names in given for name in names.split(",") if name.strip()]
    if given and not asked:
        raise UsageError("cli.nobody-named", option=word)
    return asked


def meant(result: MapResult, asked: Sequence[str]) -> list[str]:
    """The ids of those who are named, each once."""
    from influence_graph.explanation.who import find_person

    return list(dict.fromkeys(find_person(result, name) for name in asked))


def shown(people: pd.DataFrame, names: Literal["creators", "all"]) -> pd.DataFrame:
    """People as they may be named."""
    from influence_graph.folder import pseudonymous

    return people if names == "all" else pseudonymous(people)


def _expected(told: Forecast, names: Literal["creators", "all"]) -> Answer:
    """The forecast whole, its days with everybody and role by role, and in a screen."""
    import pandas as pd

    from influence_graph.planning import on_forecast

    sentences, people = list(on_forecast(told)), shown(told.people, names)
    data = {**told.record(), "people": people.to_dict("records"), "sentences": [note.record() for note in sentences]}
    parts = told.by_day.assign(role="all")[told.by_day_and_role.columns], told.by_day_and_role
    rows = pd.concat(parts).sort_values("day", kind="stable", ignore_index=True)
    return Answer(data=data, rows=rows, drawing=lambda: list(_draw_forecast(told, data)))


def _draw_forecast(told: Forecast, data: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(" ".join(note["text"] for note in data["sentences"]) + "\n")
    measures = ["conversions", *(["value"] if told.value is not None else []), "reach", "shares"]
    worth = [within(say("cli.worth"), told.currency)] if told.value is not None else []
    headings = say("cli.orders"), *worth, say("cli.people-reached"), say("cli.sharers")
    last = len(told.by_day)
    days = sorted({round(last * part / DAYS) for part in range(1, DAYS + 1)} - {0})
    rows = told.by_day[told.by_day["day"].isin(days)].to_dict("records")
    told_days = [[number(row["day"]), *_cells(row, measures)] for row in rows]
    yield table(say("cli.expected-days"), say("cli.day"), *headings, rows=told_days)
    words = {
        "influencer": say("cli.influencer"), "ugc": say("cli.ugc"), "advocate": say("cli.advocate"),
        "unassigned": say("cli.unassigned"),
    }  # fmt: skip
    by_role = [[words[row["role"]], *_cells(row, measures)] for row in told.by_role.to_dict("records")]
    yield table(say("cli.expected-roles"), say("cli.plan-role"), *headings, rows=by_role, whole=True)
    some = told.by_day_and_role[told.by_day_and_role["day"].isin(days)].to_dict("records")
    orders = {(row["day"], row["role"]): span(row, "conversions") for row in some}
    days_of_roles = [[number(day), *(orders[day, role] for role in words)] for day in days]
    yield table(say("cli.expected-days-roles"), say("cli.day"), *words.values(), rows=days_of_roles)
    yield from told_notes(data["notes"])


def _cells(row: Mapping[Any, Any], measures: Sequence[str]) -> list[str]:
    """Orders and their value with intervals, people as they are expected."""
    return [*(span(row, name) for name in measures[:-2]), *(amount(row[name]) for name in measures[-2:])]


def within(words: str, currency: str | None) -> str:
    """A heading with the currency of what stands below it, where one is known."""
    return f"{words} ({currency})" if currency else words


def told_notes(notes: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """What was assumed and what can't be told, below everything else."""
    from rich.text import Text

    for note in notes:
        yield Text(note["text"], style="dim")


def amount(value: float) -> str:
    """An amount, empty where unknown: with a digit behind the point where it is small."""
    return "" if value != value else number(value, ",.1f" if abs(value) < 100 else ",.0f")
