"""Groups of people who are tied to each other more than to the rest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from influence_graph.network import Network

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]
Labels = NDArray[np.int64]
SEEDS = 5
TIES_PARTITIONED = 5_000_000
"""Fewer seeds, never under 2, when all partitions together would go through more ties: about 20 s on one core."""
PASSES = 2
"""The second begins with what the first found: people move who were moved together with others."""
MANY_TIES = 2_500_000
"""From so many ties on a partition is made by loops of our own, in a fifth of the time and a quarter of the memory."""


@dataclass(frozen=True, eq=False)
class Communities:
    """A partition, how good it is, and how much of it depends on the seed.

    Attributes
    ----------
    labels : (n,) int64
        0 is the largest community, -1 a person without ties, who belongs to none.
    modularity : float
        Of this partition; NaN where there are no ties.
    stability : float
        Mean adjusted Rand index between the partitions of all seeds: 1, every seed finds the same groups; near 0,
        they agree no more than by chance. NaN where there are no ties.
    seeds : int
        How many partitions were compared.
    """

    labels: NDArray[np.int64]
    modularity: float
    stability: float
    seeds: int


def communities(
    network: Network,
    *,
    rng: np.random.Generator,
    resolution: float = 1.0,
    seeds: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Communities:
    """Communities by the Leiden algorithm: the partition of highest modularity over a few seeds.

    Leiden works on ties without direction: the weight of a tie is the sum of both directions, so that people who
    follow each other are tied twice as strongly. Self-loops are left out. Networks of more than `MANY_TIES` ties are
    partitioned by loops of our own with the same steps, in which parts of a community are joined by the highest gain
    instead of by a draw; others by graspologic-native.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the seeds. Same generator, same answer, on any number of threads.
    resolution : float
        Above 1 for more and smaller communities, below 1 for fewer.
    seeds : int
        How many partitions to find and compare, at least 2; 5 where nothing is said, fewer in networks of more than
        1M ties.
    progress : callable, optional
        Told how many of how many partitions are found.

    Returns
    -------
    Communities
        4 to 10 s for a partition of 2M ties, the less they cluster the longer; two at a time.

    References
    ----------
    V. A. Traag, L. Waltman & N. J. van Eck, From Louvain to Leiden, 2019, https://doi.org/10.1038/s41598-019-41695-z.
    L. Hubert & P. Arabie, Comparing partitions, 1985, https://doi.org/10.1007/BF01908075

    Examples
    --------
    >>> two_pairs = Network.from_edges(["ann", "cuc"], ["bob", "dan"], nodes=["eve"])
    >>> communities(two_pairs, rng=np.random.default_rng(0)).labels.tolist()
    [-1, 0, 0, 1, 1]
    """
    labels = np.full(network.n_people, -1, dtype=np.int64)
    ties = _ties(network)
    tied = np.flatnonzero(np.diff(ties.indptr))
    if not len(tied):
        return Communities(labels, float("nan"), float("nan"), 0)
    if len(tied) < network.n_people:
        ties = ties[tied][:, tied]
    ties.sort_indices()
    rows = ties.indptr.astype(np.int64), ties.indices.astype(np.int32), ties.data
    many = ties.nnz // 2 > MANY_TIES
    partition = partial(_moved if many else _leiden, rows, resolution)
    if seeds is None:
        seeds = min(SEEDS, TIES_PARTITIONED // (ties.nnz // 2))
    drawn = rng.integers(2**32, size=max(seeds, 2)).tolist()
    partitions = []
    # Two at a time: each holds its own copy of the ties.
    with ThreadPoolExecutor(2) as pool:
        for one in pool.map(partition, drawn):
            partitions.append(one)
            if progress:
                progress(len(partitions), len(drawn))
    agreement = [adjusted_rand(one, other) for (_, one), (_, other) in combinations(partitions, 2)]
    quality, best = max(partitions, key=lambda one: one[0])
    labels[tied] = _by_size(best)
    return Communities(labels, quality, float(np.mean(agreement)), len(drawn))


def _ties(network: Network) -> csr_array[np.float64]:
    """(n, n): weights of both directions added, nobody tied to themselves."""
    from scipy.sparse import csr_array

    matrix = network.matrix()
    loops = network.sources == network.indices
    if loops.any():
        matrix = csr_array((np.where(loops, 0.0, network.weight), matrix.indices, matrix.indptr), shape=matrix.shape)
    ties = (matrix + matrix.T.tocsr()).tocsr()
    ties.eliminate_zeros()
    return ties


def _leiden(rows: Rows, resolution: float, seed: int) -> tuple[float, Labels]:
    """A partition by graspologic-native, and its modularity."""
    import graspologic_native  # type: ignore[import-untyped]

    people = len(rows[0]) - 1
    quality, found = graspologic_native.leiden_csr(*rows, people, resolution=resolution, seed=seed)
    members = np.empty(people, dtype=np.int64)
    members[list(found)] = list(found.values())
    return quality, members


def _moved(rows: Rows, resolution: float, seed: int) -> tuple[float, Labels]:
    """A partition by our own loops, and its modularity."""
    rng = np.random.default_rng(seed)
    label = np.arange(len(rows[0]) - 1, dtype=np.int32)
    for _ in range(PASSES):
        quality, label = _pass(rows, label, resolution, rng)
    return quality, label.astype(np.int64)


def _pass(
    rows: Rows, label: NDArray[np.int32], resolution: float, rng: np.random.Generator
) -> tuple[float, NDArray[np.int32]]:
    """Move, refine, fold, and again, until nothing folds: never a worse partition than the one to begin with."""
    from influence_graph.kernels import moving

    indptr, indices, weight = rows
    place = np.arange(len(indptr) - 1, dtype=np.int32)
    while True:
        people = len(indptr) - 1
        strength = moving.strengths(indptr, weight)
        label = label.copy()
        moving.move(indptr, indices, weight, strength, label, rng.permutation(people).astype(np.int32), resolution)
        order = rng.permutation(people).astype(np.int32)
        parts = moving.refine(indptr, indices, weight, strength, label, order, resolution)
        first, part = _numbered(parts)
        if len(first) == people:
            break
        indptr, indices, weight = moving.fold(indptr, indices, weight, part, len(first))
        place = part[place]
        _, label = _numbered(label[first])
    return _modularity(indptr, indices, weight, label, resolution), label[place]


def _numbered(values: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The different values, and which of them each is."""
    found, which = np.unique(values, return_inverse=True)
    return np.asarray(found, dtype=np.int32), np.asarray(which, dtype=np.int32)


