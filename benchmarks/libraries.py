"""Graph libraries beside ours: the same graph in each, and the same questions asked of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from random import Random
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from benchmarks.ours import scale_free
from influence_graph.backend import NAME
from influence_graph.backend.conversion import convert_from_nx, convert_to_nx
from influence_graph.backend.graph import Graph

LIBRARIES = ("igraph", "networkit", "rustworkx")
PIVOTS = 256
SAMPLED = 4
"""Of so many nodes NetworkX's own searches are timed, and multiplied; it would take minutes to hours for all."""
TOLERANCE = 1e-8
"""Total change at which PageRank stops, for everybody who lets one choose."""


@dataclass(frozen=True)
class Case:
    """A function: how everybody is asked, on which graphs, and on one of them bars: times as fast as they are."""

    what: str
    asked: dict[str, Callable[[Any], Any]]
    sizes: tuple[str, ...] = ("10k", "100k", "1m")
    runs: int = 3
    sampled: bool = False
    bars: dict[str, float] = field(default_factory=dict)
    judged: str = "100k"


@dataclass(frozen=True)
class Everybody:
    """The same graph in every library."""

    ours: Graph
    networkx: nx.DiGraph[int]
    others: dict[str, Any]


def everybody(people: int) -> Everybody:
    """Draw a graph of ten edges a node, and give it to everybody."""
    drawn = scale_free(people)
    source = np.repeat(np.arange(people), np.diff(drawn.indptr))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(people))
    graph.add_edges_from(zip(source.tolist(), drawn.indices.tolist(), strict=True))
    pairs = np.column_stack((source, drawn.indices))
    others = {}
    for name in LIBRARIES:
        try:
            others[name] = _GIVEN[name](import_module(name), people, pairs)
        except ImportError:
            print(f"{name} is not installed", file=sys.stderr)
    return Everybody(convert_from_nx(graph), graph, others)


def _networkit(library: Any, people: int, pairs: NDArray[np.int64]) -> Any:
    return library.GraphFromCoo((pairs[:, 0].copy(), pairs[:, 1].copy()), n=people, directed=True)


def _rustworkx(library: Any, people: int, pairs: NDArray[np.int64]) -> Any:
    graph = library.PyDiGraph()
    graph.add_nodes_from(range(people))
    graph.extend_from_edge_list(list(map(tuple, pairs.tolist())))
    return graph


_GIVEN: dict[str, Callable[[Any, int, NDArray[np.int64]], Any]] = {
    "igraph": lambda library, people, pairs: library.Graph(n=people, edges=pairs, directed=True),
    "networkit": _networkit,
    "rustworkx": _rustworkx,
}


def _run(algorithm: Any) -> Any:
    return algorithm.run().scores()


def _pagerank(graph: Any) -> Any:
    ranks = import_module("networkit").centrality
    algorithm = ranks.PageRank(graph, tol=TOLERANCE, distributeSinks=ranks.SinkHandling.DistributeSinks)
    algorithm.norm = ranks.Norm.l1norm  # as everybody else
    return _run(algorithm)


@cache  # made in the first of three runs, as ours is
def _undirected(graph: Any) -> Any:
    return import_module("networkit").graphtools.toUndirected(graph)


@cache  # the same
def _of_ours(graph: Graph) -> Graph:
    return convert_from_nx(convert_to_nx(graph).to_undirected())


def _without_direction(graph: Any) -> Any:
    if isinstance(graph, Graph):
        return _of_ours(graph)
    if "undirected" not in graph.attributes():  # igraph's graphs have no hash
        graph["undirected"] = graph.as_undirected()
    return graph["undirected"]


def _both(function: Callable[..., Any], **arguments: Any) -> dict[str, Callable[[Any], Any]]:
    """NetworkX's function, on our graph and on its own."""

    def ask(graph: Any) -> Any:
        found = function(graph, **arguments, backend=NAME if isinstance(graph, Graph) else "networkx")
        return list(found) if isinstance(found, Iterator) else found

    return {"ours": ask, "networkx": ask}


