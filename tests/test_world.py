"""Worlds are what their recipes say, the same for the same seed, and survive being written and read."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from influence_graph.tables import read
from influence_graph.tables.schema import DTYPES, SCHEMA
from influence_graph.world import KINDS, World, make

SIZE = {"people": 3000, "creators": 45, "campaigns": 4}
PART = SIZE["people"] / 20_000
DEVIATIONS = 4.5
"""How many standard deviations of a Poisson number a planted total may be off."""


@cache
def world(kind: str, seed: int = 11) -> World:
    return make(kind, **SIZE, seed=seed)


def orders(kind: str) -> pd.DataFrame:
    return world(kind).tables.conversions


# ----------------------------------------------------------------------------------------------------------- every kind


@pytest.mark.parametrize("kind", KINDS)
def test_totals_are_near_the_recipe(kind: str) -> None:
    planted, recipe = world(kind).planted, KINDS[kind]
    expected = recipe.driven * PART
    assert abs(planted["driven"] - expected) <= DEVIATIONS * np.sqrt(max(expected, 1.0))
    # what a hidden cause brings about is organic too, less the few that fall behind the end
    unmoved = (recipe.organic + recipe.hidden) * PART
    buyers = world(kind).tables.conversions["person_id"].nunique() if recipe.returns else 0
    back = recipe.returns * (1 + (recipe.loyal - 1) / 2) * buyers / 2  # some of them fall behind the end
    within = DEVIATIONS * np.sqrt(unmoved) + 0.02 * unmoved + back
    assert abs(planted["organic"] - unmoved - back) <= within
    assert planted["conversions"] == planted["driven"] + planted["organic"] == len(orders(kind))
    assert planted["kind"] == kind
    assert planted["delay_days"] == recipe.delay_days


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_is_of_those_who_could_have_driven(kind: str) -> None:
    made = world(kind)
    truth = made.truth
    assert truth["person_id"].is_unique
    assert truth["driven"].sum() == made.planted["driven"]
    assert set(truth["person_id"]) >= set(made.tables.shares["person_id"]) | set(made.tables.creators["creator_id"])
    posted = truth["person_id"].isin(made.tables.shares["person_id"])
    assert (truth.loc[~posted, "driven"] == 0).all()
    assert (truth["role"] == "creator").sum() == SIZE["creators"]
    assert (truth["theta"] > 0).all() if made.planted["driven"] else (truth["theta"] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_as_reading_gives_them(kind: str) -> None:
    tables = world(kind).tables
    for name, table in SCHEMA.items():
        frame = tables[name]
        assert tuple(frame.columns) == table.names
        assert {c: str(t) for c, t in frame.dtypes.items()} == {c.name: DTYPES[c.kind] for c in table.columns}
        assert not frame.duplicated(list(table.key)).any()
        assert frame[list(table.needed)].notna().all(axis=None)
    assert len(tables.creators) == SIZE["creators"]
    assert len(tables.campaigns) == SIZE["campaigns"]
    assert (tables.follows["follower_id"] != tables.follows["followed_id"]).all()
    assert tables.shares["campaign_id"].isin(tables.campaigns["campaign_id"]).all()


def test_a_kind_or_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="influence, organic"):
        make("utopia")
    with pytest.raises(TypeError, match="weather"):
        make("influence", people=100, weather=1.0)


# ----------------------------------------------------------------------------------------------------------- repetition


def tables_equal(one: World, other: World) -> None:
    for name in SCHEMA:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name], check_exact=True)
    pd.testing.assert_frame_equal(one.truth, other.truth, check_exact=True)
    assert one.planted == other.planted


@pytest.mark.parametrize("kind", ["influence", "demo", "codes", "chain"])
def test_the_same_seed_gives_the_same_world(kind: str) -> None:
    small = {"people": 400, "creators": 12, "campaigns": 3}
    tables_equal(make(kind, **small, seed=4), make(kind, **small, seed=4))
    one, other = (make(kind, **small, seed=seed).tables.follows for seed in (4, 5))
    assert not one.equals(other)


def test_another_process_gives_the_same_world(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from influence_graph.world import make;"
        "make('demo', people=400, creators=12, campaigns=3, seed=4).write(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there")], check=True)
    make("demo", people=400, creators=12, campaigns=3, seed=4).write(tmp_path / "here")
    here = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    assert here == {path.name: path.read_bytes() for path in (tmp_path / "there").iterdir()}
    assert len(here) == 6


def test_changes_are_planted_instead_of_the_kind() -> None:
    made = make("null", people=1000, creators=20, campaigns=3, driven=500.0, organic=100.0, seed=0)
    assert 400 < made.planted["driven"] < 600
    assert 50 < made.planted["organic"] < 150


# ----------------------------------------------------------------------------------------------------- written and read


@pytest.mark.parametrize("kind", ["influence", "demo", "anonymous", "lost-campaigns"])
def test_a_written_world_reads_back_as_it_was(kind: str, tmp_path: Path) -> None:
    made = make(kind, people=500, creators=15, campaigns=3, seed=2)
    made.write(tmp_path)
    tables = read(tmp_path)
    assert tables.faults.empty
    for name, table in SCHEMA.items():
        got, want = tables[name], made.tables[name]
        key = list(table.key)
        got, want = (frame.sort_values(key).reset_index(drop=True) for frame in (got, want))
        pd.testing.assert_frame_equal(got[list(table.names)], want, check_exact=True)


def test_the_truth_is_not_written(tmp_path: Path) -> None:
    make("demo", people=300, creators=10, campaigns=2).write(tmp_path / "new" / "folder")
    written = {path.stem for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {"creators", "aliases", "campaigns", "follows", "shares", "conversions"}
