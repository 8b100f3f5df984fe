"""A design: who takes part, what is expected of them, what it could show, and the file that keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from given import table
from trial import DAYS, START, creator, programme

from influence_graph.errors import InfluenceGraphError, TablesError, UsageError
from influence_graph.experiment import Design, design, open_design, power
from influence_graph.experiment.advice import on_design, to_do
from influence_graph.experiment.audience import observe
from influence_graph.experiment.outcomes import collect, expect
from influence_graph.folder import as_json
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.network import build
from influence_graph.tables import resolve
from influence_graph.tables.schema import Tables


@pytest.fixture(autouse=True)
def few_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less precise, and quick: precision has a test of its own."""
    monkeypatch.setattr(power, "PLAYED", 60)
    monkeypatch.setattr(power, "DRAWS", 199)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return programme(3)


def drawn(tables: Tables, shortlist: list[str] | Path | None = None, **how: object) -> Design:
    return design(tables, shortlist, **{"start": START, "days": DAYS, **how})  # type: ignore[arg-type]


def test_the_same_seed_draws_the_same_and_another_another(tables: Tables) -> None:
    first, again, other = (drawn(tables, seed=seed).record() for seed in (4, 4, 5))
    assert first == again
    assert first["creators"] != other["creators"]


def test_neither_names_nor_the_order_of_rows_matter(tables: Tables) -> None:
    first = drawn(tables)
    shuffled = replace(
        tables,
        **{name: tables[name].sample(frac=1, random_state=1, ignore_index=True) for name in ("follows", "conversions")},
    )
    assert drawn(shuffled).record() == first.record()
    numbers = np.random.default_rng(0).permutation(len(tables.creators))
    called = {creator(i): f"z{number:03}" for i, number in enumerate(numbers)}
    renamed = replace(
        tables,
        creators=tables.creators.assign(creator_id=tables.creators["creator_id"].map(called)),
        follows=tables.follows.assign(followed_id=tables.follows["followed_id"].map(called)),
    )
    found = drawn(renamed)
    assert list(found.creators["creator_id"]) == list(first.creators["creator_id"].map(called))
    numbers_only = ["block", "activate", "probability", "expected", "followers", "shared"]
    pd.testing.assert_frame_equal(found.creators[numbers_only], first.creators[numbers_only])
    assert found.power == first.power


@pytest.mark.parametrize(("how", "activated"), [({}, 12), ({"take": 5}, 5), ({"take": 23}, 23), ({"share": 0.25}, 6)])
def test_as_many_are_activated_as_asked_one_way_in_each_block(
    tables: Tables, how: dict[str, float], activated: int
) -> None:
    found = drawn(tables, **how)
    creators = found.creators
    assert found.take == activated
    arms = creators.groupby("block")["activate"].agg(["sum", "count"])
    alone = arms["sum"] if activated <= 12 else arms["count"] - arms["sum"]
    assert (alone == 1).all()
    assert np.ptp(arms["count"]) <= 1
    np.testing.assert_allclose(creators.groupby("block")["probability"].sum(), arms["sum"])
    assert creators["block"].is_monotonic_increasing
    assert creators.groupby("block")["expected"].min().is_monotonic_decreasing


def test_orders_are_divided_among_those_whom_the_buyer_followed_when_it_began(tables: Tables) -> None:
    since = pd.Series([START - pd.Timedelta(days=1), START, pd.NaT] * len(tables.follows))[: len(tables.follows)]
    tables = resolve(replace(tables, follows=tables.follows.assign(since=since)))
    network = build(tables)
    creators = pd.Index(tables.creators["creator_id"])
    audience = observe(network, creators, before=START)
    follows = tables.follows[tables.follows["since"].isna() | (tables.follows["since"] < START)]
    whom = follows.groupby("follower_id")["followed_id"].agg(list)
    slow = dict.fromkeys(creators, 0.0)
    buyers = [person for person in tables.conversions["person_id"] if person in whom.index]
    for person in buyers:
        for followed in whom[person]:
            slow[followed] += 1 / len(whom[person])
    bought = collect(tables, network)
    counted = audience.outcomes(bought.person, np.zeros_like(bought.person), bought.count, 1)[:, 0]
    np.testing.assert_allclose(counted, [slow[creator] for creator in creators])
    assert counted.sum() == pytest.approx(len(buyers))
    several = sum(len(whom[person]) > 1 for person in buyers)
    assert audience.shared(bought.person, bought.count) == pytest.approx(several / len(buyers))
    one = np.eye(len(creators))
    added = audience.spread(one)
    np.testing.assert_allclose(added.sum(axis=0), np.where(audience.size > 0, 1.0, 0.0))
    np.testing.assert_allclose(np.diag(added), audience.retained)
    fans = follows.loc[follows["followed_id"].eq(creators[2]), "follower_id"]
    to_first = [1 / len(whom[person]) / len(fans) for person in fans if creators[0] in whom[person]]
    assert added[0, 2] == pytest.approx(sum(to_first))
    np.testing.assert_allclose(audience.spread(one[:, 2]), added[:, 2])


