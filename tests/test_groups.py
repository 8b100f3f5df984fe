"""Groups: rates and money by hand, credit that adds up, curves and differences that are there or not, planted truth."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from tiny import few_sweeps

from influence_graph import find_tiers, groups
from influence_graph.drivers.split import by_group, by_post, split
from influence_graph.errors import TablesError, UsageError
from influence_graph.folder import as_csv
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.programme.groups import GROUPINGS, GROUPS
from influence_graph.programme.groups.curve import LEAST, curve
from influence_graph.programme.groups.engagement import weighted_quantile
from influence_graph.programme.groups.membership import OTHERS
from influence_graph.programme.groups.words import GroupName, group_name
from influence_graph.tables import read
from influence_graph.tables.schema import Tables
from influence_graph.views.figures import performance_by_followers
from influence_graph.views.report.groups import groups as block_of_groups
from influence_graph.world import World, make

SEEDS = range(3)


@cache
def made(seed: int) -> tuple[World, MapResult]:
    world = make("demo", people=2000, creators=60, campaigns=4, seed=seed, anonymous=0.0, driven=900.0, organic=900.0)
    with few_sweeps():
        return world, map_tables(world.tables, backtest=False, seed=seed)


def exports() -> Tables:
    """Two platforms, three sizes, one of them unknown, posts with and without a price."""
    return Tables(
        creators=table(
            "creators", creator_id=["a", "b", "c", "d"], platform=["TikTok", "tiktok ", "instagram", None],
            followers=[2_000.0, 40_000.0, 12_000.0, None], currency=["USD", "USD", "EUR", None],
        ),
        shares=table(
            "shares", share_id=list("123456"), person_id=["a", "a", "b", "c", "d", "b"],
            shared_at=pd.date_range("2026-01-01", periods=6, tz="UTC"), campaign_id=["x", "x", "x", "y", None, "y"],
            kind=["video", "post", "video", "video", "post", "video"],
            deal=["fee", "none", "fee", "fee", None, "gift"], cost=[100.0, None, 300.0, 50.0, None, None],
            views=[1_000.0, 500.0, 10_000.0, 4_000.0, None, 2_000.0],
            boosted_views=[None, None, 5_000.0, None, None, None],
            likes=[90.0, 20.0, 900.0, 300.0, 7.0, None], comments=[10.0, None, 100.0, 50.0, None, None],
            saves=[None, 5.0, None, 10.0, None, 60.0], reshares=[20.0, None, None, 40.0, None, None],
        ),
    )  # fmt: skip


def rows(found: pd.DataFrame, by: str) -> pd.DataFrame:
    return found[found["by"].eq(by)].set_index("group")


# -------------------------------------------------------------------------------------------------------------- by hand


def test_rates_are_those_one_writes_down() -> None:
    told = groups(exports()).table
    assert list(told.columns) == list(GROUPS)
    assert list(dict.fromkeys(told["by"])) == list(GROUPINGS)
    tier = rows(told, "tier")
    assert list(tier.index) == ["nano", "micro", ""]
    # a: 120 / 2,000 and 25 / 2,000; half of b's views were boosted: 500 / 40,000; c: 400 / 12,000
    assert tier.loc["nano", "engagement_followers"] == pytest.approx((0.06 + 0.0125) / 2)
    assert tier.loc["micro", "engagement_followers"] == pytest.approx((0.0125 + 400 / 12_000) / 2)
    assert tier.loc["micro", "engagement_views"] == pytest.approx((0.1 + 0.1) / 2)  # boosted views are views
    assert tier.loc["nano", ["people", "posts", "followers", "views"]].tolist() == [1, 2, 2_000, 1_500]
    assert tier.loc["micro", ["people", "posts", "followers", "views"]].tolist() == [2, 3, 26_000, 11_000]
    assert tier.loc["micro", "boosted_views"] == 5_000
    assert rows(told, "platform").loc["tiktok", "people"] == 2  # however it is written
    assert rows(told, "deal").loc[["paid", "unpaid", "gift", ""], "posts"].tolist() == [3, 1, 1, 1]
    assert rows(told, "campaign").loc[["x", "y", ""], "posts"].tolist() == [3, 2, 1]
    assert rows(told, "role").index.tolist() == ["unassigned"]


def test_tiers_within_a_platform_are_those_of_its_own_creators() -> None:
    """As if there were nobody else; and no such table where there is one platform alone."""
    tables = replace(exports(), creators=exports().creators.assign(currency="USD"))
    whole = rows(groups(tables).table, "platform_tier")
    place = tables.creators["platform"].str.strip().str.lower()
    seen = 0
    for platform in place.dropna().unique():
        mine = tables.creators[place.eq(platform)]
        shares = tables.shares[tables.shares["person_id"].isin(mine["creator_id"])]
        alone = groups(replace(tables, creators=mine, shares=shares)).table
        assert rows(alone, "platform_tier").empty
        own = rows(alone, "tier").drop(columns="by")
        for tier, row in own.iterrows():
            pd.testing.assert_series_equal(whole.loc[f"{platform}, {tier}"].drop("by"), row, check_names=False)
            seen += 1
    assert seen >= 2
    assert list(whole.index) == ["instagram, micro", "tiktok, nano", "tiktok, micro", ""]
    assert group_name("platform_tier", "tiktok, micro") == "tiktok, micro"
    assert group_name("platform_tier", "tiktok, ") == "tiktok, followers unknown"
    assert group_name("platform_tier", ", nano") == "platform unknown, nano"
    assert group_name("platform_tier", "") == "platform unknown"


@pytest.mark.parametrize(("times", "told"), [(3.0, True), (1.5, False)])
def test_platforms_that_engage_differently_are_said_to_be_mixed(times: float, told: bool) -> None:
    ids = [f"c{i}" for i in range(12)]
    likes = [100.0 * (times if i % 2 else 1.0) for i in range(12)]
    tables = Tables(
        creators=table("creators", creator_id=ids, platform=["x", "y"] * 6, followers=[2_000.0] * 12),
        shares=table("shares", share_id=ids, person_id=ids, shared_at=[pd.Timestamp("2026-01-01", tz="UTC")] * 12,
                     likes=likes, comments=[0.0] * 12),
    )  # fmt: skip
    notes = {note.id: note.numbers for note in groups(tables).notes}
    assert ("groups.mixed" in notes) is told
    if told:
        assert notes["groups.mixed"]["n"] == pytest.approx(3.0)


def test_what_is_spent_is_held_against_what_comes_back() -> None:
    _, result = made(0)
    paid = rows(result.groups.table, "deal").loc["paid"]
    (told,) = [note.numbers for note in result.groups.notes if note.id == "groups.returns"]
    assert told["back"] == paid["roas"] and told["each"] == paid["cost_per_driven"]
    assert told["low"] < told["back"] < told["high"]
    assert "groups.returns" not in [note.id for note in groups(exports()).notes], "nothing is known to come back"


def test_what_is_unknown_is_empty() -> None:
    told = groups(exports()).table
    unknown = rows(told, "tier").loc[""]
    assert unknown[["followers", "views", "engagement_followers", "engagement_views", "driven", "reach"]].isna().all()
    alone = rows(told, "tier").loc["nano"]
    ends = [f"engagement_followers_{end}" for end in ("low", "high", "q25", "q75")]
    assert alone[ends].isna().all(), "one creator has no spread, and too few have no interval"
    # the gift has saves alone: nobody counted likes or comments
    assert np.isnan(rows(told, "deal").loc["gift", "engagement_views"])


def test_beyond_two_hundred_campaigns_the_smallest_are_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = groups(exports())
    monkeypatch.setattr("influence_graph.programme.groups.membership.MOST", 1)
    pooled = groups(exports())
    campaigns = rows(pooled.table, "campaign")
    assert campaigns["posts"].to_dict() == {"x": 3, OTHERS: 2, "": 1}, "y is the only one beyond the first"
    assert rows(pooled.table, "kind").loc[OTHERS, "posts"] == 2
    same = [by for by in GROUPINGS if by not in {"platform", "kind", "campaign", "platform_tier"}]
    for by in same:
        pd.testing.assert_frame_equal(rows(pooled.table, by), rows(whole.table, by))
    assert ("groups.pooled", {"n": 3}) in [(note.id, note.numbers) for note in pooled.notes]
    assert "groups.pooled" not in {note.id for note in whole.notes}


def test_money_is_of_one_currency_and_of_posts_with_a_price() -> None:
    """USD is that of most prices; c's price in EUR is in no sum; what is unpaid costs nothing; a gift is unknown."""
    found = groups(replace(exports(), creators=exports().creators.assign(cost=[1.0, 1.0, 1.0, None])))
    assert found.currency == "USD"
    paid = rows(found.table, "deal").loc["paid"]
    assert paid[["cost", "priced_posts"]].tolist() == [400, 2]
    assert paid["cpm"] == pytest.approx(1000 * 400 / (1_000 + 5_000))
    assert paid["cost_per_engagement"] == pytest.approx(400 / (120 + 1_000))
    assert rows(found.table, "deal").loc["unpaid", "cost"] == 0
    assert np.isnan(rows(found.table, "deal").loc["gift", "cost"])
    assert found.table[["cost_per_driven", "roas"]].isna().all(axis=None), "nothing is known to be driven"
    assert ("groups.other-currencies", {"n": 1}) in [(note.id, note.numbers) for note in found.notes]


