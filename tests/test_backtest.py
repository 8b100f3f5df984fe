"""Verdicts: "no evidence" where nothing is planted, what is planted where it is, and the same answer every time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from given import table

from influence_graph import backtest, network
from influence_graph.backtesting import SCORES, WORDS, Backtest, untested
from influence_graph.drivers.exposure import expose
from influence_graph.folder import as_json
from influence_graph.measures import all_measures
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import make

SIZE = {"people": 4000, "creators": 60}


@cache
def found(kind: str, seed: int = 0, campaigns: int = 8, **changes: float) -> Backtest:
    return backtest(make(kind, campaigns=campaigns, seed=seed, **SIZE, **changes).tables, seed=seed)


def answers(told: Backtest) -> list[str]:
    return [claim.answer for claim in told.claims]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("null", {}), ("homophily", {"taste": 8.0, "burst": 0.4}), ("fans", {}), ("codes", {})],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_where_nobody_moves_anybody_there_is_no_evidence(kind: str, changes: dict[str, float], seed: int) -> None:
    assert answers(found(kind, seed, **changes)) == ["no evidence"] * 3


@pytest.mark.parametrize("seed", [0, 1])
def test_influence_of_different_creators_is_found(seed: int) -> None:
    told = found("influence", seed)
    assert answers(told) == ["yes", "yes", "no"]
    steps = told.steps.set_index("step")
    assert steps.loc["timing", "low"] > 0
    assert told.held["credited"] == pytest.approx(0.57, abs=0.12)
    assert told.alike["icc_low"] > 0.1
    scores = told.scores.set_index("score")["rank_correlation"]
    assert scores["theta"] > scores["followers"]


@pytest.mark.parametrize("seed", [0, 1])
def test_creators_who_are_alike_are_not_told_apart(seed: int) -> None:
    told = found("proportional", seed)
    assert answers(told)[:2] == ["yes", "no evidence"]
    assert answers(told)[2] != "no"
    assert told.alike["icc"] < 0.2


def test_persuasion_that_falls_with_followers_is_a_power_of_them() -> None:
    told = found("inverse", theta_spread=0.0, theta_slope=-0.7)
    steps = told.steps.set_index("step")
    assert answers(told)[0] == "yes"
    assert steps.loc["followers", "low"] > 0
    assert steps.loc["own_over_followers", "gain"] < steps.loc["creators", "gain"]


def test_few_campaigns_are_split_by_time() -> None:
    told = found("influence", 1, campaigns=3)
    assert told.held["by"] == "time"
    assert answers(told)[0] == "yes"
    assert answers(found("null", 0, campaigns=1)) == ["no evidence"] * 3
    assert told.units["name"].str.match(r"\d{4}-\d\d-\d\d").all()


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("anonymous", {"anonymous": 1.0}, "backtesting.no-buyers"),
        ("influence", {"driven": 20.0, "organic": 50.0}, "backtesting.too-little"),
        ("influence", {"driven": 10.0, "organic": 20.0}, "backtesting.too-little"),
        ("influence", {"missing_follows": 1.0}, "backtesting.buyers-unseen"),
    ],
)
def test_what_cannot_be_judged_is_said(kind: str, changes: dict[str, float], message: str) -> None:
    told = found(kind, 0, campaigns=2, **changes)
    assert not told.judged
    assert answers(told) == ["not judged"] * 3
    assert {claim.id for claim in told.claims} == {message}
    assert told.record()["steps"] == []


def test_without_posts_or_orders_there_is_nothing_to_test() -> None:
    tables = make("influence", campaigns=4, seed=0, **SIZE).tables
    for name in ("shares", "conversions"):
        assert backtest(replace(tables, **{name: tables[name].iloc[:0]})).claims[0].id == "backtesting.nothing"


def test_a_rule_that_is_not_told_is_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else everybody alike would stand there under its name."""
    monkeypatch.setattr("influence_graph.drivers.rules.removal_effect", lambda told: np.full(told.authors, np.nan))
    told = backtest(make("influence", people=1500, creators=30, campaigns=4, seed=0).tables, seed=0)
    assert list(told.scores["score"]) == [name for name in SCORES if name != "markov"]


