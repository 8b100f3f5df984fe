"""Communities by moving nodes: the steps of the Leiden algorithm over compressed rows, a node at a time.

Rows hold every tie from both ends; a node's tie to itself, of nodes folded together, holds what is within it.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.prefetching import prefetch

Floats = NDArray[np.float64]
Pointers = NDArray[np.int64]
Targets = NDArray[np.int32]
SOON, SOONER, SOONEST = 12, 8, 4
"""So many nodes ahead it is asked where their rows begin, then for the rows, then for the labels in them."""
LINE = 16
"""Neighbours that memory brings at once; of longer rows the rest comes by itself."""


@njit(cache=True, nogil=True)
def _ask(indptr: Pointers, indices: Targets, weight: Floats, soon: int, sooner: int) -> None:
    """Ask where the row of one node begins, and for the row of another, of which that is known by now."""
    prefetch(indptr, soon)
    begin = indptr[sooner]
    prefetch(indices, begin)
    prefetch(weight, begin)
    prefetch(weight, begin + LINE // 2)


@njit(cache=True, nogil=True)
def strengths(indptr: Pointers, weight: Floats) -> Floats:
    """The sum of each node's ties."""
    total = np.zeros(len(indptr) - 1)
    for v in range(len(total)):
        for e in range(indptr[v], indptr[v + 1]):
            total[v] += weight[e]
    return total


@njit(cache=True, nogil=True)
def move(
    indptr: Pointers,
    indices: Targets,
    weight: Floats,
    strength: Floats,
    label: Targets,
    order: Targets,
    resolution: float,
) -> None:
    """Move nodes, in place, to the community of highest gain in modularity until none gains.

    All are looked at once, in their `order`, and again when a neighbour has left their community. O(edges) a round.
    """
    n = len(indptr) - 1
    whole = strength.sum()
    held = np.zeros(n)
    for u in range(n):
        held[label[u]] += strength[u]
    to = np.zeros(n)
    met = np.empty(n + 1, dtype=np.uint32)
    queue = np.empty(n, dtype=np.uint32)
    queue[:] = order
    waits = np.ones(n, dtype=np.bool_)
    head, waiting = np.uint64(0), n
    while waiting:
        if head + np.uint64(SOON) < np.uint64(n):  # where the ring begins anew, and beyond its end, asking does no harm
            _ask(indptr, indices, weight, queue[head + np.uint64(SOON)], queue[head + np.uint64(SOONER)])
            soonest = np.uint64(queue[head + np.uint64(SOONEST)])
            soon = indptr[soonest]
            for e in range(np.uint64(soon), np.uint64(min(soon + LINE, indptr[soonest + np.uint64(1)]))):
                prefetch(label, indices[e])
        v = np.uint64(queue[head])
        head = head + np.uint64(1) if head + np.uint64(1) < np.uint64(n) else np.uint64(0)
        waiting -= 1
        waits[v] = False
        own = np.uint32(label[v])
        many = np.uint64(0)
        begin, end = np.uint64(indptr[v]), np.uint64(indptr[v + np.uint64(1)])
        # What is met anew can't be foreseen: each community is written down, and kept where it is.
        for e in range(begin, end):
            w = np.uint32(indices[e])
            if np.uint64(w) != v:
                c = np.uint32(label[w])
                met[many] = c
                many += np.uint64(to[c] == 0.0)
                to[c] += weight[e]
        held[own] -= strength[v]
        cost = resolution * strength[v] / whole
        best, gain = own, to[own] - cost * held[own]
        for i in range(many):
            c = met[i]
            other = to[c] - cost * held[c]
            if other > gain + 1e-12 * strength[v]:
                best, gain = c, other
        for i in range(many):
            to[met[i]] = 0.0
        held[best] += strength[v]
        if best != own:
            label[v] = best
            for e in range(begin, end):
                w = np.uint32(indices[e])
                if label[w] != best and not waits[w]:
                    waits[w] = True
                    place = np.int64(head) + waiting
                    queue[place if place < n else place - n] = w
                    waiting += 1


@njit(cache=True, nogil=True)
def refine(
    indptr: Pointers,
    indices: Targets,
    weight: Floats,
    strength: Floats,
    label: Targets,
    order: Targets,
    resolution: float,
) -> Targets:
    """Parts of communities that hang together: nodes alone join, once, the part of their community that gains most.

    Only who is tied well to the rest of their community takes part. O(edges).
    """
    n = len(indptr) - 1
    whole = strength.sum()
    held, parts = np.zeros(n), strength.copy()
    for v in range(n):
        held[label[v]] += strength[v]
    part = np.arange(n).astype(np.int32)
    alone = np.ones(n, dtype=np.bool_)
    to = np.zeros(n)
    met = np.empty(n, dtype=np.int32)
    for i in range(n):
        if i + SOON < n:
            _ask(indptr, indices, weight, order[i + SOON], order[i + SOONER])
            soonest = order[i + SOONEST]
            for e in range(indptr[soonest], min(indptr[soonest] + LINE, indptr[soonest + 1])):
                prefetch(label, indices[e])
                prefetch(part, indices[e])
        v = order[i]
        if not alone[v]:
            continue
        many, tied = 0, 0.0
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if w != v and label[w] == label[v]:
                tied += weight[e]
                p = part[w]
                if to[p] == 0.0:
                    met[many] = p
                    many += 1
                to[p] += weight[e]
        cost = resolution * strength[v] / whole
        best, gain = v, 0.0
        if tied >= cost * (held[label[v]] - strength[v]):
            for k in range(many):
                other = to[met[k]] - cost * parts[met[k]]
                if other > gain:
                    best, gain = met[k], other
        for k in range(many):
            to[met[k]] = 0.0
        if best != v:
            parts[best] += strength[v]
            parts[v] = 0.0
            part[v] = best
            alone[v] = False
            alone[best] = False
    return part


@njit(cache=True, nogil=True)
def fold(
    indptr: Pointers, indices: Targets, weight: Floats, part: Targets, parts: int
) -> tuple[Pointers, Targets, Floats]:
    """The network of parts, numbered from 0: ties between them added up, those within on the part itself. O(edges)."""
    n = len(indptr) - 1
    begin = np.zeros(parts + 1, dtype=np.int64)
    for v in range(n):
        begin[part[v] + 1] += 1
    for p in range(parts):
        begin[p + 1] += begin[p]
    member = np.empty(n, dtype=np.int32)
    place = begin[:-1].copy()
    for v in range(n):
        member[place[part[v]]] = v
        place[part[v]] += 1
    to = np.zeros(parts)
    met = np.empty(parts + 1, dtype=np.uint32)
    pointers = np.zeros(parts + 1, dtype=np.int64)
    targets = np.empty(len(indices), dtype=np.int32)
    sums = np.empty(len(indices))
    end = 0
    for p in range(parts):
        many = np.uint64(0)
        for i in range(begin[p], begin[p + 1]):
            if i + SOON < n:
                _ask(indptr, indices, weight, member[i + SOON], member[i + SOONER])
            u = np.uint32(member[i])
            for e in range(np.uint64(indptr[u]), np.uint64(indptr[u + np.uint32(1)])):
                q = np.uint32(part[np.uint32(indices[e])])
                met[many] = q
                many += np.uint64(to[q] == 0.0)
                to[q] += weight[e]
        for i in range(many):
            targets[end], sums[end] = met[i], to[met[i]]
            to[met[i]] = 0.0
            end += 1
        pointers[p + 1] = end
    return pointers, targets[:end].copy(), sums[:end].copy()