def test_a_price_for_a_campaign_is_spread_over_its_posts_and_commissions_go_where_they_were_earned() -> None:
    tables = exports()
    tables = replace(
        tables,
        creators=tables.creators.assign(cost=[80.0, 200.0, None, None], currency=["USD", "USD", None, None]),
        shares=tables.shares.assign(cost=np.nan, deal=pd.Series(["fee", "fee", "commission", None, None, "fee"])),
        conversions=table(
            "conversions", conversion_id=["o1", "o2", "o3"],
            converted_at=pd.date_range("2026-02-01", periods=3, tz="UTC"), campaign_id=["x", "z", "x"],
            claimed_by=["b", "b", "c"], commission=[4.0, 6.0, 9.0], currency=["USD"] * 3,
        ),
    )  # fmt: skip
    cost = rows(groups(tables).table, "campaign")["cost"]
    # x: a's 80, and 4 of b's commission, and half of the 6 of no campaign of theirs; y: b's 200, the other half, c's 9
    assert cost["x"] == pytest.approx(80 + 4 + 3)
    assert cost["y"] == pytest.approx(200 + 3 + 9)


def test_media_value_is_a_range_and_only_on_request() -> None:
    assert not [column for column in groups(exports()).table if "emv" in column]
    told = rows(groups(exports(), emv=(3.0, 12.0)).table, "tier")
    assert told.loc["micro", ["emv_low", "emv_high"]].tolist() == pytest.approx([33.0, 132.0])  # organic views alone
    for bad in ((0.0, 1.0), (3.0, 2.0), (1.0, float("inf"))):
        with pytest.raises(UsageError, match="range of prices"):
            groups(exports(), emv=bad)


