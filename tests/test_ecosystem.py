"""What a programme rests on: closed forms, planted customers who come back more or alike, and what can't be told."""

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
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from scipy.sparse import csr_array
from tiny import few_sweeps

from influence_graph.cli import answer
from influence_graph.cli.ecosystem import _answer
from influence_graph.cli.output import draw
from influence_graph.drivers.reshares import Origins
from influence_graph.drivers.ripple import stems_from
from influence_graph.errors import ExitCode
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import MapResult, map_tables
from influence_graph.people import ROLES
from influence_graph.programme.ecosystem import Ecosystem, ecosystem, effective, gini
from influence_graph.programme.ecosystem.concentration import knockout
from influence_graph.programme.ecosystem.customers import PARTS, brought, returning, sent_back
from influence_graph.programme.ecosystem.lasting import FAMILY, Rates, rates
from influence_graph.programme.ecosystem.sentences import tell
from influence_graph.tables.orders import orders
from influence_graph.views.report import report
from influence_graph.world import World, make

amounts = st.lists(st.floats(0, 100), min_size=2, max_size=12).filter(lambda values: sum(values) > 1)


@cache
def made(kind: str, seed: int = 0) -> tuple[World, MapResult]:
    world = make(kind, people=5000, creators=50, campaigns=6, seed=seed, driven=1800, organic=1800)
    with few_sweeps():
        return world, map_tables(world.tables, seed=seed, backtest=False)


def told(kind: str, seed: int = 0) -> Ecosystem:
    found = made(kind, seed)[1].ecosystem
    assert found is not None
    return found


# ------------------------------------------------------------------------------------------------------- concentration


@given(values=amounts, times=st.floats(0.1, 10))
def test_concentration_is_what_its_definition_says(values: list[float], times: float) -> None:
    x = np.array(values)
    n, total = len(x), sum(values)
    slow = sum(abs(a - b) for a in values for b in values) / (2 * n * total)
    assert gini(x) == pytest.approx(slow, abs=1e-9)
    assert effective(x) == pytest.approx(1 / sum((a / total) ** 2 for a in values))
    assert gini(times * x[::-1]) == pytest.approx(gini(x), abs=1e-9)
    assert 1 - 1e-9 <= effective(x) <= n + 1e-9
    richer = x.copy()
    richer[x.argmax()] += total
    assert gini(richer) >= gini(x) - 1e-9
    assert effective(richer) <= effective(x) + 1e-9 or x.max() < total / n * 1.01


def test_what_stems_from_a_share_is_gone_with_it() -> None:
    """0 is passed on to 1 surely and to 2 half, 1 to 3 by 0.4, 4 stands alone."""
    chance = np.zeros((5, 5))
    chance[1, 0], chance[2, 0], chance[3, 1], chance[3, 2] = 1.0, 0.5, 0.4, 0.2
    time = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    gone = stems_from(np.array([True, False, False, False, False]), csr_array(chance), time)
    assert gone == pytest.approx([1, 1, 0.5, 0.4 + 0.1, 0])
    order = np.array([3, 0, 4, 2, 1])  # the same shares in another order
    again = stems_from(order == 0, csr_array(chance[np.ix_(order, order)]), time[order])
    assert again == pytest.approx(gone[order])


def test_concentration_and_knockout_hold_what_was_driven() -> None:
    result, found = made("returning")[1], told("returning")
    by = found.concentration.set_index("measure")
    assert (by["low"] <= by["value"]).all()
    assert (by["value"] <= by["high"]).all()
    driven = result.people["driven"].fillna(0).sort_values(ascending=False)
    parts = [driven.iloc[0] / driven.sum(), driven.iloc[:10].sum() / driven.sum()]
    assert found.knockout["direct"].tolist() == pytest.approx(parts)
    assert found.knockout["lost"].tolist() == pytest.approx(parts)  # nothing is passed on in this world
    assert by.loc["top_1", "low"] <= parts[0] <= by.loc["top_1", "high"] + 0.02
    creators = result.people.loc[result.people["is_creator"], "name"]
    assert all(
        name in set(creators) or name.startswith("person-") for names in found.knockout["names"] for name in names
    )


