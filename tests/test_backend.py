"""The NetworkX backend against NetworkX itself: values, types, orders and errors, on graphs of every odd shape."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from odd_graphs import assert_same, graphs, name, outcome, weight

from influence_graph.backend import NAME, interface, parts
from influence_graph.backend.conversion import convert_from_nx

pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs are saved")


@st.composite
def asked(draw: st.DrawFn) -> tuple[Any, dict[str, Any]]:
    """A function and arguments that it runs with here, sensible or not."""
    function, arguments = draw(st.sampled_from(CALLS))
    return function, {key: draw(values) for key, values in arguments.items()}


scores = st.none() | st.dictionaries(name, st.sampled_from([0, 1, 2.5, -1]), min_size=1)
bunch = st.none() | name | st.lists(name, max_size=4)
attribute = st.sampled_from([None, "weight", "nothing"])
yes = st.booleans()
alone = (
    "degree_centrality in_degree_centrality out_degree_centrality core_number transitivity overall_reciprocity"
    " connected_components number_connected_components is_connected weakly_connected_components"
    " number_weakly_connected_components is_weakly_connected strongly_connected_components"
    " number_strongly_connected_components is_strongly_connected"
).split()
CALLS: list[tuple[Callable[..., Any], dict[str, st.SearchStrategy[Any]]]] = [
    *((getattr(nx, function), {}) for function in alone),
    (
        nx.pagerank,
        {
            "alpha": st.sampled_from([0, 0.5, 0.85]),
            "personalization": scores,
            "nstart": scores,
            "dangling": scores,
            "weight": attribute,
            "tol": st.sampled_from([1e-6, 1e-12]),
            "max_iter": st.sampled_from([0, 3, 500]),
        },
    ),
    (
        nx.eigenvector_centrality,
        {"weight": attribute, "max_iter": st.sampled_from([0, 5, 400]), "tol": st.sampled_from([1e-3, 1e-6])},
    ),
    (
        nx.katz_centrality,
        {"alpha": st.sampled_from([0.01, 0.9]), "beta": st.sampled_from([1, 0, "no number", {0: 1}]),
         "max_iter": st.sampled_from([0, 200]), "weight": attribute, "normalized": yes},
    ),
    (nx.closeness_centrality, {"u": st.none() | name, "wf_improved": yes}),
    (nx.harmonic_centrality, {"nbunch": bunch, "sources": bunch}),
    (
        nx.betweenness_centrality,
        {"k": st.none() | st.integers(0, 11), "normalized": yes, "endpoints": yes, "seed": st.integers(0, 9)},
    ),
    (nx.clustering, {"nodes": bunch}),
    (nx.average_clustering, {"nodes": bunch, "count_zeros": yes}),
    (nx.triangles, {"nodes": bunch}),
    (nx.reciprocity, {"nodes": bunch}),
    (nx.node_connected_component, {"n": name}),
    (nx.single_source_shortest_path_length, {"source": name, "cutoff": st.sampled_from([None, -inf, -1, 0, 1.5, nan])}),
    (nx.all_pairs_shortest_path_length, {"cutoff": st.sampled_from([None, 2])}),
]  # fmt: skip


@given(graph=graphs(), call=asked())
@settings(deadline=None, max_examples=600)
def test_as_networkx_itself(graph: Any, call: tuple[Callable[..., Any], dict[str, Any]]) -> None:
    function, arguments = call
    if isinstance(interface.can_run(function.__name__, (graph,), arguments), str):
        with pytest.raises((NotImplementedError, nx.NetworkXNotImplemented)):
            list(function(graph, **arguments, backend=NAME))
        return
    assert_same(outcome(function, graph, arguments, NAME), outcome(function, graph, arguments, "networkx"))


@given(graph=graphs(kinds=(nx.Graph, nx.DiGraph)), data=st.data())
@settings(deadline=None, max_examples=50)
def test_eigenvectors_start_where_they_are_told(graph: Any, data: st.DataObject) -> None:
    start = {node: data.draw(weight) for node in data.draw(st.permutations(list(graph)))}
    for function in (nx.eigenvector_centrality, nx.katz_centrality):
        arguments = {"nstart": start or None, "max_iter": 300}
        assert_same(outcome(function, graph, arguments, NAME), outcome(function, graph, arguments, "networkx"))


@given(graph=graphs())
@settings(deadline=None, max_examples=100)
def test_hits_where_one_answer_leads(graph: Any) -> None:
    matrix = nx.to_numpy_array(graph, weight="weight") if len(graph) else np.zeros((1, 1))
    lengths = np.append(np.linalg.svd(matrix, compute_uv=False), 0)
    assume(lengths[0] - lengths[1] > 0.1)
    for arguments in ({}, {"normalized": False}, {"max_iter": 0}):
        ours, theirs = (outcome(nx.hits, graph, arguments, backend) for backend in (NAME, "networkx"))
        if arguments == {"normalized": False} and isinstance(theirs, tuple) and isinstance(theirs[0], dict):
            theirs = [{node: abs(value) for node, value in part.items()} for part in theirs]  # scipy's sign is chance
        for one, other in zip(ours, theirs, strict=True):
            assert one == pytest.approx(other, abs=1e-6) if isinstance(other, dict) else one == other


def test_hits_of_two_who_point_at_each_other_are_alike() -> None:
    alike = {0: 0.5, 1: 0.5}
    assert nx.hits(nx.path_graph(2), backend=NAME) == (alike, alike)


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_a_vector_of_scipy_s(kind: Any) -> None:
    graph = nx.gnp_random_graph(40, 0.3, seed=5, directed=kind is nx.DiGraph)
    nx.set_edge_attributes(graph, {edge: 1 + place % 3 for place, edge in enumerate(graph.edges)}, "w")
    ours, theirs = (nx.eigenvector_centrality_numpy(graph, weight="w", backend=b) for b in (NAME, "networkx"))
    assert ours == pytest.approx(theirs, abs=1e-9)
    lonely = nx.path_graph(3)
    lonely.add_node("alone")
    for graph in (lonely, nx.Graph(), nx.path_graph(1)):
        found = [outcome(nx.eigenvector_centrality_numpy, graph, {}, backend) for backend in (NAME, "networkx")]
        assert found[0] == found[1]


@pytest.mark.parametrize(
    "edges", [[(0, 1, 1e308), (0, 2, 1e308), (1, 0, 1), (2, 0, 1)], [(0, 1, inf), (1, 2, 1), (2, 0, 1)]]
)
@pytest.mark.parametrize("kind", [nx.DiGraph, nx.Graph])
def test_whoever_weighs_infinity_hands_on_no_rank(edges: list[tuple[int, int, float]], kind: Any) -> None:
    graph = kind()
    graph.add_weighted_edges_from(edges)
    assert_same(*(outcome(nx.pagerank, graph, {}, backend) for backend in (NAME, "networkx")))


def test_nobody_jumps_where_parts_cancel_out() -> None:
    graph = nx.path_graph(3, create_using=nx.DiGraph)
    found = [outcome(nx.pagerank, graph, {"personalization": {0: 1, 1: -1}}, backend) for backend in (NAME, "networkx")]
    assert found == [ZeroDivisionError, ZeroDivisionError]


@pytest.mark.parametrize("arguments", [{"max_iter": 1}, {"tol": 0}, {"max_iter": 10**30}, {}])
def test_hits_of_a_path_are_its_first_wave(arguments: dict[str, Any]) -> None:
    wave = np.sin(np.pi * np.arange(1, 5) / 5)
    expected = pytest.approx(dict(enumerate(wave / wave.sum())), abs=1e-7)
    assert list(nx.hits(nx.path_graph(4), backend=NAME, **arguments)) == [expected, expected]


def test_numbers_of_any_kind_run_what_is_compiled() -> None:
    from influence_graph.kernels import rank

    graph = nx.gnp_random_graph(30, 0.2, seed=1)
    for function in (nx.pagerank, nx.eigenvector_centrality, nx.katz_centrality):
        compiled = getattr(rank, function.__name__.partition("_")[0])
        function(graph, backend=NAME)
        once = len(compiled.signatures)
        for arguments in ({"tol": 1}, {"tol": np.float32(1e-4)}, {"max_iter": np.int32(90)}, {"max_iter": 10**30}):
            assert_same(*(outcome(function, graph, arguments, backend) for backend in (NAME, "networkx")))
        assert len(compiled.signatures) == once


def test_an_argument_that_nobody_knows_is_told_as_networkx_tells_it() -> None:
    ours, theirs = (outcome(nx.pagerank, nx.path_graph(3), {"foo": 1}, backend) for backend in (NAME, "networkx"))
    assert ours == theirs


def test_larger_than_a_machine_word() -> None:
    graph = nx.gnp_random_graph(300, 0.02, seed=4, directed=True)
    for function in (nx.betweenness_centrality, nx.closeness_centrality, nx.harmonic_centrality, nx.clustering):
        assert function(graph, backend=NAME) == pytest.approx(function(graph))
    assert nx.betweenness_centrality(graph, k=50, seed=8, backend=NAME) == pytest.approx(
        nx.betweenness_centrality(graph, k=50, seed=8)
    )


@pytest.mark.parametrize("heavy", [False, True])
def test_ranks_where_many_have_as_many_edges(heavy: bool) -> None:
    graph = nx.gnp_random_graph(400, 0.01, seed=6, directed=True)
    graph.add_edges_from((hub, other) for hub in (0, 1) for other in range(2, 300))
    if heavy:
        nx.set_edge_attributes(graph, {edge: 1 + sum(edge) % 3 for edge in graph.edges}, "weight")
    for asked in (graph, graph.reverse()):
        for function, more in ((nx.pagerank, {"tol": 1e-12}), (nx.katz_centrality, {"alpha": 0.01, "tol": 1e-10})):
            found = function(asked, weight="weight", max_iter=500, backend=NAME, **more)
            assert found == pytest.approx(function(asked, weight="weight", max_iter=500, **more), abs=1e-12)
        ours, theirs = (nx.eigenvector_centrality(asked, weight="weight", backend=b) for b in (NAME, "networkx"))
        assert ours == pytest.approx(theirs, abs=1e-9)
        for one, other in zip(*(nx.hits(asked, backend=b) for b in (NAME, "networkx")), strict=True):
            assert one == pytest.approx(other, abs=1e-9)
        assert nx.core_number(asked, backend=NAME) == nx.core_number(asked)


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = convert_from_nx(nx.gnp_random_graph(500, 0.02, seed=9))
    functions = (nx.betweenness_centrality, nx.harmonic_centrality, nx.closeness_centrality)
    many = [function(graph) for function in functions]
    monkeypatch.setattr(parts, "cpu_count", lambda: 1)
    assert [function(graph) for function in functions] == many
