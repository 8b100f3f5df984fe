"""Ranks that depend on the ranks of neighbours: PageRank, HITS, eigenvector and Katz centrality."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.components import is_connected, is_strongly_connected
from influence_graph.backend.graph import Graph, graph_of

Scores = dict[Hashable, float]


def pagerank(
    G: Any,
    alpha: float = 0.85,
    personalization: Mapping[Hashable, float] | None = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Mapping[Hashable, float] | None = None,
    weight: Hashable | None = "weight",
    dangling: Mapping[Hashable, float] | None = None,
) -> Scores:
    """NetworkX's `pagerank`, its steps and its stop."""
    from influence_graph.kernels import rank

    graph = graph_of(G)
    n = len(graph)
    if not n:
        return {}
    even = np.full(n, 1.0 / n)
    start = even if nstart is None else _parts(graph, nstart)
    jump = even
    if personalization is not None:
        if not any(personalization.get(node, 0) for node in graph):
            raise ZeroDivisionError
        jump = _parts(graph, personalization)
    idle = jump if dangling is None else _parts(graph, dangling)
    weights = graph.back_weights(weight)
    found, settled = rank.pagerank(*graph.back, weights, start, jump, idle, float(alpha), n * tol, max_iter)
    return _settled(graph, found, settled, max_iter)


def hits(
    G: Any,
    max_iter: int = 100,
    tol: float = 1e-8,
    nstart: Mapping[Hashable, float] | None = None,
    normalized: bool = True,
) -> tuple[Scores, Scores]:
    """NetworkX's `hits`: the leading singular vectors, as it asks scipy for them.

    Without `nstart` the search starts from everybody alike, so that the answer is always the same.
    """
    from scipy.sparse.linalg import ArpackNoConvergence, svds

    graph = graph_of(G)
    if not len(graph):
        return {}, {}
    matrix = graph.matrix("weight")
    start = np.ones(len(graph)) if nstart is None else np.array(list(nstart.values()))
    if max_iter <= 0:
        raise nx.PowerIterationFailedConvergence(max_iter)
    try:
        _, _, vectors = svds(matrix, k=1, v0=start, maxiter=max_iter, tol=tol)
    except ArpackNoConvergence as error:
        raise nx.PowerIterationFailedConvergence(max_iter) from error
    authorities = vectors.flatten().real
    hubs = matrix @ authorities
    if normalized:
        hubs /= hubs.sum()
        authorities /= authorities.sum()
    return _named(graph, hubs), _named(graph, authorities)


def eigenvector_centrality(
    G: Any,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Mapping[Hashable, float] | None = None,
    weight: Hashable | None = None,
) -> Scores:
    """NetworkX's `eigenvector_centrality`, its steps and its stop."""
    from influence_graph.kernels import rank

    graph = graph_of(G)
    n = len(graph)
    if not n:
        raise nx.NetworkXPointlessConcept("cannot compute centrality for the null graph")
    start = np.ones(n) if nstart is None else _in_place(graph, nstart)
    if not start.any():
        raise nx.NetworkXError("initial vector cannot have all zero values")
    if not (total := start.sum()):
        raise ZeroDivisionError
    weights = graph.back_weights(weight or None)
    found, settled = rank.eigenvector(*graph.back, weights, start / total, n * tol, max_iter)
    return _settled(graph, found, settled, max_iter, nstart)


def eigenvector_centrality_numpy(G: Any, weight: Hashable | None = None, max_iter: int = 50, tol: float = 0) -> Scores:
    """NetworkX's `eigenvector_centrality_numpy`, as it asks scipy for it."""
    from scipy.sparse.linalg import eigs

    graph = graph_of(G)
    if not len(graph):
        raise nx.NetworkXPointlessConcept("cannot compute centrality for the null graph")
    if not (is_strongly_connected(graph) if graph.directed else is_connected(graph)):
        raise nx.AmbiguousSolution(
            "`eigenvector_centrality_numpy` does not give consistent results for disconnected graphs"
        )
    _, vector = eigs(graph.matrix(weight).T, k=1, which="LR", maxiter=max_iter, tol=tol)
    largest = vector.flatten().real
    return _named(graph, largest / (np.sign(largest.sum()) * np.linalg.norm(largest)))


def katz_centrality(
    G: Any,
    alpha: float = 0.1,
    beta: float | Mapping[Hashable, float] = 1.0,
    max_iter: int = 1000,
    tol: float = 1e-6,
    nstart: Mapping[Hashable, float] | None = None,
    normalized: bool = True,
    weight: Hashable | None = None,
) -> Scores:
    """NetworkX's `katz_centrality`, its steps and its stop."""
    from influence_graph.kernels import rank

    graph = graph_of(G)
    n = len(graph)
    if not n:
        return {}
    start = np.zeros(n) if nstart is None else _in_place(graph, nstart)
    try:
        own = np.full(n, float(beta))  # type: ignore[arg-type]
    except (TypeError, ValueError, AttributeError) as error:
        if set(beta) != set(graph):  # type: ignore[arg-type]
            raise nx.NetworkXError("beta dictionary must have a value for every node") from error
        own = _in_place(graph, beta)  # type: ignore[arg-type]
    weights = graph.back_weights(weight)
    found, settled = rank.katz(*graph.back, weights, start, own, float(alpha), n * tol, max_iter)
    length = np.linalg.norm(found) if normalized else 1.0
    return _settled(graph, found / length if length else found, settled, max_iter, nstart)


def _parts(graph: Graph, told: Mapping[Hashable, float]) -> NDArray[np.float64]:
    """What is told of each node, 0 where nothing is, as parts of the whole."""
    values = np.array([told.get(node, 0) for node in graph], dtype=np.float64)
    return values / values.sum()


def _in_place(graph: Graph, told: Mapping[Hashable, float]) -> NDArray[np.float64]:
    """What is told of each node."""
    if told.keys() != graph.places.keys():
        raise NotImplementedError("a start that does not name every node, and no other")
    return np.array([told[node] for node in graph], dtype=np.float64)


def _settled(
    graph: Graph,
    found: NDArray[np.float64],
    settled: bool,
    max_iter: int,
    order: Mapping[Hashable, float] | None = None,
) -> Scores:
    """The scores, in the order of the start where one was given; NetworkX's error where steps ran out."""
    if not settled:
        raise nx.PowerIterationFailedConvergence(max_iter)
    scores = _named(graph, found)
    return {node: scores[node] for node in order} if order is not None else scores


def _named(graph: Graph, values: NDArray[np.float64]) -> Scores:
    return dict(zip(graph, values.tolist(), strict=True))
