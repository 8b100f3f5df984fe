"""Shortest paths and short walks: betweenness, and how many people stand within two steps."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def dependencies(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], pivots: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Sum over pivots of how much each node lies on shortest paths from the pivot.

    The accumulation of Brandes (2001, https://doi.org/10.1080/0022250X.2001.9990249), without lists of predecessors:
    a search keeps the edges that lead one step further, in the order in which it walks them, and the way back reads
    them from the end. Places are read as unsigned, so that nobody asks at every edge whether they count from the end.
    O(edges reached) a pivot.
    """
    n = len(indptr) - 1
    total = np.zeros(n)
    distance = np.full(n, -1, dtype=np.int32)
    paths = np.zeros(n)
    share = np.zeros(n)
    queue = np.empty(n, dtype=np.int32)
    further = np.empty(len(indices), dtype=np.int32)
    end = np.empty(n, dtype=np.int64)
    for s in pivots:
        distance[s] = 0
        paths[s] = 1.0
        queue[0] = s
        head, tail, kept = 0, 1, 0
        while head < tail:
            v = np.uint32(queue[head])
            ahead = distance[v] + 1
            for e in range(np.uint64(indptr[v]), np.uint64(indptr[v + 1])):
                w = np.uint32(indices[e])
                if distance[w] < 0:
                    distance[w] = ahead
                    queue[tail] = w
                    tail += 1
                if distance[w] == ahead:
                    paths[w] += paths[v]
                    further[kept] = w
                    kept += 1
            end[head] = kept
            head += 1
        for i in range(tail - 1, 0, -1):
            v = np.uint32(queue[i])
            shares = 0.0
            for e in range(np.uint64(end[i - 1]), np.uint64(end[i])):
                shares += share[np.uint32(further[e])]
            delta = paths[v] * shares
            share[v] = (1.0 + delta) / paths[v]
            total[v] += delta
        for i in range(tail):
            v = np.uint32(queue[i])
            distance[v] = -1
            paths[v] = 0.0
    return total


@njit(cache=True, nogil=True)
def walks(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many edges lie within two steps of each node: what `within_two` costs."""
    n = len(indptr) - 1
    count = np.zeros(n, dtype=np.int64)
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            count[u] += 1 + indptr[v + 1] - indptr[v]
    return count


@njit(cache=True, nogil=True)
def within_two(indptr: NDArray[np.int64], indices: NDArray[np.int32], nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many distinct others each of `nodes` reaches within two steps, counted one by one."""
    seen = np.full(len(indptr) - 1, -1, dtype=np.int64)
    reached = np.zeros(len(nodes), dtype=np.int64)
    for i in range(len(nodes)):
        u = nodes[i]
        seen[u] = i
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if seen[v] != i:
                seen[v] = i
                reached[i] += 1
            for f in range(indptr[v], indptr[v + 1]):
                w = indices[f]
                if seen[w] != i:
                    seen[w] = i
                    reached[i] += 1
    return reached
