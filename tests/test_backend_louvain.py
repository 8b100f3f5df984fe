"""Louvain on the backend: NetworkX's own partitions, level by level, whatever is drawn from."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_graphs import declined

from influence_graph.backend import NAME, interface

pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs are saved")

KINDS = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)
NAMES = [3, 0, "0", (1, 2), frozenset("ab"), 2.5, "mai", b"x", "Linh 🌸", -1, 7, "z"]
WEIGHTS = {
    "none": st.none(),
    "whole, some lacking": st.none() | st.integers(0, 4),
    "halves among whole ones": st.sampled_from([0.5, 1, 2.25, True]),
    "rounded": st.sampled_from([0.1, 0.2, 0.3, 0.7, 1 / 3]),
}
DRAWN: dict[str, Callable[[int], Any]] = {
    "int": int,
    "Random": random.Random,
    "RandomState": np.random.RandomState,
    "Generator": np.random.default_rng,
}


@st.composite
def graphs(draw: st.DrawFn) -> Any:
    """Loops, parallel edges, lone nodes, weights whose sums are rounded and weights whose sums are not."""
    graph: Any = draw(st.sampled_from(KINDS))()
    graph.add_nodes_from(draw(st.lists(st.sampled_from(NAMES), max_size=4)))
    weights = WEIGHTS[draw(st.sampled_from(sorted(WEIGHTS)))]
    ends = st.sampled_from(NAMES)
    for u, v, w in draw(st.lists(st.tuples(ends, ends, weights), max_size=40)):
        graph.add_edge(u, v, **({} if w is None else {"weight": w}))
    return graph


def weighs_nothing(graph: Any) -> bool:
    """Whether NetworkX divides by zero."""
    return bool(len(graph.edges)) and graph.size(weight="weight") == 0


@given(
    graph=graphs(),
    weight=st.sampled_from(["weight", "weight", None, "nothing"]),
    resolution=st.sampled_from([1, 1.0, 0.3, 1.7, 2]),
    threshold=st.sampled_from([1e-7, 0.05]),
    drawn=st.sampled_from(sorted(DRAWN)),
    seed=st.integers(0, 2**31),
)
@settings(deadline=None, max_examples=150)
def test_every_level_is_networkx_s(
    graph: Any, weight: str | None, resolution: float, threshold: float, drawn: str, seed: int
) -> None:
    asked = {"weight": weight, "resolution": resolution, "threshold": threshold}
    if weight == "weight" and weighs_nothing(graph):
        with declined("vanish"):
            nx.community.louvain_partitions(graph, **asked, seed=1, backend=NAME)
        return
    found = []
    for backend in (NAME, "networkx"):
        rng = DRAWN[drawn](seed)
        levels = list(nx.community.louvain_partitions(graph, **asked, seed=rng, backend=backend))
        found.append((levels, None if drawn == "int" else rng.random()))
    assert found[0] == found[1]
    for many in (None, 1, 2):
        last = nx.community.louvain_communities(graph, **asked, max_level=many, seed=DRAWN[drawn](seed), backend=NAME)
        assert last == found[1][0][: many or len(found[1][0])][-1]


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("rounded", [False, True])
def test_several_levels_of_a_larger_graph(directed: bool, rounded: bool) -> None:
    graph = nx.planted_partition_graph(12, 30, 0.2, 0.01, seed=1, directed=directed)
    rng = random.Random(5)
    if rounded:
        nx.set_edge_attributes(graph, {edge: rng.random() for edge in graph.edges}, "weight")
    asked: dict[str, Any] = {"resolution": 0.6, "seed": 4}
    theirs = list(nx.community.louvain_partitions(graph, **asked))
    assert len(theirs) > 1
    assert list(nx.community.louvain_partitions(graph, **asked, backend=NAME)) == theirs


def test_without_seed_the_common_generator_is_drawn_from() -> None:
    graph = nx.gnp_random_graph(60, 0.1, seed=2)
    found = []
    for backend in (NAME, "networkx"):
        random.seed(11)
        found.append((nx.community.louvain_communities(graph, backend=backend), random.random()))
    assert found[0] == found[1]


def test_without_threshold_whole_weights_go_on_as_long() -> None:
    for seed in range(20):
        graph = nx.gnp_random_graph(40, 0.08, seed=seed, directed=seed % 2 == 0)
        for threshold in (0, -1):
            ours, theirs = (
                list(nx.community.louvain_partitions(graph, threshold=threshold, seed=seed, backend=backend))
                for backend in (NAME, "networkx")
            )
            assert ours == theirs


def test_a_level_that_is_changed_changes_no_other() -> None:
    graph = nx.path_graph(15)
    expected = list(nx.community.louvain_partitions(graph, seed=42))
    levels = nx.community.louvain_partitions(graph, seed=42, backend=NAME)
    for place, level in enumerate(levels):
        assert level == expected[place]
        level[0].clear()
        level.clear()


HEAVY = 2**26


@pytest.mark.parametrize(
    ("weights", "asked", "reason"),
    [
        ([0.1, 0.2, 0.7], {"threshold": 0}, "sums are rounded"),
        ([0.1, 0.2, 1], {}, "sums are rounded"),
        ([0.1, 0.2, None], {}, "sums are rounded"),
        ([1, -1, 2], {}, "negative"),
        ([HEAVY, HEAVY, HEAVY], {}, "products are rounded"),
        ([0.0, 0.0, 0.0], {}, "vanish"),
        ([float("inf"), 1.0, 1.0], {}, "not finite"),
        ([1, 2, np.float32(0.1)], {}, "not all values of 'weight' are plain numbers"),
        ([1, 2, 3], {"resolution": np.float32(0.3)}, "a resolution that is no plain number"),
    ],
)
def test_what_could_round_otherwise_is_networkx_s(
    weights: list[Any], asked: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = nx.path_graph(4)
    nx.set_edge_attributes(
        graph, {edge: w for edge, w in zip(graph.edges, weights, strict=True) if w is not None}, "weight"
    )
    rng = random.Random(1)
    for function in (nx.community.louvain_partitions, nx.community.louvain_communities):
        with declined(reason):
            function(graph, **asked, seed=rng, backend=NAME)
    assert rng.random() == random.Random(1).random()  # nothing is drawn before NetworkX begins
    if sum(w or 0 for w in weights) in (0, float("inf")):
        return
    expected = nx.community.louvain_communities(graph, **asked, seed=2)
    monkeypatch.setattr(nx.config.backend_priority, "algos", [NAME])
    monkeypatch.setattr(interface, "FEWEST", 0)
    assert nx.community.louvain_communities(graph, **asked, seed=2) == expected


def test_levels_are_counted_from_one() -> None:
    for backend in (NAME, "networkx"):
        with pytest.raises(ValueError, match="max_level argument must be a positive integer"):
            nx.community.louvain_communities(nx.path_graph(3), max_level=0, backend=backend)
