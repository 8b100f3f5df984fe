"""What works where: closed forms, planted tastes that are found, worlds where communities do not matter."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from scipy.sparse import csr_array
from scipy.stats import gamma, poisson
from tiny import few_sweeps

from influence_graph.cli import answer
from influence_graph.cli.match import _answer
from influence_graph.cli.match import _slot as slot_on_screen
from influence_graph.cli.output import draw
from influence_graph.errors import ExitCode, UsageError
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.network import Network
from influence_graph.programme.groups.membership import MOST, OTHERS
from influence_graph.programme.match import Match, match
from influence_graph.programme.match.additions import Audience, additions
from influence_graph.programme.match.cells import Cells, alike
from influence_graph.programme.match.evidence import (
    _where_buyers_live,
    communities_differ,
    groups_differ,
    people_differ,
)
from influence_graph.programme.match.matches import _slot, suited
from influence_graph.programme.match.matrix import BY, MATRIX, Layer, _layer, dues
from influence_graph.programme.match.pooled import SIZES, effects, interval, pooled
from influence_graph.programme.match.sentences import tell
from influence_graph.views.report.blocks import Sentences, Table
from influence_graph.views.report.match import _slot as slot_in_report
from influence_graph.views.report.match import match as match_block
from influence_graph.world import World, make

SEED = 3


@cache
def made(matched: float) -> tuple[World, MapResult]:
    world = make(
        "matched", people=2500, creators=80, campaigns=4, seed=SEED, driven=2500, organic=1200, matched=matched
    )
    with few_sweeps():
        return world, map_tables(world.tables, seed=SEED, backtest=False)


@cache
def told(matched: float = 4.0) -> Match:
    return match(made(matched)[1], active=(), own_hours=False)


def ids(found: Match) -> list[str]:
    return [note.id for note in found.notes]


def sure(count: np.ndarray, exposed: np.ndarray, *, again: np.ndarray | int = 1) -> Cells:
    """Buyers each with their one known cause, (communities, units) of them, who order `again` times each."""
    place, unit = np.repeat(np.indices(count.shape).reshape(2, -1), count.astype(int).ravel(), axis=1)
    buyer = np.repeat(np.arange(place.size), again)
    orders, place, unit = buyer.size, place[buyer], unit[buyer]
    credit = csr_array((np.ones(orders), (np.arange(orders), unit)), shape=(orders, count.shape[1]))
    number, many = np.arange(count.shape[1]), np.full(count.shape[1], 1e9)
    return Cells(exposed, credit, place, buyer, np.ones(orders), number, np.zeros_like(number), many)


# -------------------------------------------------------------------------------------------------------------- pooling


def test_pooling_is_the_posterior_of_a_gamma_of_unknown_spread() -> None:
    """Against adding up the posterior over a fine grid of ratios, for each spread."""
    count, expected = np.array([0.0, 3.0, 18.0, 7.0]), np.array([2.0, 3.5, 9.0, 6.5])
    at = np.linspace(1e-4, 12.0, 40_000)
    evidence, means, squares = np.zeros(len(SIZES)), np.zeros((len(SIZES), 4)), np.zeros((len(SIZES), 4))
    for place, size in enumerate(SIZES):
        prior = gamma.pdf(at, 1 / size**2, scale=size**2)
        for cell in range(4):
            weight = prior * poisson.pmf(count[cell], at * expected[cell])
            evidence[place] += np.log(weight.sum())
            means[place, cell] = (weight * at).sum() / weight.sum()
            squares[place, cell] = (weight * at**2).sum() / weight.sum()
    likely = np.exp(evidence - evidence.max())
    mean, square = (likely @ part / likely.sum() for part in (means, squares))
    found = pooled(count, expected)
    assert found.mean == pytest.approx(mean, rel=1e-3)
    assert 1 / found.shape == pytest.approx((square - mean**2) / mean**2, rel=1e-2)
    assert ((found.own > 0) & (found.own < 1)).all()
    low, high = interval(found.mean, found.shape)
    assert low == pytest.approx(gamma.ppf(0.05, found.shape, scale=found.mean / found.shape))
    assert high == pytest.approx(gamma.ppf(0.95, found.shape, scale=found.mean / found.shape))


def test_effects_of_orders_whose_causes_are_known_are_pooled_counts() -> None:
    count = np.array([[30, 4, 11, 9], [8, 16, 12, 3]])
    exposed = np.array([[300.0, 90, 200, 150], [250, 100, 240, 60]])
    groups = csr_array(np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]))
    found = effects(sure(count, exposed), groups)
    exact = pooled(count @ groups, alike(count.astype(float), exposed, everywhere=False) @ groups)
    assert found.mean == pytest.approx(exact.mean)
    assert found.shape == pytest.approx(exact.shape)
    even = effects(sure(count, exposed), csr_array(np.ones((4, 1))), everywhere=True)
    rate = count.sum(axis=0) / exposed.sum(axis=0)
    assert even.mean == pytest.approx(pooled(count.sum(axis=1)[:, None], (exposed * rate).sum(axis=1)[:, None]).mean)


def test_orders_of_unsure_causes_are_shared_out_anew() -> None:
    """Half of every order is the unit's, half came anyway; the unit is twice as persuasive in the first community."""
    orders = np.repeat([0, 1], [900, 600])
    credit = csr_array((np.full(1500, 0.5), (np.arange(1500), np.zeros(1500, int))), shape=(1500, 1))
    one, buyers = np.zeros(1, int), np.arange(1500)
    lone = Cells(np.array([[1500.0], [1500.0]]), credit, orders, buyers, np.ones(1500), one, one, np.array([3000.0]))
    found = effects(lone, csr_array(np.ones((1, 1))), everywhere=True)
    # 750 came anyway, 375 in each: 525 and 225 were driven, 1.4 and 0.6 times the 375 of both communities alike
    assert found.mean.ravel() == pytest.approx([1.4, 0.6], abs=0.03)
    assert lone.shared_out(np.array([[1.4], [0.6]])).toarray()[[0, -1], 0] == pytest.approx([1.4 / 2.4, 0.6 / 1.6])


