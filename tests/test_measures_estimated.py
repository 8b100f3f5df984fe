"""Measures that sample or sketch where counting costs too much: right on average, and honest about their error."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from influence_graph.measures import betweenness, two_hop_reach
from influence_graph.measures.brokerage import FEWEST_PIVOTS
from influence_graph.network import Network


@pytest.fixture(scope="module")
def crowd() -> Network:
    """2,000 people, most of whom follow a few of the much-followed."""
    rng = np.random.default_rng(5)
    popularity = 1 / np.arange(1, 2001)
    source = rng.choice(2000, 20_000, p=popularity / popularity.sum())
    return Network.from_edges(source, rng.integers(0, 2000, 20_000))


@pytest.mark.parametrize(("edges_walked", "least"), [(0, 0.65), (20_059 * 300, 0.8)])
def test_sampled_betweenness_is_unbiased_and_knows_its_error(crowd: Network, edges_walked: int, least: float) -> None:
    exact = betweenness(crowd, rng=np.random.default_rng(0))
    assert exact.is_exact
    assert exact.pivots == 0
    draws = [betweenness(crowd, rng=np.random.default_rng(s), edges_walked=edges_walked) for s in range(40)]
    pivots = {draw.pivots for draw in draws}
    assert pivots == {max(FEWEST_PIVOTS, edges_walked // (crowd.n_people + crowd.n_edges))}
    top = np.argsort(exact.values)[-50:]
    values = np.array([draw.values[top] for draw in draws])
    errors = np.array([draw.standard_error[top] for draw in draws])
    # 40 draws of 50 people: their mean is off by no more than chance allows, their spread is what each draw stated.
    off = (values.mean(axis=0) - exact.values[top]) / (values.std(axis=0, ddof=1) / np.sqrt(40))
    assert abs(off.mean()) < 1
    assert np.sqrt((errors**2).mean(axis=0)).sum() == pytest.approx(values.std(axis=0, ddof=1).sum(), rel=0.15)
    # Few searches hold most of the paths: with few pivots many draws miss them, and the interval with them.
    covered = np.abs(values - exact.values[top]) < 1.645 * errors
    assert least < covered.mean() < 0.96


def test_drawing_almost_everybody_leaves_almost_no_error() -> None:
    graph = nx.gnp_random_graph(100, 0.05, seed=1, directed=True)
    network = Network.from_networkx(graph)
    starts = len(np.unique(network.sources))
    exact = betweenness(network, rng=np.random.default_rng(0))
    size = network.n_people + network.n_edges
    nearly = betweenness(network, rng=np.random.default_rng(0), edges_walked=size * (starts - 1))
    assert nearly.pivots == starts - 1
    assert nearly.standard_error.max() < 0.15 * exact.values.max()
    assert nearly.values == pytest.approx(exact.values, abs=0.1 * exact.values.max())


def test_same_seed_same_answer(crowd: Network) -> None:
    one, other = (betweenness(crowd, rng=np.random.default_rng(9), edges_walked=0) for _ in range(2))
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.standard_error, other.standard_error)


def test_sketched_reach_stays_within_its_error(crowd: Network) -> None:
    counted = two_hop_reach(crowd)
    sketched = two_hop_reach(crowd, edges_counted=0)
    assert counted.is_exact
    assert not sketched.is_exact
    assert sketched.values[counted.values == 0] == pytest.approx(0, abs=1e-3)
    large = counted.values > 100
    off = (sketched.values[large] - counted.values[large]) / sketched.standard_error[large]
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
    exact = budget.standard_error == 0
    assert 0.2 < exact.mean() < 1
    assert np.array_equal(budget.values[exact], counted.values[exact])
    assert counted.values[~exact].min() > np.median(counted.values[exact])
