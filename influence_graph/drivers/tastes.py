"""Communities that differ in what they buy by themselves: the model's guard against homophily.

People of one taste follow the same creators and buy the same products, whether or not anybody shares. So the organic
rate of a campaign may differ between the communities of the follow graph.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_ORDERS = 20.0
"""A campaign with fewer orders tells nothing about its communities."""


class Tastes:
    """Followers and events by community.

    Attributes
    ----------
    people : (k,) float64
        People at risk in each community; `followers` (authors, k) likewise for each author's audience at the end.
    cell : (e,) int64
        Campaign and community of each event as one number; the last campaign stands for none.
    kind : (e,) int64
        Community of each event's buyer.
    lively : (campaigns + 1) * k bool
        Cells whose rate the data may move.
    """

    def __init__(self, exposure: Exposure) -> None:
        x = exposure
        community = x.communities
        self.kinds = int(community.max(initial=0)) + 1
        count = len(x.campaigns)
        people = np.bincount(community, minlength=self.kinds).astype(np.float64)
        self.people = people * x.population / max(people.sum(), 1.0) if people.sum() else people + x.population
        kind = community.astype(np.int32)[x.follows.of_author]
        counts = csr_array(
            (np.ones(kind.size, np.int32), kind, x.follows.audience_ptr), shape=(len(x.authors), self.kinds)
        )
        self.followers = counts.toarray().astype(np.float64)
        known = x.events.person >= 0
        self.kind = np.where(known, community[np.maximum(x.events.person, 0)] if community.size else 0, 0)
        campaign = np.where(x.events.campaign < 0, count, x.events.campaign)
        self.cell = campaign * self.kinds + self.kind
        orders = summed(x.events.weight[known], campaign[known], count + 1)
        lively = (orders >= LEAST_ORDERS) & (np.arange(count + 1) < count) & (self.kinds > 1)
        self.lively = np.repeat(lively, self.kinds)

    def alike(self) -> Floats:
        """(campaigns + 1, k) of ones: nothing sets communities apart."""
        return np.ones((self.lively.size // self.kinds, self.kinds))

    def settle(self, eta: Floats) -> Floats:
        """The rates as a table, 1 where the data can't tell."""
        return np.where(self.lively, eta, 1.0).reshape(-1, self.kinds)

    def tilt(self, eta: Floats) -> Floats:
        """(e,) float64: the rate of each event's buyer."""
        return np.asarray(eta.ravel()[self.cell])