def _sampled(full: Callable[[Any], Any], part: Callable[[Any], Any]) -> dict[str, Callable[[Any], Any]]:
    return {"ours": full, "networkx": part}


def cases(people: int) -> list[Case]:
    """Everything that is measured on a graph of so many nodes."""
    nk, rx = partial(import_module, "networkit"), partial(import_module, "rustworkx")
    tol = TOLERANCE / people
    pivots = Random(1).sample(range(people), PIVOTS)
    few = list(range(SAMPLED))
    return [
        Case("pagerank", {
            **_both(nx.pagerank, tol=tol, max_iter=500),
            "igraph": lambda g: g.pagerank(),
            "networkit": _pagerank,
            "rustworkx": lambda g: rx().pagerank(g, tol=TOLERANCE, max_iter=500),
        }, bars={"networkx": 85, "networkit": 2}),
        Case("hits", {
            **_both(nx.hits),
            "igraph": lambda g: (g.hub_score(), g.authority_score()),
            "rustworkx": lambda g: rx().hits(g, max_iter=500),
        }, bars={"igraph": 4}),
        Case("core_number", {
            **_both(nx.core_number),
            "igraph": lambda g: g.coreness(mode="all"),
            "networkit": lambda g: _run(nk().centrality.CoreDecomposition(_undirected(g))),
            "rustworkx": lambda g: rx().core_number(g),
        }, bars={"networkx": 200, "networkit": 1}),
        Case("eigenvector_centrality", {
            **_both(nx.eigenvector_centrality, max_iter=500),
            "igraph": lambda g: g.eigenvector_centrality(directed=True),
            "rustworkx": lambda g: rx().eigenvector_centrality(g, max_iter=500),
        }, ("10k",)),
        Case("strongly_connected_components", {
            **_both(nx.strongly_connected_components),
            "igraph": lambda g: list(g.connected_components(mode="strong")),
            "networkit": lambda g: nk().components.StronglyConnectedComponents(g).run().getComponents(),
            "rustworkx": lambda g: rx().strongly_connected_components(g),
        }),
        Case("louvain_communities", _both(nx.community.louvain_communities, seed=1), ("10k",), 1),
        Case("leiden_communities", {
            "ours": lambda g: nx.community.leiden_communities(_without_direction(g), seed=1, backend=NAME),
            "igraph": lambda g: list(_without_direction(g).community_leiden("modularity", n_iterations=2)),
        }, ("10k", "100k")),
        Case("clustering", _both(nx.clustering), ("10k",)),
        Case("harmonic_centrality", {
            **_sampled(lambda g: nx.harmonic_centrality(g), lambda g: nx.harmonic_centrality(g, sources=few)),
            "igraph": lambda g: g.harmonic_centrality(mode="in", normalized=False),
        }, ("10k",), 1, sampled=True, bars={"igraph": 10}, judged="10k"),
        Case("betweenness_centrality, exact", {
            **_sampled(lambda g: nx.betweenness_centrality(g), lambda g: nx.betweenness_centrality(g, k=SAMPLED)),
            "igraph": lambda g: g.betweenness(),
            "rustworkx": lambda g: rx().betweenness_centrality(g, normalized=True),
        }, ("10k",), 1, sampled=True, bars={"igraph": 2}, judged="10k"),
        Case(f"betweenness_centrality, k={PIVOTS}", {
            **_sampled(
                lambda g: nx.betweenness_centrality(g, k=PIVOTS, seed=1),
                lambda g: nx.betweenness_centrality(g, k=SAMPLED, seed=1),
            ),
            "igraph": lambda g: g.betweenness(sources=pivots),
        }, ("100k",), 1, sampled=True, bars={"igraph": 2.5}),
    ]  # fmt: skip
