"""Numbers of the backtest against their definitions: intervals, intraclass correlation, areas, scores."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import t as student

from influence_graph.backtesting.intervals import intraclass, per_order, shrink_by_cascade
from influence_graph.backtesting.prediction import Trials, area, describe, log_scale

Floats = NDArray[np.float64]
gains = arrays(np.float64, 6, elements=st.floats(-100, 100))


def test_units_of_one_size_give_students_interval() -> None:
    gain = np.array([3.0, 5.0, 4.0, 8.0, 2.0])
    found = per_order(gain, np.full(5, 10.0))
    half = student.ppf(0.95, 4) * np.std(gain / 10, ddof=1) / np.sqrt(5)
    assert (found.mean, found.high - found.mean) == (pytest.approx(0.44), pytest.approx(half))
    assert found.mean - found.low == pytest.approx(half)


def test_one_campaign_with_nearly_all_orders_makes_no_interval() -> None:
    wide = per_order(np.array([100.0, 2.0, 0.5, -1.0]), np.array([1000.0, 10.0, 10.0, 10.0]))
    even = per_order(np.array([100.0, 101.0, 99.0, 102.0]), np.full(4, 1000.0))
    assert even.low > 0
    assert wide.low < 0 < wide.high, "three small campaigns and a large one are hardly more than one"
    assert per_order(np.array([5.0]), np.array([10.0])).low == -np.inf


@given(gains, st.floats(0.1, 10), st.permutations(range(6)))
def test_intervals_follow_their_numbers(gain: Floats, factor: float, order: list[int]) -> None:
    size = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    one = per_order(gain, size)
    moved = per_order((factor * gain)[order], size[order])
    assert moved.mean == pytest.approx(factor * one.mean, abs=1e-9)
    assert moved.low == pytest.approx(factor * one.low, abs=1e-6)
    assert one.low <= one.mean <= one.high


def test_intervals_cover_what_they_say_with_few_campaigns_of_uneven_size() -> None:
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(2000):
        size = rng.integers(50, 500, 5).astype(float)
        gain = size * (0.1 + 0.05 * rng.standard_normal(5))
        found = per_order(gain, size)
        covered.append(found.low <= 0.1 <= found.high)
    assert 0.87 <= np.mean(covered) <= 0.96


def anova(groups: list[list[float]]) -> float:
    """Intraclass correlation of equal groups, from the textbook's table."""
    k, m = len(groups), len(groups[0])
    grand = sum(map(sum, groups)) / (k * m)
    between = m * sum((sum(group) / m - grand) ** 2 for group in groups) / (k - 1)
    within = sum((value - sum(group) / m) ** 2 for group in groups for value in group) / (k * (m - 1))
    return max((between - within) / (between + (m - 1) * within), 0.0)


@given(st.lists(st.lists(st.floats(-10, 10), min_size=3, max_size=3), min_size=2, max_size=6))
def test_intraclass_correlation_is_the_textbooks(groups: list[list[float]]) -> None:
    rate = np.array(groups).ravel()
    if np.std(groups, axis=1).max() < 1e-6:
        return
    told = intraclass(rate, np.full(rate.size, 7.0), np.repeat(np.arange(len(groups)), 3))
    assert told is not None
    assert told.icc.mean == pytest.approx(anova(groups), abs=1e-6)
    assert told.icc.low <= told.icc.mean <= told.icc.high
    assert (told.creators, told.cascades) == (len(groups), rate.size)


def test_intraclass_correlation_finds_what_is_planted_whatever_the_sizes() -> None:
    """Rates vary by 1 between creators and by 2 / size within."""
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(200), 6)
    size = rng.gamma(2.0, 1.0, who.size)
    size /= size.mean()
    rate = rng.standard_normal(200)[who] + rng.standard_normal(who.size) * np.sqrt(2.0 / size)
    told = intraclass(rate, size, who)
    assert told is not None
    assert told.icc.mean == pytest.approx(1 / 3, abs=0.06)
    assert told.icc.low < 1 / 3 < told.icc.high
    nothing = intraclass(rng.permutation(rate), np.ones(who.size), who)
    assert nothing is not None
    assert nothing.icc.low == 0.0


