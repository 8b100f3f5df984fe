"""The delay between share and order, against delays drawn from a known one."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from given import table
from hypothesis import given
from hypothesis.strategies import floats, sampled_from
from scipy.integrate import quad
from scipy.optimize import minimize
from tiny import at, few_sweeps, programme, seen

from influence_graph.drivers import drive
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import Fit, maximise, settle, start
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.pace import HEAVIEST, LIGHTEST, SLOWEST, draw_delay, fit_delay
from influence_graph.drivers.tail import Choice, choose_tail, compare_tails
from influence_graph.network import Network, build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import KINDS, World, make

WINDOW = 30.0
POSTS = 40


def delayed(
    rate: float, *, orders: int, cut_off: float, seed: int, nobody: float = 0.0, tail: float = 0.0, **options: bool
) -> tuple[Hazard, Parameters]:
    """One creator whose posts alone cause orders, in a campaign that is watched for `cut_off` days after each post.

    Every post is in a campaign of its own; a part `nobody` of the orders names no buyer. Returns the model
    and the truth.
    """
    rng = np.random.default_rng(seed)
    fans = [f"p{i}" for i in range(200)]
    theta = orders / (POSTS * len(fans))
    number = rng.poisson(theta * len(fans), POSTS)
    post = np.repeat(np.arange(POSTS), number)
    age = Delay(rate, tail, WINDOW).quantile(rng.random(post.size))
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
    model = Hazard(exposure, **options)
    return model, replace(start(model, rate=rate, tail=tail), theta=np.array([theta]))


def credited(model: Hazard) -> np.ndarray:
    """All credit where something was seen: here the truth."""
    return model.exposure.links.exposed.astype(np.float64)


def ages(model: Hazard) -> np.ndarray:
    """Ages of all exposures: here each order has one."""
    return model.exposure.links.age


# ----------------------------------------------------------------------------------------------------------- the family


@given(rate=floats(0.02, 5.0), tail=sampled_from([0.0, 1e-4, 0.3, 1.0, 1.0 + 1e-12, 3.0]), window=floats(2.0, 60.0))
def test_mean_median_and_parts_are_those_of_the_density(rate: float, tail: float, window: float) -> None:
    delay = Delay(rate, tail, window)
    assert quad(delay.density, 0.0, window, limit=200)[0] == pytest.approx(1.0, rel=1e-6)
    assert quad(lambda age: age * delay.density(age), 0.0, window, limit=200)[0] == pytest.approx(delay.mean, rel=1e-5)
    assert quad(delay.density, 0.0, delay.median)[0] == pytest.approx(0.5, rel=1e-6)
    parts = np.linspace(0.0, 1.0, 11)
    assert delay.below(delay.quantile(parts)) == pytest.approx(parts, abs=1e-9)
    assert delay.below([-1.0, 2.0 * window]).tolist() == [0.0, pytest.approx(1.0)]


def test_without_a_tail_it_is_the_exponential() -> None:
    ages = np.linspace(0.0, WINDOW, 50)
    whole = -np.expm1(-0.25 * WINDOW)
    assert Delay(0.25, 0.0, WINDOW).density(ages) == pytest.approx(0.25 * np.exp(-0.25 * ages) / whole)
    assert Delay(0.25, 1e-9, WINDOW).density(ages) == pytest.approx(Delay(0.25, 0.0, WINDOW).density(ages), rel=1e-6)
    assert Delay(0.25, 0.0, WINDOW).family == "exponential"
    assert Delay(0.25, 0.5, WINDOW).family == "heavy tail"


# -------------------------------------------------------------------------------------------------------- fitted, drawn


@pytest.mark.parametrize("rate", [0.067, 0.25, 1.0])
@pytest.mark.parametrize("cut_off", [WINDOW, 12.0])
def test_the_rate_is_found_under_the_cut(rate: float, cut_off: float) -> None:
    found, naive = [], []
    for seed in range(4):
        model, truth = delayed(rate, orders=4000, cut_off=cut_off, seed=seed)
        found.append(fit_delay(model, truth, credited(model))[0])
        naive.append(1.0 / ages(model).mean())
    assert np.mean(found) == pytest.approx(rate, rel=0.04 if cut_off == WINDOW else 0.08)
    if rate == 0.067:  # one over the mean delay is far off, the more so the earlier one stops to look
        assert np.mean(naive) > (0.095 if cut_off == WINDOW else 0.15)


@pytest.mark.parametrize(("rate", "tail"), [(0.5, 0.5), (1.0, 2.0)])
@pytest.mark.parametrize("cut_off", [WINDOW, 12.0])
def test_rate_and_tail_are_found_under_the_cut(rate: float, tail: float, cut_off: float) -> None:
    found = []
    for seed in range(4):
        model, truth = delayed(rate, tail=tail, orders=4000, cut_off=cut_off, seed=seed)
        begin = replace(truth, rate=0.3, tail=1.0)
        found.append(fit_delay(model, begin, credited(model)))
    assert np.exp(np.log(found).mean(axis=0)) == pytest.approx([rate, tail], rel=0.1)


def test_orders_without_buyer_take_no_part_on_either_side() -> None:
    """Where only known buyers teach, only their part of the orders is expected of each share too."""
    found = []
    for seed in range(4):
        model, truth = delayed(0.1, orders=4000, cut_off=12.0, seed=seed, nobody=0.5, whole=False)
        found.append(fit_delay(model, truth, credited(model))[0])
    assert np.mean(found) == pytest.approx(0.1, rel=0.08)


def test_nothing_credited_leaves_what_is_usual() -> None:
    model, truth = delayed(0.25, orders=100, cut_off=WINDOW, seed=0)
    nobody = replace(truth, theta=np.zeros(1))
    assert fit_delay(model, nobody, 0.0 * credited(model)) == (pytest.approx(0.25, rel=1e-3), 0.0)


@pytest.mark.parametrize("tail", [0.0, 1.0])
def test_draws_spread_as_the_posterior_does(tail: float) -> None:
    """The chain's means and deviations against the posterior on a grid, the formula written anew."""
    model, now = delayed(0.2, tail=tail, orders=60, cut_off=WINDOW, seed=3)
    seen_ages, by_link = ages(model), credited(model)[model.causes.link].astype(np.int64)
    tails = np.exp(np.linspace(np.log(LIGHTEST), np.log(HEAVIEST), 201)) if tail else np.array([1e-9])
    at, heavy = np.meshgrid(np.linspace(np.log(SLOWEST / WINDOW), np.log(2.0), 801), tails)
    rates = np.exp(at)
    density = -0.5 * (at - np.log(0.25)) ** 2 - (0.5 * (np.log(heavy) - np.log(0.5)) ** 2 if tail else 0.0)
    late = np.exp(-np.log1p(heavy * rates * WINDOW) / heavy)
    density += seen_ages.size * (at - np.log(1 - late))
    density -= sum((1 / heavy + 1) * np.log1p(heavy * rates * age) for age in seen_ages)
    weight = np.exp(density - density.max())
    rng, drawn = np.random.default_rng(1), []
    for _ in range(8000 if tail else 4000):
        rate, heavier = draw_delay(model, now, by_link, rng)
        now = replace(now, rate=rate, tail=heavier)
        drawn.append((np.log(rate), np.log(max(heavier, 1e-9))))
    for column, grid in enumerate((at, np.log(heavy))[: 2 if tail else 1]):
        mean = np.average(grid, weights=weight)
        spread = np.sqrt(np.average((grid - mean) ** 2, weights=weight))
        chain = np.array(drawn)[:, column]
        assert chain.mean() == pytest.approx(mean, abs=0.15 * spread)
        assert chain.std() == pytest.approx(spread, rel=0.12)


