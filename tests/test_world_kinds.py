"""Each kind of world plants what its recipe says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import KINDS, World, make

SIZE = {"people": 3000, "creators": 45, "campaigns": 4}
DEVIATIONS = 4.5


@cache
def world(kind: str) -> World:
    return make(kind, **SIZE, seed=11)


def orders(kind: str) -> pd.DataFrame:
    return world(kind).tables.conversions


def share_of(mask: pd.Series, expected: float) -> None:
    """A drawn part is within its binomial spread of what was asked for."""
    assert mask.mean() == pytest.approx(expected, abs=DEVIATIONS * np.sqrt(expected * (1 - expected) / len(mask)))


def pairs(made: World) -> set[tuple[str, str]]:
    """Who follows whom."""
    return set(zip(made.tables.follows["follower_id"], made.tables.follows["followed_id"], strict=True))


def followers(made: World) -> pd.Series:
    known = made.tables.follows["followed_id"].value_counts()
    return known.reindex(made.tables.creators["creator_id"]).fillna(0.0)


def early(kind: str) -> pd.Series:
    """Whether each order falls into the first three days of its campaign."""
    made = world(kind).tables
    begins = made.campaigns.set_index("campaign_id")["starts_at"]
    age = made.conversions["converted_at"] - made.conversions["campaign_id"].map(begins)
    return age < pd.Timedelta(days=3)


def within_taste(kind: str) -> float:
    """How alike the followers of a creator and of the most similar one are: the median over creators."""
    follows = world(kind).tables.follows
    seen = pd.crosstab(follows["follower_id"], follows["followed_id"]).to_numpy(dtype=float)
    seen = seen[:, seen.sum(axis=0) > 20]
    alike = np.corrcoef(seen.T)
    np.fill_diagonal(alike, -1.0)
    return float(np.median(alike.max(axis=0)))


def test_anonymous_orders_name_no_buyer() -> None:
    share_of(orders("anonymous")["person_id"].isna(), 0.5)
    share_of(orders("demo")["person_id"].isna(), 0.04)
    assert orders("influence")["person_id"].notna().all()


def test_lost_campaigns_are_lost() -> None:
    share_of(orders("lost-campaigns")["campaign_id"].isna(), 0.3)
    assert orders("influence")["campaign_id"].notna().all()


def test_missing_follows_are_missing() -> None:
    """Of the same seed, with the gap and without it: one world, less three tenths of what is known of it."""
    whole, holed = (pairs(make("missing-follows", **SIZE, seed=11, missing_follows=part)) for part in (0.0, 0.3))
    assert holed < whole
    assert len(holed) / len(whole) == pytest.approx(0.7, abs=0.02)
    assert pairs(world("missing-follows")) == holed


def test_unknown_buyers_are_known_from_their_orders_alone() -> None:
    made = world("unknown")
    follows = made.tables.follows
    known = set(follows["follower_id"]) | set(follows["followed_id"])
    stranger = ~orders("unknown")["person_id"].isin(known)
    assert stranger.sum() == pytest.approx(0.5 * made.planted["organic"], rel=0.15)
    assert orders("influence")["person_id"].isin(set(world("influence").tables.follows["follower_id"])).all()


def test_organic_buyers_type_codes_and_driven_ones_use_them() -> None:
    codes = orders("codes")
    assert world("codes").planted["driven"] == 0
    assert 0.05 < codes["code"].notna().mean() < 0.3  # of those with a recent code-giver, three in ten
    assert codes["code"].dropna().isin(world("codes").tables.aliases["alias"]).all()
    demo, recipe = world("demo"), KINDS["demo"]
    coded = demo.tables.conversions["code"].notna().sum()
    assert (
        coded <= recipe.driven_codes * demo.planted["driven"] * 1.2 + recipe.typed_codes * demo.planted["organic"] * 1.2
    )
    assert coded >= 0.3 * demo.planted["driven"]
    assert orders("influence")["code"].isna().all()
    assert world("influence").tables.aliases.empty


def test_a_typed_code_is_of_somebody_followed_who_shared_in_time() -> None:
    tables = resolve(world("codes").tables)
    typed = tables.conversions.dropna(subset="claimed_by")
    assert set(zip(typed["person_id"], typed["claimed_by"], strict=True)) <= pairs(world("codes"))
    met = typed.merge(tables.shares, left_on=["claimed_by", "campaign_id"], right_on=["person_id", "campaign_id"])
    age = (met["converted_at"] - met["shared_at"]) / pd.Timedelta(days=1)
    assert met.loc[age.between(0, 30), "conversion_id"].nunique() == len(typed)


def test_buyers_who_follow_afterwards_are_in_the_snapshot() -> None:
    made = world("follows-after")
    before, after = pairs(make("follows-after", **SIZE, seed=11, follows_after=0.0)), pairs(made)
    added = after - before
    assert before < after
    # a tenth of the buyers, less those who followed that creator anyhow or had nobody to follow
    assert 0.5 <= len(added) / (0.1 * made.planted["conversions"]) <= 1.2
    bought = set(made.tables.conversions["person_id"])
    assert {follower for follower, _ in added} <= bought
    assert {author for _, author in added} <= set(made.tables.shares["person_id"])
    assert made.tables.follows["since"].isna().all()


def test_bursts_crowd_the_first_days() -> None:
    assert early("bursts").mean() > 2.0 * early("influence").mean()
    posts = {kind: world(kind).tables for kind in ("bursts", "influence")}
    soon = {}
    for kind, tables in posts.items():
        begins = tables.campaigns.set_index("campaign_id")["starts_at"]
        soon[kind] = (
            tables.shares["shared_at"] - tables.shares["campaign_id"].map(begins) < pd.Timedelta(days=3)
        ).mean()
    assert soon["bursts"] > 3.0 * soon["influence"]


def test_persuasion_falls_with_followers_or_is_the_same_for_all() -> None:
    for kind, low, high in (("inverse", -0.75, -0.25), ("influence", -0.3, 0.3)):
        made = world(kind)
        size = followers(made).clip(lower=1.0)
        theta = made.truth.set_index("person_id")["theta"].reindex(size.index)
        slope = np.polyfit(np.log(size), np.log(theta), 1)[0]
        assert low < slope < high, kind
    assert np.ptp(world("proportional").truth["theta"]) == pytest.approx(0.0, abs=1e-15)
    assert np.log(world("influence").truth["theta"]).std() == pytest.approx(0.8, rel=0.35)


@pytest.mark.parametrize("kind", ["null", "homophily", "fans", "codes", "follows-after", "hidden"])
def test_where_nothing_is_driven_nothing_is(kind: str) -> None:
    assert KINDS[kind].driven == 0
    assert world(kind).planted["driven"] == 0
    assert (world(kind).truth["driven"] == 0).all()


def test_people_of_one_taste_follow_the_same_and_buy_the_same() -> None:
    assert within_taste("homophily") > 2.0 * within_taste("null")
    made = world("homophily").tables
    counts = made.conversions.merge(made.conversions, on="person_id", suffixes=("", "_other"))
    counts = counts[counts["conversion_id"] < counts["conversion_id_other"]]
    number = made.campaigns["campaign_id"].str.extract(r"(\d+)$")[0].astype(int).to_numpy()
    taste = dict(zip(made.campaigns["campaign_id"], number % 2, strict=True))  # four campaigns, two tastes
    alike = counts["campaign_id"].map(taste) == counts["campaign_id_other"].map(taste)
    assert alike.mean() > 0.6  # (16 + 1) / 25 is what a fourfold taste makes of it


def joins(made: World) -> float:
    """How many creators that buyers follow have joined the campaign they bought in, against any campaign."""
    tables = made.tables
    joined = set(zip(tables.shares["person_id"], tables.shares["campaign_id"], strict=True))
    met = tables.conversions.merge(tables.follows, left_on="person_id", right_on="follower_id")
    here = sum(pair in joined for pair in zip(met["followed_id"], met["campaign_id"], strict=True))
    often = tables.shares.groupby("person_id")["campaign_id"].nunique() / len(tables.campaigns)
    return here / met["followed_id"].map(often).sum()


def test_fans_buy_more_in_campaigns_that_their_creators_join() -> None:
    assert joins(world("fans")) > joins(world("null")) + 0.05
    assert joins(world("null")) == pytest.approx(1.0, abs=0.04)


def test_frequent_posting_is_frequent() -> None:
    made = world("frequent").tables
    assert len(made.shares) / (SIZE["creators"] * SIZE["campaigns"]) == pytest.approx(13.0, rel=0.1)
    joined = made.shares.groupby(["person_id", "campaign_id"]).ngroups
    assert joined == SIZE["creators"] * SIZE["campaigns"]


def test_chains_are_reshares_of_earlier_shares_by_followers() -> None:
    shares = world("chain").tables.shares.set_index("share_id")
    passed = shares.dropna(subset="parent_share_id")
    assert len(passed) > 20
    assert (passed["kind"] == "reshare").all()
    origin = shares.loc[passed["parent_share_id"]]
    assert (passed["shared_at"].to_numpy() >= origin["shared_at"].to_numpy()).all()
    assert (passed["campaign_id"].to_numpy() == origin["campaign_id"].to_numpy()).all()
    assert set(zip(passed["person_id"], origin["person_id"], strict=True)) <= pairs(world("chain"))
    assert (world("chain").truth["role"] == "advocate").any()
    assert world("influence").tables.shares["parent_share_id"].isna().all()


def test_a_hidden_cause_makes_followers_buy_as_their_creators_post() -> None:
    assert soon(world("hidden").tables) > soon(world("null").tables) + 0.05


def soon(tables: Tables) -> float:
    """Part of the orders within two days of a followed creator's post in the campaign."""
    seen = tables.conversions.merge(tables.follows, left_on="person_id", right_on="follower_id")
    met = seen.merge(tables.shares, left_on=["followed_id", "campaign_id"], right_on=["person_id", "campaign_id"])
    age = (met["converted_at"] - met["shared_at"]) / pd.Timedelta(days=1)
    return met.loc[age.between(0, 2), "conversion_id"].nunique() / len(tables.conversions)


def test_misstated_followers_stray_from_those_known() -> None:
    def stray(kind: str) -> float:
        made = world(kind)
        known = followers(made)
        declared = made.tables.creators.set_index("creator_id")["followers"]
        usable = known > 5
        return float(np.log(declared[usable] / (40.0 * known[usable])).std())

    assert stray("influence") < 0.2
    assert stray("misstated") > 0.5


def test_the_demo_holds_a_bit_of_everything() -> None:
    made = world("demo")
    tables = made.tables
    assert (made.truth["role"] == "advocate").sum() > 20
    assert tables.shares["parent_share_id"].notna().any()
    assert tables.shares["rating"].notna().any()
    assert tables.conversions["code"].notna().any()
    assert tables.conversions["person_id"].isna().any()
