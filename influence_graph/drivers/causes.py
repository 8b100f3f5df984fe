"""What each order may follow from, laid out for the loops over orders: whom the buyer follows, whose shares they saw.

Most links are follows without a share in the window. So follows and causes stand apart, each as small as can be: the
loops are as fast as memory is read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.links import Links
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.kernels import exposure as exposures
from influence_graph.kernels import hazard as kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CELLS = 2000
"""Cells in which ages are counted, finest near 0."""


class Causes:
    """Follows and causes of every event.

    Attributes
    ----------
    bond_ptr, bond
        Authors whom each event's buyer follows, in compressed rows: twice the author, and one more where the author
        joined the campaign.
    ptr, author, link
        Links of each event with an exposure that counts, in compressed rows.
    coded : (e,) int64
        The cause whose author's code stands on the order, -1 for none.
    parts
        Events from first to last, as threads share them.
    """

    def __init__(self, links: Links, event: Ints, coded_author: Ints, window: float) -> None:
        fan = links.fan > 0
        self.bond_ptr = _narrowed(links.ptr, fan)
        self.bond = (2 * links.author + (links.joined > 0))[fan].astype(np.int32)
        exposed = links.exposed
        self.ptr = _narrowed(links.ptr, exposed)
        self.link = np.flatnonzero(exposed)
        self.author = links.author[self.link].astype(np.int32)
        self.coded = np.full(links.ptr.size - 1, -1, np.int64)  # a code settles who caused an order, not whether
        owner = event[self.link]
        settled = np.flatnonzero(self.author == coded_author[owner])
        self.coded[owner[settled]] = settled
        self.links, self.window = links, window
        self.parts = cut_parts(self.bond_ptr + self.ptr)
        self.link_parts = cut_parts(links.exposure_ptr[np.append(self.link, links.author.size)])

    @property
    def event(self) -> Ints:
        """(causes,) int64: the event of each."""
        return np.repeat(np.arange(self.ptr.size - 1), np.diff(self.ptr))

    def densities(self, weight: Floats, rate: float, tail: float) -> Floats:
        """(causes,) float64: the summed delay density of each cause's exposures, of these weights."""
        density = np.empty(self.link.size)
        known = (self.link, self.links.exposure_ptr, self.links.age, weight, rate, self.window, tail, density)
        in_parts(lambda _, first, last: exposures.weigh_links(first, last, *known), self.link_parts)
        return density

    def log_densities(self, orders: Ints, weight: Floats, rate: float, tail: float) -> float:
        """Log likelihood of the delays of orders by cause, whichever of its exposures each of them followed."""
        known = (self.link, orders, self.links.exposure_ptr, self.links.age, weight, rate, self.window, tail)
        likely = in_parts(lambda _, first, last: exposures.log_densities(first, last, *known), self.link_parts)
        return float(sum(likely))

    def ages(self, credit: Floats, weight: Floats, rate: float, tail: float) -> tuple[Floats, Floats]:
        """Orders credited to exposures by age, (`CELLS`,) float64 each: their number, and the sum of their ages.

        `credit` is what each link is credited with; its exposures share it by their delays.
        """
        counted = np.zeros((len(self.link_parts), 2, CELLS))
        known = (self.link, credit, self.links.exposure_ptr, self.links.age, weight, rate, self.window, tail)
        in_parts(lambda part, first, last: exposures.weigh_ages(first, last, *known, *counted[part]), self.link_parts)
        number, aged = counted.sum(axis=0)
        return number, aged

    def driven_of(self, events: Ints, theta: Floats, rate: float, tail: float) -> Floats:
        """(n,) float64: the hazard of some events that shares bring about, at a delay."""
        hazard = np.empty(events.size)
        known = (
            events, self.ptr, self.author, self.link, self.links.exposure_ptr, self.links.age, self.links.weight, theta,
            rate, self.window, tail, hazard,
        )  # fmt: skip
        entries = np.concatenate([[0], np.cumsum(np.diff(self.ptr)[events])])
        in_parts(lambda _, first, last: exposures.weigh_events(first, last, *known), cut_parts(entries))
        return hazard

    def driven(self, theta: Floats, density: Floats) -> Floats:
        """(e,) float64: the hazard of each event that shares bring about."""
        hazard = np.empty(self.ptr.size - 1)
        known = self.ptr, self.author, density, theta, hazard
        in_parts(lambda _, first, last: kernels.driven(first, last, *known), self.parts)
        return hazard

    def strength(self, habit: Floats) -> Floats:
        """(e,) float64: 1 + fan effect of each event's buyer, at these habits."""
        strength = np.empty(self.ptr.size - 1)
        known = self.bond_ptr, self.bond, habit, strength
        in_parts(lambda _, first, last: kernels.strength(first, last, *known), self.parts)
        return strength

    def by_fans(self, value: Floats, authors: int) -> tuple[Floats, Floats]:
        """(authors,) float64 each: sums of what belongs to events over those whose buyers are fans; who joined."""
        total = np.zeros(2 * authors)
        kernels.spread(0, value.size, self.bond_ptr, self.bond, value, total)
        return total[::2] + total[1::2], total[1::2].copy()


def habits(beta: Floats, beta_joined: Floats) -> Floats:
    """(2 * authors,) float64: how much more fans buy by `Causes.bond`: in any campaign, and in one the author joins."""
    return np.column_stack([beta, beta + beta_joined]).ravel()


def _narrowed(ptr: Ints, kept: NDArray[np.bool_]) -> Ints:
    """Where each row begins when only some of the entries are kept."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(kept, dtype=np.int64)])[ptr]
