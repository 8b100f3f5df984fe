"""Asking a real server: parameters, refusals, how an answer comes, and what it is worth."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import server
from asked import ask, graph, rows
from program import fine, run

from influence_graph import queries
from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.store.answers import Answer

__all__ = ["ask", "graph"]

HOSTILE = "' RETURN 1 //"


def test_a_parameter_is_a_value_whatever_it_says(
    ask: Callable[..., Answer], graph: server.Graph, tmp_path: Path
) -> None:
    assert rows(ask("05", measure=HOSTILE)) == []
    mine = tmp_path / "mine.cypher"
    mine.write_text("MATCH (c:Creator) WHERE c.name = $called OR c.followers = $`my least` RETURN c.id AS id")
    assert rows(ask(str(mine), called="x' OR true //", **{"my least": "1000"})) == [("mai",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE (:Mine)",
        "MATCH (c:Creator) SET c.driven = 1000",
        "MATCH (n) DETACH DELETE n",
        "CREATE INDEX mine FOR (n:Mine) ON (n.id)",
        "MATCH (n:Nobody) CALL (n) { DELETE n } IN TRANSACTIONS",
        "CALL db.createLabel('Mine')",
    ],
)
def test_a_statement_that_writes_is_refused(
    ask: Callable[..., Answer], graph: server.Graph, tmp_path: Path, statement: str
) -> None:
    before = graph.run("MATCH (n) RETURN count(n), sum(n.driven)")
    (tmp_path / "mine.cypher").write_text(statement)
    with pytest.raises(StoreError) as refused:
        ask(str(tmp_path / "mine.cypher"))
    assert refused.value.message == "queries.writes"
    assert "--write" in str(refused.value)
    assert graph.run("MATCH (n) RETURN count(n), sum(n.driven)") == before


def environment(graph: server.Graph) -> dict[str, str]:
    return {"NEO4J_URI": graph.uri, "NEO4J_USERNAME": graph.user, "NEO4J_PASSWORD": graph.password}


def test_a_statement_that_writes_is_run_where_that_is_asked_for(graph: server.Graph, tmp_path: Path) -> None:
    (tmp_path / "mine.cypher").write_text("UNWIND [1, 2] AS n CREATE (:Mine {n: n}) RETURN n")
    done = fine("query", tmp_path / "mine.cypher", "--write", **environment(graph))
    assert "nodes created: 2" in done.stdout
    (tmp_path / "mine.cypher").write_text("MATCH (m:Mine) DELETE m")
    told = json.loads(fine("query", tmp_path / "mine.cypher", "--write", "--json", **environment(graph)).stdout)
    assert told["changes"] == {"nodes_deleted": 2}
    assert told["rows"] == []


def test_a_mistake_is_shown_with_its_line(graph: server.Graph, tmp_path: Path) -> None:
    (tmp_path / "mine.cypher").write_text("// what I want\nMATCH (c:Creator)\n\n  RETRUN c.name;\n")
    for language in LANGUAGES:
        done = run("query", "mine.cypher", "--quiet", "--lang", language, cwd=tmp_path, **environment(graph))
        assert done.returncode == ExitCode.STORE
        assert done.stderr.count("\n") == 1
        assert done.stderr.rstrip().endswith("RETRUN c.name")
        assert "4" in done.stderr
        assert graph.password not in done.stderr


def test_the_answer_comes_as_a_table_as_json_and_as_csv(graph: server.Graph) -> None:
    there = environment(graph)
    screen = fine("query", "7", **there).stdout
    assert "How did a first post become a purchase?" in screen
    assert "Mai ─SHARED→ video" in screen
    assert max(map(len, screen.splitlines())) <= 80
    assert "p1" not in screen.split()
    told = json.loads(fine("query", "7", "--json", **there).stdout)
    assert told["columns"] == list(told["rows"][0])
    way = told["rows"][0]["first_post"]
    assert [node["properties"]["id"] for node in way["nodes"]] == ["mai", "s1", "spring"]
    assert [step["type"] for step in way["relationships"]] == ["SHARED", "IN"]
    buyer = told["rows"][0]["purchase"]["nodes"][0]["properties"]["id"]
    assert buyer.startswith("person-")
    named = json.loads(fine("query", "7", "--json", "--names", "all", **there).stdout)
    assert named["rows"][0]["purchase"]["nodes"][0]["properties"]["id"] == "p1"
    table = list(csv.reader(io.StringIO(fine("query", "12", "--csv", **there).stdout.removeprefix("\ufeff"))))
    assert table[1] == ["linh", "6", "5", "6", "3", "50", "500", "0.8", "0", "1.5"]


def said(graph: server.Graph) -> list[str]:
    login = {"user": graph.user, "password": graph.password}
    with speaking("en"):
        return list(queries.notices(graph.uri, server=login))


def test_results_that_are_missing_broken_or_old_are_told(graph: server.Graph) -> None:
    assert said(graph) == []
    status = "MATCH (run:Run {status: $now}) SET run.status = $then"
    graph.run(status, now="complete", then="writing")
    try:
        (interrupted,) = said(graph)
        assert "interrupted" in interrupted
        assert "influence-graph map" in interrupted
        assert fine("query", "01", **environment(graph)).stderr.endswith(f"{interrupted}\n")
        assert "interrupted" in fine("query", "16", **environment(graph)).stdout
        graph.run(status, now="writing", then="replaced")
        (never,) = said(graph)
        assert "never mapped" in never
    finally:
        graph.run("MATCH (run:Run {status: 'replaced'}) SET run.status = 'complete'")
        graph.run("MATCH (run:Run {status: 'writing'}) SET run.status = 'complete'")
    graph.run("MATCH (s:Source) SET s.loaded_at = s.loaded_at + duration({days: 400})")
    try:
        (old,) = said(graph)
        assert "since" in old
        about = [row[:2] for row in graph.run((queries.folder() / "16-data-health.cypher").read_text())]
        assert ("loaded after the map: map again", "orders.csv") in about
    finally:
        graph.run("MATCH (s:Source) SET s.loaded_at = s.loaded_at - duration({days: 400})")
    assert said(graph) == []
