"""Whom to activate: sets against every world there is, choices against every choice there is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import live_edges
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from test_cascades_simulate import PEOPLE, Chances, network_of, random_chances

from influence_graph.cascades import Choice, Conversions, Delay, Limits, maximise, spread
from influence_graph.cascades import sets as reverse_sets
from influence_graph.cascades.sets import Sets, source
from influence_graph.errors import UsageError
from influence_graph.kernels import bits, bound, cover, mixing, rows
from influence_graph.network import Network

MAXIMISE = sys.modules["influence_graph.cascades.maximise"]
"""The module, which its function hides."""
CHOOSING = sys.modules["influence_graph.cascades.greedy"]
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


def test_who_is_left_out_of_the_sets_would_not_have_been_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    popular = rng.choice(400, 4000, p=np.arange(1, 401) ** -0.7 / (np.arange(1, 401) ** -0.7).sum())
    network = Network.from_edges(popular, rng.integers(0, 400, 4000))
    asked: dict[str, Any] = {"probability": 0.04, "precision": 0.004, "rng": 5}
    monkeypatch.setattr(MAXIMISE, "AGAIN", 10**9)
    with monkeypatch.context() as nobody:
        nobody.setattr(CHOOSING, "LUCK", np.inf)
        whole = maximise(network, Limits(people=5), **asked)
    parts, narrow = [], Sets.narrow
    monkeypatch.setattr(Sets, "narrow", lambda sets, kept: (parts.append(kept.mean()), narrow(sets, kept)))
    few = maximise(network, Limits(people=5), **asked)
    assert min(parts) < 0.5
    pd.testing.assert_frame_equal(few.people, whole.people)
    assert (few.low, few.sets) == (whole.low, whole.sets)
    assert whole.high - 1e-9 <= few.high <= 1.05 * whole.high


def test_a_choice_made_again_among_few_is_that_among_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    popular = rng.choice(400, 4000, p=np.arange(1, 401) ** -0.7 / (np.arange(1, 401) ** -0.7).sum())
    network = Network.from_edges(popular, rng.integers(0, 400, 4000))
    asked: dict[str, Any] = {"probability": 0.04, "precision": 0.008, "rng": 5}
    early, narrow = [], Sets.narrow
    monkeypatch.setattr(Sets, "narrow", lambda sets, kept: (early.append(kept.mean()), narrow(sets, kept)))
    few = maximise(network, Limits(people=12), **asked)
    assert early[-1] < 0.3
    monkeypatch.setattr(CHOOSING, "NEARLY", 0.0)
    monkeypatch.setattr(CHOOSING, "CLEAR", np.inf)
    whole = maximise(network, Limits(people=12), **asked)
    assert set(few.people["person_id"]) == set(whole.people["person_id"])
    assert (few.expected, few.certificate) == (whole.expected, whole.certificate)
    assert (few.low, few.sets) == (whole.low, whole.sets)


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


def values_of(chances: Chances, names: str = PEOPLE) -> dict[frozenset[str], float]:
    """The expected spread of every set of people."""
    subsets = [frozenset(people) for k in range(1, len(names) + 1) for people in combinations(names, k)]
    total = dict.fromkeys(subsets, 0.0)
    for likely, opened in live_edges.cascades(chances):
        bits = {u: sum(1 << names.index(v) for v in live_edges.reached(u, opened)) for u in names}
        for people in subsets:
            union = 0
            for u in people:
                union |= bits[u]
            total[people] += likely * union.bit_count()
    return total


def greedy(values: Mapping[frozenset[str], float], k: int) -> frozenset[str]:
    chosen: frozenset[str] = frozenset()
    for _ in range(k):
        chosen = max((chosen | {u} for u in PEOPLE if u not in chosen), key=lambda people: values[people])
    return chosen


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("k", [1, 2, 3])
def test_as_good_as_the_greedy_choice_that_knows_everything(seed: int, k: int) -> None:
    chances = random_chances(seed, 9)
    values = values_of(chances)
    choice = maximise(network_of(chances), Limits(people=k), probability="p", rng=seed)
    truth = values[frozenset(choice.people["person_id"])]
    assert len(choice.people) == k
    assert truth >= values[greedy(values, k)] - 0.02
    assert truth >= (1 - 1 / np.e) * max(value for people, value in values.items() if len(people) == k)
    assert abs(choice.expected - truth) < 4.5 * choice.standard_error + 1e-9


@given(st.integers(0, 10_000), st.sampled_from([1.5, 4.0, 9.0, np.inf]), st.integers(1, 4), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_no_choice_meets_more_than_the_bound(seed: int, budget: float, people: int, included: int) -> None:
    """Above every choice there is, and nearly as low as the linear programme allows."""
    rng = np.random.default_rng(seed)
    member = rng.random((40, 9)) < rng.choice([0.1, 0.25], 9)
    cost = rng.uniform(0.5, 3, 9)
    cost[:included] = 0.1
    ends, nodes = np.cumsum(member.sum(axis=1)), np.nonzero(member)[1].astype(np.int32)
    must, others = np.arange(included), np.arange(included, 9)
    others = others[cost[others] <= budget - cost[must].sum()]
    many = max(people, included)
    choices = [
        [*must, *more]
        for k in range(many - included + 1)
        for more in combinations(others, k)
        if cost[[*must, *more]].sum() <= budget
    ]
    best = max(choices, key=lambda choice: member[:, choice].any(axis=1).sum())
    told = bound.most(
        40, cover.listed(ends, nodes, 9), cost, others, must, np.array(best, dtype=np.int64), budget, many,
        np.zeros(len(others)),
    )  # fmt: skip
    assert told >= member[:, best].any(axis=1).sum() - 1e-9
    # who is met: at most 1, at most the parts of their members; parts within both limits
    rows = [np.hstack([np.eye(40), -member[:, others].astype(float)]), np.append(np.zeros(40), np.ones(len(others)))]
    limits = [member[:, must].any(axis=1).astype(float), np.array([many - included])]
    if budget < np.inf:
        rows.append(np.append(np.zeros(40), cost[others]))
        limits.append(np.array([budget - cost[must].sum()]))
    parts = [(0, 1)] * (40 + len(others))
    worth = np.append(np.ones(40), np.zeros(len(others)))
    loose = linprog(-worth, np.vstack(rows), np.concatenate(limits), bounds=parts)
    assert told >= -loose.fun - 1e-6
    if budget == np.inf:
        assert told <= -1.05 * loose.fun + 0.5


def test_certificates_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few sets and a chance of failure of one in five: bounds that promise too much would be found out."""
    monkeypatch.setattr(MAXIMISE, "FIRST", 32)
    monkeypatch.setattr(MAXIMISE, "LOOKS", 3)
    failed = reached = 0
    for seed in range(500):
        chances = random_chances(seed, 7)
        values = values_of(chances)
        choice = maximise(
            network_of(chances), Limits(people=2), probability="p", certificate=0.5, precision=0.2, delta=0.2, rng=seed
        )
        best = max(value for people, value in values.items() if len(people) == 2)
        truth = values[frozenset(choice.people["person_id"])]
        failed += choice.low > truth or choice.high < best or choice.certificate > truth / best
        reached += choice.certificate > 0.4
    assert failed <= 0.2 * 500
    assert reached > 250


