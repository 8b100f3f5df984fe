"""Do the followed share first?"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st

from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.tables.direction import Direction, direction


def oracle(follows: pd.DataFrame, shares: pd.DataFrame) -> tuple[int, int]:
    """Pairs where the followed were first, and pairs at all: one loop over everything."""
    first: dict[tuple[str, str, str], pd.Timestamp] = {}
    for column in ("campaign_id", "content_id"):
        for person, topic, at in zip(shares["person_id"], shares[column], shares["shared_at"], strict=True):
            if isinstance(topic, str):
                key = (person, column, topic)
                first[key] = min(at, first.get(key, at))
    wins = pairs = 0
    topics = {key[1:] for key in first}
    for (follower, followed), topic in product(follows[["follower_id", "followed_id"]].to_numpy(), topics):
        one, other = first.get((follower, *topic)), first.get((followed, *topic))
        if follower != followed and one is not None and other is not None and one != other:
            pairs += 1
            wins += other < one
    return wins, pairs


PEOPLE = [f"p{n}" for n in range(6)]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    people = st.sampled_from(PEOPLE)
    pairs = draw(st.lists(st.tuples(people, people), max_size=15, unique=True))
    topic = st.none() | st.sampled_from(["a", "b", "c"])
    rows = draw(st.lists(st.tuples(people, st.integers(0, 9), topic, topic), max_size=20))
    follows = table("follows", follower_id=[a for a, _ in pairs], followed_id=[b for _, b in pairs])
    shares = table(
        "shares",
        share_id=[str(n) for n in range(len(rows))],
        person_id=[row[0] for row in rows],
        shared_at=[f"2025-03-01T0{row[1]}:00" for row in rows],
        campaign_id=[row[2] for row in rows],
        content_id=[row[3] for row in rows],
    )
    return follows, shares


@settings(max_examples=60)
@given(worlds())
def test_counts_like_the_loop_over_everything(world: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    follows, shares = world
    wins, pairs = oracle(follows, shares)
    if shares[["campaign_id", "content_id"]].notna().any(axis=None):
        found = direction(follows, shares)
        assert found.pairs == pairs
        assert found.followed_first == pytest.approx(wins / pairs) if pairs else np.isnan(found.followed_first)


def cascade(rng: np.random.Generator, *, people: int = 400, lead: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everybody follows five of forty creators and shares each campaign; creators `lead` hours before others."""
    ids = np.array([f"p{n}" for n in range(people)])
    follower = np.repeat(np.arange(40, people), 5)
    followed = rng.integers(0, 40, len(follower))
    follows = table("follows", follower_id=ids[follower], followed_id=ids[followed]).drop_duplicates()
    person, campaign = (grid.ravel() for grid in np.meshgrid(np.arange(people), np.arange(3)))
    hours = rng.uniform(0, 24, len(person)) - np.where(person < 40, lead, 0)
    at = pd.Timestamp("2025-03-01", tz="UTC") + pd.to_timedelta(hours, unit="h")
    shares = table(
        "shares",
        share_id=[str(n) for n in range(len(person))],
        person_id=ids[person],
        shared_at=at,
        campaign_id=[f"c{n}" for n in campaign],
    )
    return follows.reset_index(drop=True), shares


def swapped(follows: pd.DataFrame) -> pd.DataFrame:
    return follows.rename(columns={"follower_id": "followed_id", "followed_id": "follower_id"})


def test_swapped_columns_are_found_and_true_ones_are_not() -> None:
    follows, shares = cascade(np.random.default_rng(1), lead=6)
    right, wrong = direction(follows, shares), direction(swapped(follows), shares)
    assert right.followed_first > 0.6
    assert not right.swapped
    assert not right.notes()
    assert wrong.swapped
    assert wrong.followed_first == pytest.approx(1 - right.followed_first)
    assert wrong.z == pytest.approx(-right.z)


def test_chance_alone_is_rarely_called_swapped() -> None:
    """Where times are random, z has the spread of a z, though a creator's early post is early for all followers."""
    z = [direction(*cascade(np.random.default_rng(seed), lead=0)).z for seed in range(100)]
    assert 0.7 < np.std(z) < 1.3
    assert sum(value < -3 for value in z) <= 2


def test_the_note_is_worded_with_its_numbers() -> None:
    [note] = Direction(0.31, 1200, -9.4, swapped=True).notes()
    for language in LANGUAGES:
        with speaking(language):
            told = say(note.id, **note.numbers)
            assert "31%" in told
            assert ("1,200" if language == "en" else "1.200") in told


def test_without_campaigns_first_shares_count_and_without_pairs_nothing_is_said() -> None:
    follows = table("follows", follower_id=["b"], followed_id=["a"])
    shares = table("shares", share_id=["1", "2"], person_id=["a", "b"], shared_at=["2025-03-01", "2025-03-02"])
    assert direction(follows, shares) == Direction(1.0, 1, 1.0, swapped=False)
    nothing = direction(table("follows"), table("shares"))
    assert nothing.pairs == 0
    assert np.isnan(nothing.followed_first)
    assert not nothing.swapped
