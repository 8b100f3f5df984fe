"""Shortest paths drawn at random between two ends: searches in breadth from both, which meet in the middle.

An edge is walked from the side whose next step is shorter, so that a pair costs a small part of what one search of
the whole network does (Borassi & Natale 2019, https://doi.org/10.1145/3284359).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.mixing import key, uniform_at
from influence_graph.kernels.prefetching import prefetch

Pointers = NDArray[np.int64]
Targets = NDArray[np.int32]
NEVER = np.int32(-1)
SOON, SOONER, SOONEST = 12, 8, 4
"""So many nodes ahead it is asked where their rows begin, then for the rows, then for what is known of who is there."""
LINE = 16
"""Neighbours that memory brings at once; of longer rows the rest comes by itself."""
SEARCHED = 8
"""Looking for a member in a sorted row costs about as much as reading so many cells."""


@njit(cache=True, nogil=True)
def _contains(row: Targets, wanted: int) -> bool:
    """Whether a sorted row holds a node."""
    low, high = 0, len(row)
    while low < high:
        middle = (low + high) // 2
        if row[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < len(row) and row[low] == wanted


@njit(cache=True, nogil=True)
def _widen(
    indptr: Pointers, indices: Targets, distance: Any, paths: Any, queue: Targets, begin: int, end: int
) -> tuple[int, int]:
    """One step further from the nodes at `queue[begin:end]`: where the next step ends, and how many edges it has."""
    tail, edges = end, 0
    for i in range(begin, end):
        if i + SOON < end:
            prefetch(indptr, queue[i + SOON])
        if i + SOONER < end:
            prefetch(indices, indptr[queue[i + SOONER]])
        if i + SOONEST < end:
            soon = queue[i + SOONEST]
            for e in range(np.uint64(indptr[soon]), np.uint64(min(indptr[soon] + LINE, indptr[soon + 1]))):
                prefetch(distance, indices[e])
                prefetch(indptr, indices[e])
        v = queue[i]
        further = distance[v] + 1
        for e in range(np.uint64(indptr[v]), np.uint64(indptr[v + 1])):
            w = np.uint32(indices[e])
            if distance[w] < 0:
                distance[w] = further
                paths[w] = 0.0
                queue[tail] = w
                tail += 1
                edges += indptr[w + 1] - indptr[w]
            if distance[w] == further:
                paths[w] += paths[v]
    return tail, edges


@njit(cache=True, nogil=True)
def _one_back(
    here: int,
    indptr: Pointers,
    indices: Targets,
    back_indptr: Pointers,
    back_indices: Targets,
    distance: Any,
    paths: Any,
    ring: Targets,
    chance: float,
) -> int:
    """Of the nodes one step nearer to where a search over `indptr` began, one; each as likely as it has paths.

    `ring` are all nodes at that distance. They or the edges that lead to `here` are gone through, whichever is cheaper.
    """
    nearer = distance[here] - 1
    rest = chance * paths[here]
    chosen = -1
    if back_indptr[here + 1] - back_indptr[here] <= SEARCHED * len(ring):
        for e in range(back_indptr[here], back_indptr[here + 1]):
            v = back_indices[e]
            if distance[v] == nearer:
                chosen = v
                rest -= paths[v]
                if rest < 0.0:
                    break
        return chosen
    for v in ring:
        if _contains(indices[indptr[v] : indptr[v + 1]], here):
            chosen = v
            rest -= paths[v]
            if rest < 0.0:
                break
    return chosen


@njit(cache=True, nogil=True)
def draw_between(
    indptr: Pointers,
    indices: Targets,
    back_indptr: Pointers,
    back_indices: Targets,
    starts: Pointers,
    seed: np.uint64,
    first: int,
    last: int,
) -> tuple[Pointers, int]:
    """How often each node lies inside a shortest path drawn between the ends of the pairs `first` to `last`.

    A pair begins at one of `starts` and ends at anybody else, each as likely; of its shortest paths each is as likely.
    What a pair draws depends on `seed` and its number alone. Rows are sorted and without loops; `back_indptr` and
    `back_indices` are the same edges turned round. Returns the counts, and how many edges were walked.
    """
    n = len(indptr) - 1
    inside = np.zeros(n, dtype=np.int64)
    ahead, behind = np.full(n, NEVER, dtype=np.int32), np.full(n, NEVER, dtype=np.int32)
    sent, received = np.zeros(n), np.zeros(n)
    queue, back_queue = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    steps, back_steps = np.empty(n + 2, dtype=np.int64), np.empty(n + 2, dtype=np.int64)
    walked = 0
    for pair in range(first, last):
        where = key(seed, pair)
        s = starts[int(uniform_at(where, 0) * len(starts))]
        t = int(uniform_at(where, 1) * (n - 1))
        t += t >= s
        ahead[s], behind[t], sent[s], received[t] = 0, 0, 1.0, 1.0
        queue[0], back_queue[0] = s, t
        steps[0], steps[1], back_steps[0], back_steps[1] = 0, 1, 0, 1
        depth, back_depth = 0, 0
        wide, back_wide = indptr[s + 1] - indptr[s], back_indptr[t + 1] - back_indptr[t]
        total, met, back_met = 0.0, 0, 0
        while wide > 0 and back_wide > 0 and total == 0.0:
            if wide <= back_wide:
                walked += wide
                begin, end = steps[depth], steps[depth + 1]
                tail, wide = _widen(indptr, indices, ahead, sent, queue, begin, end)
                depth += 1
                steps[depth + 1] = tail
                for i in range(end, tail):
                    if behind[queue[i]] >= 0:
                        total += sent[queue[i]] * received[queue[i]]
            else:
                walked += back_wide
                begin, end = back_steps[back_depth], back_steps[back_depth + 1]
                tail, back_wide = _widen(back_indptr, back_indices, behind, received, back_queue, begin, end)
                back_depth += 1
                back_steps[back_depth + 1] = tail
                for i in range(end, tail):
                    if ahead[back_queue[i]] >= 0:
                        total += sent[back_queue[i]] * received[back_queue[i]]
        if total > 0.0:
            # Both searches went as far as they did together, so every shortest path has one node in both last steps.
            rest = uniform_at(where, 2) * total
            middle = -1
            met, back_met = steps[depth], steps[depth + 1]
            for i in range(met, back_met):
                v = queue[i]
                if behind[v] == back_depth:
                    middle = v
                    rest -= sent[v] * received[v]
                    if rest < 0.0:
                        break
            if middle != s and middle != t:
                inside[middle] += 1
            draw = 3
            v = middle
            for step in range(depth - 1, 0, -1):
                ring = queue[steps[step] : steps[step + 1]]
                v = _one_back(v, indptr, indices, back_indptr, back_indices, ahead, sent, ring, uniform_at(where, draw))
                inside[v] += 1
                draw += 1
            v = middle
            for step in range(back_depth - 1, 0, -1):
                ring = back_queue[back_steps[step] : back_steps[step + 1]]
                v = _one_back(
                    v, back_indptr, back_indices, indptr, indices, behind, received, ring, uniform_at(where, draw)
                )
                inside[v] += 1
                draw += 1
        for i in range(steps[depth + 1]):
            ahead[queue[i]] = NEVER
        for i in range(back_steps[back_depth + 1]):
            behind[back_queue[i]] = NEVER
    return inside, walked
