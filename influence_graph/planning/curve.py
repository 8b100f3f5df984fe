"""The ecosystem curve: orders against budget, for influencers, UGC creators, advocates alone, and for the best mix."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.cascades import Limits, several
from influence_graph.cascades.choice import Judged
from influence_graph.cascades.limits import unit_of
from influence_graph.cascades.model import Floats, Ints
from influence_graph.cascades.sets import Sets
from influence_graph.errors import TablesError, UsageError
from influence_graph.planning.costs import Costs
from influence_graph.planning.forecast import LEVELS, Progress
from influence_graph.planning.prospects import ROLES, Prospects
from influence_graph.tables.schema import Note

BEST = "best mix"
MIXES = (*ROLES, BEST)
STEPS = 10
SPAN = 100.0
"""The curve begins at a hundredth of the budget, or at the cheapest person where that is dearer."""
REMOVED = (1, 10)
"""So many of those who bring most are taken out of a plan, to see how concentrated it is."""
CROSSINGS = ("first", "second", "budget", "below", "above", "chance_below", "chance_above")
"""The columns of a curve's crossings."""
SURE = 0.95
"""A mix is called better than another from this chance on."""


@dataclass(frozen=True)
class Curve:
    """What a budget brings, and by whom.

    Attributes
    ----------
    points : DataFrame
        mix ("influencer", "ugc", "advocate": people whose main role that is; "best mix": anybody), budget, people,
        cost, conversions with `conversions_low` and `conversions_high` (90 %, of what is expected), and how many of the
        people have which main role: influencer, ugc, advocate, none. Mixes in the order of `MIXES`, budgets rising.
    crossings : DataFrame
        first, second (mixes), budget: where the one that brings more with less money stops doing so; NaN where the
        same brings more throughout. `below` and `above` name who brings more on either side, `chance_below` and
        `chance_above` how likely they truly do, as far as persuasion is known: where that is likeliest, and at the
        largest budget.
    concentration : DataFrame
        mix, removed (how many of those who add most are taken out of the plan with the whole budget), conversions
        without them, lost (as a part of the plan's).
    currency : str or None
    simulations : int
        Sets on which all points are judged: differences between them are more precise than they are.
    notes : tuple of Note
    """

    points: pd.DataFrame
    crossings: pd.DataFrame
    concentration: pd.DataFrame
    currency: str | None
    simulations: int
    notes: tuple[Note, ...]

    def record(self) -> dict[str, Any]:
        """Everything, for JSON."""
        told = {name: getattr(self, name).to_dict("records") for name in ("points", "crossings", "concentration")}
        notes = [note.record() for note in self.notes]
        return {"currency": self.currency, **told, "simulations": self.simulations, "notes": notes}


def curve(
    prospects: Prospects,
    costs: Costs,
    *,
    budget: float,
    steps: int = STEPS,
    days: int | None = None,
    once: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
) -> Curve:
    """Expected orders against budget for each mix of people, where the curves cross, and how much hangs on few.

    Intervals are of the first order: each person's part of a plan varies as their persuasion does over the draws, and
    what draws can't tell is treated as in a forecast. A larger budget never brings less, for it need not be spent.

    Parameters
    ----------
    prospects, costs
        What everybody would do, and what they cost.
    budget : float
        The largest, in the currency of `costs`.
    steps : int, default 10
        Budgets up to that, evenly on a log scale.
    days, once, seed, progress
        As for `plan`.

    Returns
    -------
    Curve
        O(mixes * steps * simulated sets).

    Raises
    ------
    UsageError
        The budget pays for nobody.
    TablesError
        No cost is known.
    """
    amount = np.where(prospects.active, costs.amount, np.nan)
    if not np.isfinite(amount).any():
        raise TablesError("planning.no-costs")
    cheapest = float(np.nanmin(amount))
    if cheapest > budget:
        raise UsageError("cascades.budget-small", budget=budget, cheapest=cheapest, unit=unit_of(costs.currency))
    least = min(max(budget / SPAN, cheapest), budget)
    budgets = np.unique(np.geomspace(least, budget, steps).round(2)) if least < budget else np.array([budget])
    budgets[-1] = budget
    role = prospects.people["role"].to_numpy(dtype=object)
    series: dict[str, list[Limits]] = {}
    for mix in MIXES:
        price = amount if mix == BEST else np.where(role == mix, amount, np.nan)
        paid = budgets[budgets >= np.nanmin(price)] if np.isfinite(price).any() else budgets[:0]
        if paid.size:
            series[mix] = [Limits(budget=float(most), costs=price) for most in paid]
    found, sets = several(
        prospects.network, series, probability=prospects.probability,
        conversions=prospects.conversions(once=once, valued=False), delay=prospects.passing.delay, days=days,
        rng=np.random.default_rng([seed, 9]), progress=progress,
    )  # fmt: skip
    chosen = _never_less(found, budgets)
    drawn = {(mix, i): _drawn(prospects, each) for mix, each_of in chosen.items() for i, each in enumerate(each_of)}
    return Curve(
        points=_points(prospects, chosen, budgets, amount, drawn),
        crossings=_crossings(chosen, budgets, drawn),
        concentration=_concentration(prospects, chosen, sets),
        currency=costs.currency,
        simulations=len(sets.ends),
        notes=(*prospects.notes, *costs.notes),
    )


