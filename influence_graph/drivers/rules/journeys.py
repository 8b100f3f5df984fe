"""Journeys: the shares that stood before each order, oldest first. What every rule of credit looks at."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.links import campaign_parts
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CERTAIN = 1.0 - 1e-9
"""A share was seen, rather than perhaps seen: the chance of it, as a float."""


@dataclass(frozen=True)
class Journeys:
    """The touches before each order, in compressed rows: journeys -> touches, oldest first.

    A touch is a share that the buyer had seen when ordering. An order without a buyer belongs to the crowd: its touches
    are all shares that anybody may have seen by then, each weighted by its audience.

    Attributes
    ----------
    ptr : (j + 1,) int64
        Touches of each journey; none where the buyer had seen nothing.
    author : (t,) int64
        Whose share it was, in [0, authors).
    share : (t,) int64
        Position of the share in the exposure; of a path given ready-made, the position in it.
    age : (t,) float64
        Time from share to order, never rising within a journey; equal for shares of the same moment.
    weight : (t,) float64
        People who may have seen it; 1 in the journey of a single buyer.
    orders, lost : (j,) float64
        How many conversions end this journey, and how many people went the same way without one.
    crowd : (j,) bool
        Whether nobody knows the buyer.
    authors : int
    in_days : bool
        Whether `age` is in days; else it counts touches, and only their order means anything.
    """

    ptr: Ints
    author: Ints
    share: Ints
    age: Floats
    weight: Floats
    orders: Floats
    lost: Floats
    crowd: NDArray[np.bool_]
    authors: int
    in_days: bool

    @cached_property
    def of_touch(self) -> Ints:
        """(t,) int64: the journey of each touch."""
        return np.repeat(np.arange(self.orders.size), np.diff(self.ptr))

    @cached_property
    def single(self) -> NDArray[np.bool_]:
        """(t,) bool: touches of one buyer, rather than of the crowd."""
        return ~self.crowd[self.of_touch]

    @property
    def with_touch(self) -> float:
        """Conversions that some share stood before."""
        return float(self.orders[np.diff(self.ptr) > 0].sum())

    def evenly(self, mass: Floats) -> Floats:
        """(t,) float64: each touch's part of its journey, in proportion to `mass`; 0 where a journey has none."""
        whole = summed(mass, self.of_touch, self.orders.size)[self.of_touch]
        return np.divide(mass, whole, out=np.zeros(mass.size), where=whole > 0)

    def hand_out(self, parts: Floats) -> Floats:
        """(authors,) float64: conversions credited to each, given the part that each touch has in its journey."""
        return summed(parts * self.orders[self.of_touch], self.author, self.authors)


def journeys(exposure: Exposure) -> Journeys:
    """The journeys behind an exposure: what the driver model looks at, as rules of credit look at it.

    A rule knows shares that were seen, whole. So a share of no campaign is a touch like any other, and a share that
    its views alone may have shown to the buyer (`market`) is none. Buyers known from nowhere else have no journey.

    Parameters
    ----------
    exposure : Exposure
        As `drivers.exposure.expose` lists it.

    Returns
    -------
    Journeys
        One for each of the exposure's events. O(exposures log exposures).
    """
    links, events, shares = exposure.links, exposure.events, exposure.shares
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    event = links.event[link]
    campaign = events.campaign[event]
    scaled = (shares["campaign"].to_numpy()[links.share] < 0) & (campaign >= 0)
    parts = campaign_parts(exposure.orders, len(exposure.campaigns))
    people = links.weight / np.where(scaled, parts[campaign], 1.0)
    seen = np.flatnonzero(np.where(events.crowd[event], people > 0, people > CERTAIN))
    seen = seen[np.lexsort((links.share[seen], -links.age[seen], event[seen]))]
    single = ~events.crowd[event[seen]]
    return Journeys(
        ptr=np.concatenate([[0], np.cumsum(np.bincount(event[seen], minlength=events.time.size))]),
        author=links.author[link[seen]],
        share=links.share[seen],
        age=links.age[seen],
        weight=np.where(single, 1.0, people[seen]),
        orders=events.weight,
        lost=np.zeros(events.time.size),
        crowd=events.crowd,
        authors=len(exposure.authors),
        in_days=True,
    )


def from_paths(
    paths: Sequence[Sequence[Hashable]], conversions: ArrayLike, lost: ArrayLike | None = None
) -> tuple[Journeys, list[Hashable]]:
    """Journeys out of ready-made paths, as analytics tools export them, and the names behind their numbers.

    Parameters
    ----------
    paths : sequence of sequences
        The channels or creators of each path, first to last.
    conversions, lost : (paths,) float64
        How often each path ended with a conversion, and without.

    Returns
    -------
    Journeys, list
        Names are numbered in the order in which they first occur.

    Examples
    --------
    >>> told, names = from_paths([["mail", "video"], ["mail"]], [3, 1])
    >>> dict(zip(names, told.hand_out(told.evenly(told.weight)).tolist()))
    {'mail': 2.5, 'video': 1.5}
    """
    names: dict[Hashable, int] = {}
    length = np.array([len(path) for path in paths], dtype=np.int64)
    author = np.array([names.setdefault(name, len(names)) for path in paths for name in path], dtype=np.int64)
    ptr = np.concatenate([[0], np.cumsum(length)])
    position = np.arange(author.size) - np.repeat(ptr[:-1], length)
    orders = np.asarray(conversions, dtype=np.float64)
    made = Journeys(
        ptr=ptr,
        author=author,
        share=position,
        age=np.repeat(length, length) - position.astype(np.float64),
        weight=np.ones(author.size),
        orders=orders,
        lost=np.zeros(orders.size) if lost is None else np.asarray(lost, dtype=np.float64),
        crowd=np.zeros(orders.size, dtype=np.bool_),
        authors=len(names),
        in_days=False,
    )
    return made, list(names)
