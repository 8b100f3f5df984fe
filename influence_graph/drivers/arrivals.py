"""Who came to follow while people ordered: at risk of buying as a fan from that day on.

An order counts as a fan's from the day of the follow on. So must the people at risk, stretch by stretch of time: taken
as always there, or as coming evenly, later fans look as if they bought other than they do, the organic curve bends to
fit, and shares are credited with too much or too little (measured: docs/decisions/driver-model.md).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.organic import Pieces
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.drivers.sums import summed
from influence_graph.drivers.tastes import Tastes
from influence_graph.kernels import arrivals as kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOMENTS = 32
"""Moments at most at which followers are counted as coming, evenly taken from ends of the organic curve's pieces."""


class Arrivals:
    """Followers of each author by community and by when they came.

    Who came between two moments counts at both, the nearer the more: exact where organic orders run evenly between.

    Attributes
    ----------
    moments : (m,) float64
        When followers are counted as coming, in days; none where no follow is dated in the time of the orders.
    standing : (authors, k) float64
        Followers of each community who were there by the first moment.
    ptr, cell, number
        Those who came later, in compressed rows by author: moment and community as one number, and how many.
    there, row
        Followers of each community who were there when a campaign began, and which row of these is that of each
        campaign that an author joins.
    begin, end : (pairs,) int64
        Between which of `cell` followers came while each such campaign ran.
    within : (m, pieces) float64
        Days of each piece of the organic curve that are left at each moment.
    """

    def __init__(self, exposure: Exposure, tastes: Tastes, pieces: Pieces, joined_ptr: Ints, joined: Ints) -> None:
        follows, self.kinds, self.campaigns = exposure.follows, tastes.kinds, len(exposure.campaigns) + 1
        self.campaign, self.joined_ptr, self.joined = pieces.campaign, joined_ptr, joined
        self.moments, self.standing = _moments(pieces), tastes.followers
        authors = joined_ptr.size - 1
        self.ptr, self.cell, self.number = np.zeros(authors + 1, np.int64), np.zeros(0, np.int32), np.zeros(0)
        self.begin, self.end = np.zeros(joined.size, np.int64), np.zeros(joined.size, np.int64)
        self.there, self.row = self.standing, np.repeat(np.arange(authors), np.diff(joined_ptr))
        self.first = np.searchsorted(pieces.campaign, np.arange(self.campaigns + 1))
        if not self.moments.size or not (follows.audience_since > self.moments[0]).any():
            self.moments = np.zeros(0)
        else:
            self._gather(follows.audience_ptr, follows.audience_since, exposure.communities[follows.of_author])
            self._part(pieces)
        left = pieces.begin + pieces.length - self.moments[:, None]
        self.within = np.minimum(np.maximum(left, 0.0), pieces.length)
        self.parts = cut_parts(self.ptr)

    def _gather(self, audience_ptr: Ints, since: Floats, kind: Ints) -> None:
        """Count later followers by moment and community."""
        self.standing = np.zeros_like(self.standing)
        known: tuple[Any, ...] = (audience_ptr, since, kind, self.moments, self.kinds)
        parts = cut_parts(audience_ptr)
        nothing: tuple[Any, ...] = (False, self.standing, self.ptr, self.cell, self.number)
        in_parts(lambda _, *part: kernels.gather_arrivals(*part, *known, *nothing), parts)
        self.ptr = np.cumsum(self.ptr)
        self.cell, self.number = np.zeros(self.ptr[-1], np.int32), np.zeros(self.ptr[-1])
        filled: tuple[Any, ...] = (True, self.standing, self.ptr, self.cell, self.number)
        in_parts(lambda _, *part: kernels.gather_arrivals(*part, *known, *filled), parts)

    def _part(self, pieces: Pieces) -> None:
        """Tell who came before, and who while, a campaign ran that the author joins."""
        low, high = np.full(self.campaigns, np.inf), np.full(self.campaigns, -np.inf)
        np.minimum.at(low, pieces.campaign, pieces.begin)
        np.maximum.at(high, pieces.campaign, pieces.begin + pieces.length)
        opens = np.searchsorted(self.moments, low, side="right") * self.kinds
        closes = np.searchsorted(self.moments, high, side="left") * self.kinds
        self.there, self.row = np.empty((self.joined.size, self.kinds)), np.arange(self.joined.size)
        known: tuple[Any, ...] = (
            self.ptr, self.cell, self.number, self.joined_ptr, self.joined, opens, closes, self.standing, self.begin,
            self.end, self.there,
        )  # fmt: skip
        in_parts(lambda _, *part: kernels.part_campaigns(*part, *known), cut_parts(self.ptr))

    def people(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(c + 1, m, k) float64: people who come at each moment, fans counted as often as they buy more."""
        shape = (self.campaigns, self.moments.size * self.kinds)
        more = np.zeros((len(self.parts), *shape))

        def count(part: int, first: int, last: int) -> None:
            known = (*self._known, beta, beta_joined, more[part])
            kernels.people_arriving(first, last, *known)

        if self.moments.size:
            in_parts(count, self.parts)
        return np.asarray(more.sum(axis=0)).reshape(self.campaigns, self.moments.size, self.kinds)

    def add_orders(self, rate: Floats, everywhere: Floats, some: Floats) -> None:
        """Add the orders of each author's later followers to those in all and in joined campaigns.

        `rate` is what one person orders from each moment on, (c + 1, m, k).
        """
        if self.moments.size:
            known = (*self._known, np.ascontiguousarray(rate).reshape(self.campaigns, -1), everywhere, some)
            in_parts(lambda _, first, last: kernels.orders_of_arriving(first, last, *known), self.parts)

    @property
    def _known(self) -> tuple[Any, ...]:
        """What both loops read."""
        return self.ptr, self.cell, self.number, self.joined_ptr, self.joined, self.begin, self.end

    def counted(self, stays: Floats) -> Floats:
        """(authors, k) float64: later followers of each community, each counting by the moment of coming, (m,)."""
        if not self.moments.size:
            return np.zeros_like(self.standing)
        moment, kind = np.divmod(self.cell, self.kinds)
        part = self.number * stays[moment]
        return np.asarray(csr_array((part, kind, self.ptr), shape=self.standing.shape).toarray())

    def to_come(self, mu: Floats) -> Floats:
        """(c + 1, m) float64: organic orders of one person still to come in each campaign at each moment."""
        passed = np.zeros((self.moments.size, mu.size + 1))
        np.cumsum(self.within * mu, axis=1, out=passed[:, 1:])
        return (passed[:, self.first[1:]] - passed[:, self.first[:-1]]).T

    def days(self, people: Floats) -> Floats:
        """(pieces,) float64: days at risk within each piece of people who come at each moment, (c + 1, m)."""
        return np.asarray(np.einsum("pm,mp->p", people[self.campaign], self.within))

    def by(self, time: Floats) -> Ints:
        """How many moments have passed at each time."""
        return np.searchsorted(self.moments, time, side="right")


def _moments(pieces: Pieces) -> Floats:
    """Ends of the pieces of all campaigns, evenly taken where there are more than `MOMENTS`."""
    ends = np.unique(np.concatenate([pieces.begin, pieces.begin + pieces.length]))
    if ends.size < 2:
        return np.zeros(0)
    return ends[np.unique(np.linspace(0, ends.size - 1, MOMENTS).round().astype(np.int64))]


class Gone:
    """Followers of later who had bought, and left, before they came to follow: at risk no more.

    Attributes
    ----------
    author, cell, number
        Each such follow counts at one or two moments: campaign, moment and community as one number, and how much.
    joined : (n,) bool
        Whether the author joined the campaign.
    """

    def __init__(self, exposure: Exposure, tastes: Tastes, arrivals: Arrivals, events: Ints, weight: Floats) -> None:
        x, moments = exposure, arrivals.moments
        self.shape, self.authors = (arrivals.campaigns, moments.size, arrivals.kinds), len(x.authors)
        self.author, self.cell, self.number = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
        self.joined = np.zeros(0, bool)
        if not (moments.size and events.size):
            return
        person = x.events.person[events]
        size = np.diff(x.follows.ptr)[person]
        begin = np.cumsum(size) - size
        place = np.repeat(x.follows.ptr[person] - begin, size) + np.arange(size.sum())
        event = np.repeat(events, size)
        since = x.follows.since[place]
        later = (since > x.events.time[event]) & (since > moments[0]) & (since < moments[-1])
        event, since, author = event[later], since[later], x.follows.author[place[later]]
        before = arrivals.by(since) - 1
        part = (since - moments[before]) / (moments[before + 1] - moments[before])
        cell = (x.events.campaign[event] * moments.size + before) * arrivals.kinds + tastes.kind[event]
        pairs = np.repeat(np.arange(self.authors), np.diff(arrivals.joined_ptr)) * arrivals.campaigns + arrivals.joined
        joined = np.isin(author * arrivals.campaigns + x.events.campaign[event], pairs)
        self.author, self.cell = np.tile(author, 2), np.concatenate([cell, cell + arrivals.kinds])
        self.number = np.concatenate([(1.0 - part) * weight[event], part * weight[event]])
        self.joined = np.tile(joined, 2)

    def people(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(c + 1, m, k) float64: people who would come at each moment, had they not left."""
        more = self.number * (beta[self.author] + np.where(self.joined, beta_joined[self.author], 0.0))
        return summed(more, self.cell, int(np.prod(self.shape))).reshape(self.shape)

    def orders(self, rate: Floats) -> tuple[Floats, Floats]:
        """(authors,) float64 each: what they would have ordered, in all and in joined campaigns."""
        each = self.number * rate.ravel()[self.cell]
        joined = np.where(self.joined, each, 0.0)
        return summed(each, self.author, self.authors), summed(joined, self.author, self.authors)
