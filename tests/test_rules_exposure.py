"""Rules of credit on the exposures of the driver model: who saw what, and how credit flows back among sharers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from math import exp
from typing import Any

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import FOLLOWS, ORDERS, SHARES, at, programme, seen

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.rules import OF_CROWD, RULES, SPLITS, Journeys, credits_by, journeys
from influence_graph.drivers.rules.distribution import Actions, distribute

WINDOW = 30.0
Touch = tuple[int, float]


def saw(order: tuple[Any, ...], shares: Any = SHARES, follows: Any = FOLLOWS) -> list[int]:
    """Places of the shares that a buyer had seen: of whom they followed by then, within a month, about the same."""
    person, day, campaign, _ = order
    followed = {author for follower, author, since in follows if follower == person and (since or 0.0) <= day}
    return [
        place
        for place, (author, shared, of) in enumerate(shares)
        if (person is None or author in followed)
        and 0 < day - shared < WINDOW
        and (of == campaign or of is None or campaign is None)
    ]


def told_of(exposure: Exposure, told: Journeys) -> dict[str, list[tuple[str, float, float]]]:
    """By order: the shares of its journey as (id, age, weight); an order without journey has no entry."""
    ids = exposure.orders["conversion_id"].tolist()
    shares = exposure.shares["share_id"].tolist()
    rows = {}
    for order, event in zip(ids, exposure.events.of_order, strict=True):
        if event >= 0:
            span = slice(told.ptr[event], told.ptr[event + 1])
            rows[order] = [
                (shares[share], round(age, 9), weight)
                for share, age, weight in zip(told.share[span], told.age[span], told.weight[span], strict=True)
            ]
    return rows


# ------------------------------------------------------------------------------------------------------------- journeys


def test_a_journey_holds_what_the_buyer_saw_oldest_first() -> None:
    _, exposure = seen(programme())
    told = told_of(exposure, journeys(exposure))
    audience = {author: sum(of == author for _, of, _ in FOLLOWS) for author in "abc"}
    for number, order in enumerate(ORDERS):
        person, day, *_ = order
        if person == "x":
            assert f"o{number:02}" not in told  # known from this order alone
            continue
        expected = [
            (f"s{place}", round(day - SHARES[place][1], 9), 1.0 if person else float(audience[SHARES[place][0]]))
            for place in saw(order)
        ]
        found = told[f"o{number:02}"]
        assert sorted(found) == sorted(expected)
        assert [age for _, age, _ in found] == sorted((age for _, age, _ in expected), reverse=True)


def test_views_beyond_the_followers_are_no_touch_of_anybody() -> None:
    tables = programme()
    _, plain = seen(tables)
    shares = tables.shares.assign(views=50.0)
    _, wider = seen(replace(tables, shares=shares), market=1000.0)
    assert wider.surplus.all()
    usual, found = (told_of(exposure, journeys(exposure)) for exposure in (plain, wider))
    for number, (person, *_) in enumerate(ORDERS):
        if person not in ("x", None):
            assert found[f"o{number:02}"] == usual[f"o{number:02}"]


def test_a_click_is_a_touch() -> None:
    tables = programme()
    clicks = table(
        "touches", person_id=["u", "v"], share_id=["s7", "s7"], touched_at=[at(2.2), at(3.0)], kind=["click"] * 2
    )
    _, exposure = seen(replace(tables, touches=clicks))
    told = told_of(exposure, journeys(exposure))
    assert [share for share, *_ in told["o12"]] == ["s0", "s7"]  # a's, whom u follows, then c's


def test_the_order_of_rows_changes_no_credit() -> None:
    tables = programme()
    _, exposure = seen(tables)
    network, _ = seen(tables)
    rng = np.random.default_rng(0)
    mixed = replace(
        tables,
        **{
            name: tables[name].iloc[rng.permutation(len(tables[name]))].reset_index(drop=True)
            for name in ("creators", "follows", "shares", "conversions")
        },
    )
    pd.testing.assert_frame_equal(credits_by(*reversed(seen(mixed))), credits_by(exposure, network), check_exact=True)


# ---------------------------------------------------------------------------------------------------------- all of them


@cache
def all_rules() -> pd.DataFrame:
    network, exposure = seen(programme())
    return credits_by(exposure, network)


def test_each_rule_hands_out_what_it_says() -> None:
    met = sum(bool(saw(order)) for order in ORDERS if order[0] not in (None, "x"))
    crowd = sum(bool(saw(order)) for order in ORDERS if order[0] is None)
    handed = all_rules().sum()
    for rule in RULES:
        if rule not in ("claimed", "credit_distribution"):
            assert handed[rule] == pytest.approx(met + (crowd if rule in OF_CROWD else 0)), rule
    assert all_rules()["claimed"].to_dict() == {"a": 2.0, "b": 1.0, "c": 1.0}
    assert all_rules()["follower_share"].tolist() == pytest.approx([(met + crowd) * part / 6 for part in (1, 2, 3)])
    assert 0 < handed["credit_distribution"] < met


def test_a_rule_without_meaning_is_unknown() -> None:
    nobody = [(None, day, campaign, None) for _, day, campaign, _ in ORDERS]
    tables = programme(orders=nobody)
    tables = replace(tables, creators=tables.creators.assign(followers=np.nan))
    network, exposure = seen(tables)
    told = credits_by(exposure, network)
    known = {"linear", "time_decay"}
    assert {rule for rule in RULES if told[rule].notna().all()} == known
    assert {rule for rule in RULES if told[rule].isna().all()} == set(RULES) - known


def test_a_claim_counts_for_whoever_never_shared() -> None:
    tables = programme(claimed_by=["d"] + [None] * (len(ORDERS) - 1))
    network, exposure = seen(tables)
    told = credits_by(exposure, network)
    assert told.loc["d", "claimed"] == 1.0
    assert told.loc["d"].drop("claimed").isna().all()


# -------------------------------------------------------------------------------------------------- credit distribution


def distributed(shares: Any, follows: Any, orders: Any) -> dict[str, float]:
    """Goyal, Bonchi & Lakshmanan's credit by its formulas: actions, whom each answers, and recursion."""
    people = {name for pair in follows for name in pair[:2]} | {author for author, *_ in shares} | set("abc")
    begun: dict[Any, float] = {}
    for author, day, campaign in shares:
        begun[author, campaign] = min(day, begun.get((author, campaign), 1e9))
    user: dict[Any, Any] = {action: action[0] for action in begun}
    time: dict[Any, float] = dict(begun)
    answers: dict[Any, set[Any]] = {}
    for author, campaign in begun:
        now = begun[author, campaign]
        followed = {u for v, u, since in follows if v == author and (since or 0.0) <= now}
        earlier = {(u, campaign) for u in followed if (u, campaign) in begun}
        answers[author, campaign] = {a for a in earlier if 0 < now - begun[a] < WINDOW}
    for number, order in enumerate(orders):
        if order[0] in people:
            user[number], time[number] = f"buyer {order[0]}", order[1]
            answers[number] = {(shares[s][0], shares[s][2]) for s in saw(order, shares, follows)}
    delays: dict[Any, list[float]] = defaultdict(list)
    for action, sources in answers.items():
        for source in sources:
            delays[user[source], user[action]].append(time[action] - time[source])
    usual = {pair: sum(some) / len(some) for pair, some in delays.items()}

    def infl(u: Any) -> float:
        mine = [action for action in answers if user[action] == u]
        quick = [
            any(time[a] - time[s] <= usual[user[s], u] * (1 + 1e-9) for s in answers[a]) for a in mine
        ]  # fmt: skip
        return sum(quick) / len(mine)

    def credit(action: Any) -> float:
        total = 0.0
        for later, sources in answers.items():
            if action in sources:
                u = user[later]
                part = infl(u) / len(sources) * exp(-(time[later] - time[action]) / usual[user[action], u])
                total += part * (1.0 if isinstance(later, int) else credit(later))
        return total

    by = dict.fromkeys(sorted({author for author, *_ in shares}), 0.0)
    for author, campaign in begun:
        by[author] += credit((author, campaign))
    return by


