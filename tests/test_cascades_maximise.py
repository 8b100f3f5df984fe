"""Whom to activate: choices against every choice there is, and against simple rules."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import combinations
from typing import Any

import live_edges
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from small import PEOPLE, Chances, crowd, network_of, random_chances

from influence_graph.cascades import Choice, Conversions, Delay, Limits, maximise
from influence_graph.cascades import sets as reverse_sets
from influence_graph.cascades.sets import Sets
from influence_graph.kernels import bound, cover
from influence_graph.network import Network

MAXIMISE = import_module("influence_graph.cascades.maximise")
"""The module, which its function hides."""
CHOOSING = import_module("influence_graph.cascades.greedy")


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
