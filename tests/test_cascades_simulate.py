"""Simulated cascades against every world there is, closed forms, and themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import live_edges
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from small import PEOPLE, Chances, network_of, random_chances

from influence_graph.cascades import Conversions, Delay, Spread, simulate, spread
from influence_graph.errors import UsageError
from influence_graph.network import Network

graphs = st.dictionaries(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(lambda pair: pair[0] != pair[1]),
    st.sampled_from([0.0, 0.1, 0.5, 0.8, 1.0]),
    min_size=1,
    max_size=8,
)


def close(found: Spread, truth: float) -> bool:
    return abs(found.mean - truth) <= 4.5 * found.standard_error + 1e-12


def test_a_path_has_the_spread_of_its_series() -> None:
    path = Network.from_edges(range(49), range(1, 50))
    found = spread(path, [0], probability=0.1, precision=0.001)
    assert found.precise
    assert found.standard_error < 0.0012
    assert close(found, 10 / 9)


@pytest.mark.parametrize("seed", range(6))
def test_cascades_are_those_of_all_worlds(seed: int) -> None:
    chances = random_chances(seed)
    truth = live_edges.expected("ab", live_edges.cascades(chances))
    assert close(spread(network_of(chances), list("ab"), probability="p", simulations=10_000, rng=seed), truth)


@pytest.mark.parametrize("seed", range(6))
def test_thresholds_are_those_of_all_worlds(seed: int) -> None:
    chances = random_chances(seed)
    into = {v: sum(p for (_, w), p in chances.items() if w == v) for v in PEOPLE}
    weights = {edge: p / max(into[edge[1]], 1) for edge, p in chances.items()}
    truth = live_edges.expected("a", live_edges.thresholds(weights))
    found = spread(network_of(weights), ["a"], probability="p", model="threshold", simulations=10_000, rng=seed)
    assert close(found, truth)


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_orders_are_those_of_all_worlds(seed: int, once: bool) -> None:
    chances = random_chances(seed)
    rng = np.random.default_rng(seed)
    hazard, value = rng.exponential(0.7, 5), rng.uniform(0, 20, 5)
    conversions = Conversions(hazard, value, once=once)
    found = spread(network_of(chances), ["a"], probability="p", conversions=conversions, simulations=10_000, rng=seed)
    rates, values = dict(zip(PEOPLE, hazard, strict=True)), dict(zip(PEOPLE, value, strict=True))
    truths = {
        "shares": live_edges.expected("a", live_edges.cascades(chances)),
        "conversions": live_edges.expected(
            "a", live_edges.cascades(chances), live_edges.orders(chances, rates, dict.fromkeys(PEOPLE, 1.0), once=once)
        ),
        "value": live_edges.expected(
            "a", live_edges.cascades(chances), live_edges.orders(chances, rates, values, once=once)
        ),
        "reach": live_edges.expected(
            "a", live_edges.cascades(chances), lambda who: len({v for u, v in chances if u in who})
        ),
    }
    for name, truth in truths.items():
        amount = getattr(found, name)
        assert abs(amount.mean - truth) <= 4.5 * amount.standard_error, name
        assert 0 <= amount.low <= amount.high
    assert found.mean == found.conversions.mean if found.conversions else False


def test_three_followers_of_a_sharer_who_shares_surely() -> None:
    """Bob passes on what Ann shares; Dan, who follows both, orders unless neither moves him."""
    network = Network.from_edges(["ann", "ann", "bob"], ["bob", "dan", "dan"], p=[1.0, 0.0, 0.0])
    conversions = Conversions(np.array([0.2, 0.3, 0.0]))
    found = spread(network, ["ann"], probability="p", conversions=conversions, simulations=40_000)
    truth = (1 - np.exp(-0.2)) + (1 - np.exp(-0.2) * np.exp(-0.3))
    assert close(found, truth)
    assert found.shares.mean == 2
    assert found.reach
    assert found.reach.mean == 2


def test_days_follow_the_delays() -> None:
    network = Network.from_edges(["ann", "bob"], ["bob", "cuc"])
    share, order = Delay(4.0, 20.0), Delay(3.0, 30.0)
    hazard = np.array([0.0, 0.8, 0.0])
    found = spread(
        network, ["ann"], probability=[0.6, 0.0], conversions=Conversions(hazard, delay=order), delay=share, days=12,
        simulations=40_000,
    )  # fmt: skip

    def over(age: float, delay: Delay) -> float:
        return float(np.expm1(-min(age, delay.window_days) / delay.days) / np.expm1(-delay.window_days / delay.days))

    def density(age: float) -> float:
        return float(np.exp(-age / share.days) / share.days / -np.expm1(-share.window_days / share.days))

    table = found.by_day.set_index("day")
    assert list(table.index) == list(range(1, 13))
    for day in (1, 5, 12):
        row = table.loc[day]
        assert abs(row["shares"] - (1 + 0.6 * over(day, share))) < 4.5 * row["shares_error"]
        ordered, _ = quad(lambda at, day=day: density(at) * -np.expm1(-0.8 * over(day - at, order)), 0, day)
        assert abs(row["conversions"] - 0.6 * ordered) < 4.5 * row["conversions_error"]
    assert found.mean == pytest.approx(table["conversions"].iloc[-1])


def test_groups_share_out_what_happens() -> None:
    chances = random_chances(3)
    roles = pd.DataFrame(np.random.default_rng(0).dirichlet([1, 1], 5), columns=["influencer", "advocate"])
    conversions = Conversions(np.full(5, 0.5))
    found = spread(network_of(chances), ["a"], probability="p", conversions=conversions, groups=roles, days=3)
    table = found.by_day.pivot_table(index="day", columns="group", values=["shares", "reach", "conversions", "value"])
    for name in ("shares", "reach", "conversions", "value"):
        assert (table[name]["influencer"] + table[name]["advocate"]).to_numpy() == pytest.approx(table[name]["all"])
        assert table[name]["all"].iloc[-1] == pytest.approx(getattr(found, name).mean)


@given(graphs, st.permutations(PEOPLE), st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_names_change_nothing_and_more_seeds_never_reach_fewer(chances: Chances, names: list[str], seed: int) -> None:
    network = network_of(chances)
    one = spread(network, ["a"], probability="p", simulations=300, rng=seed)
    both = spread(network, ["a", "b", "a"], probability="p", simulations=300, rng=seed)
    assert 1 <= one.mean <= both.mean <= 5
    renamed = dict(zip(PEOPLE, names, strict=True))
    other = network_of({(renamed[a], renamed[b]): p for (a, b), p in chances.items()})
    same = spread(other, [renamed["a"]], probability="p", simulations=3000, rng=seed)
    truth = live_edges.expected("a", live_edges.cascades(chances))
    assert close(same, truth)


@pytest.mark.parametrize("timed", [False, True])
def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch, timed: bool) -> None:
    network = Network.from_edges(*np.random.default_rng(1).integers(0, 200, (2, 2000)))
    more: dict[str, Any] = {"conversions": Conversions(np.full(network.n_people, 0.02)), "days": 9} if timed else {}

    def found() -> Spread:
        return spread(network, ["3", "7"], probability=0.05, delay=Delay(2.0) if timed else None, rng=5, **more)

    many = found()
    monkeypatch.setattr(simulate, "ThreadPoolExecutor", lambda: ThreadPoolExecutor(1))
    one = found()
    assert (one.mean, one.standard_error, one.shares) == (many.mean, many.standard_error, many.shares)
    assert one.by_day.equals(many.by_day)
    other = spread(network, ["3", "7"], probability=0.05, rng=6)
    assert other.mean != one.mean


def test_it_stops_when_precise_and_says_when_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    star = Network.from_edges(["hub"] * 50, range(50))
    found = spread(star, ["hub"], probability=0.2, precision=0.005)
    assert found.precise
    assert found.standard_error <= 0.005 * found.mean
    assert found.simulations < 3 * (0.2 * 0.8 * 50) / (0.005 * 11) ** 2
    monkeypatch.setattr(simulate, "MOST", 300)
    assert not spread(star, ["hub"], probability=0.2, precision=0.0005).precise


def test_networkx_graphs_are_taken_and_left_alone() -> None:
    graph = nx.DiGraph([("ann", "bob", {"p": 0.5}), ("bob", "cuc", {"p": 0.5})])
    before = nx.to_dict_of_dicts(graph)
    ours = spread(Network.from_networkx(graph), ["ann"], probability="p", rng=2)
    assert spread(graph, ["ann"], probability="p", rng=2).mean == ours.mean
    assert nx.to_dict_of_dicts(graph) == before
    both_ways = spread(nx.path_graph(3), [1], probability=1.0)
    assert both_ways.mean == 3


LINE = Network.from_edges(["ann", "bob"], ["bob", "cuc"], p=[0.5, 1.5], q=[0.5, np.nan])


@pytest.mark.parametrize(
    ("network", "seeds", "asked", "said"),
    [
        (LINE, ["anna"], {"probability": 0.1}, "'anna' is not in the network. Did you mean ann?"),
        (LINE, ["x", "y"], {"probability": 0.1}, "2 of these people are not in the network, for example 'x'."),
        (LINE, [], {"probability": 0.1}, "Nobody was named"),
        (LINE, ["ann"], {"probability": -0.1}, "2 edges have a probability outside 0 to 1"),
        (LINE, ["ann"], {"probability": "p"}, "from 'bob' to 'cuc' it is 1.5"),
        (LINE, ["ann"], {"probability": "q"}, "from 'bob' to 'cuc' it is nan"),
        (LINE, ["ann"], {"probability": "r"}, "no attribute 'r'; they have: p, q, weight"),
        (LINE, ["ann"], {"probability": [0.1]}, "1 probabilities were given for 2 edges"),
        (Network.from_edges([], [], nodes=["ann"]), ["ann"], {"probability": 0.1}, "has no edges"),
        (nx.empty_graph(3), [0], {"probability": 0.1}, "The network of 3 people has no edges"),
        (LINE, ["ann"], {"probability": 0.1, "precision": 0}, "A precision of 0"),
        (LINE, ["ann"], {"probability": 0.1, "simulations": 1}, "Ask for at least 2"),
        (LINE, ["ann"], {"probability": 0.1, "days": 0}, "at least one day"),
        (LINE, ["ann"], {"probability": 0.1, "model": "threshold", "days": 3}, "Leave out days"),
        (nx.star_graph(3), [1], {"probability": 0.5, "model": "threshold"}, "those into '0' sum to 1.5"),
        (LINE, ["ann"], {"probability": 0.1, "conversions": Conversions(np.ones(2))}, "hazard has 2 values for 3"),
        (LINE, ["ann"], {"probability": 0.1, "conversions": Conversions(-np.ones(3))}, "3 values of hazard are neg"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(network: Any, seeds: Any, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as told:
        spread(network, seeds, **asked)
    assert said in str(told.value)


def test_a_delay_that_makes_no_sense_gets_a_sentence() -> None:
    with pytest.raises(UsageError, match="A delay of -1 days"):
        Delay(-1.0)