@pytest.mark.parametrize("tail", [0.0, 2.0])
def test_the_delay_of_an_order_may_be_that_of_any_exposure(tail: float) -> None:
    """A link's density is the sum over what was seen: the draws know no more, EM shares it out in proportion."""
    tables = programme(orders=[("p", 13.0, "spring", None), ("q", 14.0, "spring", None)])
    _, exposure = seen(tables)
    links, model = exposure.links, Hazard(exposure)
    by_link = np.arange(links.author.size) % 3
    delay, told = Delay(0.2, tail, WINDOW), 0.0
    number = {}
    for link, orders in enumerate(by_link):
        mine = slice(links.exposure_ptr[link], links.exposure_ptr[link + 1])
        parts = links.weight[mine] * delay.density(links.age[mine])
        told += orders * np.log(parts.sum()) if orders else 0.0
        for age, part in zip(links.age[mine], parts / max(parts.sum(), 1e-300), strict=True):
            number[age] = number.get(age, 0.0) + orders * part
    assert np.diff(links.exposure_ptr).max() == 3
    assert model.causes.log_densities(by_link[model.causes.link], links.weight, 0.2, tail) == pytest.approx(told)
    found, aged = model.causes.ages(by_link.astype(float), links.weight, 0.2, tail)
    age = aged / np.maximum(found, 1e-300)
    assert dict(zip(age[found > 0], found[found > 0], strict=True)) == pytest.approx(
        {age: part for age, part in sorted(number.items()) if part}
    )
    assert (model.reweigh(0.2, tail)[0] > 0.0).all()


