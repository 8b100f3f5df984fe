"""Choosing people who meet the most sets: greedily, within costs and quotas.

Arrays in, arrays out. Sets lie one behind the other, `ends` telling where each ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def listed(ends: NDArray[np.int64], nodes: NDArray[np.int32], n: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Where the list of each person's sets begins and ends, and the lists."""
    begin = np.zeros(n + 1, dtype=np.int64)
    for i in range(len(nodes)):
        begin[nodes[i] + 1] += 1
    begin = np.cumsum(begin)
    filled = begin[:-1].copy()
    lists = np.empty(len(nodes), dtype=np.int32)
    at = 0
    for number in range(len(ends)):
        while at < ends[number]:
            u = nodes[at]
            lists[filled[u]] = number
            filled[u] += 1
            at += 1
    return begin, lists


@njit(cache=True, nogil=True)
def count(nodes: NDArray[np.int32], often: NDArray[np.int32]) -> None:
    """Count in `often` how many sets each person is in."""
    for i in range(len(nodes)):
        often[nodes[i]] += 1


@njit(cache=True, nogil=True)
def narrowed(
    ends: NDArray[np.int64], nodes: NDArray[np.int32], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The sets without whoever is not kept."""
    left, shorter = np.empty(len(nodes), dtype=np.int32), np.empty(len(ends), dtype=np.int64)
    at = used = 0
    for number in range(len(ends)):
        while at < ends[number]:
            left[used] = nodes[at]
            used += kept[nodes[at]]
            at += 1
        shorter[number] = used
    return shorter, left[:used].copy()


@njit(cache=True, nogil=True)
def unmet(ends: NDArray[np.int64], nodes: NDArray[np.int32], order: NDArray[np.int64], n: int) -> NDArray[np.int32]:
    """(n,) int32: how many of the sets that nobody of `order` meets each person is in. One pass over the sets."""
    among = np.zeros(n, dtype=np.bool_)
    for u in order:
        among[u] = True
    often = np.zeros(n, dtype=np.int32)
    at = 0
    for number in range(len(ends)):
        begin, free = at, True
        while at < ends[number] and free:
            free = not among[nodes[at]]
            at += 1
        at = ends[number]
        if free:
            for i in range(begin, at):
                often[nodes[i]] += 1
    return often


@njit(cache=True, nogil=True)
def met(ends: NDArray[np.int64], nodes: NDArray[np.int32], order: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """(k,) int64: how many sets the first 1, 2, ..., k people of `order` meet. One pass over the sets."""
    rank = np.full(n, len(order), dtype=np.int32)
    for i in range(len(order)):
        rank[order[i]] = i
    first = np.zeros(len(order) + 1, dtype=np.int64)
    at = 0
    for number in range(len(ends)):
        best = np.int32(len(order))
        while at < ends[number]:
            best = min(best, rank[nodes[at]])
            at += 1
        first[best] += 1
    return np.cumsum(first[:-1])


@njit(cache=True, nogil=True)
def choose(
    gains: NDArray[np.float64],
    cost: NDArray[np.float64],
    by_cost: bool,
    budget: float,
    people: int,
    group: NDArray[np.int64],
    least: NDArray[np.float64],
    included: NDArray[np.int64],
    heap: NDArray[np.int64],
    bounds: NDArray[np.int64],
    sets: tuple[NDArray[np.int64], NDArray[np.int32]],
    lists: tuple[NDArray[np.int64], NDArray[np.int32]],
    enough: float,
) -> NDArray[np.int64]:
    """People in the order chosen, the included first.

    `gains` is how many sets each person alone meets (changed here); without sets it is a score that nothing changes.
    Whoever gains most is taken, or most for their cost, until `enough` sets are met. `heap` holds the candidates,
    group g's from `bounds[g]` to `bounds[g + 1]` (reordered here); of each group at least the part `least[g]` is
    taken. O(size of the sets + people chosen times log candidates).
    """
    ends, nodes = sets
    begin, of = lists
    covered = np.zeros(len(ends), dtype=np.bool_)
    stale = np.zeros(len(gains))
    for i in range(len(heap)):
        stale[heap[i]] = _worth(gains, cost, by_cost, heap[i])
    size = np.diff(bounds)
    for g in range(len(least)):
        for at in range(size[g] // 2, -1, -1):
            _sink(heap, bounds[g], size[g], at, stale)
    count = np.zeros(len(least), dtype=np.int64)
    picks = np.empty(min(people, len(heap) + len(included)), dtype=np.int64)
    left, chosen, met_sets, valid = budget, 0, 0.0, 0
    while chosen < len(picks) and (met_sets < enough or chosen < len(included)):
        u: Any = -1
        if chosen < len(included):
            u = included[chosen]
        else:
            best = -1.0
            for g in range(len(least)):
                if not _allowed(g, count, least, chosen, people):
                    continue
                top = _fresh_top(g, heap, bounds, size, stale, gains, cost, by_cost, left)
                if top < 0 or (stale[top] <= 0.0 and not _lacks(g, count, least, chosen, people)):
                    continue
                if stale[top] > best or (stale[top] == best and top < u):
                    best, u = stale[top], top
            if u < 0:
                break
            _drop_top(group[u], heap, bounds, size, stale)
        picks[chosen] = u
        chosen += 1
        left -= cost[u]
        count[group[u]] += 1
        met_sets += gains[u]
        for i in range(begin[u], begin[u + 1] if len(ends) else begin[u]):
            number = of[i]
            if not covered[number]:
                covered[number] = True
                for at in range(ends[number - 1] if number else 0, ends[number]):
                    gains[nodes[at]] -= 1.0
        if _fulfilled(count, least, chosen) or chosen <= len(included):
            valid = chosen
    return picks[:valid].copy()


@njit(cache=True, nogil=True)
def _worth(gains: NDArray[np.float64], cost: NDArray[np.float64], by_cost: bool, u: int) -> float:
    return float(gains[u] / max(cost[u], 1e-12) if by_cost else gains[u])


@njit(cache=True, nogil=True)
def _allowed(g: int, count: NDArray[np.int64], least: NDArray[np.float64], chosen: int, people: int) -> bool:
    """Whether somebody of group `g` may come next: all quotas can still be held."""
    total = people if people < 1 << 60 else chosen + 1
    lacking = 0
    for h in range(len(least)):
        lacking += max(0, np.int64(np.ceil(least[h] * total - 1e-9)) - count[h])
    return _lacks(g, count, least, chosen, people) or lacking <= total - chosen - 1


@njit(cache=True, nogil=True)
def _lacks(g: int, count: NDArray[np.int64], least: NDArray[np.float64], chosen: int, people: int) -> bool:
    total = people if people < 1 << 60 else chosen + 1
    return bool(count[g] < np.int64(np.ceil(least[g] * total - 1e-9)))


@njit(cache=True, nogil=True)
def _fulfilled(count: NDArray[np.int64], least: NDArray[np.float64], chosen: int) -> bool:
    kept = True
    for h in range(len(least)):
        kept &= count[h] >= least[h] * chosen - 1e-9
    return kept


@njit(cache=True, nogil=True)
def _fresh_top(
    g: int,
    heap: NDArray[np.int64],
    bounds: NDArray[np.int64],
    size: NDArray[np.int64],
    stale: NDArray[np.float64],
    gains: NDArray[np.float64],
    cost: NDArray[np.float64],
    by_cost: bool,
    left: float,
) -> int:
    """The best affordable candidate of a group, -1 for none: gains only fall, so that a top that stands is best."""
    while size[g] > 0:
        u = int(heap[bounds[g]])
        if cost[u] > left * (1.0 + 1e-12):
            _drop_top(g, heap, bounds, size, stale)
            continue
        now = _worth(gains, cost, by_cost, u)
        if now == stale[u]:
            return u
        stale[u] = now
        _sink(heap, bounds[g], size[g], 0, stale)
    return -1


@njit(cache=True, nogil=True)
def _drop_top(
    g: int, heap: NDArray[np.int64], bounds: NDArray[np.int64], size: NDArray[np.int64], stale: NDArray[np.float64]
) -> None:
    size[g] -= 1
    heap[bounds[g]] = heap[bounds[g] + size[g]]
    _sink(heap, bounds[g], size[g], 0, stale)


@njit(cache=True, nogil=True)
def _sink(heap: NDArray[np.int64], base: int, size: int, at: int, stale: NDArray[np.float64]) -> None:
    """Let somebody in a heap sink to their place; among equals the first person stands higher."""
    while True:
        best = at
        for child in range(2 * at + 1, min(2 * at + 3, size)):
            one, other = heap[base + child], heap[base + best]
            if stale[one] > stale[other] or (stale[one] == stale[other] and one < other):
                best = child
        if best == at:
            return
        heap[base + at], heap[base + best] = heap[base + best], heap[base + at]
        at = best