def test_what_is_expected_where_communities_do_not_matter_keeps_every_sum() -> None:
    count, even = np.array([[6.0, 2.0], [3.0, 9.0]]), np.ones((2, 2))
    assert alike(count, even, everywhere=False) == pytest.approx(np.outer([8, 12], [9, 11]) / 20)
    assert alike(count, even, everywhere=True) == pytest.approx(np.array([[4.5, 5.5], [4.5, 5.5]]))


def test_a_rate_is_that_of_who_posts_there() -> None:
    """One creator is seen in the first community alone, a weaker one in the second: neither community is keener."""
    count, exposed, everybody = np.diag([100, 10]), np.diag([1000.0, 1000.0]), csr_array(np.ones((2, 1)))
    found = sure(count, exposed)
    told = effects(found, everybody, everywhere=True)
    due = dues(alike(found.driven, exposed, everywhere=True), everybody, 1.0)
    level = np.array([0.055]), np.array([0.05]), np.array([0.06])
    layer = _layer(("",), exposed @ everybody, due, told.mean, 1 / told.shape, told, level, (1.0, 0.05))
    assert layer.driven.ravel() == pytest.approx([100, 10])
    assert 1000 * layer.rate.ravel() == pytest.approx([100, 10])
    assert layer.times.ravel() == pytest.approx([1, 1])
    low, high = layer.rate_low.ravel() * 1000, layer.rate_high.ravel() * 1000
    assert (low < [100, 10]).all()
    assert (high > [100, 10]).all()
    assert high[1] / 10 > 1.4, "ten orders are few"


