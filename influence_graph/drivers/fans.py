"""Followers as the organic part counts them: how many more people authors' fans stand for, and what they order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.arrivals import Arrivals
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.organic import Pieces
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.drivers.tastes import Tastes
from influence_graph.kernels import fans as kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Fans:
    """Followers of each author by community, and the campaigns that each author joins.

    Attributes
    ----------
    joined_ptr, joined
        Campaigns that each author joins, in compressed rows; `joiner` is the author of each.
    arrivals : Arrivals
        Followers who came while people ordered; all others are `followers`.
    """

    def __init__(self, exposure: Exposure, tastes: Tastes, pieces: Pieces) -> None:
        self.campaigns, authors = len(exposure.campaigns), len(exposure.authors)
        named = exposure.shares.loc[exposure.shares["campaign"] >= 0, ["author", "campaign"]]
        key = named["author"].to_numpy(dtype=np.int64) * (self.campaigns + 1) + named["campaign"].to_numpy()
        firsts = np.diff(key, prepend=-1) > 0  # shares are sorted by author and campaign
        self.joiner, self.joined = np.divmod(key[firsts], self.campaigns + 1)
        self.joined_ptr = np.concatenate([[0], np.cumsum(np.bincount(self.joiner, minlength=authors))])
        self.arrivals = Arrivals(exposure, tastes, pieces, self.joined_ptr, self.joined)
        self.people, self.followers = tastes.people, self.arrivals.standing
        self.parts = cut_parts((self.joined_ptr + np.arange(authors + 1)) * self.people.size)

    def at_risk(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(c + 1, k) float64: people at risk from the first, fans counted as often as they buy more."""
        more = np.zeros((len(self.parts), self.campaigns + 1, self.people.size))

        def count(part: int, first: int, last: int) -> None:
            known = (*self._known, beta, beta_joined, more[part])
            kernels.people_at_risk(first, last, *known)

        in_parts(count, self.parts)
        return np.asarray(self.people + more.sum(axis=0))

    def arriving(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(c + 1, m, k) float64: people who come to be at risk at each moment, counted likewise."""
        return self.arrivals.people(beta, beta_joined)

    def orders(self, rate: Floats, to_come: Floats) -> tuple[Floats, Floats]:
        """Orders of each author's followers, in all and in joined campaigns, at these orders a person.

        Parameters
        ----------
        rate : (c + 1, k) float64
            Of somebody who follows from the first.
        to_come : (c + 1, m, k) float64
            Of somebody who comes at each moment of `arrivals`.
        """
        everywhere, joined = np.empty(len(self.followers)), np.empty(len(self.followers))
        known = (*self._known, rate, everywhere, joined)
        in_parts(lambda _, first, last: kernels.orders_of_followers(first, last, *known), self.parts)
        self.arrivals.add_orders(to_come, everywhere, joined)
        return everywhere, joined

    def usual(self, stays: Floats) -> Floats:
        """(authors, k) float64: followers of each community, who came at each moment as far as they `stays`, (m,)."""
        return self.followers + self.arrivals.counted(stays)

    @property
    def _known(self) -> tuple[Any, ...]:
        """What both loops read."""
        return self.followers, self.joined_ptr, self.joined, self.arrivals.there, self.arrivals.row
