"""How far everybody is from everybody, in steps."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.graph import Graph, graph_of
from influence_graph.backend.parts import in_parts


def single_source_shortest_path_length(G: Any, source: Hashable, cutoff: float | None = None) -> dict[Hashable, int]:
    """NetworkX's `single_source_shortest_path_length`, in its order."""
    from influence_graph.kernels import distances

    graph = graph_of(G)
    if source not in graph:
        raise nx.NodeNotFound(f"Source {source} is not in G")
    n = len(graph)
    steps = n if cutoff is None or cutoff >= n else math.ceil(max(0, cutoff))
    met, distance = distances.search(*graph.rows, graph.places[source], steps)
    return {graph.names[place]: far for place, far in zip(met.tolist(), distance.tolist(), strict=True)}


def all_pairs_shortest_path_length(
    G: Any, cutoff: float | None = None
) -> Iterator[tuple[Hashable, dict[Hashable, int]]]:
    """NetworkX's `all_pairs_shortest_path_length`, in its order."""
    graph = graph_of(G)
    for node in graph:
        yield node, single_source_shortest_path_length(graph, node, cutoff=cutoff)


def closeness_centrality(
    G: Any,
    u: Hashable | None = None,
    distance: Hashable | None = None,  # noqa: ARG001 runs without
    wf_improved: bool = True,
) -> dict[Hashable, float] | float:
    """NetworkX's `closeness_centrality`: distances of all who reach a node."""
    graph = graph_of(G)
    n = len(graph)
    if u is not None:
        if u not in graph:
            raise nx.NodeNotFound(f"Source {u} is not in G")
        many, total, _ = _sent(graph, np.array([graph.places[u]]), np.ones(n, dtype=np.bool_))
    else:
        many, total, _ = _received(graph, np.arange(n))
    near = np.divide(many, total, out=np.zeros(len(many)), where=total > 0)
    if wf_improved and n > 1:
        near *= many / (n - 1)
    return near.item() if u is not None else dict(zip(graph, near.tolist(), strict=True))


def harmonic_centrality(
    G: Any,
    nbunch: Iterable[Hashable] | Hashable | None = None,
    distance: Hashable | None = None,  # noqa: ARG001 runs without
    sources: Iterable[Hashable] | Hashable | None = None,
) -> dict[Hashable, float]:
    """NetworkX's `harmonic_centrality`: one over the distances of all who reach a node."""
    graph = graph_of(G)
    targets, starts = (_distinct(graph, bunch) for bunch in (nbunch, sources))
    from_ = np.array([graph.places[node] for node in starts], dtype=np.int64)
    to = np.array([graph.places[node] for node in targets], dtype=np.int64)
    if len(to) < len(from_):
        counted = np.zeros(len(graph), dtype=np.bool_)
        counted[from_] = True
        _, _, inverse = _sent(graph, to, counted)
    else:
        _, _, inverse = _received(graph, from_)
        inverse = inverse[to]
    return {node: value or 0 for node, value in zip(targets, inverse.tolist(), strict=True)}


def _distinct(graph: Graph, bunch: Any) -> set[Hashable]:
    """The set whose order NetworkX's answer has."""
    return set(graph) if bunch is None else {graph.names[place] for place in graph.chosen(bunch)}


Sums = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _received(graph: Graph, starts: NDArray[np.int64]) -> Sums:
    """For every node, of the distances from the starts: how many, their sum, and the sum of one over them."""
    from influence_graph.kernels import distances

    def work(part: NDArray[np.int64]) -> Sums:
        return distances.received(*graph.rows, part)

    many, total, inverse = in_parts(work, starts, edges=graph.walked, together=distances.TOGETHER)
    return many, total, inverse


def _sent(graph: Graph, ends: NDArray[np.int64], counted: NDArray[np.bool_]) -> Sums:
    """The same for a few ends, of the distances from those counted."""
    from influence_graph.kernels import distances

    return distances.sent(*graph.back, ends, counted)