@pytest.mark.parametrize("seed", range(8))
def test_a_budget_buys_nearly_the_best_there_is(seed: int) -> None:
    chances = random_chances(seed, 9)
    values = values_of(chances)
    costs = np.random.default_rng(seed).uniform(1, 6, 5)
    price = dict(zip(PEOPLE, costs, strict=True))
    budget = 0.5 * costs.sum()
    choice = maximise(network_of(chances), Limits(budget=budget, costs=costs), probability="p", rng=seed)
    chosen = frozenset(choice.people["person_id"])
    assert choice.cost == pytest.approx(sum(price[u] for u in chosen))
    assert choice.cost <= budget
    best = max(value for people, value in values.items() if sum(price[u] for u in people) <= budget)
    assert values[chosen] >= 0.5 * (1 - 1 / np.e) * best
    assert choice.low <= values[chosen]
    assert best <= choice.high


def test_one_dear_star_is_better_than_many_cheap_people() -> None:
    """By gain for its cost the cheap one comes first and the star can't be paid any more."""
    network = Network.from_edges(["star"] * 40, [f"fan{i}" for i in range(40)], nodes=["cheap"], p=[1.0] * 40)
    costs = np.where(network.nodes.index == "cheap", 0.01, np.where(network.nodes.index == "star", 100.0, 200.0))
    choice = maximise(network, Limits(budget=100.0, costs=costs), probability="p")
    assert choice.people["person_id"].tolist() == ["star"]
    assert choice.expected == pytest.approx(41, abs=0.3)


