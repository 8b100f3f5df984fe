"""Measures that sample or sketch where counting costs too much: right on average, and honest about their error."""

from __future__ import annotations

import math
from functools import partial

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from influence_graph.measures import (
    Estimate,
    all_measures,
    betweenness,
    brokerage,
    closeness,
    drawn,
    harmonic,
    two_hop_reach,
)
from influence_graph.measures.brokerage import FIRST_PATHS
from influence_graph.measures.estimate import DELTA, bernstein, binomial
from influence_graph.network import Network


@pytest.fixture(scope="module")
def crowd() -> Network:
    """2,000 people, most of whom follow a few of the much-followed."""
    rng = np.random.default_rng(5)
    popularity = 1 / np.arange(1, 2001)
    source = rng.choice(2000, 20_000, p=popularity / popularity.sum())
    return Network.from_edges(source, rng.integers(0, 2000, 20_000))


@pytest.fixture(scope="module")
def exact(crowd: Network) -> Estimate:
    """What is true of them."""
    return betweenness(crowd, rng=np.random.default_rng(0))


def test_drawn_betweenness_holds_everybody_within_its_error(crowd: Network, exact: Estimate) -> None:
    assert exact.is_exact
    assert exact.drawn == 0
    draws = [betweenness(crowd, rng=np.random.default_rng(seed), edges_walked=0) for seed in range(30)]
    assert {draw.drawn for draw in draws} == {FIRST_PATHS}
    values, errors = np.array([draw.values for draw in draws]), np.array([draw.error for draw in draws])
    held = (np.abs(values - exact.values) <= errors).all(axis=1)
    assert held.mean() >= 1 - DELTA
    # The bound is worth something: the highest is known to a fifth.
    top = np.argsort(exact.values)[-50:]
    assert errors[:, top[-1]].max() < 0.2 * exact.values[top[-1]]
    # 30 draws of 50 people: their mean is off by no more than chance allows, their spread is that of counted paths.
    chance = exact.values[top] * (crowd.n_people - 2) / len(np.unique(crowd.sources))
    spread = exact.values[top] * np.sqrt((1 - chance) / chance / FIRST_PATHS)
    off = (values[:, top].mean(axis=0) - exact.values[top]) / (spread / np.sqrt(30))
    assert abs(off.mean()) < 1
    assert values[:, top].std(axis=0, ddof=1).sum() == pytest.approx(spread.sum(), rel=0.15)
    # Who can stand between nobody is known to.
    ends = (np.diff(crowd.indptr) == 0) | (np.bincount(crowd.indices, minlength=crowd.n_people) == 0)
    assert not values[:, ends].any()
    assert not errors[:, ends].any()


@pytest.mark.parametrize("seed", range(4))
def test_drawn_paths_are_shortest_whatever_the_shape(seed: int) -> None:
    """Rings, stars, parallel ways, loops, people whom nothing reaches: an exact answer and a drawn one agree."""
    graph = nx.DiGraph(nx.gnp_random_graph(30, 0.03 + 0.03 * seed, seed=seed, directed=True))
    nx.add_cycle(graph, range(100, 112))
    nx.add_star(graph, range(200, 210))
    for way in range(5):
        nx.add_path(graph, [300, 310 + way, 301, 303])
    graph.add_edge(301, 301)
    network = Network.from_networkx(graph)
    told = nx.betweenness_centrality(network.to_networkx())
    drawn = betweenness(network, rng=np.random.default_rng(seed), edges_walked=0)
    truth = np.array([told[person] for person in network.nodes.index])
    assert (np.abs(drawn.values - truth) <= drawn.error).all()
    assert drawn.values == pytest.approx(truth, abs=5 * np.sqrt(truth.max() / FIRST_PATHS))


