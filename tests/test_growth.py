"""Who moves up a tier and whether persuasion holds: moves by hand, planted worlds, and what can't be told."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tiny import few_sweeps, programme, seen

from influence_graph.cli import answer
from influence_graph.cli.growth import _answer
from influence_graph.cli.output import draw
from influence_graph.drivers.periods import Periods, dated, hold
from influence_graph.errors import ExitCode
from influence_graph.folder import FILES, write
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.programme.groups import find_tiers
from influence_graph.programme.growth import GROWTH, Growth, growth
from influence_graph.programme.growth.moves import counts_of, moves_up
from influence_graph.programme.growth.sentences import tell
from influence_graph.programme.growth.verdict import Verdict, pooled
from influence_graph.tables.schema import Tables
from influence_graph.views.report import report
from influence_graph.views.report.blocks import anchor
from influence_graph.world.growing import grow

START = pd.Timestamp("2026-01-01", tz="UTC")


FALLS, HOLDS = -1.2, 0.0


@cache
def made(power: float) -> tuple[Tables, dict[str, Any], MapResult]:
    """A world of either kind; where persuasion holds as people grow, everybody's falls to half over the months."""
    trend = -0.7 if power == HOLDS else 0.0
    tables, truth = grow(power=power, trend=trend, people=2_500, growers=16, driven=3_600.0, seed=12)
    with few_sweeps():
        return tables, truth, map_tables(tables, backtest=False)


def told(power: float) -> Growth:
    found = made(power)[2].growth
    assert found is not None
    return found


def history(counts: dict[str, list[float]], *, days: float = 7.0) -> pd.DataFrame:
    rows = [(who, START + pd.Timedelta(days=days * i), n) for who, each in counts.items() for i, n in enumerate(each)]
    who, at, followers = zip(*rows, strict=True)
    return table("followers", creator_id=who, at=at, followers=followers)


# --------------------------------------------------------------------------------------------------------------- moves


def slow_moves(counts: dict[str, list[float]]) -> dict[str, tuple[str, str, int]]:
    """Tier at first, tier at last, and the first week from which on all weeks lie above the tier at first."""
    begins = {"nano": 0, "micro": 10_000, "mid": 100_000, "macro": 500_000, "mega": 1_000_000}
    order = list(begins)

    def tier(n: float) -> int:
        return max(place for place, name in enumerate(order) if n >= begins[name])

    found = {}
    for who, each in counts.items():
        first, last = tier(each[0]), tier(each[-1])
        if last > first:
            week = next(w for w in range(len(each)) if all(tier(n) > first for n in each[w:]))
            found[who] = (order[first], order[last], week)
    return found


@settings(max_examples=40)
@given(
    counts=st.dictionaries(
        st.sampled_from("abcdef"),
        st.lists(st.sampled_from([500.0, 9_000.0, 12_000.0, 90_000.0, 120_000.0, 2e6]), min_size=1, max_size=7),
        min_size=1,
    ),
    seed=st.integers(0, 9),
)
def test_moves_are_those_of_the_definition(counts: dict[str, list[float]], seed: int) -> None:
    rows = history(counts)
    found = moves_up(counts_of(rows), find_tiers())
    weeks = ((found["moved_at"] - START) / pd.Timedelta(days=7)).round().astype(int)
    rows_of = zip(found["person_id"], found["from_tier"], found["to_tier"], weeks, strict=True)
    assert {who: (low, high, week) for who, low, high, week in rows_of} == slow_moves(counts)
    mixed = pd.concat([rows, rows]).sample(frac=1.0, random_state=seed)  # rows twice, in any order
    pd.testing.assert_frame_equal(moves_up(counts_of(mixed), find_tiers()), found)
    later = rows.assign(at=rows["at"] + pd.Timedelta(days=100))
    moved = moves_up(counts_of(later), find_tiers())
    assert (moved["moved_at"] - pd.Timedelta(days=100)).tolist() == found["moved_at"].tolist()


