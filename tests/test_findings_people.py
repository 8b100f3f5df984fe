"""What is said of people: who beats their follower count, by what, and who is told from whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from sketch import full_map
from statements import by_id, small_map


def test_a_verdict_beside_an_interval_that_reaches_one_is_explained() -> None:
    sketch = full_map()
    assert "findings.beaters-reach" not in by_id(sketch)
    beats = sketch.people["beats_followers"].eq(True).fillna(False)
    low = sketch.people["lift_low"].where(~beats | (beats.cumsum() > 2), 0.97)
    found = by_id(replace(sketch, people=sketch.people.assign(lift_low=low)))["findings.beaters-reach"]
    assert found.numbers == {"n": 2}
    assert "one wrong name in twenty" in found.text


def test_those_who_beat_their_follower_count_are_named_surest_first() -> None:
    sketch = full_map()
    numbers = by_id(sketch)["findings.beaters"].numbers
    beats = sketch.people[sketch.people["beats_followers"]]
    assert (numbers["n"], numbers["scope"]) == (len(beats), len(sketch.people))
    surest = beats.sort_values("lift_low", ascending=False)["person_id"].head(3)
    assert [item["person_id"] for item in numbers["best"]] == surest.tolist()


def test_what_it_takes_to_explain_them_away_is_said_beside() -> None:
    sketch = full_map()
    found = sketch.findings
    ids = [each.id for each in found]
    assert ids.index("findings.unseen") == ids.index("findings.beaters") + 1
    beats = sketch.people[sketch.people["beats_followers"]]
    numbers = by_id(sketch)["findings.unseen"].numbers
    least = beats.sort_values("e_value_low").iloc[0]
    assert numbers["n"] == len(beats)
    assert numbers["least"] == least["e_value_low"]
    assert numbers["name"].startswith(least["name"] if isinstance(least["name"], str) else least["person_id"])
    assert numbers["middle"] == beats["e_value_low"].median()
    assert "findings.unseen" not in by_id(replace(sketch, people=sketch.people.assign(e_value_low=np.nan)))


def test_the_strongest_group_that_can_not_be_parted_is_said_as_one() -> None:
    sketch = small_map()
    ids = sketch.people["person_id"]
    groups = pd.DataFrame(
        {
            "group": [1, 1, 2, 2],
            "person_id": [ids[2], ids[3], ids[0], ids[1]],
            "driven": [5.0, 5.0, 40.0, 40.0],
            "driven_low": [1.0, 1.0, 30.0, 30.0],
            "driven_high": [9.0, 9.0, 50.0, 50.0],
        }
    )
    found = by_id(replace(sketch, together=groups))["findings.group"]
    assert found.numbers == {
        "n": 2, "names": "Ann, Bob", "driven": 40.0, "driven_low": 30.0, "driven_high": 50.0,
    }  # fmt: skip
    outsiders = sketch.people.assign(is_creator=[True, False, True, True])
    assert "findings.group" not in by_id(replace(sketch, together=groups, people=outsiders)), "only creators are named"


def test_the_largest_that_do_not_beat_name_those_who_surely_fall_short_first() -> None:
    numbers = by_id(small_map())["findings.largest"].numbers
    assert (numbers["n"], numbers["scope"], numbers["sure"]) == (3, 4, 1)
    assert [item["name"] for item in numbers["best"]] == ["Bob", "Cúc", "c003"]
    assert numbers["best"][0]["expected"] == 64


def test_persuasion_and_activity_are_told_apart() -> None:
    numbers = by_id(small_map())["findings.persuasion"].numbers
    assert (numbers["n"], numbers["persuasive"], numbers["activity"]) == (1, 1, 0)


def test_who_beats_by_activity_alone_is_not_called_persuasive() -> None:
    people = small_map().people.assign(persuasive=pd.array([False, False, True, pd.NA], dtype="boolean"))
    found = by_id(replace(small_map(), people=people))
    assert found["findings.activity"].numbers == {"n": 1, "persuasive": 0, "activity": 1}
    assert "findings.persuasion" not in found


def test_creators_of_one_name_are_told_apart_by_their_ids() -> None:
    sketch = small_map()
    people = sketch.people.assign(name=pd.array(["Lan", "Lan", "Cúc", None], dtype="str"))
    ids = people["person_id"].tolist()
    named = [item["name"] for item in by_id(replace(sketch, people=people))["findings.largest"].numbers["best"]]
    assert named == [f"Lan ({ids[1]})", "Cúc", ids[3]]


def test_one_account_alone_is_no_largest() -> None:
    sketch = small_map()
    assert "findings.largest" not in by_id(replace(sketch, people=sketch.people.iloc[1:2]))


def test_creators_who_do_not_differ_are_called_alike() -> None:
    sketch = small_map()
    nobody = pd.array([False] * 4, dtype="boolean")
    found = by_id(replace(sketch, people=sketch.people.assign(beats_followers=nobody, persuasive=nobody)))
    assert found["findings.alike"].numbers["n"] == 4
    assert "no evidence that any of these 4 creators persuades" in found["findings.alike"].text
    assert found["findings.beaters-none"].numbers["n"] == 4
    assert "findings.persuasion" not in found


def test_what_can_not_be_told_is_counted() -> None:
    found = by_id(small_map())
    assert found["findings.fan-effect"].numbers == {"n": 1, "scope": 4}
    assert found["findings.few-exposures"].numbers == {"n": 1, "scope": 4}
    assert "findings.together" not in found


def test_claims_are_compared_over_those_who_have_both_numbers() -> None:
    sketch = small_map()
    assert by_id(sketch)["findings.claims"].numbers == {"n": 90.0, "driven": 40.0, "people": 2}
    found = by_id(replace(sketch, total={**sketch.total, "driven_low": 0.2}))
    assert "findings.claims" not in found
    assert "no evidence that their posts drove these" in found["findings.claims-unproven"].text
    assert "40" not in found["findings.claims-unproven"].text, "what they drove may be nothing"


def test_ripple_is_never_added_over_people() -> None:
    finding = by_id(small_map())["findings.ripple"]
    assert finding.numbers["n"] == 1
    assert finding.numbers["best"] == [{"person_id": "c001", "name": "Bob", "ripple": 7.0}]
