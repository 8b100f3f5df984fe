"""What the map says: which statements are made of which numbers, and that nothing is said that nobody knows."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from sketch import empty_map, full_map, without_conversions
from statements import by_id, small_map

from influence_graph.findings import find
from influence_graph.language import LANGUAGES, speaking
from influence_graph.tables.schema import Tables, empty


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
