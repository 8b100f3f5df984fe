"""A plan and its ecosystem curve together, as a map holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.planning.costs import Rates, costs
from influence_graph.planning.curve import Curve, curve
from influence_graph.planning.forecast import Progress
from influence_graph.planning.plan import Plan, plan
from influence_graph.planning.prospects import Mapped, prospects
from influence_graph.planning.sentences import on_mixes, on_plan
from influence_graph.tables.schema import Note

PLANNED = ("plan_place", "plan_cost", "plan_currency", "plan_gain")
"""What a graph keeps of a plan beside people: their place in it, cost, and orders added to those before."""


@dataclass(frozen=True)
class Outlook:
    """Whom to activate next with a budget, and what every smaller one brings.

    Attributes
    ----------
    budget : float
    plan : Plan
    curve : Curve
    """

    budget: float
    plan: Plan
    curve: Curve

    def notes(self) -> Iterator[Note]:
        """What both say, in sentences."""
        yield from on_plan(self.plan)
        yield from on_mixes(self.curve)

    def columns(self, person_ids: pd.Series[str]) -> pd.DataFrame:
        """The plan beside people: `PLANNED`, unknown for whoever is not part of it; in the order and index given."""
        people = self.plan.people
        told = pd.DataFrame(
            {
                "plan_place": np.arange(1.0, len(people) + 1),
                "plan_cost": people["cost"].to_numpy(dtype=np.float64),
                "plan_currency": pd.Series([self.plan.currency] * len(people), dtype="str").to_numpy(),
                "plan_gain": people["gain"].to_numpy(dtype=np.float64),
            },
            index=pd.Index(people["person_id"]),
        )
        return told.reindex(person_ids).set_axis(person_ids.index)[list(PLANNED)]

    def record(self) -> dict[str, Any]:
        """What plan.json holds: the plan, and the curve beside it."""
        return {"budget": self.budget, **self.plan.record(), "curve": self.curve.record()}


def look_ahead(
    result: Mapped,
    *,
    budget: float,
    rates: Rates | None = None,
    currency: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Outlook:
    """Plan with a budget, and draw its curve, from what a map has learnt.

    Parameters
    ----------
    result : Mapped
        A finished map.
    budget : float
        In the currency of the costs.
    rates, currency
        As `costs` takes them.
    seed : int
        The same seed gives the same answer.
    progress : callable, optional
        Told the stage's message id, steps done and their number.

    Raises
    ------
    InfluenceGraphError
        Nothing can be planned, and why.
    """
    known = prospects(result, seed=seed)
    prices = costs(known, result.tables, rates=rates, currency=currency)
    chosen = plan(known, prices, budget=budget, seed=seed, progress=progress)
    return Outlook(budget, chosen, curve(known, prices, budget=budget, seed=seed, progress=progress))
