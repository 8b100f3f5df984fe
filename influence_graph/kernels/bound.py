"""What no choice of people could exceed: the dual of the linear programme of maximum coverage, nearly solved.

Arrays in, arrays out, as in `cover`. Whatever weight from 0 to 1 each set has, a choice meets at most the sum of one
less the weights, plus the weights of the sets of each person chosen. Where people add most if their weights don't
overlap is easily found, so every choice of weights gives a bound; steps against its slope make it small.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

ROUNDS = 24
CLOSE = 0.995
"""Where a choice meets this part of the bound, that is close enough."""
AIM = 0.3
"""How far above what a choice meets the bound is thought to end, as a part of the way from there to where it is."""


@njit(cache=True, nogil=True)
def most(
    sets: int,
    lists: tuple[NDArray[np.int64], NDArray[np.int32]],
    cost: NDArray[np.float64],
    candidates: NDArray[np.int64],
    included: NDArray[np.int64],
    picks: NDArray[np.int64],
    budget: float,
    people: int,
    beyond: NDArray[np.float64],
) -> float:
    """The most of so many sets that the included and any candidates could meet within a budget and a number of people.

    `picks` is a good choice to begin with. `beyond`: how many sets each candidate meets besides those in the lists,
    which are taken to overlap with nobody's. Subgradient steps of Polyak's length (Held, Wolfe & Crowder 1974,
    https://doi.org/10.1007/BF01580223). O(size of the sets) for each of a few rounds.
    """
    begin, of = lists
    weight, fixed = np.ones(sets), np.zeros(sets, dtype=np.bool_)
    for u in included:
        for i in range(begin[u], begin[u + 1]):
            fixed[of[i]] = True
            weight[of[i]] = 0.0
    for u in picks:
        for i in range(begin[u], begin[u + 1]):
            weight[of[i]] = 0.0
    met = sets - np.sum(weight)
    left, free = budget - np.sum(cost[included]), people - len(included)
    gains, often = np.empty(len(candidates)), np.empty(sets)
    best = float(sets)
    for _ in range(ROUNDS):
        for c in range(len(candidates)):
            total = beyond[c]
            for i in range(begin[candidates[c]], begin[candidates[c] + 1]):
                total += weight[of[i]]
            gains[c] = total
        part, added = addable(gains, cost[candidates], left, free)
        bound = sets - np.sum(weight) + added
        best = min(best, bound)
        if met >= CLOSE * best:
            break
        often[:] = 0.0
        for c in range(len(candidates)):
            if part[c] > 0.0:
                for i in range(begin[candidates[c]], begin[candidates[c] + 1]):
                    often[of[i]] += part[c]
        length = 0.0
        for number in range(sets):
            slope = often[number] - 1.0
            stuck = (weight[number] <= 0.0 and slope > 0.0) or (weight[number] >= 1.0 and slope < 0.0)
            often[number] = 0.0 if stuck or fixed[number] else slope
            length += often[number] ** 2
        if length == 0.0:
            break
        step = (bound - met - AIM * (best - met)) / length
        for number in range(sets):
            weight[number] = min(max(weight[number] - step * often[number], 0.0), 1.0)
    return best


@njit(cache=True, nogil=True)
def addable(
    gains: NDArray[np.float64], prices: NDArray[np.float64], budget: float, people: int
) -> tuple[NDArray[np.float64], float]:
    """What part of each of these people so many people, or so much money, take if gains don't overlap, and the sum.

    Of the two limits the one that allows less counts, as if the other were not there; money may buy a part of somebody.
    """
    part, total = np.ones(len(gains)), float(np.sum(gains))
    if people < len(gains):
        last = np.partition(gains, len(gains) - people)[len(gains) - people] if people > 0 else np.inf
        spared, total = people - np.sum(gains > last), 0.0
        for i in range(len(gains)):
            part[i] = 1.0 if gains[i] > last or (gains[i] == last and spared > 0) else 0.0
            spared -= part[i] == 1.0 and gains[i] == last
            total += part[i] * gains[i]
    prices = np.maximum(prices, 1e-12)
    if np.sum(prices) > budget:
        bought, value, spent = np.zeros(len(gains)), 0.0, 0.0
        for i in np.argsort(-gains / prices):
            if prices[i] > budget:
                continue
            bought[i] = min((budget - spent) / prices[i], 1.0)
            if bought[i] <= 0.0:
                bought[i] = 0.0
                break
            value += bought[i] * gains[i]
            spent += bought[i] * prices[i]
        if value < total:
            part, total = bought, value
    return part, total
