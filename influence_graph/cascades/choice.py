"""A choice of people and what it is worth: judged on sets that it has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.cascades.limits import Terms
from influence_graph.cascades.model import Ints
from influence_graph.cascades.sets import Sets
from influence_graph.network import Network


@dataclass(frozen=True)
class Choice:
    """Whom to activate, and how good that is.

    Attributes
    ----------
    people : DataFrame
        In the order chosen: person_id, cost (NaN where unknown), gain (what this person adds to those before), alone
        (what they would bring by themselves), total (what the plan brings so far).
    expected, standard_error : float
        What the plan brings, estimated on sets that the choice has not seen.
    low, high : float
        With probability 1 - delta the plan brings at least `low`, and no plan within the limits brings more than
        `high`.
    certificate : float
        ``low / high``: the plan brings at least this part of the best one there is, with probability 1 - delta.
    delta : float
    cost : float
        Of everybody chosen; NaN without costs.
    rule : str
        "greedy", or the simple rule that was better.
    alternatives : DataFrame
        Each rule within the same limits on the same fresh sets: rule, expected, standard_error, cost, people. With a
        target `expected` is what it takes to reach it, or what the rule reaches at most.
    sets : int
        In each of the two halves.
    """

    people: pd.DataFrame
    expected: float
    standard_error: float
    low: float
    high: float
    certificate: float
    delta: float
    cost: float
    rule: str
    alternatives: pd.DataFrame
    sets: int


@dataclass(frozen=True)
class Judged:
    """A choice on sets that it has not seen.

    Attributes
    ----------
    order : (k,) int64
        Who is chosen, in order.
    sums : (k,) int64
        Sets that the first 1, 2, ..., k of them meet.
    cost : float
    sets : int
        How many there are.
    worth : float
        What a set stands for.
    """

    order: Ints
    sums: Ints
    cost: float
    sets: int
    worth: float

    @property
    def met(self) -> int:
        """Sets met by all of them."""
        return int(self.sums[-1]) if self.sums.size else 0

    @property
    def expected(self) -> float:
        """What they bring."""
        return self.met * self.worth

    @property
    def standard_error(self) -> float:
        """Of what they bring."""
        return self.worth * float(np.sqrt(self.met * (1 - self.met / self.sets)))

    def vague(self, precision: float) -> bool:
        """Whether the error is larger than that part of what they bring."""
        return self.standard_error > precision * self.expected

    def order_by(self, target: float | None) -> tuple[bool, float]:
        """Smaller for the better: more, or reaching the target, for less."""
        reaches = target is not None and self.expected >= target
        return (not reaches, self.cost) if reaches else (True, -self.expected)


def judge(sets: Sets, order: Ints, limits: Terms, target: float | None) -> Judged:
    """What a choice meets; with a target, its first people who reach it and keep the quotas."""
    from influence_graph.kernels import cover

    sums = cover.met(sets.ends, sets.nodes, order, len(limits.cost))
    if target is not None:
        reaching = np.flatnonzero((sums * sets.worth >= target) & _kept_quotas(order, limits))
        last = max(int(reaching[0]) + 1, len(limits.included)) if reaching.size else len(order)
        order, sums = order[:last], sums[:last]
    return Judged(order, sums, float(limits.cost[order].sum()), len(sets.ends), sets.worth)


def _kept_quotas(order: Ints, limits: Terms) -> Any:
    """(k,) bool: whether the first 1, 2, ..., k people keep every quota."""
    many = np.arange(1, len(order) + 1)
    parts = [np.cumsum(limits.group[order] == g) >= part * many - 1e-9 for g, part in enumerate(limits.least)]
    return np.all(parts, axis=0)


def told(
    network: Network,
    judging: Sets,
    limits: Terms,
    judged: Mapping[str, Judged],
    best: str,
    *,
    low: float,
    high: float,
    delta: float,
) -> Choice:
    """The best choice as it is handed to the user."""
    plan, worth = judged[best], judging.worth
    high = max(high, low)
    alone = judging.often[plan.order] * worth
    people = pd.DataFrame(
        {
            "person_id": network.nodes.index[plan.order],
            "cost": limits.prices[plan.order],
            "gain": np.diff(plan.sums, prepend=0) * worth,
            "alone": alone,
            "total": plan.sums * worth,
        }
    )
    alternatives = pd.DataFrame(
        [
            (name, one.expected, one.standard_error, one.cost if limits.priced else np.nan, len(one.order))
            for name, one in judged.items()
        ],
        columns=["rule", "expected", "standard_error", "cost", "people"],
    ).sort_values(["expected", "rule"], ascending=[False, True], ignore_index=True)
    return Choice(
        people=people,
        expected=plan.expected,
        standard_error=plan.standard_error,
        low=low,
        high=high,
        certificate=low / high if high else 1.0,
        delta=delta,
        cost=plan.cost if limits.priced else float("nan"),
        rule=best,
        alternatives=alternatives,
        sets=plan.sets,
    )