def test_what_others_passed_on_is_lost_as_well() -> None:
    """Everybody's shares are made out to be passed on, half likely, from the first share there is."""
    workings = made("returning")[1].drivers.workings
    assert workings is not None
    shares = workings.exposure.shares
    first = int(shares["time"].idxmin())
    chance = np.zeros((len(shares), len(shares)))
    chance[:, first] = 0.5 * (shares["time"] > shares["time"][first])
    whole = knockout(replace(workings, origins=Origins(csr_array(chance), 0, 0.0, 0.0)))
    strongest = workings.exposure.authors[workings.fit.caused.argmax()]
    assert whole["person_ids"].iloc[0] == [strongest]
    leads = workings.exposure.authors[shares["author"][first]] in whole["person_ids"].iloc[1]
    expected = whole["direct"].iloc[1] + (0.5 * (1 - whole["direct"].iloc[1]) if leads else 0.0)
    assert whole["lost"].iloc[1] == pytest.approx(expected, abs=1e-6)
    assert (whole["lost"] <= whole["lost_high"] + 1e-9).all()


def test_months_are_the_mix_of_months() -> None:
    result, found = made("returning")[1], told("returning")
    mix = result.mix[result.mix["scope"].eq("month") & result.mix["measure"].eq("driven")].set_index("key")
    for row in found.months.to_dict("records"):
        amounts = mix.loc[row["month"], list(ROLES)].astype(float)
        assert row["driven"] == pytest.approx(amounts.sum())
        assert [row[role] for role in ROLES] == pytest.approx((amounts / amounts.sum()).tolist())
        assert all(row[f"{role}_low"] <= row[f"{role}_high"] for role in ROLES)


# -------------------------------------------------------------------------------------------------------- lasting sales


def drawn(seed: int, rate: dict[str, float], size: int = 6000) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Customers of whom it is known how likely each was driven, as a perfect model would say, and who came back."""
    rng = np.random.default_rng(seed)
    driven = rng.beta(0.6, 0.6, size)
    held = rng.dirichlet([0.5] * 3, size)
    parts = pd.DataFrame(held * driven[:, None], columns=list(ROLES)).assign(unassigned=0.0, organic=1 - driven)
    month = rng.integers(4, size=size).astype(float)
    truth = rng.random(size) < driven
    chance = np.where(truth, held @ [rate[role] for role in ROLES], rate["organic"])
    return parts[list(PARTS)], (rng.random(size) < chance + 0.03 * month).astype(float), month


def test_rates_are_those_that_were_planted_and_intervals_hold_them() -> None:
    rate = {"influencer": 0.1, "ugc": 0.2, "advocate": 0.5, "organic": 0.25}
    inside = []
    for seed in range(40):
        parts, back, month = drawn(seed, rate, 1500)
        found = rates(parts, back, month, np.arange(1500.0)).table.set_index("source")
        again = rates(parts, back, month, np.arange(1500.0)).table
        # The rate of a role is that of those whom it brought, weighted by membership.
        held = parts[list(ROLES)].div(1 - parts["organic"], axis=0).to_numpy()
        own = held @ [rate[role] for role in ROLES]
        for role in ROLES:
            weight = parts[role] * (1 - parts["organic"])
            meant = (weight * own).sum() / weight.sum() - rate["organic"]
            inside.append(found.loc[role, "against_low"] <= meant <= found.loc[role, "against_high"])
        pd.testing.assert_frame_equal(found.reset_index(), again)
    assert 0.82 <= np.mean(inside) <= 0.97, np.mean(inside)


def said(rate: dict[str, float], seed: int) -> dict[str, dict[str, object]]:
    """What is said of customers whose roles' rates are planted, by message."""
    parts, back, month = drawn(seed, rate, 3000)
    repeat, nothing = rates(parts, back, month, np.arange(len(back), dtype=float)), pd.DataFrame()
    notes = tell({"driven_low": 9.0}, nothing, nothing, nothing, pd.DataFrame({"unpaid": []}), repeat, repeat, 180)
    return {note.id: dict(note.numbers) for note in notes}


def test_roles_are_told_apart_where_none_is_above_organic() -> None:
    """Advocates' customers come back as often as organic ones, those of others a quarter as often."""
    truth = {"influencer": 0.1, "ugc": 0.1, "advocate": 0.4, "organic": 0.4}
    found = [said(truth, seed) for seed in range(8)]
    between = [each["ecosystem.lasting-between"] for each in found]
    assert all(each["role"] == "advocate" for each in between)
    assert all("ecosystem.lasting" not in each and "ecosystem.lasting-alike" not in each for each in found)
    # Memberships are Dirichlet of a half each: those of the role's own people are 0.6, of others' 0.2 on average.
    apart = (0.6 - 0.2) * (0.4 - 0.1)
    assert np.mean([each["least"] <= 100 * apart <= each["most"] for each in between]) >= 0.6
    assert np.mean([0.5 * (each["least"] + each["most"]) for each in between]) == pytest.approx(100 * apart, rel=0.15)


