"""What the questions answer on a real server, by hand: see tests/mapped.py for the programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import server
from asked import NODES_DRAWN, ask, graph, nodes, rows
from neo4j import GraphDatabase

from influence_graph import queries
from influence_graph.store.answers import Answer, Node
from influence_graph.store.answers import Path as Way

__all__ = ["ask", "graph"]

DRAWN = {7, 8, 9, 13, 17}
NAMES = [query.name for query in queries.listed()]


def called(value: Any) -> Any:
    """Nodes by their ids, ways by those of their nodes."""
    if isinstance(value, Node):
        return value.properties["id"]
    if isinstance(value, Way):
        return [called(node) for node in value.nodes]
    return [called(item) for item in value] if isinstance(value, list) else value


# Each question


@pytest.mark.parametrize("name", NAMES)
def test_a_file_runs_as_it_is_in_a_session_that_only_reads_and_the_server_has_nothing_to_remark(
    graph: server.Graph, name: str
) -> None:
    statement = (queries.folder() / f"{name}.cypher").read_text(encoding="utf-8")
    with (
        GraphDatabase.driver(graph.uri, auth=(graph.user, graph.password)) as driver,
        driver.session(default_access_mode="READ") as session,
    ):
        result = session.run(statement)
        keys, found = result.keys(), result.data()
        remarks = result.consume().gql_status_objects
    assert found
    assert keys == [key for key in keys if key.replace("_", "").isalnum() and key.islower()]
    # A label or property that is misspelled is one the database does not know.
    assert not [remark.status_description for remark in remarks if remark.gql_status not in ("00000", "00001", "02000")]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_is_drawn_and_what_is_a_table_is_one(ask: Callable[..., Answer], name: str) -> None:
    answer = ask(name)
    found = {node.id: node for row in answer.rows for value in row for node in nodes(value)}
    assert bool(found) == (queries.find(name).number in DRAWN)
    assert len(found) <= NODES_DRAWN
    others = {"p1", "p2", "p3", "p3.shop", "p4", "p5", "p6", "an"}
    shown = [value for row in answer.rows for value in row if not list(nodes(value))]
    assert not others & {str(value) for value in shown}, "only nodes stand for people who are not creators"


def test_who_drives_more_than_their_followers_explain(ask: Callable[..., Answer]) -> None:
    assert rows(ask("01")) == [("Mai", 1000, 2.0, 1.5, 2.5, 0.5, 4.0, 3.0, 5.0)]
    assert rows(ask("01", people="0")) == []


def test_activity_or_persuasion(ask: Callable[..., Answer]) -> None:
    expected = [
        ("Mai", 4.0, 1.6, 2.5, "both"), ("Duy", 2.0, 1.0, 2.0, "may be luck"), ("linh", 0.5, 1.25, 0.4, "falls short"),
    ]  # fmt: skip
    assert rows(ask("02")) == expected
    assert rows(ask("02", lift="2")) == expected[:2]
    assert rows(ask("02", people="1")) == expected[:1]


def test_claimed_or_driven(ask: Callable[..., Answer]) -> None:
    assert rows(ask("03"), "creator", "claimed", "driven", "gap", "verdict") == [
        ("linh", 3, 0.8, 2.2, "claims more than was driven"),
        ("Mai", 1, 2.0, -1.0, "drove more than is claimed"),
        ("Duy", 1, 0.5, 0.5, "agree within the interval"),
    ]


def test_the_mix(ask: Callable[..., Answer]) -> None:
    assert rows(ask("04")) == [("people", 26.0, 20.0, 14.0, 40.0, 10), ("driven", 45.5, 54.5, 0.0, 0.0, 3)]
    assert rows(ask("05")) == [
        ("Spring launch", date(2026, 3, 1), 25.0, 75.0, 0.0, 0.0, 2),
        ("summer", date(2026, 3, 20), 80.0, 20.0, 0.0, 0.0, 1),
    ]
    assert rows(ask("05", measure="people")) == []
    assert rows(ask("06")) == [
        ("0", ["Mai"], 20.0, 80.0, 0.0, 0.0, 2),
        ("1", ["linh", "Duy"], 80.0, 20.0, 0.0, 0.0, 1),
    ]


def test_from_a_first_post_to_a_purchase(ask: Callable[..., Answer]) -> None:
    expected = [
        (["mai", "s1", "spring"], ["p1", "o1", "spring"], 0.9, 3.0),
        (["duy", "duy.tt", "s6", "summer"], ["p3.shop", "o3", "summer"], 0.5, 3.0),
        (["linh", "s3", "spring"], ["p5", "o5", "spring"], 0.2, 1.0),
    ]
    told = ask("07")
    found = [tuple(map(called, row)) for row in rows(told, "first_post", "purchase", "credit", "days_between")]
    assert found[:2] == expected[:2]
    assert found[2][2] == 0.2  # two of linh's orders are as surely theirs
    assert {row[0].type for row in rows(told, "drove")} == {"DROVE"}
    recent = ask("07", days="2", creators="1")
    assert [called(row[0]) for row in recent.rows] == [["mai", "s2", "spring"]]


def test_reshare_chains(ask: Callable[..., Answer]) -> None:
    expected = [
        (["s1", "s4", "s5"], [["mai", "s1"], ["an", "s4"], ["p6", "s5"]], 2, 2),
        (["s1", "s4"], [["mai", "s1"], ["an", "s4"]], 1, 2),
        (["s7", "s8"], [["linh", "s7"], ["p6", "s8"]], 1, 1),
    ]
    assert [tuple(map(called, row)) for row in ask("08").rows] == expected
    assert [called(row[0]) for row in ask("08", chains="1", reshares="1").rows] == [["s1", "s4", "s5"]]


def test_bridges(ask: Callable[..., Answer]) -> None:
    assert [tuple(map(called, row)) for row in ask("09").rows] == [(["mai", "linh"], 0, 1, 0.3)]


def test_shared_followers(ask: Callable[..., Answer]) -> None:
    expected = [("Mai", 5, "linh", 6, 2, 40.0, 22.2), ("Duy", 1, "linh", 6, 1, 100.0, 16.7)]
    assert rows(ask("10")) == expected
    assert rows(ask("10", pairs="1")) == expected[:1]


def test_silent_large_accounts(ask: Callable[..., Answer]) -> None:
    assert rows(ask("11")) == [
        ("Vy", 80000, 0, None, None, None, None, None),
        ("linh", 50000, 2, date(2026, 3, 22), 0.8, 0.0, 1.5, 2.0),
    ]
    assert [row[0] for row in ask("11", posts="0").rows] == ["Vy"]


def test_fans_who_buy_anyway(ask: Callable[..., Answer]) -> None:
    assert rows(ask("12")) == [
        ("linh", 6, 5, 6, 3.0, 50.0, 500.0, 0.8, 0.0, 1.5),
        ("Mai", 5, 3, 4, 1.9, 47.5, 380.0, 2.0, 1.5, 2.5),
        ("Duy", 1, 1, 1, 0.3, 30.0, 300.0, 0.5, 0.3, 1.3),
    ]


def test_advocates_outside_the_programme(ask: Callable[..., Answer]) -> None:
    assert [tuple(map(called, row)) for row in ask("13").rows] == [
        ("an", 90.0, 0.7, 2, 1, 0.0, 0.0, 0.0, [["an", "s9", "summer"], ["an", "s4", "spring"]]),
        ("p6", 60.0, 0.2, 2, 0, 0.0, 0.0, 0.0, [["p6", "s8", "summer"], ["p6", "s5", "spring"]]),
    ]
    assert [called(row[0]) for row in ask("13", advocate="0.8").rows] == ["an"]


def test_fast_and_slow_campaigns(ask: Callable[..., Answer]) -> None:
    assert rows(ask("14")) == [
        ("Spring launch", date(2026, 3, 1), 2.0, 1.4, 4),
        ("summer", date(2026, 3, 20), 1.3, 1.9, 4),
    ]


def test_cost_per_conversion(ask: Callable[..., Answer]) -> None:
    assert rows(ask("15")) == [
        ("Mai", 3, 90.0, "USD", "price", 2.0, 45.0, 36.0, 60.0),
        ("Duy", 1, 60.0, "USD", "price", 0.5, 120.0, 48.0, 240.0),
        ("linh", 2, 400.0, "USD", "posts", 0.8, 500.0, 266.67, None),
    ]
    each = rows(ask("15", price_is_per_post="true"), "creator", "cost", "cost_from")
    assert each == [("Duy", 60.0, "price a post"), ("Mai", 270.0, "price a post"), ("linh", 400.0, "posts")]


def test_data_health(ask: Callable[..., Answer]) -> None:
    told = {(about, what): number for about, what, number in ask("16").rows[1:]}
    assert ask("16").rows[0][1].startswith("mapped at 20")
    assert told == {
        ("rows kept", "orders.csv as conversions"): 10,
        ("rows or cells refused", "not a time"): 1,
        ("gaps", "orders without a buyer"): 1,
        ("gaps", "orders of no campaign"): 1,
        ("gaps", "posts of no campaign"): 1,
        ("gaps", "posts that are only referred to"): 0,
        ("gaps", "creators without a follower count"): 0,
        ("gaps", "creators nobody is seen to follow"): 1,
        ("gaps", "follows without a date"): 1,
        (
            "direction of follows",
            "percent in which the followed posted first: far under 50, the columns are swapped",
        ): 75,
    }


def test_who_moves_whom(ask: Callable[..., Answer]) -> None:
    assert [tuple(map(called, row)) for row in ask("17").rows] == [
        (["mai", "p1"], 1.5), (["mai", "p2"], 0.5), (["mai", "an"], 0.2), (["linh", "p3"], 0.2), (["linh", "p1"], 0.1),
        (["duy", "p3"], 0.5),
    ]  # fmt: skip
    assert [called(row[0]) for row in ask("17", creators="1", moved="1").rows] == [["mai", "p1"]]


def test_ripple_campaigns_of_few_and_communities(ask: Callable[..., Answer]) -> None:
    assert rows(ask("18")) == [("Mai", 2.0, 0.25, 1)]
    assert rows(ask("19")) == [("Spring launch", 4, 2.0, 2, 1), ("summer", 3, 1.3, 3, 2)]
    assert rows(ask("20")) == [(0, 0, True, 2.2, 3), (1, 1, True, 0.7, 2), (1, 0, False, 0.1, 1)]


def test_whom_to_activate_next(ask: Callable[..., Answer]) -> None:
    assert rows(ask("21")) == [
        (1, "Mai", 90.0, "USD", 3.0, 75.0, 2.0, "yes"),
        (2, "no listed creator", 10.0, "USD", 1.0, 25.0, 0.0, None),
    ]
    assert len(rows(ask("21", people="1"))) == 1


def test_who_grows(ask: Callable[..., Answer]) -> None:
    """Mai doubles in thirty days, two thirds of it in a step; Duy's other account gains 21 % in sixty, and his own 1 %
    in thirty; linh shrinks.
    """
    assert rows(ask("22")) == [
        ("Mai", "mai", "tiktok", 500, 1000, 30, 100.0, 66.7, 2.0, 9.0, 7.0, 11.0),
        ("Duy", "duy.tt", None, 1000, 1210, 60, 10.0, 21.0, 0.5, None, None, None),
        ("Duy", "duy", None, 2000, 2020, 30, 1.0, 1.0, 0.5, None, None, None),
    ]
    assert [row[0] for row in ask("22", days="1", people="2").rows] == ["Vy", "Mai"]
    assert [row[1] for row in ask("22", followers="501").rows] == ["duy.tt", "duy"], "Mai had 500 at first"
    assert rows(ask("22", days="61")) == []
