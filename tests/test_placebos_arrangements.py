"""Arrangements in which nothing can be a cause, and the quick fit that credits them, held to slow definitions."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from given import table
from tiny import programme, seen

from influence_graph.drivers.contacts import Follows, list_touches
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.quick import fit_quickly
from influence_graph.network import build
from influence_graph.placebos.arrangements import UNTOUCHED, Shuffle, ahead, following
from influence_graph.placebos.directions import _pairs
from influence_graph.tables.resolve import resolve
from influence_graph.world import adopt, make


def exposures(x: Exposure) -> set[tuple[str, str, float, float]]:
    """Everything that was seen: buyer and order's moment, share, age."""
    link = np.repeat(np.arange(x.links.author.size), np.diff(x.links.exposure_ptr))
    event, ids = x.links.event[link], x.shares["share_id"].to_numpy()
    return {
        (int(x.events.person[e]), str(ids[s]), round(float(x.events.time[e]), 6), round(float(age), 6))
        for e, s, age in zip(event, x.links.share, x.links.age, strict=True)
        if x.events.person[e] >= 0
    }


def test_a_shuffle_is_the_programme_with_other_post_times() -> None:
    """The same as reading tables in which the drawn times stand, touches moved along."""
    touches = table(
        "touches",
        person_id=["u", "u", "v"],
        share_id=["s3", "s0", "s4"],
        touched_at=[pd.Timestamp("2026-01-09", tz="UTC"), *[pd.Timestamp("2026-01-30", tz="UTC")] * 2],
        kind=["view"] * 3,
    )
    tables = replace(programme(), touches=touches)
    network, real = seen(tables)
    told = list_touches(tables, real.shares, network, real.orders, real.begin)
    assert len(told)
    drawn = Shuffle.of(real, told, network).draw(np.random.default_rng(1))
    moved = pd.Series(drawn.shares["time"].to_numpy(), index=drawn.shares["share_id"])
    before = pd.Series(real.shares["time"].to_numpy(), index=real.shares["share_id"])
    assert not moved.sort_index().equals(before.sort_index())
    for _, part in real.shares.groupby("campaign"):
        assert sorted(moved[part["share_id"]]) == sorted(before[part["share_id"]])
    later = pd.to_timedelta((moved - before).reindex(touches["share_id"]).to_numpy(), unit="D")
    other = replace(
        tables,
        shares=tables.shares.assign(
            shared_at=real.begin + pd.to_timedelta(moved[tables.shares["share_id"]].to_numpy(), unit="D")
        ),
        touches=touches.assign(touched_at=touches["touched_at"] + later),
    )
    again = expose(other, network)
    assert again.begin == real.begin
    assert exposures(drawn) == exposures(again) != exposures(real)
    model, slow = (Hazard(x, whole=False) for x in (drawn, again))
    assert model.reweigh(0.3)[1] == pytest.approx(slow.reweigh(0.3)[1])


def test_what_is_share_and_order_at_once_moves_as_one() -> None:
    tables = resolve(adopt(0.1, people=60, things=6, seed=0))
    network, real = seen(tables)
    shuffle = Shuffle.of(real, UNTOUCHED, network)
    assert (shuffle.share_of >= 0).all()
    drawn = shuffle.draw(np.random.default_rng(0))
    share = pd.Series(drawn.shares["time"].to_numpy(), index=drawn.shares["share_id"])
    own = [
        f"{network.nodes.index[person]}-{real.campaigns[campaign]}"
        for person, campaign in zip(drawn.events.person, drawn.events.campaign, strict=True)
    ]
    assert share[own].to_numpy() == pytest.approx(drawn.events.time)
    assert not np.allclose(drawn.events.time, real.events.time)
    assert np.array_equal(np.sort(drawn.events.time), np.sort(real.events.time))


