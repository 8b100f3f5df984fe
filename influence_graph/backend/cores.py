"""How deep in the dense middle everybody stands."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx

from influence_graph.backend.graph import graph_of


def core_number(G: Any) -> dict[Hashable, int]:
    """NetworkX's `core_number`; an edge there and one back are two."""
    from influence_graph.kernels import cores

    graph = graph_of(G)
    if (graph.sources == graph.indices).any():
        raise nx.NetworkXNotImplemented(
            "Input graph has self loops which is not permitted; Consider using"
            " G.remove_edges_from(nx.selfloop_edges(G))."
        )
    return dict(zip(graph, cores.core_number(*graph.ties).tolist(), strict=True))
