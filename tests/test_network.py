"""The network: direction, merging, what stays, and what tables make of it."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.errors import UsageError
from influence_graph.network import Network, build
from influence_graph.network.graph import from_places
from influence_graph.tables.schema import DTYPES, SCHEMA, Tables

pairs = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=30)


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table of the schema, everything else missing."""
    frame = pd.DataFrame(rows).reindex(columns=list(SCHEMA[name].names))
    return frame.astype({column.name: DTYPES[column.kind] for column in SCHEMA[name].columns})


def as_edges(network: Network) -> dict[tuple[str, str], float]:
    ids = network.nodes.index
    return {(ids[u], ids[v]): w for u, v, w in zip(network.sources, network.indices, network.weight, strict=True)}


def test_source_influences_target() -> None:
    tables = Tables(follows=table("follows", [{"follower_id": "fan", "followed_id": "star"}]))
    assert as_edges(build(tables)) == {("star", "fan"): 1.0}


def test_parallel_edges_are_merged_and_isolated_people_stay() -> None:
    network = Network.from_edges(
        ["a", "a", "b"], ["b", "b", "a"], weight=[1.0, 2.5, 4.0], nodes=["z", "b"], since=[9.0, np.nan, np.nan]
    )
    assert list(network.nodes.index) == ["z", "b", "a"]
    assert as_edges(network) == {("a", "b"): 3.5, ("b", "a"): 4.0}
    since = dict(zip(network.sources, network.edges["since"], strict=True))
    assert since == pytest.approx({1: np.nan, 2: 9.0}, nan_ok=True)
    assert network.nodes["is_creator"].tolist() == [False, True, True]


def test_the_earliest_known_date_of_a_repeated_edge_stays() -> None:
    network = Network.from_edges(["a", "a", "a"], ["b", "b", "b"], since=[np.nan, 5.0, 3.0])
    assert network.edges["since"].tolist() == [3.0]
    assert network.weight.tolist() == [1.0]


@given(
    st.lists(st.tuples(st.integers(-1, 5), st.integers(-1, 5), st.sampled_from([np.nan, 1.0, 2.0, 3.0])), max_size=40),
    st.booleans(),
)
def test_edges_in_any_order_are_gathered_as_by_hand(edges: list[tuple[int, int, float]], loops: bool) -> None:
    expected: dict[tuple[int, int], list[float]] = {}
    for u, v, since in edges:
        if u >= 0 and v >= 0 and (loops or u != v):
            expected.setdefault((u, v), []).append(since)
    nodes = pd.DataFrame(index=pd.Index(list("abcdef"), dtype="str"))
    source, target, since = (np.array([edge[i] for edge in edges], dtype=float) for i in range(3))
    ends = source.astype(int), target.astype(int)
    dated, bare = (from_places(*ends, nodes, given, loops=loops) for given in ({"since": since}, {}))
    for network in (dated, bare):
        assert list(zip(network.sources.tolist(), network.indices.tolist(), strict=True)) == sorted(expected)
        assert network.weight.tolist() == [1.0] * len(expected)
        assert network.nodes["is_creator"].tolist() == [any(u == i for u, _ in expected) for i in range(6)]
    earliest = [min((day for day in expected[pair] if day == day), default=np.nan) for pair in sorted(expected)]
    assert dated.edges["since"] == pytest.approx(earliest, nan_ok=True)


def test_numbers_are_ids_as_text() -> None:
    network = Network.from_edges(np.array([3, 10]), pd.Series([10, None], dtype="Int64"))
    assert list(network.nodes.index) == ["10", "3"]
    assert as_edges(network) == {("3", "10"): 1.0}


def test_pairs_without_an_id_are_left_out() -> None:
    network = Network.from_edges(["a", None, "b"], ["b", "c", None])
    assert as_edges(network) == {("a", "b"): 1.0}


@given(pairs)
def test_networkx_and_back(edges: list[tuple[str, str]]) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from("abcdefg")
    graph.add_edges_from(edges, weight=2.0)
    back = Network.from_networkx(graph).to_networkx()
    assert set(back) == set(graph)
    assert dict(back.edges) == dict(graph.edges)


@given(pairs)
def test_turning_round_twice_changes_nothing(edges: list[tuple[str, str]]) -> None:
    network = Network.from_edges([u for u, _ in edges], [v for _, v in edges], weight=range(len(edges)))
    once = network.reversed()
    assert as_edges(once) == {(v, u): w for (u, v), w in as_edges(network).items()}
    twice = once.reversed()
    assert np.array_equal(twice.indptr, network.indptr)
    assert np.array_equal(twice.indices, network.indices)
    assert np.array_equal(twice.weight, network.weight)


def test_undirected_and_multigraphs_are_taken_over() -> None:
    both_ways = Network.from_networkx(nx.Graph([("a", "b"), ("c", "c")]))
    assert as_edges(both_ways) == {("a", "b"): 1.0, ("b", "a"): 1.0, ("c", "c"): 1.0}
    merged = nx.MultiDiGraph()
    merged.add_edge("a", "b", weight=2.0, since=7.0)
    merged.add_edge("a", "b", since="unknown")
    network = Network.from_networkx(merged)
    assert as_edges(network) == {("a", "b"): 3.0}
    assert network.edges["since"].tolist() == [7.0]


def test_node_attributes_survive() -> None:
    graph = nx.DiGraph([("a", "b")])
    graph.nodes["a"].update(name="Ann", followers=1200.0, is_creator=True)
    network = Network.from_networkx(graph)
    assert network.nodes.loc["a", ["name", "followers", "is_creator"]].tolist() == ["Ann", 1200.0, True]
    assert network.to_networkx().nodes["b"] == {"is_creator": False}


