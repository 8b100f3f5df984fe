"""`authenticity` as a user runs it: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.errors import ExitCode
from influence_graph.people.authenticity import PEOPLE
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme, some of whose creators bought followers."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("inflated", people=1000, creators=40, campaigns=3, seed=3).write(folder)
    return folder


def test_the_screen_fits_and_is_no_verdict(exports: Path) -> None:
    done = fine("authenticity", exports)
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert "none is a verdict" in " ".join(done.stdout.split())
    assert done.stderr.splitlines()[-1].strip().startswith("Looking at accounts")  # and how far, where it takes long
    assert "dấu hiệu" in fine("authenticity", exports, "--lang", "vi", "--quiet").stdout


def test_csv_and_json_hold_every_creator_with_every_signal(exports: Path) -> None:
    rows = pd.read_csv(io.StringIO(fine("authenticity", exports, "--csv", "--quiet").stdout))
    assert list(rows.columns) == list(PEOPLE)
    assert len(rows) == 40
    assert rows["weight"].is_monotonic_increasing
    found = json.loads(fine("authenticity", exports, "--json", "--quiet").stdout)
    assert {"people", "findings", "run"} == set(found)
    assert [row["person_id"] for row in found["people"]] == rows["person_id"].tolist()


def test_without_creators_there_is_one_sentence(exports: Path) -> None:
    done = run("authenticity", exports / "conversions.csv", "--quiet")
    assert (done.returncode, done.stdout) == (ExitCode.TABLES, "")
    assert len(done.stderr.splitlines()) == 1
