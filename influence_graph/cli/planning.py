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
from influence_graph.cli.summary import named, span
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult
    from influence_graph.planning import Forecast, Plan

SHOWN, DAYS = 15, 8
ROLES = ("influencer", "ugc", "advocate")
_source = click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
Function = Callable[..., Any]


class Quota(click.ParamType):  # type: ignore[type-arg]
    """A role and a part of the people: ``advocate=20%``."""

    name = "quota"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:  # noqa: ARG002
        """The role and its part, or our own error."""
        role, _, part = str(value).partition("=")
        percent = part.strip().endswith("%")
        try:
            told = float(part.strip().removesuffix("%")) / (100.0 if percent else 1.0)
        except ValueError:
            told = float("nan")
        if not role.strip() or not 0 <= told <= 1:
            raise UsageError("cli.not-a-quota", option="--quota", word=value)
        if (role := role.strip().casefold()) not in ROLES:
            raise UsageError("planning.no-such-role", role=role, known=", ".join(ROLES))
        return role, told


def posting(function: Function) -> Function:
    """How people post and order: the command gets `days`, `posts` and `repeatable`."""
    options = (
        option("--days", type=Whole(), metavar="NUMBER", help="cli.help-until"),
        option("--posts", type=Positive(), metavar="NUMBER", help="cli.help-posts-each"),
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
    once: bool,
    output: Output,
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph spread SOURCE... --people A,B`."""
    asked = _listed("--people", people)
    with output.progress() as show:
        result = _mapped(source, show, how)
        from influence_graph.planning import forecast, prospects

        who = _meant(result, asked)
        told = forecast(
            prospects(result, posts=posts, seed=how["seed"]), who, days=days or 30, once=once, seed=how["seed"],
            progress=show,
        )  # fmt: skip
    output.give(_expected(told, names))


@click.command("plan", cls=Command, help="cli.help-plan")
@_source
@option("--budget", type=Positive(), metavar="MONEY", help="cli.help-budget")
@option("--target", type=Positive(), metavar="ORDERS", help="cli.help-target")
@option("--people-at-most", "people", type=Whole(), metavar="NUMBER", help="cli.help-people-at-most")
@option("--quota", "quotas", type=Quota(), multiple=True, metavar="ROLE=PART", help="cli.help-quota")
@option("--include", multiple=True, metavar="PEOPLE", help="cli.help-include")
@option("--exclude", multiple=True, metavar="PEOPLE", help="cli.help-exclude")
@option("--platform", metavar="NAME", help="cli.help-platform")
@option("--costs", "rates", metavar="FILE", help="cli.help-costs")
@option("--currency", metavar="CODE", help="cli.help-currency")
@posting
@answers()
@connecting
@reading
@mapping
@naming
def plan(
    source: tuple[str, ...],
    budget: float | None,
    target: float | None,
    people: int | None,
    quotas: tuple[tuple[str, float], ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    platform: str | None,
    rates: str | None,
    currency: str | None,
    days: int | None,
    posts: float | None,
    once: bool,
    output: Output,
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph plan SOURCE... --budget MONEY`."""
    if budget is None and target is None and not people:
        raise UsageError("cli.plan-limit")
    wanted, unwanted = (_listed(word, given) for word, given in (("--include", include), ("--exclude", exclude)))
    with output.progress() as show:
        from influence_graph.planning import costs, plan, prospects, read_rates

        prices = read_rates(rates) if rates else None  # before the work, lest it were for nothing
        result = _mapped(source, show, how)
        known = prospects(result, posts=posts, seed=how["seed"])
        told = plan(
            known, costs(known, result.tables, rates=prices, currency=currency), budget=budget, target=target,
            people=people, quotas=dict(quotas), include=_meant(result, wanted), exclude=_meant(result, unwanted),
            platform=platform, days=days, once=once, seed=how["seed"], progress=show,
        )  # fmt: skip
    output.give(_planned(told, names))


def _mapped(source: Sequence[str], show: Progress, how: dict[str, Any]) -> MapResult:
    """The map without its backtest, which says nothing of plans."""
    reading = {name: how.pop(name) for name in ("timezone", "config", "strict")}
    result, _ = mapped(source, show, server=how.pop("server"), reading=reading, backtest=False, **how)
    return result


def _listed(word: str, given: Sequence[str]) -> list[str]:
    """Names separated by commas, over all times the option was given."""
    asked = [name.strip() for names in given for name in names.split(",") if name.strip()]
    if given and not asked:
        raise UsageError("cli.nobody-named", option=word)
    return asked


def _meant(result: MapResult, asked: Sequence[str]) -> list[str]:
    from influence_graph.explanation.who import find_person

    return list(dict.fromkeys(find_person(result, name) for name in asked))


def _shown(people: pd.DataFrame, names: Literal["creators", "all"]) -> pd.DataFrame:
    """People as they may be named."""
    from influence_graph.folder import pseudonymous

    return people if names == "all" else pseudonymous(people)


def _expected(told: Forecast, names: Literal["creators", "all"]) -> Answer:
    """The forecast whole, its days, and in a screen."""
    from influence_graph.planning import on_forecast
    from influence_graph.planning.forecast import records

    sentences, people = list(on_forecast(told)), _shown(told.people, names)
    data = {**told.record(), "people": people.to_dict("records"), "sentences": records(sentences)}
    return Answer(data=data, rows=told.by_day, drawing=lambda: list(_draw_forecast(told, data)))


def _draw_forecast(told: Forecast, data: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(" ".join(note["text"] for note in data["sentences"]) + "\n")
    measures = ["conversions", *(["value"] if told.value is not None else []), "reach", "shares"]
    worth = [_in(say("cli.worth"), told.currency)] if told.value is not None else []
    headings = say("cli.orders"), *worth, say("cli.people-reached"), say("cli.sharers")
    last = len(told.by_day)
    days = sorted({round(last * part / DAYS) for part in range(1, DAYS + 1)} - {0})
    rows = told.by_day[told.by_day["day"].isin(days)].to_dict("records")
    told_days = [
        [
            number(row["day"]),
            *(span(row, name) for name in measures[:-2]),
            *(_amount(row[name]) for name in measures[-2:]),
        ]
        for row in rows
    ]
    yield table(say("cli.expected-days"), say("cli.day"), *headings, rows=told_days)
    words = {"influencer": say("cli.influencer"), "ugc": say("cli.ugc"), "advocate": say("cli.advocate")}
    by_role = [
        [words.get(row["role"], say("cli.unassigned")), *(_amount(row[name]) for name in measures)]
        for row in told.by_role.to_dict("records")
    ]
    yield table(say("cli.expected-roles"), say("cli.plan-role"), *headings, rows=by_role)
    yield from _notes(data["notes"])


def _in(words: str, currency: str | None) -> str:
    return f"{words} ({currency})" if currency else words


def _planned(told: Plan, names: Literal["creators", "all"]) -> Answer:
    """The plan whole, its people as rows, and in a screen."""
    from influence_graph.planning import on_plan
    from influence_graph.planning.forecast import records

    sentences, people = list(on_plan(told)), _shown(told.people, names)
    data = {**told.record(), "people": people.to_dict("records"), "sentences": records(sentences)}
    return Answer(data=data, rows=people, drawing=lambda: list(_draw_plan(told, people, data, names)))


def _draw_plan(
    told: Plan, people: pd.DataFrame, data: Mapping[str, Any], names: Literal["creators", "all"]
) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.planning import RULES

    yield Text(" ".join(note["text"] for note in data["sentences"]) + "\n")
    words = {"influencer": say("cli.influencer"), "ugc": say("cli.ugc"), "advocate": say("cli.advocate"), "": ""}
    rows = [
        [named(row), words[row["role"]], *(_amount(row[name]) for name in ("cost", "gain", "alone"))]
        for row in people.head(SHOWN).to_dict("records")
    ]
    cost, orders = _in(say("cli.plan-cost"), told.currency), say("cli.orders")
    headings = say("cli.plan-role"), cost, say("cli.plan-adds"), say("cli.plan-alone")
    yield table(say("cli.plan-people"), say("cli.creator"), *headings, rows=rows)
    if len(people) > SHOWN:
        yield Text(say("cli.plan-more", n=len(people) - SHOWN) + "\n", style="dim")
    mine = [say(RULES[told.rule]), _amount(told.conversions.mean), _amount(told.cost), number(len(people))]
    others = [
        [say(RULES[row["rule"]]), *(_amount(row[name]) for name in ("conversions", "cost")), number(row["people"])]
        for row in told.alternatives.to_dict("records")
        if row["rule"] != told.rule
    ]
    yield table(
        say("cli.plan-rules"), say("cli.rule"), orders, cost, say("cli.plan-people-count"), rows=[mine, *others]
    )
    yield from _notes(data["notes"])
    hidden = int((~people["is_creator"].astype(bool)).sum()) if names != "all" else 0
    if hidden:
        yield Text(say("cli.plan-hidden", n=hidden), style="dim")


def _notes(notes: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    from rich.text import Text

    for note in notes:
        yield Text(note["text"], style="dim")


def _amount(value: float) -> str:
    """An amount, empty where unknown: with a digit behind the point where it is small."""
    return "" if value != value else number(value, ",.1f" if abs(value) < 100 else ",.0f")
