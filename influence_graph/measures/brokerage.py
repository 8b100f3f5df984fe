"""Who stands between others, so that what spreads has to pass them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from influence_graph.measures.estimate import ACCURACY, DELTA, Estimate, binomial
from influence_graph.network import Network

EDGES_WALKED = 200_000_000
"""Exact while all searches together walk no more edges than this: a second or two."""
FIRST_PATHS, MOST_PATHS = 1 << 14, 1 << 20
"""Paths drawn before the error is first looked at, and at most; each time as many again."""
QUARTERS = 4
"""Numbers of paths at which the error may be looked at, from one to its double."""
WORTH_DRAWING = 1.25
"""So many times as many paths are worth another look at the error."""
_PARTS = 16

Counts = NDArray[np.int64]


def betweenness(
    network: Network,
    *,
    rng: np.random.Generator,
    edges_walked: int = EDGES_WALKED,
    accuracy: float = ACCURACY,
    delta: float = DELTA,
    progress: Callable[[int, int], None] | None = None,
) -> Estimate:
    """The share of shortest ways of influence between two others that lead through each person.

    NetworkX's ``betweenness_centrality``: directed, unweighted, normalised by the ``(n - 1)(n - 2)`` ordered pairs of
    others, end points not counted. Every search starts at somebody who influences at least one other; nobody else can
    begin a path.

    Where searching from all of them costs more than `edges_walked`, shortest paths between two people drawn at random
    are drawn instead, and those counted that lead through each person. Paths are drawn until no error is larger than
    `accuracy` of the highest value, the edges are walked, or `MOST_PATHS` are drawn.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the paths. Same generator, same answer, on any number of threads.
    edges_walked : int
        Most edges to walk in all searches together; the first `FIRST_PATHS` paths are drawn in any case.
    accuracy : float
        The part of the highest value at which errors are small enough.
    delta : float
        The chance that anybody is further off than their error.
    progress : callable, optional
        Told how many of how many parts are done.

    Returns
    -------
    Estimate
        (n,) float64, in [0, 1]. With a probability of at least ``1 - delta`` nobody's value is off by more than their
        `error`, whenever drawing ended: exact binomial bounds, `delta` divided among all looks at the error and all
        who can stand between others, half of it by how many ways in and out they have. 0 where exact. O(starts m)
        exact, else O(edges_walked).

    References
    ----------
    U. Brandes, A faster algorithm for betweenness centrality, 2001, https://doi.org/10.1080/0022250X.2001.9990249.
    M. Riondato & E. M. Kornaropoulos, Fast approximation of betweenness centrality through sampling, 2016,
    https://doi.org/10.1007/s10618-015-0423-0. M. Borassi & E. Natale, KADABRA is an adaptive algorithm for
    betweenness via random approximation, 2019, https://doi.org/10.1145/3284359

    Examples
    --------
    >>> line = Network.from_edges(["ann", "bob"], ["bob", "cuc"])
    >>> betweenness(line, rng=np.random.default_rng(0)).values.tolist()
    [0.0, 0.5, 0.0]
    """
    from influence_graph.kernels import paths

    n = network.n_people
    if n < 3:
        return Estimate(np.zeros(n), np.zeros(n))
    tied = network.sources != network.indices
    starts = np.unique(network.sources[tied]).astype(np.int64)
    influenced = np.zeros(n, dtype=bool)
    influenced[network.indices[tied]] = True
    between = starts[influenced[starts]]  # nobody else can stand inside a path
    if not len(between):
        return Estimate(np.zeros(n), np.zeros(n))
    if len(starts) * (n + network.n_edges) > edges_walked:
        return _drawn(network, starts, between, tied, rng, edges_walked, accuracy, delta, progress)
    total = np.zeros(n)
    # The parts are always the same and added in the same order, so that threads can't change the last digit.
    parts = np.array_split(starts, _PARTS)
    with ThreadPoolExecutor() as pool:
        searched = pool.map(lambda part: paths.dependencies(network.indptr, network.indices, part), parts)
        for done, part_total in enumerate(searched, start=1):
            total += part_total
            if progress:
                progress(done, _PARTS)
    return Estimate(total / ((n - 1) * (n - 2)), np.zeros(n))


def _drawn(
    network: Network,
    starts: Counts,
    between: Counts,
    tied: NDArray[np.bool_],
    rng: np.random.Generator,
    edges_walked: int,
    accuracy: float,
    delta: float,
    progress: Callable[[int, int], None] | None,
) -> Estimate:
    """Betweenness by shortest paths drawn from `starts` to anybody else; only who is `between` can lie inside one."""
    n = network.n_people
    looks = (MOST_PATHS // FIRST_PATHS).bit_length() + 1
    each = _divided(delta / (QUARTERS * looks), network, between, tied)
    # Of all pairs, those that can have a path at all; inside a path there is nobody but the n - 2 others.
    scale = len(starts) / (n - 2)
    seed = np.uint64(rng.integers(2**64, dtype=np.uint64))
    counted, walked, drawn, wanted = np.zeros(n, dtype=np.int64), 0, 0, FIRST_PATHS
    with ThreadPoolExecutor() as pool:
        search = _Search(network, tied, starts, seed, pool)
        for look in range(1, looks + 1):
            more, edges = search.between(drawn, wanted)
            counted, walked, drawn = counted + more, walked + edges, wanted
            mean = counted / drawn
            error = np.zeros(n)
            error[between] = binomial(counted[between].astype(np.float64), drawn=drawn, delta=each)
            if progress:
                progress(max(look * _PARTS // looks, walked * _PARTS // max(edges_walked, 1)), _PARTS)
            wanted = _whole_quarters(min(2 * drawn, MOST_PATHS, drawn * edges_walked // max(walked, 1)))
            if error.max() <= accuracy * mean.max() or wanted < WORTH_DRAWING * drawn:
                break
    return Estimate(mean * scale, error * scale, drawn)


def _whole_quarters(paths: int) -> int:
    """So many paths or a little fewer, of a few numbers that are settled beforehand: paths drawn tell how many to draw.

    Bounds hold for a number of paths that does not depend on them, so `delta` is divided among all that there are.
    """
    quarter = FIRST_PATHS * (1 << max((paths // FIRST_PATHS).bit_length() - 1, 0)) // QUARTERS
    return paths // quarter * quarter


def _divided(delta: float, network: Network, between: Counts, tied: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The part of `delta` that everybody between others gets: by the pairs of their ties, or alike where that is more.

    Many ways lead through who has many ties, and a larger part keeps their error small; of all others few paths
    are counted, whatever their part. It is settled before anything is drawn, and in halves, so that many share one.
    The parts add up to no more than `delta`.
    """
    n = network.n_people
    pairs = np.bincount(network.sources[tied], minlength=n) * np.bincount(network.indices[tied], minlength=n)
    own = pairs[between] / pairs[between].sum()
    halves = np.ceil(-np.log2(np.maximum(own, 1 / len(between))))
    return np.asarray(delta / 2 * 2.0**-halves)