def test_how_surely_who_posts_there_sets_a_community_apart() -> None:
    """Against drawing what each unit drives."""
    rng = np.random.default_rng(5)
    driven, part = np.array([40.0, 60, 25, 80]), rng.dirichlet([1, 1, 1], 4).T
    held = rng.dirichlet([1, 1], 4)
    due, spread = dues(part * driven, csr_array(held), 2.0)
    drawn = driven * rng.gamma(driven + 2.0, 1 / (driven + 2.0), (20_000, 4))
    whole = np.einsum("nu,cu,ug->ncg", drawn, part, held)
    assert due == pytest.approx(whole.mean(axis=0), rel=0.02)
    assert spread == pytest.approx(np.log(whole / whole.sum(axis=1, keepdims=True)).var(axis=0), rel=0.1)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_names_of_communities_and_people_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, exposed = rng.poisson(4.0, (3, 8)), rng.uniform(50, 200, (3, 8))
    held = rng.dirichlet([1, 1], 8)
    community, unit, order = rng.permutation(3), rng.permutation(8), rng.permutation(2)
    one, other = sure(count, exposed), sure(count[community][:, unit], exposed[community][:, unit])
    first, second = effects(one, csr_array(held)), effects(other, csr_array(held[unit][:, order]))
    assert second.mean == pytest.approx(first.mean[community][:, order])
    assert second.shape == pytest.approx(first.shape[community][:, order])
    expected = alike(count.astype(float), exposed, everywhere=False)
    again = alike(other.driven, other.exposed, everywhere=False)
    lot, moved = one.by_buyer()[0], other.by_buyer()[0]
    chance = groups_differ(one.driven, expected, held, lot)
    assert groups_differ(other.driven, again, held[unit], moved) == pytest.approx(chance)
    assert communities_differ(other.driven, again) == pytest.approx(communities_differ(one.driven, expected), abs=1e-6)


# ------------------------------------------------------------------------------------------------------------- evidence


def test_where_communities_do_not_matter_they_seldom_seem_to_and_else_they_do() -> None:
    rng = np.random.default_rng(0)
    exposed = rng.uniform(200, 2000, (4, 40))
    rate, held = 0.01 * rng.lognormal(0, 0.8, 40), np.eye(2)[rng.permutation(np.arange(40) % 2)]
    one = csr_array((np.ones(40), (np.arange(40), np.arange(40))), shape=(40, 40))
    chances = []
    for _ in range(120):
        found = sure(rng.poisson(exposed * rate), exposed)
        even, apart = (alike(found.driven, exposed, everywhere=whether) for whether in (True, False))
        tests = communities_differ(found.driven, even), groups_differ(found.driven, apart, held, found.by_buyer()[0])
        chances.append((*tests, people_differ(found, np.ones_like(exposed), one)))
    assert (np.mean(np.array(chances) < 0.05, axis=0) <= 0.1).all()
    assert (np.mean(np.array(chances) < 0.5, axis=0) > 0.3).all(), "neither do they hide"
    effect = np.where(np.arange(4)[:, None] % 2 == 0, 1.5, 0.7)
    driven = rng.poisson(exposed * rate * np.where(held[:, 0] > 0, effect, 1 / effect)).astype(float)
    assert groups_differ(driven, alike(driven, exposed, everywhere=False), held, driven.sum(axis=0)) < 1e-3
    driven = rng.poisson(exposed * rate * effect).astype(float)
    assert communities_differ(driven, alike(driven, exposed, everywhere=True)) < 1e-3
    noisy = sure(rng.poisson(exposed * rate * rng.gamma(4, 0.25, exposed.shape)), exposed)
    assert people_differ(noisy, np.ones_like(exposed), one) < 1e-4
    assert groups_differ(np.ones((2, 2)), np.ones((2, 2)), np.eye(2), np.ones(2)) == 1.0, "too few to tell"


@pytest.mark.parametrize("again", [0.0, 0.7])
def test_a_few_strong_creators_and_buyers_who_come_back_are_no_sign_that_creators_differ(again: float) -> None:
    """Persuasion and audiences of heavy tails, most followers in one community, buyers who order several times."""
    rng, one = np.random.default_rng(8), csr_array(np.eye(50))
    part = np.full((4, 50), 0.07)
    chances, power = [], []
    for _ in range(80):
        part[rng.integers(4, size=50), np.arange(50)] = 0.8
        exposed = part * np.clip(rng.pareto(1.1, 50) + 1, 1, 30)
        rate = exposed * (rng.pareto(1.3, 50) + 0.05)
        rate *= 1500 / rate.sum()
        for found, times in ((chances, 1.0), (power, rng.gamma(4, 0.25, rate.shape))):
            count = rng.poisson(rate * times)
            made = sure(count, exposed, again=1 + rng.poisson(again, count.sum()))
            found.append(people_differ(made, np.ones_like(exposed), one))
    assert np.mean(np.array(chances) < 0.01) <= 0.03
    assert np.mean(np.array(chances) < 0.5) > 0.15, "neither do they hide"
    assert np.mean(np.array(power) < 0.01) > 0.5, "and where they differ, it shows"


