"""Days merged into pieces, and the draws of rates, against closed forms and integrals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from influence_graph.drivers.gibbs import Prior
from influence_graph.kernels.pieces import draw_chain, draw_prior, merge_days

LEAST = 5.0
CAMPAIGN = st.tuples(
    st.integers(0, 40).map(lambda quarter: quarter / 4),  # begin
    st.integers(1, 80).map(lambda quarter: quarter / 4),  # length
    st.lists(st.floats(0.0, 1.0), max_size=60),  # where in it the orders fall
)

# -------------------------------------------------------------------------------------------------------------- merging


@given(st.lists(CAMPAIGN, min_size=1, max_size=3))
@settings(max_examples=60)
def test_pieces_keep_their_rules(drawn: list[tuple[float, float, list[float]]]) -> None:
    begin = np.array([start for start, _, _ in drawn])
    end = begin + [length for _, length, _ in drawn]
    times = [
        sorted(low + part * (high - low) for part in parts)
        for low, high, (*_, parts) in zip(begin, end, drawn, strict=True)
    ]
    number = np.repeat(np.arange(len(drawn)), [len(each) for each in times]).astype(np.int64)
    flat = np.array([time for each in times for time in each], dtype=np.float64)
    owner, low, high = merge_days(number, flat, np.ones(flat.size), begin, end, LEAST)
    for campaign, each in enumerate(times):
        mine = list(zip(low[owner == campaign], high[owner == campaign], strict=True))
        check(mine, begin[campaign], end[campaign], np.array(each))


def check(pieces: list[tuple[float, float]], begin: float, end: float, times: np.ndarray) -> None:
    """Whole days that tile the campaign; at least `LEAST` orders where days allow it, and never more days than that."""
    assert pieces[0][0] == begin
    assert pieces[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(pieces))
    assert all(float(high).is_integer() for _, high in pieces[:-1])

    def held(low: float, high: float) -> int:
        return int(((times >= low) & ((times < high) | ((high == end) & (times <= high)))).sum())

    for place, (low, high) in enumerate(pieces):
        days = [low, *range(int(np.floor(low)) + 1, int(np.ceil(high))), high]
        each = [held(*day) for day in pairwise(days)]
        if len(each) > 1:
            assert sum(each[:-1]) < LEAST  # it would have closed earlier
            assert max(each[1:]) < LEAST  # a busy day stands alone
        if sum(each) < LEAST and place + 1 < len(pieces):  # left short for a busy day alone
            busy = pieces[place + 1]
            assert held(busy[0], min(np.floor(busy[0]) + 1, busy[1])) >= LEAST


def test_a_launch_day_is_a_piece_of_its_own() -> None:
    times = np.array([0.5, 3.1, *np.linspace(4.0, 4.9, 20), 6.5, 7.5, 7.6, 8.5, 8.6, 9.2])
    owner, low, high = merge_days(
        np.zeros(times.size, np.int64), times, np.ones(times.size), np.zeros(1), np.full(1, 10.0), 5.0
    )
    assert owner.tolist() == [0] * 4
    assert list(zip(low, high, strict=True)) == [(0.0, 4.0), (4.0, 5.0), (5.0, 9.0), (9.0, 10.0)]


# ---------------------------------------------------------------------------------------------------------------- chain


def chained(count: np.ndarray, exposure: np.ndarray, campaign: np.ndarray, *, draws: int, seed: int = 0) -> np.ndarray:
    """Rates and log shape of each draw."""
    rng = np.random.default_rng(seed)
    rate, bridge, shape, out = np.maximum(count, 0.5) / exposure, np.ones(count.size), 0.0, []
    for _ in range(draws):
        shape = draw_chain(rng, count, exposure, campaign, rate, bridge, shape)
        out.append([*rate, shape])
    return np.array(out[draws // 20 :])


def test_a_piece_alone_is_a_gamma() -> None:
    """Nothing before it, nothing behind: Gamma(count + 1/2, exposure)."""
    count, exposure = np.array([0.0, 7.0, 40.0]), np.array([2.0, 10.0, 5.0])
    drawn = chained(count, exposure, np.arange(3), draws=20_000)[:, :3]
    assert drawn.mean(axis=0) == pytest.approx((count + 0.5) / exposure, rel=0.03)
    assert drawn.var(axis=0) == pytest.approx((count + 0.5) / exposure**2, rel=0.08)


@pytest.mark.parametrize(("count", "exposure"), [((10.0, 1.0), (5.0, 5.0)), ((20.0, 20.0), (10.0, 10.0))])
def test_two_pieces_agree_with_the_integral(count: tuple[float, float], exposure: tuple[float, float]) -> None:
    """Log rates a step apart whose law is symmetric, its shape unknown: integrated on a grid."""
    drawn = chained(np.array(count), np.array(exposure), np.zeros(2, np.int64), draws=160_000)
    log_rate, log_shape = np.linspace(-6, 4, 121), np.linspace(-8, 9, 90)
    one, two, s = np.meshgrid(log_rate, log_rate, log_shape, indexing="ij")
    a = np.exp(s)
    density = 0.5 * one - s**2 / 8 + gammaln(2 * a) - 2 * gammaln(a) - 2 * a * np.log(2 * np.cosh((two - one) / 2))
    for log, n, e in ((one, count[0], exposure[0]), (two, count[1], exposure[1])):
        density += n * log - e * np.exp(log)
    weight = np.exp(density - density.max())
    expected = [np.average(np.exp(log), weights=weight) for log in (one, two)]
    assert drawn[:, :2].mean(axis=0) == pytest.approx(expected, rel=0.03)
    assert drawn[:, 2].mean() == pytest.approx(np.average(s, weights=weight), abs=0.3)


def test_steady_days_are_smoothed_and_a_burst_is_not() -> None:
    rng = np.random.default_rng(5)
    exposure, campaign = np.ones(60), np.zeros(60, np.int64)
    steady = chained(rng.poisson(6.0, 60).astype(float), exposure, campaign, draws=3000)[:, :60].mean(axis=0)
    assert steady.std() < 0.5 * np.sqrt(6.0)
    burst = np.full(60, 6.0)
    burst[30] = 200.0
    assert chained(burst, exposure, campaign, draws=3000)[:, 30].mean() == pytest.approx(200.0, rel=0.06)


# ---------------------------------------------------------------------------------------------------------------- prior


def test_rates_under_a_known_prior_are_conjugate() -> None:
    count, exposure = np.array([0.0, 3.0, 50.0]), np.array([1.0, 10.0, 20.0])
    prior = Prior(np.log([2.0, 0.5, 1.0]), np.array([np.log(2.0), 1e-12, np.log(0.5), 1e-12, 0.0, 1e-12]))
    rng = np.random.default_rng(0)
    drawn = np.array([prior.draw(rng, count, exposure, np.zeros(3)) for _ in range(20_000)])
    shape, inverse = 2.0 + count, 2.0 / 0.5 + exposure
    assert drawn.mean(axis=0) == pytest.approx(shape / inverse, rel=0.03)
    assert drawn.var(axis=0) == pytest.approx(shape / inverse**2, rel=0.08)


def test_the_prior_is_learnt_by_its_own_likelihood() -> None:
    """Log shape and log mean of a family of Poisson rates against the integral on a grid."""
    rng = np.random.default_rng(2)
    exposure = rng.uniform(5.0, 50.0, 25)
    count = rng.poisson(rng.gamma(1.5, 0.4 / 1.5, 25) * exposure).astype(float)
    shape, mean = np.meshgrid(np.linspace(-3, 4, 141), np.linspace(-4, 2, 141), indexing="ij")
    a, m = np.exp(shape)[..., None], np.exp(mean)[..., None]
    log = gammaln(a + count) - gammaln(a) + a * np.log(a / m) - (a + count) * np.log(a / m + exposure)
    density = log.sum(axis=-1) - shape**2 / 2 - (mean - np.log(0.2)) ** 2 / 18
    weight = np.exp(density - density.max())
    learnt, belief = np.zeros(3), np.array([0.0, 1.0, np.log(0.2), 3.0, 0.0, 1.0])
    drawn = []
    for _ in range(8000):
        draw_prior(rng, count, exposure, np.zeros(25), learnt, belief, 6, False)
        drawn.append(learnt.copy())
    found = np.array(drawn[400:])
    for column, axis in ((0, shape), (1, mean)):
        expected = np.average(axis, weights=weight)
        spread = np.sqrt(np.average((axis - expected) ** 2, weights=weight))
        assert found[:, column].mean() == pytest.approx(expected, abs=0.15 * spread)
        assert found[:, column].std() == pytest.approx(spread, rel=0.15)
    assert (found[:, 2] == 0).all()


def test_the_slope_on_size_is_found() -> None:
    rng = np.random.default_rng(4)
    size = rng.normal(0.0, 1.0, 300)
    exposure = np.full(300, 100.0)
    count = rng.poisson(rng.gamma(4.0, 0.2 * np.exp(-0.5 * size) / 4.0) * exposure).astype(float)
    prior = Prior.about(0.1, begin=0.1, sloped=True)
    slopes = []
    for _ in range(1500):
        prior.draw(rng, count, exposure, size)
        slopes.append(prior.learnt[2])
    assert np.mean(slopes[500:]) == pytest.approx(-0.5, abs=0.1)
