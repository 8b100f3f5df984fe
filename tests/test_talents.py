"""Talents: hidden ones are found where followers don't show them, nobody where all are alike, and what is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import poisson, rankdata
from tiny import few_sweeps

from influence_graph.cli.output import draw
from influence_graph.cli.talents import _answer
from influence_graph.drivers import Drivers
from influence_graph.folder import write
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.measures import audience, core_number, pagerank
from influence_graph.network import Network, build
from influence_graph.programme.mapped import Programme
from influence_graph.programme.talents import TALENTS, Talents, talents
from influence_graph.programme.talents.growth import growth, steady_growth
from influence_graph.programme.talents.sentences import fact
from influence_graph.programme.talents.shrink import least, shrunk, shrunk_means
from influence_graph.programme.talents.signs import KINDS as SIGNS
from influence_graph.programme.talents.signs import known, outside
from influence_graph.tables.schema import Tables
from influence_graph.views.report import report
from influence_graph.world import make
from influence_graph.world.scouting import KINDS, scout

BEST, SEEDS = 20, 5


def unfitted(tables: Tables) -> Programme:
    """A programme of which nothing was driven: talents rest on what people do."""
    network = build(tables)
    who = pd.concat([tables.creators["creator_id"], tables.shares["person_id"], tables.conversions["person_id"]])
    people = pd.DataFrame({"person_id": np.sort(who.dropna().unique())})
    nodes = network.nodes.reindex(people["person_id"])
    people["name"] = None
    people["is_creator"] = people["person_id"].isin(tables.creators["creator_id"])
    people["followers"] = nodes["followers"].to_numpy()
    people["audience"] = pd.Series(audience(network), index=network.nodes.index).reindex(people["person_id"]).to_numpy()
    people["community"] = pd.array([pd.NA] * len(people), dtype="Int64")
    empty = pd.DataFrame()
    return Programme(people, network, tables, Drivers(empty, empty, empty, empty, empty, {}), empty)


@dataclass(frozen=True)
class Scouted:
    """A world, its talents, and what was found."""

    tables: Tables
    hidden: pd.DataFrame
    found: Talents


@cache
def scouted(seed: int, hidden: int = 30) -> Scouted:
    tables, truth = scout(seed=seed, talents=hidden)
    return Scouted(tables, truth, talents(unfitted(tables)))


@cache
def mapped() -> MapResult:
    world = make("demo", people=900, creators=25, campaigns=3, seed=3)
    with few_sweeps():
        return map_tables(world.tables, backtest=False)


# ------------------------------------------------------------------------------------------------------ planted worlds


def test_hidden_talents_are_found_where_followers_do_not_show_them() -> None:
    right, by_followers = [], []
    for seed in range(SEEDS):
        world = scouted(seed)
        for kind in KINDS:
            best = world.found.table[world.found.table["kind"].eq(kind)].head(BEST)["person_id"]
            right.append(best.isin(world.hidden.loc[world.hidden["kind"].eq(kind), "person_id"]).mean())
        latest = world.tables.followers.sort_values("at").drop_duplicates("creator_id", keep="last")
        large = latest[latest["creator_id"].str.startswith("t")].nlargest(BEST, "followers")["creator_id"]
        by_followers.append(large.isin(world.hidden["person_id"]).mean())
    assert np.mean(by_followers) <= 0.35, by_followers
    assert np.mean(right) >= 0.9
    assert min(right) >= 0.7, right


def test_where_all_are_alike_there_is_no_evidence() -> None:
    none = [not scouted(seed, 0).found.table["clear"].any() for seed in range(SEEDS)]
    assert sum(none) >= SEEDS - 1, none
    told = {note.id for note in scouted(0, 0).found.notes}
    assert told == {"talents.none-clear"}


def test_who_is_clear_is_a_talent() -> None:
    for seed in range(SEEDS):
        world = scouted(seed)
        clear = world.found.table[world.found.table["clear"].astype(bool)]
        assert clear["person_id"].isin(world.hidden["person_id"]).mean() > 0.95
        assert set(clear["kind"]) == set(KINDS)


def test_bought_followers_make_nobody_rise() -> None:
    """In these worlds the loud gained as much in a day as others in five months."""
    world = scouted(1)
    rising = world.found.table[world.found.table["kind"].eq("rising") & world.found.table["clear"].astype(bool)]
    assert rising["person_id"].isin(world.hidden.loc[world.hidden["kind"].eq("rising"), "person_id"]).all()


# ---------------------------------------------------------------------------------------------------------- the pieces


def test_outside_is_who_was_never_paid() -> None:
    shares = table(
        "shares", share_id=list("abcde"), person_id=["hired", "hired", "free", "fan", "untold"],
        shared_at=["2024-01-01"] * 5, deal=["fee", "none", "none", None, None],
    )  # fmt: skip
    creators = table("creators", creator_id=["hired", "free", "untold", "silent"])
    bought = table("conversions", conversion_id=["1"], person_id=["buyer"], converted_at=["2024-01-02"])
    result = unfitted(Tables(shares=shares, creators=creators, conversions=bought))
    ids = known(result)
    assert sorted(ids[outside(result, ids)]) == ["buyer", "fan", "free"]


@given(k=st.integers(1, 60))
def test_the_cautious_end_of_a_count_is_poissons(k: int) -> None:
    low = least(pd.Series([float(k)])).iloc[0]
    assert poisson.sf(k - 1, low) == pytest.approx(0.05, abs=1e-6)


def test_rates_are_drawn_to_the_usual_and_intervals_hold_them() -> None:
    inside, better = [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        truth = rng.gamma(1.5, 2e-3, 400)
        exposed = rng.lognormal(6.0, 1.0, 400)
        counts = rng.poisson(truth * exposed).astype(float)
        rate, low, high = shrunk(counts, exposed)
        inside.append(((low <= truth) & (truth <= high)).mean())
        better.append(np.mean((rate - truth) ** 2) / np.mean((counts / exposed - truth) ** 2))
    assert 0.86 <= np.mean(inside) <= 0.94, inside
    assert np.mean(better) < 0.8
    none = shrunk(np.zeros(3), np.array([10.0, 0.0, np.nan]))[0]
    assert none[0] == 0
    assert np.isnan(none[1:]).all()


def test_means_of_few_posts_are_drawn_to_none() -> None:
    values = pd.Series([1.0, 1.2, 0.8, 1.1, 0.9, 1.0, 2.0, -0.4, 0.2, 0.1])
    person = pd.Series(["many"] * 6 + ["once", "two", "two", "two"])
    told = shrunk_means(values, person)
    assert 0 < told.loc["many", "low"] < told.loc["many", "mean"] < 1
    assert told.loc["once", "mean"] < 2
    assert told.loc["many", "mean"] / 1.0 > told.loc["once", "mean"] / 2.0


months = st.lists(st.floats(-0.3, 0.3), min_size=5, max_size=9)


@settings(max_examples=12)
@given(steps=months)
def test_steady_growth_is_the_median_step_with_its_sign_test(steps: list[float]) -> None:
    at = pd.Series(
        pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(30.4375 * np.arange(len(steps) + 1), unit="D")
    )
    counts = pd.Series(np.expm1(np.concatenate([[8.0], 8.0 + np.cumsum(steps)])))
    who = pd.Series(["a"] * len(counts))
    told = steady_growth(counts, at, who).loc["a"]
    assert told["growth"] == pytest.approx(np.median(steps), abs=1e-9)
    n = len(steps)
    chance = np.cumsum([_ways(n, k) / 2**n for k in range(n + 1)])
    below = int((chance <= 0.05).sum())
    assert told["low"] == pytest.approx(sorted(steps)[below - 1], abs=1e-9)
    moved = steady_growth(counts, at + pd.Timedelta(days=400), who).loc["a"]
    assert moved["growth"] == pytest.approx(told["growth"])


def _ways(n: int, k: int) -> int:
    from math import comb

    return comb(n, k)


def test_growth_is_the_slope_of_the_logarithm() -> None:
    at = pd.Series(pd.date_range("2024-01-01", periods=6, freq="30D", tz="UTC"))
    exact = growth(pd.Series(np.expm1(3 + 0.1 * 30 / 30.4375 * np.arange(6))), at, pd.Series(["a"] * 6))
    assert exact.loc["a"].tolist() == pytest.approx([0.1, 0.1])
    x, y = np.arange(6.0) * 30 / 30.4375, np.array([1.0, 3.0, 2.0, 5.0, 4.0, 6.0])
    told = growth(pd.Series(np.expm1(y)), at, pd.Series(["a"] * 6)).loc["a"]
    slope, _ = np.polyfit(x, y, 1)
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    error = np.sqrt((rest**2).sum() / 4 / ((x - x.mean()) ** 2).sum())
    assert told.tolist() == pytest.approx([slope, slope - 2.1318467863 * error])  # Student's t, 4 degrees of freedom
    assert growth(pd.Series([1.0, 2.0]), at[:2], pd.Series(["a", "a"])).empty


def test_the_order_of_rows_changes_nothing() -> None:
    world = scouted(2)
    mixed = {
        name: world.tables[name].sample(frac=1.0, random_state=1, ignore_index=True)
        for name in ("shares", "followers", "conversions", "touches", "follows")
    }
    again = talents(unfitted(replace(world.tables, **mixed)))
    pd.testing.assert_frame_equal(again.table, world.found.table)


# ------------------------------------------------------------------------------------------------------- what is shown


def test_everybody_has_facts_and_new_reach_is_that_of_nobody_inside() -> None:
    world = scouted(0)
    rows = world.found.table
    assert tuple(rows) == TALENTS
    assert rows["fact_1"].notna().all()
    assert all(a >= b for kind in KINDS for a, b in pairwise(rows.loc[rows["kind"].eq(kind), "score_low"]))
    inside = set(world.tables.creators["creator_id"])
    follows = world.tables.follows
    reached = set(follows.loc[follows["followed_id"].isin(inside), "follower_id"])
    for row in rows.head(10).to_dict("records"):
        mine = set(follows.loc[follows["followed_id"].eq(row["person_id"]), "follower_id"])
        assert (row["reach"], row["reach_new"]) == (len(mine), len(mine - reached))


def test_content_is_ranked_by_what_is_sure() -> None:
    pieces = talents(mapped()).content
    assert pieces["per_1000_low"].is_monotonic_decreasing
    assert (pieces["per_1000_low"] <= pieces["per_1000"]).all()
    assert (pieces["per_1000"] <= pieces["per_1000_high"]).all()
    assert pieces["driven"].sum() <= mapped().drivers.total["driven"] + 1e-6


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_but_creators_is_named(language: str, tmp_path: Path) -> None:
    with speaking(language):
        found = talents(mapped())
        untold = say("talents.sign-referrals")
        result = replace(mapped(), talents=replace(found, table=found.table.assign(unknown=untold)))
        assert result.talents is not None
        ordinary = result.talents.table.loc[~result.talents.table["is_creator"], "person_id"].tolist()
        assert ordinary
        with (tmp_path / "screen.txt").open("w", encoding="utf-8") as screen:
            draw(_answer(result.talents, result, "creators").drawing(), screen)
        told = json.dumps(_answer(result.talents, result, "creators").data["talents"], default=str)
        texts = [(tmp_path / "screen.txt").read_text(encoding="utf-8"), told, report(result)]
        assert not [who for who in ordinary for text in texts if who in text]
        assert all("{" not in say(note.id, **note.numbers) for note in result.talents.notes)
        assert say("reports.talents-title") in texts[2]
        assert say("cli.talent-unknown", unknown=untold) in " ".join(texts[0].split())
        assert say("reports.talents-unknown", unknown=untold) in texts[2]


def test_one_is_worded_as_one_and_the_usual_speaks_for_nobody() -> None:
    nothing = {sign: {"value": 0.0, "low": 0.0} for signs in SIGNS.values() for sign in signs}
    once = {"value": 1.0, "low": 0.05}
    told = nothing | {"months": once, "unpaid": {"value": 2.0, "low": 0.4}, "orders": once}
    expected = ["recommended unpaid in 1 month", "2 posts nobody paid for", "ordered 1 more time"]
    assert fact("advocate", told) == expected
    usual = nothing | {"engagement": {"value": 1.04, "low": 0.8}}
    assert fact("ugc", usual) == [None, None, None]


def test_the_map_writes_talents(tmp_path: Path) -> None:
    write(mapped(), tmp_path)
    rows = pd.read_csv(tmp_path / "talents.csv")
    assert tuple(rows) == TALENTS
    assert rows.loc[~rows["is_creator"], "person_id"].str.startswith("person-").all()
    write(mapped(), tmp_path, names="all")
    named = pd.read_csv(tmp_path / "talents.csv")
    assert named["person_id"].tolist() == talents(mapped()).table["person_id"].tolist()


# ------------------------------------------------------------------------------------------------------------ real data


def test_position_tells_of_twitch_partners_what_views_do_not(shared_data: Path) -> None:
    """Learnt on six countries, judged on the seventh: how likely its partners were, with views and with position."""
    folder = shared_data / "twitch_musae"
    countries = ("DE", "ENGB", "ES", "FR", "PTBR", "RU", "TW")

    def rank(values: np.ndarray) -> np.ndarray:
        return (rankdata(values) - 0.5) / len(values)

    def read(country: str) -> tuple[np.ndarray, np.ndarray]:
        people = pd.read_csv(folder / f"{country}_target.csv").set_index("new_id")
        ties = pd.read_csv(folder / f"{country}_edges.csv").astype(str)
        network = Network.from_edges([*ties["from"], *ties["to"]], [*ties["to"], *ties["from"]])
        at = network.nodes.index.astype(int)
        told = (pd.Series(measure(network), index=at) for measure in (pagerank, audience, core_number))
        stands = [rank(each.reindex(people.index).fillna(0).to_numpy()) for each in told]
        seen = rank(people["views"].to_numpy())
        partner = people["partner"].to_numpy(dtype=float)
        return np.column_stack([np.ones(len(people)), seen, seen**2, *stands]), partner

    def learn(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        def loss(b: np.ndarray) -> float:
            return float((np.logaddexp(0, x @ b) - y * (x @ b)).sum() + 0.05 * (b[1:] ** 2).sum())

        def slope(b: np.ndarray) -> np.ndarray:
            return x.T @ (1 / (1 + np.exp(-x @ b)) - y) + np.concatenate([[0.0], 0.1 * b[1:]])

        return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=slope, method="BFGS").x)

    data = {country: read(country) for country in countries}
    gains = []
    for country, (x, y) in data.items():
        others = [data[other] for other in countries if other != country]
        far, known = np.vstack([x for x, _ in others]), np.concatenate([y for _, y in others])
        views, both = (
            float(np.mean(y * (s := x[:, :columns] @ learn(far[:, :columns], known)) - np.logaddexp(0, s)))
            for columns in (3, 6)
        )
        gains.append(both - views)
    assert sum(gain > 0 for gain in gains) >= 6, gains
    assert np.mean(gains) > 0.0005