def test_creators_with_one_campaign_each_have_no_correlation() -> None:
    assert intraclass(np.array([1.0, 2.0, 3.0]), np.ones(3), np.array([0, 1, 2])) is None
    assert intraclass(np.array([1.0, 2.0, 3.0]), np.ones(3), np.array([0, 0, 2])) is None


def test_shrinkage_by_cascade_is_the_formula() -> None:
    rate, who = np.array([4.0, 6.0, 5.0, 1.0, 2.0, 9.0]), np.array([0, 0, 0, 1, 1, 2])
    told = intraclass(rate, np.ones(6), who)
    assert told is not None
    found = shrink_by_cascade(rate, np.ones(6), who, 4)
    middle = rate.mean()
    for creator, n in ((0, 3), (1, 2), (2, 1)):
        trust = told.between / (told.between + told.within / n)
        own = rate[who == creator].mean()
        assert found[creator] == pytest.approx(middle + trust * (own - middle))
    assert found[3] == pytest.approx(middle), "nothing is known of who has no cascade"
    alike = shrink_by_cascade(np.array([1.0, 9.0, 1.0, 9.0]), np.ones(4), np.array([0, 0, 1, 1]), 2)
    assert alike == pytest.approx([5.0, 5.0]), "correlation 0: no evidence that they differ"


@given(
    arrays(np.int64, 5, elements=st.integers(0, 3)),
    arrays(np.int64, 5, elements=st.integers(0, 4)),
    arrays(np.int64, 5, elements=st.integers(0, 4)),
)
def test_the_area_is_the_chance_of_the_higher_score(
    score: NDArray[np.int64], followed: NDArray[np.int64], missed: NDArray[np.int64]
) -> None:
    pairs = [
        (a > b) + 0.5 * (a == b)
        for (a, yes), (b, no) in product(zip(score, followed, strict=True), zip(score, missed, strict=True))
        for _ in range(yes * no)
    ]
    if pairs:
        found = area(score.astype(float), followed.astype(float), missed.astype(float))
        assert found == pytest.approx(np.mean(pairs))


def test_scores_stand_on_a_log_scale_whatever_their_unit() -> None:
    score = np.array([10.0, 100.0, 1000.0, 0.0, np.nan])
    found = log_scale(score)
    assert found == pytest.approx(log_scale(score * 1000.0))
    assert (found.mean(), found.std()) == (pytest.approx(0.0), pytest.approx(1.0))
    assert found[2] > found[1] > found[0] > found[3]
    assert found[4] == found[1], "unknown is the median"
    assert not log_scale(np.full(4, 7.0)).any()
    assert not log_scale(np.array([0.0, np.nan])).any()


def test_a_score_that_knows_the_chances_is_calibrated_and_a_lucky_one_too_sure() -> None:
    rng = np.random.default_rng(5)
    people = np.full(400, 500.0)
    chance = 0.02 * rng.lognormal(0.0, 0.7, 400)
    past, later = (Trials(people, rng.poisson(people * chance).astype(float)) for _ in range(2))
    luck = past.followed / people
    table = describe(
        {"truth": chance, "luck": luck, "nothing": np.ones(400)},
        past,
        later,
        driven=later.followed,
        exposed=people,
        expected=np.full(400, 5.0),
    ).set_index("score")
    assert table.loc["truth", "calibration"] == pytest.approx(1.0, abs=0.1)
    assert table.loc["luck", "calibration"] < 0.9
    assert table.loc["nothing", "auc"] == 0.5
    assert table["observed_per_predicted"].to_numpy() == pytest.approx(np.ones(3), abs=0.1)
    assert table.loc["truth", "log_loss"] < table.loc["luck", "log_loss"] < table.loc["nothing", "log_loss"]
    assert table.loc["truth", "rank_correlation"] > table.loc["luck", "rank_correlation"] > 0.5
    assert table.loc["truth", "top_decile_precision"] > 0.5
    assert table.loc["nothing", "top_decile_precision"] == pytest.approx(0.1), "a draw among all"