def test_a_peak_that_passes_is_no_move_and_growth_is_by_month() -> None:
    counts = {"up": [8_000.0 * 1.1**week for week in range(9)], "peak": [9_000.0] * 4 + [11_000.0] + [9_500.0] * 4}
    found = moves_up(counts_of(history(counts, days=30.4375)), find_tiers())
    assert found["person_id"].tolist() == ["up"]
    assert found["growth"].iloc[0] == pytest.approx(0.1, abs=1e-3)
    assert 0.09 < found["growth_low"].iloc[0] <= found["growth"].iloc[0] + 1e-12


def test_tiers_are_the_users_own() -> None:
    found = moves_up(counts_of(history({"a": [4_000.0, 21_000.0], "b": [30_000.0, 60_000.0]})), find_tiers("narrow"))
    assert found[["person_id", "from_tier", "to_tier"]].to_numpy().tolist() == [["a", "nano", "mid"]]


# ------------------------------------------------------------------------------------------------ before against after


def apart(orders: np.ndarray, exposed: np.ndarray) -> Periods:
    """Orders of each person and period that can have no other cause: an event for each."""
    units = len(orders)
    kept = np.flatnonzero(orders.ravel() > 0)
    return Periods(
        people=np.arange(units),
        posts=np.ones((units, 2)),
        exposed=exposed,
        orders=orders.ravel()[kept].astype(float),
        rest=np.zeros(kept.size),
        ptr=np.arange(kept.size + 1),
        cause=kept,
        weight=np.ones(kept.size),
    )


def test_with_causes_known_ratios_are_those_of_the_counts() -> None:
    orders, exposed = np.array([[400, 900], [250, 300], [100, 90]]), np.full((3, 2), 1e4)
    held = hold(apart(orders, exposed), np.zeros(3, np.int64), 1, rng=np.random.default_rng(0))
    assert held.driven == pytest.approx(np.broadcast_to(orders, held.driven.shape))
    assert np.median(held.ratio, axis=0) == pytest.approx(orders[:, 1] / orders[:, 0], rel=0.1)
    spread = np.log(held.ratio).std(axis=0)  # of a ratio of two Poisson counts
    assert spread == pytest.approx(np.sqrt((1 / orders).sum(axis=1)), rel=0.25)
    expected = orders[:, 1].sum() / orders[:, 0].sum()
    assert np.median(held.pooled) == pytest.approx(expected, rel=0.25)


def test_intervals_hold_what_was_planted() -> None:
    rng = np.random.default_rng(3)
    inside, own = [], []
    for _ in range(12):
        exposed = rng.uniform(500, 2_000, (14, 2))
        rate, ratio = 0.02 * rng.lognormal(0, 0.5, 14), 0.6 * rng.lognormal(0, 0.2, 14)
        orders = rng.poisson(np.column_stack([rate, rate * ratio]) * exposed)
        held = hold(apart(orders, exposed), np.zeros(14, np.int64), 1, rng=rng)
        low, high = np.quantile(held.ratio, [0.05, 0.95], axis=0)
        own += list((low <= ratio) & (ratio <= high))
        low, high = np.quantile(held.pooled[:, 0], [0.05, 0.95])
        whole = (rate * ratio * exposed[:, 1]).sum() / (rate * exposed[:, 1]).sum()
        inside.append(low <= whole <= high)
    assert 0.85 <= np.mean(own) <= 0.97, np.mean(own)
    assert np.mean(inside) >= 0.8, np.mean(inside)


def test_against_those_who_stayed_is_one_over_the_other() -> None:
    drawn = np.column_stack([np.full(100, 0.5), np.full(100, 2.0)])
    by = pooled(drawn, np.array([6, 9])).set_index("who")
    assert by["ratio"].to_dict() == pytest.approx({"moved": 0.5, "stayed": 2.0, "against": 0.25})
    assert (by["sure_low"] < by["low"]).all()
    alone = pooled(np.column_stack([drawn[:, 0], np.full(100, np.nan)]), np.array([6, 0])).set_index("who")
    assert alone["ratio"].to_dict() == pytest.approx({"moved": 0.5, "against": 0.5})


