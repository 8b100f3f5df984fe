"""What a plan and a forecast say, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from influence_graph.language import say
from influence_graph.planning.forecast import Expected, Forecast
from influence_graph.planning.plan import GREEDY, TOP_DRIVEN, Plan
from influence_graph.tables.schema import Note

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


def on_forecast(told: Forecast) -> Iterator[Note]:
    """What is expected, and how sure that is; assumptions stand in the forecast's own notes."""
    numbers = {"n": len(told.people), **_orders(told.conversions)}
    if told.days is None:
        yield Note("planning.expect", numbers)
    else:
        yield Note("planning.expect-days", {**numbers, "days": told.days})
    if told.value is not None:
        yield _value(told.value, told.currency)
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
    yield _chance(told.conversions)
    if told.rule != GREEDY:
        yield Note("planning.by-rule", {"rule": say(RULES[told.rule])})
    if told.certificate > 0:
        part = {"part": told.certificate, "most": told.best_possible, "times": 1.0 / told.delta}
        yield Note("planning.certificate", part)


def unit_of(currency: str | None) -> str:
    """A currency behind an amount; nothing where none is known."""
    return f"\u00a0{currency}" if currency else ""


def _orders(found: Expected) -> dict[str, float]:
    return {"orders": found.mean, "low": found.low, "high": found.high}


def _value(found: Expected, currency: str | None) -> Note:
    return Note(
        "planning.value", {"value": found.mean, "low": found.low, "high": found.high, "unit": unit_of(currency)}
    )


def _chance(found: Expected) -> Note:
    chance = {"low": found.campaign_low, "high": found.campaign_high}
    return Note("planning.chance", {"orders": found.mean, "error": found.simulation_error, **chance})
