"""`placebo` as a user runs it: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.errors import ExitCode
from influence_graph.placebos import PEOPLE, TESTS
from influence_graph.world import make

FEW = ("--shuffles", "20")


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=800, creators=20, campaigns=3, seed=3).write(folder)
    return folder


@pytest.fixture(scope="module")
def told(exports: Path) -> str:
    """What `placebo` answers in CSV."""
    return fine("placebo", exports, "--csv", "--quiet", *FEW).stdout


@pytest.mark.parametrize(("language", "words"), [("en", "post times swapped"), ("vi", "tráo thời điểm đăng")])
def test_the_screen_fits_and_says_the_main_things(language: str, words: str, exports: Path) -> None:
    done = fine("placebo", exports, "--lang", language, *FEW)
    assert words in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert done.stderr.splitlines()[-1] in ("Trying to refute the credit", "Đang thử bác bỏ phần ghi nhận")


def test_where_nothing_is_credited_nobody_has_a_part_of_it(tmp_path: Path) -> None:
    make("null", people=600, creators=15, campaigns=3, seed=3).write(tmp_path)
    said = fine("placebo", tmp_path, "--quiet", *FEW).stdout
    assert "no credit" in said
    assert "furthest from chance" not in said


def test_csv_is_the_table_of_creators(told: str) -> None:
    rows = pd.read_csv(io.StringIO(told))
    assert list(rows.columns) == list(PEOPLE)
    assert rows["person_id"].str.startswith("c").all()  # creators alone


def test_json_holds_everything_and_a_store_gives_what_its_folder_gives(
    told: str, exports: Path, tmp_path: Path
) -> None:
    fine("load", exports, "--to", tmp_path / "brand.duckdb", "--quiet")
    words = ("--json", "--quiet", "--out", tmp_path / "told.json", *FEW)
    fine("placebo", tmp_path / "brand.duckdb", *words, PYTHONHASHSEED="5")
    found = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert {"tests", "people", "followers", "findings", "run"} == set(found)
    assert [row["test"] for row in found["tests"]] == ["time", "reversed", "future"]
    assert all(set(row) == set(TESTS) for row in found["tests"])
    rows = pd.read_csv(io.StringIO(told))
    assert [row["person_id"] for row in found["people"]] == rows["person_id"].tolist()
    assert [row["z"] for row in found["people"]] == pytest.approx(rows["z"].tolist())


def test_what_can_not_be_done_is_one_sentence(exports: Path) -> None:
    few = run("placebo", exports, "--shuffles", "5", "--quiet")
    assert (few.returncode, len(few.stderr.splitlines())) == (ExitCode.USAGE, 1)
    assert "at least 20" in few.stderr
    bare = run("placebo", exports / "shares.csv", exports / "creators.csv", "--quiet")
    assert (bare.returncode, bare.stdout, len(bare.stderr.splitlines())) == (ExitCode.TABLES, "", 1)
    assert "nothing to test" in bare.stderr