def test_presets_disagree_and_a_file_decides(tmp_path: Path) -> None:
    for name, micro in (("wide", (10_000, 100_000)), ("narrow", (5_000, 20_000))):
        tiers = find_tiers(name)
        inside = pd.Series([micro[0] - 1.0, micro[0], micro[1] - 1.0, micro[1], np.nan])
        assert tiers.of(inside).eq("micro").tolist() == [False, True, True, False, False]
    own = tmp_path / "ours.toml"
    own.write_text("[tiers]\nfriend = 1_000\nstar = 30_000\n", encoding="utf-8")
    assert rows(groups(exports(), tiers=own).table, "tier")["people"].to_dict() == {"friend": 2, "star": 1, "": 1}
    for text in ("[tiers]\na = 5\nb = 5\n", "[tiers]\n", "[tiers]\na = 'x'\n", "[sizes]\na = 1\n", "[tiers\n"):
        own.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match="tiers"):
            find_tiers(own)
    with pytest.raises(UsageError, match="narrow"):
        find_tiers("middle")


def test_own_percentiles_come_first_and_benchmarks_have_a_year() -> None:
    n = 9
    ids, likes = [f"c{i}" for i in range(n)], [400.0 * (i + 1) for i in range(n)]
    creators = table("creators", creator_id=ids, platform=["tiktok"] * n, followers=[20_000.0] * n)
    at = [pd.Timestamp("2026-01-01", tz="UTC")] * n
    shares = table("shares", share_id=ids, person_id=ids, likes=likes, shared_at=at)
    (row,) = groups(Tables(creators=creators, shares=shares)).percentiles.to_dict("records")
    own = np.percentile(0.02 * np.arange(1, n + 1), [10, 25, 50, 75, 90])
    assert [row[f"p{p}"] for p in (10, 25, 50, 75, 90)] == pytest.approx(own.tolist())
    assert (row["platform"], row["tier"], row["people"], row["benchmark"], row["year"]) == (
        "tiktok",
        "micro",
        9,
        0.133,
        2021,
    )
    assert row["above"] == pytest.approx(3 / 9)
    assert row["source"]


