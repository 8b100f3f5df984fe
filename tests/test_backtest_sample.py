"""A huge programme is judged by a part of it: everybody who shares, others by chance, and it is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from influence_graph import backtesting, network, world
from influence_graph.backtesting import sample
from influence_graph.backtesting.sample import draw
from influence_graph.tables.schema import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    """A programme with orders without buyer, and of buyers known from nowhere else."""
    return world.make("influence", people=4_000, creators=80, campaigns=6, unknown=0.1, anonymous=0.1).tables


def test_who_is_drawn_stays_with_all_they_did(tables: Tables) -> None:
    whole = network.build(tables)
    people = whole.nodes.index
    told = draw(tables, whole, rng=np.random.default_rng(1), most=600)
    assert told
    assert told.of == len(tables.counted)
    assert told.orders == len(told.tables.counted)
    assert told.orders == pytest.approx(600, rel=0.15)
    assert len(told.tables.shares) == len(tables.shares)
    buyers = pd.Index(told.tables.conversions["person_id"].dropna().unique())
    followers = told.network.nodes.index[np.unique(told.network.indices)]
    known = buyers[buyers.isin(people)]
    assert known.isin(followers).all()
    for person in known[:20]:  # all or nothing of each
        mine = tables.conversions["person_id"].eq(person).sum()
        assert told.tables.conversions["person_id"].eq(person).sum() == mine
    sharing = pd.Index(tables.shares["person_id"].unique())
    assert sharing.isin(followers).mean() == sharing.isin(tables.follows["follower_id"]).mean()
    assert len(followers) / tables.follows["follower_id"].nunique() == pytest.approx(told.people, rel=0.05)
    crowd = told.tables.conversions["person_id"].isna().sum() / tables.conversions["person_id"].isna().sum()
    assert crowd == pytest.approx(told.people, abs=0.12)
    again = draw(tables, whole, rng=np.random.default_rng(1), most=600)
    assert again
    assert np.array_equal(again.network.indices, told.network.indices)


@pytest.mark.parametrize("followed", [True, False])
def test_the_network_is_built_of_what_those_drawn_saw(tables: Tables, followed: bool) -> None:
    orders, shares = tables.counted, tables.shares
    seen = orders.assign(touched_at=orders["converted_at"], creator_id=shares["person_id"].head(len(orders)))
    touches = seen.dropna(subset=["person_id"]).reindex(columns=tables.touches.columns).astype(tables.touches.dtypes)
    follows = tables.follows if followed else tables.follows.iloc[:0]
    given = replace(tables, touches=touches.reset_index(drop=True), follows=follows)
    whole = network.build(given)
    told = draw(given, whole, rng=np.random.default_rng(1), most=600)
    assert told
    assert 0 < len(told.tables.touches) < len(touches)
    drawn = told.network.nodes.index[np.unique(told.network.indices)].union(shares["person_id"].unique())
    mine = follows["follower_id"].isin(drawn)
    by_hand = network.build(replace(told.tables, follows=follows[mine].reset_index(drop=True)))
    pd.testing.assert_frame_equal(told.network.nodes, by_hand.nodes)
    assert list(whole.nodes.index[told.stays]) == list(by_hand.nodes.index)
    for name in ("indptr", "indices", "weight"):
        assert np.array_equal(getattr(told.network, name), getattr(by_hand, name))
    assert np.array_equal(told.network.edges["since"], by_hand.edges["since"], equal_nan=True)


def test_an_order_stays_with_its_lines_and_refunds(tables: Tables) -> None:
    """Every order has a second line, every other one is refunded, and neither row says whose the order is."""
    first = tables.conversions.assign(item_id="1")
    second = first.assign(item_id="2", person_id=None)
    of = first["conversion_id"]
    refunds = second[::2].assign(conversion_id="r" + of, refund_of=of, item_id=None, value=None)
    rows = pd.concat([second, refunds, first], ignore_index=True).astype(first.dtypes)
    torn = replace(tables, conversions=rows)
    told = draw(torn, network.build(torn), rng=np.random.default_rng(1), most=len(first) // 6)
    assert told
    kept, whole = (
        one["refund_of"].fillna(one["conversion_id"]).value_counts() for one in (told.tables.conversions, rows)
    )
    assert kept.equals(whole.reindex(kept.index))
    assert (told.orders, told.of) == (len(told.tables.counted), len(torn.counted))
    assert told.orders == pytest.approx(len(first) / 6, rel=0.25)
    assert told.orders / len(kept) == pytest.approx(0.5, abs=0.1)


def test_nobody_is_drawn_where_all_can_be_judged(tables: Tables) -> None:
    whole = network.build(tables)
    assert draw(tables, whole, rng=np.random.default_rng(1), most=len(tables.conversions)) is None
    everybody = pd.DataFrame({"person_id": whole.nodes.index}).reindex(columns=tables.shares.columns)
    shared = pd.concat([tables.shares, everybody], ignore_index=True)
    crowded = Tables(follows=tables.follows, shares=shared, conversions=tables.conversions)
    assert draw(crowded, network.build(crowded), rng=np.random.default_rng(1), most=10) is None


def test_a_part_tells_what_is_true_and_says_that_it_is_one(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST_ORDERS", 900)
    told = backtesting.backtest(tables, seed=2)
    assert told.held["sample"]["orders"] == pytest.approx(900, rel=0.15)
    assert told.held["orders"] + told.held["left_out"] == told.held["sample"]["orders"]
    assert [claim.answer for claim in told.claims if claim.claim == "shares drive conversions"] == ["yes"]
    assert told.notes[-1].startswith("Judged on ")
