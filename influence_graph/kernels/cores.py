"""Core numbers by peeling (Batagelj & Zaversnik 2003, https://arxiv.org/abs/cs.DS/0310049)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def core_number(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """Core number of every node of a symmetric graph without self-loops; a neighbour listed twice counts twice.

    Nodes stand in bins by what is left of their degree; whoever is peeled off takes one from each neighbour that
    still has more. O(nodes + edges).
    """
    n = len(indptr) - 1
    core = np.empty(n, dtype=np.int64)
    for v in range(n):
        core[v] = indptr[v + 1] - indptr[v]
    bins = np.zeros((core.max() if n else 0) + 2, dtype=np.int64)
    for v in range(n):
        bins[core[v] + 1] += 1
    bins = np.cumsum(bins)
    place = np.empty(n, dtype=np.int64)
    order = np.empty(n, dtype=np.int64)
    filled = bins.copy()
    for v in range(n):
        place[v] = filled[core[v]]
        order[place[v]] = v
        filled[core[v]] += 1
    for i in range(n):
        v = order[i]
        for e in range(indptr[v], indptr[v + 1]):
            u = indices[e]
            if core[u] > core[v]:
                first = order[bins[core[u]]]
                order[place[u]], order[place[first]] = first, u
                place[u], place[first] = place[first], place[u]
                bins[core[u]] += 1
                core[u] -= 1
    return core
