"""When to post: hand-computed delays, the exact permutation, planted hours and fatigue, and worlds with neither."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tiny import few_sweeps

from influence_graph.cli import answer
from influence_graph.cli.output import draw
from influence_graph.cli.timing import _answer
from influence_graph.drivers.credit import by_share
from influence_graph.drivers.drive import Workings
from influence_graph.drivers.split import exposed_by_share
from influence_graph.drivers.wear import tell_wear
from influence_graph.errors import ExitCode, UsageError
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.programme.timing import Timing, timing
from influence_graph.programme.timing.calendar import calendar
from influence_graph.programme.timing.delays import _below, _quantile
from influence_graph.programme.timing.fatigue import fatigue
from influence_graph.programme.timing.hours import _best, may_matter, slot_of
from influence_graph.programme.timing.pooled import Effects
from influence_graph.programme.timing.sentences import _hours, chance_alike
from influence_graph.programme.timing.within import Posts, apart
from influence_graph.views.report import report
from influence_graph.views.report.timing import timing as block_of_timing
from influence_graph.world import World, make

SEEDS = (0, 1)
EVENING = 2.5 / ((3 + 2.5) / 4) - 1
"""What an evening post drives against one at a random hour, where it is 2.5 times as persuasive as others."""


@cache
def made(kind: str, seed: int = 0) -> tuple[World, MapResult]:
    world = make(kind, people=2500, creators=45, campaigns=3, seed=seed, driven=2200, organic=1500, shares=5.0)
    with few_sweeps():
        return world, map_tables(world.tables, seed=seed, backtest=False)


@cache
def told(kind: str, seed: int = 0) -> Timing:
    return timing(made(kind, seed)[1])


def workings(kind: str, seed: int = 0) -> Workings:
    work = made(kind, seed)[1].drivers.workings
    assert work is not None
    return work


def ids(found: Timing) -> set[str]:
    return {note.id for note in found.notes}


# --------------------------------------------------------------------------------------------------------------- delays


def test_delays_allow_for_posts_that_were_not_watched_to_the_end() -> None:
    """Orders of ages 0, 1, 0 and 2; the third's post was watched through age 0 only."""
    reached = np.array([[2.0, 1.0, 1.0]])
    assert _below(reached, np.array([[0.0, 0.0, 4.0]])) == pytest.approx(np.array([[2 / 4, 3 / 4, 1.0]]))
    # of age 2 is one of the three watched so long; of those below, watched through age 1, one of two is of age 1
    assert _below(reached, np.array([[1.0, 0.0, 3.0]])) == pytest.approx(np.array([[1 / 3, 2 / 3, 1.0]]))
    edges = np.array([0.0, 1.0, 2.0, 4.0])
    assert _quantile(np.array([[0.25, 0.75, 1.0]]), edges, 0.5) == pytest.approx([1.5])
    assert _quantile(np.array([[0.25, 0.75, 1.0]]), edges, 0.9) == pytest.approx([2.0 + 2.0 * 0.6])
    assert np.isnan(_quantile(_below(np.zeros((1, 3)), np.zeros((1, 3))), edges, 0.5)).all()


def test_delays_of_groups_are_the_planted_one() -> None:
    inside = []
    for seed in SEEDS:
        rows = told("good-hours", seed).delays
        rows = rows[rows["driven"] > 100]
        assert (rows["median"] < rows["most"]).all()
        for column, part in (("median", 0.5), ("most", 0.9)):
            days = -4.0 * np.log(1 - part * -np.expm1(-30 / 4))
            inside += (rows[column] / days).sub(1).abs().lt(0.15).tolist()
        assert "timing.delays-alike" in ids(told("good-hours", seed))
    assert np.mean(inside) > 0.9


def test_delays_that_are_alike_seldom_look_different() -> None:
    rng = np.random.default_rng(3)
    chances = []
    for _ in range(200):
        truth = rng.normal(0.0, 0.2, 3)  # how far each group's own draw of creators lies off
        chances.append(chance_alike(np.exp(truth + rng.normal(0.0, 0.2, (400, 3))), 100.0))
    assert np.mean(np.array(chances) < 0.05) < 0.1
    assert np.mean(np.array(chances) < 0.5) > 0.35


# ----------------------------------------------------------------------------------------------- posts against others