def test_drawing_ends_when_the_error_is_small_enough(crowd: Network, exact: Estimate) -> None:
    rough, fine = (
        betweenness(crowd, rng=np.random.default_rng(3), edges_walked=3 * 10**7, accuracy=accuracy)
        for accuracy in (0.3, 0.07)
    )
    assert rough.drawn < fine.drawn
    for draw, accuracy in ((rough, 0.3), (fine, 0.07)):
        assert draw.error.max() <= accuracy * draw.values.max()
        assert (np.abs(draw.values - exact.values) <= draw.error).all()


def test_parts_of_what_may_be_wrong_add_up(crowd: Network) -> None:
    tied = crowd.sources != crowd.indices
    into, out = (set(ends[tied].tolist()) for ends in (crowd.indices, crowd.sources))
    between = np.array(sorted(into & out))
    each = brokerage._divided(DELTA, crowd, between, tied)
    assert 0.25 * DELTA < each.sum() <= DELTA
    assert each.min() >= DELTA / (4 * len(between))
    pairs = [int((crowd.sources[tied] == who).sum() * (crowd.indices[tied] == who).sum()) for who in between]
    assert each[np.argmax(pairs)] == each.max()


@pytest.mark.parametrize(("counted", "drawn", "delta"), [(0, 40, 0.1), (3, 40, 0.02), (25, 60, 1e-6), (40, 40, 0.1)])
def test_binomial_bounds_leave_as_much_outside_as_they_say(counted: int, drawn: int, delta: float) -> None:
    """At the further end, what was counted or less (or more) comes about with half the chance of being wrong."""
    (off,) = binomial(np.array([float(counted)]), drawn=drawn, delta=np.array([delta]))

    def at_most(most: int, part: float) -> float:
        return sum(math.comb(drawn, k) * part**k * (1 - part) ** (drawn - k) for k in range(most + 1))

    part = counted / drawn
    tails = []
    if counted < drawn:
        tails.append(at_most(counted, min(part + off, 1.0)))
    if counted:
        tails.append(1 - at_most(counted - 1, max(part - off, 0.0)))
    assert max(tails) == pytest.approx(delta / 2, rel=1e-6)


def test_how_useful_an_estimate_is_is_said() -> None:
    told = {"highest": 0.01, "drawn": 50_000}
    notes = [drawn({"betweenness": {**told, "error": error}}) for error in (0.001, 0.005, 0.02)]
    assert [note and note.id for note in notes] == ["measures.drawn", "measures.drawn-rough", "measures.drawn-too-few"]


