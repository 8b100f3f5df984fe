"""What the questions answer where it is easy to answer wrongly: graphs of a few nodes, written down in Cypher."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import server
from asked import NODES_DRAWN, nodes
from program import fine

from influence_graph import queries
from influence_graph.errors import StoreError
from influence_graph.language import speaking
from influence_graph.store.answers import Answer
from influence_graph.store.neo4j import Server


@pytest.fixture
def ask(graph: server.Graph) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks a graph that was mapped and has nothing else yet."""
    graph.run("CREATE (:InfluenceGraph), (:Run {id: 'r', status: 'complete', at: datetime()})")
    login = {"user": graph.user, "password": graph.password}
    return lambda name, **given: queries.run(queries.find(name), graph.uri, given, server=login).rows


def creators(graph: server.Graph, *people: dict[str, Any]) -> None:
    graph.run(
        "UNWIND $people AS told"
        " CREATE (p:Person:Creator {known_as: told.id, run: 'r', is_creator: true}) SET p += told",
        people=people,
    )


def drawn(rows: list[tuple[Any, ...]]) -> set[str]:
    return {node.id for row in rows for value in row for node in nodes(value)}


# Words


def test_activity_is_named_only_where_it_is_larger(ask: Callable[..., Any], graph: server.Graph) -> None:
    sure = {"lift_high": 9.0, "beats_followers": True}
    creators(
        graph,
        sure | {"id": "a", "lift": 5.0, "activity": 1.5, "persuasive": False},
        sure | {"id": "b", "lift": 4.0, "activity": 0.9, "persuasive": False},
        sure | {"id": "c", "lift": 3.0, "persuasive": False},
        sure | {"id": "d", "lift": 2.0, "activity": 1.5},
        sure | {"id": "e", "lift": 1.5, "activity": 1.0, "persuasive": True},
    )
    assert [(row[0], row[-1]) for row in ask("02")] == [
        ("a", "activity"), ("b", "cannot be told apart"), ("c", "cannot be told apart"), ("d", "activity"),
        ("e", "persuasion"),
    ]  # fmt: skip


def test_without_an_interval_nothing_agrees_with_it(ask: Callable[..., Any], graph: server.Graph) -> None:
    creators(
        graph,
        {"id": "a", "claimed": 9.0, "driven": 1.0},
        {"id": "b", "claimed": 6.0, "driven": 1.0, "driven_high": 5.0},
        {"id": "c", "claimed": 4.0, "driven": 1.0, "driven_high": 5.0},
        {"id": "d", "claimed": 2.0, "driven": 1.0, "driven_low": 0.0, "driven_high": 5.0},
    )
    assert [(row[0], row[-1]) for row in ask("03")] == [
        ("a", "cannot be told"), ("b", "claims more than was driven"), ("c", "cannot be told"),
        ("d", "agree within the interval"),
    ]  # fmt: skip


# Whose is what


def test_creators_with_equal_orders_are_two(ask: Callable[..., Any], graph: server.Graph) -> None:
    """One posted two days before the order, the other four; each has half of it."""
    creators(graph, {"id": "a"}, {"id": "b"})
    graph.run(
        "MATCH (a:Person {id: 'a'}), (b:Person {id: 'b'})"
        " CREATE (c:Campaign {id: 'c', run: 'r', driven: 1.0, starts_at: datetime('2026-03-01')}),"
        " (o:Conversion {id: 'o', converted_at: datetime('2026-03-06')})-[:IN]->(c),"
        " (a)-[:DROVE {run: 'r', credit: 0.5}]->(o), (b)-[:DROVE {run: 'r', credit: 0.5}]->(o),"
        " (a)-[:SHARED]->(:Share {id: 's', shared_at: datetime('2026-03-04')})-[:IN]->(c),"
        " (b)-[:SHARED]->(:Share {id: 't', shared_at: datetime('2026-03-02')})-[:IN]->(c)"
    )
    assert [row[2:] for row in ask("14")] == [(1.0, 3.0, 5)]


