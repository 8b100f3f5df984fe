"""Where people stand on the influence map: computed here, so that the page draws at once and never jiggles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_STEPS = 120
_GRAVITY = 0.8
_ROOM = 22.0
"""How much larger the picture is than the circles in it."""
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def positions(
    n: int,
    source: Ints,
    target: Ints,
    *,
    community: Ints | None = None,
    radius: Floats | None = None,
    rng: np.random.Generator,
) -> Floats:
    """Lay people out by forces: connected people attract, everybody repels.

    Parameters
    ----------
    n : int
        People.
    source, target : (m,) int64
        The ends of each edge, in 0..n - 1.
    community : (n,) int64, optional
        People of one community start side by side, so that they stay together.
    radius : (n,) float64, optional
        How much room each person takes, in pixels; circles are pushed apart where they overlap.
    rng : numpy.random.Generator
        The same generator state gives the same picture.

    Returns
    -------
    (n, 2) float64
        Pixels around (0, 0).

    Notes
    -----
    O(n^2) a step in matrix products of single precision: 2,000 people take about a second. The forces are those of
    Fruchterman & Reingold (1991), doi:10.1002/spe.4380211102, with a pull towards the middle that keeps unconnected
    people in the picture.
    """
    from scipy.sparse import coo_array

    if n == 0:
        return np.zeros((0, 2))
    place = _start(n, community, rng)
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
    radius = np.full(n, 6.0) if radius is None else radius
    # The circles fill the same part of the picture however many there are.
    spread = np.pi * max(float((place**2).sum(axis=1).mean()) * 2, 1.0)
    scale = np.sqrt(_ROOM * float(((radius + 8) ** 2).sum()) / spread)
    return _apart(place.astype(np.float64) * scale, radius)


def _start(n: int, community: Ints | None, rng: np.random.Generator) -> NDArray[np.float32]:
    """A sunflower, one community after the other: evenly spread, neighbours of a kind side by side."""
    order = rng.permutation(n)
    if community is not None:
        order = order[np.argsort(community[order], kind="stable")]
    rank = np.empty(n)
    rank[order] = np.arange(n)
    if community is None:
        distance, angle = np.sqrt(rank + 0.5), rank * _GOLDEN_ANGLE
    else:
        # Each community a sector of the disc.
        distance, angle = np.sqrt(rng.uniform(0.1, 1, n) * n), 2 * np.pi * rank / n
    spread = np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])
    return np.asarray(0.7 * spread, dtype=np.float32)


def _apart(place: Floats, radius: Floats) -> Floats:
    """Push circles apart until they barely overlap."""
    from scipy.spatial import cKDTree

    place = place.copy()
    for _ in range(60):
        pairs = cKDTree(place).query_pairs(2 * float(radius.max()) + 4, output_type="ndarray")
        one, other = pairs[:, 0], pairs[:, 1]
        along = place[other] - place[one]
        far = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
        overlap = radius[one] + radius[other] + 4 - far
        close = overlap > 0.5
        if not close.any():
            break
        push = (along[close] / far[close, None]) * (overlap[close, None] / 2)
        np.subtract.at(place, one[close], push)
        np.add.at(place, other[close], push)
    return place