def test_where_nobody_can_stand_between_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Creators and followers whom nobody follows are 0, which is no estimate; pairs are 0 as far as paths tell."""
    fans = Network.from_edges(["mai", "mai", "linh", "linh"], ["an", "linh-fan", "an", "linh"])
    told = betweenness(fans, rng=np.random.default_rng(0), edges_walked=0)
    assert (told.drawn, told.is_exact, told.values.any()) == (0, True, False)
    monkeypatch.setattr("influence_graph.measures.betweenness", partial(betweenness, edges_walked=0))
    assert drawn(all_measures(fans, rng=np.random.default_rng(0)).attrs) is None
    pairs = Network.from_edges(["an", "bao", "chi", "dung"], ["bao", "an", "dung", "chi"])
    note = drawn(all_measures(pairs, rng=np.random.default_rng(0)).attrs)
    assert note
    assert note.id == "measures.drawn-nobody"
    assert 0 < note.numbers["error"] < 0.01


def test_same_seed_same_answer(crowd: Network) -> None:
    one, other = (betweenness(crowd, rng=np.random.default_rng(9), edges_walked=0) for _ in range(2))
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.error, other.error)


def test_harmonic_of_everybody_is_networkx() -> None:
    graph = nx.gnp_random_graph(150, 0.03, seed=2, directed=True)
    network = Network.from_networkx(graph)
    told = nx.harmonic_centrality(network.to_networkx())
    truth = [told[person] for person in network.nodes.index]
    assert harmonic(network, rng=np.random.default_rng(0)).values == pytest.approx(truth)


def test_drawn_harmonic_holds_everybody_within_its_error(crowd: Network) -> None:
    exact = harmonic(crowd, rng=np.random.default_rng(0))
    assert exact.is_exact
    draws = [harmonic(crowd, rng=np.random.default_rng(seed), edges_walked=1_300_000) for seed in range(30)]
    assert {draw.drawn for draw in draws} == {8 * 1_300_000 // (crowd.n_people + crowd.n_edges)}
    values, errors = np.array([draw.values for draw in draws]), np.array([draw.error for draw in draws])
    assert (np.abs(values - exact.values) <= errors).all(axis=1).mean() >= 1 - DELTA
    assert abs((values.mean(axis=0) - exact.values).mean()) < 0.01 * exact.values.mean()
    nobody = np.bincount(crowd.indices, minlength=crowd.n_people) == 0
    assert not values[:, nobody].any()


@pytest.mark.parametrize("most", [256, 512, 600])
def test_looks_at_the_error_share_what_may_be_wrong(most: int, crowd: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def look(mean: NDArray[np.float64], variance: NDArray[np.float64], *, drawn: int, delta: float) -> object:
        given.append(delta)
        return bernstein(mean, variance, drawn=drawn, delta=delta)

    monkeypatch.setattr(closeness, "bernstein", look)
    walked = most * (crowd.n_people + crowd.n_edges) // closeness.SHARED
    told = harmonic(crowd, rng=np.random.default_rng(0), edges_walked=walked, accuracy=0.0)
    assert told.drawn == most
    reached = (np.bincount(crowd.indices, minlength=crowd.n_people) > 0).sum()
    assert sum(given) * reached == pytest.approx(DELTA)


def test_exact_searches_tell_how_far_they_are(crowd: Network) -> None:
    told: list[tuple[int, int]] = []
    harmonic(crowd, rng=np.random.default_rng(0), progress=lambda done, of: told.append((done, of)))
    starts = len(np.unique(crowd.sources))
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == (starts, starts)


def test_sketched_reach_stays_within_its_error(crowd: Network) -> None:
    counted = two_hop_reach(crowd)
    sketched = two_hop_reach(crowd, edges_counted=0)
    assert counted.is_exact
    assert not sketched.is_exact
    assert sketched.values[counted.values == 0] == pytest.approx(0, abs=1e-3)
    large = counted.values > 100
    off = (sketched.values[large] - counted.values[large]) / sketched.error[large]
    # The sketches of one network overlap and share a hash, so that their errors go together.
    assert np.sqrt(np.mean(off**2)) < 2
    small = (counted.values > 0) & (counted.values <= 20)
    assert np.abs(sketched.values[small] - counted.values[small]).max() < 3  # two or three fell on one register


def test_sketches_count_any_number_without_bias() -> None:
    """Stars of other people each time: the mean of many independent counts shows the bias alone."""
    sizes = [1, 30, 700, 2_000, 5_000, 40_000]
    for size in sizes:
        stars = 40 if size < 10_000 else 8
        source = np.repeat(np.arange(stars), size)
        network = Network.from_edges(source, np.arange(stars * size) + stars)
        hubs = network.index_of(np.arange(stars))
        estimate = two_hop_reach(network, edges_counted=0).values[hubs]
        assert estimate.mean() == pytest.approx(size, rel=3.5 * 0.0325 / np.sqrt(stars))
        assert np.abs(estimate / size - 1).max() < 4 * 0.0325


def test_only_who_costs_much_is_sketched(crowd: Network) -> None:
    budget = two_hop_reach(crowd, edges_counted=100_000)
    counted = two_hop_reach(crowd)
    exact = budget.error == 0
    assert 0.2 < exact.mean() < 1
    assert np.array_equal(budget.values[exact], counted.values[exact])
    assert counted.values[~exact].min() > np.median(counted.values[exact])
