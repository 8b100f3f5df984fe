"""Who acted before whom in a cascade, along the edges of a network.

Arrays in, arrays out. An *action* is the first share of a person in a cascade; actions are sorted by cascade, then by
time. A *contact* is an earlier action of somebody who influences the person of a later one.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def contacts(
    begin: Ints,
    sources: NDArray[np.int32],
    edge: Ints,
    cascade_ptr: Ints,
    person: Ints,
    time: Floats,
    window: float,
    fill: bool,
    contact_ptr: Ints,
    earlier: Ints,
    along: Ints,
    tried: Floats,
) -> int:
    """Contacts of every action; called once to count and once to fill.

    Row v of the reversed network, ``begin[v]`` to ``begin[v + 1]``, lists who influences v and by which `edge`.
    `tried` is brought down, for each edge whose target had acted by the time of the source, by 1: there was nobody
    left to move. O(sum of the influences on who acts).
    """
    n = len(begin) - 1
    at = np.full(n, -1, dtype=np.int64)
    found = 0
    for c in range(len(cascade_ptr) - 1):
        first, last = cascade_ptr[c], cascade_ptr[c + 1]
        for a in range(first, last):
            at[person[a]] = a
        for a in range(first, last):
            if fill:
                contact_ptr[a] = found
            v = person[a]
            for i in range(begin[v], begin[v + 1]):
                before = at[sources[i]]
                if before < 0 or sources[i] == v:
                    continue
                if time[before] < time[a]:
                    if time[a] - time[before] <= window:
                        if fill:
                            earlier[found] = before
                            along[found] = edge[i]
                        found += 1
                elif fill:
                    tried[edge[i]] -= 1.0
        for a in range(first, last):
            at[person[a]] = -1
    if fill:
        contact_ptr[len(person)] = found
    return found


@njit(cache=True, nogil=True)
def expected(
    indptr: Ints,
    indices: NDArray[np.int32],
    probability: Floats,
    cascade_ptr: Ints,
    person: Ints,
    time: Floats,
) -> Floats:
    """(c,) float64: the probabilities of all chances that each cascade gave, added up.

    Who has acted by the time of a source leaves it no chance. O(sum of the followers of who acts).
    """
    acted = np.full(len(indptr) - 1, np.inf)
    total = np.zeros(len(cascade_ptr) - 1)
    for c in range(len(total)):
        first, last = cascade_ptr[c], cascade_ptr[c + 1]
        for a in range(first, last):
            acted[person[a]] = time[a]
        for a in range(first, last):
            u = person[a]
            for e in range(indptr[u], indptr[u + 1]):
                if acted[indices[e]] > time[a]:
                    total[c] += probability[e]
        for a in range(first, last):
            acted[person[a]] = np.inf
    return total
