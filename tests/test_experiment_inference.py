"""The draw and the test: exact where all draws can be gone through, and like a slow definition everywhere."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.experiment.audience import Audience
from influence_graph.experiment.blocks import Blocks, form
from influence_graph.experiment.randomisation import Comparison, Draws, compare, list_draws

Floats = NDArray[np.float64]
DESIGNS = [(8, 4), (9, 4), (9, 3), (10, 7), (7, 1), (12, 5)]
"""Creators and how many of them are activated."""


def audience(rng: np.random.Generator, creators: int, people: int = 60) -> Audience:
    """Everybody follows two or three, so that audiences overlap."""
    followed = rng.random((people, creators)) < 2.5 / creators
    followed[:creators] |= np.eye(creators, dtype=bool)
    ids = pd.Index([f"c{i:02}" for i in range(creators)], dtype="str")
    return Audience(ids, np.arange(people), csr_array(followed.astype(np.float64))).only(np.arange(creators))


def some_design(seed: int) -> tuple[np.random.Generator, Audience, Blocks, Floats, Floats]:
    """A small design with what is expected, and outcomes that nobody has touched."""
    rng = np.random.default_rng(seed)
    creators, take = DESIGNS[seed % len(DESIGNS)]
    expected = rng.gamma(2.0, 5.0, creators)
    return rng, audience(rng, creators), form(expected, take), expected, rng.poisson(expected).astype(np.float64)


def every(blocks: Blocks) -> Draws:
    return list_draws(blocks, np.random.default_rng(0), most=10_000)


def all_of_them(seed: int, effect: float) -> list[Comparison]:
    """What would be seen, draw by draw, if each activation added so many orders."""
    _, of, blocks, expected, untouched = some_design(seed)
    seen = []
    for drawn in every(blocks).drawn:
        spread = of.spread(blocks.activated(drawn))
        seen.append(compare(blocks, untouched + effect * spread, spread, expected, drawn, every(blocks)))
    return seen


@pytest.mark.parametrize("seed", range(len(DESIGNS)))
def test_without_an_effect_small_p_values_are_as_rare_as_they_say(seed: int) -> None:
    p = np.array([float(seen.p_value()) for seen in all_of_them(seed, 0.0)])
    for level in (0.01, 0.05, 0.1, 0.2, 0.5):
        assert np.mean(p <= level) <= level
    assert p.min() < 0.3  # and there are some


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
@pytest.mark.parametrize("seed", range(len(DESIGNS)))
def test_the_interval_holds_the_added_orders_as_often_as_it_says(seed: int, level: float) -> None:
    ends = np.array([seen.interval(level, within=1e6) for seen in all_of_them(seed, 7.0)])
    held = np.mean((ends[:, 0] <= 7.0 + 1e-9) & (ends[:, 1] >= 7.0 - 1e-9))
    assert held >= level - 1e-9


def slow_contrast(
    outcome: list[float], expected: list[float], blocks: list[list[int]], drawn: tuple[int, ...], activates_one: bool
) -> float:
    """The mean of the activated less that of the others in each block, weighted by the activated; in plain Python."""
    scale = sum(outcome) / sum(expected)
    beyond = [seen - scale * usual for seen, usual in zip(outcome, expected, strict=True)]
    total, number = 0.0, 0
    for members, one in zip(blocks, drawn, strict=True):
        rest = [member for member in members if member != one]
        activated, alone = ([one], rest) if activates_one else (rest, [one])
        means = (sum(beyond[i] for i in arm) / len(arm) for arm in (activated, alone))
        total += len(activated) * (next(means) - next(means))
        number += len(activated)
    return total / number


def members_of(blocks: Blocks) -> list[list[int]]:
    return [[i for i, block in enumerate(blocks.block) if block == b] for b in range(max(blocks.block) + 1)]


def slow_p(outcome: Floats, expected: Floats, blocks: Blocks, real: tuple[int, ...]) -> float:
    members, seen, usual = members_of(blocks), outcome.tolist(), expected.tolist()
    size = [abs(slow_contrast(seen, usual, members, drawn, blocks.activates_one)) for drawn in product(*members)]
    mine = abs(slow_contrast(seen, usual, members, real, blocks.activates_one))
    return sum(other >= mine - 1e-9 for other in size) / len(size)


@pytest.mark.parametrize("seed", range(24))
def test_p_values_and_intervals_are_those_of_the_definition(seed: int) -> None:
    rng, of, blocks, expected, untouched = some_design(seed)
    real = blocks.draw(rng, 1)[0]
    spread = of.spread(blocks.activated(real))
    outcome = untouched + 3.0 * spread
    seen = compare(blocks, outcome, spread, expected, real, every(blocks))
    drawn = tuple(real.tolist())
    effects = np.linspace(-60.0, 60.0, 161)
    p = np.array([slow_p(outcome - effect * spread, expected, blocks, drawn) for effect in effects])
    np.testing.assert_allclose([seen.p_value(effect) for effect in effects], p)
    usual, members = expected.tolist(), members_of(blocks)
    nothing, one = (
        slow_contrast((outcome - effect * spread).tolist(), usual, members, drawn, blocks.activates_one)
        for effect in (0.0, 1.0)
    )
    assert float(seen.estimate) == pytest.approx(nothing / (nothing - one))
    held = effects[p > 0.2 + 1e-9]
    low, high = np.clip([float(end) for end in seen.interval(0.8, within=60.0)], -60.0, 60.0)
    step = effects[1] - effects[0]
    assert held[0] - step <= low <= held[0] + 1e-9
    assert held[-1] - 1e-9 <= high <= held[-1] + step


def test_many_experiments_at_once_are_each_alone() -> None:
    rng, of, blocks, expected, _ = some_design(1)
    outcome = rng.poisson(expected[:, None], (len(expected), 5)).astype(np.float64)
    real = blocks.draw(rng, 5)
    spread = of.spread(blocks.activated(real))
    together = compare(blocks, outcome, spread, expected, real, every(blocks))
    for k in range(5):
        alone = compare(blocks, outcome[:, k], spread[:, k], expected, real[k], every(blocks))
        assert float(together.p_value(1.5)[k]) == float(alone.p_value(1.5))
        ends = [end[k] for end in together.interval(0.9, within=50.0)]
        np.testing.assert_allclose(ends, alone.interval(0.9, within=50.0))


def test_draws_at_random_come_near_to_all_of_them() -> None:
    rng, of, blocks, expected, outcome = some_design(5)
    real = blocks.draw(rng, 1)[0]
    spread = of.spread(blocks.activated(real))
    few = list_draws(blocks, rng, most=blocks.assignments - 1)
    assert (few.every, every(blocks).every) == (False, True)
    some, exact = (
        compare(blocks, outcome, spread, expected, real, draws)
        for draws in (Draws(blocks.draw(rng, 20_000), every=False), every(blocks))
    )
    assert float(some.p_value()) == pytest.approx(float(exact.p_value()), abs=0.015)
    for one, other in zip(some.interval(0.8, within=99.0), exact.interval(0.8, within=99.0), strict=True):
        assert float(one) == pytest.approx(float(other), abs=1.0)


@pytest.mark.parametrize(("creators", "take"), [*DESIGNS, (2, 1), (3, 2), (101, 50), (40, 39), (200, 13)])
def test_blocks_hold_everybody_and_activate_as_many_as_asked(creators: int, take: int) -> None:
    rng = np.random.default_rng(creators)
    score = rng.gamma(1.0, 10.0, creators)
    blocks = form(score, take)
    assert blocks.sizes.sum() == creators
    assert blocks.sizes.min() >= 2
    assert np.ptp(blocks.sizes) <= 1
    ends = [(score[members].min(), score[members].max()) for members in blocks.members]
    assert all(low >= following for (low, _), (_, following) in pairwise(ends))
    drawn = blocks.draw(rng, 400)
    activated = blocks.activated(drawn)
    assert (activated.sum(axis=0) == take).all()
    assert blocks.probability.sum() == pytest.approx(take)
    np.testing.assert_allclose(activated.mean(axis=1), blocks.probability, atol=0.13)
    assert all(blocks.allow(column) for column in activated.T[:20])
    np.testing.assert_array_equal(blocks.drawn(activated[:, 3]), drawn[3])
    values = rng.random(creators)
    assert blocks.contrast(activated[:, 3]) @ values == pytest.approx(blocks.pull(values)[drawn[3]].sum())


def test_every_draw_is_listed_once_and_activates_each_as_often_as_said() -> None:
    blocks = form(np.arange(9.0), 4)
    draws = every(blocks)
    assert len({tuple(drawn) for drawn in draws.drawn}) == len(draws.drawn) == 2 * 2 * 2 * 3
    np.testing.assert_allclose(blocks.activated(draws.drawn).mean(axis=1), blocks.probability)
