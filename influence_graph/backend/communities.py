"""Groups that are tied to each other more than to the rest."""

from __future__ import annotations

import math
from collections.abc import Hashable
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from influence_graph.backend.declined import Declined
from influence_graph.backend.graph import graph_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def leiden_communities(
    G: Any,
    weight: Hashable | None = "weight",
    resolution: float = 1,
    max_level: int | None = None,  # noqa: ARG001 runs without
    seed: Random | None = None,
) -> list[set[Hashable]]:
    """NetworkX's `leiden_communities`, which it leaves to backends: a partition of high modularity.

    By graspologic-native. The same seed gives the same communities; they come in the order of their first nodes.

    References
    ----------
    V. A. Traag, L. Waltman & N. J. van Eck, From Louvain to Leiden, 2019, https://doi.org/10.1038/s41598-019-41695-z
    """
    import graspologic_native  # type: ignore[import-untyped]

    graph = graph_of(G)
    ties = _without_loops(graph.matrix(weight))
    if not ties.nnz:
        return [{node} for node in graph]
    if not (ties.data.min() > 0 and 0 < resolution / (ties.data.max().item() * ties.nnz) < math.inf):
        raise Declined("weights that are negative, too large or too small to add up, or no numbers")
    rows = ties.indptr.astype(np.int64), ties.indices.astype(np.int32), ties.data
    _, found = graspologic_native.leiden_csr(*rows, len(ties.indptr) - 1, resolution=resolution, seed=_number(seed))
    communities: dict[int, set[Hashable]] = {}
    for place, node in enumerate(graph):
        communities.setdefault(found.get(place, -1 - place), set()).add(node)
    return list(communities.values())


def _number(seed: Any) -> int | None:
    """A seed drawn from NetworkX's generator: Python's, or what it makes of an older one of numpy's."""
    if seed is None:
        return None
    return seed.getrandbits(32) if isinstance(seed, Random) else seed.randint(0, 2**31 - 1)


def _without_loops(ties: csr_array[np.float64]) -> csr_array[np.float64]:
    """The same ties, each loop drawn out into a tie to a node added for it, and none that weighs nothing.

    graspologic-native counts a loop once where NetworkX's modularity counts it twice, and forgets it as soon as nodes
    are joined. Together with the node added, whose best place is beside the one it hangs on, a node weighs what it
    weighs with its loop in NetworkX.
    """
    from scipy.sparse import csr_array

    every = ties.tocoo()
    some = every.data != 0
    sources, targets, data = every.row[some], every.col[some], every.data[some]
    loops = np.flatnonzero(sources == targets)
    added = ties.shape[0] + np.arange(len(loops))
    ends = np.append(sources, added), np.append(targets, targets[loops])
    ends[1][loops] = added
    drawn = csr_array((np.append(data, data[loops]), ends), shape=(ties.shape[0] + len(loops),) * 2)
    drawn.sort_indices()
    return drawn
