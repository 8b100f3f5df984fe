"""How far neighbours are neighbours of each other, and edges are returned."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.graph import Graph, graph_of


def triangles(G: Any, nodes: Any = None) -> dict[Hashable, int] | int:
    """NetworkX's `triangles`."""
    graph = graph_of(G)
    if nodes is not None:
        _no_multigraph(graph)
    found, _ = _closed_and_possible(graph)
    values = (found // 2).tolist()
    if nodes in graph:
        return int(values[graph.places[nodes]])
    return {graph.names[place]: values[place] for place in graph.chosen(nodes)}


def clustering(
    G: Any,
    nodes: Any = None,
    weight: Hashable | None = None,  # noqa: ARG001 runs without
) -> dict[Hashable, float] | float:
    """NetworkX's `clustering`; with direction, of Fagiolo (2007)."""
    graph = graph_of(G)
    _no_multigraph(graph)
    closed, possible = _closed_and_possible(graph)
    values = np.divide(closed, possible, out=np.zeros(len(graph)), where=closed > 0).tolist()
    if nodes in graph:
        return values[graph.places[nodes]] or 0
    return {graph.names[place]: values[place] or 0 for place in graph.chosen(nodes)}


def average_clustering(G: Any, nodes: Any = None, weight: Hashable | None = None, count_zeros: bool = True) -> float:
    """NetworkX's `average_clustering`."""
    graph = graph_of(G)
    found = clustering(graph, graph.names if nodes is None else nodes, weight)
    values = [value for value in found.values() if count_zeros or value]  # type: ignore[union-attr]
    return sum(values) / len(values)


def transitivity(G: Any) -> float:
    """NetworkX's `transitivity`."""
    graph = graph_of(G)
    _no_multigraph(graph)
    closed, possible = _closed_and_possible(graph)
    return int(closed.sum()) / int(possible.sum()) if closed.any() else 0


def reciprocity(G: Any, nodes: Any = None) -> dict[Hashable, float | None] | float:
    """NetworkX's `reciprocity`."""
    graph = graph_of(G)
    if nodes is None:
        return overall_reciprocity(graph)
    there = graph.pattern()
    back: NDArray[np.float64] = there.multiply(there.T).sum(axis=1)
    ends = np.diff(graph.indptr) + np.diff(graph.back[0])
    shares = np.divide(2 * back, ends, out=np.full(len(graph), np.nan), where=ends > 0).tolist()
    if nodes in graph:
        if (share := shares[graph.places[nodes]]) != share:
            raise nx.NetworkXError("Not defined for isolated nodes.")
        return float(share)
    found = {graph.names[place]: shares[place] for place in graph.chosen(nodes)}
    return {node: share if share == share else None for node, share in found.items()}


def overall_reciprocity(G: Any) -> float:
    """NetworkX's `overall_reciprocity`: a self-loop is an edge that nobody returns."""
    graph = graph_of(G)
    edges = len(graph.indices)
    if not edges:
        raise nx.NetworkXError("Not defined for empty graphs")
    there = graph.pattern()
    loops = int((graph.sources == graph.indices).sum())
    return (int(there.multiply(there.T).sum()) - loops) / edges


def _closed_and_possible(graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) int64 each: pairs of neighbours with an edge between them, and all pairs; with direction, ways round."""
    from influence_graph.kernels import triangles as kernel

    there = graph.pattern()
    ties = (there + there.T if graph.directed else there).tocoo()
    kept = ties.row != ties.col
    row, col, many = ties.row[kept], ties.col[kept].astype(np.int32), ties.data[kept].astype(np.int64)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=len(graph))))).astype(np.int64)
    found = 2 * kernel.triangles(indptr, col, many)
    total = np.bincount(row, weights=many, minlength=len(graph)).astype(np.int64)
    if not graph.directed:
        return found, total * (total - 1)
    both = np.bincount(row, weights=many == 2, minlength=len(graph)).astype(np.int64)
    return found, 2 * (total * (total - 1) - 2 * both)


def _no_multigraph(graph: Graph) -> None:
    if graph.is_multigraph():
        raise nx.NetworkXNotImplemented("not implemented for multigraph type")
