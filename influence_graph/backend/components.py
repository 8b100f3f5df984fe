"""Who hangs together."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.graph import Graph, graph_of


def connected_components(G: Any) -> Iterator[set[Hashable]]:
    """NetworkX's `connected_components`, in its order."""
    graph = graph_of(G)
    yield from _sets(graph, _connected(graph))


def number_connected_components(G: Any) -> int:
    """NetworkX's `number_connected_components`."""
    return int(_connected(graph_of(G)).max(initial=-1)) + 1


def is_connected(G: Any) -> bool:
    """NetworkX's `is_connected`."""
    return _is_one(graph_of(G), number_connected_components)


def node_connected_component(G: Any, n: Hashable) -> set[Hashable]:
    """NetworkX's `node_connected_component`."""
    graph = graph_of(G)
    place = graph.places[n]
    component = _connected(graph)
    return {graph.names[other] for other in np.flatnonzero(component == component[place]).tolist()}


def weakly_connected_components(G: Any) -> Iterator[set[Hashable]]:
    """NetworkX's `weakly_connected_components`, in its order."""
    yield from connected_components(G)


def number_weakly_connected_components(G: Any) -> int:
    """NetworkX's `number_weakly_connected_components`."""
    return number_connected_components(G)


def is_weakly_connected(G: Any) -> bool:
    """NetworkX's `is_weakly_connected`."""
    return is_connected(G)


def strongly_connected_components(G: Any) -> Iterator[set[Hashable]]:
    """NetworkX's `strongly_connected_components`, in its order."""
    graph = graph_of(G)
    yield from _sets(graph, _strongly(graph))


def number_strongly_connected_components(G: Any) -> int:
    """NetworkX's `number_strongly_connected_components`."""
    return int(_strongly(graph_of(G)).max(initial=-1)) + 1


def is_strongly_connected(G: Any) -> bool:
    """NetworkX's `is_strongly_connected`."""
    return _is_one(graph_of(G), number_strongly_connected_components)


def _is_one(graph: Graph, count: Any) -> bool:
    if not len(graph):
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return bool(count(graph) == 1)


def _connected(graph: Graph) -> NDArray[np.int64]:
    from influence_graph.kernels import components

    return components.connected(*graph.ties)


def _strongly(graph: Graph) -> NDArray[np.int64]:
    from influence_graph.kernels import components

    return components.strongly_connected(*graph.rows)


def _sets(graph: Graph, component: NDArray[np.int64]) -> Iterator[set[Hashable]]:
    """The nodes of each component, from component 0 on."""
    members = [graph.names[place] for place in np.argsort(component, kind="stable").tolist()]
    begin = 0
    for end in np.cumsum(np.bincount(component)).tolist():
        yield set(members[begin:end])
        begin = end
