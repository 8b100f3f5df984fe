"""The shortlist of an experiment: whatever file it stands in, and whatever it calls people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from given import table
from trial import DAYS, START, programme

from influence_graph.errors import TablesError
from influence_graph.experiment import Design, design, power
from influence_graph.tables.schema import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return programme(3)


@pytest.fixture(autouse=True)
def few_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be seen is not asked here."""
    monkeypatch.setattr(power, "PLAYED", 8)
    monkeypatch.setattr(power, "DRAWS", 19)


def drawn(tables: Tables, shortlist: list[str] | Path | None = None) -> Design:
    return design(tables, shortlist, start=START, days=DAYS)


NAMES = ["c001", "@C002", "creator 3", "SAVE4", "c005", "nobody", "c001"]


@pytest.mark.parametrize("form", ["list", "txt", "headless.txt", "csv", "xlsx"])
def test_a_shortlist_is_read_whatever_it_calls_people(form: str, tables: Tables, tmp_path: Path) -> None:
    tables = replace(tables, aliases=table("aliases", alias=["SAVE4"], kind=["code"], person_id=["c004"]))
    given: list[str] | Path = NAMES
    if form != "list":
        given = tmp_path / f"list.{form}"
        frame = pd.DataFrame({"note": ["warm", "cold"] * 3 + ["c009"], "creator_id": NAMES, "fee": range(7)})
        if form == "csv":
            frame.to_csv(given, index=False, sep=";")
        elif form == "xlsx":
            frame.to_excel(given, index=False)
        else:
            lines = NAMES if form == "headless.txt" else ["Creator ID", *NAMES]
            given.write_text("\n".join(lines))
    found = drawn(tables, given)
    assert sorted(found.creators["creator_id"]) == ["c001", "c002", "c003", "c004", "c005"]
    assert found.left_out.to_dict("records") == [{"listed": "nobody", "reason": "unknown"}]


def test_a_maps_people_are_a_shortlist_of_its_creators(tables: Tables, tmp_path: Path) -> None:
    people = pd.DataFrame({"person_id": ["p00001", "c003", "c004"], "name": "x", "is_creator": [False, True, True]})
    people.to_csv(tmp_path / "people.csv", index=False, encoding="utf-8-sig")
    assert set(drawn(tables, tmp_path / "people.csv").creators["creator_id"]) == {"c003", "c004"}


def test_who_can_not_take_part_is_said(tables: Tables) -> None:
    twins = tables.creators.assign(name=tables.creators["name"].replace("Creator 9", "Creator 8"))
    lonely = pd.concat([twins, table("creators", creator_id=["new"], name=["New"])], ignore_index=True)
    found = drawn(replace(tables, creators=lonely), ["c001", "c002", "new", "Creator 8", "who"])
    assert dict(found.left_out.to_numpy().tolist()) == {
        "new": "no followers", "Creator 8": "ambiguous", "who": "unknown"
    }  # fmt: skip
    everybody = drawn(replace(tables, creators=lonely))
    assert everybody.left_out.empty  # nobody asked for these
    assert len(everybody.creators) == 24


def test_a_list_that_names_nobody_is_refused(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    with pytest.raises(TablesError, match="names nobody"):
        drawn(tables, tmp_path / "list.csv")
