"""How near somebody is to all who could influence them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from influence_graph.measures.estimate import ACCURACY, DELTA, Estimate, bernstein
from influence_graph.network import Network

EDGES_WALKED = 400_000_000
"""Exact while all searches together walk no more edges than this: a few seconds."""
SHARED = 8
"""Searches that walk together share their edges: one costs this part of a search of its own."""
FIRST_SEARCHES = 256
"""Searches before the error is first looked at; each time as many again."""
_PARTS = 16


def harmonic(
    network: Network,
    *,
    rng: np.random.Generator,
    edges_walked: int = EDGES_WALKED,
    accuracy: float = ACCURACY,
    delta: float = DELTA,
    progress: Callable[[int, int], None] | None = None,
) -> Estimate:
    """How near each person is to all others: one over the distance from each of them, added up.

    NetworkX's ``harmonic_centrality``: over the ways of influence that lead to a person, unweighted. Who can't be
    reached from somebody is infinitely far from them.

    Where searching from everybody who influences anybody costs more than `edges_walked`, some of them are drawn, until
    no error is larger than `accuracy` of the highest value, or the edges are walked.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws who is searched from. Same generator, same answer, on any number of threads.
    edges_walked : int
        Most edges to walk in all searches together; the first `FIRST_SEARCHES` are made in any case.
    accuracy : float
        The part of the highest value at which errors are small enough.
    delta : float
        The chance that anybody is further off than their error.
    progress : callable, optional
        Told searches made, and at most.

    Returns
    -------
    Estimate
        (n,) float64, at most n - 1. With a probability of at least ``1 - delta`` nobody's value is off by more than
        their `error`: Bernstein's inequality with the largest variance that values of this mean can have, divided
        among everybody and all looks at the error. 0 where exact. O(starts m / 64) at best, O(edges_walked) drawn.

    References
    ----------
    D. Eppstein & J. Wang, Fast approximation of centrality, 2004, https://doi.org/10.7155/jgaa.00081. P. Boldi & S.
    Vigna, Axioms for centrality, 2014, https://doi.org/10.1080/15427951.2013.865686

    Examples
    --------
    >>> line = Network.from_edges(["ann", "bob"], ["bob", "cuc"])
    >>> harmonic(line, rng=np.random.default_rng(0)).values.tolist()
    [0.0, 1.0, 1.5]
    """
    n = network.n_people
    starts = np.flatnonzero(np.diff(network.indptr)).astype(np.int64)
    most = max(SHARED * edges_walked // max(n + network.n_edges, 1), FIRST_SEARCHES)
    reached = np.bincount(network.indices, minlength=n) > 0  # nobody else is near anybody
    with ThreadPoolExecutor() as pool:
        if len(starts) <= most:
            return Estimate(_added(network, starts, pool, progress), np.zeros(n))
        looks = ((most - 1) // FIRST_SEARCHES).bit_length() + 1  # the last may come before as many again are made
        each = delta / max(looks * int(reached.sum()), 1)
        total, drawn = np.zeros(n), 0
        while True:
            wanted = min(max(FIRST_SEARCHES, 2 * drawn), most)
            total += _added(network, rng.choice(starts, wanted - drawn), pool)
            drawn = wanted
            mean = total / drawn
            error = np.where(reached, bernstein(mean, mean * (1 - mean), drawn=drawn, delta=each), 0.0)
            if progress:
                progress(drawn, most)
            if drawn == most or error.max() <= accuracy * mean.max():
                return Estimate(mean * len(starts), error * len(starts), drawn)


def _added(
    network: Network,
    starts: NDArray[np.int64],
    pool: ThreadPoolExecutor,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float64]:
    """One over the distance to each person, added up over the starts."""
    from influence_graph.kernels.distances import TOGETHER, received

    parts = np.array_split(starts, min(_PARTS, max(len(starts) // TOGETHER, 1)))
    total, done = np.zeros(network.n_people), 0
    searched = pool.map(lambda part: received(network.indptr, network.indices, part), parts)
    for part, (_, _, inverse) in zip(parts, searched, strict=True):
        total += inverse
        done += len(part)
        if progress:
            progress(done, len(starts))
    return total
