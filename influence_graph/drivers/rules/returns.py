"""How often walks come back to where they began: the diagonal of an inverse that is too large to be had whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ERROR = 1e-3
"""Part of its visits that nobody's may be off by."""
BUDGET = 2e9
"""Edges that may be walked in all: some ten seconds."""
TURNS, SETTLED, REST = 300, 1e-10, 40
"""Steps, at most, until the long run shows, how little it then changes; and steps by which the rest is seen to fade."""
_PARTS = 64


def expected_visits(steps: csr_array, begins: Floats, *, most: int = 10_000) -> Floats | None:
    """Visits of walks that begin as told: ``begins @ inverse(1 - steps)``, by walking on until next to none is left.

    Parameters
    ----------
    steps : (n, n) csr_array of float64
        Chances of a step; rows add up to at most 1, and every walk ends.
    begins : (n,) float64
        How many begin with each.
    most : int
        Steps after which walks that go on are given up.

    Returns
    -------
    (n,) float64 or None
        None where they are. O(steps taken * chances).
    """
    visits, here, back = begins.copy(), begins, steps.T.tocsr()
    for _ in range(most):
        here = back @ here
        visits += here
        if here.sum() <= 1e-14 * visits.sum():
            return visits
    return None


def expected_returns(steps: csr_array, *, error: float = ERROR, budget: float = BUDGET) -> Floats | None:
    """Visits that a walk which begins with somebody is expected to pay them, the first included.

    The diagonal of the fundamental matrix, ``1 + sum over k of (steps ** k)_uu``. Ways back of a few steps are walked,
    from both ends at once. The rest fades as the chain does in the long run, with its largest eigenvalue and the
    vectors on both sides of it, among those who can reach each other: that part is added up whole, and only what
    differs from it is walked until it no longer counts. A bad guess of the long run makes walks longer, not wrong.

    Parameters
    ----------
    steps : (n, n) csr_array of float64
        Chances of a step; nobody steps to themselves, and every walk ends.
    error : float
        Part of their visits that may be missing, judged by the last two terms.
    budget : float
        Edges that may be walked in all.

    Returns
    -------
    (n,) float64 or None
        None where the budget does not suffice, which the first of 64 parts tells. O(n) times what lies within three
        steps, both ways; the same on any number of threads.

    References
    ----------
    Kemeny & Snell, Finite Markov chains, 1960, chapter 3. Meeting halfway: Lofgren, Banerjee & Goel (2016),
    Personalized PageRank estimation and search, https://doi.org/10.1145/2835776.2835823
    """
    from influence_graph.kernels.returning import visits

    n = steps.shape[0]
    part = connected_components(steps, connection="strong")[1].astype(np.int64)
    source = np.repeat(np.arange(n), np.diff(steps.indptr))
    inner = np.flatnonzero(part[source] == part[steps.indices])  # who leaves a part never comes back
    kept = csr_array((steps.data[inner], (source[inner], steps.indices[inner])), shape=(n, n))
    back = kept.T.tocsr()
    slow, at, fading = _long_run(kept, back, part)
    forth_rows, back_rows = (
        (rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data) for rows in (kept, back)
    )
    most, told, some = int(budget / _PARTS), np.empty(n), [np.arange(first, n, _PARTS) for first in range(_PARTS)]

    def walked(mine: Ints) -> Floats:
        return np.asarray(visits(forth_rows, back_rows, mine, slow, at, fading, error, most))

    told[some[0]] = walked(some[0])
    if np.isnan(told[some[0]]).any():
        return None
    with ThreadPoolExecutor() as pool:
        for mine, found in zip(some[1:], pool.map(walked, some[1:]), strict=True):
            told[mine] = found
    return None if np.isnan(told).any() else told


def _long_run(forth: csr_array, back: csr_array, part: Ints) -> tuple[Floats, Floats, float]:
    """How slowly walks within each part end, what part of that falls to each person's returns, and how all else fades.

    Slowness and returns are (n,) float64. The rest fades by the second largest eigenvalue, told by how a vector without
    the first shrinks.
    """
    parts = int(part.max(initial=-1)) + 1
    right, left = np.ones(part.size), np.ones(part.size)
    for _ in range(TURNS):
        changed = 0.0
        for vector, rows in ((right, forth), (left, back)):
            moved = vector + rows @ vector  # staying as often as going on: no chain then goes round and round
            moved /= summed(moved, part, parts)[part]
            changed = max(changed, float(np.abs(moved - vector).max(initial=0.0)))
            vector[:] = moved
        if changed < SETTLED:
            break
    whole = np.maximum(summed(left * right, part, parts), 1e-300)
    slow = summed(left * (forth @ right), part, parts) / whole
    slow[slow >= 1.0 - 1e-12] = 0.0
    rest, size = np.random.default_rng(0).random(part.size), []
    for _ in range(REST):
        rest = forth @ rest - slow[part] * right * (summed(left * rest, part, parts) / whole)[part]
        size.append(float(np.abs(rest).sum()))
        rest /= max(size[-1], 1e-300)
    fading = float(np.prod(np.array(size[REST // 2 :]) ** (2.0 / REST)))
    return slow[part], left * right / whole[part], float(np.clip(fading, 0.5, 0.999))
