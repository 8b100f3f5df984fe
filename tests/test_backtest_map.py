"""The verdict of held-out orders beside the map: where it runs, what it says, and what stands in the folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from tiny import few_sweeps

from influence_graph import backtest
from influence_graph.findings import find
from influence_graph.folder import FILES, write
from influence_graph.map import MapResult, map_tables
from influence_graph.world import make


@cache
def mapped(kind: str, campaigns: int = 5, asked: bool = True) -> MapResult:
    with few_sweeps():
        tables = make(kind, people=2000, creators=40, campaigns=campaigns, seed=1).tables
        return map_tables(tables, backtest=asked, seed=1)


def skipped(result: MapResult) -> set[str]:
    return {note["id"] for note in result.run["skipped"]}


def test_the_map_is_tested_as_the_command_does_it() -> None:
    result = mapped("influence")
    assert result.backtest is not None
    with few_sweeps():
        alone = backtest(result.tables, result.network, measures=result.measures, seed=1)
    assert alone.record() | {"seconds": 0} == result.backtest.record() | {"seconds": 0}
    assert result.run["seconds"]["backtest"] > 0
    assert not {note for note in skipped(result) if note.startswith("backtesting.")}


def test_evidence_supports_and_its_absence_is_an_answer() -> None:
    good, empty = mapped("influence"), mapped("null")
    told = {found.id: found.about for found in good.findings}
    assert told["backtesting.shares-drive"] == "checks"
    answers = [found.id for found in empty.findings if found.about == "answer"]
    assert answers.index("backtesting.shares-none") == 1, "right behind the total"
    assert not [found for found in empty.findings if found.id.endswith("-unasked")]
    without = find(empty.drivers, empty.people, empty.mix, empty.tables)
    assert not [found for found in without if found.id.startswith("backtesting.")]


@pytest.mark.parametrize(
    ("kind", "campaigns", "asked", "reason"),
    [
        ("influence", 2, True, "backtesting.skipped-campaigns"),
        ("influence", 5, False, "backtesting.skipped-asked"),
    ],
)
def test_where_it_does_not_run_the_reason_stands_in_run_json(
    kind: str, campaigns: int, asked: bool, reason: str
) -> None:
    result = mapped(kind, campaigns, asked)
    assert result.backtest is None
    assert reason in skipped(result)
    assert result.run["parameters"]["backtest"] is asked


def test_the_folder_holds_it_where_it_ran_and_no_other_maps(tmp_path: Path) -> None:
    result = mapped("influence")
    write(result, tmp_path)
    assert result.backtest is not None
    told = json.loads((tmp_path / "backtest.json").read_text(encoding="utf-8"))
    assert told["verdict"] == [claim.record() for claim in result.backtest.claims]
    assert {row["step"] for row in told["steps"]} == set(result.backtest.steps["step"])
    write(mapped("influence", 5, asked=False), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
