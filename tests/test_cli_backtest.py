"""`backtest` as a user runs it: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.backtesting import SCORES
from influence_graph.errors import ExitCode
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("influence", people=1500, creators=30, campaigns=5, seed=3).write(folder)
    return folder


@pytest.fixture(scope="module")
def whole(exports: Path) -> dict[str, object]:
    """What `backtest` answers in JSON."""
    told: dict[str, object] = json.loads(fine("backtest", exports, "--json", "--quiet").stdout)
    return told


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Shares drive conversions."), ("vi", "Bài đăng thúc đẩy chuyển đổi.")]
)
def test_the_screen_fits_and_begins_with_the_verdict(language: str, words: str, exports: Path) -> None:
    done = fine("backtest", exports, "--lang", language)
    assert done.stdout.startswith(words)
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert done.stderr.splitlines()[-1] in ("Testing on orders held back", "Kiểm chứng trên các đơn hàng để riêng")


def test_json_holds_everything(whole: dict[str, list[dict[str, object]]]) -> None:
    assert set(whole) == {"verdict", "steps", "scores", "units", "alike", "held", "seconds"}
    assert [claim["claim"] for claim in whole["verdict"]] == [
        "shares drive conversions",
        "creators differ",
        "followers predict as well",
    ]
    assert {claim["answer"] for claim in whole["verdict"]} <= {"yes", "no", "no evidence", "not judged"}
    assert all(claim["text"] for claim in whole["verdict"])
    assert [row["score"] for row in whole["scores"]] == list(SCORES)
    assert len(whole["units"]) == 5


def test_csv_is_the_comparisons(whole: dict[str, list[dict[str, float]]], exports: Path, tmp_path: Path) -> None:
    done = fine("backtest", exports, "--csv", "--quiet", "--out", tmp_path / "steps.csv")
    assert done.stdout == ""
    rows = pd.read_csv(io.StringIO((tmp_path / "steps.csv").read_text(encoding="utf-8")))
    assert rows["step"].tolist() == [row["step"] for row in whole["steps"]]
    assert rows["gain"].tolist() == pytest.approx([row["gain"] for row in whole["steps"]], rel=1e-6)
    assert rows["low"].le(rows["gain"]).all()


def test_a_store_gives_what_its_folder_gives(whole: dict[str, object], exports: Path, tmp_path: Path) -> None:
    fine("load", exports, "--to", tmp_path / "brand.duckdb", "--quiet")
    again = json.loads(fine("backtest", tmp_path / "brand.duckdb", "--json", "--quiet").stdout)
    assert again["verdict"] == whole["verdict"]


def test_too_few_orders_are_told_as_such(tmp_path: Path) -> None:
    make("influence", people=300, creators=10, campaigns=2, seed=1).write(tmp_path)
    done = fine("backtest", tmp_path)
    assert "can't be judged" in " ".join(done.stdout.split())
    assert len(done.stdout.splitlines()) < 8, "said once"


def test_no_tables_is_no_crash(tmp_path: Path) -> None:
    done = run("backtest", tmp_path)
    assert done.returncode == ExitCode.TABLES
    assert "Traceback" not in done.stderr