def test_persuasion_that_falls_as_people_grow_is_told_from_one_that_holds() -> None:
    """The sweep over twenty seeds of each is `benchmarks/growth.py`."""
    falls, holds = told(FALLS), told(HOLDS)
    assert falls.verdict == "falls", falls.pooled
    assert holds.verdict in ("holds", "no evidence"), holds.pooled
    against = falls.pooled.set_index("who").loc["against"]
    assert against["sure_low"] <= made(FALLS)[1]["ratio"] <= against["sure_high"]
    for power, found in ((FALLS, falls), (HOLDS, holds)):
        assert set(found.table["person_id"]) == set(made(power)[1]["grown"])


def test_a_season_is_no_growth() -> None:
    by = told(HOLDS).pooled.set_index("who")
    assert by.loc["stayed", "high"] < 1
    assert by.loc["moved", "ratio"] < 1
    assert by.loc["against", "sure_low"] < 1 < by.loc["against", "sure_high"]


def test_the_same_however_tables_are_ordered_and_people_are_called() -> None:
    _, _, result = made(HOLDS)
    again = growth(result, seed=0)
    shuffled = replace(result.tables, followers=result.tables.followers.sample(frac=1.0, random_state=1))
    other = growth(replace(result, tables=shuffled), seed=0)
    pd.testing.assert_frame_equal(again.table, other.table)
    pd.testing.assert_frame_equal(again.pooled, other.pooled)


def test_who_grew_by_a_jump_that_nothing_explains_does_not_count() -> None:
    tables, _, result = made(HOLDS)
    who = told(HOLDS).table["person_id"].iloc[0]
    rows = tables.followers["creator_id"].eq(who)
    late = tables.followers["at"] > tables.followers.loc[rows, "at"].quantile(0.5)
    jumped = tables.followers["followers"].mask(rows, 5_000.0).mask(rows & late, 60_000.0)
    found = growth(replace(result, tables=replace(result.tables, followers=tables.followers.assign(followers=jumped))))
    row = found.table.set_index("person_id").loc[who]
    assert row["sudden"] and not row["counted"]
    assert "growth.sudden" in {note.id for note in found.notes}


# ------------------------------------------------------------------------------------------------------ what is shown


def test_without_evidence_nothing_is_compared() -> None:
    _, _, result = made(HOLDS)
    doubtful = replace(result.drivers, total={**result.drivers.total, "driven_low": 0.0})
    found = growth(replace(result, drivers=doubtful))
    assert found.verdict == "too few"
    assert found.table["ratio"].isna().all()
    bare = growth(replace(result, tables=replace(result.tables, followers=result.tables.followers.head(0))))
    assert (bare.verdict, bare.notes, len(bare.table)) == ("unknown", (), 0)
    still = result.tables.followers.assign(followers=7_000.0)
    nobody = growth(replace(result, tables=replace(result.tables, followers=still)))
    assert nobody.verdict == "nobody"
    assert [note.id for note in nobody.notes] == ["growth.nobody"]


def test_one_follower_count_of_each_is_too_little_and_said_to_be() -> None:
    _, _, result = made(HOLDS)
    latest = result.tables.followers.drop_duplicates("creator_id", keep="last")
    found = growth(replace(result, tables=replace(result.tables, followers=latest)))
    assert (found.verdict, found.notes) == ("unknown", ())
    screen = io.StringIO()
    draw(_answer(found, result, "creators").drawing(), screen)
    assert "at least two counts" in " ".join(screen.getvalue().split())


def counted(n: int) -> pd.DataFrame:
    rows = pd.DataFrame({"person_id": [f"c{i}" for i in range(n)], "name": None, "is_creator": True, "counted": True})
    return rows.assign(sudden=False, from_tier="nano", to_tier="micro", followers=2e4, followers_first=5e3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("stayed", "verdict"), [(9, "holds"), (0, "falls"), (9, "no evidence"), (0, "no evidence")])
