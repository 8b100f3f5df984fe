"""Who hangs together: connected and strongly connected components."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def connected(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """The component of each node of a symmetric graph, counted in the order of their first nodes. O(nodes + edges)."""
    n = len(indptr) - 1
    component = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    found = 0
    for first in range(n):
        if component[first] >= 0:
            continue
        component[first] = found
        queue[0] = first
        head, tail = 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                if component[w] < 0:
                    component[w] = found
                    queue[tail] = w
                    tail += 1
        found += 1
    return component


@njit(cache=True, nogil=True)
def strongly_connected(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """The strong component of each node, counted in the order in which a search in depth leaves them.

    Tarjan (1972, https://doi.org/10.1137/0201010), with a stack of its own in place of recursion. O(nodes + edges).
    """
    n = len(indptr) - 1
    component = np.full(n, -1, dtype=np.int64)
    entered = np.full(n, -1, dtype=np.int64)
    lowest = np.empty(n, dtype=np.int64)
    walked = indptr[:-1].copy()
    path = np.empty(n, dtype=np.int64)
    waiting = np.empty(n, dtype=np.int64)
    depth, many, clock, found = 0, 0, 0, 0
    for first in range(n):
        if entered[first] >= 0:
            continue
        path[0] = first
        depth = 1
        while depth:
            v = path[depth - 1]
            if entered[v] < 0:
                entered[v] = clock
                lowest[v] = clock
                clock += 1
                waiting[many] = v
                many += 1
            deeper = False
            while walked[v] < indptr[v + 1]:
                w = indices[walked[v]]
                if entered[w] < 0:
                    path[depth] = w
                    depth += 1
                    deeper = True
                    break
                if component[w] < 0:
                    lowest[v] = min(lowest[v], lowest[w])
                walked[v] += 1
            if deeper:
                continue
            depth -= 1
            if lowest[v] == entered[v]:
                while True:
                    many -= 1
                    component[waiting[many]] = found
                    if waiting[many] == v:
                        break
                found += 1
    return component
