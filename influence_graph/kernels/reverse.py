"""Who could have caused it: worlds searched backwards from one outcome (Borgs, Brautbar, Chayes & Lucier 2014).

Arrays in, arrays out. A set holds everybody whose sharing would have led to the outcome; how many sets a plan meets
estimates what it brings. Edges are read backwards, as `rows.transposed` lays them: row v lists who influences v.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.bits import alike, trailing_zeros
from influence_graph.kernels.campaign import delay, elapsed
from influence_graph.kernels.mixing import bits_at, key, uniform_at
from influence_graph.kernels.prefetching import prefetch
from influence_graph.kernels.rows import ALWAYS, MIXED, TOGETHER


@njit(cache=True, nogil=True)
def sets(
    begin: NDArray[np.int64],
    sources: NDArray[np.int32],
    chances: NDArray[np.uint32],
    ways: NDArray[np.float64],
    roots: NDArray[np.float64],
    hazard: NDArray[np.float64],
    settled: NDArray[np.bool_],
    worlds: np.uint64,
    first: int,
    last: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The sets ``first..last``, one behind the other: where each ends, and who is in them.

    A set in which somebody `settled` is found need not be searched to its end; nobody is where that is empty.
    Roots are drawn by their cumulated weights, evenly where none are given. Without a hazard the root is whoever
    shares; with one it is a buyer known to be moved, whose first step back leads to those who moved them, and who is
    in the set only when reached as somebody who shares.
    """
    n = len(begin) - 1
    visited = np.zeros(n, dtype=np.bool_)
    spent = np.empty(n if len(hazard) else 0)
    ends = np.empty(last - first, dtype=np.int64)
    nodes = np.empty(n + 16 * (last - first), dtype=np.int32)
    used = 0
    for number in range(first, last):
        world = key(worlds, number)
        nodes = _roomy(nodes, used, n)
        head = used
        root = _root(roots, n, uniform_at(world, 0))
        if len(hazard):
            found, asked = _movers(begin, sources, hazard, root, world, nodes[used:], spent)
            used += found
        else:
            nodes[used] = root
            used += 1
            asked = 1
        for i in range(head, used):
            visited[nodes[i]] = True
        at = looked = head
        while at < used:
            if len(settled) and _any(settled, nodes, looked, used):
                break
            looked = used
            v = nodes[at]
            at += 1
            if at < used:
                prefetch(sources, begin[nodes[at]])
                if len(chances):
                    prefetch(chances, begin[nodes[at]])
            e, end, way = begin[v], begin[v + 1], ways[v]
            if way < 0.0:
                skipped = np.log(uniform_at(world, asked)) * way
                while skipped < end - e:
                    e += int(skipped)
                    used = _reached(sources[e], visited, nodes, used, begin, ways)
                    asked += 1
                    skipped = np.log(uniform_at(world, asked)) * way
                    e += 1
                asked += 1
            elif way < MIXED:
                while e < end:
                    opened, asked = alike(world, asked, np.uint64(way), min(end - e, TOGETHER))
                    while opened:
                        u = sources[e + trailing_zeros(opened)]
                        used = _reached(u, visited, nodes, used, begin, ways)
                        opened &= opened - np.uint64(1)
                    e += TOGETHER
            else:
                while e < end:
                    if _opened(bits_at(world, asked), chances[e]):
                        used = _reached(sources[e], visited, nodes, used, begin, ways)
                    asked += 1
                    e += 1
        for i in range(head, used):
            visited[nodes[i]] = False
        ends[number - first] = used
    return ends, nodes[:used].copy()