def test_a_list_of_creators_alone_tells_engagement() -> None:
    creators = table(
        "creators", creator_id=["a", "b", "c"], followers=[1_000.0, 1_000.0, 1_000.0],
        **{"Likes avg": ["1.2K", None, None], "Comments (Avg.)": ["30", "#VALOR!", None],
           "Eng. (Avg.)": ["9", "250", None], "Country": ["1", "2", "3"]},
    )  # fmt: skip
    found = groups(Tables(creators=creators))
    assert rows(found.table, "tier").loc["nano", ["people", "engagement"]].tolist() == [2, 1_480]
    assert "groups.averages" in [note.id for note in found.notes]
    with pytest.raises(TablesError, match="nothing to group"):
        groups(Tables(creators=creators[["creator_id", "followers", "platform", "cost", "currency"]]))


@settings(max_examples=5)
@given(order=st.permutations(range(6)), days=st.integers(-400, 400))
def test_order_of_rows_names_and_times_change_nothing(order: list[int], days: int) -> None:
    tables = exports()
    names = {"a": "zoe", "b": "yen", "c": "xuan", "d": "will"}
    shares = tables.shares.iloc[order].reset_index(drop=True)
    moved = replace(
        tables,
        creators=tables.creators.assign(creator_id=tables.creators["creator_id"].map(names).astype("str")),
        shares=shares.assign(
            person_id=shares["person_id"].map(names).astype("str"),
            shared_at=shares["shared_at"] + pd.Timedelta(days=days),
        ),
    )
    pd.testing.assert_frame_equal(groups(moved).table, groups(tables).table)


# ------------------------------------------------------------------------------------------------- numbers behind them


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), st.floats(0, 1))
def test_quantiles_of_equal_weights_are_hazens(values: list[float], part: float) -> None:
    expected = np.quantile(values, part, method="hazen")
    found = weighted_quantile(np.array(values), np.ones(len(values)), np.array([part]))[0]
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_curve_finds_what_is_there_and_nothing_else() -> None:
    rng = np.random.default_rng(5)
    told: dict[str, list[str]] = {"even": [], "falls": [], "rises": [], "peaks": [], "dips": []}
    powers = {"even": (0.0, 0.0), "falls": (-0.4, 0.0), "rises": (0.4, 0.0), "peaks": (0.0, -0.4), "dips": (0.0, 0.4)}
    tenfold = []
    for _ in range(20):
        followers = 10 ** rng.uniform(3, 6, 150)
        x = np.log(followers / 10**4.5)
        for shape, (slope, bend) in powers.items():
            mean = np.exp(slope * x + bend * (x**2 - 4) / 2)
            draws = mean * rng.lognormal(0.0, 0.7, 150) * rng.gamma(20.0, 1 / 20, (60, 150))
            found = curve("per_1000", followers, draws, rng=rng)
            told[shape].append(found.shape)
            if shape == "falls":
                tenfold.append(found.tenfold_low < 10**-0.4 < found.tenfold_high)
    assert told["even"].count("no evidence") >= 17
    for shape in ("falls", "rises", "peaks", "dips"):
        assert told[shape].count(shape) >= 18, told[shape]
    assert np.mean(tenfold) >= 0.75
    assert (found.points["low"] <= found.points["value"]).all()
    assert (found.points["value"] <= found.points["high"]).all()


def test_few_creators_have_no_curve() -> None:
    followers = np.append(np.geomspace(1e3, 1e5, LEAST - 1), [np.nan, 0.0])
    found = curve("per_1000", followers, np.ones((1, LEAST + 1)), rng=np.random.default_rng(0))
    assert (found.shape, found.people, len(found.points)) == ("too few", LEAST - 1, 0)


