"""The NetworkX backend where graphs are views, copies or very heavy, and where somebody presses Ctrl-C."""

from __future__ import annotations

import copy
import pickle
import signal
from _thread import interrupt_main
from configparser import ConfigParser
from pathlib import Path
from time import sleep
from typing import Any

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray
from odd_graphs import assert_same, outcome
from packaging.requirements import Requirement

from influence_graph.backend import NAME, interface
from influence_graph.backend.conversion import convert_from_nx, convert_to_nx
from influence_graph.backend.declined import Declined
from influence_graph.backend.parts import in_parts
from influence_graph.network import Network

pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs are saved")


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_edges_that_a_view_hides_are_not_there(kind: Any) -> None:
    graph = kind()
    graph.add_weighted_edges_from([(0, 1, 2.0), (0, 1, 3.0), (1, 2, 1.0), (2, 0, 4.0), (2, 2, 1.0), (3, 0, 1.0)])
    kept = list(graph.edges)[1::2]
    shown = [
        graph.edge_subgraph(kept),
        nx.restricted_view(graph, [], kept),
        nx.restricted_view(graph, [1], kept[:1]),
        graph.edge_subgraph(kept).subgraph([0, 1, 2]),
        graph.edge_subgraph(kept).to_directed(as_view=True),
    ]
    for view in shown:
        for function in (nx.pagerank, nx.degree_centrality, nx.closeness_centrality):
            assert_same(*(outcome(function, view, {}, backend) for backend in (NAME, "networkx")))
        ours = convert_to_nx(convert_from_nx(view, preserve_edge_attrs=True))
        assert nx.utils.graphs_equal(ours, type(graph)(view))


class Logged(nx.DiGraph):  # type: ignore[type-arg]
    """Adds in its own way, and is read as any other."""

    def add_edge(self, u_of_edge: Any, v_of_edge: Any, **attr: Any) -> None:
        super().add_edge(u_of_edge, v_of_edge, logged=True, **attr)


class Thin(nx.Graph):  # type: ignore[type-arg]
    """All edges share their attributes."""

    def edge_attr_dict_factory(self) -> dict[str, float]:  # type: ignore[override]
        return {"weight": 1.0}


class Mirrored(nx.Graph):  # type: ignore[type-arg]
    """A path that is nowhere written down."""

    def __getitem__(self, n: int) -> Any:
        return {other: {} for other in (n - 1, n + 1) if other in self}

    def neighbors(self, n: int) -> Any:
        return iter(self[n])


def test_a_class_that_looks_edges_up_in_its_own_way_is_networkx_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nx.config.backend_priority, "algos", [NAME])
    monkeypatch.setattr(interface, "FEWEST", 0)
    graph = Mirrored()
    graph.add_nodes_from(range(5))
    with pytest.raises(NotImplementedError):
        nx.clustering(graph, backend=NAME)
    with pytest.raises(Declined, match="Mirrored looks its edges up in its own way"):
        convert_from_nx(graph)
    assert nx.clustering(graph) == nx.clustering(graph, backend="networkx")
    club = nx.karate_club_graph()
    theirs = nx.algorithms.approximation.k_components(club, backend="networkx")
    assert nx.algorithms.approximation.k_components(club) == theirs  # by complements without edges of their own
    for kind in (Logged, Thin):
        run = kind()
        run.add_edge(0, 1)
        assert nx.pagerank(run, backend=NAME) == pytest.approx(nx.pagerank(run, backend="networkx"))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda graph: pickle.loads(pickle.dumps(graph))])
def test_a_copy_is_as_good_and_as_frozen(copied: Any) -> None:
    graph = nx.MultiDiGraph([(0, 1, {"weight": 2.0}), (0, 1, {"shade": "red"}), (1, 2, {})])
    ours = copied(convert_from_nx(graph, preserve_edge_attrs=True))
    assert nx.utils.graphs_equal(convert_to_nx(ours), graph)
    assert nx.pagerank(ours) == pytest.approx(nx.pagerank(graph))
    people = Network.from_edges(["mai", "linh"], ["linh", "an"], weight=[1.0, 2.0], since=[3.0, np.nan])
    assert len(people.sources) == 2
    again = copied(people)
    assert again.nodes.equals(people.nodes)
    assert nx.pagerank(again) == nx.pagerank(people)
    arrays = [again.indptr, again.indices, again.weight, again.sources, again.edges["since"], ours.indices, ours.indptr]
    assert not any(values.flags.writeable for values in arrays)


