"""Credit downstream, against its definition spelled out share by share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.drivers.ripple import parents, ripple


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[float], list[int], list[int]]:
    """Direct credit, author and parent of each share; a parent stands before its children."""
    size = draw(st.integers(1, 25))
    parent = [draw(st.integers(-1, share - 1)) for share in range(size)]
    author = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size))
    direct = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=size, max_size=size))
    return direct, author, parent


def upstream(share: int, author: list[int], parent: list[int]) -> set[int]:
    """Authors of all shares from which a share came down."""
    above = parent[share]
    return set() if above < 0 else {author[above]} | upstream(above, author, parent)


@given(forests())
def test_each_share_counts_once_for_every_other_author_upstream(
    forest: tuple[list[float], list[int], list[int]],
) -> None:
    direct, author, parent = forest
    expected = np.zeros(6)
    for share, credit in enumerate(direct):
        for other in upstream(share, author, parent) - {author[share]}:
            expected[other] += credit
    assert ripple(np.array(direct), np.array(author), np.array(parent), 6) == pytest.approx(expected)


@given(forests())
def test_nobody_ripples_more_than_all_others_drove(forest: tuple[list[float], list[int], list[int]]) -> None:
    direct, author, parent = (np.array(part) for part in forest)
    told = ripple(direct, author, parent, 6)
    others = direct.sum() - np.bincount(author, direct, minlength=6)
    assert (told <= others + 1e-9).all()


def test_along_a_chain_of_strangers_credit_flows_back_whole() -> None:
    """credit(s') = own + sum of what came down from it: on a chain, the sum of all that follow."""
    direct = np.array([1.0, 2.0, 4.0, 8.0])
    assert ripple(direct, np.arange(4), np.arange(4) - 1, 4).tolist() == [14.0, 12.0, 8.0, 0.0]


def test_ones_own_later_shares_are_no_ripple() -> None:
    """0 is reshared by 1, whom 0 reshares in turn: to 0 comes what 1 drove, to 1 what 0's last share did."""
    assert ripple(np.array([1.0, 10.0, 100.0]), np.array([0, 1, 0]), np.array([-1, 0, 1]), 2).tolist() == [10.0, 100.0]


def test_a_parent_is_an_earlier_share_that_there_is() -> None:
    ids = np.array(["s0", "s1", "s2", "s3", "s4", "s5"], dtype=object)
    told = np.array([None, "s0", "s9", "s4", "s3", "s5"], dtype=object)
    time = np.array([0.0, 1.0, 2.0, 3.0, 3.0, 4.0])
    # unknown, known, of no share, at the same moment (twice), itself
    assert parents(ids, told, time).tolist() == [-1, 0, -1, -1, -1, -1]
    assert parents(np.array([], dtype=object), np.array([], dtype=object), np.array([])).size == 0
