"""Placebos as an answer: in a map, in words, the same for the same seed, and not tested where nothing can be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from swapped import SHUFFLES, verdict
from tiny import few_sweeps

from influence_graph.errors import TablesError, UsageError
from influence_graph.folder import write
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import map_tables
from influence_graph.placebos import TESTS, placebo
from influence_graph.placebos.sentences import tell
from influence_graph.world import make


def test_a_map_with_a_placebo_holds_it_and_a_map_without_leaves_no_old_one(tmp_path: Path) -> None:
    world = make("influence", people=800, creators=20, campaigns=3, seed=4)
    with few_sweeps():
        result, plain = map_tables(world.tables, placebo=SHUFFLES), map_tables(world.tables)
    assert result.placebo is not None
    assert result.run["parameters"]["placebo"] == SHUFFLES
    checks = [finding for finding in result.findings if finding.about == "checks"]
    assert [finding.id for finding in checks] == [note.id for note in result.placebo.notes]
    pd.testing.assert_frame_equal(result.people, plain.people)
    write(result, tmp_path)
    told = json.loads((tmp_path / "placebo.json").read_text(encoding="utf-8"))
    assert {"tests", "people", "followers", "findings", "run"} == set(told)
    assert {row["person_id"] for row in told["people"]} <= set(world.tables.creators["creator_id"])
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    write(plain, tmp_path)
    assert not (tmp_path / "placebo.json").exists()
    assert (tmp_path / "mine.txt").exists()
    with pytest.raises(UsageError, match="at least 20"):
        map_tables(world.tables, placebo=5)


def test_a_map_without_orders_to_credit_has_no_placebo() -> None:
    world = make("influence", people=800, creators=20, campaigns=3, seed=4)
    with few_sweeps():
        result = map_tables(replace(world.tables, conversions=world.tables.conversions.iloc[:0]), placebo=SHUFFLES)
    assert result.placebo is None
    assert "placebos.untested" in {finding.id for finding in result.findings}


def test_the_same_seed_says_the_same_and_a_later_calendar_too() -> None:
    world = make("influence", people=800, creators=20, campaigns=3, seed=4)
    one = placebo(world.tables, shuffles=SHUFFLES, seed=3)
    mixed = {
        name: world.tables[name].sample(frac=1.0, random_state=1).reset_index(drop=True)
        for name in ("shares", "follows", "conversions")
    }
    again = placebo(replace(world.tables, **mixed), shuffles=SHUFFLES, seed=3)
    pd.testing.assert_frame_equal(one.tests, again.tests, rtol=1e-6)
    pd.testing.assert_frame_equal(one.people, again.people, rtol=1e-6)
    year = pd.Timedelta(days=365)
    later = replace(
        world.tables,
        shares=world.tables.shares.assign(shared_at=world.tables.shares["shared_at"] + year),
        conversions=world.tables.conversions.assign(converted_at=world.tables.conversions["converted_at"] + year),
        campaigns=world.tables.campaigns.assign(ends_at=world.tables.campaigns["ends_at"] + year),
    )
    pd.testing.assert_frame_equal(one.tests, placebo(later, shuffles=SHUFFLES, seed=3).tests, rtol=1e-6)


def test_who_shares_alone_is_unknown_not_refuted() -> None:
    world = make("influence", people=800, creators=20, campaigns=3, seed=4)
    shares = world.tables.shares.copy()
    alone = str(shares["person_id"].iloc[0])
    shares.loc[shares["person_id"] == alone, "campaign_id"] = "nobody-else"
    people = placebo(replace(world.tables, shares=shares), shuffles=SHUFFLES).people.set_index("person_id")
    assert people.loc[alone, ["driven", "by_chance", "z", "q_value", "survives"]].isna().all()
    assert people.drop(index=alone)["z"].notna().all()


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("alone", [True, False])
def test_where_a_swap_changes_nothing_nothing_is_refuted(alone: bool) -> None:
    """One creator, or everybody at one time: posts after the order have nothing to be measured against."""
    tables = make("influence", people=1000, creators=20, campaigns=2, seed=4).tables
    shares = tables.shares
    if alone:
        followed = tables.follows["followed_id"]
        shares = shares.assign(person_id=followed[followed.isin(shares["person_id"])].mode()[0])
    else:
        shares = shares.assign(shared_at=shares.groupby("campaign_id")["shared_at"].transform("median"))
    found = placebo(replace(tables, shares=shares), shuffles=SHUFFLES)
    assert verdict(found, "time") == verdict(found, "future") == "not tested"
    assert {"placebos.time-untested", "placebos.future-untested"} <= {note.id for note in found.notes}
    assert found.people["survives"].isna().all()


def test_what_can_not_be_tested_is_said() -> None:
    world = make("influence", people=800, creators=20, campaigns=3, seed=4)
    nameless = world.tables.conversions.assign(person_id=pd.Series(None, world.tables.conversions.index, "str"))
    found = placebo(replace(world.tables, conversions=nameless), shuffles=SHUFFLES)
    assert set(found.tests["verdict"]) == {"not tested"}
    assert [note.id for note in found.notes] == ["placebos.untested", "placebos.no-buyers"]
    unfollowed = placebo(replace(world.tables, follows=world.tables.follows.iloc[:0]), shuffles=SHUFFLES)
    assert set(unfollowed.tests["verdict"]) == {"not tested"}
    assert [note.id for note in unfollowed.notes] == ["placebos.untested", "placebos.unseen"]
    others = world.tables.conversions.assign(person_id="shop-" + world.tables.conversions["person_id"])
    unlinked = placebo(replace(world.tables, conversions=others), shuffles=SHUFFLES)
    assert [note.id for note in unlinked.notes] == ["placebos.untested", "placebos.unlinked"]
    assert dict(unlinked.notes[1].numbers) == {"n": others["person_id"].notna().sum()}
    for name in ("shares", "conversions"):
        with pytest.raises(TablesError, match="nothing to test"):
            placebo(replace(world.tables, **{name: world.tables[name].iloc[:0]}), shuffles=SHUFFLES)
    with pytest.raises(UsageError, match="at least 20"):
        placebo(world.tables, shuffles=19)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_is_worded(language: str) -> None:
    people = pd.DataFrame({"survives": pd.array([True, False, None], dtype="boolean"), "z": [3.0, 0.1, np.nan]})
    run = {"shuffles": 50, "follows": 3, "anonymous": 2.0, "unlinked": 0.0, "orders": 100.0}
    followers = {
        "driven": 40.0, "orders": 100.0, "single": 30.0, "single_people": 9.0, "driven_without": 1.0,
        "orders_without": 70.0,
    }  # fmt: skip
    with speaking(language):
        for word in ("survives", "partly", "vanishes", "no credit", "not tested"):
            tests = pd.DataFrame(
                [
                    [test, 100.0, 40.0, 10.0, 5.0, 15.0, 0.75, 0.6, 0.9, 4.0, 0.02, word]
                    for test in ("time", "reversed", "future")
                ],
                columns=list(TESTS),
            )
            for told in (followers, followers | {"driven_without": 30.0}):
                texts = [say(note.id, **note.numbers) for note in tell(tests, people, told, run)]
                assert len(texts) >= 5
                assert not any("{" in text for text in texts)
        untested = tests.assign(verdict="not tested")
        for known in ({"follows": 0, "anonymous": 0.0}, {"anonymous": 100.0}, {"unlinked": 98.0}):
            texts = [say(note.id, **note.numbers) for note in tell(untested, people, {}, run | known)]
            assert len(texts) >= 2
            assert not any("{" in text for text in texts)
