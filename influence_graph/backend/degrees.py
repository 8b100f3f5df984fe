"""How many edges everybody has."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.graph import Graph, graph_of


def degree_centrality(G: Any) -> dict[Hashable, float]:
    """NetworkX's `degree_centrality`: the part of all others that a node has an edge with, self-loops twice."""
    graph = graph_of(G)
    return _centrality(graph, degrees(graph))


def in_degree_centrality(G: Any) -> dict[Hashable, float]:
    """NetworkX's `in_degree_centrality`."""
    graph = graph_of(G)
    return _centrality(graph, incoming(graph))


def out_degree_centrality(G: Any) -> dict[Hashable, float]:
    """NetworkX's `out_degree_centrality`."""
    graph = graph_of(G)
    return _centrality(graph, outgoing(graph))


def degrees(graph: Graph) -> NDArray[np.int64]:
    """(n,) int64: edges in and out, or edges without direction, where a self-loop has two ends."""
    if graph.directed:
        return outgoing(graph) + incoming(graph)
    loops = np.where(graph.sources == graph.indices, graph.multiplicity, 0)
    return outgoing(graph) + _counted(graph, graph.sources, loops)


def outgoing(graph: Graph) -> NDArray[np.int64]:
    """(n,) int64: edges that lead away, parallel ones counted each."""
    return _counted(graph, graph.sources, graph.multiplicity)


def incoming(graph: Graph) -> NDArray[np.int64]:
    """(n,) int64: edges that lead there, parallel ones counted each."""
    return _counted(graph, graph.indices, graph.multiplicity)


def _counted(graph: Graph, ends: NDArray[np.int32], many: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(ends, weights=many, minlength=len(graph)).astype(np.int64)


def _centrality(graph: Graph, degree: NDArray[np.int64]) -> dict[Hashable, float]:
    if len(graph) <= 1:
        return dict.fromkeys(graph, 1)
    return dict(zip(graph, (degree * (1.0 / (len(graph) - 1.0))).tolist(), strict=True))