def test_surplus_and_its_spread_are_those_of_labels_dealt_out_anew() -> None:
    work = workings("influence")
    posts = Posts.of(work)
    shares = work.exposure.shares
    credit, exposed = by_share(work.exposure, work.fit), exposed_by_share(work.exposure, work.fit)
    label = np.arange(len(shares)) % 4
    author = shares["author"].to_numpy()
    beyond = np.zeros(len(shares))
    for one in np.unique(author):
        own = author == one
        beyond[own] = credit[own] - credit[own].sum() * exposed[own] / exposed[own].sum()
    found = apart(posts, label, 4)
    assert found.surplus == pytest.approx([beyond[label == one].sum() for one in range(4)])
    rng = np.random.default_rng(0)
    place = np.argsort(author, kind="stable")
    sums = []
    for _ in range(1500):
        dealt = np.empty_like(label)
        dealt[place] = label[np.lexsort((rng.random(len(label)), author))]
        sums.append(np.bincount(dealt, weights=beyond))
    assert found.spread == pytest.approx(np.cov(np.array(sums), rowvar=False), abs=0.1 * found.spread.max())
    assert found.gain.sum(axis=0) == pytest.approx(np.zeros(4), abs=1e-6 * found.gain.max())


@settings(max_examples=5)
@given(order=st.permutations(range(4)))
def test_names_of_labels_change_nothing(order: list[int]) -> None:
    work = workings("influence")
    posts = Posts.of(work)
    label = np.random.default_rng(1).integers(4, size=len(work.exposure.shares))
    one = apart(posts, label, 4)
    other = apart(posts, np.array(order)[label], 4)
    assert other.surplus[order] == pytest.approx(one.surplus)
    assert other.chance == pytest.approx(one.chance)


def test_labels_that_do_not_matter_seldom_look_as_if_they_did() -> None:
    work = workings("influence")
    posts, rng = Posts.of(work), np.random.default_rng(2)
    author = work.exposure.shares["author"].to_numpy()
    chances = [apart(posts, rng.integers(4, size=author.size), 4).chance for _ in range(100)]
    assert np.mean(np.array(chances) < 0.05) < 0.1
    assert 0.35 < np.mean(np.array(chances) < 0.5) < 0.65
    assert apart(posts, author % 4, 4).chance == 1.0, "nobody's own posts differ in label"


# ---------------------------------------------------------------------------------------------------------------- hours


def test_hours_are_local() -> None:
    at = pd.Series(pd.to_datetime(["2026-03-29 20:00Z", "2026-03-28 23:30Z", "2026-03-29 23:30Z"]))
    assert slot_of(at).tolist() == [27, 23, 27]
    assert slot_of(at.dt.tz_convert("Asia/Ho_Chi_Minh")).tolist() == [0, 25, 1]
    assert slot_of(at.dt.tz_convert("Europe/Berlin")).tolist() == [27, 24, 0]  # summer time begins between the two


def test_planted_hours_are_found_with_their_gain() -> None:
    inside = []
    for seed in SEEDS:
        best = told("good-hours", seed).best.iloc[0]
        assert (best["community"], best["from_hour"], best["to_hour"], best["evident"]) == ("", 18, 24, True)
        assert "timing.best-hours" in ids(told("good-hours", seed))
        assert pd.isna(best["day"]), "evenings work on every day"
        work = workings("good-hours", seed)
        assert may_matter(work, slot_of(work.exposure.begin + pd.to_timedelta(work.exposure.shares["time"], unit="D")))
        inside.append(0.75 * best["gain_low"] < EVENING < 1.33 * best["gain_high"])
        hours = told("good-hours", seed).hours
        evening = hours["from_hour"].eq(18)
        whole = hours["community"].eq("")
        assert hours.loc[whole & evening, "against"].min() > hours.loc[whole & ~evening, "against"].max()
        assert hours.loc[whole, "against"].mean() == pytest.approx(0, abs=1e-9)
        assert (hours["low"] <= hours["per_1000"]).all()
        assert (hours["per_1000"] <= hours["high"]).all()
    assert any(inside)