def test_ahead_counts_what_came_later_as_if_it_came_before() -> None:
    _, real = seen(resolve(adopt(0.1, people=60, things=6, seed=1)))
    later = ahead(real)
    shares = real.shares
    expected = set()
    for person, campaign, time in zip(real.events.person, real.events.campaign, real.events.time, strict=True):
        mine = real.follows.author[real.follows.ptr[person] : real.follows.ptr[person + 1]]
        fits = shares[shares["author"].isin(mine) & shares["campaign"].eq(campaign)]
        for share, age in zip(fits["share_id"], fits["time"] - time, strict=True):
            if 0 < age < real.window:
                expected.add((int(person), str(share), round(float(time), 6), round(float(age), 6)))
    assert exposures(later) == expected
    begin = shares.groupby("campaign")["time"].transform("min")  # everybody who orders here shares at that moment
    assert (later.shares["end"] - later.shares["time"]).to_numpy() == pytest.approx((shares["time"] - begin).to_numpy())


def test_follows_that_can_be_turned_round_are_one_way_between_people_who_share_and_order() -> None:
    tables = replace(
        programme(),
        follows=table(
            "follows",
            follower_id=["a", "b", "a", "s", "c", "p"],
            followed_id=["b", "a", "c", "a", "b", "q"],
        ),
        conversions=table(
            "conversions",
            conversion_id=["1", "2", "3"],
            person_id=["a", "c", "s"],
            converted_at=[pd.Timestamp("2026-01-20", tz="UTC")] * 3,
            campaign_id=["spring"] * 3,
        ),
    )
    network, real = seen(tables)
    follower, followed, _ = _pairs(real, network)
    names = [(network.nodes.index[who], real.authors[whom]) for who, whom in zip(follower, followed, strict=True)]
    assert names == [("a", "c")]  # a and b are mutual; b, q and p never order; s never shares


def test_other_follows_are_what_a_table_of_them_gives() -> None:
    tables = resolve(adopt(0.1, people=60, things=6, seed=2))
    both = tables.follows[["follower_id", "followed_id"]].isin(set(tables.shares["person_id"])).all(axis="columns")
    tables = replace(tables, follows=tables.follows[both])
    network, real = seen(tables)
    swapped = tables.follows.rename(columns={"follower_id": "followed_id", "followed_id": "follower_id"})
    turned = replace(tables, follows=swapped)
    slow = expose(turned, build(turned))
    place = network.index_of(real.authors)
    author_of = np.full(network.n_people, -1)
    author_of[place] = np.arange(place.size)
    pairs = place[real.follows.author], author_of[real.follows.follower], real.follows.since
    quick = following(real, Follows.of(*pairs, people=network.n_people, authors=place.size))
    assert exposures(quick) == exposures(slow)
    assert Hazard(quick).reweigh(0.2)[1] == pytest.approx(Hazard(slow).reweigh(0.2)[1])


@cache
def fitted(kind: str = "influence") -> tuple[Hazard, float]:
    world = make(kind, people=1500, creators=30, campaigns=4, seed=2, driven=600.0, organic=400.0)
    tables = resolve(world.tables)
    model = Hazard(expose(tables, build(tables)), whole=False)
    return model, maximise(model, start(model)).parameters.rate


def test_the_quick_fit_shares_out_every_order_once() -> None:
    model, rate = fitted()
    quick = fit_quickly(model, rate)
    driven = ((1.0 - quick.organic) * model.weight).sum()
    assert quick.caused.sum() == pytest.approx(driven)
    assert 0 < driven < model.weight.sum()
    assert (quick.alone >= 0).all()


def test_the_quick_fit_is_near_the_slow_one_and_near_the_truth() -> None:
    model, rate = fitted()
    slow = maximise(model, start(model, rate=rate), most=2000).caused.sum()
    quick = fit_quickly(model, rate).caused.sum()
    assert quick == pytest.approx(slow, rel=0.25)
    assert quick == pytest.approx(600.0, rel=0.25)
