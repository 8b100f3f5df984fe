"""Signals of inflated numbers are those of slow loops, whatever the order of rows, names and times."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inflated import START, WEEKS, doubled, exports

from influence_graph import authenticity
from influence_graph.people.authenticity.peers import against_peers
from influence_graph.tables.schema import Tables


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