def test_of_day_and_hours_only_what_matters_is_told() -> None:
    """Effects made by hand: sure of one of the two, of both, or of neither."""
    table = pd.DataFrame({"community": "", "day": np.repeat(np.arange(7), 4), "posts": 2})
    table["from_hour"] = np.tile(np.arange(4) * 6, 7)
    table = table.assign(to_hour=table["from_hour"] + 6, against=0.5, low_against=0.1, high_against=0.9)
    table.loc[9, "low_against"] = 0.2  # Wednesday from 6 to 12 is the surest slot

    def known(size: int, best: int, chance: float) -> Effects:
        middle = np.where(np.arange(size) == best, np.log(2.0), 0.0)
        return Effects(middle, 0.01 * np.eye(size), chance, np.full(size, 8))

    days, blocks = known(7, 4, 0.0001), known(4, 3, 0.0001)
    both = _best(table, days, blocks, 0.025)
    assert (both["day"], both["from_hour"], both["gain"], both["evident"]) == (2, 6, 0.5, True)
    hours = _best(table, known(7, 4, 0.3), blocks, 0.025)
    assert (hours["day"] is pd.NA, hours["from_hour"], hours["to_hour"], hours["evident"]) == (True, 18, 24, True)
    assert hours["gain"] == pytest.approx(2.0 / ((3 + 2) / 4) - 1)
    turn = np.array([-0.2, -0.2, -0.2, 0.6])  # what the log of the gain moves by with each log effect: 1 less its part
    error = 0.1 * np.sqrt(turn @ turn)
    wide = np.exp(NormalDist().inv_cdf(0.95) * error) * 1.05
    assert 1 + hours["gain_low"] == pytest.approx((1 + hours["gain"]) / wide)
    assert 1 + hours["gain_high"] == pytest.approx((1 + hours["gain"]) * wide)
    day = _best(table, days, known(4, 3, 0.3), 0.025)
    assert (day["day"], day["from_hour"] is pd.NA, day["evident"]) == (4, True, True)
    assert day["gain"] == pytest.approx(2.0 / ((6 + 2) / 7) - 1)
    assert not _best(table, known(7, 4, 0.3), known(4, 3, 0.3), 0.025)["evident"]
    frame = pd.DataFrame([both, hours, day]).assign(community=["", "", "2"])
    assert [note.id for note in _hours(frame)] == ["timing.best", "timing.best-hours", "timing.best-day-in"]
    for language in LANGUAGES:
        with speaking(language):
            assert all("{" not in say(note.id, **note.numbers) for note in _hours(frame))


def test_credit_of_all_slots_is_what_was_driven() -> None:
    result, found = made("good-hours")[1], told("good-hours")
    slots = found.hours[found.hours["community"].eq("")]
    assert slots["driven"].sum() == pytest.approx(result.drivers.total["driven"])
    assert slots["exposed"].sum() == pytest.approx(workings("good-hours").fit.exposed.sum())
    assert slots["posts"].sum() == len(result.tables.shares)


@pytest.mark.parametrize(("zone", "begin"), [("+06:00", 0), ("-06:00", 12)])
def test_another_clock_shifts_the_best_hours(zone: str, begin: int) -> None:
    found = timing(made("good-hours")[1], timezone=zone)
    assert found.best.loc[0, "from_hour"] == begin
    assert found.zone == zone
    assert "timing.utc" not in ids(found)
    assert "timing.utc" in ids(told("good-hours"))


def test_where_hours_do_not_matter_nothing_is_said_of_them() -> None:
    for seed in SEEDS:
        found = told("influence", seed)
        assert "timing.no-hours" in ids(found)
        assert not found.best["evident"].any()
        assert (found.best["gain_high"] > found.best["gain_low"] + 0.02).all(), "no effect is never taken for sure"
        assert found.calendar["day"].isna().all()


# -------------------------------------------------------------------------------------------------------------- fatigue


def test_fatigue_is_found_where_it_was_planted_and_nowhere_else() -> None:
    worn = fatigue(workings("wear-out"), None)
    assert worn is not None
    assert worn["evident"] == "less"
    assert 0.1 < worn["second"] < 1 - 2**-0.7, "found, and told cautiously"
    assert [seed for seed in SEEDS if "timing.no-fatigue" in ids(told("influence", seed))] == list(SEEDS)


def test_what_the_map_has_learnt_of_fatigue_is_taken() -> None:
    result = made("influence")[1]
    learnt = tell_wear(np.full(200, 0.7))
    drivers = replace(result.drivers, total={**result.drivers.total, "wear_out": learnt})
    found = timing(replace(result, drivers=drivers))
    assert found.fatigue == learnt
    (note,) = [note for note in found.notes if note.id == "timing.fatigue"]
    assert note.numbers["second"] == pytest.approx(1 - 2**-0.7)
    assert "timing.fatigue-cautious" not in ids(found)


# ------------------------------------------------------------------------------------------------------------- calendar


