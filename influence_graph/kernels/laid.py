"""Rows that pull, laid out for many steps: row ``i`` lists every ``j`` with an edge ``j -> i``.

Rows of the same length lie side by side, so that adding up one need not wait for the other, and nobody has to guess
where a row ends; that is the order of everything until the end. Sums are taken in an order that depends on the graph
alone, so the answer is the same to the last bit on every machine. An empty `weight` says that every edge weighs 1, and
saves reading them. Places are unsigned, so that nobody asks at every edge whether they count from the end.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

WIDEST, NARROWEST = 64, 8
"""So many rows at most lie side by side, and so many at least where any do."""

Blocks = NDArray[np.uint32]
Order = tuple[NDArray[np.uint32], NDArray[np.uint32], Blocks]
Laid = tuple[Blocks, NDArray[np.uint32], NDArray[np.float64]]


@njit(cache=True, nogil=True)
def ordered(indptr: NDArray[np.int64], weight: NDArray[np.float64]) -> Order:
    """Rows from the shortest to the longest; where each is then; and how wide and how long each block of them is.

    Edges with weights stay as they are: moving them takes longer than it saves.
    """
    n = len(indptr) - 1
    longest = 0
    for i in range(n):
        longest = max(longest, indptr[i + 1] - indptr[i])
    ends = np.zeros(longest + 1, dtype=np.int64)
    for i in range(n):
        ends[indptr[i + 1] - indptr[i]] += 1
    for length in range(longest):
        ends[length + 1] += ends[length]
    order, place, blocks = np.empty(n, dtype=np.uint32), np.empty(n, dtype=np.uint32), np.empty((n, 2), dtype=np.uint32)
    if len(weight):
        for i in range(n):
            order[i] = place[i] = i
            blocks[i, 0], blocks[i, 1] = 1, indptr[i + 1] - indptr[i]
        return order, place, blocks
    free = ends.copy()
    for i in range(n - 1, -1, -1):
        length = indptr[i + 1] - indptr[i]
        free[length] -= 1
        order[free[length]] = i
        place[i] = free[length]
    many, row = 0, 0
    for length in range(longest + 1):
        while row < ends[length]:
            width = min(ends[length] - row, WIDEST)
            if width < NARROWEST:
                width = 1
            blocks[many, 0], blocks[many, 1] = width, length
            many += 1
            row += width
    return order, place, blocks[:many].copy()


@njit(cache=True, nogil=True)
def lay(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    order: NDArray[np.uint32],
    blocks: Blocks,
    place: NDArray[np.uint32],
) -> Laid:
    """The blocks; where those stand who give to the first entries of a block's rows, then to the second; weights."""
    places = np.empty(len(indices), dtype=np.uint32)
    first, row, e = np.empty(WIDEST, dtype=np.uint64), np.uint64(0), np.uint64(0)
    for block in range(len(blocks)):
        width, length = np.uint64(blocks[block, 0]), np.uint64(blocks[block, 1])
        for k in range(width):
            first[k] = indptr[order[row + k]]
        for c in range(length):
            for k in range(width):
                places[e + k] = indices[first[k] + c]
            e += width
        row += width
    for i in range(len(places)):
        places[i] = place[places[i]]
    return blocks, places, weight


@njit(cache=True, nogil=True)
def pull(laid: Laid, given: NDArray[np.float64], received: NDArray[np.float64]) -> None:
    """What each row receives when everybody gives `given` along their edges. O(edges)."""
    blocks, places, weights = laid
    row, e = np.uint64(0), np.uint64(0)
    for block in range(len(blocks)):
        width, length = np.uint64(blocks[block, 0]), np.uint64(blocks[block, 1])
        if width == np.uint64(1):
            total = 0.0
            for c in range(length):
                total += given[places[e + c]] * weights[e + c] if len(weights) else given[places[e + c]]
            received[row] = total
            e += length
        else:
            for k in range(width):
                received[row + k] = 0.0
            for _ in range(length):
                if len(weights):
                    for k in range(width):
                        received[row + k] += given[places[e + k]] * weights[e + k]
                else:
                    for k in range(width):
                        received[row + k] += given[places[e + k]]
                e += width
        row += width


@njit(cache=True, nogil=True)
def change(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """How far they are apart in all, added up in four parts that need not wait for each other."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    fours = len(one) - len(one) % 4
    for i in range(0, fours, 4):
        a += abs(one[i] - other[i])
        b += abs(one[i + 1] - other[i + 1])
        c += abs(one[i + 2] - other[i + 2])
        d += abs(one[i + 3] - other[i + 3])
    for i in range(fours, len(one)):
        a += abs(one[i] - other[i])
    return (a + b) + (c + d)


@njit(cache=True, nogil=True)
def dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Their product, added up in the same way, as no library promises to."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    fours = len(one) - len(one) % 4
    for i in range(0, fours, 4):
        a += one[i] * other[i]
        b += one[i + 1] * other[i + 1]
        c += one[i + 2] * other[i + 2]
        d += one[i + 3] * other[i + 3]
    for i in range(fours, len(one)):
        a += one[i] * other[i]
    return (a + b) + (c + d)


@njit(cache=True, nogil=True)
def returned(order: NDArray[np.uint32], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """In the order in which the rows came."""
    found = np.empty(len(values))
    for i in range(len(values)):
        found[order[i]] = values[i]
    return found


@njit(cache=True, nogil=True)
def add(to: NDArray[np.float64], part: float, of: NDArray[np.float64]) -> None:
    """Add a part of the other."""
    for i in range(len(to)):
        to[i] += part * of[i]