def test_a_groups_name_is_worded_in_sentences_and_plain_in_data() -> None:
    name = pickle.loads(pickle.dumps(GroupName("deal", "unpaid")))
    assert (name, f"{name}") == ("unpaid", "unpaid posts")
    with speaking("vi"):
        assert f"{name}" == "bài không trả phí"
    assert f"{GroupName('kind', 'Review')}" == "Review"


# ---------------------------------------------------------------------------------------------------------- with credit


def test_credit_of_each_grouping_adds_up_and_all_posts_have_the_totals_interval() -> None:
    _, result = made(0)
    assert result.groups is not None
    told, total = result.groups.table, result.drivers.total
    for by in GROUPINGS:
        assert rows(told, by)["driven"].sum() == pytest.approx(total["driven"])
        assert rows(told, by)["posts"].sum() == pytest.approx(len(result.tables.shares))
        assert rows(told, by)["driven_value"].sum() == pytest.approx(result.people["driven_value"].sum())
    for low, middle, high in (("driven_low", "driven", "driven_high"), ("per_1000_low", "per_1000", "per_1000_high")):
        assert (told[low] <= told[middle]).all()
        assert (told[middle] <= told[high]).all()
    work = result.drivers.workings
    assert work is not None
    everything = split(
        work.exposure, work.draws, by_post(work.exposure, work.fit), np.ones((len(work.exposure.shares), 1)),
        identifiable=result.drivers.people["identifiable"], total=total, rng=np.random.default_rng(0),
    ).loc[0]  # fmt: skip
    assert everything["exposed"] == pytest.approx(work.fit.exposed.sum(), rel=1e-6)
    for end in ("driven_low", "driven_high"):
        assert everything[end] == pytest.approx(total[end], rel=0.05)  # the total looks at more draws


def test_money_per_conversion_is_cost_over_what_the_same_posts_drove() -> None:
    world, result = made(0)
    assert result.groups is not None
    work = result.drivers.workings
    assert work is not None
    of = pd.Series(by_post(work.exposure, work.fit)["driven"], index=work.exposure.shares["share_id"].to_numpy())
    shares, creators = world.tables.shares, world.tables.creators.set_index("creator_id")
    cost, driven = 0.0, 0.0
    for person, posts in shares[shares["deal"].eq("fee")].groupby("person_id"):
        cost += creators.loc[person, "cost"] * posts["campaign_id"].nunique()
        driven += of[posts["share_id"]].sum()
    paid = rows(result.groups.table, "deal").loc["paid"]
    assert paid["cost"] == pytest.approx(cost)
    assert paid["cost_per_driven"] == pytest.approx(cost / driven)
    assert paid["cost_per_driven_low"] < paid["cost_per_driven"] < paid["cost_per_driven_high"]
    assert paid["priced_posts"] == shares["deal"].eq("fee").sum()


def test_reach_counts_a_person_once() -> None:
    world, result = made(0)
    assert result.groups is not None
    sharers = world.tables.creators.merge(world.tables.shares, left_on="creator_id", right_on="person_id")
    for platform, some in sharers.groupby("platform"):
        seen = world.tables.follows[world.tables.follows["followed_id"].isin(some["creator_id"])]
        row = rows(result.groups.table, "platform").loc[str(platform)]
        assert row["reach"] == seen["follower_id"].nunique()
        assert row["people"] == some["creator_id"].nunique()


def test_intervals_hold_what_was_planted() -> None:
    """By size, platform and role, over a few worlds: nine of ten are promised, a few less may come of so few."""
    inside = []
    for seed in SEEDS:
        world, result = made(seed)
        assert result.groups is not None
        planted = world.truth.set_index("person_id")["driven"]
        people = result.people.set_index("person_id").reindex(planted.index)
        weights = people[["influencer", "ugc", "advocate"]].fillna(0.0)
        truth = {("role", role): float((planted * weights[role]).sum()) for role in weights}
        for by, key in (("platform", people["platform"]), ("tier", find_tiers().of(people["followers"]))):
            truth |= {(by, str(group)): float(driven.sum()) for group, driven in planted.groupby(key)}
        told = result.groups.table.set_index(["by", "group"])[["driven_low", "driven_high"]].T.to_dict("list")
        inside += [told[key][0] <= truth[key] <= told[key][1] for key in truth if key in told]
    assert len(inside) > 24
    assert np.mean(inside) >= 0.8


