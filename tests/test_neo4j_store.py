"""The graph as a store: what is written comes back, once, whatever happens to those who write it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import mapped
import pandas as pd
import pytest
from given import table
from pandas.testing import assert_frame_equal
from test_neo4j_results import everything
from test_store import KEY, programme

from influence_graph.errors import StoreError
from influence_graph.store.duckdb import DuckDBStore
from influence_graph.store.graph import Neo4jStore
from influence_graph.tables.schema import SCHEMA, Tables
from influence_graph.world import make

if TYPE_CHECKING:
    from server import Graph

WORLD = {"people": 3000, "creators": 60, "campaigns": 3, "seed": 4}
LOADING = """
import sys
from influence_graph.store.address import address
from influence_graph.store.graph import Neo4jStore
from influence_graph.world import make

uri, user, password, begun = sys.argv[1:]
def told(stage, done, total):
    if done > total * float(begun):
        print(done, flush=True)
store = Neo4jStore(address(uri, user=user, password=password), key=b"k" * 32)
store.write(make("demo", people=3000, creators=60, campaigns=3, seed=4).tables, progress=told)
"""


def store(graph: Graph) -> Neo4jStore:
    return Neo4jStore(graph.address, key=KEY)


def same(one: Tables, other: Tables) -> None:
    """The same rows; a graph keeps no order."""
    for name in (*SCHEMA, "faults", "sources"):
        assert list(one[name]) == list(other[name]), name
        found, expected = (_sorted(part[name]) for part in (one, other))
        assert_frame_equal(found, expected)
    assert sorted(one.notes, key=repr) == sorted(other.notes, key=repr)


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    order = frame.astype("str").sum(axis="columns").argsort(kind="stable") if len(frame) else []
    return frame.iloc[order].reset_index(drop=True)


def loading(graph: Graph, begun: float) -> subprocess.Popen[str]:
    """A process that loads the world, and says so from some part of it on."""
    command = [sys.executable, "-c", LOADING, graph.uri, graph.user, graph.password, str(begun)]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)


def test_what_is_written_is_read(graph: Graph) -> None:
    store(graph).write(programme())
    same(store(graph).read(), programme())


def test_the_same_again_changes_nothing(graph: Graph) -> None:
    store(graph).write(programme())
    before = everything(graph)
    counts = store(graph).write(programme()).counts.set_index("table")
    assert counts[["added", "updated"]].to_numpy().sum() == 0
    assert counts.loc["conversions", ["unchanged", "stored"]].tolist() == [3, 3]
    assert everything(graph) == before


def test_loads_after_loads_end_as_in_a_file(graph: Graph, tmp_path: Path) -> None:
    """The DuckDB store is the oracle: the same loads in the same order, read back alike and counted alike."""
    loads = [
        programme(),
        Tables(
            shares=table(
                "shares", share_id=["s2", "s1"], person_id=["b", "c1"], shared_at=["2025-01-04", "2025-01-02"],
                parent_share_id=["s1", "gone"], campaign_id=["k2", None], content_id=["v", None], extra=[7, None],
            ),
            touches=table(
                "touches", touched_at=["2025-01-05"] * 3, person_id=["a", "a", "b"], share_id=["s1", None, "s2"],
                creator_id=["c1", "c2", None], kind=[None, "code", "view"],
            ),
        ),
        Tables(
            shares=table(
                "shares", share_id=["s2", "gone"], person_id=["a", "z"], shared_at=["2025-01-04", "1969-12-31"],
                campaign_id=["k", None], extra=["seven", "x"],
            ),
            campaigns=table("campaigns", campaign_id=["k2"], name=["later"]),
            conversions=table(
                "conversions", conversion_id=["o2", "r"], converted_at=["2025-01-03", "2025-02-01"],
                person_id=["a", "a"], refund_of=[None, "o1"], campaign_id=["k2", None], value=[float("nan"), -1.0],
            ),
            follows=table("follows", follower_id=["a", "a"], followed_id=["c1", "a"], since=["2020-01-01", None]),
        ),
    ]  # fmt: skip
    file = DuckDBStore(tmp_path / "brand.duckdb", key=KEY)
    for tables in loads:
        expected, found = file.write(tables).counts, store(graph).write(tables).counts
        assert_frame_equal(found.reset_index(drop=True), expected, check_dtype=False)
        same(store(graph).read(), file.read())
    assert graph.run("MATCH (s:Share {id: 's2'})-[:IN]->(c) RETURN collect(c.id)") == [(["k"],)]
    assert graph.run("MATCH (p)-[:SHARED]->(:Share {id: 's2'}) RETURN collect(p.id)") == [(["a"],)]
    assert graph.run("MATCH (:Conversion {id: 'r'})-[:REFUNDS]->(c) RETURN count(c)") == [(2,)]


def test_a_real_programme_comes_back(graph: Graph) -> None:
    tables = make("demo", **WORLD).tables  # type: ignore[arg-type]
    store(graph).write(tables)
    same(store(graph).read(), tables)


def test_what_others_keep_is_refused(graph: Graph) -> None:
    with pytest.raises(StoreError) as empty:
        store(graph).read()
    assert empty.value.message == "store.graph-empty"
    graph.run("CREATE (:Movie {title: 'x'})")
    for work in (lambda: store(graph).read(), lambda: store(graph).write(mapped.tables())):
        with pytest.raises(StoreError) as foreign:
            work()
        assert foreign.value.message == "store.graph-foreign"
    assert graph.run("MATCH (n) RETURN count(n)") == [(1,)]


def test_what_a_later_version_wrote_is_refused(graph: Graph) -> None:
    store(graph).write(mapped.tables())
    graph.run("MATCH (g:InfluenceGraph) SET g.format = 99")
    for work in (lambda: store(graph).read(), lambda: store(graph).write(mapped.tables())):
        with pytest.raises(StoreError) as newer:
            work()
        assert newer.value.message == "store.graph-newer"


def test_a_load_that_was_killed_is_finished_by_loading_again(graph: Graph) -> None:
    tables = make("demo", **WORLD).tables  # type: ignore[arg-type]
    store(graph).write(tables)
    whole = everything(graph)
    graph.empty()
    for begun in (0.1, 0.8):
        with loading(graph, begun) as process:
            assert process.stdout
            assert process.stdout.readline()
            process.kill()
        assert process.returncode < 0
    assert everything(graph) != whole
    store(graph).write(tables)
    assert everything(graph) == whole


def test_a_server_that_dies_under_a_load(graph: Graph) -> None:
    tables = make("demo", **WORLD).tables  # type: ignore[arg-type]
    store(graph).write(tables)
    whole = everything(graph)
    graph.empty()
    with loading(graph, 0.3) as process:
        assert process.stdout
        assert process.stdout.readline()
        graph.kill()
        _, said = process.communicate(timeout=180)
    assert process.returncode
    assert "StoreError" in said
    assert graph.password not in said
    graph.up()
    store(graph).write(tables)
    assert everything(graph) == whole


def test_two_loads_at_once_end_as_one(graph: Graph) -> None:
    tables = make("demo", **WORLD).tables  # type: ignore[arg-type]
    store(graph).write(tables)
    whole = everything(graph)
    graph.empty()
    both = [loading(graph, 0.0), loading(graph, 0.0)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert everything(graph) == whole
