"""`spread` and `plan` as a user runs them: a real process, its output and its exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from program import fine
from rich.cells import cell_len
from tiny import few_sweeps

from influence_graph.cli import answer
from influence_graph.errors import ExitCode, TablesError
from influence_graph.planning.plan import PEOPLE
from influence_graph.tables.schema import Tables
from influence_graph.world import make


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=800, creators=20, campaigns=3, seed=3).write(folder)
    return folder


@pytest.fixture(scope="module")
def planned(exports: Path) -> str:
    """What `plan` answers in JSON."""
    return fine("plan", exports, "--budget", "2000", "--json", "--quiet").stdout


def test_a_plan_holds_what_is_promised(planned: str) -> None:
    told = json.loads(planned)
    keys = {"people", "cost", "conversions", "conversions_low", "conversions_high", "certificate", "alternatives"}
    assert keys | {"value", "value_low", "value_high", "cost_per_conversion"} <= set(told)
    assert sum(person["cost"] for person in told["people"]) == pytest.approx(told["cost"])
    assert told["cost"] <= 2000
    assert told["conversions_low"] <= told["conversions"] <= told["conversions_high"]
    assert sum(person["gain"] for person in told["people"]) == pytest.approx(told["conversions"])
    assert [set(each) for each in told["alternatives"]] == [{"rule", "conversions", "cost", "people"}] * 6
    assert max(each["conversions"] for each in told["alternatives"]) <= told["conversions"] + 1e-9
    others = [person for person in told["people"] if not person["is_creator"]]
    assert all(person["person_id"].startswith("person-") and person["name"] is None for person in others)
    assert all(note["text"] for note in told["notes"] + told["sentences"])


Answered = tuple[int, str, str]


@pytest.fixture
def ask(exports: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answered]:
    """Run a command on the tables in this process: its exit code, what it printed, and what it said."""

    def ask(command: str, *words: str | Path, source: Path = exports) -> Answered:
        capsys.readouterr()
        with few_sweeps():
            code = answer([command, str(source), *map(str, words), "--quiet"])
        return code, *capsys.readouterr()

    return ask


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--budget", "2000", "--quota", "advocate=20%", "--lang", "vi"], "Kích hoạt ai"),
        (["--people-at-most", "3"], "Activate 3 people"),
    ],
)
def test_the_screen_fits(words: list[str], said: str, ask: Callable[..., Answered]) -> None:
    code, screen, _ = ask("plan", *words)
    assert (code, said in screen) == (ExitCode.FINE, True)
    assert max(map(cell_len, screen.splitlines())) <= 80


def test_csv_is_the_table_of_people(ask: Callable[..., Answered], tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    assert ask("plan", "--budget", "2000", "--csv", "--out", file) == (ExitCode.FINE, "", "")
    rows = pd.read_csv(io.StringIO(file.read_text(encoding="utf-8")))
    assert list(rows.columns) == list(PEOPLE)
    assert rows["cost"].sum() <= 2000


def test_spread_tells_days_and_roles(exports: Path, ask: Callable[..., Answered]) -> None:
    creators = pd.read_csv(exports / "creators.csv")
    named = f"{creators['creator_id'][3]},{creators['name'][5]}"
    told = json.loads(ask("spread", "--people", named, "--days", "12", "--json")[1])
    assert [person["person_id"] for person in told["people"]] == creators["creator_id"][[3, 5]].tolist()
    assert [day["day"] for day in told["by_day"]] == list(range(1, 13))
    assert told["by_day"][-1]["conversions"] == pytest.approx(told["conversions"])
    assert sum(role["conversions"] for role in told["by_role"]) == pytest.approx(told["conversions"])
    rows = pd.read_csv(io.StringIO(ask("spread", "--people", named, "--days", "3", "--csv")[1]))
    assert rows[["day", "role"]].values.tolist() == [
        [day, role] for day in (1, 2, 3) for role in ("all", "influencer", "ugc", "advocate", "unassigned")
    ]
    assert ((rows["conversions_low"] <= rows["conversions"]) & (rows["conversions"] <= rows["conversions_high"])).all()
    for name in ("shares", "reach", "conversions", "value"):
        assert told[f"{name}_low"] <= told[name] <= told[f"{name}_high"]
        assert told["uncertainty"][name]["simulation_error"] >= 0
    code, screen, _ = ask("spread", "--people", named, "--posts", "1", "--repeatable", "--lang", "vi")
    assert code == ExitCode.FINE
    assert "trong 30 ngày" in " ".join(screen.split())
    assert max(map(cell_len, screen.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "--budget", "1"], "pays for nobody: the cheapest person costs"),
        (["plan"], "A plan needs a limit"),
        (["plan", "--budget", "-3"], "--budget"),
        (["plan", "--budget", "9000", "--quota", "advocate=often"], "like advocate=20%"),
        (["plan", "--budget", "9000", "--quota", "star=20%"], "no role 'star'"),
        (["plan", "--budget", "9000", "--costs", "none.toml"], "There is no file none.toml"),
        (["spread", "--people", "c00033"], "c0003"),
        (["spread", "--people", " , "], "names nobody"),
        (["spread", "--people", "c0003", "--days", "0"], "--days"),
    ],
)
def test_what_makes_no_sense_gets_one_sentence(words: list[str], said: str, ask: Callable[..., Answered]) -> None:
    code, printed, complaint = ask(*words)
    assert (code, printed) == (ExitCode.USAGE, "")
    assert len(complaint.splitlines()) == 1
    assert said in complaint


def test_without_costs_or_follows_there_is_one_sentence(
    exports: Path, tmp_path: Path, ask: Callable[..., Answered]
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for file in exports.iterdir():
        frame = pd.read_csv(file, dtype="str")
        if "currency" in frame:
            frame["currency"] = "VND"
        frame.drop(columns=[name for name in ("cost", "value") if name in frame]).to_csv(bare / file.name, index=False)
    code, _, complaint = ask("plan", "--budget", "9000", source=bare)
    assert (code, len(complaint.splitlines())) == (ExitCode.TABLES, 1)
    assert "none are known" in complaint
    (bare / "follows.csv").unlink()
    code, _, complaint = ask("plan", "--people-at-most", "3", source=bare)
    assert (code, len(complaint.splitlines())) == (ExitCode.TABLES, 1)
    assert "Nothing can be planned" in complaint


@pytest.mark.parametrize("words", ["spread {} --people c0000", "plan {} --budget 9", "compare {}", "export json {}"])
def test_what_nothing_reads_is_not_answered(
    words: str, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def no_map(_: Tables, *, answers: bool = True, **how: Any) -> None:
        asked.append(answers)
        raise TablesError("map.nothing-to-map")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(import_module("influence_graph.map"), "map_tables", no_map)
    assert answer([*words.format(exports).split(), "--quiet"]) != ExitCode.FINE
    assert asked == [False]
