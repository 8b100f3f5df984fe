"""Lift, its parts, and what may be claimed of it, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from influence_graph.drivers.lift import lift, q_values

CHANCES = arrays.arrays(
    np.float64, st.integers(1, 30), elements=st.sampled_from([0.0, 0.01, 0.04, 0.1, 0.3, 0.5, 0.9, 1.0])
)


@given(CHANCES)
def test_q_is_the_mean_of_all_chances_up_to_this_one(chance: np.ndarray) -> None:
    assert q_values(chance) == pytest.approx([chance[chance <= own].mean() for own in chance])


def drawn(seed: int, n: int = 8, draws: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """theta, exposed, followers, driven."""
    rng = np.random.default_rng(seed)
    theta = rng.gamma(20.0, rng.lognormal(-5.0, 0.7, n) / 20.0, (draws, n))
    exposed, followers = rng.lognormal(8.0, 1.0, n), rng.lognormal(9.0, 1.0, n)
    return theta, exposed, followers, theta.mean(axis=0) * exposed


@pytest.mark.parametrize("seed", range(5))
def test_lift_is_activity_times_persuasion(seed: int) -> None:
    theta, exposed, followers, driven = drawn(seed)
    told = lift(theta, exposed, followers, driven)
    assert told["lift"].to_numpy() == pytest.approx(told["activity"] * told["persuasion"], rel=1e-12)
    assert told["activity"].to_numpy() == pytest.approx(exposed / followers * followers.sum() / exposed.sum())
    point = driven / followers * followers.sum() / driven.sum()
    assert told["lift"].to_numpy() == pytest.approx(point, rel=0.05)  # the mean of a ratio is not the ratio of means
    assert told["expected"].sum() == pytest.approx(driven.sum())
    assert told["expected"].to_numpy() / followers == pytest.approx(np.full(8, driven.sum() / followers.sum()))
    assert (told["lift_low"] < told["lift"]).all()
    assert (told["lift"] < told["lift_high"]).all()


def test_the_scope_as_a_whole_has_lift_one() -> None:
    theta, exposed, followers, driven = drawn(1)
    told = lift(theta, exposed, followers, driven)
    assert np.average(told["lift"], weights=followers) == pytest.approx(1.0)
    assert np.average(told["persuasion"], weights=exposed) == pytest.approx(1.0)


def test_posting_often_beats_followers_without_persuading() -> None:
    """Identical theta: whoever has much more exposure per follower beats the count, and nobody is persuasive."""
    rng = np.random.default_rng(0)
    followers = np.full(40, 1000.0)
    exposed = followers * np.where(np.arange(40) < 10, 6.0, 1.0)
    theta = rng.gamma(200.0, 0.01 / 200.0, (4000, 40))
    told = lift(theta, exposed, followers, 0.01 * exposed)
    assert told["beats_followers"].tolist() == [True] * 10 + [False] * 30
    assert not told["persuasive"].any()


def test_alike_in_everything_nobody_stands_out() -> None:
    theta = np.random.default_rng(0).gamma(30.0, 0.01 / 30.0, (4000, 40))
    told = lift(theta, np.full(40, 500.0), np.full(40, 1000.0), np.full(40, 5.0))
    assert not told["beats_followers"].any()
    assert told["q_value"].min() > 0.05
