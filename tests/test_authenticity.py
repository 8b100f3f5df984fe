"""Signals of inflated numbers: by hand, against a slow reference, and on accounts that were planted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import example, given, settings
from hypothesis import strategies as st

from influence_graph import authenticity, down_weight
from influence_graph.errors import TablesError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.people.authenticity import LOOK, PEOPLE, said
from influence_graph.people.authenticity.peers import against_peers
from influence_graph.tables.schema import Tables
from influence_graph.views.report.authenticity import authenticity as block_of_accounts
from influence_graph.world import World, make

START = pd.Timestamp("2026-01-05", tz="UTC")
WEEKS = 20


@cache
def world(seed: int) -> World:
    return make("inflated", people=2500, creators=120, campaigns=6, seed=seed)


def exports(**paths: Any) -> Tables:
    """Twelve alike accounts with a history and weekly posts; `paths` are the followers of some, week by week."""
    rng = np.random.default_rng(2)
    ids = [f"c{i:02}" for i in range(12)]
    usual = {who: 20_000.0 * 1.005 ** np.arange(WEEKS) * np.exp(0.004 * rng.standard_normal(WEEKS)) for who in ids}
    usual |= {who: np.asarray(path, dtype=float) for who, path in paths.items()}
    at = START + pd.to_timedelta(7 * np.arange(WEEKS), unit="D")
    history = [(who, day, size) for who, path in usual.items() for day, size in zip(at, path, strict=True)]
    creator, day, size = zip(*history, strict=True)
    views = np.round(5_000.0 * rng.lognormal(0.0, 0.3, len(history)))
    return Tables(
        creators=table(
            "creators", creator_id=ids, platform=["tiktok"] * 12, followers=[path[-1] for path in usual.values()]
        ),
        followers=table("followers", creator_id=creator, at=day, followers=size, following=[300.0] * len(history)),
        shares=table(
            "shares", share_id=[f"s{i}" for i in range(len(history))], person_id=creator, shared_at=day, views=views,
            likes=np.round(views * 0.05), comments=np.round(views * 0.004),
        ),
    )  # fmt: skip


def of(tables: Tables, who: str) -> dict[Any, Any]:
    found = authenticity(tables).people
    return found[found["person_id"].eq(who)].to_dict("records")[0]


def doubled(*, back: float = 0.0) -> np.ndarray:
    """Followers who double from the tenth week to the eleventh; a part of the gain is lost again."""
    path = np.full(WEEKS, 20_000.0)
    path[10:] += 20_000.0 * (1.0 - back * (1.0 - np.exp(-np.arange(WEEKS - 10) / 2.0)))
    return path


# -------------------------------------------------------------------------------------------------------------- by hand


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


# ----------------------------------------------------------------------------------------------------- slow and general


@given(st.lists(st.tuples(st.floats(-5, 5), st.sampled_from("aaab")), min_size=1, max_size=40))
def test_deviations_are_those_of_a_slow_median(rows: list[tuple[float, str]]) -> None:
    values, labels = (pd.Series(list(column)) for column in zip(*rows, strict=True))
    everybody = pd.Series("all", index=values.index)
    told = against_peers(values, [labels, everybody])
    for place, (value, label) in enumerate(rows):
        mine = [each for each, other in rows if other == label]
        peers = mine if len(mine) >= 20 else [each for each, _ in rows]
        if len(peers) < 8:
            assert np.isnan(told["deviation"][place])
            continue
        middle = median(peers)
        spread = max(1.4826 * median(abs(each - middle) for each in peers), 0.05)
        assert told["typical"][place] == pytest.approx(middle)
        assert told["deviation"][place] == pytest.approx((value - middle) / spread, abs=1e-9)


def slow_growth(rows: list[tuple[float, float]]) -> tuple[float, list[float]]:
    """The log of the largest growth in a fortnight beyond the usual, and the part that was lost of each such, by loops.

    One step is as usual as can be: where it follows on the largest growth, both together are as large.
    """
    pace = median(np.log(b / a) / (t - s) for (s, a), (t, b) in pairwise(rows))
    all_grown, lost = [], []
    for i, (day, size) in enumerate(rows):
        j = min((k for k in range(i) if rows[k][0] >= day - 14), default=max(i - 1, 0))
        then, before = rows[j]
        grown = np.log(size / before) - pace * (day - then)
        least = min(each for _, each in rows[i:])
        all_grown.append(grown)
        lost.append((size - least) / (size - before) if size > before else np.nan)
    return max(all_grown), [each for grown, each in zip(all_grown, lost, strict=True) if grown > max(all_grown) - 1e-9]


@settings(max_examples=12)
@example([[(1, 100)] * 4, [(1, 1070), (1, 3060), (7, 8500), (1, 100)]])
@given(st.lists(st.lists(st.tuples(st.integers(1, 9), st.integers(100, 9_000)), min_size=4, max_size=12), min_size=1))
def test_growth_is_that_of_a_slow_loop(histories: list[list[tuple[int, int]]]) -> None:
    rows = []
    for number, steps in enumerate(histories):
        days = np.cumsum([gap for gap, _ in steps])
        at = [START + pd.Timedelta(days=int(day)) for day in days]
        rows += [(f"c{number:03}", when, float(n)) for when, (_, n) in zip(at, steps, strict=True)]
    creator, at, size = zip(*rows, strict=True)
    ids = sorted(set(creator))
    tables = Tables(
        creators=table("creators", creator_id=ids, followers=[1_000.0] * len(ids)),
        followers=table("followers", creator_id=creator, at=at, followers=size),
    )
    told = authenticity(tables).people.set_index("person_id")
    for number, steps in enumerate(histories):
        days = np.cumsum([gap for gap, _ in steps])
        grown, lost = slow_growth([(float(d), float(n)) for d, (_, n) in zip(days, steps, strict=True)])
        row = told.loc[f"c{number:03}"]
        assert np.log(row["growth"]) == pytest.approx(grown, abs=1e-9)
        told_of = lost if grown >= np.log(1.15) else [np.nan]
        assert any(row["decay"] == pytest.approx(each, nan_ok=True) for each in told_of)


def slow_watched(tables: Tables) -> dict[str, tuple[float, float]]:
    """Of each account, the ratio of what a post gets for each follower, and that fall in its errors, by loops."""
    sides, scatter, ends = {}, {}, {}
    for who in tables.creators["creator_id"]:
        history = tables.followers[tables.followers["creator_id"].eq(who)]
        times, sizes = history["at"].tolist(), history["followers"].tolist()
        ends[who] = np.log(max(sizes) / min(sizes))
        few, many = [], []
        for at, views in tables.shares.loc[tables.shares["person_id"].eq(who), ["shared_at", "views"]].to_numpy():
            size = min(zip(times, sizes, strict=True), key=lambda row: abs(row[0] - at))[1]
            (many if size > np.sqrt(max(sizes) * min(sizes)) else few).append(np.log(views / size))
        sides[who] = few, many
        parted = [(each - median(side)) ** 2 for side in (few, many) if side for each in side]
        scatter[who] = np.sqrt(sum(parted) / len(parted))
    told = {}
    for who, (few, many) in sides.items():
        if min(len(few), len(many)) < 2:
            told[who] = np.nan, np.nan
            continue
        spread = np.sqrt(np.pi / 2 * (1 / len(few) + 1 / len(many))) * max(scatter[who], median(scatter.values()))
        fallen = median(few) - median(many)
        told[who] = np.exp(-fallen), min(fallen, ends[who]) / np.hypot(spread, 0.2)
    return told


def test_what_a_post_gets_for_each_follower_is_that_of_a_slow_loop() -> None:
    tables = exports(c03=doubled(), c07=doubled(back=0.3), c08=20_000.0 * 1.06 ** np.arange(WEEKS))
    found = authenticity(tables).people.set_index("person_id")
    slow = slow_watched(tables)
    for who, (value, errors) in slow.items():
        assert found["watched"][who] == pytest.approx(value, nan_ok=True)
        if who == "c08":  # slow growth, of which nothing is sudden
            assert found["growth_strength"][who] == 0.0
            assert found["watched_strength"][who] == pytest.approx(np.clip((errors - 2.0) / 3.0, 0.0, 1.0))
        if who == "c03":
            whole = np.clip((errors - 1.0) / 2.0, 0.0, 1.0)  # less what chance views at the time explain
            assert 0.9 * whole <= found["watched_strength"][who] <= whole + 1e-9


@settings(max_examples=4)
@given(seed=st.integers(0, 9), days=st.integers(-500, 500))
def test_order_of_rows_names_and_times_change_nothing(seed: int, days: int) -> None:
    tables = exports(c03=doubled(back=0.3))
    rng = np.random.default_rng(seed)
    later = pd.Timedelta(days=days)
    names = {who: f"z{99 - int(who[1:])}" for who in tables.creators["creator_id"]}

    def moved(name: str, person: str, at: str = "") -> pd.DataFrame:
        frame = tables[name].iloc[rng.permutation(len(tables[name]))].reset_index(drop=True)
        frame = frame.assign(**{person: frame[person].map(names).astype("str")})
        return frame.assign(**{at: frame[at] + later}) if at else frame

    other = replace(
        tables,
        creators=moved("creators", "creator_id"),
        followers=moved("followers", "creator_id", "at"),
        shares=moved("shares", "person_id", "shared_at"),
    )
    one, two = (authenticity(each).people.set_index("person_id") for each in (tables, other))
    numbers = one.select_dtypes("number").rename(index=names).sort_index()
    pd.testing.assert_frame_equal(numbers, two.select_dtypes("number").sort_index())


# -------------------------------------------------------------------------------------------------------------- planted


def ranked(score: pd.Series, truth: pd.Series) -> float:
    """The chance that somebody who is, scores above somebody who is not."""
    rank, n = score.rank(), int(truth.sum())
    return float((rank[truth].sum() - n * (n + 1) / 2) / (n * (len(truth) - n)))


def test_inflated_accounts_stand_out_and_viral_ones_do_not() -> None:
    """Three seeds here; twenty, of 150 creators each: ROC-AUC 0.98 on average, 1 of 445 viral ones looked at."""
    areas, looked = [], []
    for seed in range(3):
        found = authenticity(world(seed).tables).people.merge(world(seed).truth, on="person_id")
        assert list(found.columns[: len(PEOPLE)]) == list(PEOPLE)
        areas.append(ranked(-found["weight"], found["account"].eq("inflated")))
        looked.append(found.loc[found["account"].ne("inflated"), "weight"].lt(LOOK).mean())
        assert found.loc[found["account"].eq("viral"), "growth"].median() > 1.2, "they did grow"
    assert np.mean(areas) >= 0.9
    assert max(looked) <= 0.05


def bought(seed: int, *, times: float, accounts: int = 80) -> tuple[Tables, pd.Series]:
    """Accounts of all sizes with weekly posts: every fifth bought followers at once, every other fifth went viral.

    Engagement and views for each follower differ by half from account to account and from post to post; a third of the
    views go to who came by a viral post.
    """
    rng = np.random.default_rng([seed, 8])
    ids = [f"a{i:02}" for i in range(accounts)]
    kind = np.array([("bought", "viral", "genuine", "genuine", "genuine")[i % 5] for i in range(accounts)])
    week, start = np.arange(WEEKS), rng.integers(5, 15, accounts)[:, None]
    usual = np.exp(rng.normal(9.5, 1.0, (accounts, 1)) + np.cumsum(rng.normal(0.005, 0.003, (accounts, WEEKS)), axis=1))
    rise = np.where(week >= start, rng.uniform(1.5, 3.0, (accounts, 1)), 1.0)
    size = usual * np.where(kind[:, None] == "bought", np.where(week >= start, times, 1.0), 1.0)
    size *= np.where(kind[:, None] == "viral", rise, 1.0)
    seen = usual * np.where(kind[:, None] == "viral", rise, 1.0) * rng.lognormal(-1.0, 0.35, (accounts, 1))
    views = np.round(seen * rng.lognormal(0.0, 0.5, seen.shape))
    went = (kind[:, None] == "viral") & (week == start - 1)
    views = np.where(went, usual * rng.uniform(8.0, 30.0, usual.shape), views)
    likes = np.round(views * rng.lognormal(-2.4, 0.35, (accounts, 1)) * rng.lognormal(0.0, 0.3, views.shape))
    who, at = np.repeat(ids, WEEKS), np.tile(START + pd.to_timedelta(7 * week, unit="D"), accounts)
    tables = Tables(
        creators=table("creators", creator_id=ids, platform=["tiktok"] * accounts, followers=size[:, -1]),
        followers=table("followers", creator_id=who, at=at, followers=np.round(size).ravel()),
        shares=table(
            "shares", share_id=[f"s{i}" for i in range(who.size)], person_id=who, shared_at=at, views=views.ravel(),
            likes=likes.ravel(), comments=np.round(0.03 * likes).ravel(),
        ),
    )  # fmt: skip
    return tables, pd.Series(kind, index=ids)


def test_moderate_purchases_are_told_from_going_viral_and_every_weight_says_why() -> None:
    """Three followers for each real one in most cases; half as many again not, which is what it can't see."""
    looked = {}
    for times in (1.5, 3.0):
        weights, kinds = [], []
        for seed in range(3):
            tables, kind = bought(seed, times=times)
            found = authenticity(tables).people.set_index("person_id").loc[kind.index]
            assert ranked(-found["weight"], kind.eq("bought")) >= (0.9 if times > 2 else 0.8)
            for row in found.to_dict("records"):
                assert bool(said(row)) == (row["weight"] < 1.0)
            weights.append(found["weight"])
            kinds.append(kind)
        looked[times] = pd.concat(weights).lt(LOOK).groupby(pd.concat(kinds).to_numpy()).mean()
        assert looked[times]["viral"] <= 0.05
        assert looked[times]["genuine"] <= 0.02
    assert looked[3.0]["bought"] > 0.6 > looked[1.5]["bought"]


