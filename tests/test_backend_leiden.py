"""Leiden on the backend, which NetworkX itself does not have: communities for a seed, and what does not run."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import networkx as nx
import numpy as np
import pytest
from odd_graphs import declined

from influence_graph.backend import NAME, interface

pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs are saved")


def test_leiden_is_the_same_for_the_same_seed() -> None:
    graph = nx.planted_partition_graph(4, 25, 0.5, 0.02, seed=3)
    found = [nx.community.leiden_communities(graph, seed=7, backend=NAME) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0] == [set(range(start, start + 25)) for start in range(0, 100, 25)]
    with pytest.raises(NotImplementedError, match="for the given arguments"):
        nx.community.leiden_communities(graph, max_level=1, backend=NAME)


def test_leiden_counts_loops_as_modularity_does() -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 1), ("b", "c", 1), ("c", "d", 1), ("b", "b", 10), ("c", "c", 10)])
    assert nx.community.leiden_communities(graph, seed=1, backend=NAME) == [{"a", "b"}, {"c", "d"}]
    gains = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        graph = nx.gnp_random_graph(int(rng.integers(8, 40)), 0.2, seed=seed)
        graph.add_edges_from((node, node) for node in list(graph) if rng.random() < 0.5)
        for u, v in graph.edges:
            graph[u][v]["weight"] = rng.choice([1, 5, 20] if u == v else [1, 2, 5])
        graph = nx.MultiGraph(graph) if seed % 2 else graph
        leiden = nx.community.leiden_communities(graph, seed=seed, backend=NAME)
        louvain = nx.community.louvain_communities(graph, seed=seed, backend="networkx")
        gains.append(nx.community.modularity(graph, leiden) - nx.community.modularity(graph, louvain))
    assert min(gains) > -0.05
    assert np.mean(gains) > -0.005


@pytest.mark.parametrize("weight", [nan, inf, 1e308, 5e-324, -1, None])
def test_leiden_of_weights_that_do_not_add_up_does_not_run(weight: Any) -> None:
    graph = nx.path_graph(4)
    nx.set_edge_attributes(graph, weight, "weight")
    with declined("numbers"):
        nx.community.leiden_communities(graph, backend=NAME)


@pytest.mark.parametrize("resolution", [nan, inf, 0, -1, "x"])
def test_leiden_of_no_resolution_does_not_run(resolution: Any) -> None:
    assert isinstance(interface.can_run("leiden_communities", (nx.path_graph(4),), {"resolution": resolution}), str)
    with pytest.raises(NotImplementedError, match="for the given arguments"):
        nx.community.leiden_communities(nx.path_graph(4), resolution=resolution, backend=NAME)
