"""What NetworkX calls: every function that runs here, when it can and when it should, and graphs there and back."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from math import inf
from numbers import Integral, Real
from typing import Any

from influence_graph.backend import NAME
from influence_graph.backend.brokerage import betweenness_centrality
from influence_graph.backend.clustering import (
    average_clustering,
    clustering,
    overall_reciprocity,
    reciprocity,
    transitivity,
    triangles,
)
from influence_graph.backend.communities import leiden_communities
from influence_graph.backend.components import (
    connected_components,
    is_connected,
    is_strongly_connected,
    is_weakly_connected,
    node_connected_component,
    number_connected_components,
    number_strongly_connected_components,
    number_weakly_connected_components,
    strongly_connected_components,
    weakly_connected_components,
)
from influence_graph.backend.conversion import convert_from_nx, convert_to_nx
from influence_graph.backend.cores import core_number
from influence_graph.backend.degrees import degree_centrality, in_degree_centrality, out_degree_centrality
from influence_graph.backend.distances import (
    all_pairs_shortest_path_length,
    closeness_centrality,
    harmonic_centrality,
    single_source_shortest_path_length,
)
from influence_graph.backend.graph import graph_of
from influence_graph.backend.louvain import louvain_communities, louvain_partitions
from influence_graph.backend.ranks import (
    eigenvector_centrality,
    eigenvector_centrality_numpy,
    hits,
    katz_centrality,
    pagerank,
)
from influence_graph.network import Network

__all__ = [
    "all_pairs_shortest_path_length",
    "average_clustering",
    "betweenness_centrality",
    "can_run",
    "closeness_centrality",
    "clustering",
    "connected_components",
    "convert_from_nx",
    "convert_to_nx",
    "core_number",
    "degree_centrality",
    "eigenvector_centrality",
    "eigenvector_centrality_numpy",
    "harmonic_centrality",
    "hits",
    "in_degree_centrality",
    "is_connected",
    "is_strongly_connected",
    "is_weakly_connected",
    "katz_centrality",
    "leiden_communities",
    "louvain_communities",
    "louvain_partitions",
    "node_connected_component",
    "number_connected_components",
    "number_strongly_connected_components",
    "number_weakly_connected_components",
    "out_degree_centrality",
    "overall_reciprocity",
    "pagerank",
    "reciprocity",
    "should_run",
    "single_source_shortest_path_length",
    "strongly_connected_components",
    "transitivity",
    "triangles",
    "weakly_connected_components",
]

LEFT_OUT = {
    "average_clustering": "weight",
    "betweenness_centrality": "weight",
    "closeness_centrality": "distance",
    "clustering": "weight",
    "harmonic_centrality": "distance",
    "leiden_communities": "max_level",
}
"""The argument without which a function runs here."""

RETURNED = {"overall_reciprocity", "reciprocity"}
CHEAP = {"degree_centrality", "in_degree_centrality", "out_degree_centrality"}
LOCAL = {
    "average_clustering": "nodes",
    "closeness_centrality": "u",
    "clustering": "nodes",
    "node_connected_component": "n",
    "reciprocity": "nodes",
    "single_source_shortest_path_length": "source",
    "triangles": "nodes",
}
"""With this argument a function looks at a part of the graph alone."""
FEWEST = 100
"""Nodes of a graph that is worth converting."""


NUMBERS: dict[str, Any] = {"alpha": Real, "cutoff": Real | None, "max_iter": Integral, "resolution": Real, "tol": Real}
"""What an argument has to be; what comes of anything else NetworkX decides."""
STARTED = {"eigenvector_centrality", "katz_centrality"}


def can_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Whether a function runs here with these arguments; if not, why not.

    Edges are not read for it, which would take longer than the answer: where their weights do not suit, converting
    the graph or the function itself raises Declined, and NetworkX goes on as if it had been told here.
    """
    asked = _bound(name, args, kwargs)
    argument = LEFT_OUT.get(name)
    if argument and asked.get(argument) is not None:
        return f"runs without {argument!r} only"
    graph = asked["G"]
    if name == "transitivity" and graph.is_directed():
        return "runs without direction only"
    if name in RETURNED and (graph.is_multigraph() or not graph.is_directed()):
        return "runs with direction, and without parallel edges, only"
    for argument, kind in NUMBERS.items():
        if argument in asked and not isinstance(asked[argument], kind):
            return f"runs without such a {argument!r} only"
    if name == "leiden_communities" and not 0 < asked.get("resolution", 1) < inf:
        return "runs with a resolution above 0, below infinity, only"
    start, own = asked.get("nstart"), asked.get("beta")
    if name in STARTED and start is not None and not (_has_numbers(start) and set(start) == _nodes(graph)):
        return "runs from a start that names every node, and no other, with a number only"
    if isinstance(own, Mapping) and not _has_numbers(own):
        return "runs with numbers as 'beta' only"
    return True


def should_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Whether running a function here is worth converting the graph; if not, why not."""
    asked = _bound(name, args, kwargs)
    graph = asked["G"]
    converted = (getattr(graph, "__networkx_cache__", None) or {}).get("backends", {}).get(NAME)
    if converted:
        return True
    if len(graph) < FEWEST:
        return "the graph is so small that NetworkX has the answer before it is converted"
    if name in CHEAP:
        return "NetworkX has the answer before the graph is converted"
    if asked.get(LOCAL.get(name, "")) is not None:
        return "NetworkX looks at a part of the graph, conversion at all of it"
    return True


def _bound(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _signature(name).bind(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{name}() {error}") from None


def _has_numbers(told: Any) -> bool:
    return isinstance(told, Mapping) and all(isinstance(value, Real) for value in told.values())


def _nodes(graph: Any) -> set[Hashable]:
    return set(graph_of(graph) if isinstance(graph, Network) else graph)


@cache
def _signature(name: str) -> inspect.Signature:
    return inspect.signature(globals()[name])
