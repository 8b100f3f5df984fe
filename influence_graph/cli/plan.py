"""`plan`: whom to activate with a budget, and what every budget brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.options import Positive, Whole, answers, connecting, mapping, naming, option, reading
from influence_graph.cli.output import Answer, Output, table
from influence_graph.cli.planning import amount, listed, mapped_for_plans, meant, posting, shown, told_notes, within
from influence_graph.cli.summary import named
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.planning import Curve, Plan

SHOWN = 15
ROLES = ("influencer", "ugc", "advocate")
_source = click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")


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
@option("--curve", "curved", is_flag=True, help="cli.help-curve")
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
    curved: bool,
    days: int | None,
    posts: float | None,
    full_audience: bool,
    once: bool,
    output: Output,
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph plan SOURCE... --budget MONEY`."""
    if budget is None and target is None and not people:
        raise UsageError("cli.plan-limit")
    if curved and budget is None:
        raise UsageError("cli.curve-budget")
    wanted, unwanted = (listed(word, given) for word, given in (("--include", include), ("--exclude", exclude)))
    with output.progress() as show:
        from influence_graph.planning import costs, curve, plan, prospects, read_rates

        prices = read_rates(rates) if rates else None  # before the work, lest it were for nothing
        result = mapped_for_plans(source, show, how)
        known = prospects(result, posts=posts, full_audience=full_audience, seed=how["seed"])
        amounts, seed = costs(known, result.tables, rates=prices, currency=currency), how["seed"]
        if curved and budget is not None:
            line = curve(known, amounts, budget=budget, days=days, once=once, seed=seed, progress=show)
        else:
            told = plan(
                known, amounts, budget=budget, target=target, people=people, quotas=dict(quotas),
                include=meant(result, wanted), exclude=meant(result, unwanted), platform=platform, days=days,
                once=once, seed=seed, progress=show,
            )  # fmt: skip
    output.give(_drawn(line) if curved else _planned(told, names))


def _planned(told: Plan, names: Literal["creators", "all"]) -> Answer:
    """The plan whole, its people as rows, and in a screen."""
    from influence_graph.planning import on_plan

    sentences, people = list(on_plan(told)), shown(told.people, names)
    data = {**told.record(), "people": people.to_dict("records"), "sentences": [note.record() for note in sentences]}
    return Answer(data=data, rows=people, drawing=lambda: list(_draw_plan(told, people, data, names)))


def _draw_plan(
    told: Plan, people: pd.DataFrame, data: Mapping[str, Any], names: Literal["creators", "all"]
) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.planning import RULES

    yield Text(" ".join(note["text"] for note in data["sentences"]) + "\n")
    words = {"influencer": say("cli.influencer"), "ugc": say("cli.ugc"), "advocate": say("cli.advocate"), "": ""}
    rows = [
        [named(row), words[row["role"]], *(amount(row[name]) for name in ("cost", "gain", "alone"))]
        for row in people.head(SHOWN).to_dict("records")
    ]
    cost, orders = within(say("cli.plan-cost"), told.currency), say("cli.orders")
    headings = say("cli.plan-role"), cost, say("cli.plan-adds"), say("cli.plan-alone")
    yield table(say("cli.plan-people"), say("cli.creator"), *headings, rows=rows)
    if len(people) > SHOWN:
        yield Text(say("cli.plan-more", n=len(people) - SHOWN) + "\n", style="dim")
    mine = [say(RULES[told.rule]), amount(told.conversions.mean), amount(told.cost), number(len(people))]
    others = [
        [say(RULES[row["rule"]]), *(amount(row[name]) for name in ("conversions", "cost")), number(row["people"])]
        for row in told.alternatives.to_dict("records")
        if row["rule"] != told.rule
    ]
    yield table(
        say("cli.plan-rules"), say("cli.rule"), orders, cost, say("cli.plan-people-count"), rows=[mine, *others]
    )
    yield from told_notes(data["notes"])
    hidden = int((~people["is_creator"].astype(bool)).sum()) if names != "all" else 0
    if hidden:
        yield Text(say("cli.plan-hidden", n=hidden), style="dim")


def _drawn(told: Curve) -> Answer:
    """The curve whole, its points as rows, and in a screen."""
    from influence_graph.planning import on_curve

    data = {**told.record(), "sentences": [note.record() for note in on_curve(told)]}
    return Answer(data=data, rows=told.points, drawing=lambda: list(_draw_curve(told, data)))


def _draw_curve(told: Curve, data: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rich.text import Text

    from influence_graph.planning import MIXES

    for note in data["sentences"]:
        yield Text(note["text"] + "\n")
    words = [say("cli.influencer"), say("cli.ugc"), say("cli.advocate"), say("cli.best-mix")]
    points = {(point["budget"], point["mix"]): _range(point) for point in told.points.to_dict("records")}
    budgets = told.points["budget"].unique().tolist()
    rows = [[number(budget), *(points[budget, mix] for mix in MIXES)] for budget in budgets]
    yield table(say("cli.curve-points"), say("cli.budget"), *words, rows=rows)
    lost = {(row["removed"], row["mix"]): row["lost"] for row in told.concentration.to_dict("records")}
    parts = [
        [say("cli.without-top", n=removed), *(_part(lost.get((removed, mix))) for mix in MIXES)]
        for removed in sorted({removed for removed, _ in lost} - {0})
    ]
    if parts:
        yield table(say("cli.curve-concentration"), "", *words, rows=parts)
    yield from told_notes(data["notes"])


def _range(point: Mapping[Any, Any]) -> str:
    """Orders with their interval, to the order."""
    mean, low, high = (number(point[name]) for name in ("conversions", "conversions_low", "conversions_high"))
    return f"{mean} ({low}–{high})"


def _part(value: float | None) -> str:
    """A part of a whole, empty where unknown."""
    return "" if value is None or value != value else number(value, ".0%")
