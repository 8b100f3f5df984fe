"""Sets of whom could reach somebody: against every world there is, and simulated days."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import live_edges
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import PEOPLE, network_of, random_chances

from influence_graph.cascades import Conversions, Delay, spread
from influence_graph.cascades.sets import Sets, source
from influence_graph.kernels import bits, cover, mixing, rows
from influence_graph.network import Network

SUBSETS = [*("a", "c"), *map("".join, combinations(PEOPLE, 2))]


def estimate(sets: Sets, network: Network, people: Iterable[str]) -> tuple[float, float]:
    """What these people bring, and its standard error."""
    met = int(cover.met(sets.ends, sets.nodes, network.index_of(list(people)), network.n_people)[-1])
    return met * sets.worth, max(np.sqrt(met * (1 - met / len(sets.ends))), 1) * sets.worth


def drawn(network: Network, number: int = 40_000, seed: int = 1, **asked: Any) -> Sets:
    chances = network.edges["p"]
    sets = Sets(source(network, chances, **asked), np.uint64(seed), np.ones(network.n_people, dtype=bool))
    sets.grow(number)
    return sets


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["cascade", "threshold", "once", "often"])
def test_sets_meet_a_plan_as_often_as_it_brings_something(kind: str, seed: int) -> None:
    chances = random_chances(seed)
    rng = np.random.default_rng(seed)
    worth: Any = len
    asked: dict[str, Any] = {}
    if kind == "threshold":
        into = {v: sum(p for (_, w), p in chances.items() if w == v) for v in PEOPLE}
        chances = {edge: p / max(into[edge[1]], 1) for edge, p in chances.items()}
        asked = {"threshold": True}
    elif kind != "cascade":
        hazard, value = rng.exponential(0.5, 5), rng.uniform(0, 9, 5)
        asked = {"conversions": Conversions(hazard, value, once=kind == "once")}
        rates, values = dict(zip(PEOPLE, hazard, strict=True)), dict(zip(PEOPLE, value, strict=True))
        worth = live_edges.orders(chances, rates, values, once=kind == "once")
    worlds = list((live_edges.thresholds if kind == "threshold" else live_edges.cascades)(chances))
    network = network_of(chances)
    sets = drawn(network, **asked)
    for people in SUBSETS:
        found, error = estimate(sets, network, people)
        assert abs(found - live_edges.expected(people, iter(worlds), worth)) < 4.5 * error, people


def test_a_buyer_is_in_the_set_only_when_reached_as_a_sharer() -> None:
    """Ann moves Bob to order, Bob shares only what Ann shares: Bob alone brings nothing."""
    network = Network.from_edges(["ann"], ["bob"], p=[1.0])
    sets = drawn(network, 1000, conversions=Conversions(np.array([0.5, 0.5])))
    assert set(sets.nodes.tolist()) == {0}
    assert estimate(sets, network, ["bob"])[0] == 0
    assert estimate(sets, network, ["ann"])[0] == pytest.approx(1 - np.exp(-0.5))


@pytest.mark.parametrize("once", [True, False])
def test_several_shares_are_several_chances(once: bool) -> None:
    """Ann shares three times, Bob, who passes her on half the time, twice; Cuc and Dan follow both."""
    pairs = [("ann", "bob"), ("ann", "cuc"), ("bob", "cuc"), ("ann", "dan"), ("bob", "dan")]
    network = Network.from_edges(*zip(*pairs, strict=True), p=[0.5, 0.0, 0.0, 0.0, 0.0])
    theta, shares = np.array([0.2, 0.4, 0.0, 0.0]), np.array([3, 2, 0, 0])
    sets = drawn(network, conversions=Conversions(theta * shares, once=once))
    three, five = np.exp([-0.2] * 3).prod(), np.exp([-0.2] * 3 + [-0.4] * 2).prod()
    each = 0.5 * (1 - three) + 0.5 * (1 - five) if once else 0.6 + 0.5 * 0.8
    found, error = estimate(sets, network, ["ann"])
    assert abs(found - 2 * each - (1 - three if once else 0.6)) < 4.5 * error  # Bob may order, moved by Ann alone


def test_jumping_through_equal_edges_opens_as_many() -> None:
    """Twelve people influence Bob alike, Bob one more: each alone brings 1 + p + p q."""
    friends = [f"f{i}" for i in range(12)]
    network = Network.from_edges([*friends, "bob"], ["bob"] * 12 + ["cuc"], p=[0.15] * 12 + [0.4])
    sets = drawn(network, 100_000)
    for k in (1, 3, 12):
        found, error = estimate(sets, network, friends[:k])
        assert abs(found - (k + (1 - 0.85**k) * 1.4)) < 4.5 * error


def test_long_rows_are_jumped_through_and_open_as_many() -> None:
    """A hundred people influence Bob, each with 0.005; a shorter row and one of two chances are coins."""
    friends = [f"f{i}" for i in range(100)]
    ends = [*friends, *friends[:70], "eve"], ["bob"] * 100 + ["cuc"] * 71
    network = Network.from_edges(*ends, p=[0.005] * 170 + [0.5])
    _, _, chances, ways = rows.transposed(network.indptr, network.indices, network.edges["p"])
    bob, cuc = network.index_of(["bob", "cuc"])
    assert ways[bob] == pytest.approx(1 / np.log1p(-0.005)) and ways[cuc] == np.inf and len(chances) == 171
    for days in (None, 9):
        found, error = estimate(drawn(network, 100_000, days=days), network, friends)
        assert abs(found - (100 + 2 - 0.995**100 - 0.995**70)) < 4.5 * error


@given(st.integers(0, 2**63), st.integers(1, 64), st.sampled_from([0, 1, 2**28 + 12_345, 2**31, 2**32 - 1, 2**32]))
@settings(max_examples=60, deadline=None)
def test_coins_abreast_are_heads_where_their_own_bits_say_so(world: int, coins: int, chance: int) -> None:
    """Coin i's number is bit i of one word after the other, written from the highest bit on."""
    heads, asked = bits.alike(np.uint64(world), 0, np.uint64(chance), coins)
    words = [int(mixing.splitmix64(np.uint64((world + k * int(mixing.GOLDEN)) % 2**64))) for k in range(32)]
    for coin in range(coins):
        number = sum((words[k] >> coin & 1) << (31 - k) for k in range(32))
        assert (int(heads) >> coin & 1) == (number < chance)
    assert int(heads) >> coins == 0 and asked <= 32


