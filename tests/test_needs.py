"""What a map needs is told before it is made: rows counted without reading, memory and seconds with their range."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from influence_graph import world
from influence_graph.cli import answer
from influence_graph.errors import ExitCode
from influence_graph.needs import estimate
from influence_graph.tables import size as room
from influence_graph.tables.size import size


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, world.World]:
    """A small programme on the disk."""
    folder = tmp_path_factory.mktemp("tables")
    drawn = world.make("influence", people=1_500, creators=40, campaigns=4)
    drawn.write(folder)
    return folder, drawn


def rows(made: world.World) -> dict[str, int]:
    counted = {name: len(made.tables[name]) for name in ("creators", "campaigns", "follows", "shares", "conversions")}
    return {name: many for name, many in counted.items() if many}


def everybody(made: world.World) -> set[str]:
    told = made.tables
    follows = [told.follows["follower_id"], told.follows["followed_id"]]
    return {*told.creators["creator_id"], *pd.concat([*follows, told.shares["person_id"]]).dropna()}


def test_small_files_are_counted_exactly(made: tuple[Path, world.World], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, drawn = made
    monkeypatch.setattr(room, "LARGE", 10**9)
    found = size(folder)
    assert dict(found.rows) == rows(drawn)
    assert found.people == len(everybody(drawn))
    assert found.sharers == drawn.tables.shares["person_id"].nunique()
    assert found.buyers == drawn.tables.conversions["person_id"].nunique()


@pytest.mark.parametrize("kind", ["csv", "gz", "parquet"])
def test_large_files_are_counted_without_reading_them(
    kind: str, made: tuple[Path, world.World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, drawn = made
    for file in folder.iterdir():
        if kind == "parquet":
            duckdb.sql(f"COPY (FROM '{file}') TO '{tmp_path / file.stem}.parquet'")
        elif kind == "gz":
            (tmp_path / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        else:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(room, "LARGE", 1)
    found = size(tmp_path)
    assert dict(found.rows) == rows(drawn)
    assert found.people == pytest.approx(len(everybody(drawn)), rel=0.15)
    assert found.sharers == pytest.approx(drawn.tables.shares["person_id"].nunique(), rel=0.15)


@pytest.mark.parametrize("large", [1, 10**9])
def test_people_of_several_columns_files_and_tables_count_once(
    large: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files of people who follow each other in no way, and touches by half of the first and as many new ones."""
    for file in "ab":
        lines = (f"{file}-fan-{one},{file}-star-{one}" for one in range(2_000))
        (tmp_path / f"follows-{file}.csv").write_text("\n".join(["follower_id,followed_id", *lines]) + "\n")
    lines = (f"2026-01-01T00:00:00Z,{who}-{one},click" for who in ("a-fan", "new") for one in range(1_000))
    (tmp_path / "touches.csv").write_text("\n".join(["touched_at,person_id,kind", *lines]) + "\n")
    monkeypatch.setattr(room, "LARGE", large)
    found = size(tmp_path)
    assert dict(found.rows) == {"follows": 4_000, "touches": 2_000}
    assert found.people == pytest.approx(9_000, rel=0.1 if large == 1 else 0)
    assert found.buyers == 0


@pytest.mark.parametrize("large", [1, 10**9])
def test_orders_that_name_nobody_and_workbooks_are_counted(
    large: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (f"{one},2026-01-01T00:00:00Z,5.5" for one in range(300))
    (tmp_path / "conversions.csv").write_text("\n".join(["conversion_id,converted_at,value", *lines]) + "\n")
    book = openpyxl.Workbook()
    for row in [("follower_id", "followed_id"), *((f"fan {one}", "linh") for one in range(250))]:
        book.active.append(row)
    book.save(tmp_path / "follows.xlsx")
    monkeypatch.setattr(room, "LARGE", large)
    found = size(tmp_path)
    assert dict(found.rows) == {"conversions": 300, "follows": 250}
    assert (found.people, found.buyers) == (251, 0)


def test_more_of_anything_needs_more(made: tuple[Path, world.World]) -> None:
    needs = estimate(made[0])
    assert 0 < needs.memory_low < needs.memory < needs.memory_high < 2
    assert needs.memory_high / needs.memory == pytest.approx(1.3)
    assert 0 < needs.seconds_low < needs.seconds < needs.seconds_high
    assert needs.frame()["what"].tolist()[-2:] == ["seconds", "memory"]


def test_the_command_tells_and_does_nothing_else(
    made: tuple[Path, world.World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    log = logging.getLogger("influence_graph.kernels")
    monkeypatch.setattr(log, "level", logging.INFO)
    assert answer(["map", str(made[0]), "--estimate", "--quiet"]) == ExitCode.FINE
    told = capsys.readouterr().out
    assert "Memory at its peak: about 0." in told
    assert "follows" in told
    assert answer(["map", str(made[0]), "--estimate", "--quiet", "--json"]) == ExitCode.FINE
    assert json.loads(capsys.readouterr().out)["rows"] == rows(made[1])
    assert not list(tmp_path.iterdir())
    assert log.level == logging.INFO, "quiet for one command alone"


def test_a_store_or_nothing_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["map", "brand.duckdb", "--estimate", "--quiet"]) == ExitCode.USAGE
    assert "brand.duckdb" in capsys.readouterr().err
    assert answer(["map", str(tmp_path), "brand.duckdb", "--estimate", "--quiet"]) == ExitCode.USAGE
    assert "brand.duckdb" in capsys.readouterr().err
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    assert answer(["map", str(tmp_path), "--estimate", "--quiet"]) == ExitCode.TABLES
