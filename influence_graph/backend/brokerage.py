"""Who stands on the shortest paths between others."""

from __future__ import annotations

import math
from collections.abc import Hashable
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.graph import Graph, graph_of
from influence_graph.backend.parts import in_parts


def betweenness_centrality(
    G: Any,
    k: int | None = None,
    normalized: bool = True,
    weight: Hashable | None = None,  # noqa: ARG001 runs without
    endpoints: bool = False,
    seed: Random | None = None,
) -> dict[Hashable, float]:
    """NetworkX's `betweenness_centrality`; of `k` nodes, those that it draws with the same `seed`."""
    from influence_graph.kernels import paths

    graph = graph_of(G)
    n = len(graph)
    if k == n:
        k = None
    pivots = np.arange(n)
    if k is not None and seed is not None:  # NetworkX makes a generator of whatever seed is given
        pivots = np.array([graph.places[node] for node in seed.sample(list(graph), k)], dtype=np.int64)
    (total,) = in_parts(lambda part: (paths.dependencies(*graph.rows, part),), pivots, edges=graph.walked)
    if endpoints:
        total += _ends(graph, pivots)
    sampled = pivots if k is not None else None
    scale = _scale(n, sampled, normalized=normalized, directed=graph.directed, endpoints=endpoints)
    return dict(zip(graph, (total * scale).tolist(), strict=True))


def _ends(graph: Graph, pivots: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each node begins or ends a path from a pivot."""
    from influence_graph.kernels import distances

    ends, _, _ = in_parts(
        lambda part: distances.received(*graph.rows, part), pivots, edges=graph.walked, together=distances.TOGETHER
    )
    begun, _, _ = distances.sent(*graph.rows, pivots, np.ones(len(graph), dtype=np.bool_))
    ends[pivots] += begun
    return np.asarray(ends, dtype=np.float64)


def _scale(
    n: int, sampled: NDArray[np.int64] | None, *, normalized: bool, directed: bool, endpoints: bool
) -> NDArray[np.float64]:
    """What NetworkX multiplies by: a node's own search says nothing of it, unless end points count."""
    others = n if endpoints else n - 1
    if others < 2:
        return np.ones(n)

    def over(searches: int) -> float:
        pairs = 1 / (others - 1) if normalized else others / (1 if directed else 2)
        return pairs / searches

    if sampled is None or endpoints:
        return np.full(n, over(others if sampled is None else len(sampled)))
    scale = np.full(n, over(len(sampled)))
    scale[sampled] = over(len(sampled) - 1) if len(sampled) > 1 else math.nan
    return scale
