"""Whether groups differ: labels dealt out anew by hand, levels under heavy tails and clusters, planted differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import chi2

from influence_graph.programme.groups.compared import alike


def posted(rng: np.random.Generator, people: int, posts: float) -> tuple[np.ndarray, ...]:
    """driven, exposed, author and campaign of posts: audiences and persuasion of heavy tails, posts that go viral."""
    number = 1 + rng.poisson(posts, people)
    author = np.repeat(np.arange(people), number)
    campaign = rng.integers(3, size=author.size)
    exposed = np.clip((rng.pareto(0.9, people) + 1) * 30, 30, 3000)[author] * rng.uniform(0.5, 1.0, author.size)
    luck = rng.gamma(2.0, 0.5, author.size) * rng.gamma(4.0, 0.25, (people, 3))[author, campaign]
    driven = rng.poisson(0.02 * (rng.pareto(1.5, people) + 0.1)[author] * exposed * luck)
    return driven.astype(float), exposed, author, campaign


def test_groups_that_drive_alike_seldom_look_different() -> None:
    """Labels of a few creators, of posts, of habits, and of whole campaigns of somebody."""
    rng, chances = np.random.default_rng(3), []
    for people, posts in [(60, 8.0), (30, 1.5)] * 80:
        driven, exposed, author, campaign = posted(rng, people, posts)
        kind = rng.choice(3, people)
        labels = [
            (np.arange(people) < 8)[author],
            rng.choice(3, author.size, p=[0.6, 0.3, 0.1]),
            np.where(rng.random(author.size) < 0.7, kind[author], rng.choice(3, author.size)),
            rng.integers(2, size=(people, 3))[author, campaign],
        ]
        held = [csr_array(np.eye(3)[label.astype(int)]) for label in labels]
        chances.append([alike(driven, exposed, each, author, campaign, shape=1.0)[0] for each in held])
    named = np.array(chances)
    assert (np.mean(named < 0.05, axis=0) <= 0.09).all()
    assert (np.mean(named < 0.0125, axis=0) <= 0.04).all()
    assert (np.mean(named < 0.5, axis=0) > 0.35).all(), "neither do they hide"


def test_kinds_and_platforms_that_work_better_are_found() -> None:
    rng, found = np.random.default_rng(4), []
    for _ in range(20):
        _, exposed, author, campaign = posted(rng, 80, 8.0)
        rate = 0.02 * rng.gamma(1.5, 1 / 1.5, 80)[author] * exposed
        for label, times in ((rng.integers(2, size=author.size), 1.4), (rng.integers(2, size=80)[author], 3.0)):
            driven = rng.poisson(rate * times**label).astype(float)
            chance, surplus = alike(driven, exposed, csr_array(np.eye(2)[label]), author, campaign, shape=1.5)
            found.append((chance < 0.0125, surplus[1] > 0 > surplus[0]))
    assert (np.mean(found, axis=0) >= 0.9).all()


def test_what_speaks_for_groups_is_judged_by_dealing_them_out_anew() -> None:
    """Against doing so: posts of a creator in a campaign, their campaigns, and creators."""
    rng = np.random.default_rng(5)
    author, campaign = np.repeat([0, 1, 2, 3], 6), np.tile([0, 0, 0, 1, 1, 2], 4)
    driven, exposed = rng.poisson(6.0, 24).astype(float), np.full(24, 10.0)
    held = rng.dirichlet([1, 1, 1], 24)
    chance, surplus = alike(driven, exposed, csr_array(held), author, campaign, shape=3.0)
    rate, block = 0.6, author * 3 + campaign
    for _ in range(50):
        whole = np.bincount(author, driven)
        weight = 3.0 / (3.0 + rate * 60.0)
        rate = whole.sum() / 240.0

    def of(held: np.ndarray, block_of: np.ndarray, author_of: np.ndarray) -> np.ndarray:
        """Surpluses of posts, campaigns and creators times the memberships that they are dealt."""
        by_block = np.array([[driven[block == b].sum(), (block == b).sum()] for b in range(12)])
        own = driven - (by_block[:, 0] / by_block[:, 1])[block]
        theirs = by_block[:, 0] - (whole / 6.0)[np.arange(12) // 3] * by_block[:, 1]
        persons = weight * (whole - 60.0 * rate)
        return own @ held + theirs @ block_of + persons @ author_of

    of_block = np.array([held[block == b].mean(axis=0) for b in range(12)])
    of_author = np.array([held[author == a].mean(axis=0) for a in range(4)])
    assert surplus == pytest.approx(of(held, of_block, of_author))
    drawn = []
    for _ in range(4000):
        deal = np.lexsort((rng.random(24), block))
        blocks = np.lexsort((rng.random(12), np.arange(12) // 3))
        drawn.append(of(held[deal], of_block[blocks], of_author[rng.permutation(4)]))
    spread, middle = np.cov(np.array(drawn), rowvar=False), np.mean(drawn, axis=0)
    apart = surplus - middle
    assert chance == pytest.approx(chi2.sf(apart @ np.linalg.pinv(spread, rcond=1e-9) @ apart, 2), abs=0.02)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_names_of_people_and_groups_change_no_chance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    driven, exposed, author, campaign = posted(rng, 12, 3.0)
    held = rng.dirichlet([1, 1, 1], author.size)
    chance, surplus = alike(driven, exposed, csr_array(held), author, campaign, shape=2.0)
    rows, groups, people = rng.permutation(author.size), rng.permutation(3), rng.permutation(12)
    other = csr_array(held[rows][:, groups])
    again, moved = alike(driven[rows], exposed[rows], other, people[author[rows]], 7 * campaign[rows], shape=2.0)
    assert again == pytest.approx(chance)
    assert moved == pytest.approx(surplus[groups])
    whole = csr_array(np.eye(2)[np.zeros(author.size, int)])
    assert alike(driven, exposed, whole, author, campaign, shape=2.0)[0] == 1.0, "all are in one group"
