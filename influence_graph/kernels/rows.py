"""Compressed sparse rows, turned round and laid side by side."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def turned(
    indptr: NDArray[np.int64], indices: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Every edge the other way round, rows ascending, and where each edge stood before. O(nodes + edges)."""
    n = len(indptr) - 1
    begin = np.zeros(n + 1, dtype=np.int64)
    for e in range(len(indices)):
        begin[indices[e] + 1] += 1
    begin = np.cumsum(begin)
    filled = begin.copy()
    back = np.empty(len(indices), dtype=np.int32)
    stood = np.empty(len(indices), dtype=np.int64)
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            place = filled[indices[e]]
            back[place] = u
            stood[place] = e
            filled[indices[e]] += 1
    return begin, back, stood


@njit(cache=True, nogil=True)
def joined(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    other_indptr: NDArray[np.int64],
    other_indices: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """In each row the entries of both, whoever stands in both twice. O(nodes + edges)."""
    n = len(indptr) - 1
    begin = np.empty(n + 1, dtype=np.int64)
    both = np.empty(len(indices) + len(other_indices), dtype=np.int32)
    place = 0
    for u in range(n):
        begin[u] = place
        for e in range(indptr[u], indptr[u + 1]):
            both[place] = indices[e]
            place += 1
        for e in range(other_indptr[u], other_indptr[u + 1]):
            both[place] = other_indices[e]
            place += 1
    begin[n] = place
    return begin, both