def crowd(seed: int = 0, people: int = 60) -> Network:
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, people, (2, 5 * people))
    nodes = pd.DataFrame({"platform": np.where(np.arange(people) % 3, "tiktok", "zalo")}, index=map(str, range(people)))
    return Network.from_edges(*ends, nodes=nodes)


@given(
    st.integers(0, 50),
    st.sampled_from([0.0, 0.2, 0.5, 1.0]),
    st.sampled_from([0.0, 0.3]),
    st.sampled_from([{"people": 7}, {"budget": 30.0}, {"budget": 30.0, "people": 5}]),
)
@settings(max_examples=20, deadline=None)
def test_limits_are_kept(seed: int, advocates: float, ugc: float, limit: dict[str, Any]) -> None:
    network = crowd(seed)
    rng = np.random.default_rng(seed)
    roles = rng.choice(["influencer", "ugc", "advocate"], 60)
    costs = np.where(rng.random(60) < 0.1, np.nan, rng.uniform(1, 10, 60))
    known = np.flatnonzero(np.isfinite(costs) & (network.nodes["platform"] == "tiktok").to_numpy() & (costs < 8))
    quotas = {"advocate": advocates, "ugc": min(ugc, 1 - advocates)}
    include, exclude = [str(known[0])], [str(place) for place in known[1:9]]
    limits = Limits(
        **limit, costs=costs, roles=roles, quotas=quotas, include=include, exclude=exclude, platform="tiktok"
    )
    choice = maximise(network, limits, probability=0.05, certificate=0.3, precision=0.1, rng=seed)
    places = network.index_of(choice.people["person_id"])
    assert choice.people["person_id"].iloc[0] == include[0]
    assert not set(exclude) & set(choice.people["person_id"])
    assert len(set(places)) == len(places)
    assert set(network.nodes["platform"].iloc[places]) == {"tiktok"}
    if "budget" in limit:
        assert np.nansum(costs[places]) <= limit["budget"]
    assert len(places) <= limit.get("people", 60)
    for role, part in quotas.items():
        assert len(places) == 1 or (roles[places] == role).sum() >= part * len(places) - 1e-9


def test_a_target_is_reached_and_no_person_is_too_many() -> None:
    network = crowd(2)
    costs = np.random.default_rng(2).uniform(1, 10, 60)
    choice = maximise(network, Limits(target=25.0, costs=costs), probability=0.1, rng=1)
    assert choice.expected >= 25
    assert choice.people["total"].iloc[-2] < 25
    # nothing that costs as much brings more than `high`: half the money can't do
    half = maximise(network, Limits(budget=choice.cost / 2, costs=costs), probability=0.1, rng=1)
    assert half.expected < 25
    assert choice.cost <= choice.alternatives["cost"].min()
    few = maximise(network, Limits(target=25.0), probability=0.1, rng=1)
    assert len(few.people) <= len(choice.people)
    with pytest.raises(UsageError, match="No choice within the limits brings 61"):
        maximise(network, Limits(target=61.0), probability=0.1)


def test_within_few_days_who_is_close_comes_first() -> None:
    """The hub's friends are two steps away and slow; in two days the smaller star with own followers brings more."""
    middle, far, near = [f"m{i}" for i in range(4)], [f"x{i}" for i in range(60)], [f"n{i}" for i in range(20)]
    network = Network.from_edges(
        ["hub"] * 4 + [middle[i % 4] for i in range(60)] + ["star"] * 20, middle + far + near,
    )  # fmt: skip
    hazard = np.full(network.n_people, 0.4)
    asked: dict[str, Any] = {"probability": 1.0, "conversions": Conversions(hazard), "delay": Delay(10.0)}
    limits = Limits(people=1, exclude=middle)
    assert maximise(network, limits, **asked).people["person_id"].tolist() == ["hub"]
    assert maximise(network, limits, **asked, days=2).people["person_id"].tolist() == ["star"]


