"""Louvain's steps over compressed rows, each sum and each comparison in the order in which NetworkX takes them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pointers = NDArray[np.int64]
Targets = NDArray[np.int32]


@njit(cache=True, nogil=True)
def laid(source: Targets, target: Targets, n: int, both: bool) -> tuple[Pointers, Targets, Pointers]:
    """Rows of edges in the order in which they come, and which edge each entry is of. O(nodes + edges).

    With `both`, an edge stands in the rows of both its ends, one from a node to itself once.
    """
    begin = np.zeros(n + 1, dtype=np.int64)
    for e in range(len(source)):
        begin[source[e] + 1] += 1
        if both and source[e] != target[e]:
            begin[target[e] + 1] += 1
    begin = np.cumsum(begin)
    filled = begin.copy()
    indices, stood = np.empty(begin[n], dtype=np.int32), np.empty(begin[n], dtype=np.int64)
    for e in range(len(source)):
        place = filled[source[e]]
        indices[place], stood[place] = target[e], e
        filled[source[e]] += 1
        if both and source[e] != target[e]:
            place = filled[target[e]]
            indices[place], stood[place] = source[e], e
            filled[target[e]] += 1
    return begin, indices, stood


@njit(cache=True, nogil=True)
def joined(
    indptr: Pointers, indices: Targets, weight: Floats, back_indptr: Pointers, back: Targets, back_weight: Floats
) -> tuple[Pointers, Targets, Floats]:
    """Whom each node leads to, then who leads to it, each once with the weight of both ways. O(nodes + edges)."""
    n = len(indptr) - 1
    begin = np.zeros(n + 1, dtype=np.int64)
    ties, sums = np.empty(len(indices) + len(back), dtype=np.int32), np.empty(len(indices) + len(back))
    stands = np.full(n, -1, dtype=np.int64)
    end = 0
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            ties[end], sums[end] = indices[e], weight[e]
            stands[indices[e]] = end
            end += 1
        for e in range(back_indptr[u], back_indptr[u + 1]):
            place = stands[back[e]]
            if place >= begin[u]:
                sums[place] += back_weight[e]
            else:
                ties[end], sums[end] = back[e], back_weight[e]
                end += 1
        begin[u + 1] = end
    return begin, ties[:end].copy(), sums[:end].copy()


@njit(cache=True, nogil=True)
def look_round(
    indptr: Pointers,
    indices: Targets,
    weight: Floats,
    outgoing: Floats,
    incoming: Floats,
    held_out: Floats,
    held_in: Floats,
    label: Targets,
    order: Pointers,
    resolution: float,
    size: float,
    norm: float,
) -> int:
    """Move each node once, in place, to the community of highest gain in modularity; how many moved. O(edges).

    Of equal gains the community met first is taken. The own one is among those looked at, as last where no neighbour
    is in it: by rounding it may gain.
    """
    n = len(indptr) - 1
    to, seen, met = np.zeros(n), np.zeros(n, dtype=np.bool_), np.empty(n, dtype=np.int32)
    moved = 0
    for u in order:
        own, many = label[u], 0
        for e in range(indptr[u], indptr[u + 1]):
            if indices[e] != u:
                c = label[indices[e]]
                if not seen[c]:
                    seen[c], met[many], to[c] = True, c, 0.0
                    many += 1
                to[c] += weight[e]
        if not seen[own]:
            met[many], to[own] = own, 0.0
            many += 1
        held_in[own] -= incoming[u]
        held_out[own] -= outgoing[u]
        cost = -to[own] / size + resolution * (outgoing[u] * held_in[own] + incoming[u] * held_out[own]) / norm
        best, most = own, 0.0
        for i in range(many):
            c = met[i]
            seen[c] = False
            expected = resolution * (outgoing[u] * held_in[c] + incoming[u] * held_out[c]) / norm
            gain = cost + to[c] / size - expected
            if gain > most:
                best, most = c, gain
        held_in[best] += incoming[u]
        held_out[best] += outgoing[u]
        if best != own:
            label[u] = best
            moved += 1
    return moved
