"""Groups that are tied to each other more than to the rest."""

from __future__ import annotations

from collections.abc import Hashable
from random import Random
from typing import Any

import numpy as np

from influence_graph.backend.graph import graph_of


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
    ties = graph.matrix(weight).copy()
    if ties.nnz and ties.data.min() < 0:
        raise NotImplementedError("negative weights")
    ties.eliminate_zeros()
    ties.sort_indices()
    if not ties.nnz:
        return [{node} for node in graph]
    drawn = seed.getrandbits(32) if seed is not None else None
    rows = ties.indptr.astype(np.int64), ties.indices.astype(np.int32), ties.data
    _, found = graspologic_native.leiden_csr(*rows, len(graph), resolution=resolution, seed=drawn)
    communities: dict[int, set[Hashable]] = {}
    for place, node in enumerate(graph):
        communities.setdefault(found.get(place, -1 - place), set()).add(node)
    return list(communities.values())
