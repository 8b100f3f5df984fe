"""Where shares came from: what is known, what is called passed on, and what is learnt; never noise."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from tiny import at, few_sweeps, programme, seen

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.reshares import find_origins, parents
from influence_graph.measures.communities import communities
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import make

SEEDS = range(3)
SLOPE = -0.7
"""Small accounts persuade most, so that what resharers drive is worth following back."""


def told_by_parents(tables: Tables, *, blank: float, kinds: bool, seed: int) -> Tables:
    """The tables with part of the parents blanked, and with reshares called so or not."""
    shares = tables.shares
    gone = np.random.default_rng(seed).random(len(shares)) < blank
    shares = shares.assign(parent_share_id=shares["parent_share_id"].where(~gone))
    unnamed = shares.assign(kind=shares["kind"].where(shares["kind"] != "reshare"))
    return replace(tables, shares=shares if kinds else unnamed)


@cache
def found(kind: str, seed: int, blank: float = 0.0, kinds: bool = True, **changes: float) -> tuple[Drivers, int]:
    """What the model says of a world, and how many of its shares were passed on though none tells it."""
    tables = make(kind, people=3000, creators=60, campaigns=5, seed=seed, **changes).tables
    told = told_by_parents(tables, blank=blank, kinds=kinds, seed=seed)
    hidden = int(tables.shares["parent_share_id"].notna().sum() - told.shares["parent_share_id"].notna().sum())
    resolved = resolve(told)
    network = build(resolved)
    groups = communities(network, rng=np.random.default_rng(seed)).labels
    with few_sweeps():
        return drive(resolved, network, rng=np.random.default_rng(seed), communities=groups), hidden


def chain(seed: int, blank: float, kinds: bool) -> tuple[Drivers, int]:
    return found("chain", seed, blank, kinds, theta_slope=SLOPE, driven=1200.0, reshare=0.003)


def agreement(one: Drivers, other: Drivers) -> tuple[float, float]:
    """Rank correlation of creators' ripple, and the ratio of its sums."""
    told = pd.concat([one.people["ripple"], other.people["ripple"]], axis=1, keys=["one", "other"]).dropna()
    told = told[told.index.str.startswith("c")]
    return float(spearmanr(told["one"], told["other"]).statistic), float(told["other"].sum() / told["one"].sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_that_are_called_reshares_find_their_origin(seed: int) -> None:
    known, _ = chain(seed, 0.0, True)
    called, hidden = chain(seed, 1.0, True)
    assert called.workings is not None
    assert called.workings.origins.known >= hidden > 50
    rank, ratio = agreement(known, called)
    assert rank > 0.85
    assert ratio == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("blank", [0.5, 1.0])
def test_reshares_that_nobody_calls_so_are_learnt(blank: float) -> None:
    ranks, ratios, counts = [], [], []
    for seed in SEEDS:
        known, _ = chain(seed, 0.0, True)
        learnt, hidden = chain(seed, blank, False)
        assert learnt.workings is not None
        counts.append(learnt.workings.origins.learnt / hidden)
        rank, ratio = agreement(known, learnt)
        ranks.append(rank)
        ratios.append(ratio)
    assert 0.6 < np.mean(counts) < 1.2, counts
    assert np.mean(ranks) > 0.75, ranks
    assert 0.5 < np.mean(ratios) < 1.2, ratios


def test_where_every_parent_is_told_nothing_is_added() -> None:
    for seed in SEEDS:
        drivers, _ = chain(seed, 0.0, True)
        assert drivers.workings is not None
        assert drivers.workings.origins.learnt == 0.0


def test_intervals_hold_the_ripple_of_known_parents() -> None:
    inside, beyond = 0, 0
    for seed in SEEDS:
        known, _ = chain(seed, 0.0, True)
        called = chain(seed, 1.0, True)[0].people
        true = known.people["ripple"]
        which = true.index.str.startswith("c") & true.gt(1.0)
        within = true.between(called["ripple_low"], called["ripple_high"])[which]
        inside, beyond = inside + int(within.sum()), beyond + int((~within).sum())
        assert (called["ripple_low"] <= called["ripple"]).sum() == called["ripple"].notna().sum()
        assert (called["ripple"] <= called["ripple_high"]).sum() == called["ripple"].notna().sum()
    assert inside / (inside + beyond) > 0.75


@pytest.mark.parametrize("kind", ["influence", "null", "bursts", "homophily"])
def test_where_nobody_passes_anything_on_there_is_no_ripple(kind: str) -> None:
    """Creators who post near each other, and people who recommend to their friends of their own accord."""
    for seed in SEEDS:
        drivers, _ = found(kind, seed, advocates=0.05)
        assert drivers.people["ripple"].sum() <= 0.01 * drivers.total["conversions"]


def test_origins_are_earlier_shares_of_others_that_their_author_saw() -> None:
    drivers, _ = chain(0, 1.0, False)
    assert drivers.workings is not None
    exposure, chance = drivers.workings.exposure, drivers.workings.origins.chance
    share, origin = chance.nonzero()
    shares = exposure.shares
    age = shares["time"].to_numpy()[share] - shares["time"].to_numpy()[origin]
    assert len(share) > 100
    assert (age > 0).all()
    assert (age <= exposure.window).all()
    assert (shares["author"].to_numpy()[share] != shares["author"].to_numpy()[origin]).all()
    assert (shares["campaign"].to_numpy()[share] == shares["campaign"].to_numpy()[origin]).all()
    assert (chance.data > 0).all()
    assert chance.sum(axis=1).max() <= 1.0 + 1e-9


def small(**columns: list[str | None]) -> Tables:
    """b reshares what a posted three days before; a follows nobody but b, c nobody at all."""
    tables = programme([("a", 1.0, "spring"), ("b", 4.0, "spring"), ("c", 5.0, "spring")], [("b", "a", None)])
    return replace(tables, shares=tables.shares.assign(**{n: pd.Series(v, dtype="str") for n, v in columns.items()}))


def origins_of(tables: Tables) -> np.ndarray:
    network, exposure = seen(tables)
    order = pd.Index(exposure.shares["share_id"]).get_indexer(["s0", "s1", "s2"])
    return np.asarray(find_origins(tables, network, exposure).chance.toarray()[np.ix_(order, order)])


def test_a_known_parent_is_certain_and_few_shares_teach_nothing() -> None:
    assert not origins_of(small()).any()
    assert origins_of(small(parent_share_id=[None, "s0", None])).tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
    assert origins_of(small(parent_share_id=[None, None, "s0"])).tolist() == [[0, 0, 0], [0, 0, 0], [1, 0, 0]]


def test_a_share_called_a_reshare_came_from_what_its_author_saw() -> None:
    assert origins_of(small(kind=["post", "reshare", "duet"])).tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]