def test_nothing_can_be_written_and_what_was_given_stays_writable() -> None:
    weight = np.array([1.0])
    network = Network(
        np.array([0, 1, 1]),
        np.array([1], dtype=np.int32),
        weight,
        pd.DataFrame(
            {"is_creator": False, "name": None, "platform": None, "followers": 0.0}, index=pd.Index(["a", "b"])
        ),
    )
    for array in (network.indptr, network.indices, network.weight, network.sources):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3
    weight[0] = 2.0


def test_index_of_says_who_is_unknown() -> None:
    network = Network.from_edges(["b"], ["a"])
    assert network.index_of(["b", "nobody", "a"]).tolist() == [1, -1, 0]
    assert network.index_of([]).tolist() == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network.from_edges(["a"], ["b", "c"]), "network.lengths"),
        (lambda: Network.from_edges(["a"], ["b"], since=[1.0, 2.0]), "network.lengths"),
        (lambda: Network.from_edges(["a"], ["b"], weight=[-1.0]), "network.weights"),
        (lambda: Network.from_edges(["a"], ["b"], weight=[np.nan]), "network.weights"),
        (lambda: Network.from_edges([], [], nodes=["a", "a"]), "network.repeated"),
        (lambda: Network.from_networkx(nx.DiGraph([(1, "1")])), "network.same-text"),
        (lambda: Network([0, 1], [0, 0], [1.0, 1.0], pd.DataFrame(index=["a"])), "network.pointers"),
        (lambda: Network([0, 1], [4], [1.0], pd.DataFrame(index=["a"])), "network.targets"),
        (lambda: Network([0, 2], [0, 0], [1.0, 1.0], pd.DataFrame(index=["a"])), "network.targets"),
    ],
)
def test_what_does_not_fit_is_said(make: Any, message: str) -> None:
    with pytest.raises(UsageError) as told:
        make()
    assert told.value.message == message
    assert len(str(told.value)) > 30


def test_everybody_of_the_tables_is_there_and_buyers_are_not() -> None:
    tables = Tables(
        creators=table(
            "creators", [{"creator_id": "listed", "name": "Lan", "followers": 5000}, {"creator_id": "past"}]
        ),
        follows=table(
            "follows",
            [
                {"follower_id": "fan", "followed_id": "listed", "since": "1970-01-03"},
                {"follower_id": "fan", "followed_id": "fan"},
                {"follower_id": "poster", "followed_id": "fan"},
            ],
        ),
        followers=table(
            "followers",
            [
                {"creator_id": "past", "at": "2024-02-01", "followers": 20},
                {"creator_id": "past", "at": "2024-01-01", "followers": 10},
                {"creator_id": "listed", "at": "2024-01-01", "followers": 10},
            ],
        ),
        shares=table("shares", [{"share_id": "1", "person_id": "poster", "shared_at": "2024-01-01"}]),
        conversions=table("conversions", [{"conversion_id": "1", "person_id": "buyer", "converted_at": "2024-01-01"}]),
        touches=table("touches", [{"touched_at": "2024-01-01", "person_id": "looker", "creator_id": "shop"}]),
    )
    network = build(tables)
    assert list(network.nodes.index) == ["fan", "listed", "looker", "past", "poster", "shop"]
    assert network.nodes.index[network.nodes["is_creator"]].tolist() == ["listed", "past"]
    assert network.nodes["followers"].dropna().to_dict() == {"listed": 5000, "past": 20}
    assert network.nodes.loc["listed", "name"] == "Lan"
    assert as_edges(network) == {("listed", "fan"): 1.0, ("fan", "poster"): 1.0}
    since = dict(zip(as_edges(network), network.edges["since"], strict=True))
    assert since == pytest.approx({("listed", "fan"): 2.0, ("fan", "poster"): np.nan}, nan_ok=True)


def test_without_follows_influence_is_what_was_seen() -> None:
    share = {"shared_at": "1970-01-02"}
    tables = Tables(
        shares=table(
            "shares",
            [
                {"share_id": "1", "person_id": "author"} | share,
                {"share_id": "2", "person_id": "echo", "parent_share_id": "1"} | share,
                {"share_id": "3", "person_id": "author", "parent_share_id": "1"} | share,
                {"share_id": "4", "person_id": "echo", "parent_share_id": "gone"} | share,
            ],
        ),
        touches=table(
            "touches",
            [
                {"touched_at": "1970-01-05", "person_id": "echo", "share_id": "1", "kind": "click"},
                {"touched_at": "1970-01-03", "person_id": "looker", "creator_id": "author", "kind": "code"},
                {"touched_at": "1970-01-03", "person_id": None, "creator_id": "author", "kind": "click"},
            ],
        ),
    )
    network = build(tables)
    assert as_edges(network) == {("author", "echo"): 2.0, ("author", "looker"): 1.0}
    assert network.edges["since"].tolist() == [1.0, 2.0]


@given(pairs, st.randoms())
def test_order_and_repetition_of_rows_change_nothing(edges: list[tuple[str, str]], random: Any) -> None:
    rows = [{"follower_id": v, "followed_id": u} for u, v in edges]
    again = rows + rows
    random.shuffle(again)
    one, other = (build(Tables(follows=table("follows", part))) for part in (rows, again))
    pd.testing.assert_frame_equal(one.nodes, other.nodes)
    assert as_edges(one) == as_edges(other)


def test_no_tables_no_people() -> None:
    network = build(Tables())
    assert (network.n_people, network.n_edges) == (0, 0)