def test_how_many_followers_have_to_be_bought_until_posts_show_it_is_told() -> None:
    """Twice the robust spread of peers: by hand, of rates that stand apart by known logs."""
    logs = np.repeat(np.linspace(-1.0, 1.0, 21), 2)[:40]
    ids = [f"a{i:02}" for i in range(40)]
    shares = table(
        "shares", share_id=ids, person_id=ids, shared_at=[START] * 40, likes=1_000.0 * np.exp(logs), views=[np.nan] * 40
    )
    tables = Tables(
        creators=table("creators", creator_id=ids, platform=["x"] * 40, followers=[20_000.0] * 40), shares=shares
    )
    (note,) = (note for note in authenticity(tables).notes if note.id == "authenticity.least")
    spread = 1.4826 * median(abs(each - median(logs)) for each in logs)
    assert note.numbers["times"] == pytest.approx(np.exp(2.0 * spread), rel=1e-6)


def test_the_report_lists_whom_to_look_at_again_by_what_stands_out() -> None:
    whole = authenticity(world(1).tables)
    found = whole.people
    for language in LANGUAGES:
        with speaking(language):
            block = block_of_accounts(SimpleNamespace(authenticity=whole), "creators")
            assert block is not None
            (rows,) = (part.rows for part in block.parts if part.kind == "table")
            assert len(rows) == found["weight"].lt(LOOK).sum()
            first = found.iloc[0].to_dict()
            assert rows[0].cells[0].text == first["name"]
            assert rows[0].cells[3].text == said(first)[0]
    assert block_of_accounts(SimpleNamespace(authenticity=None), "creators") is None
    silent = Tables(creators=table("creators", creator_id=["a"], followers=[10.0]))
    assert block_of_accounts(SimpleNamespace(authenticity=authenticity(silent)), "creators") is None


