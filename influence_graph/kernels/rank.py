"""Ranks by power iteration: PageRank, HITS, eigenvector centrality, Katz centrality.

Edges come as rows that pull: row ``i`` lists every ``j`` with an edge ``j -> i``. An empty `weight` says that every
edge weighs 1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.laid import add, change, dot, lay, ordered, pull, returned


@njit(cache=True, nogil=True, error_model="numpy")
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
    given = np.zeros(n)
    for e in range(len(indices)):
        given[np.uint32(indices[e])] += weight[e] if len(weight) else 1.0
    order, place, blocks = ordered(indptr, weight)
    laid = lay(indptr, indices, weight, order, blocks, place)
    rank, received, out, alone = np.empty(n), np.empty(n), np.empty(n), 0
    idle, jumps, gifts = np.empty(n, dtype=np.uint32), np.empty(n), np.empty(n)
    for i in range(n):
        v = order[i]
        rank[i], jumps[i], gifts[i], out[i] = start[v], jump[v], dangling[v], given[v]
        if out[i] == 0.0:
            out[i] = np.inf
            idle[alone] = i
            alone += 1
    for _ in range(steps):
        left = 0.0
        for i in range(alone):
            left += rank[idle[i]]
        for i in range(n):
            given[i] = rank[i] / out[i]
        pull(laid, given, received)
        for i in range(n):
            received[i] = alpha * (received[i] + left * gifts[i]) + (1.0 - alpha) * jumps[i]
        rank, received = received, rank
        if change(rank, received) < tol:
            return returned(order, rank), True
    return returned(order, rank), False


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
    order, place, blocks = ordered(indptr, weight)
    laid = lay(indptr, indices, weight, order, blocks, place)
    score, received = start[order], np.empty(len(order))
    for _ in range(steps):
        pull(laid, score, received)
        received += score
        length = math.sqrt(dot(received, received))
        if length == np.inf:  # their squares are no numbers, they themselves are
            received /= np.max(np.abs(received))
            length = math.sqrt(dot(received, received))
        if length != 0.0:
            received /= length
        score, received = received, score
        if change(score, received) < tol:
            return returned(order, score), True
    return returned(order, score), False


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
    order, place, blocks = ordered(indptr, weight)
    laid = lay(indptr, indices, weight, order, blocks, place)
    score, own, received = start[order], own[order], np.empty(len(order))
    for _ in range(steps):
        pull(laid, score, received)
        received *= alpha
        received += own
        score, received = received, score
        if change(score, received) < tol:
            return returned(order, score), True
    return returned(order, score), False


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
    by_hub, hub_place, hub_blocks = ordered(indptr, weight)
    by_score, score_place, score_blocks = ordered(back_indptr, back_weight)
    out = lay(indptr, indices, weight, by_hub, hub_blocks, score_place)
    back = lay(back_indptr, back_indices, back_weight, by_score, score_blocks, hub_place)
    n = len(by_hub)
    score, hub = np.full(n, 1.0 / math.sqrt(n)), np.empty(n)
    astray, astray_hub = np.empty(n), np.empty(n)
    moved, moved_hub = np.zeros(n), np.zeros(n)
    gram = np.empty((3, 3))
    pull(out, score, hub)
    for _ in range(steps):
        pull(back, hub, astray)
        along = dot(astray, score)
        add(astray, -along, score)
        off = math.sqrt(dot(astray, astray))
        if along == 0.0:
            break  # no edges
        if off <= tol * along:
            for i in range(n):
                score[i] = max(score[i], 0.0)
            pull(out, score, hub)
            return returned(by_hub, hub), returned(by_score, score), True
        astray /= off
        add(astray, -dot(astray, score), score)  # what little rounding left of it counts for more now
        pull(out, astray, astray_hub)
        before = math.sqrt(dot(moved, moved))
        for one, other in ((score, hub), (astray, astray_hub)):
            part = dot(moved, one)
            add(moved, -part, one)
            add(moved_hub, -part, other)
        left = math.sqrt(dot(moved, moved))
        keep = 1.0 / left if left > 1e-8 * before else 0.0
        moved *= keep
        moved_hub *= keep
        images = (hub, astray_hub, moved_hub)
        for i in range(3):
            for j in range(3):
                gram[i, j] = dot(images[i], images[j])
        best = np.linalg.eigh(gram)[1][:, 2]
        if best[0] < 0.0:
            best = -best
        for i in range(n):
            moved[i] = best[1] * astray[i] + best[2] * moved[i]
            moved_hub[i] = best[1] * astray_hub[i] + best[2] * moved_hub[i]
            score[i] = best[0] * score[i] + moved[i]
            hub[i] = best[0] * hub[i] + moved_hub[i]
        length = math.sqrt(dot(score, score))
        score /= length
        hub /= length
    return returned(by_hub, hub), returned(by_score, score), False