def test_a_third_role_that_stands_higher_is_not_passed_over() -> None:
    """By hand: two roles clearly apart, and a third above both, of which little is sure."""
    table = pd.DataFrame({"source": [*ROLES, "organic"], "rate": [0.1, 0.3, 0.6, 0.35]})
    table = table.assign(low=table["rate"] - 0.02, high=table["rate"] + 0.02, against=table["rate"] - 0.35, error=1.0)
    table = table.assign(against_low=-1.0, against_high=1.0)
    nothing = pd.DataFrame()
    for error, message in ((0.5, True), (0.01, False)):
        found = Rates(table, np.stack(3 * [np.diag([0.01, 0.01, error, 0.5]) ** 2]))
        unpaid = pd.DataFrame({"unpaid": []})
        notes = list(tell({"driven_low": 9.0}, nothing, nothing, nothing, unpaid, found, found, 180))
        said = {note.id: note.numbers for note in notes}
        assert said["ecosystem.lasting-between"]["role"] == ("UGC creator" if message else "advocate")
        assert ("ecosystem.higher-still" in said) is message
        if message:
            assert said["ecosystem.higher-still"]["role"] == "advocate"
            assert said["ecosystem.higher-still"]["rate"] == pytest.approx(60.0)


def test_sentences_go_by_the_wider_interval_of_the_table() -> None:
    """99 % over three comparisons, by Bonferroni; a role is named where 0 lies outside, and only there."""
    wide = NormalDist().inv_cdf(1.0 - 0.01 / 3 / 2)
    named = 0
    for seed in range(6):
        parts, back, month = drawn(seed, {"influencer": 0.1, "ugc": 0.25, "advocate": 0.45, "organic": 0.25}, 900)
        repeat = rates(parts, back, month, np.arange(900.0))
        roles = repeat.table[repeat.table["source"].isin(ROLES)]
        for sign, end in ((-1, "low"), (1, "high")):
            expected = roles["against"] + sign * wide * roles["error"]
            assert roles[f"against_sure_{end}"].to_numpy() == pytest.approx(expected.to_numpy())
        nothing, unpaid = pd.DataFrame(), pd.DataFrame({"unpaid": []})
        told = {note.id for note in tell({"driven_low": 9.0}, nothing, nothing, nothing, unpaid, repeat, None, 180)}
        assert ("ecosystem.lasting" in told) == roles["against_sure_low"].gt(0).any()
        assert ("ecosystem.lasting-less" in told) == roles["against_sure_high"].lt(0).any()
        named += "ecosystem.lasting" in told
    assert 0 < named < 6


def test_orders_sent_back_are_told_apart_between_roles() -> None:
    """Organic orders lie between those of two roles, clearly apart from neither."""
    found = [said({"influencer": 0.1, "ugc": 0.3, "advocate": 0.1, "organic": 0.18}, seed) for seed in range(8)]
    between = [each["ecosystem.sent-back-between"] for each in found if "ecosystem.sent-back-between" in each]
    assert len(between) >= 4
    assert all(each["role"] == "UGC creator" and each["rate"] > each["other_rate"] for each in between)


def test_roles_alike_are_not_told_apart() -> None:
    alike = {"influencer": 0.2, "ugc": 0.2, "advocate": 0.2, "organic": 0.4}
    found = [said(alike, seed) for seed in range(40)]
    assert sum("ecosystem.lasting-between" in each for each in found) <= 2


def test_rates_are_sums_of_outcomes_whose_weights_the_errors_know() -> None:
    """With every row a person of its own: the weights give back the rates, and the robust errors are White's."""
    parts, back, month = drawn(4, {"influencer": 0.1, "ugc": 0.2, "advocate": 0.5, "organic": 0.25}, 200)
    found = rates(parts, back, month, np.arange(200.0))
    nudged = np.empty((200, 4))
    for row in range(200):
        moved = back.copy()
        moved[row] += 1.0
        nudged[row] = rates(parts, moved, month, np.arange(200.0)).table["rate"] - found.table["rate"]
    assert back @ nudged == pytest.approx(found.table["rate"])
    scatter = found.spread[2] / (nudged.T @ nudged)
    assert scatter == pytest.approx(scatter[0, 0])
    assert scatter[0, 0] == pytest.approx(back.var(), rel=0.1)
    assert found.spread[0] == pytest.approx(found.spread[1] * 200 / 195)


