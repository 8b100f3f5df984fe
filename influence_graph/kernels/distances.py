"""How far everybody is from everybody: searches in breadth, one by one or 64 at once."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

TOGETHER = 64
"""Searches that `received` makes at once."""


@njit(cache=True, nogil=True)
def search(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], start: int, steps: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whoever is within `steps` of `start`, in the order in which they are met, and how far they are. O(edges met)."""
    n = len(indptr) - 1
    distance = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    distance[start] = 0
    queue[0] = start
    head, tail = 0, 1
    while head < tail and distance[queue[head]] < steps:
        v = queue[head]
        head += 1
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if distance[w] < 0:
                distance[w] = distance[v] + 1
                queue[tail] = w
                tail += 1
    return queue[:tail], distance[queue[:tail]]


@njit(cache=True, nogil=True)
def sent(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], starts: NDArray[np.int64], counted: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """For each start: how many others it reaches that are `counted`, the sum of their distances, and of one over them.

    O(edges reached) a start.
    """
    n = len(indptr) - 1
    many = np.zeros(len(starts), dtype=np.int64)
    total = np.zeros(len(starts), dtype=np.int64)
    inverse = np.zeros(len(starts))
    distance = np.full(n, -1, dtype=np.int32)
    queue = np.empty(n, dtype=np.int64)
    for i in range(len(starts)):
        distance[starts[i]] = 0
        queue[0] = starts[i]
        head, tail = 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            if counted[v] and head > 1:
                many[i] += 1
                total[i] += distance[v]
                inverse[i] += 1.0 / distance[v]
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                if distance[w] < 0:
                    distance[w] = distance[v] + 1
                    queue[tail] = w
                    tail += 1
        for j in range(tail):
            distance[queue[j]] = -1
    return many, total, inverse


@njit(cache=True, nogil=True)
def _ones(word: np.uint64) -> np.int64:
    """How many bits are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def received(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """For each node: how many other starts reach it, the sum of their distances, and of one over them.

    64 searches go together, each a bit of a word: an edge is walked once for all that cross it in the same step (Then
    et al. 2014, https://doi.org/10.14778/2735496.2735507). O(starts / 64 * edges * steps) at worst.
    """
    n = len(indptr) - 1
    many = np.zeros(n, dtype=np.int64)
    total = np.zeros(n, dtype=np.int64)
    inverse = np.zeros(n)
    seen = np.zeros(n, dtype=np.uint64)
    now = np.zeros(n, dtype=np.uint64)
    fresh = np.zeros(n, dtype=np.uint64)
    front = np.empty(n, dtype=np.int64)
    behind = np.empty(n, dtype=np.int64)
    for first in range(0, len(starts), TOGETHER):
        seen[:] = 0
        tail = 0
        for i in range(first, min(first + TOGETHER, len(starts))):
            v = starts[i]
            if now[v] == 0:
                front[tail] = v
                tail += 1
            now[v] |= np.uint64(1) << np.uint64(i - first)
            seen[v] = now[v]
        step = 0
        while tail:
            step += 1
            met = 0
            for i in range(tail):
                v = np.uint64(front[i])
                word = now[v]
                now[v] = 0
                for e in range(np.uint64(indptr[v]), np.uint64(indptr[v + 1])):  # unsigned: none counts from the end
                    w = np.uint64(indices[e])
                    news = word & ~seen[w]
                    if news:
                        if fresh[w] == 0:
                            behind[met] = w
                            met += 1
                        fresh[w] |= news
            for i in range(met):
                w = behind[i]
                word = fresh[w]
                fresh[w] = 0
                now[w] = word
                seen[w] |= word
                crowd = _ones(word)
                many[w] += crowd
                total[w] += crowd * step
                inverse[w] += crowd / step
            front, behind = behind, front
            tail = met
    return many, total, inverse
