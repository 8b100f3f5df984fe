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
    """What each row receives when everybody gives `given` along their edges.

    Places are read as unsigned, so that nobody asks at every edge whether they count from the end.
    """
    if len(weight):
        for i in range(len(received)):
            total = 0.0
            for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
                total += given[np.uint32(indices[e])] * weight[e]
            received[i] = total
    else:
        for i in range(len(received)):
            total = 0.0
            for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
                total += given[np.uint32(indices[e])]
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
def _dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Their product, added from the first to the last, as no library promises to."""
    total = 0.0
    for i in range(len(one)):
        total += one[i] * other[i]
    return total


@njit(cache=True, nogil=True)
def _add(to: NDArray[np.float64], part: float, of: NDArray[np.float64]) -> None:
    for i in range(len(to)):
        to[i] += part * of[i]


@njit(cache=True, nogil=True)
def hits(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    back_indptr: NDArray[np.int64],
    back_indices: NDArray[np.int32],
    back_weight: NDArray[np.float64],
    tol: float,
    steps: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Hubs, authorities, and whether they were found: the leading singular vectors of weights that are not negative.

    Whoever is pointed to by good hubs is an authority; whoever points to authorities is a hub. Starts from everybody
    alike, which has a part of every vector that can lead. Each step takes the best of what there is, where passing
    scores on would move it, and the step before: conjugate gradients, which take a third of the steps that repetition
    takes, or less (Knyazev 2001, https://doi.org/10.1137/S1064827500366124). Found when passing on changes nothing but
    the length, up to `tol` of it. Authorities have length 1, hubs are what they point to. O(edges) a step.
    """
    n = len(indptr) - 1
    score, hub = np.full(n, 1.0 / math.sqrt(n)), np.empty(n)
    astray, astray_hub = np.empty(n), np.empty(n)
    moved, moved_hub = np.zeros(n), np.zeros(n)
    gram = np.empty((3, 3))
    _pull(indptr, indices, weight, score, hub)
    for _ in range(steps):
        _pull(back_indptr, back_indices, back_weight, hub, astray)
        along = _dot(astray, score)
        _add(astray, -along, score)
        off = math.sqrt(_dot(astray, astray))
        if along == 0.0:
            break  # no edges
        if off <= tol * along:
            for i in range(n):
                score[i] = max(score[i], 0.0)
            _pull(indptr, indices, weight, score, hub)
            return hub, score, True
        astray /= off
        _add(astray, -_dot(astray, score), score)  # what little rounding left of it counts for more now
        _pull(indptr, indices, weight, astray, astray_hub)
        before = math.sqrt(_dot(moved, moved))
        for one, other in ((score, hub), (astray, astray_hub)):
            part = _dot(moved, one)
            _add(moved, -part, one)
            _add(moved_hub, -part, other)
        left = math.sqrt(_dot(moved, moved))
        keep = 1.0 / left if left > 1e-8 * before else 0.0
        moved *= keep
        moved_hub *= keep
        images = (hub, astray_hub, moved_hub)
        for i in range(3):
            for j in range(3):
                gram[i, j] = _dot(images[i], images[j])
        best = np.linalg.eigh(gram)[1][:, 2]
        if best[0] < 0.0:
            best = -best
        for i in range(n):
            moved[i] = best[1] * astray[i] + best[2] * moved[i]
            moved_hub[i] = best[1] * astray_hub[i] + best[2] * moved_hub[i]
            score[i] = best[0] * score[i] + moved[i]
            hub[i] = best[0] * hub[i] + moved_hub[i]
        length = math.sqrt(_dot(score, score))
        score /= length
        hub /= length
    return hub, score, False