@pytest.mark.parametrize("most", [300, 60_000])
def test_ids_that_others_look_up_at_the_same_time_are_left_alone(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table in which pandas looks ids up is not ready for two threads before it is made."""
    tables = resolve(make("influence", people=1500, creators=30, campaigns=4, seed=0).tables)
    built = network.build(tables)
    measures = all_measures(built, rng=np.random.default_rng(0))
    exposure = expose(tables, built, communities=measures["community"].fillna(-1).to_numpy(dtype=np.int64))
    ids = [pd.Index(index.array) for index in (built.nodes.index, measures.index, exposure.authors, exposure.campaigns)]
    monkeypatch.setattr("influence_graph.backtesting.sample.MOST_ORDERS", most)
    told = backtest(
        tables,
        replace(built, nodes=built.nodes.set_axis(ids[0])),
        measures=measures.set_axis(ids[1]),
        exposure=replace(exposure, authors=ids[2], campaigns=ids[3]),
        seed=1,
    )
    assert told.judged
    assert bool(told.held["sample"]) == (most == 300)
    assert ["_engine" in index._cache for index in ids] == [False] * 4


def test_numbers_are_complete_and_plain() -> None:
    told = found("influence", 0)
    assert list(told.scores["score"]) == list(SCORES)
    assert set(WORDS) == {*told.steps["step"], *SCORES, "direction"}
    assert told.units["orders"].sum() == told.held["orders"]
    assert told.held["units"] == len(told.units) == 8
    assert told.held["left_out"] == 0
    for step, model, against in told.steps[["step", "model", "against"]].itertuples(index=False):
        if model in told.units and against in told.units:
            gain = (told.units[model] - told.units[against]).sum() / told.held["orders"]
            assert told.steps.set_index("step").loc[step, "gain"] == pytest.approx(gain)
    assert '"shares drive conversions"' in as_json(told.record())


def moved(tables: Tables, by: pd.Timedelta) -> Tables:
    def later(frame: pd.DataFrame) -> pd.DataFrame:
        times = frame.select_dtypes("datetimetz").columns
        return frame.assign(**{name: frame[name] + by for name in times})

    return replace(tables, **{name: later(tables[name]) for name in ("creators", "campaigns", "shares", "conversions")})


def test_neither_the_order_of_rows_nor_the_year_changes_anything() -> None:
    tables = make("influence", people=1500, creators=30, campaigns=4, seed=2).tables
    one = backtest(tables, seed=5)
    rng = np.random.default_rng(0)
    mixed = replace(
        tables,
        **{
            name: tables[name].iloc[rng.permutation(len(tables[name]))].reset_index(drop=True)
            for name in ("creators", "follows", "conversions", "campaigns")
        },
    )
    for other in (mixed, moved(tables, pd.Timedelta(days=364))):
        again = backtest(other, seed=5)
        pd.testing.assert_frame_equal(one.steps, again.steps, rtol=1e-6, atol=1e-9)
        pd.testing.assert_frame_equal(one.scores, again.scores, rtol=1e-6, atol=1e-9)
        assert answers(one) == answers(again)


def adoptions(*, led: bool, seed: int) -> Tables:
    """Things taken up by people of whom everybody shows what they take up, one-way follows within circles of ten.

    Led, people take up what those they follow have, days later. Else a circle takes a thing up at about one time, and
    who follows whom in it means nothing.
    """
    rng = np.random.default_rng(seed)
    people, things = 120, 12
    circle = np.arange(people) // 10
    pairs = [(a, b) for a in range(people) for b in range(people) if a < b and circle[a] == circle[b]]
    flip = rng.random(len(pairs)) < 0.5
    follower, followed = np.where(flip, *np.array(pairs).T), np.where(flip, *np.array(pairs).T[::-1])
    rows = []
    for thing in range(things):
        begin = 60.0 * thing
        if not led:
            day = begin + rng.uniform(0, 50, people // 10)[circle] + rng.exponential(2.0, people)
            taken = rng.random(people) < 0.5
        else:
            day, taken = np.full(people, np.inf), rng.random(people) < 0.15
            day[taken] = begin + rng.uniform(0, 50, int(taken.sum()))
            for person in np.argsort(day)[: int(taken.sum())]:
                for fan in follower[(followed == person) & (rng.random(len(pairs)) < 0.3)]:
                    day[fan] = min(day[fan], day[person] + rng.exponential(2.0))
            taken = np.isfinite(day)
        rows += [(f"u{who:03}", begin, f"t{thing:02}", day[who]) for who in np.flatnonzero(taken)]
    who, _, thing, day = zip(*rows, strict=True)
    at = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.array(day), unit="D").round("s")
    ids = [f"{a}-{b}" for a, b in zip(who, thing, strict=True)]
    names = [f"u{person:03}" for person in range(people)]
    return Tables(
        creators=table("creators", creator_id=names),
        follows=table("follows", follower_id=[names[a] for a in follower], followed_id=[names[b] for b in followed]),
        shares=table("shares", share_id=ids, person_id=who, shared_at=at, campaign_id=thing),
        conversions=table("conversions", conversion_id=ids, person_id=who, converted_at=at, campaign_id=thing),
    )


def test_friends_who_buy_around_one_time_are_no_influence() -> None:
    told = backtest(adoptions(led=False, seed=0))
    assert told.claims[0].id == "backtesting.shares-direction"
    assert answers(told) == ["no evidence"] * 3


def test_where_all_follows_are_returned_nobody_is_known_to_lead() -> None:
    tables = adoptions(led=True, seed=0)
    ends = {"follower_id": "followed_id", "followed_id": "follower_id"}
    both = pd.concat([tables.follows, tables.follows.rename(columns=ends)], ignore_index=True)[[*tables.follows]]
    told = backtest(replace(tables, follows=both))
    assert told.steps.set_index("step").loc["direction", ["gain", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert answers(told) == ["no evidence"] * 3


def test_who_is_followed_and_leads_is_found_among_people_who_all_share() -> None:
    told = backtest(adoptions(led=True, seed=0))
    assert "direction" in set(told.steps["step"])
    assert answers(told)[0] == "yes"


def test_one_person_alone_can_not_be_judged_and_the_map_says_the_same() -> None:
    tables = make("influence", people=300, creators=1, campaigns=5, seed=1, driven=120.0, organic=120.0).tables
    told = backtest(tables)
    assert {claim.answer for claim in told.claims} == {"not judged"}
    assert {claim.id for claim in told.claims} == {"backtesting.alone"}
    assert told.steps.empty
    tables = resolve(tables)
    note = untested(expose(tables, network.build(tables)))
    assert note is not None
    assert note.id == "backtesting.alone"
