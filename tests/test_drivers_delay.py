"""The delay between share and order, against delays drawn from a known one."""

from __future__ import annotations

import numpy as np
import pytest
from given import table
from tiny import at, seen

from influence_graph.drivers.delay import SLOWEST, draw_delay, fit_delay
from influence_graph.drivers.hazard import Hazard
from influence_graph.tables.schema import Tables

WINDOW = 30.0
POSTS = 40


def delayed(
    rate: float, *, orders: int, cut_off: float, seed: int, nobody: float = 0.0, **options: bool
) -> tuple[Hazard, np.ndarray]:
    """One creator whose posts alone cause orders, in a campaign that is watched for `cut_off` days after each post.

    Every post is in a campaign of its own; a part `nobody` of the orders names no buyer. Returns the model and theta.
    """
    rng = np.random.default_rng(seed)
    fans = [f"p{i}" for i in range(200)]
    theta = orders / (POSTS * len(fans))
    number = rng.poisson(theta * len(fans), POSTS)
    post = np.repeat(np.arange(POSTS), number)
    age = -np.log1p(-rng.random(post.size) * -np.expm1(-rate * WINDOW)) / rate
    post, age = post[age < cut_off], age[age < cut_off]
    buyer = np.where(rng.random(post.size) < nobody, None, rng.choice(fans, post.size))
    last = [fans[0]] * 2  # somebody buys of no campaign at the very end, so that the data run on
    tables = Tables(
        creators=table("creators", creator_id=["c"]),
        campaigns=table(
            "campaigns", campaign_id=[f"k{i}" for i in range(POSTS)],
            ends_at=[at(float(i) + cut_off) for i in range(POSTS)],
        ),
        follows=table("follows", follower_id=fans, followed_id=["c"] * len(fans)),
        shares=table(
            "shares", share_id=[f"s{i}" for i in range(POSTS)], person_id=["c"] * POSTS,
            shared_at=[at(float(i)) for i in range(POSTS)], campaign_id=[f"k{i}" for i in range(POSTS)],
        ),
        conversions=table(
            "conversions", conversion_id=[f"o{i}" for i in range(post.size + 2)],
            person_id=[*buyer, *last],
            converted_at=[*(at(float(p + a)) for p, a in zip(post, age, strict=True)), at(150.0), at(151.0)],
            campaign_id=[*(f"k{p}" for p in post), None, None],
        ),
    )  # fmt: skip
    _, exposure = seen(tables)
    return Hazard(exposure, **options), np.array([theta])


def credited(model: Hazard) -> np.ndarray:
    """All credit where something was seen: here the truth."""
    return model.exposure.links.exposed.astype(np.float64)


@pytest.mark.parametrize("rate", [0.067, 0.25, 1.0])
@pytest.mark.parametrize("cut_off", [WINDOW, 12.0])
def test_the_rate_is_found_under_the_cut(rate: float, cut_off: float) -> None:
    found, naive = [], []
    for seed in range(4):
        model, theta = delayed(rate, orders=4000, cut_off=cut_off, seed=seed)
        _, age, _ = model.reweigh(rate)
        found.append(fit_delay(model, theta, credited(model), age))
        naive.append(1.0 / age[credited(model) > 0].mean())
    assert np.mean(found) == pytest.approx(rate, rel=0.04 if cut_off == WINDOW else 0.08)
    if rate == 0.067:  # one over the mean delay is far off, the more so the earlier one stops to look
        assert np.mean(naive) > (0.095 if cut_off == WINDOW else 0.15)


def test_orders_without_buyer_take_no_part_on_either_side() -> None:
    """Where only known buyers teach, only their part of the orders is expected of each share too."""
    found = []
    for seed in range(4):
        model, theta = delayed(0.1, orders=4000, cut_off=12.0, seed=seed, nobody=0.5, whole=False)
        _, age, _ = model.reweigh(0.1)
        found.append(fit_delay(model, theta, credited(model), age))
    assert np.mean(found) == pytest.approx(0.1, rel=0.08)


def test_nothing_credited_leaves_what_is_usual() -> None:
    model, _ = delayed(0.25, orders=100, cut_off=WINDOW, seed=0)
    _, age, _ = model.reweigh(0.25)
    assert fit_delay(model, np.zeros(1), np.zeros(age.size), age) == pytest.approx(0.25, rel=1e-3)


def test_draws_spread_as_the_posterior_does() -> None:
    """The chain's mean and deviation against the posterior on a grid, the formula written anew."""
    model, theta = delayed(0.2, orders=60, cut_off=WINDOW, seed=3)
    _, age, _ = model.reweigh(0.2)
    ages = age[credited(model) > 0]
    grid = np.linspace(np.log(SLOWEST / WINDOW), np.log(2.0), 4001)
    rates = np.exp(grid)
    density = (
        -0.5 * (grid - np.log(0.25)) ** 2 + ages.size * (grid - np.log(-np.expm1(-rates * WINDOW))) - rates * ages.sum()
    )
    weight = np.exp(density - density.max())
    mean = np.average(grid, weights=weight)
    spread = np.sqrt(np.average((grid - mean) ** 2, weights=weight))
    rng, rate, drawn = np.random.default_rng(1), 0.2, []
    for _ in range(6000):
        rate = draw_delay(model, theta, float(ages.size), float(ages.sum()), rate, rng)
        drawn.append(np.log(rate))
    assert np.mean(drawn) == pytest.approx(mean, abs=0.15 * spread)
    assert np.std(drawn) == pytest.approx(spread, rel=0.12)
