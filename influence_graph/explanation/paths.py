"""The ways that credit took: from a person's post, by way of others who passed it on, to an order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from influence_graph.drivers.credit import by_exposure, by_share
from influence_graph.drivers.drive import Workings
from influence_graph.drivers.ripple import downstream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 1e-4
"""Orders: ways that carry less are not followed."""


@dataclass(frozen=True)
class Way:
    """One way of credit.

    Attributes
    ----------
    shares : tuple of int
        Positions of the shares along it in `Exposure.shares`, the person's own first.
    event : int
        The event at its end, as `Exposure.events` numbers them.
    chance : float
        How likely each share was passed on from the one before, multiplied; 1 where there is but one.
    credit : float
        Orders that came this way.
    """

    shares: tuple[int, ...]
    event: int
    chance: float
    credit: float


def ways(workings: Workings, author: int, *, most: int) -> list[Way]:
    """The ways from an author's shares to orders that carry most credit, the strongest first.

    A way that comes back to the author is not followed: from there on it is another of their own.

    Parameters
    ----------
    workings : Workings
        Of the driver model.
    author : int
        Number of the author.
    most : int
        How many ways at most.

    Returns
    -------
    list of Way
        The search is best first and exact down to `LEAST` orders. Cost O(exposures) beside the ways looked at.
    """
    exposure, fit, origins = workings.exposure, workings.fit, workings.origins
    credit, event = by_exposure(exposure, fit)
    by_place = np.argsort(exposure.links.share, kind="stable")
    ptr = np.searchsorted(exposure.links.share[by_place], np.arange(len(exposure.shares) + 1))
    authors, time = exposure.shares["author"].to_numpy(), exposure.shares["time"].to_numpy()
    promise = downstream(by_share(exposure, fit), origins.chance, time)
    children = origins.chance.tocsc()
    mine = np.flatnonzero((authors == author) & (promise >= LEAST)).tolist()
    open_ways: list[tuple[float, tuple[int, ...], float]] = sorted((-float(promise[s]), (s,), 1.0) for s in mine)
    found: list[tuple[float, tuple[int, ...], int, float]] = []
    while open_ways and (len(found) < most or -open_ways[0][0] > found[0][0]):
        _, shares, chance = heappop(open_ways)
        here = by_place[ptr[shares[-1]] : ptr[shares[-1] + 1]]
        for place in here[credit[here] * chance >= LEAST]:
            heappush(found, (float(credit[place] * chance), shares, int(event[place]), chance))
            if len(found) > most:
                heappop(found)
        for child, likely in _passed_on(children, shares[-1]):
            if authors[child] != author and (worth := promise[child] * chance * likely) >= LEAST:
                heappush(open_ways, (-float(worth), (*shares, child), chance * likely))
    return [Way(shares, where, chance, amount) for amount, shares, where, chance in sorted(found, key=_strength)]


def _strength(way: tuple[float, tuple[int, ...], int, float]) -> tuple[float, tuple[int, ...], int]:
    return -way[0], way[1], way[2]


def _passed_on(children: csc_array, share: int) -> Iterator[tuple[int, float]]:
    """The shares that may have been passed on from a share, and how likely they were."""
    part = slice(children.indptr[share], children.indptr[share + 1])
    yield from zip(children.indices[part].tolist(), children.data[part].tolist(), strict=True)
