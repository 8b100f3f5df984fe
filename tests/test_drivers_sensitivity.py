"""What it takes to explain an effect away, against the published bound and in worlds with and without effects."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import few_sweeps, programme, seen

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.sensitivity import e_value, just_after, rate_ratio
from influence_graph.measures.communities import communities
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.world import KINDS, make


def bias(on_orders: float, on_exposure: float) -> float:
    """The largest ratio that an unseen cause of these strengths makes out of nothing (Ding & VanderWeele 2016)."""
    return on_orders * on_exposure / (on_orders + on_exposure - 1.0)


@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.26), (1.8, 3.0), (1.0, 1.0), (0.5, 1.0)])
def test_the_published_example(ratio: float, expected: float) -> None:
    assert e_value(ratio) == pytest.approx(expected, abs=0.005)


@given(st.floats(1.0, 1e6))
def test_a_cause_as_strong_in_both_just_explains_the_ratio(ratio: float) -> None:
    told = float(e_value(ratio))
    assert bias(told, told) == pytest.approx(ratio, rel=1e-6)
    assert told >= ratio


def test_unknown_and_boundless_stay_so() -> None:
    assert np.isnan(e_value(np.nan))
    assert np.isinf(e_value(rate_ratio(1.0, 0.0)))
    assert np.isnan(rate_ratio(0.0, 0.0))


def test_orders_count_by_how_strongly_posts_worked_at_their_moment() -> None:
    """Spelled out order by order, share by share; orders without a buyer have no followers to speak of."""
    _, exposure = seen(programme())
    model = Hazard(exposure)
    fit = maximise(model, start(model))
    links, events, rate = exposure.links, exposure.events, fit.parameters.rate
    own, whole = np.zeros(len(exposure.authors)), np.zeros(len(exposure.authors))
    driven = organic = 0.0
    for event in range(events.time.size):
        if events.person[event] < 0:
            continue
        for link in range(links.ptr[event], links.ptr[event + 1]):
            ages = range(links.exposure_ptr[link], links.exposure_ptr[link + 1])
            worked = sum(np.exp(-rate * links.age[x]) * links.weight[x] for x in ages)
            own[links.author[link]] += worked * fit.responsibility[link]
            whole[links.author[link]] += worked
            driven += worked * (1.0 - fit.organic[event])
            organic += worked * fit.organic[event]
    told_own, told_rest, told_total = just_after(exposure, fit)
    assert told_own == pytest.approx(own)
    assert told_rest == pytest.approx(whole - own)
    assert told_total == pytest.approx((driven, organic))
    assert own.sum() > 0


def test_one_share_and_steady_buying_give_the_hazard_ratio_averaged_over_the_delay() -> None:
    """With one follower's hazard mu and theta kappa: 1 + theta E[kappa] / mu, kappa averaged over itself."""
    rng = np.random.default_rng(3)
    fans = 4000
    follows = [(f"f{i}", "a", None) for i in range(fans)] + [(f"g{i}", "b", None) for i in range(fans)]
    steady = [
        (f"{'fg'[i % 2]}{rng.integers(fans)}", day, "summer", None) for i, day in enumerate(rng.uniform(0, 60, 2400))
    ]
    moved = [
        (f"f{rng.integers(fans)}", 20.0 + delay, "summer", None) for delay in rng.exponential(4.0, 400) if delay < 30
    ]
    _, exposure = seen(programme([("a", 20.0, "summer"), ("b", 59.9, "summer")], follows, [*steady, *moved], ends=None))
    model = Hazard(exposure)
    fit = maximise(model, start(model))
    own, rest, _ = just_after(exposure, fit)
    ratio = rate_ratio(own, rest)[0]
    assert ratio == pytest.approx(1.0 + (400 * 0.125) / (2400 / 2 / 60), rel=0.15)  # E[kappa] = rate / 2 = 0.125


@cache
def found(kind: str, seed: int) -> Drivers:
    base = KINDS[kind]
    size = {name: getattr(base, name) * 0.3 for name in ("driven", "organic", "hidden")}
    tables = resolve(make(kind, people=2000, creators=40, campaigns=5, seed=seed, **size).tables)
    network = build(tables)
    groups = communities(network, rng=np.random.default_rng(seed)).labels
    with few_sweeps():
        return drive(tables, network, rng=np.random.default_rng(seed), communities=groups)


@pytest.mark.parametrize("kind", ["null", "homophily"])
def test_where_nobody_influences_next_to_nothing_explains_it_all(kind: str) -> None:
    for seed in range(3):
        told = found(kind, seed)
        assert told.people["e_value"].median() < 1.5
        assert told.people["e_value_low"].mean() < 1.05
        assert told.total["e_value_low"] < 1.2


def test_strong_effects_take_much_to_explain_away() -> None:
    for seed in range(3):
        told = found("influence", seed)
        people = told.people[told.people["beats_followers"].fillna(False)]
        assert people["e_value_low"].min() > 1.2
        assert (told.people["e_value_low"].dropna() <= told.people["e_value"].dropna() + 1e-9).all()
        assert told.total["e_value"] > told.total["e_value_low"] > 2.0
