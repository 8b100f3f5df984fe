"""`export` as a user runs it: from tables, from a store, from a map's folder."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from program import fine, run

from influence_graph.errors import ExitCode
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=600, creators=12, campaigns=2, seed=4).write(folder)
    return folder


@pytest.fixture(scope="module")
def mapped(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its map."""
    out = tmp_path_factory.mktemp("mapped") / "map"
    fine("map", exports, "--out", out)
    return out


def test_a_folder_of_a_map_becomes_a_file_for_gephi(mapped: Path, tmp_path: Path) -> None:
    done = fine("export", "gexf", mapped, cwd=tmp_path)
    assert "influence-graph.gexf" in done.stdout
    assert "Gephi" in done.stdout
    assert "Writing the graph" in done.stderr
    graph = nx.read_gexf(tmp_path / "influence-graph.gexf")
    assert set(graph) == set(pd.read_csv(mapped / "people.csv", dtype={"person_id": "str"})["person_id"])


def test_tables_and_their_map_give_the_same(exports: Path, mapped: Path, tmp_path: Path) -> None:
    told = json.loads(fine("export", "json", mapped, "--out", tmp_path / "kept.json", "--json").stdout)
    assert told["files"] == [str(tmp_path / "kept.json")]
    fine("export", "json", exports, "--out", tmp_path / "straight.json", "--quiet")
    kept, straight = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("kept", "straight"))
    assert told["people"] == len(kept["nodes"])
    assert kept["nodes"] == straight["nodes"]
    assert kept["edges"] == straight["edges"]


def test_follows_and_parts(exports: Path, mapped: Path, tmp_path: Path) -> None:
    fine("export", "csv", exports, "--follows", "--out", tmp_path / "all.csv", "--lang", "vi")
    follows = pd.read_csv(exports / "follows.csv").drop_duplicates(["follower_id", "followed_id"])
    assert pd.read_csv(tmp_path / "all-edges.csv")["follows"].sum() == len(follows)
    fine("export", "graphml", mapped, "--people", "40", "--out", tmp_path / "part.graphml")
    part = nx.read_graphml(tmp_path / "part.graphml")
    assert len(part) == 40
    assert all({"x", "y"} <= data.keys() for _, data in part.nodes(data=True))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("docx", "map"), "docx"),
        (("gexf", "map", "--follows"), "follows"),
        (("gexf", "map", "--names", "all"), "--names all"),
        (("gexf", "map", "--out", "map"), "folder"),
    ],
)
def test_what_makes_no_sense_exits_2(words: tuple[str, ...], said: str, mapped: Path, tmp_path: Path) -> None:
    (tmp_path / "map").symlink_to(mapped)
    done = run("export", *words, cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert said in done.stderr.splitlines()[-1]
    assert [file.name for file in tmp_path.iterdir()] == ["map"]


def test_a_map_of_an_earlier_version_is_told_from_tables(mapped: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for name in ("run.json", "people.parquet"):
        (tmp_path / "old" / name).write_bytes((mapped / name).read_bytes())
    done = run("export", "gexf", tmp_path / "old", cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert "influences.parquet" in done.stderr
