"""Compressed sparse rows, turned round and laid side by side."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

TOGETHER = 64
"""So many edges with one probability are tried at once, a bit each."""
MIXED = np.inf
"""The way through a row whose edges differ in probability."""
ALWAYS = np.uint32((1 << 32) - 1)
"""The chance of an edge that is open in every world."""


@njit(cache=True, nogil=True)
def turned(
    indptr: NDArray[np.int64], indices: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Every edge the other way round, rows ascending, and where each edge stood before. O(nodes + edges)."""
    n = len(indptr) - 1
    begin = np.zeros(n + 1, dtype=np.int64)
    for e in range(len(indices)):
        begin[indices[e] + 1] += 1
    for v in range(n):
        begin[v + 1] += begin[v]
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
def others(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """(n,) int64: how many entries each row has besides its own number. O(nodes + edges)."""
    many = np.empty(len(indptr) - 1, dtype=np.int64)
    for u in range(len(many)):
        many[u] = 0
        for e in range(indptr[u], indptr[u + 1]):
            many[u] += indices[e] != u
    return many


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


@njit(cache=True, nogil=True)
def gathered(
    source: NDArray[np.int32], target: NDArray[np.int32], n: int, loops: bool, stood: bool
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint32]]:
    """Rows of edges that come in any order, -1 for nobody: ascending, the same edge twice where it is there twice.

    And, where asked, where each edge `stood`; of those that are the same the first comes first. Counting twice, first
    by target, then by source, takes O(nodes + edges), and half the time of sorting. Fewer than 2^32 edges.
    """
    begin, ends = np.zeros(n + 1, dtype=np.uint32), np.zeros(n + 1, dtype=np.uint32)
    for e in range(len(source)):
        if source[e] >= 0 and target[e] >= 0 and (loops or source[e] != target[e]):
            begin[source[e] + 1] += np.uint32(1)
            ends[target[e] + 1] += np.uint32(1)
    for i in range(n):
        begin[i + 1] += begin[i]
        ends[i + 1] += ends[i]
    indptr = begin.astype(np.int64)
    by_target = np.empty(ends[n], dtype=np.uint32)
    for e in range(len(source)):
        if source[e] >= 0 and target[e] >= 0 and (loops or source[e] != target[e]):
            t = np.uint32(target[e])
            by_target[ends[t]] = e
            ends[t] += np.uint32(1)
    indices = np.empty(len(by_target), dtype=np.int32)
    before = np.empty(len(by_target) if stood else 0, dtype=np.uint32)
    for i in range(len(by_target)):
        e = by_target[i]
        s = np.uint32(source[e])
        indices[begin[s]] = target[e]
        if stood:
            before[begin[s]] = e
        begin[s] += np.uint32(1)
    return indptr, indices, before


@njit(cache=True, nogil=True)
def transposed(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], probability: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint32], NDArray[np.float64]]:
    """The edges by target, sources ascending: where rows begin, their sources, their chances, the way through each.

    Chances are ``probability * 2^32``, off by at most 2^-32 of one; the largest is always open. Where each row has one
    chance, as in weighted cascades, none is kept for each edge. The way through a row is its one chance, or `MIXED`; a
    long row with few open edges is passed by jumps from one to the next (SUBSIM, Guo et al. 2020,
    https://doi.org/10.1145/3318464.3389740): its way is 1 / log(1 - probability), which is negative.
    """
    n, alike = len(indptr) - 1, True
    begin, ways = np.zeros(n + 1, dtype=np.int64), np.full(n, -1.0)
    for e in range(len(indices)):
        v = indices[e]
        begin[v + 1] += 1
        chance = np.rint(probability[e] * 2.0**32)
        if ways[v] < 0.0:
            ways[v] = chance
        elif ways[v] != chance:
            ways[v], alike = MIXED, False
    begin = np.cumsum(begin)
    filled = begin[:-1].copy()
    sources = np.empty(len(indices), dtype=np.int32)
    chances = np.empty(0 if alike else len(indices), dtype=np.uint32)
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            place = filled[indices[e]]
            sources[place] = u
            if not alike:
                chances[place] = np.uint32(min(np.rint(probability[e] * 2.0**32), float(ALWAYS)))
            filled[indices[e]] += 1
    for v in range(n):
        many, one = begin[v + 1] - begin[v], ways[v] / 2.0**32
        if many > TOGETHER and one > 0.0 and one * many + 1.0 < many / TOGETHER:
            ways[v] = 1.0 / np.log1p(-one)
    return begin, sources, chances, ways
