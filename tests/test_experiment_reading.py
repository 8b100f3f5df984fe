"""Reading an experiment: what was planted is found as often as was said, and what makes it doubtful is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from given import table
from trial import DAYS, START, after, programme

from influence_graph.errors import TablesError
from influence_graph.experiment import Design, Range, Reading, design, power, read
from influence_graph.experiment.advice import on_reading
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.tables.schema import Tables

RUNS = 50
Run = tuple[Tables, Design, Tables]


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """Experiments with the effect that each is said to find four times out of five."""
    found = []
    for seed in range(RUNS):
        tables = programme(seed)
        told = design(tables, start=START, days=DAYS, seed=seed)
        seen = read(told, after(tables, told, told.power.effect, seed=seed), model=False)
        effect = seen.effect
        found.append((told.power.effect, effect.value, effect.low, effect.high, seen.p_value, told.retained))
    return pd.DataFrame(found, columns=["planted", "value", "low", "high", "p", "retained"])


def test_what_was_planted_is_found_without_bias(runs: pd.DataFrame) -> None:
    off = runs["value"] - runs["planted"]
    assert abs(off.mean()) < 3 * off.std() / np.sqrt(RUNS)
    assert off.std() < runs["planted"].mean()
    assert runs["retained"].mean() < 0.9  # although a good part leaks to others


def test_intervals_hold_what_was_planted(runs: pd.DataFrame) -> None:
    held = runs["planted"].between(runs["low"], runs["high"])
    assert held.mean() >= 0.9 - 2 * np.sqrt(0.9 * 0.1 / RUNS)


def test_the_power_that_was_stated_is_reached(runs: pd.DataFrame) -> None:
    found = (runs["p"] <= 0.05) & (runs["value"] > 0)
    assert abs(found.mean() - 0.8) <= 2.5 * np.sqrt(0.8 * 0.2 / RUNS)


@pytest.fixture(scope="module")
def run() -> Run:
    """Tables, a design made from them, and the tables after it; every activation added about 20 orders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(power, "PLAYED", 60)
        tables = programme(5)
        told = design(tables, start=START, days=DAYS, seed=1)
    return tables, told, after(tables, told, 20.0)


def ids(seen: Reading) -> set[str]:
    """What is said; and that it can be said in every language."""
    for language in LANGUAGES:
        with speaking(language):
            assert all(say(note.id, **note.numbers) for note in on_reading(seen))
    return {note.id for note in on_reading(seen)}


def test_a_strong_effect_is_told_in_orders_in_all_and_as_a_part(run: Run) -> None:
    _, told, since = run
    seen = read(told, since, model=False)
    assert seen.p_value <= 0.01
    assert seen.effect.low > 0
    assert seen.effect.holds(20.0)
    assert (seen.draws, seen.exact) == (2**12, True)
    np.testing.assert_allclose(list(vars(seen.total).values()), 12 * np.array(list(vars(seen.effect).values())))
    activated = seen.creators[seen.creators["activate"]]
    assert seen.lift.value > seen.total.value / activated["orders"].sum()  # a part of what would have come without
    assert seen.lift.low < seen.lift.value < seen.lift.high
    known = since.conversions["converted_at"].between(START, told.end, inclusive="left")
    followers = since.conversions["person_id"].isin(since.follows["follower_id"])
    assert seen.creators["orders"].sum() == pytest.approx((known & followers).sum())
    assert ids(seen) == {"experiment.found-more", "experiment.all-draws"}
    assert ids(read(told, since, model=False)) == ids(seen)


def test_no_effect_and_harm_are_answers(run: Run) -> None:
    _, told, since = run
    untouched = replace(since, shares=since.shares.head(0), conversions=_without_new(since, told))
    nothing = read(told, untouched, model=False)
    assert ids(nothing) >= {"experiment.no-evidence", "experiment.could-see", "experiment.posts-unknown"}
    assert nothing.effect.holds(0.0)
    turned = replace(told, creators=told.creators.assign(activate=~told.creators["activate"]))
    harm = read(turned, since, model=False)
    assert "experiment.found-less" in ids(harm)
    assert harm.effect.high < 0
    assert harm.effect.value == pytest.approx(-read(told, since, model=False).effect.value, rel=0.3)


def _without_new(tables: Tables, told: Design) -> pd.DataFrame:
    """Orders as if the period before had come again."""
    past = tables.conversions[tables.conversions["converted_at"] < told.start]
    again = past[past["converted_at"] >= told.start - pd.Timedelta(days=DAYS)]
    again = again.assign(
        conversion_id="again-" + again["conversion_id"], converted_at=again["converted_at"] + pd.Timedelta(days=DAYS)
    )
    return pd.concat([past, again], ignore_index=True)


