"""Where people stand: finite, repeatable, apart, and near whom they are tied to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.views.layout import Places, arrange, positions


def edges_between(source: list[int], target: list[int]) -> pd.DataFrame:
    ends = {"source": np.array(source, np.int64), "target": np.array(target, np.int64)}
    return pd.DataFrame({**ends, "credit": np.linspace(1, 0.1, len(source))})


def arranged(n: int, drivers: int, edges: pd.DataFrame, groups: int, *, seed: int = 0) -> Places:
    rng = np.random.default_rng(seed)
    radius = rng.uniform(8, 44, drivers)
    community = np.arange(drivers) % max(groups, 1)
    return arrange(n, edges, radius=radius, community=community, rng=np.random.default_rng(seed))


def programme(drivers: int, followers: int, edges: int, *, seed: int = 2) -> pd.DataFrame:
    """Every follower is somebody's; the rest of the edges fall anywhere."""
    rng = np.random.default_rng(seed)
    n = drivers + followers
    source = np.append(rng.integers(0, drivers, followers), rng.integers(0, drivers, edges))
    target = np.append(np.arange(drivers, n), rng.integers(0, n, edges))
    frame = edges_between(source.tolist(), target.tolist())
    return frame[frame["source"].ne(frame["target"])].drop_duplicates(["source", "target"])


@given(n=st.integers(0, 30), data=st.data())
def test_everybody_has_a_place_and_no_two_share_it(n: int, data: st.DataObject) -> None:
    ends = st.lists(st.integers(0, max(n - 1, 0)), max_size=60 if n else 0)
    source = np.array(data.draw(ends), dtype=np.int64)
    target = np.random.default_rng(1).permutation(source)
    place = positions(source, target, radius=np.full(n, 5.0), room=2.0, rng=np.random.default_rng(0))
    assert place.shape == (n, 2)
    assert np.isfinite(place).all()
    assert len(np.unique(place.round(3), axis=0)) == n


@given(drivers=st.integers(1, 12), followers=st.integers(0, 30), groups=st.integers(1, 4), seed=st.integers(0, 99))
def test_circles_never_overlap_and_islands_hold_their_people(
    drivers: int, followers: int, groups: int, seed: int
) -> None:
    groups = min(groups, drivers)
    edges = programme(drivers, followers, 10, seed=seed)
    radius = np.random.default_rng(seed).uniform(8, 44, drivers)
    places = arranged(drivers + followers, drivers, edges, groups, seed=seed)
    size = np.append(radius, np.full(followers, 4.0))
    far = np.linalg.norm(places.people[:, None] - places.people[None], axis=2) - (size[:, None] + size[None])
    np.fill_diagonal(far, 1)
    assert far.min() > -1  # a pixel
    of = places.islands[places.owner % groups]
    assert (np.linalg.norm(places.people - of[:, :2], axis=1) + size <= of[:, 2] + 1).all()
    between = np.linalg.norm(places.islands[:, None, :2] - places.islands[None, :, :2], axis=2)
    between -= places.islands[:, None, 2] + places.islands[None, :, 2]
    np.fill_diagonal(between, 1)
    assert between.min() > -1


def test_people_stand_around_who_influences_them_most_strongest_nearest() -> None:
    edges = pd.DataFrame({"source": [0, 0, 1, 0], "target": [2, 3, 3, 4], "credit": [0.5, 0.2, 0.3, 0.9]})
    places = arranged(5, 2, edges, 2)
    assert places.owner.tolist() == [0, 1, 0, 1, 0]
    far = np.linalg.norm(places.people - places.people[places.owner], axis=1)
    assert 0 < far[4] < far[2]


def test_the_same_seed_gives_the_same_picture() -> None:
    edges = programme(40, 100, 90)
    one, other = (arranged(140, 40, edges, 3, seed=7) for _ in range(2))
    np.testing.assert_array_equal(one.people, other.people)
    np.testing.assert_array_equal(one.islands, other.islands)


def test_tied_circles_stand_nearer_than_others() -> None:
    ring = np.arange(12)
    source = np.concatenate([ring, ring, 12 + ring, 12 + ring])
    target = np.concatenate([(ring + 1) % 12, (ring + 4) % 12, 12 + (ring + 1) % 12, 12 + (ring + 4) % 12])
    place = positions(source, target, radius=np.full(24, 6.0), room=4.0, rng=np.random.default_rng(0))
    group = np.repeat([0, 1], 12)
    centres = np.array([place[group == k].mean(axis=0) for k in (0, 1)])
    nearest = np.linalg.norm(place[:, None] - centres[None], axis=2).argmin(axis=1)
    assert (nearest == group).mean() > 0.9


def test_a_map_of_two_thousand_is_quick() -> None:
    from time import process_time

    edges = programme(500, 1_500, 2_500)
    begun = process_time()
    arranged(2_000, 500, edges, 8)
    assert process_time() - begun < 4  # half a second on a quiet machine


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_anybody_stands_near_the_middle(n: int) -> None:
    places = arranged(n, n, edges_between([], []), n)
    assert np.abs(places.people).max(initial=0) < 200