def test_a_follower_with_two_accounts_is_one(ask: Callable[..., Any], graph: server.Graph) -> None:
    """P follows a with one account and b with the other; a has q besides, b nobody."""
    creators(graph, {"id": "a", "driven": 2.0, "driven_low": 2.0, "driven_high": 2.0}, {"id": "b", "driven": 1.0})
    graph.run(
        "MATCH (a:Person {id: 'a'}), (b:Person {id: 'b'})"
        " CREATE (p:Person {id: 'p'})<-[:ACCOUNT_OF {run: 'r'}]-(shop:Person {id: 'p.shop'}),"
        " (p)-[:FOLLOWS]->(a), (shop)-[:FOLLOWS]->(b), (shop)-[:FOLLOWS]->(a), (:Person {id: 'q'})-[:FOLLOWS]->(a),"
        " (shop)-[:MADE]->(:Conversion {id: 'o', run: 'r', organic: 1.0})"
    )
    assert ask("10") == [("b", 1, "a", 2, 1, 100.0, 50.0)]
    assert [row[:7] for row in ask("12")] == [("a", 2, 1, 1, 1.0, 100.0, 500.0), ("b", 1, 1, 1, 1.0, 100.0, 1000.0)]


# What it costs


def post(graph: server.Graph, *posts: tuple[str, float | None]) -> None:
    graph.run(
        "UNWIND $posts AS told MATCH (p:Person {id: told[0]}) CREATE (p)-[:SHARED]->(:Share {cost: told[1]})",
        posts=list(map(list, posts)),
    )


def account(graph: server.Graph, of: str, id_: str, **told: Any) -> None:
    graph.run(
        "MATCH (p:Person {id: $of}) CREATE (a:Person {id: $id})-[:ACCOUNT_OF {run: 'r'}]->(p) SET a += $told",
        of=of, id=id_, told=told,
    )  # fmt: skip


def test_each_account_has_its_own_price(ask: Callable[..., Any], graph: server.Graph) -> None:
    """Two posts for 10, one for 40, and one by an account that is not listed: for 25, the mean."""
    creators(graph, {"id": "a", "driven": 5.0, "cost": 10.0, "currency": "USD"})
    account(graph, "a", "a.ig", cost=40.0, currency="USD")
    account(graph, "a", "a.tt")
    post(graph, ("a", None), ("a", None), ("a.ig", None), ("a.tt", None))
    assert [row[:7] for row in ask("15", price_is_per_post="true")] == [
        ("a", 4, 85.0, "USD", "price a post", 5.0, 17.0),
    ]
    assert [row[:7] for row in ask("15")] == [("a", 4, 50.0, "USD", "price", 5.0, 10.0)]


def test_posts_tell_the_cost_only_where_all_are_priced(ask: Callable[..., Any], graph: server.Graph) -> None:
    creators(
        graph,
        {"id": "all", "driven": 1.0, "cost": 500.0, "currency": "USD"},
        {"id": "some", "driven": 1.0, "cost": 700.0, "currency": "USD"},
        {"id": "unlisted", "driven": 1.0, "currency": "USD"},
        {"id": "nothing", "driven": 1.0, "currency": "USD"},
        {"id": "silent", "driven": 1.0, "cost": 900.0, "currency": "USD"},
    )
    post(graph, ("all", 10.0), ("all", 20.0), ("some", 10.0), ("some", None), ("unlisted", 10.0), ("unlisted", None))
    post(graph, ("nothing", None))
    assert [(row[0], row[2], row[4], row[6]) for row in ask("15")] == [
        ("all", 30.0, "posts", 30.0),
        ("some", 700.0, "price, some posts priced", 700.0),
        ("silent", 900.0, "price", 900.0),
        ("unlisted", None, "some posts priced", None),
    ]


