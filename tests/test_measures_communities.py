"""Communities: planted ones are found, seeds are compared, labels go by size."""

from __future__ import annotations

from importlib import import_module
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.measures import adjusted_rand, communities
from influence_graph.network import Network


def planted(*, within: float, between: float, sizes: tuple[int, ...] = (60, 40, 30)) -> Network:
    return Network.from_networkx(nx.random_partition_graph(list(sizes), within, between, seed=4, directed=True))


def members(network: Network, sizes: tuple[int, ...] = (60, 40, 30)) -> np.ndarray:
    groups = np.repeat(np.arange(len(sizes)), sizes)
    return groups[network.nodes.index.astype(int)]


def test_planted_groups_are_found_and_numbered_by_size() -> None:
    network = planted(within=0.3, between=0.005)
    found = communities(network, rng=np.random.default_rng(0))
    assert found.labels.tolist() == members(network).tolist()
    assert found.stability == pytest.approx(1.0)
    both_ways = nx.Graph()
    for u, v in network.to_networkx().edges:
        both_ways.add_edge(u, v, weight=both_ways.get_edge_data(u, v, {"weight": 0})["weight"] + 1)
    groups = [set(network.nodes.index[found.labels == k]) for k in range(3)]
    assert found.modularity == pytest.approx(nx.community.modularity(both_ways, groups))


def test_a_network_without_groups_is_said_to_be_unstable() -> None:
    found = communities(planted(within=0.05, between=0.05), rng=np.random.default_rng(0))
    assert found.stability < 0.6


def test_same_seed_same_communities() -> None:
    network = planted(within=0.05, between=0.05)
    one, other = (communities(network, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.labels, other.labels)
    assert (one.modularity, one.stability) == (other.modularity, other.stability)


def test_large_networks_are_partitioned_by_fewer_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    network = planted(within=0.3, between=0.005)
    assert communities(network, rng=np.random.default_rng(0)).seeds == 5
    assert communities(network, rng=np.random.default_rng(0), seeds=3).seeds == 3
    module = import_module("influence_graph.measures.communities")
    monkeypatch.setattr(module, "TIES_PARTITIONED", network.n_edges)
    assert communities(network, rng=np.random.default_rng(0)).seeds == 2


def test_people_without_ties_belong_nowhere() -> None:
    network = Network.from_edges(["a", "c", "z"], ["b", "b", "z"], nodes=["lonely"])
    assert communities(network, rng=np.random.default_rng(0)).labels.tolist() == [-1, 0, 0, 0, -1]
    nobody = communities(Network.from_edges([], [], nodes=["a", "b"]), rng=np.random.default_rng(0))
    assert nobody.labels.tolist() == [-1, -1]
    assert np.isnan(nobody.stability)
    assert np.isnan(nobody.modularity)


def test_a_tie_both_ways_counts_twice() -> None:
    square = Network.from_edges(["a", "b", "c", "d", "b", "d"], ["b", "a", "d", "c", "c", "a"])
    assert communities(square, rng=np.random.default_rng(0)).labels.tolist() == [0, 0, 1, 1]


partitions = st.integers(2, 12).flatmap(
    lambda n: st.tuples(*(st.lists(st.integers(0, 4), min_size=n, max_size=n) for _ in range(2)))
)


@given(partitions)
def test_adjusted_rand_counts_pairs(both: tuple[list[int], list[int]]) -> None:
    one, other = (np.array(labels) for labels in both)
    pairs = list(combinations(range(len(one)), 2))
    a, b = ([labels[i] == labels[j] for i, j in pairs] for labels in (one, other))
    together = sum(x and y for x, y in zip(a, b, strict=True))
    chance, most = sum(a) * sum(b) / len(pairs), (sum(a) + sum(b)) / 2
    expected = 1.0 if most == chance else (together - chance) / (most - chance)
    assert adjusted_rand(one, other) == pytest.approx(expected)
    assert adjusted_rand(one, one) == 1.0


@pytest.fixture
def by_our_own_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every network were large."""
    monkeypatch.setattr(import_module("influence_graph.measures.communities"), "MANY_TIES", 0)


@pytest.mark.usefixtures("by_our_own_loops")
def test_large_networks_give_planted_groups_and_networkx_s_modularity() -> None:
    test_planted_groups_are_found_and_numbered_by_size()
    test_a_network_without_groups_is_said_to_be_unstable()
    test_same_seed_same_communities()


@pytest.mark.usefixtures("by_our_own_loops")
@pytest.mark.parametrize("seed", range(3))
def test_large_networks_are_partitioned_as_well_as_by_networkx(seed: int) -> None:
    graph = nx.powerlaw_cluster_graph(400, 3, 0.4, seed=seed)
    found = communities(Network.from_networkx(graph), rng=np.random.default_rng(seed))
    theirs = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed))
    assert found.modularity > theirs - 0.01
    for group in range(found.labels.max() + 1):  # refined: none falls apart
        members = [int(person) for person in Network.from_networkx(graph).nodes.index[found.labels == group]]
        assert nx.is_connected(graph.subgraph(members))
