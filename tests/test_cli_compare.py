"""`compare` as a user runs it: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.comparison import CREATORS
from influence_graph.drivers.rules import RULES
from influence_graph.errors import ExitCode
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=800, creators=20, campaigns=3, seed=3).write(folder)
    return folder


@pytest.fixture(scope="module")
def told(exports: Path) -> str:
    """What `compare` answers in CSV."""
    return fine("compare", exports, "--csv", "--quiet").stdout


@pytest.mark.parametrize(("language", "words"), [("en", "What each rule hands out"), ("vi", "Mỗi quy tắc chia ra")])
def test_the_screen_fits_and_says_the_main_things(language: str, words: str, exports: Path) -> None:
    done = fine("compare", exports, "--lang", language)
    assert words in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert done.stderr.splitlines()[-1] in ("Comparing rules of credit", "So sánh các quy tắc ghi nhận")


def test_csv_is_the_table_of_creators(told: str, exports: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(io.StringIO(told))
    assert list(rows.columns) == list(CREATORS)
    assert rows["person_id"].str.startswith("c").all()  # creators alone
    assert fine("compare", exports, "--csv", "--quiet", "--out", tmp_path / "rules.csv").stdout == ""
    assert (tmp_path / "rules.csv").read_text(encoding="utf-8") == told


def test_json_holds_everything(told: str, exports: Path) -> None:
    found = json.loads(fine("compare", exports, "--json", "--quiet").stdout)
    assert {"rules", "creators", "correlations", "findings", "run"} == set(found)
    assert [row["rule"] for row in found["rules"]] == ["driven", *RULES]
    assert {row["person_id"] for row in found["creators"]} == set(pd.read_csv(io.StringIO(told))["person_id"])
    assert all(finding["text"] for finding in found["findings"])
    assert set(found["correlations"]) == {"driven", *RULES}


def test_a_store_gives_what_its_folder_gives(told: str, exports: Path, tmp_path: Path) -> None:
    fine("load", exports, "--to", tmp_path / "brand.duckdb", "--quiet")
    assert fine("compare", tmp_path / "brand.duckdb", "--csv", "--quiet", PYTHONHASHSEED="5").stdout == told


def test_options_reach_the_map(exports: Path) -> None:
    words = "--window 14 --market 50000 --trust-codes --wear-out --seed 9 --quiet --json".split()
    found = json.loads(fine("compare", exports, *words).stdout)["run"]
    assert found["seed"] == 9
    how = {"window_days": 14, "market": 50000, "trust_codes": True, "wear_out": True}
    assert found["parameters"] == {**how, "backtest": True}


def test_without_orders_there_is_one_sentence(exports: Path) -> None:
    done = run("compare", exports / "shares.csv", exports / "creators.csv", "--quiet")
    assert (done.returncode, done.stdout) == (ExitCode.TABLES, "")
    assert len(done.stderr.splitlines()) == 1
    assert "nothing to compare" in done.stderr
