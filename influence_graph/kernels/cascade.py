"""Cascades from given people: one world a simulation, every world the same for whoever is tried in it.

Arrays in, arrays out. An edge is one number, ``probability * 2^32`` above its target's 31 bits: read in one go, open
in a world when its 32 random bits there are less, so that 0 never is and 1 always.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.mixing import bits_at, key, uniform_at
from influence_graph.kernels.prefetching import prefetch

TARGET_BITS = np.uint64(31)
TARGET = np.uint64((1 << 31) - 1)


@njit(cache=True, inline="always")
def edge_to(node: int, probability: float) -> np.uint64:
    """One edge as the loops read it; its probability, in [0, 1], is off by at most 2^-33."""
    return np.uint64(np.rint(probability * 2.0**32)) << TARGET_BITS | np.uint64(node)


@njit(cache=True, nogil=True)
def packed(indices: NDArray[np.int32], probability: NDArray[np.float64]) -> NDArray[np.uint64]:
    """(m,) uint64: targets and probabilities as the loops read them."""
    edges = np.empty(len(indices), dtype=np.uint64)
    for e in range(len(indices)):
        edges[e] = edge_to(indices[e], probability[e])
    return edges


@njit(cache=True, nogil=True)
def independent(
    indptr: NDArray[np.int64],
    edges: NDArray[np.uint64],
    seeds: NDArray[np.int64],
    worlds: np.uint64,
    first: int,
    last: int,
) -> NDArray[np.int64]:
    """How many people each world of ``first..last`` reaches from the (distinct) seeds, themselves among them.

    O(edges of who is reached) a world.
    """
    n = len(indptr) - 1
    reached = np.zeros(n, dtype=np.bool_)
    queue = np.empty(n, dtype=np.int32)
    sizes = np.empty(last - first, dtype=np.int64)
    for number in range(first, last):
        world = key(worlds, number)
        tail = _begin(seeds, reached, queue)
        head = 0
        while head < tail:
            u = queue[head]
            head += 1
            if head < tail:
                prefetch(edges, indptr[queue[head]])
            for e in range(indptr[u], indptr[u + 1]):
                if bits_at(world, e) < edges[e] >> TARGET_BITS:
                    v = np.int64(edges[e] & TARGET)
                    if not reached[v]:
                        reached[v] = True
                        queue[tail] = v
                        tail += 1
                        prefetch(indptr, v)
        for i in range(tail):
            reached[queue[i]] = False
        sizes[number - first] = tail
    return sizes


@njit(cache=True, nogil=True)
def threshold(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    seeds: NDArray[np.int64],
    worlds: np.uint64,
    first: int,
    last: int,
) -> NDArray[np.int64]:
    """The same under linear thresholds: whoever's active sources weigh more than their threshold joins them."""
    n = len(indptr) - 1
    reached = np.zeros(n, dtype=np.bool_)
    pressure = np.zeros(n)
    queue = np.empty(n, dtype=np.int32)
    touched = np.empty(n, dtype=np.int32)
    sizes = np.empty(last - first, dtype=np.int64)
    for number in range(first, last):
        world = key(worlds, number)
        tail = _begin(seeds, reached, queue)
        head = 0
        met = 0
        while head < tail:
            u = queue[head]
            head += 1
            for e in range(indptr[u], indptr[u + 1]):
                v = indices[e]
                if reached[v] or weight[e] == 0.0:
                    continue
                if pressure[v] == 0.0:
                    touched[met] = v
                    met += 1
                pressure[v] += weight[e]
                if uniform_at(world, v) < pressure[v]:
                    reached[v] = True
                    queue[tail] = v
                    tail += 1
        for i in range(tail):
            reached[queue[i]] = False
        for i in range(met):
            pressure[touched[i]] = 0.0
        sizes[number - first] = tail
    return sizes


@njit(cache=True, nogil=True)
def _begin(seeds: NDArray[np.int64], reached: NDArray[np.bool_], queue: NDArray[np.int32]) -> int:
    for i in range(len(seeds)):
        reached[seeds[i]] = True
        queue[i] = seeds[i]
    return len(seeds)