def test_a_converted_graph_is_told_in_a_line() -> None:
    assert repr(convert_from_nx(nx.path_graph(2_000))) == "Graph(2,000 nodes, 3,998 neighbours)"


@pytest.mark.parametrize("kind", [np.random.RandomState, np.random.default_rng])
def test_leiden_draws_from_numpy_s_generators_too(kind: Any) -> None:
    graph = nx.planted_partition_graph(4, 25, 0.5, 0.02, seed=3)
    blocks = [set(range(start, start + 25)) for start in range(0, 100, 25)]
    rng = kind(3)
    assert nx.community.leiden_communities(graph, seed=rng, backend=NAME) == blocks
    drawn = [kind(3).random(), rng.random()]
    assert drawn[0] != drawn[1]  # it was drawn from


@pytest.mark.parametrize("heavy", [1e155, 1e300])
@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_weights_whose_squares_are_no_numbers(heavy: float, kind: Any) -> None:
    graph = kind()
    graph.add_weighted_edges_from([(0, 1, heavy), (1, 2, heavy / 2), (2, 0, heavy), (2, 1, heavy / 8)])
    arguments = {"weight": "weight", "max_iter": 500}
    found = [outcome(nx.eigenvector_centrality, graph, arguments, backend) for backend in (NAME, "networkx")]
    assert_same(*found)
    assert found[0][0] > 0.1
    assert_same(*(outcome(nx.katz_centrality, graph, {"beta": heavy, "tol": heavy}, b) for b in (NAME, "networkx")))


@pytest.mark.parametrize("weight", [np.inf, np.nan, 1e300])
def test_hits_of_such_weights_fail_as_networkx_s_do(weight: float) -> None:
    graph = nx.path_graph(4)
    nx.set_edge_attributes(graph, weight, "weight")
    ours, theirs = (outcome(nx.hits, graph, {}, backend) for backend in (NAME, "networkx"))
    assert ours[0] is theirs[0]


def test_whoever_interrupts_waits_for_parts_under_way_alone() -> None:
    begun: list[int] = []

    def work(part: NDArray[np.int64]) -> tuple[NDArray[np.float64]]:
        begun.append(len(part))
        if len(begun) == 3:
            interrupt_main()
        sleep(0.02)
        return (np.ones(1),)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            in_parts(work, np.arange(1_000), edges=10**9)
    finally:
        signal.signal(signal.SIGINT, before)
    assert set(begun) == {1}  # a search of so many edges is a part
    assert len(begun) < 100


@pytest.mark.parametrize(("edges", "longest"), [(10, 100), (10**6, 20), (10**8, 1)])
def test_parts_are_as_small_as_searches_are_long_and_leave_nobody_out(edges: int, longest: int) -> None:
    sizes: list[int] = []

    def work(part: NDArray[np.int64]) -> tuple[NDArray[np.int64]]:
        sizes.append(len(part))
        return (part.sum(keepdims=True),)

    places = np.arange(1_600)
    for together, most in ((1, longest), (64, -(-longest // 64) * 64)):
        sizes.clear()
        (total,) = in_parts(work, places, edges=edges, together=together)
        assert total == [places.sum()]
        assert max(sizes) == most


def test_networkx_is_one_whose_numbers_ours_are() -> None:
    """Before 3.5 it scaled sampled betweenness in another way."""
    setup = ConfigParser()
    setup.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
    (asked,) = (
        Requirement(line) for line in setup["options"]["install_requires"].split("\n") if line.startswith("networkx")
    )
    assert not asked.specifier.contains("3.4.2")
    assert asked.specifier.contains("3.5")