def test_currencies_are_neither_compared_nor_added(ask: Callable[..., Any], graph: server.Graph) -> None:
    creators(
        graph,
        {"id": "dear", "driven": 1.0, "cost": 90.0, "currency": "USD"},
        {"id": "cheap", "driven": 1.0, "cost": 30.0, "currency": "USD"},
        {"id": "dong", "driven": 1.0, "cost": 900_000.0, "currency": "VND"},
        {"id": "less dong", "driven": 1.0, "cost": 50_000.0, "currency": "VND"},
        {"id": "both", "driven": 1.0, "cost": 20.0, "currency": "USD"},
        {"id": "untold", "driven": 1.0, "cost": 20.0},
    )
    account(graph, "both", "both.vn", cost=100_000.0, currency="VND")
    found = [(row[0], row[2], row[3]) for row in ask("15")]
    assert found == [
        ("cheap", 30.0, "USD"), ("dear", 90.0, "USD"), ("less dong", 50_000.0, "VND"), ("dong", 900_000.0, "VND"),
        ("both", None, "several currencies"), ("untold", 20.0, None),
    ]  # fmt: skip
    assert [row[0] for row in ask("15", creators="1")] == ["cheap", "less dong", "both", "untold"]


# What is drawn


def test_wide_and_long_chains_stay_within_what_is_drawn(ask: Callable[..., Any], graph: server.Graph) -> None:
    """Of eight posts, each is passed on 25 ways at ten steps each, always by somebody else."""
    graph.run(
        "UNWIND range(1, 8) AS f CREATE (first:Share {id: 'f' + f}), (:Person {id: 'f' + f})-[:SHARED]->(first)"
        " WITH f, first UNWIND range(1, 25) AS way UNWIND range(1, 10) AS step"
        " CREATE (:Person {id: 'p' + f + '/' + way + '/' + step})"
        "-[:SHARED]->(:Share {id: 's' + f + '/' + way + '/' + step, f: f, way: way, step: step})"
    )
    graph.run("CREATE INDEX share FOR (s:Share) ON (s.id)")
    graph.run("CALL db.awaitIndexes()")
    graph.run(
        "MATCH (s:Share) WHERE s.step IS NOT NULL MATCH (before:Share {id: CASE s.step WHEN 1 THEN 'f' + s.f"
        " ELSE 's' + s.f + '/' + s.way + '/' + (s.step - 1) END}) CREATE (s)-[:RESHARE_OF]->(before)"
    )
    rows = ask("08")
    # 150 posts: six first ones, and two or three ways of ten steps each.
    assert len(drawn(rows)) in range(280, NODES_DRAWN + 1)
    assert len({row[0].nodes[0].properties["id"] for row in rows}) == 6, "none of the six is left out for another"
    assert {row[3] for row in rows} == {250}
    assert len(drawn(ask("08", chains="8", reshares="1000"))) <= NODES_DRAWN
    few = ask("08", chains="1", reshares="3")
    assert [(row[2], len(drawn([row]))) for row in few] == [(10, 22)] * 3


def test_bridges_to_many_communities_stay_within_what_is_drawn(ask: Callable[..., Any], graph: server.Graph) -> None:
    """Everybody on every way is somebody else, and follows and is followed with an account."""
    creators(graph, *({"id": f"b{b}", "betweenness": b / 10, "community": -b} for b in range(1, 8)))
    graph.run(
        "MATCH (b:Person:Creator) UNWIND range(1, 60) AS c"
        " CREATE (b)<-[:ACCOUNT_OF {run: 'r'}]-(:Person)<-[:FOLLOWS]-(:Person)-[:ACCOUNT_OF {run: 'r'}]->"
        "(:Person {id: b.id + '/' + c, run: 'r', is_creator: true, community: c, driven: 1.0 * c})"
    )
    rows = ask("09")
    assert len(drawn(rows)) <= NODES_DRAWN
    assert len(rows) == 75
    told = [(row[3], row[2]) for row in rows]
    assert {betweenness for betweenness, _ in told} == {0.3, 0.4, 0.5, 0.6, 0.7}
    assert [community for betweenness, community in told if betweenness == 0.3] == list(range(46, 61)), "the strongest"
    assert len(drawn(ask("09", people="100"))) <= NODES_DRAWN