def test_nobody_passes_on_what_they_posted_themselves() -> None:
    tables = programme([("a", 1.0, "spring"), ("a", 4.0, "spring"), ("c", 5.0, "spring")], [("b", "a", None)])
    who = {"person_id": ["a", "zoe"], "share_id": "s0", "kind": "view"}
    touched = pd.DataFrame({"touched_at": [at(2.0), at(2.0)], **who})
    tables = replace(
        tables,
        shares=tables.shares.assign(kind=pd.Series(["post", "reshare", "post"], dtype="str")),
        touches=pd.concat([tables.touches, touched]).astype(tables.touches.dtypes.to_dict()),
    )
    assert not origins_of(tables).any()


def test_a_parent_is_an_earlier_share_that_there_is() -> None:
    ids = np.array(["s0", "s1", "s2", "s3", "s4", "s5"], dtype=object)
    told = np.array([None, "s0", "s9", "s4", "s3", "s5"], dtype=object)
    time = np.array([0.0, 1.0, 2.0, 3.0, 3.0, 4.0])
    # unknown, known, of no share, at the same moment (twice), itself
    assert parents(ids, told, time).tolist() == [-1, 0, -1, -1, -1, -1]
    assert parents(np.array([], dtype=object), np.array([], dtype=object), np.array([])).size == 0
