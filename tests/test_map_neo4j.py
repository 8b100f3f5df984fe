"""A programme in Neo4j is mapped as its folder is, and the graph learns what was found: whole, or visibly not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from program import PROGRAM, fine, run

from influence_graph.errors import ExitCode
from influence_graph.store.neo4j import Server
from influence_graph.world import make

if TYPE_CHECKING:
    from server import Graph

TABLES = ("people", "campaigns", "mix", "faults")
WORLD: dict[str, Any] = {"people": 800, "creators": 20, "campaigns": 3, "seed": 3}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables, with a row that can't be read, a refund and a touch."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", **WORLD).write(folder)
    with (folder / "conversions.csv").open("a", encoding="utf-8") as file:
        file.write("broken,,p1,yesterday\n")
    return folder


@pytest.fixture(scope="module")
def straight(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the folder itself."""
    out = tmp_path_factory.mktemp("straight") / "map"
    fine("map", exports, "--out", out)
    return out


def credentials(graph: Graph) -> dict[str, str]:
    return {"NEO4J_URI": graph.uri, "NEO4J_USERNAME": graph.user, "NEO4J_PASSWORD": graph.password}


def rows(graph: Graph, statement: str) -> list[tuple[Any, ...]]:
    with Server(graph.address) as server:
        return server.read(statement)


def whole(graph: Graph) -> dict[str, int]:
    """How many nodes of each label and relationships of each type there are, and how many properties they have."""
    told = rows(graph, "MATCH (n) RETURN labels(n), count(*), sum(size(keys(n)))")
    told += rows(graph, "MATCH ()-[r]->() RETURN type(r), count(*), sum(size(keys(r)))")
    return {str(name): (many, properties) for name, many, properties in told}  # type: ignore[misc]


def test_the_same_numbers_as_from_the_folder(graph: Graph, exports: Path, straight: Path, tmp_path: Path) -> None:
    server = credentials(graph)
    loaded = json.loads(fine("load", exports, "--to", graph.uri, "--json", **server).stdout)
    assert loaded["refused"] == 1
    before = whole(graph)
    fine("map", graph.uri, "--no-write-back", "--out", tmp_path / "kept", **server)
    assert whole(graph) == before
    done = fine("map", graph.uri, "--out", tmp_path / "map", **server)
    for name in TABLES:
        expected, found = (pd.read_csv(folder / f"{name}.csv") for folder in (straight, tmp_path / "map"))
        pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-12)
    told, found_run = (json.loads((folder / "run.json").read_text("utf-8")) for folder in (straight, tmp_path / "map"))
    beside, known = (run["totals"].pop("bystanders") for run in (found_run, told))
    assert beside == pytest.approx(known)
    assert found_run["totals"] == pytest.approx(told["totals"])
    for name in ("conversions_read", "conversions_kept", "seed", "skipped"):
        assert found_run[name] == told[name], name
    assert {source["sha256"] for source in found_run["inputs"]} == {source["sha256"] for source in told["inputs"]}
    written = [path.read_text("utf-8", "ignore") for path in (tmp_path / "map").iterdir()]
    assert not any(graph.password in text for text in [*written, done.stdout, done.stderr])


def test_results_stand_in_the_graph(graph: Graph, exports: Path, tmp_path: Path) -> None:
    server = credentials(graph)
    fine("load", exports, "--to", "neo4j://", **server)  # NEO4J_URI
    fine("map", "neo4j://", "--out", tmp_path / "map", "--names", "all", **server)
    people = pd.read_csv(tmp_path / "map" / "people.csv").set_index("person_id")
    [(run_id, status, seed)] = rows(graph, "MATCH (run:Run) RETURN run.id, run.status, run.seed")
    assert (status, seed) == ("complete", 0)
    driven = dict(rows(graph, "MATCH (p:Person) WHERE p.driven IS NOT NULL RETURN p.id, p.driven"))
    pd.testing.assert_series_equal(
        pd.Series(driven).sort_index(), people["driven"].dropna().sort_index(), check_names=False, rtol=1e-9
    )
    credit = dict(rows(graph, "MATCH (p:Person)-[d:DROVE]->(:Conversion) RETURN p.id, sum(d.credit)"))
    assert credit == pytest.approx(people["driven"][list(credit)].to_dict(), abs=1e-3)
    assert rows(graph, "MATCH (p) WHERE p.run IS NOT NULL RETURN DISTINCT p.run") == [(run_id,)]
    assert rows(graph, "MATCH ()-[r:DROVE|INFLUENCES]->() RETURN DISTINCT r.run") == [(run_id,)]

    once = whole(graph)
    fine("map", "neo4j://", "--out", tmp_path / "map", **server)
    again = whole(graph)
    assert {name: many for name, many in again.items() if "Run" not in name} == {
        name: many for name, many in once.items() if "Run" not in name
    }
    assert rows(graph, "MATCH (run:Run {status: 'complete'}) RETURN count(*)") == [(1,)]


def test_a_server_that_dies_while_results_are_written(graph: Graph, exports: Path, tmp_path: Path) -> None:
    server = credentials(graph)
    fine("load", exports, "--to", graph.uri, **server)
    fine("map", graph.uri, "--out", tmp_path / "first", **server)
    expected = whole(graph)
    command = [*PROGRAM, "map", graph.uri, "--out", str(tmp_path / "second")]
    pipe, environment = subprocess.PIPE, {**os.environ, **server}
    with subprocess.Popen(command, stderr=pipe, stdout=pipe, text=True, env=environment) as process:
        assert process.stderr
        next(line for line in process.stderr if "Writing the results into the store" in line)
        graph.kill()
        _, rest = process.communicate(timeout=180)
    assert process.returncode == ExitCode.STORE, rest
    assert "Traceback" not in rest
    assert graph.password not in rest
    graph.up()
    complete = rows(graph, "MATCH (run:Run {status: 'complete'}) RETURN count(*)")
    assert complete in ([(0,)], [(1,)])  # the last one still stands where nothing had been written yet
    fine("map", graph.uri, "--out", tmp_path / "third", **server)
    healed = whole(graph)
    assert {name: many for name, many in healed.items() if "Run" not in name} == {
        name: many for name, many in expected.items() if "Run" not in name
    }
    assert rows(graph, "MATCH (run:Run {status: 'complete'}) RETURN count(*)") == [(1,)]


def test_a_store_is_no_table(tmp_path: Path) -> None:
    for command in (("check", "neo4j://u:secret@host"), ("load", "neo4j://u:secret@host", "--to", "x.duckdb")):
        done = run(*command, cwd=tmp_path)
        assert done.returncode == ExitCode.USAGE
        assert "secret" not in done.stdout + done.stderr
        assert "neo4j://host" in done.stderr