@njit(cache=True, nogil=True)
def timely_sets(
    begin: NDArray[np.int64],
    sources: NDArray[np.int32],
    chances: NDArray[np.uint32],
    ways: NDArray[np.float64],
    roots: NDArray[np.float64],
    hazard: NDArray[np.float64],
    repeated: bool,
    horizon: float,
    share_delay: tuple[float, float],
    order_delay: tuple[float, float],
    settled: NDArray[np.bool_],
    worlds: np.uint64,
    first: int,
    last: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The same for outcomes within a horizon: only who would have led to them in time is in the set.

    `hazard` is what is left of it at the horizon. Without one the root shares; where orders repeat, an order has
    already taken its time by then.
    """
    n = len(begin) - 1
    visited = np.zeros(n, dtype=np.bool_)
    spent = np.empty(n)
    movers = np.empty(n, dtype=np.int32)
    ends = np.empty(last - first, dtype=np.int64)
    nodes = np.empty(n + 16 * (last - first), dtype=np.int32)
    ordered = elapsed(horizon, order_delay[0], order_delay[1])
    used = 0
    for number in range(first, last):
        world = key(worlds, number)
        nodes = _roomy(nodes, used, n)
        head = used
        root = _root(roots, n, uniform_at(world, 0))
        heap = [(0.0, np.int64(0))]
        heap.clear()
        if len(hazard):
            found, asked = _movers(begin, sources, hazard, root, world, movers, spent)
            for i in range(found):
                u = np.int64(movers[i])
                part = spent[i] / hazard[u] * ordered
                heappush(heap, (delay(part, order_delay[0], order_delay[1]), u))
        else:
            part = uniform_at(world, 1) * ordered if repeated else 0.0
            heappush(heap, (delay(part, order_delay[0], order_delay[1]), np.int64(root)))
            asked = 2
        while len(heap):
            since, v = heappop(heap)
            if visited[v]:
                continue
            visited[v] = True
            nodes[used] = v
            used += 1
            if len(settled) and settled[v]:
                break
            one = ways[v] if ways[v] >= 0.0 else np.rint(-np.expm1(1.0 / ways[v]) * 2.0**32)
            for e in range(begin[v], begin[v + 1]):
                bits = bits_at(world, asked)
                opened = bits < np.uint64(one) if one < MIXED else _opened(bits, chances[e])
                asked += 1
                if opened:
                    before = since + delay(uniform_at(world, asked), share_delay[0], share_delay[1])
                    asked += 1
                    u = np.int64(sources[e])
                    if before <= horizon and not visited[u]:
                        heappush(heap, (before, u))
        for i in range(head, used):
            visited[nodes[i]] = False
        ends[number - first] = used
    return ends, nodes[:used].copy()


@njit(cache=True, nogil=True)
def walks(
    begin: NDArray[np.int64],
    sources: NDArray[np.int32],
    cumulated: NDArray[np.float64],
    settled: NDArray[np.bool_],
    worlds: np.uint64,
    first: int,
    last: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The sets under linear thresholds: back along the one edge that each person keeps, by its weight, or none.

    `cumulated` holds the weights of each row, added up from its first edge.
    """
    n = len(begin) - 1
    visited = np.zeros(n, dtype=np.bool_)
    ends = np.empty(last - first, dtype=np.int64)
    nodes = np.empty(n + 16 * (last - first), dtype=np.int32)
    used = 0
    for number in range(first, last):
        world = key(worlds, number)
        nodes = _roomy(nodes, used, n)
        head = used
        v = np.int64(uniform_at(world, 0) * n)
        while not visited[v]:
            visited[v] = True
            nodes[used] = v
            used += 1
            if len(settled) and settled[v]:
                break
            row = cumulated[begin[v] : begin[v + 1]]
            kept = np.searchsorted(row, uniform_at(world, used - head), side="right")
            if kept == len(row):
                break
            v = np.int64(sources[begin[v] + kept])
        for i in range(head, used):
            visited[nodes[i]] = False
        ends[number - first] = used
    return ends, nodes[:used].copy()


@njit(cache=True, nogil=True)
def _root(roots: NDArray[np.float64], n: int, drawn: float) -> int:
    if not len(roots):
        return int(drawn * n)
    return min(int(np.searchsorted(roots, drawn * roots[-1], side="right")), n - 1)


@njit(cache=True, nogil=True)
def _roomy(nodes: NDArray[np.int32], used: int, n: int) -> NDArray[np.int32]:
    """With room for a set of everybody."""
    if len(nodes) - used >= n:
        return nodes
    grown = np.empty(2 * len(nodes) + n, dtype=np.int32)
    grown[:used] = nodes[:used]
    return grown


@njit(cache=True, nogil=True)
def _movers(
    begin: NDArray[np.int64],
    sources: NDArray[np.int32],
    hazard: NDArray[np.float64],
    root: int,
    world: np.uint64,
    movers: NDArray[np.int32],
    spent: NDArray[np.float64],
) -> tuple[int, int]:
    """Who moves a buyer of whom one knows that somebody does, and what part of their hazard that took.

    Hazards lie end to end; the first mark on them is drawn as it falls when there is at least one. Everybody behind
    it moves the buyer with their own chance. Returns how many, and how many random numbers were used.
    """
    whole = 0.0
    for e in range(begin[root], begin[root + 1]):
        u = sources[e]
        if u != root:
            whole += hazard[u]
    mark = -np.log1p(uniform_at(world, 1) * np.expm1(-whole))
    asked, found, passed = 2, 0, 0.0
    for e in range(begin[root], begin[root + 1]):
        u = sources[e]
        if u == root or hazard[u] == 0.0:
            continue
        if found:
            mark = passed - np.log(uniform_at(world, asked))
            asked += 1
        if mark <= passed + hazard[u]:
            movers[found] = u
            spent[found] = min(mark - passed, hazard[u])
            found += 1
        passed += hazard[u]
    return found, asked


@njit(cache=True, inline="always")
def _any(settled: NDArray[np.bool_], nodes: NDArray[np.int32], first: int, last: int) -> bool:
    found = False
    for i in range(first, last):
        found |= settled[nodes[i]]
    return found


@njit(cache=True, inline="always")
def _opened(bits: np.uint64, chance: np.uint32) -> bool:
    return bool(bits < chance or chance == ALWAYS)


@njit(cache=True, inline="always")
def _reached(
    u: int,
    visited: NDArray[np.bool_],
    nodes: NDArray[np.int32],
    used: int,
    begin: NDArray[np.int64],
    ways: NDArray[np.float64],
) -> int:
    """Somebody more in the set, unless they are in it already; returns how many there are."""
    if visited[u]:
        return used
    visited[u] = True
    nodes[used] = u
    prefetch(begin, u)
    prefetch(ways, u)
    return used + 1