def compared(shares: Any, follows: Any, orders: Any) -> None:
    network, exposure = seen(programme(shares, follows, orders))
    found = credits_by(exposure, network)["credit_distribution"]
    assert found.to_dict() == pytest.approx(distributed(shares, follows, orders))


def test_credit_flows_as_the_formulas_say() -> None:
    compared(SHARES, FOLLOWS, ORDERS)


def test_credit_flows_back_over_several_steps() -> None:
    chain = [("a", "b", None), ("b", "c", None), ("p", "a", None), ("q", "a", 2.0), ("q", "c", None)]
    shares = [("c", 1.0, "spring"), ("b", 2.0, "spring"), ("a", 4.0, "spring"), ("a", 5.0, "summer")]
    orders = [("p", 5.0, "spring", None), ("p", 9.0, "summer", None), ("q", 30.0, "spring", None)]
    compared(shares, chain, orders)
    by = distributed(shares, chain, orders)
    assert by["c"] > by["b"] > 0  # b moved nobody who bought but through a


PEOPLE = "abcpqr"
DAYS = st.integers(0, 80).map(lambda half: half / 2)
CAMPAIGN = st.sampled_from(["spring", "summer", None])


@given(
    st.lists(st.tuples(st.sampled_from("abc"), DAYS, CAMPAIGN), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from("abc"), st.none() | DAYS),
        min_size=1,
        max_size=8,
        unique_by=lambda follow: follow[:2],
    ),
    st.lists(st.tuples(st.sampled_from([*PEOPLE, None]), DAYS, CAMPAIGN, st.none()), min_size=1, max_size=6),
)
@settings(max_examples=25)
def test_credit_flows_as_the_formulas_say_in_any_programme(shares: Any, follows: Any, orders: Any) -> None:
    follows = [("z", shares[0][0], None), *(follow for follow in follows if follow[0] != follow[1])]
    compared(shares, follows, [("z", 40.0, "spring", None), *orders])


def test_nothing_to_distribute() -> None:
    none = np.zeros(0, np.int64)
    alone = Actions(np.array([0, 1]), np.array([0.0, 1.0]), np.ones(2), np.ones(2), none, none)
    assert distribute(alone).tolist() == [0.0, 0.0]
    assert set(SPLITS) < set(RULES)
