"""The ecosystem curve: stars against a crowd, counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planned import made_up
from tiny import few_sweeps

from influence_graph.cli import answer
from influence_graph.errors import TablesError, UsageError
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.planning import MIXES, Costs, Curve, Prospects, curve, on_curve
from influence_graph.world import make

STARS, CROWD = 3, 20
HAZARD = 0.2


def programme() -> tuple[Prospects, Costs]:
    """Three stars with 40 followers for 100 each, twenty advocates with 3 for 4 each, two creators with 10 for 30."""
    called = [f"star{i}" for i in range(STARS)] + [f"fan{i:02}" for i in range(CROWD)] + ["ugc0", "ugc1"]
    followers = [40] * STARS + [3] * CROWD + [10, 10]
    known = made_up(called, followers=followers, theta=[HAZARD] * len(called))
    ids = known.network.nodes.index
    role = np.select(
        [ids.isin(called) & ids.str.startswith(word) for word in ("star", "fan", "ugc")],
        ["influencer", "advocate", "ugc"],
        "",
    )
    price = pd.Series(role).map({"influencer": 100.0, "advocate": 4.0, "ugc": 30.0}).to_numpy()
    people = known.people.assign(role=role)
    basis = np.where(np.isfinite(price), "price", "").astype(object)
    return replace(known, people=people), Costs(price, basis, "USD", ())


@pytest.fixture(scope="module")
def told() -> Curve:
    """What up to 300 brings, where people order as often as they are moved to: 0.2 orders a follower."""
    known, prices = programme()
    return curve(known, prices, budget=300, steps=7, once=False)


def by_hand(mix: str, budget: float) -> float:
    """Orders of the best choice: nobody's followers are another's, so the most followers for the money."""
    stars, fans, ugc = (int(budget // cost) for cost in (100, 4, 30))
    if mix != "best mix":
        return HAZARD * {"influencer": 40 * min(stars, 3), "advocate": 3 * min(fans, 20), "ugc": 10 * min(ugc, 2)}[mix]
    best = 0
    for a in range(min(stars, STARS) + 1):
        for b in range(min(int((budget - 100 * a) // 30), 2) + 1):
            best = max(best, 40 * a + 10 * b + 3 * min(int((budget - 100 * a - 30 * b) // 4), CROWD))
    return HAZARD * best


def test_points_are_those_counted_by_hand(told: Curve) -> None:
    assert [*dict.fromkeys(told.points["mix"])] == list(MIXES)
    for point in told.points.to_dict("records"):
        expected = by_hand(point["mix"], point["budget"])
        error = 4 * np.sqrt(expected * by_hand("best mix", 1e4) / told.simulations)
        least = 0.9 * expected if point["mix"] == "best mix" else expected  # greedy is not always the best there is
        assert least - error <= point["conversions"] <= expected + error, point
        assert point["cost"] <= point["budget"]
        assert point["people"] == point["influencer"] + point["ugc"] + point["advocate"] + point["none"]
        assert point["conversions_low"] <= point["conversions"] <= point["conversions_high"]
    grid = told.points.pivot(index="budget", columns="mix", values="conversions")
    assert (grid.diff().dropna() >= 0).all(axis=None)
    assert (grid[["influencer", "ugc", "advocate"]].max(axis=1) <= grid["best mix"]).all()


def test_stars_and_crowd_cross_where_two_stars_can_be_paid(told: Curve) -> None:
    """A crowd of twenty beats one star and loses to two."""
    crossing = told.crossings.set_index(["first", "second"]).loc[("influencer", "advocate")]
    budgets = np.sort(told.points["budget"].unique())
    assert budgets[budgets < 200].max() < crossing["budget"] < budgets[budgets >= 200].min()
    assert (crossing["below"], crossing["above"], crossing["chance_above"]) == ("advocate", "influencer", 1.0)
    throughout = told.crossings.set_index(["first", "second"]).loc[("ugc", "advocate")]
    assert (throughout["below"], throughout["above"]) == ("advocate", "advocate")
    assert np.isnan(throughout["budget"])


def test_three_stars_hang_on_each_and_a_crowd_on_nobody(told: Curve) -> None:
    lost = told.concentration.set_index(["mix", "removed"])["lost"]
    assert lost["influencer", 0] == lost["advocate", 0] == 0.0
    assert lost["influencer", 1] == pytest.approx(1 / 3, abs=0.03)
    assert lost["advocate", 1] == pytest.approx(1 / 20, abs=0.02)
    assert lost["advocate", 10] == pytest.approx(1 / 2, abs=0.05)
    assert ("influencer", 10) not in lost.index


def test_intervals_follow_persuasion_and_doubt() -> None:
    known, prices = programme()
    drawn = np.random.default_rng(1).gamma(25.0, HAZARD / 25, (300, 1)) * np.ones(known.draws.theta.shape[1])
    unsure = replace(known, draws=replace(known.draws, theta=drawn))
    end = curve(unsure, prices, budget=300, steps=3, once=False).points.iloc[-1]
    low, high = np.quantile(drawn[:, 0], [0.05, 0.95]) / HAZARD
    assert end["conversions_low"] == pytest.approx(low * end["conversions"], rel=0.02)
    assert end["conversions_high"] == pytest.approx(high * end["conversions"], rel=0.02)
    doubted = known.people["identifiable"].mask(known.people["role"].eq("influencer"), "fan effect")
    habit = replace(known, people=known.people.assign(identifiable=doubted))
    stars = curve(habit, prices, budget=300, steps=3, once=False).points.set_index(["mix", "budget"])
    assert stars.loc[("influencer", 300.0), "conversions_low"] == 0.0
    nothing = curve(replace(known, evident=False), prices, budget=300, steps=3, once=False)
    assert (nothing.points["conversions_low"] == 0).all()
    assert next(on_curve(nothing)).id == "planning.curve-perhaps"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_curve_is_told_in_words(language: str, told: Curve) -> None:
    with speaking(language):
        said = [say(note.id, **note.numbers) for note in on_curve(told)]
    assert not any("{" in each for each in said)
    if language == "en":
        assert any("influencers alone bring more orders than advocates alone" in each for each in said)


def test_curves_that_make_no_sense_get_a_sentence() -> None:
    known, prices = programme()
    with pytest.raises(UsageError, match="pays for nobody: the cheapest person costs 4"):
        curve(known, prices, budget=3)
    with pytest.raises(UsageError, match="of 3\u00a0EUR pays for nobody: the cheapest person costs 4\u00a0EUR"):
        curve(known, replace(prices, currency="EUR"), budget=3)
    with pytest.raises(TablesError, match="none are known"):
        curve(known, replace(prices, amount=np.full(len(prices.amount), np.nan)), budget=3)


def test_the_command_gives_a_table_of_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make("demo", people=800, creators=20, campaigns=3, seed=3).write(tmp_path)
    with few_sweeps():
        assert answer(["plan", str(tmp_path), "--budget", "3000", "--curve", "--json", "--quiet"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert {"points", "crossings", "concentration", "notes", "sentences"} <= set(told)
        assert {point["mix"] for point in told["points"]} == set(MIXES)
        assert answer(["plan", str(tmp_path), "--target", "30", "--curve", "--quiet"]) == 2
    assert "--curve needs --budget" in capsys.readouterr().err
