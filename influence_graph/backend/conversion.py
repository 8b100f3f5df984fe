"""From NetworkX's graphs to ours and back."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from itertools import chain
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.declined import Declined
from influence_graph.backend.graph import MISSING, Graph
from influence_graph.network import Network


def convert_from_nx(
    graph: Any,
    *,
    edge_attrs: Mapping[Hashable, Any] | None = None,
    node_attrs: Mapping[Hashable, Any] | None = None,
    preserve_edge_attrs: bool = False,
    preserve_node_attrs: bool = False,
    preserve_graph_attrs: bool = False,
    name: str | None = None,  # noqa: ARG001 NetworkX tells it
    graph_name: str | None = None,  # noqa: ARG001 NetworkX tells it
) -> Graph:
    """Take over a graph of NetworkX's, with the attributes asked for.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph, MultiDiGraph, or a view of one
    edge_attrs, node_attrs : mapping of names to defaults
        Which attributes to keep, and what to put where they are missing; None for nothing.
    preserve_edge_attrs, preserve_node_attrs, preserve_graph_attrs : bool
        Whether to keep all.
    name, graph_name : str
        The function that will run, and its argument.

    Returns
    -------
    Graph
        O(nodes + edges).

    Raises
    ------
    Declined
        For what is no graph of NetworkX's, or looks its edges up in its own way, as complements that are nowhere
        written down do; and for a view without direction of edges that have one and differ by it.
        NetworkX's own code, which looks at the one or the other, runs then.
    """
    if not isinstance(graph, nx.Graph):
        raise Declined(f"{type(graph).__name__} is no graph of NetworkX's")
    if _looked_up_otherwise(type(graph)):
        raise Declined(f"{type(graph).__name__} looks its edges up in its own way")
    names = list(graph)
    places = {node: place for place, node in enumerate(names)}
    adjacency: Any = vars(graph)["_adj"]  # its views of it take three times as long
    neighbours = [adjacency[node] for node in names]
    is_view = "_graph" in vars(graph)
    if is_view and graph.is_multigraph():  # a row's length counts the neighbours with it who are hidden
        neighbours = [{other: dict(edges) for other, edges in row.items()} for row in neighbours]
    indptr = np.zeros(len(names) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in neighbours], out=indptr[1:])
    indices = np.fromiter(map(places.__getitem__, chain.from_iterable(neighbours)), np.int32, indptr[-1])
    parallel, keys = None, None
    told: Any = chain.from_iterable(row.values() for row in neighbours)
    if graph.is_multigraph():
        between = list(told)
        parallel = np.zeros(len(indices) + 1, dtype=np.int64)
        np.cumsum([len(edges) for edges in between], out=parallel[1:])
        keys = list(chain.from_iterable(between))
        told = chain.from_iterable(edges.values() for edges in between)
    attributes: dict[Hashable, list[Any]] = {}
    if preserve_edge_attrs:
        data = list(told)
        attributes = {key: _column(data, key) for key in dict.fromkeys(chain.from_iterable(data))}
    elif edge_attrs:
        data = list(told)
        attributes = {key: _column(data, key, default) for key, default in edge_attrs.items()}
    known = [graph.nodes[node] for node in names] if preserve_node_attrs or node_attrs else None
    if known is not None and not preserve_node_attrs:
        known = [_some(row, node_attrs or {}) for row in known]
    if is_view and not graph.is_directed() and not _alike(indptr, indices, parallel, attributes):
        raise Declined("edges without direction that differ by it")
    return Graph(
        names,
        graph.is_directed(),
        indptr,
        indices,
        attributes,
        parallel,
        keys,
        [dict(row) for row in known] if known is not None else None,
        dict(graph.graph) if preserve_graph_attrs else {},
    )


def convert_to_nx(given: Any, *, name: str | None = None) -> Any:  # noqa: ARG001 NetworkX tells it
    """NetworkX's graph of one of ours; anything else as it is.

    Parameters
    ----------
    given : Graph, Network or anything
    name : str
        The function that returned it.
    """
    if isinstance(given, Network):
        return given.to_networkx()
    if not isinstance(given, Graph):
        return given
    graph = _KINDS[given.directed, given.is_multigraph()]()
    graph.graph.update(given.about)
    known = given.node_attributes or [{} for _ in given.names]
    graph.add_nodes_from(zip(given.names, map(dict, known), strict=True))
    columns = given.attributes.items()
    sources = np.repeat(given.sources, given.multiplicity).tolist()
    targets = np.repeat(given.indices, given.multiplicity).tolist()
    for place, (source, target) in enumerate(zip(sources, targets, strict=True)):
        if given.directed or source <= target:  # an edge without direction stands in both rows
            ends = [given.names[source], given.names[target]]
            key = [given.keys[place]] if given.keys is not None else []
            graph.add_edge(*ends, *key)
            data = graph.get_edge_data(*ends, *key)
            data.update((name, column[place]) for name, column in columns if column[place] is not MISSING)
    return graph


_KINDS: dict[tuple[bool, bool], Any] = {
    (False, False): nx.Graph,
    (True, False): nx.DiGraph,
    (False, True): nx.MultiGraph,
    (True, True): nx.MultiDiGraph,
}


_LOOKED_UP = (
    "__contains__ __getitem__ __iter__ __len__ _adj adj adjacency degree edges get_edge_data has_edge has_successor"
    " in_degree in_edges is_directed is_multigraph nbunch_iter neighbors nodes out_degree out_edges pred predecessors"
    " succ successors"
).split()


@cache
def _looked_up_otherwise(kind: type) -> bool:
    """Whether a class between this one and NetworkX's own has another way to nodes and edges."""
    own = [one for one in kind.__mro__ if issubclass(one, nx.Graph) and one not in _KINDS.values()]
    return any(name in vars(one) for one in own for name in _LOOKED_UP)


def _alike(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    parallel: NDArray[np.int64] | None,
    attributes: Mapping[Hashable, list[Any]],
) -> bool:
    """Whether what stands in both rows of each edge is the same. O(edges log edges)."""
    many = np.diff(parallel) if parallel is not None else 1
    sources = np.repeat(np.repeat(np.arange(len(indptr) - 1), np.diff(indptr)), many)
    targets = np.repeat(indices, many)
    there, back = np.lexsort((targets, sources)), np.lexsort((sources, targets))
    if (sources[there] != targets[back]).any() or (targets[there] != sources[back]).any():
        return False
    pairs = list(zip(there.tolist(), back.tolist(), strict=True))
    try:
        return all(column[i] is column[j] or column[i] == column[j] for column in attributes.values() for i, j in pairs)
    except ValueError:  # arrays, say, which no single word calls equal
        return False


def _column(data: list[dict[Any, Any]], key: Hashable, default: Any = None) -> list[Any]:
    missing = MISSING if default is None else default
    return [row.get(key, missing) for row in data]


def _some(row: dict[Any, Any], wanted: Mapping[Hashable, Any]) -> dict[Any, Any]:
    return {key: row.get(key, default) for key, default in wanted.items() if default is not None or key in row}
