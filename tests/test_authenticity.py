"""Signals of inflated numbers, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from given import table
from inflated import START, doubled, exports, of

from influence_graph import authenticity, down_weight
from influence_graph.errors import TablesError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.people.authenticity import LOOK, said
from influence_graph.tables.schema import Tables


def test_growth_that_nothing_goes_with_is_half_a_signal_at_most() -> None:
    row = of(exports(c03=doubled()), "c03")
    assert row["growth"] == pytest.approx(2.0, rel=0.05)
    assert row["growth_typical"] == pytest.approx(1.01, abs=0.02)
    assert 0.4 < row["growth_strength"] <= 0.5
    assert row["decay"] == pytest.approx(0.0, abs=0.01)
    # those followers don't watch: they are in the numbers of later posts, not in their views
    assert row["audience"] > 1.5 * row["audience_typical"]


def test_a_post_that_many_saw_explains_growth() -> None:
    tables = exports(c03=doubled())
    mine = tables.shares["person_id"].eq("c03")
    week = ((tables.shares["shared_at"] - START).dt.days // 7).to_numpy()
    times = np.where(mine & (week == 9), 150.0, np.where(mine & (week >= 10), 2.0, 1.0))
    told = {name: tables.shares[name] * times for name in ("views", "likes", "comments")}
    row = of(replace(tables, shares=tables.shares.assign(**told)), "c03")
    assert row["growth"] == pytest.approx(2.0, rel=0.05)
    assert row["growth_strength"] < 0.1
    assert row["weight"] > 0.8
    # later posts that as many more see explain it as well, where the post itself is in no table
    along = {name: tables.shares[name] * np.where(mine & (week >= 10), 2.0, 1.0) for name in told}
    row = of(replace(tables, shares=tables.shares.assign(**along)), "c03")
    assert row["growth_strength"] < 0.2
    assert row["weight"] > 0.8


def test_followers_who_do_not_watch_show_in_an_account_of_its_own() -> None:
    row = of(exports(c03=doubled()), "c03")
    assert row["watched"] == pytest.approx(0.5, rel=0.15)
    assert row["watched_typical"] == 1.0
    assert row["watched_strength"] > 0.5
    assert row["weight"] < LOOK
    # where there are no views, likes and comments tell it
    tables = exports(c03=doubled())
    told = of(replace(tables, shares=tables.shares.assign(views=np.nan)), "c03")
    assert told["watched"] == pytest.approx(0.5, rel=0.15)
    # who falls out of favour without a follower more bought nobody
    mine = tables.shares["person_id"].eq("c04") & (tables.shares["shared_at"] > START + pd.Timedelta(days=70))
    fallen = {name: tables.shares[name] * np.where(mine, 0.3, 1.0) for name in ("views", "likes", "comments")}
    assert of(replace(tables, shares=tables.shares.assign(**fallen)), "c04")["watched_strength"] == 0.0


def test_growth_alone_never_makes_anybody_worth_a_second_look() -> None:
    tables = exports(c03=doubled())
    silent = replace(tables, shares=tables.shares.iloc[:0])
    row = of(silent, "c03")
    assert row["growth_strength"] == pytest.approx(0.5)
    assert row["weight"] >= LOOK


def test_followers_who_leave_again_count_by_the_part_that_left() -> None:
    row = of(exports(c03=doubled(back=0.5)), "c03")
    assert 0.4 < row["decay"] < 0.5
    assert row["decay_strength"] == pytest.approx((row["decay"] - 0.1) / 0.4, abs=1e-6)
    assert row["weight"] < LOOK


def test_each_signal_tells_its_number_and_what_is_usual() -> None:
    tables = exports()
    likes = tables.shares["likes"].where(tables.shares["person_id"].ne("c05"), tables.shares["likes"] * 6)
    few = tables.shares["person_id"].eq("c07")
    comments = tables.shares["comments"].mask(few, 1.0)
    shares = tables.shares.assign(likes=likes.mask(few, likes * 0.02), comments=comments)
    history = tables.followers.assign(
        following=tables.followers["following"].where(tables.followers["creator_id"].ne("c09"), 90_000.0)
    )
    told = replace(tables, shares=shares, followers=history)
    bought, low, masses = (of(told, who) for who in ("c05", "c07", "c09"))
    assert bought["likes"] == pytest.approx(6 * bought["likes_typical"], rel=0.2)
    assert bought["likes_strength"] == 1.0
    assert low["engagement_strength"] == 1.0
    assert low["engagement"] < 0.1 * low["engagement_typical"]
    assert masses["following"] == pytest.approx(90_000 / masses["followers"], rel=0.01)
    assert masses["following_strength"] == pytest.approx(np.log(masses["following"]) / np.log(5), abs=0.01)
    for language in LANGUAGES:
        with speaking(language):
            assert len(said(bought)) == len(said(masses)) == 1
            assert not any("{" in words for row in (bought, low, masses) for words in said(row))


def test_silent_followers_are_those_who_never_did_anything() -> None:
    tables = exports()
    ids = tables.creators["creator_id"].tolist()
    follower = [f"p{i}" for i in range(60)]
    pairs = [(who, creator) for creator in ids for who in follower]
    pairs += [(f"bot{i}", "c04") for i in range(240)]
    first, second = zip(*pairs, strict=True)
    orders = table(
        "conversions", conversion_id=[f"o{i}" for i in range(30)], person_id=follower[:30],
        converted_at=[START] * 30,
    )  # fmt: skip
    told = replace(tables, follows=table("follows", follower_id=first, followed_id=second), conversions=orders)
    row = of(told, "c04")
    assert row["silent"] == pytest.approx(270 / 300)
    assert row["silent_typical"] == pytest.approx(0.5)
    assert row["silent_strength"] == 1.0
    assert row["known"] == pytest.approx(row["followers"] / 300)
    assert of(told, "c05")["silent_strength"] == 0.0


def test_an_empty_profile_is_a_signal_where_the_list_tells_it() -> None:
    tables = exports()
    page = {"Profile pic": ["0"] + ["1"] * 11, "Bio": ["-"] + ["coffee"] * 11, "#posts": [0] * 12}
    told = replace(tables, creators=tables.creators.assign(**page))
    assert of(told, "c00")["profile"] == 1.0
    assert of(told, "c01")["profile"] == pytest.approx(1 / 3)
    assert np.isnan(of(tables, "c00")["profile"])


def test_likes_of_one_post_that_everybody_saw_were_not_bought() -> None:
    """However many its likes are for each comment; a single post says nothing of likes at all."""
    shares = exports().shares
    mine = shares["person_id"].eq("c05")
    latest = shares.index[mine][-1:]
    shares.loc[latest, "likes"] *= 500
    seen = replace(exports(), shares=shares)
    assert of(seen, "c05")["likes_strength"] == 0.0
    assert of(seen, "c05")["likes"] == pytest.approx(of(exports(), "c05")["likes"], rel=0.3)
    single = replace(seen, shares=shares.drop(index=shares.index[mine].difference(latest)))
    assert np.isnan(of(single, "c05")["likes_strength"])


def test_closed_comments_say_nothing_of_likes() -> None:
    shares = exports().shares
    shares.loc[shares["person_id"].eq("c05"), "comments"] = 0.0
    row = of(replace(exports(), shares=shares), "c05")
    assert np.isnan(row["likes_strength"])
    assert row["weight"] == 1.0


def test_what_nobody_can_tell_takes_nothing_away() -> None:
    alone = Tables(creators=table("creators", creator_id=["a", "b"], followers=[1_000.0, None]))
    found = authenticity(alone)
    assert (found.people["weight"] == 1.0).all()
    assert (found.people["told"] == 0).all()
    assert [note.id for note in found.notes] == ["authenticity.untold"]
    assert down_weight(Tables()).empty
    with pytest.raises(TablesError, match="no list of creators"):
        authenticity(Tables())
