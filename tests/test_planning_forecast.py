"""What activating people brings: against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from planned import knowing, programme

from influence_graph.cascades import Delay
from influence_graph.drivers.delay import Delay as OrderDelay
from influence_graph.errors import UsageError
from influence_graph.kernels.campaign import elapsed
from influence_graph.network import Network
from influence_graph.planning import forecast, prospects
from influence_graph.planning.habits import exponential
from influence_graph.planning.passing import Passing


@pytest.mark.parametrize("once", [True, False])
def test_a_forecast_is_what_one_counts_on_paper(once: bool) -> None:
    """Ann moves a follower with 0.3 a post and posts 1.5 times, Bob with 0.4 and once; they share p5 to p9."""
    nobody = Passing(np.zeros(programme()[1].network.n_edges), np.zeros(programme()[1].network.n_people), Delay())
    known = knowing({"ann": 0.3, "bob": 0.4}, passing=nobody, value=np.full(programme()[1].network.n_people, 7.0))
    ann, bob = 0.45, 0.4
    if once:  # six follow Ann alone (Dao is one), five both, five Bob alone
        expected = 6 * (1 - np.exp(-ann)) + 5 * (1 - np.exp(-ann - bob)) + 5 * (1 - np.exp(-bob))
    else:
        expected = 11 * ann + 10 * bob
    told = forecast(known, ["ann", "bob"], once=once, simulations=4000, draws=40)
    assert abs(told.conversions.mean - expected) < 4 * told.conversions.simulation_error
    assert told.value is not None
    assert told.value.mean == pytest.approx(7 * told.conversions.mean)
    assert (told.shares.mean, told.reach.mean) == (2.0, 16.0)
    # what is known exactly is uncertain by nothing but chance, which is told apart
    assert told.conversions.high - told.conversions.low < 0.35 * (
        told.conversions.campaign_high - told.conversions.campaign_low
    )
    by_role = told.by_role.set_index("role")["conversions"]
    assert by_role.sum() == pytest.approx(told.conversions.mean)


def test_days_and_delays_are_those_of_the_model() -> None:
    nobody = Passing(np.zeros(programme()[1].network.n_edges), np.zeros(programme()[1].network.n_people), Delay())
    known = knowing({"ann": 0.2}, passing=nobody, delay=Delay(4.0, 30.0))
    told = forecast(known, ["ann"], days=10, once=False, simulations=4000, draws=20)
    whole = 1 - np.exp(-30 / 4)
    for day in (1, 5, 10):
        row = told.by_day.set_index("day").loc[day]
        assert row["conversions"] == pytest.approx(11 * 0.3 * (1 - np.exp(-day / 4)) / whole, rel=0.06)
        assert row["conversions_low"] <= row["conversions"] <= row["conversions_high"]
    assert len(told.by_day) == 10


def test_each_role_is_as_sure_as_the_persuasion_of_its_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann is an influencer and well known; Bob, half an advocate, may move half as many or half as many again."""
    nobody = Passing(np.zeros(programme()[1].network.n_edges), np.zeros(programme()[1].network.n_people), Delay())
    known = knowing({"ann": 0.2, "bob": 0.2}, passing=nobody, delay=Delay(4.0, 30.0))
    people = known.people.assign(influencer=0.0, ugc=0.0, advocate=0.0)
    people.loc["ann", "influencer"], people.loc["bob", "advocate"] = 1.0, 0.5
    theta = known.draws.theta * np.where(known.authors == known.network.index_of(["bob"]), np.nan, 1.0)
    theta = np.where(np.isnan(theta), np.linspace(0.1, 0.3, len(theta))[:, None], theta)
    module = import_module("influence_graph.planning.forecast")  # which its function hides
    monkeypatch.setattr(module, "MOST_WORLDS", 60)  # so that chance leaves little to take out
    unsure = replace(known, people=people, draws=replace(known.draws, theta=theta))
    told = forecast(unsure, ["ann", "bob"], days=12, once=False, simulations=3000)
    roles = told.by_role.set_index("role")
    low, high = (roles[f"conversions_{end}"] / roles["conversions"] for end in ("low", "high"))
    assert high["influencer"] - low["influencer"] < 0.15
    for role in ("advocate", "unassigned"):
        assert (low[role], high[role]) == (pytest.approx(0.55, abs=0.06), pytest.approx(1.45, abs=0.06))
        part = (1 - np.exp(-12 / 4)) / (1 - np.exp(-30 / 4))
        assert roles.loc[role, "conversions"] == pytest.approx(0.5 * 10 * 0.2 * part, rel=0.1)
    assert roles.loc["ugc", "conversions_high"] == 0.0
    parts = told.by_day_and_role.groupby("day")[["shares", "reach", "conversions"]].sum()
    pd.testing.assert_frame_equal(parts, told.by_day.set_index("day")[list(parts)])
    assert len(told.by_day_and_role) == 12 * 4