class _Search:
    """Draws shortest paths over a network, in parts that are the same on any number of threads."""

    def __init__(
        self,
        network: Network,
        tied: NDArray[np.bool_],
        starts: Counts,
        seed: np.uint64,
        pool: ThreadPoolExecutor,
    ) -> None:
        from scipy.sparse import csr_array

        n = network.n_people
        source, target = network.sources[tied], network.indices[tied]
        self.rows = _rows(np.bincount(source, minlength=n), target)
        seen = csr_array((np.broadcast_to(np.int8(1), target.shape), target, self.rows[0]), shape=(n, n)).tocsc()
        self.back = _rows(np.diff(seen.indptr), seen.indices)
        self.starts, self.seed, self.pool = starts, seed, pool

    def between(self, first: int, last: int) -> tuple[Counts, int]:
        """How often each person lies inside the paths numbered from `first` to `last`, and the edges walked."""
        from influence_graph.kernels.ways import draw_between

        cuts = np.linspace(first, last, _PARTS + 1).astype(np.int64)
        parts = [
            self.pool.submit(draw_between, *self.rows, *self.back, self.starts, self.seed, begin, end)
            for begin, end in pairwise(cuts)
        ]
        counts, edges = zip(*(part.result() for part in parts), strict=True)
        return np.sum(counts, axis=0), int(sum(edges))


def _rows(many: NDArray[np.int64], targets: NDArray[np.int32]) -> tuple[Counts, NDArray[np.int32]]:
    """Compressed rows, of how many targets each row has and which."""
    return np.concatenate([[0], np.cumsum(many)]).astype(np.int64), targets.astype(np.int32)