def test_followers_won_and_codes_used_since_do_not_count(run: Run) -> None:
    _, told, since = run
    before = read(told, since, model=False)
    activated = told.creators.loc[told.creators["activate"], "creator_id"]
    buyers = since.conversions["person_id"].drop_duplicates().head(300)
    won = table(
        "follows",
        follower_id=np.repeat(buyers, 2),
        followed_id=np.resize(activated, 600),
        since=[START + pd.Timedelta(hours=1)] * 600,
    )
    coded = since.conversions.assign(claimed_by=np.resize(activated, len(since.conversions)))
    follows = pd.concat([since.follows, won], ignore_index=True).drop_duplicates(["follower_id", "followed_id"])
    again = read(told, replace(since, follows=follows.reset_index(drop=True), conversions=coded), model=False)
    assert again.effect == before.effect
    assert again.moved == 0


def test_a_window_that_is_not_over_is_a_first_look(run: Run) -> None:
    tables, told, since = run
    half = since.conversions["converted_at"] < START + pd.Timedelta(days=14)
    seen = read(told, replace(since, conversions=since.conversions[half].reset_index(drop=True)), model=False)
    assert "experiment.unfinished" in ids(seen)
    assert 13 < seen.days_seen <= 14
    with pytest.raises(TablesError, match=r"end on 2026-05-31, before the experiment starts on 2026-06-01"):
        read(told, tables)
    with pytest.raises(TablesError, match="no orders and no posts"):
        read(told, replace(tables, conversions=tables.conversions.head(0)))


def test_creators_who_are_gone_take_their_block_with_them(run: Run) -> None:
    _, told, since = run
    lost = told.creators.loc[[0, 1, 4], "creator_id"]
    kept = replace(since, follows=since.follows[~since.follows["followed_id"].isin(lost)].reset_index(drop=True))
    seen = read(told, kept, model=False)
    assert ids(seen) >= {"experiment.blocks-lost", "experiment.audiences-changed", "experiment.past-changed"}
    assert set(seen.gone) == set(lost)
    assert not seen.creators["counted"].iloc[:2].any()
    blocks = told.creators.loc[[0, 4], "block"]
    assert (~seen.creators["counted"] == seen.creators["block"].isin(blocks)).all()
    assert seen.draws == 2 ** (12 - blocks.nunique())
    nobody = replace(since, follows=since.follows.assign(followed_id="c999"))
    with pytest.raises(TablesError, match="in these tables"):
        read(told, nobody)


def test_follows_that_changed_hands_are_noticed(run: Run) -> None:
    _, told, since = run
    followers = since.follows["follower_id"]
    swapped = followers.where(followers != "p00500", "fresh")
    assert (swapped != followers).any()
    seen = read(told, replace(since, follows=since.follows.assign(follower_id=swapped)), model=False)
    assert seen.moved == -1
    assert "experiment.follows-changed" in ids(seen)


def test_who_did_not_comply_is_told_and_the_answer_stays(run: Run) -> None:
    _, told, since = run
    whole = read(told, since, model=False)
    assert (whole.posted, whole.posted_alone, whole.on_posters) == (1.0, 0.0, None)
    alone = told.creators.loc[~told.creators["activate"], "creator_id"].iloc[:2]
    unasked = table("shares", share_id=["u1", "u2"], person_id=alone, shared_at=[START + pd.Timedelta(days=2)] * 2)
    posts = pd.concat([since.shares.iloc[3:], unasked], ignore_index=True)
    seen = read(told, replace(since, shares=posts), model=False)
    assert seen.effect == whole.effect
    assert (seen.posted, seen.posted_alone) == (9 / 12, 2 / 12)
    assert seen.on_posters is not None
    assert seen.on_posters.value == pytest.approx(seen.effect.value / (9 / 12 - 2 / 12))
    assert ids(seen) >= {"experiment.silent", "experiment.unasked", "experiment.on-posters"}
    few = read(told, replace(since, shares=unasked), model=False)
    assert few.on_posters is None
    assert "experiment.as-drawn" in ids(few)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Range(200.0, 150.0, 250.0), "experiment.model-agrees"),
        (Range(700.0, 300.0, 900.0), "experiment.model-near"),
        (Range(20.0, -30.0, 100.0), "experiment.model-too-low"),
        (Range(900.0, 600.0, 1200.0), "experiment.model-too-high"),
        (None, None),
    ],
)
def test_the_model_stands_beside_in_words(run: Run, model: Range | None, said: str | None) -> None:
    seen = replace(read(run[1], run[2], model=False), total=Range(240.0, 120.0, 400.0), model=model)
    assert {name for name in ids(seen) if "model" in name} == ({said} if said else set())
    coarse = replace(seen, total=Range(240.0, -20.0, 500.0))
    if said == "experiment.model-agrees":
        assert "experiment.model-not-refuted" in ids(coarse)


def test_an_effect_without_an_end_in_sight_is_worded(run: Run) -> None:
    seen = read(run[1], run[2], model=False)
    for low, high in ((-np.inf, 3.0), (1.0, np.inf), (-np.inf, np.inf)):
        assert ids(replace(seen, effect=Range(2.0, low, high), lift=Range(0.1, low, high)))
    nan = float("nan")
    assert "experiment.untold" in ids(replace(seen, effect=Range(nan, -np.inf, np.inf)))
