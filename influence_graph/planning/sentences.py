"""What a plan, a forecast and a curve say, in a few sentences."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from influence_graph.cascades.limits import unit_of
from influence_graph.language import say
from influence_graph.planning.curve import BEST, REMOVED, SURE, Curve
from influence_graph.planning.forecast import Expected, Forecast
from influence_graph.planning.plan import GREEDY, TOP_DRIVEN, Plan
from influence_graph.planning.prospects import ROLES
from influence_graph.tables.schema import Note

if TYPE_CHECKING:
    import pandas as pd

RULES: Mapping[str, str] = MappingProxyType(
    {
        GREEDY: "planning.rule-greedy",
        TOP_DRIVEN: "planning.rule-driven",
        "top followers": "planning.rule-followers",
        "top audience": "planning.rule-audience",
        "top PageRank": "planning.rule-pagerank",
        "cheapest first": "planning.rule-cheapest",
        "random": "planning.rule-random",
    }
)
"""The message that words each way of choosing."""
ALONE: Mapping[str, str] = MappingProxyType(
    {
        "influencer": "planning.influencers",
        "ugc": "planning.ugc-creators",
        "advocate": "planning.advocates",
        BEST: "planning.best-mix",
    }
)
"""The message that words each mix of people."""


def on_forecast(told: Forecast) -> Iterator[Note]:
    """What is expected, and how sure that is; assumptions stand in the forecast's own notes."""
    numbers = {"n": len(told.people), **_orders(told.conversions)}
    if told.days is None:
        yield Note("planning.expect", numbers)
    else:
        yield Note("planning.expect-days", {**numbers, "days": told.days})
    if told.value is not None:
        yield _value(told.value, told.currency)
    yield _posts(told.people)
    yield _chance(told.conversions)


def on_plan(told: Plan) -> Iterator[Note]:
    """Whom it names for how much, what that brings, and how good a choice it is."""
    numbers = {"n": len(told.people), **_orders(told.conversions)}
    unit = unit_of(told.currency)
    each, least, most = told.cost_per_conversion
    if told.cost != told.cost:
        yield Note("planning.answer-free", numbers)
    elif told.conversions.low <= 0:
        yield Note("planning.answer-perhaps", {**numbers, "cost": told.cost, "unit": unit})
    else:
        costs = {"cost": told.cost, "unit": unit, "each": each, "least": least, "most": most}
        yield Note("planning.answer", {**numbers, **costs})
    if told.value is not None:
        yield _value(told.value, told.value_currency)
        if told.cost > 0 and told.value_currency == told.currency:
            yield _returns(told.value, told.cost)
    yield _posts(told.people)
    yield _chance(told.conversions)
    if told.rule != GREEDY:
        yield Note("planning.by-rule", {"rule": say(RULES[told.rule])})
    if told.certificate > 0:
        part = {"part": told.certificate, "most": told.best_possible, "times": 1.0 / told.delta}
        yield Note("planning.certificate", part)


def _orders(found: Expected) -> dict[str, float]:
    return {"orders": found.mean, "low": found.low, "high": found.high}


def _value(found: Expected, currency: str | None) -> Note:
    return Note(
        "planning.value", {"value": found.mean, "low": found.low, "high": found.high, "unit": unit_of(currency)}
    )


def _returns(found: Expected, cost: float) -> Note:
    """Whether what is spent comes back in orders."""
    back = {"back": found.mean / cost, "low": found.low / cost, "high": found.high / cost}
    if back["high"] < 1:
        return Note("planning.pays-not", back)
    return Note("planning.pays" if back["low"] > 1 else "planning.pays-perhaps", back)


def _posts(people: pd.DataFrame) -> Note:
    """How many posts each is expected to make: a price is paid for all of them."""
    posts = people["posts"]
    return Note("planning.posts", {"n": float(posts.median()), "least": float(posts.min()), "most": float(posts.max())})


def _chance(found: Expected) -> Note:
    chance = {"low": found.campaign_low, "high": found.campaign_high}
    return Note("planning.chance", {"orders": found.mean, "error": found.simulation_error, **chance})


def on_curve(told: Curve) -> Iterator[Note]:
    """Which mix brings most for how much, where that turns, and how much hangs on few people."""
    points, unit = told.points, unit_of(told.currency)
    best = points[points["mix"].eq(BEST)].iloc[-1].to_dict()
    if best["conversions_low"] <= 0:
        yield Note("planning.curve-perhaps", {"budget": float(best["budget"]), "unit": unit, **_span(best)})
    else:
        people = {name: int(best[name]) for name in ROLES}
        numbers = {"budget": float(best["budget"]), "unit": unit, "n": int(best["people"]), **people}
        yield Note("planning.curve-best", {**numbers, **_span(best)})
    yield from on_mixes(told)


def on_mixes(told: Curve) -> Iterator[Note]:
    """The same without the best mix itself, which a plan beside it tells."""
    best = told.points[told.points["mix"].eq(BEST)].iloc[-1].to_dict()
    if best["conversions_low"] > 0:
        for crossing in told.crossings.to_dict("records"):
            yield _crossing(crossing, unit_of(told.currency))
    without = told.concentration[told.concentration["mix"].eq(BEST)].set_index("removed")["lost"]
    if REMOVED[1] in without.index:
        yield Note("planning.concentrated", {"one": float(without[REMOVED[0]]), "ten": float(without[REMOVED[1]])})


def _crossing(crossing: Mapping[Hashable, Any], unit: str) -> Note:
    """Who brings more on either side of a budget, or throughout; or that nobody can tell."""
    above, chance = str(crossing["above"]), float(crossing["chance_above"])
    other = str(crossing["second"] if crossing["first"] == above else crossing["first"])
    named = {"more": say(ALONE[above]), "less": say(ALONE[other])}
    if chance < SURE:
        return Note("planning.curve-even", {**named, "chance": chance})
    if crossing["below"] == above:
        return Note("planning.curve-throughout", named)
    where = {**named, "budget": float(crossing["budget"]), "unit": unit}
    return Note("planning.curve-crosses" if crossing["chance_below"] >= SURE else "planning.curve-from", where)


def _span(point: Mapping[Hashable, Any]) -> dict[str, float]:
    names = {"orders": "conversions", "low": "conversions_low", "high": "conversions_high"}
    return {ours: float(point[theirs]) for ours, theirs in names.items()}
