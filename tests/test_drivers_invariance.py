"""What must not matter: names, the calendar, the order of rows, rows said twice, the process that computes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import few_sweeps

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.em import Fit, maximise, settle, start
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import SCHEMA, Tables
from influence_graph.world import make

PEOPLE = {
    "creators": ["creator_id"], "aliases": ["person_id"], "follows": ["follower_id", "followed_id"],
    "shares": ["person_id"], "conversions": ["person_id"], "touches": ["person_id", "creator_id"],
}  # fmt: skip
FRAMES = ("people", "campaigns", "credit", "influences")


@cache
def tables_of(kind: str = "demo", seed: int = 3) -> Tables:
    return make(kind, people=700, creators=20, campaigns=3, seed=seed).tables


def driven(tables: Tables, seed: int = 0) -> Drivers:
    resolved = resolve(tables)
    with few_sweeps():
        return drive(resolved, build(resolved), rng=np.random.default_rng(seed))


@cache
def usual() -> Drivers:
    return driven(tables_of())


def fitted(tables: Tables) -> tuple[Hazard, Fit]:
    """EM, which depends on nothing but the data."""
    resolved = resolve(tables)
    model = Hazard(expose(resolved, build(resolved)))
    return model, maximise(model, start(model), most=25)


def renamed(tables: Tables, names: dict[str, str]) -> Tables:
    """Everybody under another name."""
    frames = {}
    for name, columns in PEOPLE.items():
        frame = tables[name]
        frames[name] = frame.assign(**{c: frame[c].map(names).astype(frame[c].dtype) for c in columns})
    return replace(tables, **frames)


def shuffled(tables: Tables, seed: int) -> Tables:
    rng = np.random.default_rng(seed)
    frames = {name: tables[name].iloc[rng.permutation(len(tables[name]))].reset_index(drop=True) for name in SCHEMA}
    return replace(tables, **frames)


def shifted(tables: Tables, days: int) -> Tables:
    frames = {}
    for name, table in SCHEMA.items():
        times = [column.name for column in table.columns if column.kind == "time"]
        frames[name] = tables[name].assign(**{c: tables[name][c] + pd.Timedelta(days=days) for c in times})
    return replace(tables, **frames)


def same(one: Drivers, other: Drivers, *, moved: int = 0) -> None:
    """Bit for bit."""
    for name in FRAMES:
        left, right = getattr(one, name), getattr(other, name)
        if name == "people":  # creators who never shared stand as the table has them
            left, right = left.sort_index(), right.sort_index()
        if moved and name == "credit":
            left = left.assign(converted_at=left["converted_at"] + pd.Timedelta(days=moved))
        pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert one.total == other.total


# ---------------------------------------------------------------------------------------------------------------- names


@given(st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_names_are_labels(random: Random) -> None:
    """What EM finds of somebody does not hang on what they are called, nor on who stands before them."""
    tables = tables_of()
    ids = sorted(pd.concat([tables[name][c] for name, columns in PEOPLE.items() for c in columns]).dropna().unique())
    other = list(ids)
    random.shuffle(other)
    names = dict(zip(ids, other, strict=True))
    (model, fit), (renamed_model, renamed_fit) = fitted(tables), fitted(renamed(tables, names))
    before = pd.Series(fit.caused, index=[names[author] for author in model.exposure.authors])
    after = pd.Series(renamed_fit.caused, index=renamed_model.exposure.authors)
    assert after.to_numpy() == pytest.approx(before.reindex(after.index), rel=1e-7, abs=1e-9)
    assert renamed_fit.likelihood == pytest.approx(fit.likelihood)
    assert renamed_fit.parameters.rate == pytest.approx(fit.parameters.rate, rel=1e-6)


def test_at_given_parameters_names_change_nothing_but_the_last_digit() -> None:
    tables = tables_of("influence")
    ids = sorted(set(tables.creators["creator_id"]) | set(tables.follows["follower_id"]))
    names = dict(zip(ids, [f"z{i:05}" for i in range(len(ids))][::-1], strict=True))
    caused = []
    for given_tables, label in ((tables, names.get), (renamed(tables, names), str)):
        resolved = resolve(given_tables)
        model = Hazard(expose(resolved, build(resolved)))
        labels = [label(author) for author in model.exposure.authors]
        theta = np.array([int(hashlib.sha256(str(name).encode()).hexdigest(), 16) % 97 / 1e4 for name in labels])
        mu = np.full(model.pieces.length.size, 0.002)
        fit = settle(model, Parameters(theta, theta, theta, mu, 0.3, model.tastes.alike()))
        caused.append(pd.Series(fit.caused, index=labels).sort_index())
    pd.testing.assert_series_equal(*caused, rtol=1e-10)


def test_draws_move_with_names_less_than_the_doubt_they_tell() -> None:
    """The sampler goes through authors in the order of their ids: other ids are another seed."""
    tables = tables_of()
    ids = sorted(tables.creators["creator_id"])
    names = {name: name for name in pd.concat([tables[n][c] for n, cs in PEOPLE.items() for c in cs]).dropna().unique()}
    names |= dict(zip(ids, ids[::-1], strict=True))
    other, one = driven(renamed(tables, names)), usual()
    doubt = one.total["driven_high"] - one.total["driven_low"]
    assert abs(other.total["driven"] - one.total["driven"]) < doubt / 2
    back = other.people["driven"].rename(index=names).reindex(ids).fillna(0.0)
    assert np.corrcoef(back, one.people["driven"].reindex(ids).fillna(0.0))[0, 1] > 0.97


# ---------------------------------------------------------------------------------------------------- calendar and rows


@pytest.mark.parametrize("days", [1, -400, 3650])
def test_the_calendar_does_not_matter(days: int) -> None:
    same(usual(), driven(shifted(tables_of(), days)), moved=days)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    same(usual(), driven(shuffled(tables_of(), seed)))


def test_follows_said_twice_are_said() -> None:
    tables = tables_of()
    twice = pd.concat([tables.follows, tables.follows.iloc[::3], tables.follows.iloc[:50]], ignore_index=True)
    same(usual(), driven(replace(tables, follows=twice)))


def test_nothing_given_is_changed() -> None:
    tables = resolve(tables_of())
    before = {name: tables[name].copy(deep=True) for name in SCHEMA}
    network = build(tables)
    drive(tables, network, rng=np.random.default_rng(0))
    for name in SCHEMA:
        pd.testing.assert_frame_equal(tables[name], before[name])


# ----------------------------------------------------------------------------------------------------------- repetition


def test_the_same_seed_gives_the_same_answer() -> None:
    same(usual(), driven(tables_of()))
    other = driven(tables_of(), seed=1)
    assert not other.people["driven"].equals(usual().people["driven"])


DIGEST = """
import hashlib, sys
sys.path.insert(0, {folder!r})
import test_drivers_invariance as here
print(here.digest(here.driven(here.tables_of())))
"""


def digest(told: Drivers) -> str:
    text = "".join(getattr(told, name).to_csv(float_format="%.17g") for name in FRAMES)
    return hashlib.sha256(text.encode()).hexdigest()


def test_another_process_gives_the_same_answer() -> None:
    script = DIGEST.format(folder=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == digest(usual())
