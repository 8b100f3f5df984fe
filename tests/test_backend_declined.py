"""What the backend declines: NetworkX answers it as ever, and who asked by name hears why."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from odd_graphs import ASKED, assert_same, declined, graphs, outcome

from influence_graph.backend import NAME, interface
from influence_graph.backend.declined import Declined

pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs are saved")


@pytest.fixture
def preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    """NetworkX asks us first, for graphs of any size."""
    monkeypatch.setattr(nx.config.backend_priority, "algos", [NAME])
    monkeypatch.setattr(interface, "FEWEST", 0)


WEIGHTED = (nx.pagerank, nx.eigenvector_centrality, nx.katz_centrality, nx.eigenvector_centrality_numpy)


@pytest.mark.usefixtures("preferred")
def test_views_whose_edges_differ_by_the_direction_they_do_not_have() -> None:
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([("a", "b", 1), ("b", "a", 5), ("b", "c", 2), ("c", "a", 1)])
    for function in WEIGHTED:
        view, arguments = graph.to_undirected(as_view=True), {"weight": "weight"}
        assert_same(outcome(function, view, arguments, ASKED), outcome(function, view, arguments, "networkx"))
        with declined("edges without direction that differ by it"):
            function(graph.to_undirected(as_view=True), weight="weight", backend=NAME)
    assert nx.katz_centrality(view, backend=NAME) == pytest.approx(nx.katz_centrality(view, backend="networkx"))
    graph["b"]["a"]["weight"] = 1
    view = graph.to_undirected(as_view=True)
    assert nx.pagerank(view, backend=NAME) == pytest.approx(nx.pagerank(view, backend="networkx"))
    one_way = nx.subgraph_view(nx.path_graph(4), filter_edge=lambda u, v: u < v)
    with declined("edges without direction that differ by it"):
        nx.pagerank(one_way, backend=NAME)


@given(graph=graphs(kinds=(nx.DiGraph, nx.MultiDiGraph)))
@settings(deadline=None, max_examples=50)
def test_views_without_direction_have_networkx_s_ranks_or_none(graph: Any) -> None:
    for function in WEIGHTED[:3]:
        view = graph.to_undirected(as_view=True)  # NetworkX keeps with it that it was declined
        try:
            ours = outcome(function, view, {"weight": "weight"}, NAME)
        except NotImplementedError as error:
            assert isinstance(error.__cause__, Declined)
            continue
        assert_same(ours, outcome(function, view, {"weight": "weight"}, "networkx"))


@pytest.mark.usefixtures("preferred")
@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (nx.pagerank, {"tol": "x"}),
        (nx.pagerank, {"alpha": 1j}),
        (nx.pagerank, {"alpha": None}),
        (nx.pagerank, {"max_iter": 2.5}),
        (nx.eigenvector_centrality, {"max_iter": 2.5}),
        (nx.eigenvector_centrality, {"nstart": {0: 1}}),
        (nx.katz_centrality, {"nstart": 5}),
        (nx.katz_centrality, {"nstart": dict.fromkeys(range(4), "1")}),
        (nx.katz_centrality, {"beta": dict.fromkeys(range(4), "x")}),
        (nx.single_source_shortest_path_length, {"source": 0, "cutoff": "x"}),
    ],
)  # fmt: skip
def test_arguments_of_an_unknown_kind_are_networkx_s(function: Any, arguments: dict[str, Any]) -> None:
    graph = nx.path_graph(4)
    assert isinstance(interface.can_run(function.__name__, (graph,), arguments), str)
    assert_same(outcome(function, graph, arguments, ASKED), outcome(function, graph, arguments, "networkx"))


@pytest.mark.usefixtures("preferred")
def test_weights_that_are_no_numbers_are_networkx_s() -> None:
    graph = nx.path_graph(4)
    graph[0][1]["weight"] = None
    with declined("not all values of 'weight' are numbers"):
        nx.pagerank(graph, backend=NAME)
    assert outcome(nx.pagerank, graph, {}, ASKED) == outcome(nx.pagerank, graph, {}, "networkx")
