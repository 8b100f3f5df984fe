"""The hours at which people buy: the clock against integrals, the profile against counts, and planted rhythms."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from math import lgamma, log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import FOLLOWS, ORDERS, SHARES, few_sweeps, programme, seen

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers import rhythm as clock
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import Fit, maximise, start
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.rhythm import FLAT, Rhythm, by_clock, learn_rhythm
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import KINDS, World, make

STANDING = [(follower, author, None) for follower, author, _ in FOLLOWS]
AGAIN = ("p", 31.0, "summer", None)
SEEDS = range(3)


def any_rhythm(seed: int) -> Rhythm:
    rate = np.random.default_rng(seed).gamma(0.5, size=(7, 24)) + 0.01
    return Rhythm(rate / rate.mean(axis=1, keepdims=True))


# ------------------------------------------------------------------------------------------------------------ the clock


@given(seed=st.integers(0, 50), time=st.floats(0.0, 80.0))
def test_the_clock_is_the_integral_of_the_profile(seed: int, time: float) -> None:
    rhythm = any_rhythm(seed)
    hours = np.arange(int(time * 24) + 1) / 24
    ends = np.minimum(hours + 1 / 24, time)
    slow = sum(
        rhythm.rate[int(h * 24 + 0.5) // 24 % 7, int(h * 24 + 0.5) % 24] * (e - h)
        for h, e in zip(hours, ends, strict=True)
    )
    assert float(rhythm.tell(time)) == pytest.approx(slow, abs=1e-9)


def test_whole_days_stay_and_so_do_times_without_end() -> None:
    days = np.arange(-5.0, 40.0)
    assert any_rhythm(1).tell(days) == pytest.approx(days)
    assert any_rhythm(1).tell([np.inf, -np.inf]).tolist() == [np.inf, -np.inf]
    times = np.sort(np.random.default_rng(0).uniform(0, 30, 500))
    assert (np.diff(any_rhythm(2).tell(times)) > 0).all()
    assert FLAT.tell(times) == pytest.approx(times)
    assert FLAT.level
    assert not any_rhythm(0).level


@pytest.mark.parametrize("again", [False, True], ids=["one-off", "bought again"])
@pytest.mark.parametrize("tail", [0.0, 1.5])
def test_exposure_and_people_at_risk_are_integrals_over_the_usual_time(tail: float, again: bool) -> None:
    """By the clock every sum keeps its closed form; here each is integrated hour by hour over the usual time."""
    orders = [*ORDERS, AGAIN] if again else ORDERS
    _, exposure = seen(programme(orders=orders, follows=STANDING))
    model, rhythm = Hazard(exposure), any_rhythm(3)
    warped = by_clock(model, rhythm)
    delay = Delay(0.4, tail, exposure.window)
    first = min(day for _, day, _ in SHARES)
    end = max(day for _, day, *_ in orders) - first

    def integral(low: float, high: float, since: float | None = None) -> float:
        edges = np.clip(np.append(np.arange(int(low * 24), int(high * 24) + 2) / 24, [low, high]), low, high)
        edges = np.unique(edges)
        step = np.diff(edges) / 50
        time = edges[:-1, None] + step[:, None] * (np.arange(50) + 0.5)
        hour = np.floor(time * 24).astype(int)
        rate = rhythm.rate[hour // 24 % 7, hour % 24]
        if since is not None:
            rate = rate * delay.density(rhythm.tell(time) - rhythm.tell(since))
        return float((rate * step[:, None]).sum())

    bought = {(v, c): day - first for v, day, c, _ in reversed(orders) if c and not again}
    expected = dict.fromkeys("abc", 0.0)
    for author, day, campaign in SHARES:
        shared, over = day - first, 34.0 - first if campaign == "spring" else end
        for follower, followed, _ in STANDING:
            stop = min(shared + 30.0, over, bought.get((follower, campaign), np.inf))
            if followed == author and shared < stop:
                expected[author] += integral(shared, stop, shared)
    _, exposed = warped.reweigh(0.4, tail)
    assert dict(zip(exposure.authors, exposed, strict=True)) == pytest.approx(expected, rel=1e-3)
    p = model.pieces
    assert warped.pieces.length == pytest.approx(
        [integral(b, b + n) for b, n in zip(p.begin, p.length, strict=True)], abs=1e-6
    )
    assert (warped.pieces.event_piece == p.event_piece).all()


# ---------------------------------------------------------------------------------------------------------- the profile


def test_orders_expected_of_a_level_day_are_counted_hour_by_hour() -> None:
    _, exposure = seen(programme(orders=[*ORDERS, AGAIN], follows=STANDING))
    model = Hazard(exposure)
    fit = maximise(model, start(model), most=5)
    p, point = model.pieces, fit.parameters
    people = (point.eta * model.fan_people(point.beta, point.beta_joined)[0]).sum(axis=1)[p.campaign]
    step = 1 / 24 / 60
    slow = np.zeros(168)
    for rate, begin, length in zip(point.mu * people, p.begin, p.length, strict=True):
        times = np.arange(begin + step / 2, begin + length, step)
        slow += np.bincount(np.floor(times * 24).astype(int) % 168, minlength=168) * rate * step
    assert clock._level(model, model, fit) == pytest.approx(slow, abs=0.02 * slow.max())


def test_ratios_are_drawn_to_one_as_far_as_the_likeliest_shape_says() -> None:
    count, expected = np.array([3.0, 0.0, 9.0, 1.0]), np.array([2.0, 3.0, 4.0, 4.0])

    def evidence(a: float) -> float:
        return sum(
            lgamma(a + n) - lgamma(a) + a * log(a) - (a + n) * log(a + e) for n, e in zip(count, expected, strict=True)
        )

    best = max(clock.SHAPES, key=evidence)
    assert clock._posterior(count, expected) == pytest.approx((best + count) / (best + expected))
    rng = np.random.default_rng(0)
    level = clock._shrunk(rng.poisson(50.0, 168).astype(float), np.full(168, 50.0))
    assert np.abs(np.log(level)).max() < 0.1  # chance is no rhythm
    planted = np.tile(np.where(np.arange(24) > 17, 3.0, 1 / 3), 7)
    assert clock._shrunk(rng.poisson(50.0 * planted).astype(float), np.full(168, 50.0)) == pytest.approx(
        planted.reshape(7, 24), rel=0.2
    )


def test_hours_are_those_of_the_day_wherever_the_data_begin() -> None:
    rate = np.ones((7, 24))
    rate[:, 5] += 1.0
    rate /= rate.mean()
    hours = Rhythm(rate).hours(pd.Timestamp("2026-03-02 15:30", tz="UTC"))
    assert np.mean(hours) == pytest.approx(1.0)
    assert np.flatnonzero(np.array(hours) > 1.2).tolist() == [20, 21]  # 5 hours after half past three


# --------------------------------------------------------------------------------------------------- planted and found


def planted(kind: str, seed: int) -> tuple[World, Tables]:
    base = KINDS[kind]
    size = {name: getattr(base, name) * 0.3 for name in ("driven", "organic")}
    made = make(kind, people=2000, creators=40, campaigns=5, seed=seed, **size)
    return made, made.tables


def fitted(tables: Tables) -> tuple[Hazard, Fit]:
    resolved = resolve(tables)
    model = Hazard(expose(resolved, build(resolved)), whole=False)
    return model, maximise(model, start(model))


@cache
def found(kind: str, seed: int, *, heeded: bool = True) -> tuple[float, Drivers]:
    """What is credited beyond what was planted, as a part of all orders."""
    made, tables = planted(kind, seed)
    tables = resolve(tables)
    with few_sweeps(), pytest.MonkeyPatch.context() as patch:
        if not heeded:
            name = import_module("influence_graph.drivers.drive")
            patch.setattr(name, "learn_rhythm", lambda model, fit, **_: (model, fit, FLAT))
        told = drive(tables, build(tables), rng=np.random.default_rng(seed))
    return (told.total["driven"] - made.planted["driven"]) / told.total["conversions"], told


def test_posts_and_orders_of_the_same_evening_are_no_influence() -> None:
    ignoring = [found("rhythm", seed, heeded=False) for seed in SEEDS]
    assert np.mean([gap for gap, _ in ignoring]) > 0.03
    assert sum(told.total["driven_low"] > 0 for _, told in ignoring) >= 2
    heeding = [found("rhythm", seed) for seed in SEEDS]
    assert np.mean([gap for gap, _ in heeding]) < 0.02
    assert np.mean([gap for gap, _ in heeding]) < np.mean([gap for gap, _ in ignoring]) / 3
    for _, told in heeding:
        assert told.total["driven_low"] == 0.0
        assert 19 <= int(np.argmax(told.total["rhythm"])) <= 21
        assert told.total["rhythm_gain"] > 100.0


def test_where_everybody_buys_in_the_evening_creators_keep_what_is_theirs() -> None:
    gaps = [found("busy-evenings", seed)[0] for seed in SEEDS]
    assert abs(np.mean(gaps)) < 0.035, gaps
    assert all(found("busy-evenings", seed)[1].total["rhythm"] for seed in SEEDS)


@pytest.mark.parametrize("kind", ["influence", "null", "bursts"])
def test_without_a_rhythm_nothing_is_touched(kind: str) -> None:
    for seed in SEEDS:
        model, fit = fitted(planted(kind, seed)[1])
        warped, again, rhythm = learn_rhythm(model, fit)
        assert warped is model
        assert again is fit
        assert rhythm.level


def test_the_calendar_does_not_matter() -> None:
    _, tables = planted("rhythm", 0)
    rates = []
    for shift in (pd.Timedelta(0), pd.Timedelta(days=3, hours=5, minutes=37)):
        moved = replace(
            tables,
            shares=tables.shares.assign(shared_at=tables.shares["shared_at"] + shift),
            conversions=tables.conversions.assign(converted_at=tables.conversions["converted_at"] + shift),
            campaigns=tables.campaigns.assign(
                starts_at=tables.campaigns["starts_at"] + shift, ends_at=tables.campaigns["ends_at"] + shift
            ),
        )
        rates.append(learn_rhythm(*fitted(moved))[2].rate)
    assert rates[1] == pytest.approx(rates[0], rel=1e-3)


def test_days_without_hours_and_few_orders_have_no_rhythm() -> None:
    _, tables = planted("rhythm", 1)
    orders = tables.conversions
    for poorer in (
        orders.assign(converted_at=orders["converted_at"].dt.floor("D")),
        orders.assign(converted_at=orders["converted_at"].dt.floor("D") + pd.Timedelta(hours=12)),
        orders.head(150),
    ):
        model, fit = fitted(replace(tables, conversions=poorer))
        warped, _, rhythm = learn_rhythm(model, fit)
        assert warped is model
        assert rhythm is FLAT