def test_the_sentence_says_against_whom_and_by_which_interval(stayed: int, verdict: Verdict, language: str) -> None:
    """Everybody's went to 0.6 times: against those who stayed nothing changed, and alone it fell."""
    moved = 0.6 * np.linspace(0.95, 1.05, 101)
    pool = pooled(np.column_stack([moved, np.full(101, 0.6 if stayed else np.nan)]), np.array([6, stayed]))
    notes = {note.id: note.numbers for note in tell(counted(6), pool, verdict, 15)}
    said = f"growth.{verdict.replace(' ', '-')}"
    assert (said in notes) == bool(stayed)
    assert (f"{said}-alone" in notes) == ("growth.alone" in notes) == (not stayed)
    numbers = notes[said if stayed else f"{said}-alone"]
    row = pool.set_index("who").loc["against"]
    assert numbers["ratio"] == pytest.approx(1.0 if stayed else 0.6)
    ends = row[["sure_low", "sure_high"] if verdict == "no evidence" else ["low", "high"]]
    assert [numbers["low"], numbers["high"]] == ends.tolist()
    with speaking(language):
        text = say(said if stayed else f"{said}-alone", **numbers)
    against = {"en": "set against those who stayed", "vi": "so với những người vẫn ở bậc cũ"}[language]
    assert (against in text) == bool(stayed)
    assert ("95%" in text) == (verdict == "no evidence")


def test_a_few_dated_follows_do_not_make_an_audience_known_by_date() -> None:
    """Of a's three followers and of b's two, one each has a date; c's one has."""
    rows = [("p", "a", 3.0), ("q", "a", None), ("r", "a", None), ("p", "b", 3.0), ("q", "b", None), ("r", "c", 2.0)]
    shares = [("a", 5.0, "spring"), ("b", 5.0, "spring"), ("c", 5.0, "spring")]
    _, exposure = seen(programme(shares=shares, follows=rows, orders=[("p", 6.0, "spring", None)]))
    assert dict(zip(exposure.authors, dated(exposure), strict=True)) == {"a": False, "b": False, "c": True}


def test_a_report_holds_no_digest_of_the_id_of_who_is_no_creator() -> None:
    """Without a key, a digest of an id or a handle can be looked up by trying all of them."""
    _, _, result = made(FALLS)
    movers = told(FALLS).table["person_id"]
    people = result.people.assign(is_creator=result.people["is_creator"] & ~result.people["person_id"].isin(movers))
    table = told(FALLS).table.assign(is_creator=False, name=None)
    page = report(replace(result, people=people, growth=replace(told(FALLS), table=table)))
    assert page.count('<tr id="growth-') == len(movers)
    others = people.loc[~people["is_creator"], "person_id"]
    digests = {hashlib.sha256(who.encode()).hexdigest()[:10] for who in others}
    ids = re.findall(r' id="[a-z-]+-([0-9a-f]{10})[0-9a-f]*"', page)
    assert len(ids) > len(movers)
    assert not digests & set(ids)
    assert anchor("growth", movers.iloc[0]) not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_tells_who_grows_in_every_language(language: str) -> None:
    _, _, result = made(FALLS)
    with speaking(language):
        assert all("{" not in say(note.id, **note.numbers) for note in told(FALLS).notes)
        page = report(result)
        assert say("reports.growth-title") in page
        assert "c000" in page


def test_the_command_answers_and_the_folder_holds_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, result = made(FALLS)
    write(result, tmp_path / "map")
    assert "growth.csv" in FILES
    kept = pd.read_csv(tmp_path / "map" / "growth.csv")
    assert list(kept) == list(GROWTH)
    assert len(kept) == len(told(FALLS).table)
    for name in ("creators", "shares", "followers"):
        rows = result.tables[name].dropna(axis="columns", how="all").head(400)
        rows.to_csv(tmp_path / f"{name}.csv", index=False)
    assert answer(["growth", str(tmp_path), "--tiers", "narrow", "--quiet", "--json"]) == ExitCode.FINE
    found = json.loads(capsys.readouterr().out)
    assert {"verdict", "pooled", "people", "known", "tiers", "findings", "run"} == set(found)
    assert found["verdict"] == "too few"  # there is no order
    screen = io.StringIO()
    draw(_answer(told(FALLS), result, "creators").drawing(), screen)
    assert "Who moved up" in screen.getvalue()
    assert max(map(cell_len, screen.getvalue().splitlines())) <= 80
