"""`queries` and `query` as they are typed: what is listed, saved, asked of a file, and refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from program import fine, run

from influence_graph import queries
from influence_graph.errors import ExitCode
from influence_graph.language import LANGUAGES
from influence_graph.store import load

FOLDER = Path(__file__).parents[1] / "queries"
FILES = sorted(FOLDER.glob("[0-9][0-9]-*.cypher"))
TABLES = {
    "creators.csv": "creator_id,name,followers\nc1,Mai,1200\nc2,Linh,300\n",
    "shares.csv": "share_id,person_id,shared_at\ns1,c1,2026-03-01T10:00:00Z\n",
}


def test_every_question_is_listed_in_every_language(tmp_path: Path) -> None:
    for language in LANGUAGES:
        listed = json.loads(fine("queries", "--json", "--lang", language).stdout)["queries"]
        assert [query["name"] for query in listed] == [path.stem for path in FILES]
        assert [query["question"] for query in listed] == [queries.read(path).questions[language] for path in FILES]
    rows = list(csv.DictReader(io.StringIO(fine("queries", "--csv").stdout.removeprefix("\ufeff"))))
    assert rows[6]["parameters"] == "creators=8 days=30"
    assert "07-first-post-to-purchase" in fine("queries").stdout


def test_the_files_are_saved_for_browser(tmp_path: Path) -> None:
    fine("queries", "--save", tmp_path / "queries")
    saved = {path.name: path.read_bytes() for path in (tmp_path / "queries").iterdir()}
    archive = saved.pop("influence-graph.zip")
    assert saved == {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in (".cypher", ".grass")}
    with ZipFile(io.BytesIO(archive)) as packed:
        assert {f"influence-graph/{path.name}" for path in FILES} <= set(packed.namelist())
    (tmp_path / "taken").write_text("")
    done = run("queries", "--save", tmp_path / "taken" / "queries")
    assert done.returncode == ExitCode.OURS
    assert "taken" in done.stderr


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    for name, words in TABLES.items():
        (folder / name).write_text(words, encoding="utf-8")
    load(folder, folder / "brand.duckdb")
    return folder / "brand.duckdb"


def sql(folder: Path, statement: str) -> Path:
    path = folder / "mine.sql"
    path.write_text(statement, encoding="utf-8")
    return path


def test_a_duckdb_file_is_asked_in_sql(store: Path, tmp_path: Path) -> None:
    asked = sql(
        tmp_path, "SELECT name, followers, followers AS name FROM creators WHERE followers > $least ORDER BY ALL;"
    )
    done = fine("query", asked, store, "-P", "least=500", "--json")
    told = json.loads(done.stdout)
    assert told["rows"] == [{"name": "Mai", "followers": 1200.0, "name_2": 1200.0}]
    assert "never mapped" in done.stderr
    assert told["notices"] == [done.stderr.splitlines()[-1]]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM creators", "only read"),
        ("CREATE TABLE mine (a INT)", "only read"),
        ("SELECT *\n  FRM creators", "line 2"),
        ("COPY creators TO 'stolen.csv'", "disabled"),
        ("SELECT * FROM read_text('/etc/hosts')", "disabled"),
        ("SELECT $least", "least"),
    ],
)
def test_sql_only_reads_and_errors_are_one_sentence(store: Path, tmp_path: Path, statement: str, said: str) -> None:
    before = store.read_bytes()
    done = run("query", sql(tmp_path, statement), store, "--quiet", cwd=tmp_path)
    assert done.returncode in (ExitCode.STORE, ExitCode.USAGE)
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert store.read_bytes() == before
    assert not (tmp_path / "stolen.csv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["query", "01", "brand.duckdb"], "SQL"),
        (["query", "mine.sql", "neo4j://localhost:9"], "Cypher"),
        (["query", "01", "exports"], "load it first"),
        (["query", "mine.sql", "brand.duckdb", "--write"], "load them again"),
        (["query", "99"], "influence-graph queries"),
        (["query", "01", "-P", "people"], "KEY=VALUE"),
        (["query", "01", "-P", "people=many"], "whole number"),
        (["query", "01", "-P", "persons=3"], "people"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_asked(tmp_path: Path, words: list[str], said: str) -> None:
    sql(tmp_path, "SELECT 1")
    done = run(*words, "--quiet", cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