@pytest.mark.parametrize("kind", ["cascade", "days", "threshold", "once"])
def test_a_set_ends_early_only_where_it_meets_somebody_settled(kind: str) -> None:
    """The same worlds: whom nobody settled is found in is whole, elsewhere the set is the beginning of the whole."""
    chances = {edge: 0.4 * p for edge, p in random_chances(2).items()}
    hazard = Conversions(np.arange(5) / 4)
    asked: dict[str, Any] = {
        "cascade": {}, "days": {"days": 3, "delay": Delay(2)}, "threshold": {"threshold": True},
        "once": {"conversions": hazard},
    }[kind]  # fmt: skip
    network = network_of(chances)
    of = source(network, network.edges["p"], **asked)
    settled = np.isin(np.arange(network.n_people), [1, 3])
    (ends, nodes), (early_ends, early) = (of.draw(at, np.uint64(7), 0, 500) for at in (settled[:0], settled))
    shorter = 0
    for one, other in zip(np.split(nodes, ends[:-1]), np.split(early, early_ends[:-1]), strict=True):
        assert other.tolist() == one[: len(other)].tolist()
        assert settled[one].any() == settled[other].any() and (settled[one].any() or len(one) == len(other))
        shorter += len(other) < len(one)
    assert shorter > 20


@pytest.mark.parametrize("kind", ["shares", "once", "often"])
def test_sets_within_days_agree_with_simulated_days(kind: str) -> None:
    chances = random_chances(5)
    network = network_of(chances)
    delay, order = Delay(3.0, 20.0), Delay(4.0, 30.0)
    hazard = np.array([0.5, 0.2, 0.9, 0.1, 0.4])
    conversions = None if kind == "shares" else Conversions(hazard, once=kind == "once", delay=order)
    sets = drawn(network, conversions=conversions, delay=delay, days=4)
    for people in ("a", "be"):
        found, error = estimate(sets, network, people)
        played = spread(
            network, list(people), probability="p", conversions=conversions, delay=delay, days=4, simulations=30_000
        )
        assert abs(found - played.mean) < 4.5 * np.hypot(error, played.standard_error)
