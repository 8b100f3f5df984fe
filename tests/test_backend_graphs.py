"""The backend's graphs: NetworkX's, there and back, its views, and networks of ours as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from odd_graphs import graphs

from influence_graph.backend import FUNCTIONS, NAME, interface
from influence_graph.backend.conversion import convert_from_nx, convert_to_nx
from influence_graph.network import Network

pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs are saved")


@given(graph=graphs())
@settings(deadline=None, max_examples=60)
def test_there_and_back_again(graph: Any) -> None:
    graph.graph["title"] = "odd"
    nx.set_node_attributes(graph, {node: {"shade": str(node)} for node in list(graph)[1:]})
    nx.set_edge_attributes(graph, {edge: {"list": [1]} for edge in list(graph.edges)[1:]})
    everything = dict.fromkeys(("preserve_edge_attrs", "preserve_node_attrs", "preserve_graph_attrs"), True)
    ours = convert_from_nx(graph, **everything)
    back = convert_to_nx(ours)
    assert type(back) is type(graph)
    assert nx.utils.graphs_equal(back, graph)
    assert list(back) == list(graph)
    assert {type(node) for node in back} == {type(node) for node in graph}
    some = convert_to_nx(convert_from_nx(graph, edge_attrs={"weight": 7, "list": None}, node_attrs={"shade": None}))
    assert nx.get_node_attributes(some, "shade") == nx.get_node_attributes(graph, "shade")
    assert nx.get_edge_attributes(some, "weight") == nx.get_edge_attributes(graph, "weight", default=7)
    assert nx.get_edge_attributes(some, "list") == nx.get_edge_attributes(graph, "list")
    assert convert_to_nx("no graph") == "no graph"


def test_views_are_graphs_too() -> None:
    graph = nx.gnp_random_graph(60, 0.1, seed=2, directed=True)
    for view in (graph.subgraph(range(5, 40)), graph.reverse(copy=False), graph.to_undirected(as_view=True)):
        assert nx.pagerank(view, backend=NAME) == pytest.approx(nx.pagerank(view), abs=1e-12)
        assert nx.closeness_centrality(view, backend=NAME) == pytest.approx(nx.closeness_centrality(view))


@pytest.fixture(scope="module")
def network() -> Network:
    graph = nx.gnp_random_graph(80, 0.05, seed=6, directed=True)
    nx.set_edge_attributes(graph, {edge: 1.0 + sum(edge) % 4 for edge in graph.edges}, "weight")
    nx.set_edge_attributes(graph, dict.fromkeys(list(graph.edges)[::2], 3.0), "since")
    return Network.from_networkx(graph)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_network_is_a_graph_of_networkx_s(function: str, network: Network) -> None:
    call = getattr(nx if hasattr(nx, function) else nx.community, function)
    theirs = network.to_networkx()
    more: dict[str, Any] = {"seed": 3} if function.startswith("louvain") else {}
    more = {"source": "3"} if function == "single_source_shortest_path_length" else more
    more = {"n": "3"} if function == "node_connected_component" else more
    try:
        expected = call(theirs, **more)
        expected = list(expected) if isinstance(expected, Iterator) else expected
    except (nx.NetworkXException, NotImplementedError) as error:
        with pytest.raises((type(error), NotImplementedError)):
            call(network, **more)
        return
    if function == "transitivity":  # of a graph with direction, which NetworkX counts in a way of its own
        with pytest.raises(NotImplementedError):
            call(network)
        return
    found = call(network, **more)
    found = list(found) if isinstance(found, Iterator) else found
    if function == "hits":
        for part, other in zip(found, expected, strict=True):
            assert part == pytest.approx(other, abs=1e-7)
    elif isinstance(expected, dict | float):
        assert found == pytest.approx(expected, abs=1e-9)
    else:
        assert found == expected


def test_an_attribute_that_some_edges_lack_weighs_one(network: Network) -> None:
    assert nx.pagerank(network, weight="since") == pytest.approx(nx.pagerank(network.to_networkx(), weight="since"))


def test_a_network_starts_from_all_who_are_there(network: Network) -> None:
    everybody = dict.fromkeys(network.nodes.index, 1.0)
    assert interface.can_run("katz_centrality", (network,), {"nstart": everybody}) is True
    assert interface.can_run("katz_centrality", (network,), {"nstart": everybody | {"new": 1.0}}) is not True


def test_what_a_network_cannot_run_needs_leave_to_fall_back(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotImplementedError, match="diameter"):
        nx.diameter(network)
    with pytest.raises(NotImplementedError, match="betweenness"):
        nx.betweenness_centrality(network, weight="weight")
    monkeypatch.setattr(nx.config, "fallback_to_nx", True)
    expected = nx.betweenness_centrality(network.to_networkx(), weight="weight")
    assert nx.betweenness_centrality(network, weight="weight") == pytest.approx(expected)
    assert nx.number_of_selfloops(network) == 0