def test_strong_creators_whose_orders_are_surely_theirs_are_no_habit_of_a_kind() -> None:
    """A creator's orders are theirs in whole or in small part, and some buy again: their spread differs as much."""
    rng, chances = np.random.default_rng(9), []
    for _ in range(100):
        exposed = rng.dirichlet([1, 1, 1, 1, 1, 1], 30).T * np.clip(rng.pareto(0.9, 30) + 1, 1, 40)
        rate = exposed * (rng.pareto(1.3, 30) + 0.05)
        count = rng.poisson(rate * 600 / rate.sum())
        found = sure(count, exposed, again=1 + rng.poisson(0.5, count.sum()))
        part = rng.uniform(0.1, 1.0, 30)
        theirs = csr_array(found.credit * part)
        found = replace(found, credit=theirs)
        apart, held = alike(found.driven, exposed, everywhere=False), np.eye(3)[rng.integers(3, size=30)]
        chances.append(groups_differ(found.driven, apart, held, found.by_buyer()[0]))
    assert np.mean(np.array(chances) < 0.0163) <= 0.05
    assert np.mean(np.array(chances) < 0.05) <= 0.1


def test_moments_of_surpluses_are_those_of_buyers_dealt_out_anew() -> None:
    rng = np.random.default_rng(6)
    amounts = [np.array([3.0, 1, 1, 2, 1]), np.array([1.0, 1]), np.ones(40)]
    part = rng.dirichlet([2, 1, 1], 3).T
    square, fourth = (np.array([(some**power).sum() for some in amounts]) for power in (2, 4))
    sums = np.zeros(20_000)
    for some, where in zip(amounts, part.T, strict=True):
        home = rng.choice(3, (sums.size, some.size), p=where)
        for community in range(3):
            sums += np.square((some * (home == community)).sum(axis=1) - some.sum() * where[community])
    mean, variance, third = _where_buyers_live(part, square, fourth)
    assert mean == pytest.approx(sums.mean(), rel=0.02)
    assert 2 * variance == pytest.approx(sums.var(), rel=0.05)
    assert 8 * third == pytest.approx(np.mean((sums - sums.mean()) ** 3), rel=0.35)


def test_buyers_count_once_and_followers_who_all_buy_as_often_are_no_cluster() -> None:
    twice = sure(np.array([[3, 0], [1, 2]]), np.ones((2, 2)), again=2)
    square, fourth = twice.by_buyer()
    assert square == pytest.approx([4 * 4.0, 2 * 4.0])
    assert fourth == pytest.approx([4 * 16.0, 2 * 16.0])
    square, _ = replace(twice, followers=np.array([4.0, 20.0])).by_buyer()
    assert square == pytest.approx([8.0, 8.0 - 16 / 20]), "no less than orders one by one"
    square, _ = replace(twice, followers=np.array([1e9, 1e9])).by_buyer(csr_array(np.eye(2)[:, ::-1]))
    assert square == pytest.approx([2 * 4.0, 4 * 4.0])


# ------------------------------------------------------------------------------------------------------------ additions


def small(*, once: bool) -> Audience:
    """Creators a, b and c, whom five people of two communities follow."""
    pairs = [("a", "v"), ("a", "w"), ("a", "x"), ("b", "v"), ("b", "w"), ("b", "y"), ("c", "x"), ("c", "z")]
    network = Network.from_edges(*zip(*pairs, strict=True))
    names = network.nodes.index
    community = np.where(names.isin(["y", "z"]), 2, 1)
    author = np.array([{"a": 0, "b": 1}.get(name, -1) for name in names])
    hazard = np.array([{"a": 0.5, "b": 0.4, "c": 0.3}.get(name, 0.0) for name in names])
    times = np.array([[1.0, 1.0], [1.0, 2.0], [0.5, 1.0]])
    ends = np.full((3, 2), 0.8), np.full((3, 2), 1.5)
    unknown = np.array([1.0, 1.0, 2.0])
    return Audience(network, community, author, np.ones(len(names)), hazard, times, *ends, unknown, 0.5, 2.0, once)


