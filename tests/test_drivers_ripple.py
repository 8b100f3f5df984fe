"""Credit downstream, against its definition spelled out share by share."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.linalg import spsolve

from influence_graph.drivers.reshares import Origins
from influence_graph.drivers.ripple import downstream, ripple

AUTHORS = 6
Forest = tuple[list[float], list[int], list[int]]


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """Direct credit, author and parent of each share; a parent stands before its children."""
    size = draw(st.integers(1, 25))
    parent = [draw(st.integers(-1, share - 1)) for share in range(size)]
    author = draw(st.lists(st.integers(0, AUTHORS - 1), min_size=size, max_size=size))
    direct = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=size, max_size=size))
    return direct, author, parent


@st.composite
def likely(draw: st.DrawFn) -> tuple[list[float], list[int], np.ndarray]:
    """Direct credit and author of a few shares, and how likely each came from each earlier one."""
    size = draw(st.integers(1, 5))
    author = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    direct = draw(st.lists(st.sampled_from([0.0, 1.0, 3.0]), min_size=size, max_size=size))
    chance = np.zeros((size, size))
    for share in range(1, size):
        parts = draw(st.lists(st.integers(0, 4), min_size=share + 1, max_size=share + 1))
        chance[share, :share] = np.array(parts[:-1]) / max(sum(parts), 1)
    return direct, author, chance


def upstream(share: int, author: list[int], parent: list[int]) -> set[int]:
    """Authors of all shares from which a share came down."""
    above = parent[share]
    return set() if above < 0 else {author[above]} | upstream(above, author, parent)


def by_definition(direct: list[float], author: list[int], parent: list[int]) -> np.ndarray:
    """Each share counts once for every other author upstream."""
    credit = np.zeros(AUTHORS)
    for share, drove in enumerate(direct):
        for other in upstream(share, author, parent) - {author[share]}:
            credit[other] += drove
    return credit


def certain(parent: list[int]) -> csr_array:
    """Origins that are known."""
    chance = np.zeros((len(parent), len(parent)))
    for share, above in enumerate(parent):
        if above >= 0:
            chance[share, above] = 1.0
    return csr_array(chance)


def told(direct: list[float], author: list[int], origins: csr_array, time: np.ndarray | None = None) -> np.ndarray:
    time = np.arange(len(direct), dtype=float) if time is None else time
    return ripple(np.array(direct), np.array(author), origins, time, AUTHORS)


@given(forests())
def test_each_share_counts_once_for_every_other_author_upstream(forest: Forest) -> None:
    direct, author, parent = forest
    assert told(direct, author, certain(parent)) == pytest.approx(by_definition(*forest))


@given(likely())
def test_where_origins_are_uncertain_it_is_the_mean_over_all_courses_of_events(
    case: tuple[list[float], list[int], np.ndarray],
) -> None:
    direct, author, chance = case
    expected = np.zeros(AUTHORS)
    for parent in product(*(range(-1, share) for share in range(len(direct)))):
        odds = [1.0 - chance[share].sum() if above < 0 else chance[share, above] for share, above in enumerate(parent)]
        expected += np.prod(odds) * by_definition(direct, author, list(parent))
    assert told(direct, author, csr_array(chance)) == pytest.approx(expected, abs=1e-9)


@given(likely())
def test_downstream_solves_the_triangular_system(case: tuple[list[float], list[int], np.ndarray]) -> None:
    direct, _, chance = case
    solved = spsolve(csr_array(np.eye(len(direct)) - chance.T).tocsc(), np.array(direct))
    time = np.arange(len(direct), dtype=float)
    assert downstream(np.array(direct), csr_array(chance), time) == pytest.approx(np.atleast_1d(solved))


@given(forests(), st.randoms(use_true_random=False))
def test_the_order_in_which_shares_are_listed_changes_nothing(forest: Forest, random: object) -> None:
    direct, author, parent = forest
    size = len(direct)
    shuffled = sorted(range(size), key=lambda _: random.random())  # type: ignore[attr-defined]
    place = np.argsort(shuffled)
    moved = [-1 if parent[share] < 0 else int(place[parent[share]]) for share in shuffled]
    again = told(
        [direct[s] for s in shuffled], [author[s] for s in shuffled], certain(moved), np.array(shuffled, dtype=float)
    )
    assert again == pytest.approx(told(direct, author, certain(parent)))


@given(forests())
def test_nobody_ripples_more_than_all_others_drove(forest: Forest) -> None:
    direct, author, parent = forest
    others = sum(direct) - np.bincount(author, direct, minlength=AUTHORS)
    assert (told(direct, author, certain(parent)) <= others + 1e-9).all()


def test_along_a_chain_of_strangers_credit_flows_back_whole() -> None:
    """credit(s') = own + sum of what came down from it: on a chain, the sum of all that follow."""
    chain = certain([-1, 0, 1, 2])
    assert told([1.0, 2.0, 4.0, 8.0], [0, 1, 2, 3], chain).tolist()[:4] == [14.0, 12.0, 8.0, 0.0]
    assert downstream(np.array([1.0, 2.0, 4.0, 8.0]), chain, np.arange(4.0)).tolist() == [15.0, 14.0, 12.0, 8.0]


def test_ones_own_later_shares_are_no_ripple() -> None:
    """0 is reshared by 1, whom 0 reshares in turn: to 0 comes what 1 drove, to 1 what 0's last share did."""
    assert told([1.0, 10.0, 100.0], [0, 1, 0], certain([-1, 0, 1])).tolist()[:2] == [10.0, 100.0]


def test_what_came_down_twice_from_somebody_counts_once() -> None:
    """0, 1, 0 again, then 2: what 2 drove came down from 0 by both of their shares."""
    assert told([0.0, 0.0, 0.0, 7.0], [0, 1, 0, 2], certain([-1, 0, 1, 2])).tolist()[:3] == [7.0, 7.0, 0.0]


def test_drawn_origins_are_as_frequent_as_they_are_likely() -> None:
    """Share 2 came from 0 or 1 or nowhere, 3 surely from 2."""
    chance = np.zeros((4, 4))
    chance[2, :2], chance[3, 2] = (0.5, 0.2), 1.0
    origins = Origins(csr_array(chance), known=1, learnt=0.7, sigmas=30.0)
    rng = np.random.default_rng(5)
    mean = sum(origins.draw(rng).toarray() for _ in range(4000)) / 4000
    assert mean == pytest.approx(chance, abs=0.03)
    assert mean[3, 2] == 1.0
