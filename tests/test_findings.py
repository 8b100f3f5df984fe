"""What the map says: which statements are made of which numbers, and that nothing is said that nobody knows."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sketch import Sketch, empty_map, full_map, people_frame, without_conversions

from influence_graph.backtesting.claims import claims
from influence_graph.backtesting.intervals import Interval
from influence_graph.findings import Finding, find
from influence_graph.language import LANGUAGES, speaking
from influence_graph.tables.schema import Tables, empty


def by_id(sketch: Sketch, **more: object) -> dict[str, Finding]:
    found = find(sketch.drivers, sketch.people, sketch.mix, sketch.tables, **more)
    assert len({finding.id for finding in found}) == len(found)
    return {finding.id: finding for finding in found}


def small_map() -> Sketch:
    """Four creators whose every number can be read off."""
    people = people_frame(4).assign(
        name=pd.array(["Ann", "Bob", "Cúc", None], dtype="str"),
        followers=[100.0, 9_000.0, 5_000.0, 40.0],
        driven=[30.0, 10.0, 60.0, 1.0],
        expected=[1.0, 64.0, 35.0, 1.0],
        lift=[30.0, 0.2, 1.7, 1.0],
        lift_low=[12.0, 0.1, 0.8, 0.1],
        lift_high=[50.0, 0.4, 3.0, 4.0],
        beats_followers=pd.array([True, False, False, False], dtype="boolean"),
        persuasive=pd.array([True, False, False, pd.NA], dtype="boolean"),
        identifiable=pd.array(["yes", "yes", "fan effect", "too few exposures"], dtype="str"),
        claimed=[50.0, 40.0, np.nan, np.nan],
        ripple=[0.2, 7.0, 0.0, np.nan],
        community=[0.0, 1.0, 1.0, 1.0],
    )
    return replace(full_map(4, 10), people=people)


def test_the_total_is_said_with_its_interval_first() -> None:
    first = full_map().findings[0]
    assert first.id == "findings.total"
    assert "1,240 of 3,000" in first.text
    assert "1,105 to 1,378" in first.text
    assert "59%" in first.text


def test_an_interval_that_holds_zero_is_no_evidence() -> None:
    sketch = full_map()
    found = by_id(replace(sketch, total={**sketch.total, "driven_low": 0.2}))
    assert "findings.total" not in found
    assert "no evidence that shares drive conversions" in found["findings.total-none"].text
    # How nothing splits is not said.
    split = "beaters largest delay persuasion roles-driven campaigns communities ripple fan-effect".split()
    assert not {f"findings.{name}" for name in split} & found.keys()


@pytest.mark.parametrize("low", [0.0, -0.01])
def test_a_total_that_held_back_orders_do_not_prove_is_said_to_be_unproven(low: float) -> None:
    sketch, gain = full_map(), Interval(0.03, low, 0.07)
    gains = dict.fromkeys(("shares", "timing", "creators", "own_over_followers"), gain)
    verdict = list(claims(gains, credited=0.4, floor=0.01, units=6))
    found = find(sketch.drivers, sketch.people, sketch.mix, sketch.tables, verdict=verdict)
    told = [each.id for each in found[:3]]
    assert told == ["findings.total", "backtesting.shares-none", "findings.total-unproven"]
    assert found[2].about == "answer"
    assert "the 1,240 conversions above" in found[2].text
    assert "(6 parts)" in found[2].text
    assert "none of it proven" in found[2].text
    nothing = by_id(replace(sketch, total={**sketch.total, "driven_low": 0.2}), verdict=verdict)
    assert "findings.total-unproven" not in nothing  # the total itself then says it
    sure = list(claims(dict.fromkeys(gains, Interval(0.03, 0.01, 0.05)), credited=0.4, floor=0.01, units=6))
    assert "findings.total-unproven" not in by_id(sketch, verdict=sure)


def test_how_long_orders_take_is_said_in_days_or_hours() -> None:
    sketch = full_map()
    found = by_id(sketch)
    assert "within 2.9 days of the share, on average after 4.2" in found["findings.delay"].text
    assert "findings.delay-late" not in found
    fast = {**sketch.total, "delay_median_days": 0.25, "delay_family": "heavy tail"}
    found = by_id(replace(sketch, total=fast))
    assert "within 6 hours" in found["findings.delay-hours"].text
    assert "some only after weeks" in found["findings.delay-late"].text
    assert "findings.delay" not in found
    unknown = by_id(replace(sketch, total={**sketch.total, "delay_days": None, "delay_median_days": None}))
    assert not any(name.startswith("findings.delay") for name in unknown)


def test_whether_later_posts_work_less_is_said_where_it_was_asked() -> None:
    sketch = full_map()
    assert not any(name.startswith("findings.wear") for name in by_id(sketch))

    def said(evident: str | None, low: float, high: float, **total: object) -> dict[str, Finding]:
        told = {"second": (low + high) / 2, "second_low": low, "second_high": high, "fifth": 0.6, "evident": evident}
        return by_id(replace(sketch, total={**sketch.total, "wear_out": told, **total}))

    assert "works 30% less on the same people than the first (20% to 40%), the fifth 60%" in (
        said("less", 0.2, 0.4)["findings.wear"].text
    )
    assert "works 30% more on the same people than the first (20% to 40%)" in (
        said("more", -0.4, -0.2)["findings.wear-more"].text
    )
    nothing = said(None, -0.1, 0.2)["findings.wear-none"].text
    assert "no evidence" in nothing
    assert "up to 20% less or 10% more" in nothing
    for unknown in (said("less", 0.2, 0.4, driven_low=0.0), said(None, 0.0, 0.0, wear_out=None)):
        assert "can't be told" in unknown["findings.wear-untold"].text
        assert unknown["findings.wear-untold"].about == "limits"
        assert "findings.wear" not in unknown


def test_the_busiest_hour_is_said_where_people_buy_by_the_hour() -> None:
    sketch = full_map()
    assert "findings.rhythm" not in by_id(sketch)
    hours = [0.5] * 20 + [8.0] + [2.0] * 3
    found = by_id(replace(sketch, total={**sketch.total, "rhythm": hours}))
    assert "around 20:00 UTC, 8.0 times as many" in found["findings.rhythm"].text


def test_without_a_lift_the_reason_is_said() -> None:
    sketch = full_map()
    people = sketch.people.assign(followers=np.nan, lift=np.nan, beats_followers=pd.NA)
    found = by_id(replace(sketch, people=people.astype({"beats_followers": "boolean"})))
    assert "findings.no-lift" in found
    assert "findings.beaters" not in found


def test_one_and_several_are_worded_as_such() -> None:
    assert "1 of 4 creators beats" in by_id(small_map())["findings.beaters"].text
    assert "creators beat their" in by_id(full_map())["findings.beaters"].text


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


def test_the_mix_is_that_of_people_who_show_a_role() -> None:
    numbers = by_id(full_map())["findings.roles-people"].numbers
    assert numbers["all"] == pytest.approx(1_000)
    assert numbers["assigned"] == pytest.approx(0.96)
    assert numbers["influencer"] == pytest.approx(0.5)
    assert sum(numbers[role] for role in ("influencer", "ugc", "advocate")) == pytest.approx(1)


def test_campaigns_are_compared_by_name_where_they_have_enough_conversions() -> None:
    numbers = by_id(full_map())["findings.campaigns"].numbers
    assert (numbers["n"], numbers["most"], numbers["most_share"]) == (2, "Xuân", pytest.approx(0.5))


def test_campaigns_that_differ_by_chance_are_not_compared() -> None:
    sketch = full_map()
    shares = {60: 0.50, 61: 0.52, 600: 0.60}
    told = [{"campaign_id": f"k{n}", "conversions": n, "organic_share": part} for n, part in shares.items()]
    drivers = SimpleNamespace(total=sketch.total, campaigns=pd.DataFrame(told), groups=None)
    ids = {found.id for found in find(drivers, sketch.people, sketch.mix, sketch.tables)}  # type: ignore[arg-type]
    assert "findings.campaigns" not in ids
    told[1] |= {"conversions": 400}
    told[2] |= {"organic_share": 0.70}
    drivers.campaigns = pd.DataFrame(told[1:])
    assert "findings.campaigns" in {found.id for found in find(drivers, sketch.people, sketch.mix, sketch.tables)}  # type: ignore[arg-type]


def test_the_strongest_community_is_said_with_its_share() -> None:
    numbers = by_id(small_map())["findings.communities"].numbers
    assert numbers == {"n": 2, "community": "1", "people_share": 0.75, "driven_share": pytest.approx(71 / 101)}


def test_without_conversions_the_widest_reach_is_named() -> None:
    sketch = without_conversions(full_map())
    first = sketch.findings[0]
    assert first.id == "findings.no-conversions"
    widest = sketch.people.nlargest(3, "audience")["person_id"].tolist()
    assert [item["person_id"] for item in first.numbers["best"]] == widest
    assert not {"findings.beaters", "findings.beaters-none", "findings.no-lift"} & by_id(sketch).keys()


def test_orders_that_do_not_count_are_not_taken_for_none() -> None:
    orders = empty("conversions").reindex(range(3)).assign(conversion_id=["a", "a", "b"], status="cancelled")
    first = replace(without_conversions(full_map()), tables=Tables(conversions=orders)).findings[0]
    assert (first.id, first.numbers) == ("findings.none-counts", {"n": 2})


def test_posts_nobody_saw_are_not_asked_for_again() -> None:
    sketch = full_map()
    unknown = {**sketch.total, "driven_low": None, "driven_high": None}
    posted = Tables(shares=empty("shares").reindex(range(2)))
    assert by_id(replace(sketch, total=unknown, tables=posted)).keys() >= {"findings.no-exposure"}
    assert "findings.organic-only" in by_id(replace(sketch, total=unknown, tables=Tables()))


def test_that_no_buyer_is_known_is_said_though_nothing_can_be_credited() -> None:
    sketch = small_map()
    people = sketch.people.assign(identifiable="no buyers known")
    found = by_id(replace(sketch, people=people, total={**sketch.total, "driven_low": 0.0}))
    assert found["findings.no-buyers"].numbers == {"n": 4, "scope": 4}


def test_nothing_at_all_is_one_clear_sentence() -> None:
    first = empty_map().findings[0]
    assert first.id == "findings.nobody"
    assert "Add an order report" in first.text


def test_anonymous_orders_are_counted_once_an_order() -> None:
    orders = empty("conversions").reindex(range(4))
    orders = orders.assign(conversion_id=["a", "a", "b", "c"], person_id=[None, None, "p", None], value=1.0)
    numbers = by_id(replace(full_map(), tables=Tables(conversions=orders)))["findings.anonymous"].numbers
    assert numbers == {"n": 2, "orders": 3, "share": pytest.approx(2 / 3)}


def test_missing_tables_say_what_they_would_add() -> None:
    found = by_id(empty_map())
    missing = {name for name in found if name.startswith("findings.missing-")}
    tables = "creators shares follows campaigns touches aliases followers".split()
    assert missing == {f"findings.missing-{table}" for table in tables}
    assert "findings.missing-campaigns" not in by_id(full_map())


def test_refused_rows_are_counted() -> None:
    assert by_id(full_map())["findings.refused"].numbers == {"n": 2, "read": 3_002}


def test_swapped_columns_come_before_everything() -> None:
    test = SimpleNamespace(followed_first=0.3, pairs=400, z=-8.0, swapped=True)
    sketch = full_map()
    first = find(sketch.drivers, sketch.people, sketch.mix, sketch.tables, direction=test)[0]  # type: ignore[arg-type]
    assert first.id == "findings.swapped"
    assert "30% of 400 pairs" in first.text
    assert "findings.swapped" not in by_id(sketch, direction=SimpleNamespace(**{**vars(test), "swapped": False}))


def test_a_fit_that_did_not_settle_is_said() -> None:
    sketch = full_map()
    assert "findings.not-converged" not in by_id(sketch)
    found = by_id(replace(sketch, total={**sketch.total, "converged": False}))
    assert found["findings.not-converged"].numbers == {"n": 48}


def test_only_creators_are_named() -> None:
    sketch = small_map()
    people = sketch.people.assign(is_creator=[False, True, True, True])
    texts = " ".join(finding.text for finding in find(sketch.drivers, people, sketch.mix, sketch.tables))
    assert "Ann" not in texts
    assert "Bob" in texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [full_map, small_map, empty_map, lambda: without_conversions(full_map())])
def test_every_finding_is_plain_json_and_worded(make: object, language: str) -> None:
    with speaking(language):
        for finding in make().findings:  # type: ignore[operator]
            record = json.loads(json.dumps(finding.record(), allow_nan=False))
            assert record.keys() == {"id", "numbers", "basis", "text"}
            assert record["text"].strip()
            assert "nan" not in record["text"].lower().split()
            assert "{" not in record["text"]


def test_find_changes_nothing_it_is_given() -> None:
    sketch = small_map()
    before = sketch.people.copy(deep=True), sketch.mix.copy(deep=True), sketch.campaigns.copy(deep=True)
    find(sketch.drivers, sketch.people, sketch.mix, sketch.tables)
    for frame, kept in zip((sketch.people, sketch.mix, sketch.campaigns), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)