@pytest.mark.parametrize("once", [True, False])
def test_each_adds_what_those_before_leave(once: bool) -> None:
    who = small(once=once)
    names = who.network.nodes.index
    active, free = names.isin(["a"]), names.isin(["b", "c"])
    best, overlap = additions(who, np.asarray(active), np.asarray(free), [1, 2], 5)
    moved = {("a", 1): 0.5, ("b", 1): 0.8, ("b", 2): 0.4, ("c", 1): 0.3, ("c", 2): 0.6}
    if once:
        moved = {pair: 1 - np.exp(-rate) for pair, rate in moved.items()}
    left = 1 - moved["a", 1] if once else 1.0
    expected = {pair: rate for pair, rate in moved.items() if pair[0] != "a"}
    expected["b", 1] *= 2 * left  # a's followers v and w, of whom a has moved some
    expected["c", 1] *= left
    found = {(names[int(row["place"])], int(row["community"])): row for row in best.to_dict("records")}
    assert {pair: row["expected"] for pair, row in found.items()} == pytest.approx(expected)
    assert found["b", 1]["low"] == pytest.approx(0.8 * expected["b", 1])
    assert found["c", 1]["high"] == pytest.approx(2.0 * expected["c", 1])
    assert (found["b", 1]["reach"], found["b", 1]["fresh"]) == (2, 0)
    assert (found["c", 2]["reach"], found["c", 2]["fresh"]) == (1, 1)
    assert found["c", 2]["rank"] == 1 + (expected["c", 2] < expected["b", 2])
    assert overlap["shared"].tolist() == [0, 0, 0, 0]
    everybody, pairs = additions(who, np.zeros(len(names), bool), np.asarray(free | active), [1], 2)
    whole = [3 * moved["a", 1], 2 * moved["b", 1] * left] if once else [2 * moved["b", 1], 3 * moved["a", 1]]
    assert everybody["expected"].tolist() == pytest.approx(whole)
    assert pairs["shared"].tolist() == [2, 2]