def test_the_calendar_gives_everybody_their_usual_number_of_the_best_slots() -> None:
    shares = pd.DataFrame({"person_id": list("aaab"), "campaign_id": ["x", "x", "y", None]})
    rows = [("", 0, 6, 0.2), ("", 0, 12, 0.3), ("", 4, 18, 0.25), ("3", 2, 0, 0.4), ("3", 2, 6, 0.1)]
    hours = pd.DataFrame(rows, columns=["community", "day", "from_hour", "low_against"])
    hours = hours.assign(to_hour=hours["from_hour"] + 6, against=0.5)
    best = pd.DataFrame({"community": ["", "3"], "evident": [True, True]})
    home = {"a": "7", "b": "3"}
    plan = calendar(["a", "b"], {"a": "Ann"}, home, shares, hours, best)
    assert plan[["name", "post", "day", "from_hour"]].values.tolist() == [
        ["Ann", 1, 0, 12],
        ["Ann", 2, 4, 18],
        ["b", 1, 2, 0],
    ]
    nothing = calendar(["a"], {}, home, shares, hours, best.assign(evident=False))
    assert nothing["day"].isna().tolist() == [True, True]


# -------------------------------------------------------------------------------------------------------------- showing


def test_again_is_the_same_in_every_language_and_fits_the_screen() -> None:
    result, found = made("good-hours")[1], told("good-hours")
    again = timing(result)
    for name in ("delays", "hours", "best", "calendar"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name), check_exact=True)
    for language in LANGUAGES:
        with speaking(language):
            assert all(say(note.id, **note.numbers) for note in found.notes)
            shown = io.StringIO()
            draw(_answer(found, result).drawing(), shown)
            assert max(map(cell_len, shown.getvalue().splitlines())) <= 80
            assert say("cli.calendar") in shown.getvalue()


def test_nobody_but_creators_is_named_and_who_is_unknown_is_refused() -> None:
    result = made("good-hours")[1]
    buyer = result.people.loc[~result.people["is_creator"], "person_id"].iloc[0]
    plan = timing(result, people=[buyer]).calendar
    assert plan["person_id"].str.startswith("person-").all()
    assert buyer not in set(plan["name"])
    with pytest.raises(UsageError, match="nobody-here"):
        timing(result, people=["nobody-here"])
    with pytest.raises(UsageError, match="Mars"):
        timing(result, timezone="Mars/Base")


def test_the_command_says_it_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make("demo", people=600, creators=20, campaigns=2, seed=3).write(tmp_path)
    (tmp_path / "tables.toml").write_text('timezone = "Asia/Ho_Chi_Minh"\n', encoding="utf-8")
    with few_sweeps():
        assert answer(["timing", str(tmp_path), "--json", "--quiet"]) == ExitCode.FINE
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"best", "hours", "fatigue", "delays", "calendar", "zone", "findings", "run"}
    assert found["zone"] == "Asia/Ho_Chi_Minh"
    assert answer(["timing", str(tmp_path), "--timezone", "Nowhere"]) == ExitCode.USAGE


def test_where_nothing_is_driven_nothing_is_told() -> None:
    result = made("good-hours")[1]
    doubtful = replace(result.drivers, total={**result.drivers.total, "driven_low": 0.0})
    bare = replace(result.drivers, workings=None)
    for drivers in (doubtful, bare):
        found = timing(replace(result, drivers=drivers))
        assert [note.id for note in found.notes] == ["timing.nothing"]
        assert found.hours.empty
        assert found.fatigue is None
        assert [str(piece) for piece in _answer(found, result).drawing()] == [say("timing.nothing") + "\n"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_tells_when_to_post(language: str) -> None:
    result, silent = made("good-hours")[1], made("influence")[1]
    with speaking(language):
        block = block_of_timing(result, "creators")
        assert block is not None
        week, delays = (part for part in block.parts if part.kind == "table")
        slots = told("good-hours").hours
        gains = slots[slots["community"].eq("")].set_index(["day", "from_hour"])["against"]
        assert [[cell.value for cell in row.cells[1:]] for row in week.rows] == gains.unstack().to_numpy().tolist()
        shown = told("good-hours").delays.set_index("group")["median"]
        groups = {row.cells[2].value for row in delays.rows}
        assert groups <= set(shown)
        without = block_of_timing(silent, "creators")
        assert without is not None
        assert [part.id for part in without.parts if part.kind == "table"] == ["timing-delays"]
        page = report(result)
        assert say("reports.timing-title") in page
        assert any(found.basis == "timing.csv" for found in result.findings)
    bare = timing(replace(result, drivers=replace(result.drivers, workings=None)))
    nothing = replace(result, timing=bare, findings=[])
    assert block_of_timing(nothing, "creators") is None
    assert block_of_timing(replace(result, timing=None), "creators") is None