def test_no_plan_is_returned_that_a_rule_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    network = crowd(3)
    found = maximise(network, Limits(people=5), probability=0.1)
    assert found.rule == "greedy"
    assert found.alternatives["expected"].max() == found.expected
    assert {"greedy", "top audience", "top PageRank", "random"} == set(found.alternatives["rule"])
    idle = np.flatnonzero(np.bincount(network.sources, minlength=60) < 4)[:5]
    monkeypatch.setattr(MAXIMISE, "MOST_ENTRIES", 100_000)
    monkeypatch.setattr(MAXIMISE, "greedy", lambda *_, **__: idle)
    worse = maximise(network, Limits(people=5), probability=0.1, certificate=0.99)
    assert worse.rule in ("top audience", "top PageRank")
    assert worse.expected == worse.alternatives["expected"].max()


def test_own_scores_stand_beside_the_simple_rules() -> None:
    network = crowd(4)
    starts = np.arange(60.0)
    choice = maximise(network, Limits(people=5), probability=0.1, rules={"past starters": starts})
    told = choice.alternatives.set_index("rule")
    assert told.loc["past starters", "expected"] <= choice.expected
    assert told["people"].eq(5).all()


def as_numbers(choice: Choice) -> tuple[Any, ...]:
    return choice.people.to_dict("list"), choice.low, choice.high, choice.alternatives.to_dict("list")


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network = crowd(5, 300)
    costs = np.random.default_rng(0).uniform(1, 5, network.n_people)
    asked: dict[str, Any] = {"probability": 0.1, "conversions": Conversions(np.full(network.n_people, 0.1)), "rng": 3}
    many = maximise(network, Limits(budget=40.0, costs=costs), **asked)
    monkeypatch.setattr(reverse_sets, "ThreadPoolExecutor", lambda _: ThreadPoolExecutor(1))
    assert as_numbers(maximise(network, Limits(budget=40.0, costs=costs), **asked)) == as_numbers(many)


def test_gains_add_up_and_overlap_is_what_they_lack() -> None:
    choice = maximise(crowd(6), Limits(people=10), probability=0.15)
    told = choice.people
    assert told["gain"].sum() == pytest.approx(choice.expected)
    assert told["total"].to_numpy() == pytest.approx(np.cumsum(told["gain"]))
    assert (told["alone"] >= told["gain"] - 1e-9).all()
    assert told["alone"].iloc[0] == pytest.approx(told["gain"].iloc[0])
    assert 0 < choice.low < choice.expected < choice.high


ROLES = np.array(["advocate"] + ["influencer"] * 59)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({}, "Nothing limits the plan"),
        ({"people": 0}, "people is 0"),
        ({"budget": 10.0}, "A budget needs costs"),
        ({"budget": 0.5, "costs": np.ones(60)}, "pays for nobody: the cheapest person costs 1"),
        ({"budget": 5.0, "costs": np.ones(6)}, "costs has 6 values for 60 people"),
        ({"budget": 5.0, "costs": -np.ones(60)}, "60 values of costs are negative"),
        ({"budget": 5.0, "costs": np.full(60, np.nan)}, "pays for nobody"),
        ({"budget": 5.0, "costs": np.full(60, np.nan), "include": ["1"]}, "nobody knows what that costs"),
        ({"budget": 5.0, "costs": np.full(60, 4.0), "include": ["1", "2"]}, "have to be included cost 8"),
        ({"people": 2, "include": ["1"], "exclude": ["1"]}, "'1' is both to be included and to be left out"),
        ({"people": 2, "include": ["x"]}, "'x' is not in the network"),
        ({"people": 2, "exclude": [str(i) for i in range(60)]}, "leave nobody to choose"),
        ({"people": 2, "platform": "orkut"}, "Platforms there are: tiktok, zalo"),
        ({"people": 2, "quotas": {"advocate": 0.2}}, "without anybody's role"),
        ({"people": 2, "quotas": {"a": 0.8, "b": 0.3}, "roles": ROLES}, "Quotas of a 0.8, b 0.3 can't be held"),
        ({"people": 2, "quotas": {"ugc": 0.3}, "roles": ROLES}, "Roles there are: advocate, influencer"),
    ],
)
def test_limits_that_leave_no_plan_get_a_sentence(limits: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as told:
        maximise(crowd(), Limits(**limits), probability=0.1)
    assert said in str(told.value)


def test_a_world_where_nobody_orders_gets_a_sentence() -> None:
    with pytest.raises(UsageError, match="Nobody can move anybody to order here"):
        maximise(crowd(), Limits(people=3), probability=0.1, conversions=Conversions(np.zeros(60)))
    with pytest.raises(UsageError, match="Each lies between 0 and 1"):
        maximise(crowd(), Limits(people=3), probability=0.1, certificate=1.0)
