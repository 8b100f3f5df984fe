"""Whom to activate with a budget, what that brings, and what simpler choices would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.cascades import Choice, Limits, maximise
from influence_graph.errors import TablesError, UsageError
from influence_graph.planning.costs import Costs
from influence_graph.planning.forecast import Expected, Forecast, Progress, forecast
from influence_graph.planning.prospects import ROLES, Prospects
from influence_graph.tables.schema import Note

TOP_DRIVEN = "top driven"
GREEDY = "greedy"
PEOPLE = (
    "person_id", "name", "platform", "is_creator", "role", "posts", "weight", "cost", "cost_basis", "gain", "alone",
    "overlap", "total", "identifiable",
)  # fmt: skip
"""The columns of a plan's people."""


@dataclass(frozen=True)
class Plan:
    """Whom to activate.

    Attributes
    ----------
    people : DataFrame
        In the order chosen, the columns of `PEOPLE`: posts when activated, weight (the part of what is
        expected of them that doubts about their numbers leave standing), cost with what it rests on (price, rates,
        gift, empty for unknown), and of expected orders `gain` (added to those before), `alone` (by themselves),
        `overlap` (what those before bring already: alone less gain) and `total` (of the plan so far); last whether
        the map can tell their effect at all.
    cost : float
        Of everybody, in `currency`; NaN where no costs are known.
    currency : str or None
    conversions, value : Expected, Expected or None
        Orders beyond what comes anyway, and their value; 90 % intervals.
    shares, reach : Expected
        People who share, those activated among them, and people who see it.
    value_currency : str or None
    best_possible : float
        No plan within the limits brings more orders than this, were persuasion known.
    certificate : float
        The plan brings at least this part of that.
    delta : float
        How likely that may fail.
    rule : str
        "greedy", or the simple rule that did better.
    alternatives : DataFrame
        Simple rules within the same limits, on the same simulated sets: rule, conversions, cost, people.
    notes : tuple of Note
        What was assumed, and what can't be told.
    limits : dict
        What was asked for.
    """

    people: pd.DataFrame
    cost: float
    currency: str | None
    conversions: Expected
    value: Expected | None
    shares: Expected
    reach: Expected
    value_currency: str | None
    best_possible: float
    certificate: float
    delta: float
    rule: str
    alternatives: pd.DataFrame
    notes: tuple[Note, ...]
    limits: dict[str, Any] = field(default_factory=dict)

    @property
    def cost_per_conversion(self) -> tuple[float, float, float]:
        """What an order costs, with its 90 % interval; infinite where there may be none, NaN without costs."""
        found = self.conversions
        return tuple(self.cost / orders if orders > 0 else np.inf for orders in (found.mean, found.high, found.low))  # type: ignore[return-value]

    def record(self) -> dict[str, Any]:
        """Everything, for JSON."""
        told: dict[str, Any] = {"people": self.people.to_dict("records"), "cost": self.cost, "currency": self.currency}
        for name in ("conversions", "value", "shares", "reach"):
            found: Expected | None = getattr(self, name)
            told[name] = found.mean if found else None
            told[f"{name}_low"], told[f"{name}_high"] = (found.low, found.high) if found else (None, None)
        told["value_currency"] = self.value_currency
        each, low, high = self.cost_per_conversion
        told |= {"cost_per_conversion": each, "cost_per_conversion_low": low, "cost_per_conversion_high": high}
        for name in ("best_possible", "certificate", "delta", "rule", "limits"):
            told[name] = getattr(self, name)
        told["alternatives"] = self.alternatives.to_dict("records")
        return told | {"notes": [note.record() for note in self.notes]}