# ---------------------------------------------------------------------------------------------------- which of the two


def fitted(model: Hazard) -> tuple[Fit, Choice]:
    return choose_tail(model, maximise(model, start(model)))


@pytest.mark.parametrize("tail", [0.0, 2.0])
def test_the_held_out_gain_is_the_likelihood_of_the_other_half(tail: float) -> None:
    """Everything is driven: then what a half predicts of the other is summed by hand."""
    model, truth = delayed(0.6, tail=tail, orders=1500, cut_off=WINDOW, seed=1)
    nowhere = model.pieces.campaign == POSTS  # the two orders that end the data come by themselves
    driven = replace(truth, mu=np.where(nowhere, truth.mu, 1e-12))
    rate, _ = fit_delay(model, replace(driven, tail=0.0), credited(model))
    light, heavy = (settle(model, replace(driven, rate=r, tail=heavier)) for r, heavier in ((rate, 0.0), (0.6, 1.0)))
    choice, _ = compare_tails(model, light, heavy)
    seen_ages = ages(model)
    halves = seen_ages[::2], seen_ages[1::2]

    def lost(ages: np.ndarray, rate: float, heavy: float) -> float:
        return -float(np.log(Delay(rate, heavy, WINDOW).density(ages)).sum())

    gain = 0.0
    for taught, judged in (halves, halves[::-1]):
        rate = minimize(lambda at, ages=taught: lost(ages, np.exp(at[0]), 0.0), [-0.5], method="Nelder-Mead").x
        both = minimize(
            lambda at, ages=taught: lost(ages, *np.exp(at)), [-0.5, -1.0], method="Nelder-Mead",
            bounds=[(None, None), (np.log(LIGHTEST), None)],
        ).x  # fmt: skip
        gain += lost(judged, np.exp(rate[0]), 0.0) - lost(judged, *np.exp(both))
    assert choice.gain == pytest.approx(gain, abs=max(0.3, 0.01 * abs(gain)))


def test_a_heavy_tail_is_seen_and_an_exponential_left_alone() -> None:
    for seed in range(8):
        model, _ = delayed(0.5, orders=800, cut_off=WINDOW, seed=seed)
        fit, choice = fitted(model)
        assert fit.parameters.tail == 0.0, choice
    for seed in range(4):
        model, _ = delayed(1.0, tail=1.5, orders=800, cut_off=WINDOW, seed=seed)
        fit, choice = fitted(model)
        assert fit.parameters.tail > 0.5, choice
        assert choice.gain > 2.0 * choice.error > 0.0


def test_of_few_driven_orders_no_tail_is_told() -> None:
    model, _ = delayed(1.0, tail=2.0, orders=30, cut_off=WINDOW, seed=0)
    fit, choice = fitted(model)
    assert fit.parameters.tail == choice.gain == choice.error == 0.0


# ------------------------------------------------------------------------------------------------------ planted, found


def test_where_delays_are_heavy_tailed_the_exponential_loses_what_comes_late() -> None:
    """The driven share in planted worlds, as it is found and as it would be with the exponential alone."""
    found, light = [], []
    for seed in range(3):
        made, tables, network = planted("heavy-tail", seed)
        for gaps, changes in ((found, {}), (light, {"choose_tail": lambda model, fit, **_: (fit, Choice(0.0, 0.0))})):
            with few_sweeps(), pytest.MonkeyPatch.context() as patch:
                for name, value in changes.items():
                    patch.setattr(import_module("influence_graph.drivers.drive"), name, value)
                told = drive(tables, network, rng=np.random.default_rng(seed)).total
            assert told["delay_family"] == ("heavy tail" if gaps is found else "exponential")
            gaps.append((told["driven"] - made.planted["driven"]) / told["conversions"])
    assert abs(np.mean(found)) < 0.05, found
    assert np.mean(light) < np.mean(found) - 0.04, (found, light)


def test_planted_exponentials_stay_exponential() -> None:
    tails = []
    for kind in ("influence", "bursts", "null", "fans"):
        for seed in range(3):
            _, tables, network = planted(kind, seed)
            model = Hazard(expose(tables, network), whole=False)
            tails.append(fitted(model)[0].parameters.tail)
    assert np.count_nonzero(tails) <= 1, tails


def planted(kind: str, seed: int) -> tuple[World, Tables, Network]:
    base = KINDS[kind]
    size = {name: getattr(base, name) * 0.3 for name in ("driven", "organic")}
    made = make(kind, people=2000, creators=40, campaigns=5, seed=seed, **size)
    tables = resolve(made.tables)
    return made, tables, build(tables)