def test_few_outcomes_are_not_taken_for_certain() -> None:
    """Everybody's orders are sent back in one of twenty cases, and advocates brought sixty of a thousand customers."""
    said_wrongly, worlds = 0, 150
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        of = rng.choice(4, 1000, p=[0.08, 0.16, 0.06, 0.70])
        parts = pd.DataFrame(0.05 + 0.85 * np.eye(4)[of], columns=[*ROLES, "organic"]).assign(unassigned=0.0)
        back, month = (rng.random(1000) < 0.05).astype(float), rng.integers(4, size=1000).astype(float)
        told_of = rates(parts[list(PARTS)], back, month, np.arange(1000.0)).table.dropna(subset=["against"])
        said_wrongly += bool((told_of["against"].abs() > FAMILY * told_of["error"]).any())
    assert said_wrongly <= 0.02 * worlds + 1


def test_a_plain_average_would_mix_in_who_came_anyway() -> None:
    rate = dict.fromkeys(ROLES, 0.6) | {"organic": 0.2}
    parts, back, month = drawn(1, rate)
    found = rates(parts, back, month, np.arange(6000.0)).table.set_index("source")
    plain = np.average(back, weights=parts["advocate"]) - np.average(back, weights=parts["organic"])
    assert found.loc["advocate", "against"] == pytest.approx(0.4, abs=0.05)
    assert plain < 0.33


def test_rows_told_twice_of_the_same_people_do_not_make_it_surer() -> None:
    parts, back, month = drawn(2, {"influencer": 0.1, "ugc": 0.2, "advocate": 0.5, "organic": 0.25}, 800)
    once = rates(parts, back, month, np.arange(800.0)).table
    twice = rates(
        pd.concat([parts, parts], ignore_index=True), np.tile(back, 2), np.tile(month, 2), np.tile(np.arange(800.0), 2)
    ).table
    assert twice["against"].tolist() == pytest.approx(once["against"].tolist(), nan_ok=True)
    assert twice["error"].tolist() == pytest.approx(once["error"].tolist(), nan_ok=True)


def test_customers_of_advocates_who_come_back_more_are_found() -> None:
    for seed in range(2):
        found = told("returning", seed)
        ids = {note.id: note.numbers for note in found.notes}
        assert ids["ecosystem.lasting"]["role"] == "advocate"
        by = found.lasting.set_index("source")
        assert by.loc["advocate", "again"] > by.loc["influencer", "again"]
        assert by.loc["advocate", "sent_back"] < by.loc["influencer", "sent_back"]
        assert by.loc["advocate", "unpaid"] > 0.9
        assert by.loc["influencer", "unpaid"] < 0.1


def test_where_all_come_back_alike_the_data_cannot_tell() -> None:
    ids = [{note.id for note in told("returning-alike", seed).notes} for seed in range(2)]
    assert all("ecosystem.lasting-alike" in each for each in ids), ids