def test_codes_and_orders_without_a_buyer_count_for_nobody(tables: Tables) -> None:
    before = drawn(tables)
    anonymous = table(
        "conversions",
        conversion_id=[f"x{i}" for i in range(200)],
        converted_at=[START - pd.Timedelta(days=3)] * 200,
        claimed_by=["c001"] * 200,
    )
    found = drawn(replace(tables, conversions=pd.concat([tables.conversions, anonymous], ignore_index=True)))
    pd.testing.assert_frame_equal(found.creators, before.creators)
    assert before.history["unknown"] == 0
    assert found.history["unknown"] == pytest.approx(200 / (200 + len(tables.conversions)))
    assert "experiment.unknown-buyers" in {note.id for note in on_design(found)}


def test_orders_since_the_start_are_not_looked_at(tables: Tables) -> None:
    later = tables.conversions["converted_at"] >= START - pd.Timedelta(days=DAYS)
    earlier = replace(tables, conversions=tables.conversions[~later].reset_index(drop=True))
    start = START - pd.Timedelta(days=DAYS)
    assert drawn(tables, start=start).record() == drawn(earlier, start=start).record()


def test_what_is_expected_is_drawn_to_the_mean_where_little_is_known() -> None:
    rng = np.random.default_rng(1)
    share = np.repeat([2.0, 2_000.0], 200)
    rate = rng.gamma(4.0, 0.05, 400)
    counts = rng.poisson(share * rate).astype(float)
    found = expect(counts, share).mean / share
    assert np.abs(found[200:] - rate[200:]).max() < 0.05  # a large account speaks for itself
    assert np.mean((found[:200] - rate[:200]) ** 2) < 0.5 * np.mean((counts[:200] / 2 - rate[:200]) ** 2)
    assert found.std() < rate.std() * 1.1
    alike = rng.poisson(share * 0.2).astype(float)
    assert np.ptp(expect(alike, share).mean / share) < 0.02
    assert expect(counts, share).mean.sum() == pytest.approx(counts.sum(), rel=0.05)


@pytest.mark.parametrize("limit", [0.5, 0.25, 0.1])
def test_apart_leaves_nobody_who_shares_more(tables: Tables, limit: float) -> None:
    found = drawn(tables, apart=limit)
    kept = set(found.creators["creator_id"])
    follows = tables.follows[tables.follows["followed_id"].isin(kept)]
    several = follows["follower_id"].map(follows["follower_id"].value_counts()) > 1
    assert (several.groupby(follows["followed_id"]).mean() <= limit + 1e-9).all()
    out = found.left_out[found.left_out["reason"].eq("apart")]["listed"]
    assert kept | set(out) == set(tables.creators["creator_id"])
    assert 2 <= len(kept) < 24
    everybody = drawn(tables, apart=1.0)
    assert len(everybody.creators) == 24
    assert found.retained > everybody.retained


def test_a_design_comes_back_from_its_file(tables: Tables, tmp_path: Path) -> None:
    for listed in (None, ["c001", "c002", "c003", "c004", "nobody"]):  # few see nothing: no effect is large enough
        told = drawn(tables, listed, apart=1.0)
        (tmp_path / "design.json").write_text(as_json(told.record()), encoding="utf-8")
        for path in (tmp_path, tmp_path / "design.json"):
            back = open_design(path)
            assert back.record() == told.record()
            pd.testing.assert_frame_equal(back.creators, told.creators)
    assert told.power.effect == np.inf


@pytest.mark.parametrize("change", ["{}", "[1]", "not json", '{"format": 1}'])
def test_what_is_no_design_is_refused(change: str, tmp_path: Path) -> None:
    (tmp_path / "design.json").write_text(change)
    with pytest.raises(UsageError, match="not a design"):
        open_design(tmp_path)


def test_a_design_that_was_tampered_with_or_is_of_another_version_is_refused(tables: Tables, tmp_path: Path) -> None:
    told = json.loads(as_json(drawn(tables).record()))
    for change in ({"format": 2}, {"creators": [{**one, "activate": True} for one in told["creators"]]}):
        (tmp_path / "design.json").write_text(json.dumps(told | change))
        with pytest.raises(UsageError) as refused:
            open_design(tmp_path)
        assert refused.value.message == ("experiment.other-format" if "format" in change else "experiment.bad-design")
    with pytest.raises(UsageError, match=r"nowhere.*is not there"):
        open_design(tmp_path / "nowhere")