def test_a_world_without_bought_followers_is_let_alone() -> None:
    told = down_weight(make("influence", people=2000, creators=100, campaigns=4, seed=6).tables)
    assert told.lt(LOOK).mean() <= 0.02
    assert told.mean() > 0.97


def test_planted_histories_are_what_they_say() -> None:
    made = world(0)
    history, truth = made.tables.followers, made.truth.set_index("person_id")
    ends = history.sort_values("at").groupby("creator_id")["followers"].last()
    declared = made.tables.creators.set_index("creator_id")["followers"]
    assert (ends == declared[ends.index]).all()
    assert set(truth["account"].dropna()) == {"genuine", "inflated", "viral"}
    bots = made.tables.follows["follower_id"].str.startswith("b")
    assert (truth["account"][made.tables.follows.loc[bots, "followed_id"]].eq("inflated")).mean() > 0.6
    again = make("inflated", people=2500, creators=120, campaigns=6, seed=0)
    pd.testing.assert_frame_equal(history, again.tables.followers, check_exact=True)


def test_real_accounts_of_which_it_is_known(shared_data: Path) -> None:
    """Without training, by profile and followings alone: the count of signals and the weight, on both parts."""
    areas = {}
    for part in ("train", "test"):
        rows = pd.read_csv(shared_data / "instagram_fake_genuine" / f"instagram_fake_genuine_{part}.csv")
        ids, size = [f"a{i}" for i in range(len(rows))], rows["#followers"].astype(float)
        page = {name: rows[name].tolist() for name in ("profile pic", "description length", "#posts")}
        tables = Tables(
            creators=table("creators", creator_id=ids, followers=size, **page),
            followers=table(
                "followers", creator_id=ids, at=[START] * len(ids), followers=size, following=rows["#follows"]
            ),
        )  # fmt: skip
        found = authenticity(tables).people.set_index("person_id").loc[ids].reset_index()
        fake = rows["fake"].eq(1)
        areas[part] = ranked(found["signals"], fake), ranked(-found["weight"], fake)
        assert found.loc[~fake, "weight"].lt(LOOK).mean() < 0.05
    assert areas["train"][0] > 0.88 and areas["test"][0] > 0.83
    assert areas["train"][1] > 0.92 and areas["test"][1] > 0.91