def test_advocates_with_many_posts_stay_within_what_is_drawn(ask: Callable[..., Any], graph: server.Graph) -> None:
    graph.run(
        "UNWIND range(1, 40) AS a"
        " CREATE (p:Person {id: 'a' + a, run: 'r', is_creator: false, advocate: 1.0, strength: 0.5})"
        " WITH p UNWIND range(1, 9) AS s CREATE (p)<-[:ACCOUNT_OF {run: 'r'}]-(:Person)-[:SHARED]->"
        "(:Share {shared_at: datetime('2026-03-01') + duration({days: s})})-[:IN]->(:Campaign)"
    )
    assert len(drawn(ask("13"))) in range(200, NODES_DRAWN + 1)


# What the answer is worth


def asked(graph: server.Graph, folder: Path, statement: str, *, write: bool = False) -> tuple[Answer, list[str]]:
    (folder / "mine.cypher").write_text(statement)
    login = {"user": graph.user, "password": graph.password}
    with speaking("en"):
        return queries.ask(queries.find(str(folder / "mine.cypher")), graph.uri, write=write, server=login)


@pytest.mark.usefixtures("ask")
def test_a_map_that_came_between_is_told(graph: server.Graph, tmp_path: Path) -> None:
    begun = "MATCH (run:Run) SET run.status = 'writing' RETURN run.id"
    done = "MATCH (run:Run) SET run.status = 'complete', run.id = 'next' RETURN run.id"
    assert asked(graph, tmp_path, "MATCH (run:Run) RETURN run.id")[1] == []
    answer, told = asked(graph, tmp_path, begun, write=True)
    assert answer.rows == [("r",)]
    assert "ask again" in told[0]
    assert "interrupted" in told[1]
    _, told = asked(graph, tmp_path, done, write=True)
    assert len(told) == 1
    assert "ask again" in told[0]
    assert asked(graph, tmp_path, "RETURN 1")[1] == []


@pytest.mark.usefixtures("ask")
def test_an_answer_stays_where_its_worth_cannot_be_told(
    graph: server.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Server.read
    calls = iter((True, False))

    def away(self: Server, statement: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        if next(calls):
            return read(self, statement, **parameters)
        raise StoreError("store.server-old", at="there", version="4.4")

    monkeypatch.setattr(Server, "read", away)
    answer, (told,) = asked(graph, tmp_path, "RETURN 1 AS n")
    assert answer.rows == [(1,)]
    assert "could not be checked" in told
    assert "4.4" in told


def test_whoever_a_node_only_names_is_under_their_pseudonym(graph: server.Graph, tmp_path: Path) -> None:
    graph.run(
        "CREATE (:Person {id: 'fan'}), (:Touch {key: 'fan|s1', person_id: 'fan', share_id: 's1'}),"
        " (:Alias {key: 'fan|account', alias: 'fan', kind: 'account'}),"
        " (:Alias {key: 'MAI10|code', alias: 'MAI10', kind: 'code'}), (:FollowerCount {key: 'fan|0', followers: 1})"
    )
    (tmp_path / "mine.cypher").write_text("MATCH (n) RETURN n")
    there = {"NEO4J_URI": graph.uri, "NEO4J_USERNAME": graph.user, "NEO4J_PASSWORD": graph.password}
    hidden = fine("query", tmp_path / "mine.cypher", "--json", **there).stdout
    found = {row["n"]["labels"][0]: row["n"]["properties"] for row in json.loads(hidden)["rows"][:3]}
    name = found["Person"]["id"]
    assert name.startswith("person-")
    assert found["Touch"] == {"person_id": name, "share_id": "s1"}
    assert found["Alias"] == {"alias": name, "kind": "account"}
    assert "fan" not in hidden.replace("FollowerCount", "")
    assert "MAI10" in hidden
    assert "fan|s1" in fine("query", tmp_path / "mine.cypher", "--json", "--names", "all", **there).stdout