ERRORS = [
    ("experiment.no-follows", {"follows": 0}, {}),
    ("experiment.no-history", {}, {"start": START - pd.Timedelta(days=400)}),
    ("experiment.no-history", {"conversions": 0}, {}),
    ("experiment.too-few", {}, {"shortlist": ["c001"]}),
    ("experiment.bad-take", {}, {"take": 0}),
    ("experiment.bad-take", {}, {"take": 24}),
    ("experiment.no-such-list", {}, {"shortlist": Path("nowhere.csv")}),
]


@pytest.mark.parametrize(("message", "emptied", "how"), ERRORS)
def test_errors_say_what_to_do(message: str, emptied: dict[str, int], how: dict[str, object], tables: Tables) -> None:
    less = replace(tables, **{name: tables[name].head(rows) for name, rows in emptied.items()})
    with pytest.raises(InfluenceGraphError) as refused:
        drawn(less, **how)  # type: ignore[arg-type]
    assert refused.value.message == message
    for language in LANGUAGES:
        with speaking(language):
            assert str(refused.value).count(":") >= 1


def test_buyers_whom_nobody_of_the_list_knows_tell_nothing(tables: Tables) -> None:
    quiet = ~tables.conversions["person_id"].isin(
        tables.follows.loc[tables.follows["followed_id"].isin(["c001", "c002"]), "follower_id"]
    )
    with pytest.raises(TablesError, match="by a follower of the list"):
        drawn(replace(tables, conversions=tables.conversions[quiet].reset_index(drop=True)), ["c001", "c002"])


def test_creators_of_the_same_followers_can_not_be_apart(tables: Tables) -> None:
    twins = [tables.follows.assign(followed_id=name).drop_duplicates() for name in ("c001", "c002")]
    alike = replace(tables, follows=pd.concat(twins, ignore_index=True))
    assert drawn(alike).creators["shared"].eq(1.0).all()
    with pytest.raises(TablesError, match="No two of the 2 creators"):
        drawn(alike, apart=0.9)


def ids(found: Design) -> set[str]:
    notes = (*on_design(found), *to_do(found))
    for language in LANGUAGES:
        with speaking(language):
            assert all(say(note.id, **note.numbers) for note in notes)
    return {note.id for note in notes}


def test_too_little_power_is_said_plainly(tables: Tables) -> None:
    assert "experiment.sees-nothing" in ids(drawn(tables, [creator(i) for i in range(6)]))
    assert ids(drawn(programme(1, creators=16, orders=2.0))) & {"experiment.sees-little", "experiment.half"}
    rich = drawn(programme(1, creators=40, orders=200.0, follows=1.05))
    assert "experiment.sees" in ids(rich)
    assert rich.power.part < 0.5


def test_what_the_power_rests_on_is_said() -> None:
    once = programme(2, periods=1)
    assert "experiment.imagined" in ids(drawn(once))
    assert drawn(once).power.periods == 0
    assert "experiment.short-history" in ids(drawn(once, days=60))
    several = drawn(programme(2, periods=4))
    assert several.power.periods == 3
    assert ids(several) >= {"experiment.played", "experiment.undated-follows"}
    crowded = drawn(programme(2, follows=4.0))
    assert "experiment.much-shared" in ids(crowded)


def test_a_start_far_beyond_the_orders_is_said(tables: Tables) -> None:
    ended = tables.conversions["converted_at"].max()
    near, far = drawn(tables), drawn(tables, start=START + pd.Timedelta(days=400))
    assert "experiment.far-start" not in ids(near)
    assert far.history["until"] == ended.isoformat()
    assert "experiment.far-start" in ids(far)


def test_touches_stand_in_where_no_follows_are_known(tables: Tables) -> None:
    touches = table(
        "touches",
        touched_at=[START - pd.Timedelta(days=200)] * len(tables.follows),
        person_id=tables.follows["follower_id"],
        creator_id=tables.follows["followed_id"],
        kind=["click"] * len(tables.follows),
    )
    told = drawn(replace(tables, follows=tables.follows.head(0), touches=touches))
    assert told.basis == "touches"
    assert "experiment.by-touches" in ids(told)
    columns = ["creator_id", "activate", "expected"]
    pd.testing.assert_frame_equal(told.creators[columns], drawn(tables).creators[columns])
