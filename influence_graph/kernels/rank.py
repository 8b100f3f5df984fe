"""PageRank by power iteration."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def pagerank(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    alpha: float,
    tol: float,
    steps: int,
) -> NDArray[np.float64]:
    """PageRank of the graph whose edge ``j -> i`` stands in row ``i`` as column ``j``: each row pulls its rank.

    Row by row the sum is always taken in the same order, so the answer is the same to the last bit. Rank of those
    who have nobody to give it to goes to all alike. Stops when the total change is under `tol`, or after `steps`.
    O(edges) a step.
    """
    n = len(indptr) - 1
    given = np.zeros(n)
    for e in range(len(indices)):
        given[indices[e]] += weight[e]
    rank = np.full(n, 1.0 / n)
    pulled = np.empty(n)
    for _ in range(steps):
        idle = 0.0
        for j in range(n):
            if given[j] > 0.0:
                pulled[j] = rank[j] / given[j]
            else:
                idle += rank[j]
                pulled[j] = 0.0
        base = (alpha * idle + 1.0 - alpha) / n
        change = 0.0
        for i in range(n):
            received = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                received += pulled[indices[e]] * weight[e]
            received = alpha * received + base
            change += abs(received - rank[i])
            rank[i] = received
        if change < tol:
            break
    return rank
