"""Ranks that depend on the ranks of neighbours: PageRank, HITS, eigenvector and Katz centrality."""

from __future__ import annotations

import math
import sys
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.components import is_connected, is_strongly_connected
from influence_graph.backend.declined import Declined
from influence_graph.backend.graph import Graph, graph_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Scores = dict[Hashable, float]

_STEPS = 100
"""After so many steps of HITS scipy is asked, which takes more for each and needs fewer."""
_CLOSEST = 1e-14
"""No two steps of HITS come closer than rounding lets them."""
_LARGEST = sys.float_info.max
_SQUARED = 1e140
"""Products of such weights, and their sums, are numbers still; of larger ones scipy decides, as in NetworkX."""


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
    start = even if nstart is None else _told(graph, nstart)
    jump = even
    if personalization is not None:
        jump = _told(graph, personalization)
        if not (total := jump.sum()):
            raise ZeroDivisionError
        jump /= total
    idle = jump if dangling is None else _told(graph, dangling)
    weights = _handed_on(graph, graph.back_weights(weight))
    found, settled = rank.pagerank(
        *graph.back,
        weights,
        start / start.sum(),
        jump,
        idle / idle.sum(),
        float(alpha),
        float(n * tol),
        _steps(max_iter),
    )
    return _settled(graph, found, settled, max_iter)


def hits(
    G: Any,
    max_iter: int = 100,
    tol: float = 1e-8,
    nstart: Mapping[Hashable, float] | None = None,
    normalized: bool = True,
) -> tuple[Scores, Scores]:
    """NetworkX's `hits`: the leading singular vectors.

    Where several lead, as in bipartite graphs, NetworkX's answer depends on chance; this is the one that steps
    from everybody alike come to. Where they come to no end soon, or start elsewhere, scipy is asked, as NetworkX does,
    and where weights are negative, as scores may be then. A small `max_iter` is too small where scipy says so.
    """
    from influence_graph.kernels import rank

    graph = graph_of(G)
    if not len(graph):
        return {}, {}
    if max_iter <= 0:
        raise nx.PowerIterationFailedConvergence(max_iter)
    weights, back_weights = graph.weights("weight"), graph.back_weights("weight")
    matrix, signed = graph.matrix("weight"), (weights < 0).any()
    tame = not len(weights) or 0 <= weights.min() <= weights.max() < _SQUARED  # NaN is not
    hubs, authorities, found = np.ones(0), np.ones(len(graph)), False
    if nstart is not None:
        authorities = np.array(list(nstart.values()))
    elif len(graph) > 1 and tame:
        if max_iter < _STEPS:
            _leading(matrix, authorities, max_iter=max_iter, tol=tol)
        near = max(float(tol), _CLOSEST)
        hubs, authorities, found = rank.hits(*graph.rows, weights, *graph.back, back_weights, near, _STEPS)
    if not found:
        authorities = _leading(matrix, authorities, max_iter=max_iter, tol=tol)
        if not signed:
            authorities = np.abs(authorities)  # leads as well, and sums to more than 0
        hubs = np.asarray(matrix @ authorities, dtype=np.float64)
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
    found, settled = rank.eigenvector(*graph.back, weights, start / total, float(n * tol), _steps(max_iter))
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
    found, settled = rank.katz(*graph.back, weights, start, own, float(alpha), float(n * tol), _steps(max_iter))
    length = math.hypot(*found.tolist()) if normalized else 1.0
    return _settled(graph, found / length if length else found, settled, max_iter, nstart)


def _leading(
    matrix: csr_array[np.float64], start: NDArray[np.float64], *, max_iter: int, tol: float
) -> NDArray[np.float64]:
    """The leading right singular vector, as NetworkX asks scipy for it, of the sign whose sum is above 0."""
    from scipy.sparse.linalg import ArpackNoConvergence, svds

    try:
        _, _, vectors = svds(matrix, k=1, v0=start, maxiter=max_iter, tol=tol)
    except ArpackNoConvergence as error:
        raise nx.PowerIterationFailedConvergence(max_iter) from error
    leading: NDArray[np.float64] = np.asarray(vectors).ravel()
    return leading if leading.sum() >= 0 else -leading


def _handed_on(graph: Graph, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights beside `back`, 0 where those of a node add up to infinity: it hands on nothing in NetworkX's PageRank."""
    if not len(weights) or max(weights.max(), -weights.min()) < _LARGEST / len(weights):
        return weights
    given = np.bincount(graph.back[1], weights, minlength=len(graph))
    return np.where(np.isinf(given)[graph.back[1]], 0.0, weights)


def _steps(max_iter: int) -> int:
    """No more than a machine counts to."""
    return int(min(max(max_iter, 0), sys.maxsize))


def _told(graph: Graph, told: Mapping[Hashable, float]) -> NDArray[np.float64]:
    """What is told of each node, 0 where nothing is."""
    return np.array([told.get(node, 0) for node in graph], dtype=np.float64)


def _in_place(graph: Graph, told: Mapping[Hashable, float]) -> NDArray[np.float64]:
    """What is told of each node."""
    if told.keys() != graph.places.keys():
        raise Declined("a start that does not name every node, and no other")
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
