"""A campaign day by day: shares spread from person to person, and everybody who shares moves followers to order.

Arrays in, arrays out. Whoever shares at time t exposes all followers. Each passes it on with the edge's probability,
after a delay; each orders at the rate ``hazard[u] * kappa(time - t)`` that the sharer u adds. `kappa` is the density
of an exponential delay truncated at its window, as in the driver model; a rate of 0 means at once.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.cascade import TARGET, TARGET_BITS
from influence_graph.kernels.mixing import bits_at, key, uniform_at

SHARES, REACH, CONVERSIONS, VALUE = range(4)
"""What is counted: people who share, people who see it, orders, their value."""


@njit(cache=True, nogil=True)
def elapsed(age: float, rate: float, window: float) -> float:
    """The part of all delays that is over at `age`."""
    if age < 0.0:
        return 0.0
    if rate <= 0.0 or age >= window:
        return 1.0
    return float(np.expm1(-rate * age) / np.expm1(-rate * window))


@njit(cache=True, nogil=True)
def delay(part: float, rate: float, window: float) -> float:
    """The age at which that part of all delays is over."""
    if rate <= 0.0:
        return 0.0
    return float(min(-np.log1p(part * np.expm1(-rate * window)) / rate, window))


@njit(cache=True, nogil=True)
def moved(begin: NDArray[np.int64], sources: NDArray[np.int32], hazard: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) float64: the rate at which each person would order if everybody they follow shared."""
    total = np.zeros(len(begin) - 1)
    for v in range(len(total)):
        for e in range(begin[v], begin[v + 1]):
            if sources[e] != v:
                total[v] += hazard[sources[e]]
    return total


@njit(cache=True, nogil=True)
def campaigns(
    indptr: NDArray[np.int64],
    edges: NDArray[np.uint64],
    hazard: NDArray[np.float64],
    value: NDArray[np.float64],
    once: bool,
    groups: NDArray[np.float64],
    days: int,
    horizon: float,
    share_delay: tuple[float, float],
    order_delay: tuple[float, float],
    seeds: NDArray[np.int64],
    worlds: np.uint64,
    first: int,
    last: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Play the worlds ``first..last`` until the horizon, from seeds who share at time 0.

    Returns the totals (worlds, 4) of what is counted; its sum over worlds by day and group (4, days, groups), added
    up over the days, and the sum of its squares. Shares count for the groups of who shares, reach for those of who
    sees it, orders for those of who moved the buyer. O(edges of who shares, log) a world.
    """
    n = len(indptr) - 1
    width = groups.shape[1]
    total = np.zeros((last - first, 4))
    by_day, squares = np.zeros((4, days, width)), np.zeros((4, days, width))
    shares, seen = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    ordered, mover = np.full(n, np.inf), np.empty(n, dtype=np.int64)
    sharing, met, buyers = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for number in range(first, last):
        world = key(worlds, number)
        of_delay, of_order, of_more = key(world, 1), key(world, 2), key(world, 3)
        this = np.zeros((4, days, width))
        heap = [(0.0, np.int64(0))]
        heap.clear()
        for u in seeds:
            heappush(heap, (0.0, u))
        sharers, exposed, bought = 0, 0, 0
        while len(heap):
            now, u = heappop(heap)
            if shares[u]:
                continue
            shares[u] = True
            sharing[sharers] = u
            sharers += 1
            day = min(int(now), days - 1)
            this[SHARES, day] += groups[u]
            pressed = hazard[u] * elapsed(horizon - now, order_delay[0], order_delay[1])
            ordering = -np.expm1(-pressed)
            for e in range(indptr[u], indptr[u + 1]):
                v = np.int64(edges[e] & TARGET)
                if v == u:
                    continue
                if not seen[v]:
                    seen[v] = True
                    met[exposed] = v
                    exposed += 1
                    this[REACH, day] += groups[v]
                if not shares[v] and bits_at(world, e) < edges[e] >> TARGET_BITS:
                    later = now + delay(uniform_at(of_delay, e), share_delay[0], share_delay[1])
                    if later <= horizon:
                        heappush(heap, (later, v))
                if ordering > 0.0:
                    drawn = uniform_at(of_order, e)
                    if drawn < ordering:
                        spent = -np.log1p(-drawn)
                        when = now + delay(spent / hazard[u], order_delay[0], order_delay[1])
                        if once:
                            if np.isinf(ordered[v]):
                                buyers[bought] = v
                                bought += 1
                            if when < ordered[v]:
                                ordered[v] = when
                                mover[v] = u
                        else:
                            more, asked = key(of_more, e), 0
                            while spent < pressed:
                                when = now + delay(spent / hazard[u], order_delay[0], order_delay[1])
                                _order(this, min(int(when), days - 1), groups[u], value[v])
                                spent -= np.log(uniform_at(more, asked))
                                asked += 1
        for i in range(bought):
            v = buyers[i]
            _order(this, min(int(ordered[v]), days - 1), groups[mover[v]], value[v])
            ordered[v] = np.inf
        for i in range(sharers):
            shares[sharing[i]] = False
        for i in range(exposed):
            seen[met[i]] = False
        for measure in range(4):
            for day in range(1, days):
                this[measure, day] += this[measure, day - 1]
            total[number - first, measure] = this[measure, days - 1, 0]
        by_day += this
        squares += this * this
    return total, by_day, squares


@njit(cache=True, nogil=True)
def _order(this: NDArray[np.float64], day: int, group: NDArray[np.float64], value: float) -> None:
    this[CONVERSIONS, day] += group
    this[VALUE, day] += group * value