def test_the_methods_own_error_goes_to_roles_by_whom_they_expose() -> None:
    """It is 20 % of all: Ann, an influencer, has 11 followers and 1.5 posts, Bob, an advocate, 10 and one."""
    nobody = Passing(np.zeros(programme()[1].network.n_edges), np.zeros(programme()[1].network.n_people), Delay())
    exact = knowing({"ann": 0.4, "bob": 0.1}, passing=nobody)
    people = exact.people.assign(influencer=0.0, ugc=0.0, advocate=0.0)
    people.loc["ann", "influencer"] = people.loc["bob", "advocate"] = 1.0
    without, told = (
        forecast(replace(exact, people=people, error=error), ["ann", "bob"], once=False, simulations=3000, draws=20)
        for error in (0.0, 0.2)
    )
    orders, exposed = {"influencer": 6.6, "advocate": 1.0}, {"influencer": 16.5, "advocate": 10.0}
    most, with_error = (of.by_role.set_index("role")["conversions_high"] for of in (without, told))
    for role in orders:
        error = 0.2 * 7.6 * exposed[role] / 26.5 / orders[role]  # 0.14 and 0.57
        assert with_error[role] / most[role] == pytest.approx(1 + error, rel=0.04)
    assert told.conversions.high / without.conversions.high == pytest.approx(1.2)


@pytest.mark.parametrize("days", [None, 5])
def test_where_no_order_tells_its_value_there_is_none_on_any_day(days: int | None) -> None:
    told = forecast(replace(programme()[1], value=None), ["ann"], days=days, simulations=20, draws=2)
    assert told.value is None
    for part in (told.by_day, told.by_role, told.by_day_and_role):
        if len(part):
            assert part["conversions"].gt(0).any()
            assert part[["value", "value_low", "value_high"]].isna().all(axis=None)


@pytest.mark.parametrize("tail", [0.0, 0.5, 2.0, 8.0])
def test_a_heavy_tail_becomes_an_exponential_of_the_same_median(tail: float) -> None:
    learnt = OrderDelay(0.8, tail, 30.0)
    told = exponential(learnt)
    assert elapsed(learnt.median, *told.kernel) == pytest.approx(0.5, abs=1e-6)
    assert told.window_days == 30.0


def test_later_posts_that_wear_out_are_worth_less() -> None:
    known = knowing({"ann": 0.3})
    plain = replace(known, posts=np.full(len(known.posts), 2.5))
    assert plain.hazard(known.theta)[known.network.index_of(["ann"])] == pytest.approx(0.75)
    worn = replace(plain, wear=1.0)
    assert worn.hazard(known.theta)[known.network.index_of(["ann"])] == pytest.approx(0.3 * (1 + 1 / 2 + 0.5 / 3))


def test_the_interval_is_that_of_the_draws_and_not_of_chance() -> None:
    """One of ten followers orders: chance varies it by a third, persuasion by a tenth."""
    nobody = Passing(np.zeros(programme()[1].network.n_edges), np.zeros(programme()[1].network.n_people), Delay())
    exact = knowing({"ann": 0.1}, passing=nobody)
    drawn = np.random.default_rng(3).gamma(100.0, 0.001, 400)
    theta = exact.draws.theta[:1].repeat(400, axis=0)
    theta[:, list(exact.network.nodes.index[exact.authors]).index("ann")] = drawn
    told = forecast(
        replace(exact, draws=replace(exact.draws, theta=theta), posts=np.full(len(exact.posts), 6.0)), ["ann"],
        once=False, draws=400,
    )  # fmt: skip
    low, high = np.quantile(drawn, [0.05, 0.95]) / drawn.mean() * told.conversions.mean
    width = high - low
    assert told.conversions.low == pytest.approx(low, abs=0.25 * width)
    assert told.conversions.high == pytest.approx(high, abs=0.25 * width)
    assert told.conversions.campaign_high - told.conversions.campaign_low > 2 * width


def test_what_may_be_habit_widens_and_no_evidence_takes_the_lower_end() -> None:
    known = knowing({"ann": 0.3, "bob": 0.3})
    sure = forecast(known, ["ann", "bob"], draws=40).conversions
    people = known.people.copy()
    people.loc["ann", ["identifiable", "driven_high"]] = ["fan effect", 60.0]
    doubted = forecast(replace(known, people=people), ["ann", "bob"], draws=40)
    bob = forecast(known, ["bob"], draws=40).conversions
    assert doubted.conversions.mean == pytest.approx(sure.mean)
    assert doubted.conversions.low == pytest.approx(bob.low, rel=0.15)  # nothing of Ann's is counted
    assert doubted.conversions.high > sure.high + 1
    assert "planning.unsure" in [note.id for note in doubted.notes]
    nothing = forecast(replace(known, evident=False), ["ann"], draws=40).conversions
    assert nothing.low == 0.0 < nothing.mean < nothing.high
    erring = forecast(replace(known, error=0.2), ["ann", "bob"], draws=40).conversions
    assert erring.low == pytest.approx(0.8 * sure.low)
    assert erring.high == pytest.approx(1.2 * sure.high)


def test_probabilities_outside_one_and_networks_without_edges_get_a_sentence() -> None:
    known = knowing({"ann": 0.3})
    over = replace(known.passing, probability=np.full(known.network.n_edges, 0.2))
    over.probability[3] = -0.5
    with pytest.raises(UsageError, match="outside 0 to 1"):
        forecast(replace(known, passing=over), ["ann"])
    with pytest.raises(UsageError, match="Nobody was named"):
        forecast(known, [])
    result, _ = programme()
    alone = replace(result, network=Network.from_edges([], [], nodes=result.network.nodes))
    with pytest.raises(UsageError, match="no edges"):
        prospects(alone)
