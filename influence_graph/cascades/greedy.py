"""Who is chosen on reverse reachable sets, what no choice could exceed on them, and whom they need not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from influence_graph.cascades.limits import Terms
from influence_graph.cascades.model import Ints
from influence_graph.cascades.sets import Sets

LUCK = 3.0
"""By how many standard errors a person's sets may be too few by chance."""
NEARLY = 0.5
"""Nobody who adds less than this part of what the last person chosen does is thought to be missing from a choice."""
CLEAR = 2.0
"""Whoever adds so many times what the last person chosen does is thought to be chosen on more sets as well."""


def choosable(limits: Terms, people: int) -> NDArray[np.bool_]:
    """(n,) bool: who may be part of a plan."""
    may = np.zeros(people, dtype=bool)
    may[limits.candidates] = may[limits.included] = True
    return may


def narrow(choosing: Sets, judging: Sets, limits: Terms, picks: Ints, by_rule: Mapping[str, Ints]) -> bool:
    """Leave out of the sets whoever is in too few to be chosen, and tell whether those are most of all there are.

    Nobody is chosen who is in fewer sets altogether than the last person chosen adds.
    """
    from influence_graph.kernels import cover

    if len(picks) < limits.people or len(picks) == len(limits.included):
        return True
    gains = np.diff(cover.met(choosing.ends, choosing.nodes, picks, len(limits.cost)), prepend=0)
    least = float(gains[len(limits.included) :].min())
    floor = least - LUCK * np.sqrt(least)
    if floor > 0:
        kept = choosing.often >= floor
        for order in (limits.included, *by_rule.values()):
            kept[order] = True
        choosing.narrow(kept)
        judging.narrow(kept)
    return bool(floor > least / 2)


def again(sets: Sets, limits: Terms, picks: Ints, number: int) -> Ints:
    """Who is chosen on so many sets: whoever is clear from the picks on fewer stays, and only few may take a place.

    A set in which somebody clear is found need not be searched to its end (Guo et al. 2020), and nobody has to stand
    in the sets who could not be chosen. O(size of the sets).
    """
    from influence_graph.kernels import cover

    drawn, n = (sets.ends, sets.nodes), len(limits.cost)
    gains = np.diff(cover.met(*drawn, picks, n), prepend=0)
    clear = max(int((gains >= CLEAR * gains[-1]).sum()), len(limits.included))
    kept = cover.unmet(*drawn, picks, n) >= NEARLY * gains[-1]
    kept[picks] = True
    sets.narrow(kept)
    sets.settled = np.zeros(n, dtype=np.bool_)
    sets.settled[picks[:clear]] = True
    sets.grow(number)
    rest = limits.candidates[~sets.settled[limits.candidates]]
    return greedy(sets, replace(limits, included=picks[:clear], candidates=rest), None)


def greedy(sets: Sets, limits: Terms, target: float | None) -> Ints:
    """Who is chosen on these sets."""
    from influence_graph.kernels import cover

    drawn, n = (sets.ends, sets.nodes), len(limits.cost)
    priced = limits.priced and (limits.budget < np.inf or target is not None)
    # a little more than the target on these sets, so that it is reached on others as well
    wanted = np.inf if target is None else target / sets.worth
    enough = wanted + 4 * np.sqrt(wanted) if target is not None else np.inf
    heap = limits.candidates[_useful(sets, limits) & sets.kept[limits.candidates]]
    groups = np.bincount(limits.group[heap], minlength=len(limits.least))
    bounds = np.concatenate([[0], np.cumsum(groups)]).astype(np.int64)
    plans = [
        cover.choose(
            sets.often.astype(np.float64), limits.cost, by_cost, limits.budget, limits.people, limits.group,
            limits.least, limits.included, heap.copy(), bounds, drawn, sets.lists, enough,
        )
        for by_cost in ([True, False] if priced and target is None else [priced])
    ]  # fmt: skip
    if priced and target is None and not limits.least.any() and heap.size:
        single = heap[np.argmax(sets.often[heap])]
        plans.append(np.append(limits.included, single))
    if len(plans) == 1:
        return plans[0]
    return max(plans, key=lambda picks: cover.met(*drawn, picks, n)[-1] if picks.size else 0)


def ceiling(sets: Sets, limits: Terms, picks: Ints, budget: float) -> float:
    """The most of these sets that any choice could meet for that money, quotas left aside.

    Whoever was left out of the sets is taken to overlap with nobody; of many such only who meets most sets counts.
    """
    from influence_graph.kernels import bound

    useful = limits.candidates[_useful(sets, limits)]
    kept, left = useful[sets.kept[useful]], useful[~sets.kept[useful]]
    if left.size > limits.people:
        left = left[np.argpartition(-sets.often[left], limits.people - 1)[: limits.people]]
    beyond = np.concatenate([np.zeros(len(kept)), sets.often[left]])
    return bound.most(
        len(sets.ends), sets.lists, limits.cost, np.concatenate([kept, left]), limits.included, picks, budget,
        limits.people, beyond,
    )  # fmt: skip


def _useful(sets: Sets, limits: Terms) -> NDArray[np.bool_]:
    """(c,) bool: candidates who meet a set, or who may be needed for a quota."""
    needed = limits.least[limits.group[limits.candidates]] > 0
    return np.asarray((sets.often[limits.candidates] > 0) | needed, dtype=bool)
