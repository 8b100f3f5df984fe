"""Core numbers by peeling (Batagelj & Zaversnik 2003, https://arxiv.org/abs/cs.DS/0310049)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.prefetching import prefetch

SOON, SOONER = 12, 6
"""So many nodes ahead it is asked where their rows begin, and then for the rows, of twenty neighbours or so."""
LINE = 16
"""Neighbours that memory brings at once."""


@njit(cache=True, nogil=True)
def core_number(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """Core number of every node of a symmetric graph; a neighbour listed twice counts twice, oneself not at all.

    Level by level, whoever has no more neighbours left than the level is peeled off, and takes one from each neighbour
    who still has more. A level looks at those alone who are left, and nobody is left for more levels than they have
    neighbours, so no queue has to be kept in order. Who is peeled off next can't be foreseen: all that is noted
    is written down, and kept where it holds. Places are unsigned, so that nobody asks whether they count from
    the end. O(nodes + edges).
    """
    n = len(indptr) - 1
    core = np.empty(n, dtype=np.int32)
    left, peeled = np.empty(n + 1, dtype=np.uint32), np.empty(n + 1, dtype=np.uint32)
    for v in range(n):
        loops = 0
        for e in range(np.uint64(indptr[v]), np.uint64(indptr[v + 1])):
            loops += indices[e] == v
        core[v] = indptr[v + 1] - indptr[v] - loops
        left[v] = v
    many, level = n, 0
    while many:
        kept, tail, head = 0, 0, 0
        for i in range(many):
            v = left[i]
            left[kept] = v
            kept += core[v] > level
            peeled[tail] = v
            tail += core[v] == level
        many = kept
        while head < tail:
            peel = np.uint64(peeled[head])
            head += 1
            if head + SOON < tail:
                prefetch(indptr, peeled[head + SOON])
            if head + SOONER < tail:
                soon = indptr[peeled[head + SOONER]]
                prefetch(indices, soon)
                prefetch(indices, soon + LINE)
            for e in range(np.uint64(indptr[peel]), np.uint64(indptr[peel + np.uint64(1)])):
                u = np.uint32(indices[e])
                ties = core[u]
                more = np.int32(ties > level)
                ties -= more
                core[u] = ties
                peeled[tail] = u
                tail += int(more and ties == level)
        level += 1
    return core.astype(np.int64)
