"""`groups` as a user runs it: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.errors import ExitCode
from influence_graph.programme.groups import GROUPINGS, GROUPS
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=800, creators=25, campaigns=3, seed=3).write(folder)
    return folder


def test_the_screen_fits_and_says_the_main_things(exports: Path) -> None:
    done = fine("groups", exports, "--lang", "vi", "--emv", "3", "12")
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    for words in ("Theo quy mô", "Theo vai trò", "Theo hình thức trả phí", "Số tham khảo", "Sẽ tốn"):
        assert words in done.stdout
    assert "Tổng hợp theo nhóm" in done.stderr


def test_map_writes_what_groups_prints(exports: Path, tmp_path: Path) -> None:
    fine("map", exports, "--out", tmp_path, "--no-backtest", "--tiers", "narrow", "--quiet")
    written = pd.read_csv(tmp_path / "groups.csv")
    printed = pd.read_csv(io.StringIO(fine("groups", exports, "--csv", "--tiers", "narrow", "--quiet").stdout))
    pd.testing.assert_frame_equal(printed, written)
    assert list(written.columns) == list(GROUPS)
    assert set(written["by"]) == set(GROUPINGS)
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["parameters"]["tiers"] == "narrow"


def test_a_list_of_creators_is_enough_for_engagement(tmp_path: Path) -> None:
    rows = "".join(f"maker{n},{1000 * n},{30 * n}\n" for n in range(1, 30))
    (tmp_path / "creators.csv").write_text(f"handle,followers,Likes avg\n{rows}", encoding="utf-8")
    found = json.loads(fine("groups", tmp_path, "--json", "--quiet").stdout)
    tiers = {row["group"]: row for row in found["groups"] if row["by"] == "tier"}
    assert (tiers["nano"]["people"], tiers["micro"]["people"]) == (9, 20)
    assert tiers["micro"]["engagement_followers"] == pytest.approx(0.03)
    assert tiers["micro"]["driven"] is None
    assert {"groups", "percentiles", "curves", "findings", "tiers", "run"} == set(found)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--tiers", "huge"), ExitCode.USAGE, "no tiers called huge"),
        (("--emv", "5", "1"), ExitCode.USAGE, "from 5.0 to 1.0"),
    ],
)
def test_what_is_wrong_is_one_sentence(words: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "creators.csv").write_text("handle,followers,Likes avg\nmai,900,30\n", encoding="utf-8")
    done = run("groups", tmp_path, *words, "--quiet")
    assert (done.returncode, done.stdout) == (code, "")
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