def _never_less(found: dict[str, list[Judged]], budgets: Floats) -> dict[str, list[Judged]]:
    """The choice of every mix at every budget: an earlier one, or that of one role alone, where that is better."""
    nobody = Judged(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0.0, 1, 0.0)
    chosen: dict[str, list[Judged]] = {}
    for mix in MIXES:
        told = found.get(mix, [])
        told = [nobody] * (len(budgets) - len(told)) + told
        for i, own in enumerate(told):
            rivals = [own, *(told[i - 1 : i] if i else [])]
            rivals += [chosen[other][i] for other in ROLES] if mix == BEST else []
            told[i] = max(rivals, key=lambda each: each.expected)
        chosen[mix] = told
    return chosen


def _drawn(prospects: Prospects, plan: Judged) -> tuple[Floats, float, float]:
    """(draws,) float64: what a plan brings under each draw; and by what to multiply the ends of its interval."""
    gain = np.diff(plan.sums, prepend=0) * plan.worth
    theta = np.maximum(prospects.theta[plan.order], 1e-300)
    rng = np.random.default_rng(11)
    times = np.empty((len(prospects.draws.theta), len(gain)))
    for number in range(len(times)):
        times[number] = prospects.drawn(number, rng)[plan.order] / theta
    brings, whole = times @ gain, float(gain.sum())
    unsure = prospects.unsure[plan.order]
    most = float((gain * (np.where(unsure, prospects.theta_high[plan.order], theta) / theta - 1.0)).sum())
    low = 1.0 - float(gain[unsure].sum()) / whole - prospects.error if whole else 0.0
    high = 1.0 + most / whole + prospects.error if whole else 1.0
    return brings, max(low, 0.0) if prospects.evident else 0.0, high


def _points(
    prospects: Prospects,
    chosen: dict[str, list[Judged]],
    budgets: Floats,
    amount: Floats,
    drawn: dict[tuple[str, int], tuple[Floats, float, float]],
) -> pd.DataFrame:
    role = prospects.people["role"].to_numpy(dtype=object)
    rows = []
    for mix in MIXES:
        for i, (budget, plan) in enumerate(zip(budgets, chosen[mix], strict=True)):
            brings, least, most = drawn[mix, i]
            low, high = np.quantile(brings, LEVELS) if len(plan.order) else (0.0, 0.0)
            mean = plan.expected
            who = role[plan.order]
            rows.append(
                {
                    "mix": mix,
                    "budget": float(budget),
                    "people": len(plan.order),
                    "cost": float(amount[plan.order].sum()),
                    "conversions": mean,
                    "conversions_low": min(float(low) * least, mean),
                    "conversions_high": max(float(high) * most, mean),
                    **{name: int((who == name).sum()) for name in ROLES},
                    "none": int((who == "").sum()),
                }
            )
    return pd.DataFrame(rows)


def _crossings(
    chosen: dict[str, list[Judged]], budgets: Floats, drawn: dict[tuple[str, int], tuple[Floats, float, float]]
) -> pd.DataFrame:
    """Where one role alone stops bringing more than another; at their places on the log scale of budgets."""
    rows = []
    at, last = np.log(budgets), len(budgets) - 1
    for first, second in combinations(ROLES, 2):
        ahead = np.array([a.expected - b.expected for a, b in zip(chosen[first], chosen[second], strict=True)])
        if not ahead.any():
            continue
        known = np.flatnonzero(ahead)
        turns = [(i, j) for i, j in pairwise(known) if ahead[i] * ahead[j] < 0]
        above = first if ahead[known[-1]] > 0 else second
        where = np.nan
        if turns:
            i, j = turns[-1]
            where = float(np.exp(at[i] + (at[j] - at[i]) * ahead[i] / (ahead[i] - ahead[j])))
        other = second if above == first else first
        likely = [float(np.mean(drawn[above, i][0] > drawn[other, i][0])) for i in range(last + 1)]
        before = [1.0 - likely[i] for i in known if i <= turns[-1][0]] if turns else [likely[last]]
        rows.append(
            {
                "first": first,
                "second": second,
                "budget": where,
                "below": other if turns else above,
                "above": above,
                "chance_below": max(before),
                "chance_above": likely[last],
            }
        )
    return pd.DataFrame(rows, columns=list(CROSSINGS))


def _concentration(prospects: Prospects, chosen: dict[str, list[Judged]], sets: Sets) -> pd.DataFrame:
    """What is left of each plan with the whole budget without those who add most."""
    rows = []
    for mix in MIXES:
        plan = chosen[mix][-1]
        if not plan.expected:
            continue
        gain = np.diff(plan.sums, prepend=0)
        for removed in (0, *REMOVED):
            if removed >= len(plan.order) and removed:
                continue
            out = np.argsort(-gain, kind="stable")[:removed]
            left = _met(sets, np.delete(plan.order, out), prospects.network.n_people) * sets.worth
            rows.append({"mix": mix, "removed": removed, "conversions": left, "lost": 1.0 - left / plan.expected})
    return pd.DataFrame(rows, columns=["mix", "removed", "conversions", "lost"])


def _met(sets: Sets, order: Ints, people: int) -> int:
    """How many sets these people meet."""
    from influence_graph.kernels import cover

    return int(cover.met(sets.ends, sets.nodes, order, people)[-1]) if order.size else 0