def test_again_is_the_same_and_nobody_is_changed() -> None:
    _, result = made(1)
    before = result.people.copy(), result.tables.shares.copy()
    one, other = groups(result, seed=4), groups(result, seed=4)
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    assert one.notes == other.notes
    for old, new in zip(before, (result.people, result.tables.shares), strict=True):
        pd.testing.assert_frame_equal(old, new, check_exact=True)


def test_where_nothing_is_driven_nothing_is_compared() -> None:
    world = make("null", people=1500, creators=40, campaigns=4, seed=2)
    with few_sweeps():
        result = map_tables(world.tables, backtest=False)
    assert result.groups is not None
    assert (result.groups.table["driven_low"] == 0).all()
    assert not {"groups.driven-rises", "groups.driven-falls", "groups.alike"} & {
        note.id for note in result.groups.notes
    }
    assert [one.measure for one in result.groups.curves] == ["engagement_followers"]


# -------------------------------------------------------------------------------------------------------------- showing


def test_the_report_has_the_block_in_every_language_and_nobodys_name_is_in_it() -> None:
    _, result = made(0)
    assert result.groups is not None
    buyers = set(result.people.loc[~result.people["is_creator"], "person_id"])
    for language in LANGUAGES:
        with speaking(language):
            block = block_of_groups(result, "creators")
            assert block is not None
            assert block.title == say("reports.groups-title")
            tables = {part.id for part in block.parts if part.kind == "table"}
            assert {"groups-tier", "groups-role", "groups-deal", "percentiles"} <= tables
            assert all(say(note.id, **note.numbers) for note in result.groups.notes)
    assert not set(as_csv(result.groups.table).replace("\n", ",").split(",")) & buyers
    assert performance_by_followers(result).to_dict()["title"]
    assert performance_by_followers(replace(result, groups=None)) is None


def test_public_videos_and_rankings_as_they_are(shared_data: Path) -> None:
    """Engagement by size of real accounts: every tier is there, and smaller ones are not always better."""
    videos = read(shared_data / "tiktok_videos_2020")
    assert videos.faults.empty
    told = rows(groups(videos).table, "tier")
    assert told.loc[["nano", "micro", "mid", "macro", "mega"], "people"].sum() == 1794
    rate = told.loc[["nano", "micro", "mid", "macro", "mega"], "engagement_followers"]
    assert rate.between(0.01, 0.05).all()
    assert told["posts"].sum() == 50_124
    ranking = groups(read(shared_data / "creators_top1000_2022"))
    platform = rows(ranking.table, "platform")
    assert (platform.loc[["instagram", "tiktok", "youtube"], "people"] > 1_000).all()
    assert platform["driven"].isna().all()
    assert "groups.averages" in [note.id for note in ranking.notes]


def test_sums_by_group_are_a_product_of_matrices() -> None:
    rng = np.random.default_rng(4)
    values, weights = rng.random((3, 40)), rng.random((40, 5)) * (rng.random((40, 5)) < 0.4)
    assert by_group(values, weights) == pytest.approx(values @ weights)
    assert by_group(values[0], csr_array(weights)) == pytest.approx(values[0] @ weights)
    assert by_group(values, weights)[0].tolist() == by_group(values[0], weights).tolist()


def test_a_post_of_nobody_changes_nothing() -> None:
    creators = table("creators", creator_id=["a", "b"], followers=[100, 5_000], platform=["x", "y"])
    known = {"share_id": ["1", "2", "3"], "person_id": ["b", "a", "b"], "likes": [5, 7, 9]}
    shares = table("shares", **known, shared_at=["2026-01-01"] * 3)
    stray = table("shares", share_id=["0"], person_id=[None], shared_at=["2026-01-01"], likes=[1_000])
    one, other = (
        groups(Tables(creators=creators, shares=rows)).table
        for rows in (shares, pd.concat([stray, shares], ignore_index=True))
    )
    pd.testing.assert_frame_equal(one, other)
