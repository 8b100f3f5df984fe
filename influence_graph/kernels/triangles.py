"""Triangles: how far the neighbours of somebody are neighbours of each other."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def triangles(indptr: NDArray[np.int64], indices: NDArray[np.int32], ties: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each node the sum over its triangles of the product of their ties, which are 1 or 2 between two nodes.

    The graph is symmetric and without self-loops. Each edge is kept at the end of lower degree alone, so
    that hubs have short rows, and triangles are met once, where two such rows cross. O(edges^1.5).
    """
    n = len(indptr) - 1
    begin = np.zeros(n + 1, dtype=np.int64)
    kept = np.empty(len(indices), dtype=np.int32)
    tie = np.empty(len(indices), dtype=np.int64)
    place = 0
    for u in range(n):
        degree = indptr[u + 1] - indptr[u]
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            other = indptr[v + 1] - indptr[v]
            if degree < other or (degree == other and u < v):
                kept[place] = v
                tie[place] = ties[e]
                place += 1
        begin[u + 1] = place
    found = np.zeros(n, dtype=np.int64)
    marked = np.zeros(n, dtype=np.int64)
    for u in range(n):
        for e in range(begin[u], begin[u + 1]):
            marked[kept[e]] = tie[e]
        for e in range(begin[u], begin[u + 1]):
            v = kept[e]
            for f in range(begin[v], begin[v + 1]):
                w = kept[f]
                if marked[w]:
                    product = tie[e] * tie[f] * marked[w]
                    found[u] += product
                    found[v] += product
                    found[w] += product
        for e in range(begin[u], begin[u + 1]):
            marked[kept[e]] = 0
    return found
