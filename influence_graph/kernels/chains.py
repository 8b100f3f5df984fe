"""Loops over chains of shares: credit flows back from a share to those it was passed on from.

Arrays in, arrays out. Shares stand in the order of time; row i of a compressed sparse matrix holds the chances that
share i was passed on from each earlier share, at most 1 in all.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def flow_back(ptr: Ints, origin: Ints, chance: Floats, direct: Floats) -> Floats:
    """Credit of each share with all that came down from it: a triangular solve in one pass, the latest share first."""
    credit = direct.copy()
    for share in range(direct.size - 1, -1, -1):
        if credit[share] > 0.0:
            for k in range(ptr[share], ptr[share + 1]):
                credit[origin[k]] += chance[k] * credit[share]
    return credit


@njit(cache=True, nogil=True)
def come_down(ptr: Ints, origin: Ints, chance: Floats, from_start: Floats) -> Floats:
    """Chance that each share is one of those that start (1 there), or came down from one: the earliest share first."""
    part = from_start.copy()
    for share in range(part.size):
        if part[share] < 1.0:
            above = 0.0
            for k in range(ptr[share], ptr[share + 1]):
                above += chance[k] * part[origin[k]]
            part[share] += (1.0 - part[share]) * above
    return part


@njit(cache=True, nogil=True)
def come_back(ptr: Ints, origin: Ints, chance: Floats, author: Ints, authors: int, least: float) -> Floats:
    """Chance that each share came down, by way of others or not, from an earlier share of its own author.

    Ways up a chain less likely than `least` are not followed.
    """
    first = np.full(authors, author.size)
    for share in range(author.size - 1, -1, -1):
        first[author[share]] = share
    back, mass = np.zeros(author.size), np.zeros(author.size)
    for share in range(author.size):
        who = author[share]
        if first[who] == share:
            continue
        mass[share] = 1.0
        heap = [-share]
        while heap:
            at = -heappop(heap)
            here, mass[at] = mass[at], 0.0
            if here < least:
                continue
            if at != share and author[at] == who:
                back[share] += here
                continue
            for k in range(ptr[at], ptr[at + 1]):
                above = origin[k]
                if above >= first[who] and chance[k] > 0.0:
                    if mass[above] == 0.0:
                        heappush(heap, -above)
                    mass[above] += here * chance[k]
    return back
