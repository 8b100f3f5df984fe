"""Where people stand on the influence map: computed here, so that the page draws at once and never jiggles.

Every driver is a flower: the people they influence most stand around them, strongest first. The flowers of a community
are laid out by forces and make an island; the islands are laid out in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_STEPS = 120
_GRAVITY = 0.8
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
_STEM = 12.0
"""Pixels between a driver's circle and the first person around it."""
_PETAL = 8.0
"""Pixels that each of those people takes."""
_SHORE = 20.0
"""Pixels of water around an island."""
_GARDEN, _SEA = 1.0, 1.0
"""How much larger an island is than its flowers, and the picture than its islands."""


@dataclass(frozen=True)
class Places:
    """Where everybody stands, in pixels around (0, 0).

    Attributes
    ----------
    people : (n, 2) float64
    owner : (n,) int64
        The driver whom each person stands around; drivers stand around themselves.
    islands : (g, 3) float64
        x, y and radius of each community's island; no two overlap.
    """

    people: Floats
    owner: Ints
    islands: Floats


def arrange(n: int, edges: pd.DataFrame, *, radius: Floats, community: Ints, rng: np.random.Generator) -> Places:
    """Place drivers, the people they influence, and their communities.

    Parameters
    ----------
    n : int
        People. The first `d` are drivers; each of the others is the target of an edge.
    edges : DataFrame
        source and target, in 0..n - 1, and credit. Every source is a driver.
    radius : (d,) float64
        The circle of each driver.
    community : (d,) int64
        Of each driver, in 0..g - 1, all of which occur. Everybody else stands with who influences them most.
    rng : numpy.random.Generator
        The same generator state gives the same picture.

    Notes
    -----
    O(sum over communities of squared drivers + edges).
    """
    drivers, groups = len(radius), int(community.max(initial=-1)) + 1
    petals = _petals(edges, drivers)
    owner = petals["source"].to_numpy()
    around = np.sqrt((radius[owner] + _STEM) ** 2 + petals["place"].to_numpy() * _PETAL**2)
    flower = radius.copy()
    np.maximum.at(flower, owner, around + _PETAL / 2)
    one, other = _ties(edges, drivers, n)
    people, shore = np.zeros((n, 2)), np.zeros(groups)
    for group in range(groups):
        members = np.flatnonzero(community == group)
        inside = (community[one] == group) & (community[other] == group)
        ends = (np.searchsorted(members, end[inside]) for end in (one, other))
        people[members] = _centred(positions(*ends, radius=flower[members], room=_GARDEN, rng=rng), flower[members])
        shore[group] = (np.linalg.norm(people[members], axis=1) + flower[members]).max() + _SHORE
    across = community[one] != community[other]
    islands = positions(community[one[across]], community[other[across]], radius=shore, room=_SEA, rng=rng)
    people[:drivers] += islands[community]
    turn = petals["place"].to_numpy() * _GOLDEN_ANGLE + owner
    people[petals["target"]] = people[owner] + around[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    owners = np.arange(n)
    owners[petals["target"]] = owner
    return Places(people, owners, np.column_stack([islands, shore]))


def _petals(edges: pd.DataFrame, drivers: int) -> pd.DataFrame:
    """The people around each driver: target, source (who influences them most) and their place, 0 the strongest."""
    found = edges[edges["target"].ge(drivers)].sort_values("credit", ascending=False, kind="stable")
    found = found.drop_duplicates("target")
    return found.assign(place=found.groupby("source").cumcount())


def _ties(edges: pd.DataFrame, drivers: int, n: int) -> tuple[Ints, Ints]:
    """Pairs of drivers who belong together: one influences the other, or both the same people."""
    from scipy.sparse import coo_array, triu

    one = np.ones(len(edges), dtype=np.float32)
    link = coo_array((one, (edges["source"], edges["target"])), shape=(drivers, n)).tocsr()
    among = link[:, :drivers]
    tied = triu(link @ link.T + among + among.T, k=1).tocoo()
    return tied.row.astype(np.int64), tied.col.astype(np.int64)


def positions(source: Ints, target: Ints, *, radius: Floats, room: float, rng: np.random.Generator) -> Floats:
    """Lay circles out by forces: tied ones attract, all repel, none overlap.

    Parameters
    ----------
    source, target : (m,) int64
        The ends of each tie, in 0..n - 1.
    radius : (n,) float64
        How much room each takes, in pixels.
    room : float
        How much larger the picture is than the circles in it.
    rng : numpy.random.Generator
        The same generator state gives the same picture.

    Returns
    -------
    (n, 2) float64
        Pixels around (0, 0).

    Notes
    -----
    O(n^2) a step in matrix products of single precision: 2,000 circles take about a second. The forces are those of
    ForceAtlas2 (Jacomy et al. 2014, doi:10.1371/journal.pone.0098679) with hubs dissuaded, and a temperature in place
    of its speeds; networkx.forceatlas2_layout takes seventeen times as long.
    """
    from scipy.sparse import coo_array

    n = len(radius)
    if n < 2:
        return np.zeros((n, 2))
    place = _sunflower(n, rng)
    link = coo_array((np.ones(len(source), np.float32), (source, target)), shape=(n, n)).tocsr()
    rows, columns = (link + link.T).nonzero()
    # Whoever has many ties takes much room and is pulled less by each: hubs stand apart instead of in one heap.
    mass = np.sqrt(1 + np.bincount(rows, minlength=n)).astype(np.float32)[:, None]
    near = np.empty((n, n), np.float32)
    for heat in np.linspace(0.12 * np.sqrt(n), 0.01, _STEPS, dtype=np.float32):
        square = (place * place).sum(axis=1)
        near = np.matmul(place, -2 * place.T, out=near)
        near += square[:, None]
        near += square
        np.reciprocal(np.maximum(near, 1e-2, out=near), out=near)
        np.fill_diagonal(near, 0)
        force = mass * (place * (near @ mass) - near @ (mass * place))
        pull = (place[columns] - place[rows]) / mass[rows]
        for axis in (0, 1):
            force[:, axis] += np.bincount(rows, weights=pull[:, axis], minlength=n).astype(np.float32)
        force -= _GRAVITY * mass * place
        length = np.linalg.norm(force, axis=1, keepdims=True)
        place += force / np.maximum(length, 1e-6) * np.minimum(length, heat)
    spread = np.pi * max(float((place**2).sum(axis=1).mean()) * 2, 1e-6)
    scale = np.sqrt(room * np.pi * float((radius**2).sum()) / spread)
    return _apart(place.astype(np.float64) * scale, radius)


def _sunflower(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Evenly spread over a disc, in random order."""
    rank = rng.permutation(n)
    distance, angle = np.sqrt(rank + 0.5), rank * _GOLDEN_ANGLE
    return np.column_stack([distance * np.cos(angle), distance * np.sin(angle)]).astype(np.float32)


def _apart(place: Floats, radius: Floats) -> Floats:
    """Push circles apart until they barely overlap, each pair in proportion to the other's size."""
    from scipy.spatial import cKDTree

    place = place.copy()
    for _ in range(200):
        pairs = cKDTree(place).query_pairs(2 * float(radius.max()), output_type="ndarray")
        one, other = pairs[:, 0], pairs[:, 1]
        along = place[other] - place[one]
        far = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
        overlap = radius[one] + radius[other] - far
        close = overlap > 0.5
        if not close.any():
            break
        one, other = one[close], other[close]
        push = (along[close] / far[close, None]) * overlap[close, None]
        part = (radius[other] / (radius[one] + radius[other]))[:, None]
        np.subtract.at(place, one, push * part)
        np.add.at(place, other, push * (1 - part))
    return place


def _centred(place: Floats, radius: Floats) -> Floats:
    """Shifted so that the box around all circles is centred at (0, 0)."""
    low, high = (place - radius[:, None]).min(axis=0), (place + radius[:, None]).max(axis=0)
    return np.asarray(place - (low + high) / 2)