def _modularity(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weight: NDArray[np.float64],
    label: NDArray[np.int32],
    resolution: float,
) -> float:
    """The part of all ties that lies within communities, less what chance puts there."""
    source = np.repeat(label, np.diff(indptr))
    whole = float(weight.sum())
    within = float(weight[source == label[indices]].sum()) / whole
    return within - resolution * float(np.sum((np.bincount(source, weight) / whole) ** 2))


def adjusted_rand(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """How far two partitions agree beyond chance (Hubert & Arabie 1985): 1 for the same, about 0 for unrelated.

    Parameters
    ----------
    one, other : (n,) int64, not negative
        The group of each person.

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    -0.5
    """
    from scipy.sparse import coo_array

    both = coo_array((np.ones(len(one)), (one, other))).tocsr()

    def pairs(counts: NDArray[np.float64]) -> float:
        return float(np.sum(counts * (counts - 1)) / 2)

    together, within_one, within_other = pairs(both.data), pairs(both.sum(axis=1)), pairs(both.sum(axis=0))
    by_chance = within_one * within_other / max(pairs(np.array([float(len(one))])), 1.0)
    most = (within_one + within_other) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def _by_size(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels 0, 1, 2, ... from the largest community to the smallest; among equals the first person decides."""
    _, first, dense, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[dense]