def test_customers_are_watched_equally_long_and_counted_by_hand() -> None:
    result = made("returning")[1]
    found, days = returning(result.tables, result.drivers, result.people) or (pd.DataFrame(), 0)
    counted = orders(result.tables.conversions).dropna(subset=["person_id"])
    end = orders(result.tables.conversions)["converted_at"].max()
    workings = result.drivers.workings
    assert workings is not None
    shares, theta = workings.exposure.shares, workings.fit.parameters.theta
    follows = result.tables.follows
    number = {person: place for place, person in enumerate(workings.exposure.authors)}
    watched = 0
    for person, rows in list(counted.groupby("person_id"))[:150]:
        first = rows["converted_at"].min()
        if end - first < pd.Timedelta(days=days):
            assert person not in found.index
            continue
        watched += 1
        further = ((rows["converted_at"] > first) & (rows["converted_at"] <= first + pd.Timedelta(days=days))).sum()
        begun = (first - workings.exposure.begin) / pd.Timedelta(days=1) - result.drivers.total["delay_median_days"]
        whom = [number[x] for x in follows.loc[follows["follower_id"].eq(person), "followed_id"] if x in number]
        posts = shares[shares["author"].isin(whom) & shares["time"].between(max(begun, 0), max(begun, 0) + days)]
        assert found.loc[person, "again"] == pytest.approx(further - theta[posts["author"]].sum())
    assert watched > 50
    assert found[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(1)


def test_orders_sent_back_are_shared_out_like_all_others() -> None:
    world, result = made("returning")
    found = sent_back(result.tables, result.network, result.drivers, result.people)
    assert found is not None
    marked = world.tables.conversions.set_index("conversion_id")["status"].eq("refunded")
    assert found["back"].astype(bool).tolist() == marked[found.index].tolist()
    assert not set(marked[marked].index) <= set(orders(result.tables.conversions)["conversion_id"])
    assert found[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(1)
    paid = result.tables.conversions.assign(status="paid")
    assert sent_back(replace(result.tables, conversions=paid), result.network, result.drivers, result.people) is None


def test_an_order_is_brought_in_parts() -> None:
    credit = pd.DataFrame({"conversion_id": ["a", "a", None], "person_id": ["x", "y", "x"], "credit": [0.5, 0.25, 3.0]})
    people = pd.DataFrame(
        {"person_id": ["x", "y"], "influencer": [0.5, None], "ugc": [0.5, None], "advocate": [0, None]}
    )
    ordered = pd.DataFrame({"conversion_id": ["a", "b"], "count": [1.0, 1.0]})
    assert brought(credit, people, ordered).to_numpy().tolist() == [[0.25, 0.25, 0, 0.25, 0.25], [0, 0, 0, 0, 1]]


# ------------------------------------------------------------------------------------------------------ what is shown


def test_without_evidence_nothing_is_told() -> None:
    result = made("returning")[1]
    doubtful = replace(result.drivers, total={**result.drivers.total, "driven_low": 0.0})
    found = ecosystem(replace(result, drivers=doubtful))
    assert found.notes == ()
    shown = list(_answer(found, result).drawing())
    assert str(shown[0]) == say("cli.no-ecosystem") + "\n"
    none = replace(result.drivers, total={**doubtful.total, "conversions": 0.0})
    shown = list(_answer(found, replace(result, drivers=none)).drawing())
    assert str(shown[0]) == say("cli.no-orders") + "\n"
    bare = replace(result, drivers=replace(result.drivers, workings=None))
    assert ecosystem(bare).lasting["again"].isna().all()


def test_too_short_a_history_is_said() -> None:
    result = made("returning")[1]
    first = result.tables.conversions["converted_at"].min()
    short = result.tables.conversions[result.tables.conversions["converted_at"] < first + pd.Timedelta(days=25)]
    assert returning(replace(result.tables, conversions=short), result.drivers, result.people) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_tells_who_lasts_in_every_language(language: str) -> None:
    with speaking(language):
        found = ecosystem(made("returning")[1])
        assert all("{" not in say(note.id, **note.numbers) for note in found.notes)
        page = report(replace(made("returning")[1], ecosystem=found))
        assert say("reports.ecosystem-title") in page
        assert say("reports.again", n=found.days) in page


def test_the_command_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world, result = made("returning")
    world.write(tmp_path)
    with few_sweeps():
        assert answer(["ecosystem", str(tmp_path), "--quiet", "--json"]) == ExitCode.FINE
    found = json.loads(capsys.readouterr().out)
    assert [row["source"] for row in found["lasting"]] == [*ROLES, "organic"]
    assert {"lasting", "days", "concentration", "knockout", "months", "findings", "run"} == set(found)
    screen = io.StringIO()
    draw(_answer(told("returning"), result).drawing(), screen)
    assert "Lasting sales" in screen.getvalue()
    assert "Against those whom nobody brought (99% over all three)" in screen.getvalue()
    assert max(map(cell_len, screen.getvalue().splitlines())) <= 80


def test_where_no_draw_credits_anybody_nothing_hangs_on_anybody() -> None:
    workings = made("returning")[1].drivers.workings
    assert workings is not None and workings.draws is not None and len(knockout(workings))
    nobody = replace(workings.draws, caused=np.zeros_like(workings.draws.caused))
    assert not len(knockout(replace(workings, draws=nobody)))
