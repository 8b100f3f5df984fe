"""What a plan may be: how many people or how much money, whom it must and must not name, and of which roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from influence_graph.cascades.model import Floats, Ints, places
from influence_graph.errors import UsageError
from influence_graph.network import Network

UNLIMITED = 1 << 62
"""So many people are no limit."""


def unit_of(currency: str | None) -> str:
    """A currency behind an amount; nothing where none is known."""
    return f"\u00a0{currency}" if currency else ""


@dataclass(frozen=True, eq=False)
class Limits:
    """What a plan may be. At least one of people, budget and target is given.

    Attributes
    ----------
    people : int, optional
        How many at most.
    budget : float, optional
        What they may cost, in the currency of `costs`.
    target : float, optional
        What the plan has to bring, in the unit of what is maximised; as cheaply as can be.
    costs : (n,) float64, optional
        What activating each person costs, NaN where unknown: they can't be part of a plan with a budget or a target.
        Without costs a target is reached with as few people as can be.
    roles : (n,) str, optional
        Each person's main role, empty for none.
    quotas : mapping of role to part
        ``{"advocate": 0.2}``: at least so large a part of the people chosen.
    include, exclude : ids
        Who must be part of it, and who must not.
    platform : str, optional
        Only people on this platform, as `network.nodes` tells it.
    currency : str, optional
        Of budget and costs, for what is said of them.
    """

    people: int | None = None
    budget: float | None = None
    target: float | None = None
    costs: ArrayLike | None = None
    roles: Sequence[str] | NDArray[np.object_] | None = None
    quotas: Mapping[str, float] = field(default_factory=dict)
    include: ArrayLike = ()
    exclude: ArrayLike = ()
    platform: str | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        if self.people is None and self.budget is None and self.target is None:
            raise UsageError("cascades.no-limit")
        for name, given in (("people", self.people), ("budget", self.budget), ("target", self.target)):
            if given is not None and not 0 < given < np.inf:
                raise UsageError("cascades.limit-range", name=name, value=given)
        if self.budget is not None and self.costs is None:
            raise UsageError("cascades.no-costs")
        if any(not 0 <= part <= 1 for part in self.quotas.values()) or sum(self.quotas.values()) > 1 + 1e-9:
            raise UsageError("cascades.quota-range", quotas=", ".join(f"{k} {v:g}" for k, v in self.quotas.items()))
        if self.quotas and self.roles is None:
            raise UsageError("cascades.quota-roles")


@dataclass(frozen=True, eq=False)
class Terms:
    """The same for one network, in the places of its people.

    Attributes
    ----------
    candidates : (c,) int64
        Who may be chosen besides the included, sorted by group and place.
    bounds : (g + 1,) int64
        Where the candidates of each group begin and end.
    included : (i,) int64
    cost : (n,) float64
        What counts against the budget: 1 for everybody where no costs are given.
    prices : (n,) float64
        What is known of costs, NaN where nothing is.
    group : (n,) int64
        Roles with a quota; the last group is everybody else.
    least : (g,) float64
        The least part of each group.
    people : int
    budget : float
    """

    candidates: Ints
    bounds: Ints
    included: Ints
    cost: Floats
    prices: Floats
    group: Ints
    least: Floats
    people: int
    budget: float

    @property
    def alike(self) -> bool:
        """Whether nothing but a number of people limits the plan: no money, no quotas."""
        return self.people < UNLIMITED and self.budget == np.inf and not self.least.any()

    @property
    def priced(self) -> bool:
        """Whether costs are given."""
        return not bool(np.all(np.isnan(self.prices)))


def terms(limits: Limits, network: Network) -> Terms:
    """Look up everybody, and check that there is a plan within the limits."""
    n = network.n_people
    cost = np.ones(n) if limits.costs is None else np.asarray(limits.costs, dtype=np.float64)
    roles = np.asarray(() if limits.roles is None else limits.roles, dtype=object)
    for name, given in (("costs", cost), ("roles", roles)):
        if given.shape != (n,) and not (given is roles and limits.roles is None):
            raise UsageError("cascades.each-person", name=name, given=given.size, people=n)
    if np.any(cost < 0) or np.any(np.isinf(cost)):
        raise UsageError("cascades.each-positive", name="costs", n=int(np.sum((cost < 0) | np.isinf(cost))))
    included, excluded = places(network, limits.include), places(network, limits.exclude)
    both = np.intersect1d(included, excluded)
    if both.size:
        raise UsageError("cascades.include-exclude", n=both.size, person=str(network.nodes.index[both[0]]))
    free = np.ones(n, dtype=bool)
    free[included] = free[excluded] = False
    if limits.platform is not None:
        on = network.nodes["platform"].astype("object").to_numpy()
        if not np.any(on == limits.platform):
            known = sorted({str(name) for name in on[network.nodes["platform"].notna()]})
            raise UsageError("cascades.no-platform", platform=limits.platform, known=", ".join(known))
        free &= on == limits.platform
    budget = np.inf if limits.budget is None else float(limits.budget)
    if limits.costs is not None and limits.people is None:
        free &= np.isfinite(cost)
        unpriced = included[~np.isfinite(cost[included])]
        if unpriced.size:
            raise UsageError("cascades.include-cost", n=unpriced.size, person=str(network.nodes.index[unpriced[0]]))
    prices = np.broadcast_to(np.nan, n) if limits.costs is None else cost
    cost = np.where(np.isfinite(cost), cost, 0.0 if limits.budget is None else np.inf)
    spent = float(cost[included].sum())
    if spent > budget or len(included) > (limits.people or UNLIMITED):
        raise UsageError("cascades.include-over", n=len(included), cost=spent, unit=unit_of(limits.currency))
    if limits.budget is not None and not included.size:
        cheapest = float(cost[free].min(initial=np.inf))
        if cheapest > budget:
            raise UsageError("cascades.budget-small", budget=budget, cheapest=cheapest, unit=unit_of(limits.currency))
    free &= cost <= budget - spent
    if not free.any() and not included.size:
        raise UsageError("cascades.nobody-left")
    group, least = _groups(roles, limits.quotas, free)
    candidates = np.flatnonzero(free)
    candidates = candidates[np.argsort(group[candidates], kind="stable")]
    bounds = np.concatenate([[0], np.cumsum(np.bincount(group[candidates], minlength=len(least)))]).astype(np.int64)
    return Terms(candidates, bounds, included, cost, prices, group, least, limits.people or UNLIMITED, budget)


def _groups(roles: NDArray[np.object_], quotas: Mapping[str, float], free: NDArray[np.bool_]) -> tuple[Ints, Floats]:
    group = np.full(len(free), len(quotas), dtype=np.int64)
    for place, (role, part) in enumerate(quotas.items()):
        group[roles == role] = place
        if part > 0 and not np.any(free & (roles == role)):
            known = sorted({str(name) for name in roles[free] if name})
            raise UsageError("cascades.quota-nobody", role=role, known=", ".join(known))
    return group, np.array([*quotas.values(), 0.0])
