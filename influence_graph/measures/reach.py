"""How many people somebody reaches: their own audience, and the audience's audience."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from influence_graph.measures.estimate import Estimate
from influence_graph.network import Network

EDGES_COUNTED = 400_000_000
"""Up to so many edges the people within two steps are counted one by one: about 2 seconds."""


def audience(network: Network) -> NDArray[np.int64]:
    """Observed followers of each person: NetworkX's out-degree, self-loops left out.

    Returns
    -------
    (n,) int64
        People. O(m).

    Examples
    --------
    >>> audience(Network.from_edges(["ann", "ann", "bob"], ["bob", "cuc", "cuc"])).tolist()
    [2, 1, 0]
    """
    from influence_graph.kernels import rows

    return rows.others(network.indptr, network.indices)


def exclusive_reach(network: Network) -> NDArray[np.int64]:
    """Followers whom no other creator reaches: who would be lost with this person alone.

    A creator is whoever the node table says is one.

    Returns
    -------
    (n,) int64
        People, at most the audience. O(m).

    Examples
    --------
    >>> exclusive_reach(Network.from_edges(["ann", "ann", "bob"], ["cuc", "dan", "dan"])).tolist()
    [1, 0, 0, 0]
    """
    creates = network.nodes["is_creator"].to_numpy(dtype=bool)
    kept = network.sources != network.indices
    source, target = network.sources[kept], network.indices[kept]
    followed = np.bincount(target[creates[source]], minlength=network.n_people)
    alone = followed[target] == creates[source]
    return np.bincount(source[alone], minlength=network.n_people).astype(np.int64)


def two_hop_reach(network: Network, *, edges_counted: int = EDGES_COUNTED) -> Estimate:
    """Distinct people within two steps of each person: followers and the followers of followers.

    Counted one by one as long as that takes no more than `edges_counted` steps; beyond, those who would take more
    than their part of them are estimated by sketches of a stated relative error.

    Parameters
    ----------
    edges_counted : int
        Most edges to walk in exact counting.

    Returns
    -------
    Estimate
        (n,) float64 people, themselves not among them, and their standard errors in people. O(sum over edges of the
        target's audience), at most `edges_counted` + 1,024 m.

    References
    ----------
    P. Flajolet, É. Fusy, O. Gandouet & F. Meunier, HyperLogLog, AofA 2007. O. Ertl, New cardinality estimation
    algorithms for HyperLogLog sketches, 2017, https://arxiv.org/abs/1702.01284

    Examples
    --------
    >>> two_hop_reach(Network.from_edges(["ann", "bob", "cuc"], ["bob", "cuc", "dan"])).values.tolist()
    [2.0, 2.0, 1.0, 0.0]
    """
    from influence_graph.kernels import paths, sketches

    n = network.n_people
    cost = paths.walks(network.indptr, network.indices)
    dear = cost > edges_counted / max(n, 1) if cost.sum() > edges_counted else np.zeros(n, dtype=bool)
    values, errors = np.zeros(n), np.zeros(n)
    values[~dear] = paths.within_two(network.indptr, network.indices, np.flatnonzero(~dear))
    if dear.any():
        values[dear] = sketches.within_two(network.indptr, network.indices, np.flatnonzero(dear))
        errors[dear] = values[dear] * sketches.STANDARD_ERROR
    return Estimate(values, errors)
