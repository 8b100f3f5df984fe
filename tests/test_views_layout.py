"""Where people stand: finite, repeatable, apart, and near whom they are tied to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.views.layout import positions


@given(n=st.integers(0, 30), data=st.data())
def test_everybody_has_a_place_and_no_two_share_it(n: int, data: st.DataObject) -> None:
    ends = st.lists(st.integers(0, max(n - 1, 0)), max_size=60 if n else 0)
    source = np.array(data.draw(ends), dtype=np.int64)
    target = np.random.default_rng(1).permutation(source)
    place = positions(n, source, target, rng=np.random.default_rng(0))
    assert place.shape == (n, 2)
    assert np.isfinite(place).all()
    assert len(np.unique(place.round(3), axis=0)) == n


def test_the_same_seed_gives_the_same_picture() -> None:
    rng = np.random.default_rng(3)
    source, target = rng.integers(0, 50, 90), rng.integers(0, 50, 90)
    one, other = (positions(50, source, target, rng=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_circles_hardly_overlap() -> None:
    rng = np.random.default_rng(5)
    radius = rng.uniform(4, 30, 80)
    place = positions(80, rng.integers(0, 8, 160), rng.integers(0, 80, 160), radius=radius, rng=rng)
    far = np.linalg.norm(place[:, None] - place[None], axis=2)
    overlap = radius[:, None] + radius[None] - far
    np.fill_diagonal(overlap, 0)
    assert overlap.max() < 1


def test_two_groups_with_no_tie_between_them_stand_apart() -> None:
    ring = np.arange(12)
    source = np.concatenate([ring, ring, 12 + ring, 12 + ring])
    target = np.concatenate([(ring + 1) % 12, (ring + 4) % 12, 12 + (ring + 1) % 12, 12 + (ring + 4) % 12])
    group = np.repeat([0, 1], 12)
    place = positions(24, source, target, community=group, rng=np.random.default_rng(0))
    centres = np.array([place[group == k].mean(axis=0) for k in (0, 1)])
    nearest = np.linalg.norm(place[:, None] - centres[None], axis=2).argmin(axis=1)
    assert (nearest == group).mean() > 0.9


@pytest.mark.parametrize("n", [1, 2])
def test_one_and_two_people_stand_near_the_middle(n: int) -> None:
    place = positions(n, np.zeros(0, np.int64), np.zeros(0, np.int64), rng=np.random.default_rng(0))
    assert np.abs(place).max() < 200
