"""A map that was given a budget: its plan beside everything else, in files, findings and the report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tiny import few_sweeps

from influence_graph.folder import write
from influence_graph.language import LANGUAGES, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.planning import MIXES
from influence_graph.views.figures import orders_against_budget
from influence_graph.views.report import report
from influence_graph.world import make


@pytest.fixture(scope="module")
def result() -> MapResult:
    """A small programme, mapped with a budget."""
    world = make("demo", people=800, creators=20, campaigns=3, seed=3)
    with few_sweeps():
        return map_tables(world.tables, backtest=False, budget=8_000)


def test_the_plan_stands_beside_the_map(result: MapResult) -> None:
    told = result.outlook
    assert told is not None
    assert told.budget == result.run["parameters"]["budget"] == 8_000
    assert told.plan.cost <= 8_000
    assert result.run["seconds"]["plan"] > 0
    ids = [found.id for found in result.findings if found.basis == "plan.json"]
    assert ids[0] == "planning.answer"
    assert "planning.concentrated" in ids
    best = told.curve.points[told.curve.points["mix"].eq("best mix")].iloc[-1]
    assert best["conversions"] == pytest.approx(told.plan.conversions.mean, rel=0.05)


def test_a_store_keeps_it_beside_people(result: MapResult) -> None:
    kept, told = result.frames["people"], result.outlook
    assert told is not None
    planned = kept.dropna(subset="plan_place").sort_values("plan_place")
    assert planned["person_id"].tolist() == told.plan.people["person_id"].tolist()
    assert planned["plan_gain"].sum() == pytest.approx(told.plan.conversions.mean)
    assert planned["plan_cost"].sum() == pytest.approx(told.plan.cost)
    assert set(planned["plan_currency"]) == {"USD"}
    assert len(kept) == len(result.people)


def test_the_folder_holds_it_and_forgets_it(result: MapResult, tmp_path: Path) -> None:
    write(result, tmp_path)
    told = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    keys = {
        "people",
        "cost",
        "conversions",
        "conversions_low",
        "conversions_high",
        "certificate",
        "alternatives",
        "curve",
    }
    assert keys <= set(told)
    assert {point["mix"] for point in told["curve"]["points"]} == set(MIXES)
    assert result.outlook is not None
    people = result.outlook.plan.people
    hidden = set(people.loc[~people["is_creator"], "person_id"])
    assert hidden
    text = (tmp_path / "plan.json").read_text(encoding="utf-8") + (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not [person for person in hidden if re.search(rf"\b{person}\b", text)]
    with few_sweeps():
        write(map_tables(result.tables, backtest=False), tmp_path)
    assert not (tmp_path / "plan.json").exists()  # what an earlier map found does not belong to this one


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_has_a_block(language: str, result: MapResult) -> None:
    with speaking(language):
        page = report(result)
        chart = orders_against_budget(result)
    title = {"en": "Whom to activate next", "vi": "Kích hoạt ai tiếp theo"}[language]
    block = page[page.index('id="plan"') :]
    assert title in block
    assert result.outlook is not None
    people = result.outlook.plan.people
    for name in people.loc[people["is_creator"], "name"]:
        assert name in block
    assert chart is not None
    assert len(chart.to_dict()["layer"]) == 3


def test_a_budget_that_pays_for_nobody_does_not_lose_the_map(result: MapResult) -> None:
    with few_sweeps():
        told = map_tables(result.tables, backtest=False, budget=0.5)
    assert told.outlook is None
    assert [found.id for found in told.findings if found.basis == "plan.json"] == ["cascades.budget-small"]
    assert "pays for nobody" in told.run["skipped"][-1]["text"]
    assert "pays for nobody" in report(told)
