"""The jump in the level of fans' habits, against the posterior written out; and whether it gets where it should."""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
import pytest
from scipy.stats import betaprime, gamma, norm
from slow import Slow
from test_drivers_hazard import STANDING, drawn, tiny_model
from tiny import ORDERS, few_sweeps, seen

from influence_graph.drivers import drive
from influence_graph.drivers.em import maximise, settle, start
from influence_graph.drivers.gibbs import Prior, sample
from influence_graph.drivers.habits import draw_level, judge_levels
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.world import make


def priors() -> tuple[Prior, Prior]:
    habit, joined = Prior.about(0.03, begin=0.02), Prior.about(0.05, begin=0.1)
    habit.learnt[0], joined.learnt[0] = 0.3, -0.2
    return habit, joined


def log_posterior(model: Hazard, point: Parameters, families: tuple[Prior, Prior], *, smooth: float) -> float:
    """Of everything that the jump moves, in plain words."""
    slow = Slow(model, point, follows=STANDING)
    total = sum(log(slow.parts(order)[2]) for order in ORDERS if order[0] != "x")
    total -= sum(piece[3] * slow.person_days(piece) for piece in slow.pieces)
    for prior, rates in zip(families, (point.beta, point.beta_joined), strict=True):
        shape, mean = np.exp(prior.learnt[:2])
        total += gamma.logpdf(rates, shape, scale=mean / shape).sum()
        total += norm.logpdf(prior.learnt[1], prior.belief[2], prior.belief[3])
    chain = model.pieces.chain
    for k, rate in enumerate(point.mu):
        if k and chain[k] == chain[k - 1]:
            before = point.mu[k - 1]
            total += betaprime.logpdf(rate / before, smooth, smooth) - log(before)
        else:
            total -= 0.5 * log(rate)
    return float(total)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", [(0.01, 1.0), (1.0, 7.0), (0.4, 2.5)])
def test_a_jump_is_judged_by_the_posterior_and_the_measure_of_the_jump(seed: int, level: tuple[float, float]) -> None:
    model = tiny_model(follows=STANDING)
    now = drawn(model, seed)
    density, _ = model.reweigh(now.rate, now.tail)
    judge = judge_levels(model, now, density, priors())
    (alone, still), (then, curve) = judge(np.ones(2)), judge(np.array(level))
    moved = replace(now, beta=now.beta * level[0], beta_joined=now.beta_joined * level[1], mu=now.mu * curve)
    families = priors()
    for prior, factor in zip(families, level, strict=True):
        prior.learnt[1] += log(factor)
    measure = model.authors * sum(map(log, level)) + now.mu.size * log(curve)
    expected = log_posterior(model, moved, families, smooth=2.0) - log_posterior(model, now, priors(), smooth=2.0)
    assert still == 1.0
    assert then - alone == pytest.approx(expected + measure, rel=1e-6)


def test_a_jump_and_back_is_no_jump() -> None:
    model, level = tiny_model(), np.array([0.3, 4.0])
    now, (habit, joined) = drawn(model, 1), priors()
    density, _ = model.reweigh(now.rate, now.tail)
    there, curve = judge_levels(model, now, density, (habit, joined))(level)
    moved = replace(now, beta=now.beta * 0.3, beta_joined=now.beta_joined * 4.0, mu=now.mu * curve)
    habit.learnt[1] += log(0.3)
    joined.learnt[1] += log(4.0)
    back = judge_levels(model, moved, density, (habit, joined))
    assert back(np.ones(2))[0] - back(1 / level)[0] == pytest.approx(
        there - judge_levels(model, now, density, priors())(np.ones(2))[0]
    )
    assert back(1 / level)[1] == pytest.approx(1 / curve)


def test_nothing_but_the_level_moves() -> None:
    model = tiny_model()
    now, (habit, joined) = drawn(model, 2), priors()
    density, _ = model.reweigh(now.rate, now.tail)
    before = [now.beta.copy(), now.mu.copy(), now.theta.copy()]
    moved = draw_level(model, now, density, habit, joined, np.random.default_rng(3))
    for mine, kept in zip((now.beta, now.mu, now.theta), before, strict=True):
        assert (mine == kept).all()  # what was given is not changed
    assert np.ptp(moved.beta / now.beta) < 1e-12
    assert np.log(moved.beta / now.beta)[0] == pytest.approx(habit.learnt[1] - priors()[0].learnt[1])
    assert (moved.theta == now.theta).all()
    assert now.mu @ model.piece_exposure(now.beta, now.beta_joined, now.eta) == pytest.approx(
        moved.mu @ model.piece_exposure(moved.beta, moved.beta_joined, moved.eta)
    )


def test_the_total_is_the_mean_of_its_draws_where_creators_are_many() -> None:
    """Shared out at mean parameters, orders go to shares too often: they take 1 to 2 % more of all orders here."""
    world = make("influence", people=2000, creators=300, campaigns=5, seed=2, driven=900, organic=900)
    tables = resolve(world.tables)
    with few_sweeps():
        told = drive(tables, build(tables), rng=np.random.default_rng(2))
    fit, draws = told.workings.fit, told.workings.draws
    mean, error = draws.caused.sum(axis=1).mean(), draws.caused.sum(axis=1).std()
    assert abs(fit.caused.sum() - mean) < 0.3 * error  # the mean of 20 draws in 200, each shared out whole
    model = Hazard(told.workings.exposure, whole=True)
    assert settle(model, fit.parameters).caused.sum() > mean + 0.5 * error
    low, high = told.total["driven_low"], told.total["driven_high"]
    assert low < told.total["driven"] < high
    assert low < world.planted["driven"] < high


def test_days_without_a_known_buyer_do_not_hold_each_other_at_nothing() -> None:
    """EM gives them no organic buying at all; then whoever orders there without a name would be somebody's doing."""
    world = make("influence", people=1500, creators=20, campaigns=2, seed=3, driven=400, organic=800)
    _, exposure = seen(resolve(world.tables))
    model = Hazard(exposure)
    first = int(np.flatnonzero(np.diff(model.pieces.chain) == 0)[4])
    silent = slice(first, first + 2)
    model.weight = np.where((model.piece_of >= first) & (model.piece_of < first + 2), 0.0, model.weight)
    begin = maximise(model, start(model)).parameters
    assert (begin.mu[silent] == 0.0).all()
    nothing = np.zeros(model.authors)
    told = sample(model, begin, log_followers=nothing, rng=np.random.default_rng(1), burn=60, keep=60, each=False)
    assert (told.mean.mu[silent] > 0.01 * np.median(told.mean.mu)).all()


def test_habits_that_nobody_has_are_gone_after_a_few_sweeps() -> None:
    """They begin with the share of orders that EM leaves them, of which causes drawn one by one let go too slowly."""
    world = make("influence", people=2000, creators=200, campaigns=5, seed=1, driven=1800, organic=1500)
    _, exposure = seen(resolve(world.tables))
    model = Hazard(exposure)
    begin = maximise(model, start(model)).parameters
    nothing = np.zeros(model.authors)
    told = sample(model, begin, log_followers=nothing, rng=np.random.default_rng(1), burn=60, keep=60, each=False)
    given = [float((model.fan_exposure(point.mu, point.eta)[0] * point.beta).sum()) for point in (begin, told.mean)]
    assert given[0] > 0.03 * world.planted["organic"]
    assert given[1] < 0.4 * given[0]
