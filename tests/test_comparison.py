"""Rules beside the model: what is handed out, why they disagree, and what is said of whom."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tiny import few_sweeps

from influence_graph import compare
from influence_graph.comparison import CREATORS, WORDS, Comparison
from influence_graph.comparison.sentences import tell
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.rules import RULES, journeys
from influence_graph.errors import TablesError
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.world import KINDS, World, make

PEOPLE, CREATOR_COUNT, CAMPAIGNS = 2000, 40, 5
ORDERS = 0.3


@cache
def made(kind: str, seed: int = 0) -> tuple[World, MapResult]:
    size = {name: getattr(KINDS[kind], name) * ORDERS for name in ("driven", "organic")}
    world = make(kind, people=PEOPLE, creators=CREATOR_COUNT, campaigns=CAMPAIGNS, seed=seed, **size)
    with few_sweeps():
        return world, map_tables(world.tables, seed=seed)


@cache
def compared(kind: str, seed: int = 0) -> Comparison:
    return compare(made(kind, seed)[1])


def test_each_creator_has_a_row_with_every_rule_and_rank() -> None:
    creators, people = compared("demo").creators, made("demo")[1].people
    assert list(creators.columns) == list(CREATORS)
    expected = people[people["is_creator"] & people["driven"].notna()]
    assert set(creators["person_id"]) >= set(expected["person_id"])
    assert creators["driven"].dropna().is_monotonic_decreasing
    for rule in ("driven", *RULES):
        by_credit = creators.sort_values(rule, ascending=False)[f"rank_{rule}"].dropna()
        assert by_credit.iloc[0] == 1
        assert by_credit.is_monotonic_increasing
        assert creators[f"rank_{rule}"].isna().equals(creators[rule].isna())


def test_totals_are_what_the_rules_hand_out() -> None:
    told, (world, result) = compared("demo"), made("demo")
    rules = told.rules.set_index("rule")
    assert list(rules.index) == ["driven", *RULES] == list(WORDS)
    assert rules.loc["driven", "handed_out"] == pytest.approx(result.drivers.total["driven"])
    assert rules["share"].to_numpy() == pytest.approx(rules["handed_out"].to_numpy() / world.planted["conversions"])
    given = told.creators[["driven", *RULES]].sum() / rules["handed_out"]
    assert given.to_numpy() == pytest.approx(rules["to_creators"].reindex(given.index).to_numpy())
    alike = ["first_touch", "last_touch", "position_based", "markov", "shapley"]
    assert np.ptp(rules.loc[alike, "handed_out"]) < 1e-6
    assert rules.loc["claimed", "handed_out"] == world.tables.conversions["code"].notna().sum()


def test_correlations_are_spearmans_over_whom_both_know() -> None:
    told = compared("demo")
    both = told.creators[["driven", "last_touch"]].dropna()
    ranks = both.rank()
    by_hand = np.corrcoef(ranks["driven"], ranks["last_touch"])[0, 1]
    assert told.correlations.loc["driven", "last_touch"] == pytest.approx(by_hand)
    assert told.rules.set_index("rule").loc["last_touch", "correlation"] == pytest.approx(by_hand)
    assert np.diag(told.correlations) == pytest.approx(np.ones(len(told.correlations)))


def test_reasons_are_the_orders_sorted_by_hand() -> None:
    """Order by order: who was seen, who was last, what the model credits to whom."""
    result, told = made("demo")[1], compared("demo").creators.set_index("person_id")
    exposure = expose(result.tables, result.network)
    paths = journeys(exposure)
    credit = result.drivers.credit.dropna(subset="conversion_id")
    by_order = {
        order: dict(zip(rows["person_id"], rows["credit"], strict=True))
        for order, rows in credit.groupby("conversion_id")
    }
    names = exposure.authors.to_numpy()
    found: dict[str, dict[str, float]] = {}
    for order, event in zip(exposure.orders["conversion_id"], exposure.events.of_order, strict=True):
        if event < 0 or paths.crowd[event]:
            continue
        span = slice(paths.ptr[event], paths.ptr[event + 1])
        seen, ages, driven = names[paths.author[span]], paths.age[span], by_order.get(order, {})
        organic = 1 - sum(driven.values())
        last = set(seen[ages == ages.min()]) if len(seen) else set()
        for person in set(seen) | set(driven):
            row = found.setdefault(
                person, dict.fromkeys(["exposed", "organic", "overlap", "anyway", "others", "missed"], 0.0)
            )
            row["exposed"] += person in seen
            row["organic"] += organic * (person in seen)
            row["overlap"] += person in seen and len(set(seen)) > 1
            part = sum(seen[ages == ages.min()] == person) / sum(ages == ages.min()) if person in last else 0.0
            row["anyway"] += part * organic
            row["others"] += part * (1 - organic - driven.get(person, 0.0))
            row["missed"] += (1 - part) * driven.get(person, 0.0)
    for person, row in found.items():
        if person in told.index and row["exposed"]:
            ours = told.loc[person]
            assert ours["exposed"] == pytest.approx(row["exposed"])
            assert ours["organic_share"] == pytest.approx(row["organic"] / row["exposed"])
            assert ours["overlap"] == pytest.approx(row["overlap"] / row["exposed"])
            for name, mine in (("organic", "anyway"), ("others", "others"), ("missed", "missed")):
                assert ours[f"last_touch_{name}"] == pytest.approx(row[mine], abs=1e-3), (person, name)


def test_again_is_the_same() -> None:
    one, two = compared("demo"), compare(made("demo")[1])
    for name in ("creators", "rules", "correlations"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)
    assert one.findings == two.findings


def test_tables_are_mapped_first() -> None:
    world, result = made("influence")
    with few_sweeps():
        told = compare(world.tables, seed=0, window_days=20.0)
    assert told.run["parameters"]["window_days"] == 20.0
    assert set(told.creators["person_id"]) == set(compared("influence").creators["person_id"])
    exposure = expose(result.tables, result.network, window_days=20.0)
    assert told.rules.set_index("rule").loc["last_touch", "handed_out"] == pytest.approx(journeys(exposure).with_touch)


def test_without_posts_or_orders_there_is_nothing_to_compare() -> None:
    world = made("influence")[0]
    for name in ("shares", "conversions"):
        with pytest.raises(TablesError, match="rules of credit need posts"), few_sweeps():
            compare(replace(world.tables, **{name: world.tables[name].iloc[:0]}))


# ------------------------------------------------------------------------------------------------------ planted worlds


@pytest.mark.parametrize("kind", ["null", "codes"])
def test_where_nothing_is_planted_last_touch_hands_out_much_and_ours_does_not(kind: str) -> None:
    shares = [compared(kind, seed).rules.set_index("rule")["share"] for seed in range(3)]
    assert all(share["last_touch"] > 0.4 for share in shares), shares
    assert np.mean([share["driven"] for share in shares]) < 0.02, shares
    if kind == "codes":
        assert all(share["claimed"] > 0.05 for share in shares), shares
    for seed in range(3):
        ids = [finding.id for finding in compared(kind, seed).findings]
        assert ids[0] == "comparison.total-none"
        assert not any("over" in each or "under" in each for each in ids)


def test_in_an_organic_world_last_touch_over_credits_and_ours_hardly() -> None:
    for seed in range(3):
        world, shares = made("organic", seed)[0], compared("organic", seed).rules.set_index("rule")["share"]
        planted = world.planted["driven"] / world.planted["conversions"]
        assert shares["last_touch"] - planted > 0.25
        assert abs(shares["driven"] - planted) < 0.1


# ----------------------------------------------------------------------------------------------------------- sentences


def by_hand() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, float]]:
    """Four creators of whom it is plain who looks better and worse by each rule."""
    creators = pd.DataFrame(
        {
            "person_id": list("abcd"),
            "name": ["Ann", "Bob", None, "Dan"],
            "followers": [1000.0, 8000.0, 500.0, 500.0],
            "driven": [60.0, 20.0, 15.0, 5.0],
            "driven_low": [50.0, 12.0, 9.0, 0.0],
            "driven_high": [70.0, 28.0, 21.0, 9.0],
            "identifiable": ["yes", "yes", "yes", "fan effect"],
            "last_touch": [50.0, 30.0, 70.0, 50.0],
            "follower_share": [20.0, 160.0, 10.0, 10.0],
            "claimed": [10.0, 5.0, 40.0, 0.0],
            "last_touch_organic": [10.0, 20.0, 42.0, 20.0],
            "last_touch_others": [5.0, 5.0, 21.0, 20.0],
            "last_touch_missed": [25.0, 15.0, 8.0, 0.0],
        }
    )
    people = pd.DataFrame(
        {"person_id": list("abcd"), "activity": [3.0, 0.5, 1.0, 1.0], "persuasion": [4.0, 0.2, 1.5, 1.0]}
    )
    rules = pd.DataFrame(
        {"rule": ["driven", *RULES], "handed_out": 200.0, "correlation": 0.5},
    )
    total = {"conversions": 250.0, "driven": 100.0, "driven_low": 80.0, "driven_high": 120.0, "anonymous": 10.0}
    return creators, rules, people, total


def test_who_is_over_and_under_credited_is_named_with_the_reason() -> None:
    found = list(tell(*by_hand()))
    named = [
        (finding.id.removeprefix("comparison."), finding.numbers["name"])
        for finding in found
        if finding.about == "people"
    ]
    assert named == [
        ("over-last-touch", "c"),  # 35 % of its credit for 15 %, and outside the interval; Dan's can't be told
        ("under-last-touch", "Ann"),
        ("over-followers", "Bob"),
        ("under-followers", "Ann"),
        ("under-followers", "c"),
        ("over-claimed", "c"),
        ("under-claimed", "Ann"),
    ]
    over = next(finding for finding in found if finding.id == "comparison.over-last-touch")
    assert (over.numbers["organic"], over.numbers["others"]) == (0.6, 0.3)
    assert "60% would have come anyway and 30%" in over.text
    under = next(finding for finding in found if finding.id == "comparison.under-last-touch")
    assert "25 went to somebody who posted later" in under.text
    why = next(finding for finding in found if finding.id == "comparison.why")
    assert why.numbers == {"organic": 92 / 200, "others": 51 / 200}
    assert [finding.id for finding in found if finding.about == "limits"] == ["comparison.anonymous"]


def test_nobody_is_named_for_less_than_an_order() -> None:
    creators, rules, people, total = by_hand()
    near = creators.assign(last_touch=[60.6, 19.7, 14.7, 5.0], driven_low=[60.0, 19.9, 14.9, 0.0], driven_high=60.1)
    ids = {finding.id for finding in tell(near, rules, people, total)}
    assert not {"comparison.over-last-touch", "comparison.under-last-touch"} & ids


def test_where_the_total_may_be_nothing_nobody_is_named() -> None:
    creators, rules, people, total = by_hand()
    found = list(tell(creators, rules, people, {**total, "driven_low": 0.0}))
    assert [finding.id for finding in found] == ["comparison.total-none", "comparison.anonymous"]
    unfitted = {**total, "driven_low": None, "anonymous": 0.0}
    assert [finding.id for finding in tell(creators, rules, people, unfitted)] == ["comparison.no-exposure"]


def test_what_a_rule_does_not_know_is_said() -> None:
    creators, rules, people, total = by_hand()
    unknown = rules["rule"].isin(["follower_share", "claimed", "markov"])
    rules = rules.assign(**{name: rules[name].mask(unknown) for name in ("handed_out", "correlation")})
    creators = creators.assign(follower_share=np.nan, claimed=np.nan)
    ids = {finding.id for finding in tell(creators, rules, people, {**total, "anonymous": 0.0})}
    assert {f"comparison.no-{name}" for name in ("followers", "claims", "markov")} <= ids
    assert not ids & {"comparison.anonymous", "comparison.over-followers", "comparison.over-claimed"}
    alone = rules["rule"].isin(["linear", "time_decay", "driven"])
    found = list(
        tell(
            creators.assign(last_touch=np.nan), rules.assign(handed_out=rules["handed_out"].where(alone)), people, total
        )
    )
    assert found[0].id == "comparison.total-linear"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_worded(language: str) -> None:
    with speaking(language):
        for kind in ("demo", "null"):
            for finding in compared(kind).findings:
                assert finding.text == finding.record()["text"]
                assert "{" not in finding.text
        assert len({say(message) for message in WORDS.values()}) == len(WORDS)
