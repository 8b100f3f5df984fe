"""The NetworkX backend: ``nx.pagerank(network)`` and ``nx.pagerank(graph, backend="influence_graph")`` run compiled.

NetworkX asks this module what there is whenever it is imported; so nothing heavy loads here.
"""

from __future__ import annotations

from typing import Any

NAME = "influence_graph"

FUNCTIONS = {
    "all_pairs_shortest_path_length": "",
    "average_clustering": "Without `weight`.",
    "betweenness_centrality": "Without `weight`. Sampled nodes are those that NetworkX draws with the same `seed`.",
    "closeness_centrality": "Without `distance`.",
    "clustering": "Without `weight`.",
    "connected_components": "",
    "core_number": "",
    "degree_centrality": "",
    "eigenvector_centrality": "",
    "eigenvector_centrality_numpy": "",
    "harmonic_centrality": "Without `distance`.",
    "hits": "",
    "in_degree_centrality": "",
    "is_connected": "",
    "is_strongly_connected": "",
    "is_weakly_connected": "",
    "katz_centrality": "",
    "leiden_communities": "Without `max_level`. The same `seed` gives the same communities.",
    "louvain_communities": "The same `seed` gives NetworkX's communities.",
    "louvain_partitions": "The same `seed` gives NetworkX's communities.",
    "node_connected_component": "",
    "number_connected_components": "",
    "number_strongly_connected_components": "",
    "number_weakly_connected_components": "",
    "out_degree_centrality": "",
    "overall_reciprocity": "With direction, without parallel edges.",
    "pagerank": "",
    "reciprocity": "With direction, without parallel edges.",
    "single_source_shortest_path_length": "",
    "strongly_connected_components": "",
    "transitivity": "Without direction.",
    "triangles": "",
    "weakly_connected_components": "",
}
"""What runs compiled, and under which conditions; with any other arguments NetworkX's own code runs."""


def info() -> dict[str, Any]:
    """What NetworkX shows of us in its own documentation."""
    return {
        "backend_name": NAME,
        "project": "influence-graph",
        "package": NAME,
        "short_summary": "Compiled, on compressed sparse rows.",
        "functions": {name: {"additional_docs": told} if told else {} for name, told in FUNCTIONS.items()},
    }
