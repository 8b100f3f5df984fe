"""`drivers` as a user runs it: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.errors import ExitCode
from influence_graph.explanation import CREDIT
from influence_graph.explanation.ledger import PATHS
from influence_graph.map import PEOPLE
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=800, creators=20, campaigns=3, seed=3).write(folder)
    return folder


@pytest.fixture(scope="module")
def told(exports: Path) -> pd.DataFrame:
    """What `drivers` answers in CSV."""
    return pd.read_csv(io.StringIO(fine("drivers", exports, "--csv", "--quiet").stdout))


@pytest.mark.parametrize(("language", "words"), [("en", "Who drives conversions"), ("vi", "Ai thúc đẩy chuyển đổi")])
def test_the_screen_fits_and_names_who_drove_most(language: str, words: str, exports: Path, told: pd.DataFrame) -> None:
    done = fine("drivers", exports, "--lang", language)
    assert words in done.stdout
    assert str(told["name"].iloc[0])[:12] in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80


def test_csv_holds_everybody_with_all_columns_under_pseudonyms(told: pd.DataFrame, exports: Path) -> None:
    assert tuple(told.columns) == PEOPLE
    assert told["driven"].is_monotonic_decreasing or told["driven"].isna().any()
    others = told[~told["is_creator"]]
    assert others["person_id"].str.startswith("person-").all()
    assert len(told[told["is_creator"]]) == len(pd.read_csv(exports / "creators.csv"))
    named = pd.read_csv(io.StringIO(fine("drivers", exports, "--csv", "--quiet", "--names", "all").stdout))
    assert named.loc[~named["is_creator"], "person_id"].str.startswith("p0").all()
    pd.testing.assert_series_equal(named["driven"], told["driven"])


def test_a_person_is_explained_in_json_by_name_and_by_pseudonym(told: pd.DataFrame, exports: Path) -> None:
    first = told.iloc[0]
    by_id = json.loads(fine("drivers", exports, "--explain", first["person_id"], "--json", "--quiet").stdout)
    assert {"person", "findings", "shares", "orders", "paths", "run"} == set(by_id)
    assert tuple(by_id["person"]) == CREDIT
    assert by_id["person"]["driven"] == pytest.approx(first["driven"])
    assert sum(row["credit"] for row in by_id["orders"]) == pytest.approx(first["driven"], abs=0.01)
    assert all(finding["text"] for finding in by_id["findings"])
    by_name = json.loads(fine("drivers", exports, "--explain", first["name"], "--json", "--quiet").stdout)
    assert (by_name["person"], by_name["paths"]) == (by_id["person"], by_id["paths"])
    other = told[~told["is_creator"]].iloc[0]["person_id"]
    hidden = json.loads(fine("drivers", exports, "--explain", other, "--json", "--quiet").stdout)
    assert hidden["person"]["person_id"] == other
    assert hidden["person"]["name"] is None


@pytest.mark.parametrize("language", ["en", "vi"])
def test_an_explanation_fits_the_screen(language: str, told: pd.DataFrame, exports: Path) -> None:
    done = fine("drivers", exports, "--explain", told["person_id"].iloc[0], "--lang", language)
    assert str(told["name"].iloc[0]) in done.stdout
    assert "→" in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80


def test_the_ways_are_the_rows_of_an_explanation(told: pd.DataFrame, exports: Path, tmp_path: Path) -> None:
    done = fine("drivers", exports, "--explain", told["person_id"].iloc[0], "--csv", "--out", tmp_path / "ways.csv")
    assert done.stdout == ""
    assert tuple(pd.read_csv(tmp_path / "ways.csv").columns) == PATHS


def test_a_miss_is_one_sentence_with_near_names(told: pd.DataFrame, exports: Path) -> None:
    name = str(told["name"].iloc[0])
    done = run("drivers", exports, "--explain", name[:-1] + "q", "--quiet")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr


def test_a_store_explains_like_its_folder(told: pd.DataFrame, exports: Path, tmp_path: Path) -> None:
    fine("load", exports, "--to", tmp_path / "brand.duckdb", "--quiet")
    words = ("--explain", told["person_id"].iloc[0], "--csv", "--quiet")
    assert fine("drivers", tmp_path / "brand.duckdb", *words).stdout == fine("drivers", exports, *words).stdout
