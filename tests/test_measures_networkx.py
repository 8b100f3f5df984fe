"""Every measure against NetworkX's own, and against closed forms, on graphs of every odd shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from influence_graph.errors import UsageError
from influence_graph.measures import (
    all_measures,
    audience,
    betweenness,
    core_number,
    exclusive_reach,
    pagerank,
    two_hop_reach,
)
from influence_graph.network import Network

PEOPLE = "abcdefgh"
person = st.sampled_from(PEOPLE)
edge_lists = st.lists(st.tuples(person, person, st.sampled_from([0.5, 1.0, 3.0])), max_size=40)
"""Loops, parallel edges and isolated people among them."""


def network_of(edges: list[tuple[str, str, float]], people: Any = PEOPLE) -> Network:
    nodes = pd.DataFrame({"is_creator": [p in "aceg" for p in people]}, index=list(people))
    return Network.from_edges(*([e[i] for e in edges] for i in (0, 1)), weight=[e[2] for e in edges], nodes=nodes)


def without_loops(graph: nx.DiGraph) -> nx.DiGraph:
    graph = graph.copy()
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


def in_order(values: dict[str, float]) -> list[float]:
    return [values[p] for p in PEOPLE]


def exact_betweenness(network: Network) -> NDArray[np.float64]:
    return betweenness(network, rng=np.random.default_rng(0)).values


def walked_two_hops(graph: nx.DiGraph) -> dict[str, float]:
    return {p: len(nx.single_source_shortest_path_length(graph, p, cutoff=2)) - 1 for p in graph}


def followers_of_no_other(graph: nx.DiGraph) -> dict[str, float]:
    creators = {p for p in graph if graph.nodes[p]["is_creator"]}
    return {p: sum(not (set(graph.pred[f]) & creators - {p}) for f in graph.succ[p]) for p in graph}


ORACLES: dict[str, tuple[Callable[[Network], Any], Callable[[nx.DiGraph], dict[str, float]]]] = {
    "audience": (audience, lambda g: dict(without_loops(g).out_degree())),
    "exclusive_reach": (exclusive_reach, lambda g: followers_of_no_other(without_loops(g))),
    "two_hop_reach": (lambda n: two_hop_reach(n).values, walked_two_hops),
    "pagerank": (pagerank, lambda g: nx.pagerank(g.reverse(), tol=1e-13, max_iter=1000)),
    "core": (core_number, lambda g: nx.core_number(without_loops(g))),
    "betweenness": (exact_betweenness, lambda g: nx.betweenness_centrality(g)),
}


@pytest.mark.parametrize("measure", ORACLES)
@given(edges=edge_lists)
@settings(deadline=None)
def test_as_networkx_defines_it(measure: str, edges: list[tuple[str, str, float]]) -> None:
    ours, theirs = ORACLES[measure]
    network = network_of(edges)
    assert ours(network) == pytest.approx(in_order(theirs(network.to_networkx())), abs=1e-9)


@pytest.mark.parametrize("measure", ORACLES)
@given(edges=edge_lists, order=st.permutations(PEOPLE))
@settings(deadline=None)
def test_names_do_not_matter(measure: str, edges: list[tuple[str, str, float]], order: list[str]) -> None:
    ours, _ = ORACLES[measure]
    as_listed, otherwise = network_of(edges), network_of(edges, order)
    assert ours(otherwise) == pytest.approx(ours(as_listed)[as_listed.index_of(order)], abs=1e-9)


@pytest.mark.parametrize("measure", ORACLES)
def test_nobody_and_one_alone(measure: str) -> None:
    ours, _ = ORACLES[measure]
    assert len(ours(Network.from_edges([], []))) == 0
    assert ours(Network.from_edges([], [], nodes=["a"])) == pytest.approx([1.0 if measure == "pagerank" else 0.0])


def test_a_larger_graph_with_weights_agrees_with_networkx() -> None:
    graph = nx.gnp_random_graph(150, 0.03, seed=3, directed=True)
    rng = np.random.default_rng(3)
    nx.set_edge_attributes(graph, {e: float(rng.integers(1, 9)) for e in graph.edges}, "weight")
    network = Network.from_networkx(graph)
    theirs = nx.pagerank(graph.reverse(), tol=1e-13, max_iter=1000)
    assert pagerank(network) == pytest.approx([theirs[int(p)] for p in network.nodes.index], abs=1e-9)
    between = nx.betweenness_centrality(graph)
    assert exact_betweenness(network) == pytest.approx([between[int(p)] for p in network.nodes.index], abs=1e-12)


def test_rank_flows_to_who_is_followed() -> None:
    star = Network.from_edges(["star"] * 50, [f"fan{i}" for i in range(50)])
    rank = pagerank(star)
    hub = star.index_of(["star"])[0]
    # h = (0.15 + 0.85 h) / 51 + 0.85 (1 - h): the fans pass all they may on to the hub, the hub to everybody.
    expected = (0.15 / 51 + 0.85) / (1 - 0.85 / 51 + 0.85)
    assert rank[hub] == pytest.approx(expected)
    assert np.delete(rank, hub) == pytest.approx((1 - expected) / 50)
    assert rank.sum() == pytest.approx(1)


def test_a_cycle_gives_everybody_the_same() -> None:
    ring = Network.from_networkx(nx.cycle_graph(7, create_using=nx.DiGraph))
    assert pagerank(ring) == pytest.approx(1 / 7)
    # Of the 6 * 5 ordered pairs without a person, the ways of 0 + 1 + ... + 5 = 15 lead through them.
    assert exact_betweenness(ring) == pytest.approx(0.5)
    assert core_number(ring).tolist() == [2] * 7


@pytest.mark.parametrize("arguments", [{"alpha": 1.0}, {"alpha": -0.1}, {"tol": 0.0}])
def test_pagerank_refuses_what_never_converges(arguments: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="alpha"):
        pagerank(Network.from_edges(["a"], ["b"]), **arguments)


def test_all_measures_stand_beside_each_other() -> None:
    network = network_of([("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0), ("e", "f", 1.0)])
    told: list[tuple[str, int, int]] = []
    measures = all_measures(network, rng=np.random.default_rng(0), progress=lambda *step: told.append(step))
    assert list(measures.index) == list(network.nodes.index)
    assert list(measures) == [
        "audience",
        "exclusive_reach",
        "two_hop_reach",
        "pagerank",
        "betweenness",
        "core",
        "community",
    ]
    assert measures["community"].isna().tolist() == [False] * 3 + [True] + [False] * 2 + [True] * 2
    assert measures.attrs["betweenness"] == {"exact": True, "error": 0.0, "highest": 1 / 42, "drawn": 0}
    assert told[-1] == ("measures", 100, 100)
    assert told == sorted(told)
