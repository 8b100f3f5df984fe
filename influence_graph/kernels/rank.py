"""Ranks by power iteration: PageRank, HITS, eigenvector centrality, Katz centrality.

Edges come as rows that pull: row ``i`` lists every ``j`` with an edge ``j -> i``. Row by row the sum is taken in the
same order, so the answer is the same to the last bit. An empty `weight` says that every edge weighs 1, and saves
reading them.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def _pull(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    given: NDArray[np.float64],
    received: NDArray[np.float64],
) -> None:
    """What each row receives when everybody gives `given` along their edges."""
    if len(weight):
        for i in range(len(received)):
            total = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                total += given[indices[e]] * weight[e]
            received[i] = total
    else:
        for i in range(len(received)):
            total = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                total += given[indices[e]]
            received[i] = total


@njit(cache=True, nogil=True)
def pagerank(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    start: NDArray[np.float64],
    jump: NDArray[np.float64],
    dangling: NDArray[np.float64],
    alpha: float,
    tol: float,
    steps: int,
) -> tuple[NDArray[np.float64], bool]:
    """PageRank from `start`, and whether the total change came under `tol` within `steps`.

    Of their rank everybody passes on the part `alpha`, by the weights of their edges; the rest jumps to `jump`. Rank of
    those who have nobody to give it to goes to `dangling`. Both sum to 1. O(edges) a step.
    """
    n = len(indptr) - 1
    out = np.zeros(n)
    for e in range(len(indices)):
        out[indices[e]] += weight[e] if len(weight) else 1.0
    rank = start.copy()
    given = np.empty(n)
    received = np.empty(n)
    for _ in range(steps):
        idle = 0.0
        for j in range(n):
            if out[j] != 0.0:
                given[j] = rank[j] / out[j]
            else:
                given[j] = 0.0
                idle += rank[j]
        _pull(indptr, indices, weight, given, received)
        change = 0.0
        for i in range(n):
            value = alpha * (received[i] + idle * dangling[i]) + (1.0 - alpha) * jump[i]
            change += abs(value - rank[i])
            rank[i] = value
        if change < tol:
            return rank, True
    return rank, False


@njit(cache=True, nogil=True)
def eigenvector(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    start: NDArray[np.float64],
    tol: float,
    steps: int,
) -> tuple[NDArray[np.float64], bool]:
    """The leading eigenvector, of length 1, and whether the total change came under `tol` within `steps`.

    Everybody keeps what they have beside what they receive: the same eigenvectors, without the swinging that a
    bipartite graph would cause. O(edges) a step.
    """
    n = len(indptr) - 1
    score = start.copy()
    received = np.empty(n)
    for _ in range(steps):
        _pull(indptr, indices, weight, score, received)
        length = 0.0
        for i in range(n):
            received[i] += score[i]
            length += received[i] * received[i]
        length = math.sqrt(length)
        if length == 0.0:
            length = 1.0
        change = 0.0
        for i in range(n):
            value = received[i] / length
            change += abs(value - score[i])
            score[i] = value
        if change < tol:
            return score, True
    return score, False


@njit(cache=True, nogil=True)
def katz(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    start: NDArray[np.float64],
    own: NDArray[np.float64],
    alpha: float,
    tol: float,
    steps: int,
) -> tuple[NDArray[np.float64], bool]:
    """Katz centrality: `own` and the part `alpha` of what is received; and whether the change came under `tol`."""
    n = len(indptr) - 1
    score = start.copy()
    received = np.empty(n)
    for _ in range(steps):
        _pull(indptr, indices, weight, score, received)
        change = 0.0
        for i in range(n):
            value = alpha * received[i] + own[i]
            change += abs(value - score[i])
            score[i] = value
        if change < tol:
            return score, True
    return score, False


@njit(cache=True, nogil=True)
def authorities(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    back_indptr: NDArray[np.int64],
    back_indices: NDArray[np.int32],
    back_weight: NDArray[np.float64],
    tol: float,
    steps: int,
) -> tuple[NDArray[np.float64], bool]:
    """The leading right singular vector of weights that are not negative, of length 1, and whether it was found.

    Whoever is pointed to by good hubs is an authority; whoever points to authorities is a hub. Starts from everybody
    alike, which has a part of every vector that can lead. Found when a step changes nothing but the length, up to
    `tol` of it. O(edges) a step.
    """
    n = len(indptr) - 1
    score = np.full(n, 1.0 / math.sqrt(n))
    hub = np.empty(n)
    next_ = np.empty(n)
    for _ in range(steps):
        _pull(indptr, indices, weight, score, hub)
        _pull(back_indptr, back_indices, back_weight, hub, next_)
        square = 0.0
        along = 0.0
        for i in range(n):
            square += next_[i] * next_[i]
            along += next_[i] * score[i]
        length = math.sqrt(square)
        if length == 0.0:
            return score, False
        astray = 0.0
        for i in range(n):
            astray += (next_[i] - along * score[i]) ** 2
            score[i] = next_[i] / length
        if math.sqrt(astray) <= tol * along:
            return score, True
    return score, False