def plan(
    prospects: Prospects,
    costs: Costs,
    *,
    budget: float | None = None,
    target: float | None = None,
    people: int | None = None,
    quotas: Mapping[str, float] | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    platform: str | None = None,
    days: int | None = None,
    once: bool = True,
    certificate: float = 0.8,
    seed: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """Choose whom to activate so that most orders come within the limits, and say how sure that is.

    Only people who have shared, or are listed as creators, are candidates; others can be included by name. Whoever is
    part of the plan counts with what they add to those before, so orders that come anyway never count.

    Parameters
    ----------
    prospects, costs
        What everybody would do, and what they cost.
    budget : float, optional
        In the currency of `costs`.
    target : float, optional
        Orders to reach as cheaply as can be.
    people : int, optional
        At most so many.
    quotas : mapping of role to part, optional
        ``{"advocate": 0.2}``: at least so large a part of the people; a person's role is the largest of the three.
    include, exclude : sequence of ids
    platform : str, optional
    days : int, optional
        Orders count until then.
    once : bool, default True
        Whether a person orders at most once in a campaign.
    certificate : float, default 0.8
        Simulate until this can be promised, if it can.
    seed : int
    progress : callable, optional
        Told the stage's message id, steps done and their number.

    Returns
    -------
    Plan
        O(simulated sets + simulations of the chosen).

    Raises
    ------
    UsageError
        No plan within the limits.
    TablesError
        A budget, and no cost is known.
    """
    network = prospects.network
    within = limits(
        prospects, costs, budget=budget, target=target, people=people, quotas=quotas, include=include,
        exclude=exclude, platform=platform,
    )  # fmt: skip
    driven = prospects.people["driven"].to_numpy(dtype=np.float64)
    choice = maximise(
        network, within, probability=prospects.probability, conversions=prospects.conversions(once=once, valued=False),
        delay=prospects.passing.delay, days=days, rules={TOP_DRIVEN: driven}, certificate=certificate,
        rng=np.random.default_rng([seed, 8]), progress=progress,
    )  # fmt: skip
    chosen = choice.people["person_id"].tolist()
    told = forecast(prospects, chosen, days=days, once=once, seed=seed, progress=progress)
    asked: dict[str, Any] = {"budget": budget, "target": target, "people_at_most": people, "quotas": dict(quotas or {})}
    asked |= {"include": list(include), "exclude": list(exclude), "platform": platform, "days": days, "once": once}
    return _told(prospects, costs, choice, told, asked)


def limits(
    prospects: Prospects,
    costs: Costs,
    *,
    budget: float | None,
    target: float | None = None,
    people: int | None = None,
    quotas: Mapping[str, float] | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    platform: str | None = None,
    roles: Sequence[str] = ROLES,
) -> Limits:
    """The limits as the choice takes them; only people of these roles, or of none where all three are meant."""
    ids = prospects.network.nodes.index
    priced = bool(np.isfinite(costs.amount).any())
    if budget is not None and not priced:
        raise TablesError("planning.no-costs")
    if unknown := sorted(set(quotas or ()) - set(ROLES)):
        raise UsageError("planning.no-such-role", role=unknown[0], known=", ".join(ROLES))
    role = prospects.people["role"].to_numpy(dtype=object)
    may = prospects.active & (np.isin(role, roles) if tuple(roles) != ROLES else True)
    return Limits(
        people=people,
        budget=budget,
        target=target,
        costs=costs.amount if priced else None,
        roles=role,
        quotas=quotas or {},
        include=np.asarray(include, dtype=object),
        exclude=np.union1d(ids[~may & ~ids.isin(include)].to_numpy(dtype=object), np.asarray(exclude, dtype=object)),
        platform=platform,
        currency=costs.currency if priced else None,
    )


def _told(prospects: Prospects, costs: Costs, choice: Choice, found: Forecast, asked: dict[str, Any]) -> Plan:
    """A choice and its forecast, in the words of a plan."""
    place = prospects.network.index_of(choice.people["person_id"])
    known = prospects.people.iloc[place]
    people = choice.people.assign(
        **{name: known[name].to_numpy() for name in ("name", "platform", "is_creator", "role", "identifiable")},
        posts=prospects.posts[place],
        weight=prospects.standing[place],
        cost=costs.amount[place],
        cost_basis=costs.basis[place],
        overlap=np.maximum(choice.people["alone"] - choice.people["gain"], 0.0),
    )[list(PEOPLE)]
    others = choice.alternatives[choice.alternatives["rule"].ne(GREEDY)].reset_index(drop=True)
    others = others.rename(columns={"expected": "conversions"})[["rule", "conversions", "cost", "people"]]
    priced = bool(np.isfinite(costs.amount).any())
    scale = choice.expected / found.conversions.mean if found.conversions.mean > 0 else 1.0
    conversions = _scaled(found.conversions, scale, choice.standard_error)
    value = None if found.value is None else _scaled(found.value, scale, found.value.simulation_error)
    return Plan(
        people=people,
        cost=float(people["cost"].sum(min_count=1)) if priced else float("nan"),
        currency=costs.currency if priced else None,
        conversions=conversions,
        value=value,
        shares=found.shares,
        reach=found.reach,
        value_currency=found.currency,
        best_possible=choice.high,
        certificate=choice.certificate,
        delta=choice.delta,
        rule=choice.rule,
        alternatives=others,
        notes=(*found.notes, *_on_costs(costs, people)),
        limits=asked,
    )


def _scaled(found: Expected, scale: float, error: float) -> Expected:
    """The same about the mean that the sets gave: they are more precise than the forecast's simulations."""
    return Expected(
        found.mean * scale, found.low * scale, found.high * scale, error, found.campaign_low * scale,
        found.campaign_high * scale,
    )  # fmt: skip


def _on_costs(costs: Costs, people: pd.DataFrame) -> list[Note]:
    """What was assumed of costs, as far as it concerns the plan."""
    assumed = {"planning.rates-assumed": "rates", "planning.rates-given": "rates", "planning.gifts": "gift"}
    found = []
    for note in costs.notes:
        if note.id in assumed:
            n = int(people["cost_basis"].eq(assumed[note.id]).sum())
            if n:
                found.append(Note(note.id, {**note.numbers, "n": n}))
        else:
            found.append(note)
    return found