def test_the_slot_is_the_communitys_own_else_the_programmes_else_any() -> None:
    rows = [("", 3, 18, 24, 0.2, 0.1, 0.4), ("2", 5, 6, 12, 0.5, 0.2, 0.9)]
    week = pd.DataFrame(rows, columns=["community", "day", "from_hour", "to_hour", "gain", "gain_low", "gain_high"])
    week = week.set_index("community")
    assert _slot(week, "2") == ((5, 6, 12), (1.5, 1.2, 1.9))
    assert _slot(week, "1") == ((3, 18, 24), (1.2, 1.1, 1.4))
    assert _slot(week.loc[["2"]], "1")[1] == (1.0, 1.0, 1.0)
    assert all(pd.isna(part) for part in _slot(week.loc[["2"]], "1")[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_slot_only_what_matters_is_told(language: str) -> None:
    with speaking(language):
        at, day = {"from_hour": 18, "to_hour": 24}, {"day": 4}
        friday, untold = say("timing.friday"), {"day": pd.NA, "from_hour": pd.NA, "to_hour": pd.NA}
        for word in (slot_on_screen, slot_in_report):
            texts = [word(untold | part) for part in ({}, at, day, at | day)]
            assert [friday in text for text in texts] == [False, False, True, True]
            assert ["18" in text for text in texts] == [False, True, False, True]
            assert texts[0] == "–"


def test_the_kind_that_suits_is_told_against_the_usual_mixture() -> None:
    exposed = np.array([[10.0, 30, 0, 5, 5], [0, 0, 8, 1, 3]])
    author, kind = np.array([0, 0, 1, 3, 3]), np.array([0, 2, 1, 0, 1])
    nobody = np.zeros(0, int)
    found = Cells(exposed, csr_array((0, 5)), nobody, nobody, np.zeros(0), author, kind, np.ones(4))
    times = np.array([[2.0, 1.0, 0.5], [0.8, 1.6, 1.0]])
    layer = Layer(("a", "b", "c"), *[times] * 12, chance=0.0, least=1.0)
    expected = np.ones((2, 4))
    expected[0, 0] = 2.0 / ((10 * 2.0 + 30 * 0.5) / 40)
    expected[0, 3] = 2.0 / ((5 * 2.0 + 5 * 1.0) / 10)
    expected[1, 3] = 1.6 / ((1 * 0.8 + 3 * 1.6) / 4)
    assert suited(layer, found, 4) == pytest.approx(expected)
    assert (suited(replace(layer, chance=1.0), found, 4) == 1).all(), "not where nothing shows it"


# ------------------------------------------------------------------------------------------------------------ sentences


def said(*evident: str, everywhere: pd.DataFrame, asked: str = "") -> dict[str, dict[str, object]]:
    """What is told of a matrix, by id."""
    columns = ["community", "rank", "person_id", "name", "is_creator", "expected", "low", "high", "reach", "fresh"]
    rows = pd.DataFrame(
        [
            ("1", 1, "a", "A", True, 3.0, 0.0, 6.0, 9, 9),
            ("1", 2, "b", "B", True, 2.0, 0.0, 6.0, 9, 9),
            ("2", 1, "a", "A", True, 3.0, 0.0, 6.0, 9, 9),
            ("2", 2, "b", "B", True, 2.0, 0.5, 6.0, 9, 9),
        ],
        columns=columns,
    )
    evidence = pd.DataFrame([(by, 0.001, by in evident) for by in BY], columns=["by", "chance", "evident"])
    matrix = everywhere[everywhere["community"].isin([asked] if asked else everywhere["community"])]
    of_all = everywhere[everywhere["by"].eq("community")]
    week = pd.DataFrame()
    notes = tell(matrix, of_all, evidence, rows, week, stability=1.0, active=0, timezone=None)
    return {note.id: note.numbers for note in notes}


def cell(by: str, group: str, community: str, times: float, beyond: float, *, unsure: float = 1.1) -> list[object]:
    """A row of the matrix whose intervals reach that many times as high and as low."""
    rate = (times, times / unsure, times * unsure)
    return [by, group, community, 1000.0, times, *rate, *rate, beyond, beyond / unsure, beyond * unsure, 0.9]


def test_communities_are_named_where_they_surely_stand_out() -> None:
    rows = [cell("community", "", f"{at}", times, times) for at, times in enumerate((1.5, 1.0, 0.6), start=1)]
    everywhere = pd.DataFrame(rows, columns=list(MATRIX))
    for asked in ("", "2"):
        told = said("community", everywhere=everywhere, asked=asked)["match.community-differs"]
        assert (told["community"], told["least_community"]) == ("1", "3")
    rows = [cell("community", "", f"{at}", times, times, unsure=2.0) for at, times in enumerate((1.5, 0.6), start=1)]
    assert "match.community-unclear" in said("community", everywhere=pd.DataFrame(rows, columns=list(MATRIX)))


def test_kinds_are_named_where_they_do_more_than_all_posts_there() -> None:
    rows = [
        cell("kind", "video", "1", 1.8, 1.0),  # all posts work there
        cell("kind", "video", "2", 0.9, 1.5),  # few do, and videos do best
        cell("kind", "post", "1", 1.8, 1.0),
    ]
    everywhere = pd.DataFrame(rows, columns=list(MATRIX))
    told = said("kind", everywhere=everywhere)
    assert (told["match.kind-differs"]["community"], told["match.kind-differs"]["beyond"]) == ("2", 1.5)
    assert "match.kind-unclear" not in told
    assert "match.kind-unclear" in said("kind", everywhere=everywhere, asked="1")


def test_people_proposed_are_counted_once() -> None:
    told = said(everywhere=pd.DataFrame([cell("community", "", "1", 1.0, 1.0)], columns=list(MATRIX)))
    assert told["match.unsure"] == {"n": 1, "of": 2}, "b surely adds something in the second community"


# -------------------------------------------------------------------------------------------------------------- planted


def tastes(world: World, result: MapResult) -> pd.DataFrame:
    """person_id, maker, and the part of even tastes in each community."""
    people = world.truth.merge(result.people[["person_id", "community"]], on="person_id")
    return people.assign(even=people["taste"] % 2 == 0)


def test_planted_tastes_are_found() -> None:
    world, result = made(4.0)
    found = told()
    known = tastes(world, result)
    even = known.groupby("community")["even"].mean()
    evidence = found.evidence.set_index("by")["evident"]
    assert evidence["kind"]
    assert ids(found)[0] == "match.kind-differs"
    matrix = found.matrix.set_index(["by", "group", "community"])
    for community, part in even.items():
        better, worse = ("video", "post") if part > 0.5 else ("post", "video")
        times = matrix["times"]
        assert times["kind", better, f"{community}"] > 1.1
        assert times["kind", worse, f"{community}"] < 0.9
        assert matrix["times_low"]["kind", better, f"{community}"] > 1.0
    network, truth = result.network, known.set_index("person_id")
    kinds = result.people.set_index("person_id")["community"].reindex(network.nodes.index)
    theta = result.people.set_index("person_id")["per_1000"].reindex(truth.index).fillna(0.0)
    for community, part in even.items():  # what creators do there, nearer to the truth than what they do anywhere
        suits = truth["theta"] * np.where(truth["maker"], 1 + 3 * part, 4 - 3 * part)
        there = (kinds == community).fillna(False).to_numpy(dtype=bool)
        followers = np.bincount(network.sources[there[network.indices]], minlength=network.n_people)
        reach = pd.Series(followers, index=network.nodes.index).reindex(truth.index)
        cell = matrix.loc["creator"]["per_1000"].xs(f"{community}", level="community").reindex(truth.index).fillna(0.0)
        found_there, anywhere = ((suits * reach).corr(rate * reach, method="spearman") for rate in (cell, theta))
        assert found_there > anywhere + 0.01
    for _, people in found.table.groupby("community"):
        assert (people["expected"].diff().dropna() <= 1e-9).all(), "with the kind that is proposed"
    best = found.table[found.table["low"] > 0]
    suited = best["kind"].eq("video") == (best["community"].map({f"{c}": part > 0.5 for c, part in even.items()}))
    assert suited.mean() > 0.5


def test_where_communities_do_not_matter_that_is_said() -> None:
    found = told(1.0)
    assert ids(found)[0] == "match.alike"
    assert not found.evidence["evident"].any()
    assert found.table["day"].isna().all()
    assert "match.any-hour" in ids(found)
    groups = found.matrix[found.matrix["by"].isin(("role", "kind"))]
    assert groups["times"].between(0.85, 1.15).all()


def test_the_matrix_adds_up_to_what_was_driven() -> None:
    result, found = made(4.0)[1], told()
    for by in ("community", "role", "kind"):
        rows = found.matrix[found.matrix["by"].eq(by)]
        assert rows["driven"].sum() == pytest.approx(result.drivers.total["driven"], rel=0.01)
        assert rows["driven"].to_numpy() == pytest.approx((rows["per_1000"] * rows["exposed"] / 1000).to_numpy())
    rates = found.matrix[["per_1000_low", "per_1000", "per_1000_high"]].to_numpy()
    assert (np.diff(rates, axis=1) >= -1e-9).all()
    assert found.matrix["own"].between(0, 1).all()


# -------------------------------------------------------------------------------------------------------------- showing


def test_who_is_active_is_taken_into_account() -> None:
    result = made(4.0)[1]
    first = told().table.iloc[0]
    beside = match(result, active=[first["person_id"]], own_hours=False, top=50)
    assert beside.active == 1
    assert first["person_id"] not in set(beside.table["person_id"])
    everybody = result.people["person_id"].tolist()
    alone = match(result, active=everybody, own_hours=False)
    assert {"match.all-active", "match.next-alone"} <= set(ids(alone))
    assert "match.next" not in ids(alone)
    assert alone.active == len(everybody)
    assert alone.table["fresh"].isna().all()
    shown = io.StringIO()
    draw(_answer(alone, result, "creators").drawing(), shown)
    assert f"– / {alone.table['reach'].iloc[0]}" in shown.getvalue()
    assert match_block(replace(result, match=alone), "creators") is not None


def test_kinds_beyond_the_most_frequent_are_one() -> None:
    result = made(4.0)[1]
    shares = result.tables.shares
    every = replace(result.tables, shares=shares.assign(kind=[f"kind {at}" for at in range(len(shares))]))
    assert len(shares) > MOST
    found = match(replace(result, tables=every), active=(), own_hours=False).matrix
    kinds = found.loc[found["by"].eq("kind"), "group"]
    assert kinds.nunique() <= MOST + 1
    assert OTHERS in set(kinds)


def test_again_is_the_same_in_every_language_and_fits_the_screen() -> None:
    result, found = made(4.0)[1], told()
    again = match(result, active=(), own_hours=False)
    for name in ("table", "matrix", "overlap", "evidence"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name), check_exact=True)
    assert result.match is not None
    for language in LANGUAGES:
        with speaking(language):
            assert all(say(note.id, **note.numbers) for note in found.notes)
            shown = io.StringIO()
            draw(_answer(found, result, "creators").drawing(), shown)
            assert max(map(cell_len, shown.getvalue().splitlines())) <= 80
            assert say("cli.match-heading") in shown.getvalue()
            block = match_block(result, "creators")
            assert block is not None
            assert block.title == say("reports.match-title")
            sentences, following, matrix = block.parts
            assert isinstance(sentences, Sentences)
            assert isinstance(following, Table)
            assert isinstance(matrix, Table)
            assert following.rows[0].cells[1].text == result.match.table.iloc[0]["name"]
            assert len(matrix.rows) == 2


def test_nobody_but_creators_is_named() -> None:
    result = made(4.0)[1]
    hidden = result.people.assign(is_creator=False)
    nodes = result.network.nodes.assign(is_creator=False)
    bare = replace(result, people=hidden, network=replace(result.network, nodes=nodes))
    found = match(bare, own_hours=False)
    given_out = _answer(found, bare, "creators")
    assert given_out.data["match"][0]["person_id"].startswith("person-")
    assert given_out.data["overlap"][0]["other_id"].startswith("person-")
    assert not any(row["by"] == "creator" for row in given_out.data["matrix"])
    assert all(note.numbers["name"].startswith("person-") for note in found.notes if note.id == "match.next")


def test_what_does_not_exist_is_refused() -> None:
    result = made(4.0)[1]
    with pytest.raises(UsageError, match="nobody-here"):
        match(result, active=["nobody-here"])
    with pytest.raises(UsageError, match="99"):
        match(result, community=["99"])
    with pytest.raises(UsageError, match="Mars"):
        match(result, timezone="Mars/Base")


def test_where_nothing_can_be_matched_one_sentence_says_why() -> None:
    result = made(4.0)[1]
    work = result.drivers.workings
    assert work is not None
    doubtful = replace(result.drivers, total={**result.drivers.total, "driven_low": 0.0})
    follows = replace(work.exposure.follows, author=np.empty(0, np.int64))
    lonely = replace(work, exposure=replace(work.exposure, follows=follows))
    whole = replace(work, exposure=replace(work.exposure, communities=np.zeros_like(work.exposure.communities)))
    for drivers, why in (
        (doubtful, "match.nothing"),
        (replace(result.drivers, workings=None), "match.nothing"),
        (replace(result.drivers, workings=lonely), "match.no-follows"),
        (replace(result.drivers, workings=whole), "match.no-communities"),
    ):
        found = match(replace(result, drivers=drivers), community=["1"])
        assert ids(found) == [why]
        assert found.table.empty
        assert [str(piece) for piece in _answer(found, result, "creators").drawing()] == [say(why) + "\n"]


def test_the_command_says_it_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make("matched", people=600, creators=20, campaigns=2, seed=1).write(tmp_path)
    with few_sweeps():
        assert answer(["match", str(tmp_path), "--json", "--quiet", "--top", "2", "--community", "1"]) == ExitCode.FINE
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"match", "matrix", "overlap", "evidence", "active", "zone", "findings", "run"}
    assert [row["community"] for row in found["match"]] == ["1", "1"]
    assert found["zone"] == "UTC"
