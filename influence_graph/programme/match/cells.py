"""What everybody's posts of each kind drove in each community, and how many they exposed there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.drive import Workings
from influence_graph.drivers.sums import summed
from influence_graph.drivers.tastes import Tastes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MARGIN_ROUNDS = 60
CLOSE = 1e-9


@dataclass(frozen=True)
class Cells:
    """Credit and exposure by community and unit: the posts of one kind of one person.

    Attributes
    ----------
    exposed : (communities, units) float64
        People times posts.
    credit : (orders, units) csr_array
        The part of each order of a known buyer that each unit drove.
    community, buyer, weight : (orders,)
        Of the buyer, and who that is; conversions in the order.
    author, kind : (units,) int64
        Whose posts, and of which kind.
    followers : (authors,) float64
        How many follow each author.
    """

    exposed: Floats
    credit: csr_array
    community: Ints
    buyer: Ints
    weight: Floats
    author: Ints
    kind: Ints
    followers: Floats

    @property
    def driven(self) -> Floats:
        """(communities, units) float64: conversions."""
        return by_cell(self.credit, self.community, len(self.exposed))

    def shared_out(self, effect: Floats) -> csr_array:
        """The credit where units are so many times as persuasive in each community, (communities, units) float64.

        Whoever persuades more in a community drove more of its orders, and leaves less to other causes.
        """
        moved = self.credit.copy()
        row = np.repeat(np.arange(self.weight.size), np.diff(moved.indptr))
        moved.data = moved.data * effect[self.community[row], moved.indices]
        whole = self.weight + summed(moved.data - self.credit.data, row, self.weight.size)
        moved.data *= (self.weight / np.maximum(whole, 1e-300))[row]
        return moved

    def by_buyer(self, groups: csr_array | None = None, *, credit: csr_array | None = None) -> tuple[Floats, Floats]:
        """How far what followers ordered lies apart, as sums of second and fourth powers over followers.

        Most followers ordered nothing, and who orders again and again counts once. It is no less than orders that come
        one by one lie apart.

        Parameters
        ----------
        groups : (units, columns) csr_array, optional
            Units of one author each that are taken together; every unit by itself where not given.
        credit : (orders, units) csr_array, optional
            How orders are shared out; as they are where not given.

        Returns
        -------
        square, fourth : (columns,) float64
            O(credit).
        """
        parts, followers = self.credit if credit is None else credit, self.followers[self.author]
        if groups is not None:
            parts = csr_array(parts @ groups)
            followers = (followers @ groups) / np.maximum(groups.sum(axis=0), 1.0)
        _, buyer = np.unique(self.buyer, return_inverse=True)
        orders, columns = np.arange(buyer.size), parts.shape[1]
        of_buyer = csr_array((np.ones(buyer.size), (buyer, orders)), shape=(int(buyer.max(initial=-1)) + 1, buyer.size))
        each = csr_array(of_buyer @ parts)
        one, two, three, four = (summed(each.data**power, each.indices, columns) for power in (1, 2, 3, 4))
        buyers = summed(each.data > 0, each.indices, columns)
        usual = one / np.maximum(np.maximum(followers, buyers), 1.0)
        alone = summed(parts.data**2 / np.repeat(self.weight, np.diff(parts.indptr)), parts.indices, columns)
        square = np.maximum(two - usual * one, alone)
        fourth = four - 4.0 * usual * three + 6.0 * usual**2 * two - 3.0 * usual**3 * one
        return square, np.clip(fourth, 0.0, square**2)


def by_cell(credit: csr_array, community: Ints, communities: int) -> Floats:
    """(communities, columns) float64: sums over the orders of each community."""
    row = np.repeat(community, np.diff(credit.indptr))
    place = row * credit.shape[1] + credit.indices
    return summed(credit.data, place, communities * credit.shape[1]).reshape(communities, credit.shape[1])


def cells(workings: Workings, kind: Ints, communities: int) -> Cells:
    """Lay what was driven out by community, person and kind of post.

    Parameters
    ----------
    workings : Workings
    kind : (shares,) int64
        In the order of `exposure.shares`.
    communities : int
        That the model tells apart, with all others as the first.

    Returns
    -------
    Cells
        Whom posts reach beyond followers is taken to live where followers do. O(exposures of buyers + communities *
        units).
    """
    exposure = workings.exposure
    author = exposure.shares["author"].to_numpy(dtype=np.int64)
    kinds = int(kind.max(initial=0)) + 1
    unit, of_share = np.unique(author * kinds + kind, return_inverse=True)
    tastes = Tastes(exposure)
    followers = tastes.followers[:, :communities]
    whole = followers.sum(axis=1, keepdims=True)
    part = np.divide(followers, whole, out=np.zeros_like(followers), where=whole > 0)
    exposed = summed(workings.by_post["exposed"], of_share, unit.size) * part[unit // kinds].T
    amount, event = workings.by_exposure
    known, place = ~exposure.events.crowd, of_share[exposure.links.share]
    kept = known[event] & (amount > 0)
    kept &= exposed[tastes.kind[event], place] > 0
    order = np.cumsum(known) - 1
    shape = int(known.sum()), unit.size
    credit = csr_array((amount[kept], (order[event[kept]], place[kept])), shape=shape)
    credit.sum_duplicates()
    return Cells(
        exposed=exposed,
        credit=credit,
        community=tastes.kind[known],
        buyer=exposure.events.person[known],
        weight=exposure.events.weight[known],
        author=unit // kinds,
        kind=unit % kinds,
        followers=tastes.followers.sum(axis=1),
    )


def alike(driven: Floats, exposed: Floats, *, everywhere: bool) -> Floats:
    """What each unit would have driven in each community if communities did not set units apart.

    Parameters
    ----------
    driven, exposed : (communities, units) float64
    everywhere : bool
        Whether posts work as well in every community, or only every unit's in the same proportion.

    Returns
    -------
    (communities, units) float64
        ``exposed * a_unit``, or ``exposed * a_unit * b_community``: units' sums, and communities' in the second case,
        are those of `driven` (iterative proportional fitting, Deming & Stephan 1940,
        https://doi.org/10.1214/aoms/1177731829).
    """
    expected = _matched(exposed, driven.sum(axis=0, keepdims=True), axis=0)
    for _ in range(0 if everywhere else MARGIN_ROUNDS):
        rows = driven.sum(axis=1, keepdims=True)
        if np.abs(expected.sum(axis=1, keepdims=True) - rows).max(initial=0.0) <= CLOSE * max(rows.sum(), 1.0):
            break
        expected = _matched(_matched(expected, rows, axis=1), driven.sum(axis=0, keepdims=True), axis=0)
    return expected


def _matched(table: Floats, sums: Floats, *, axis: int) -> Floats:
    now = table.sum(axis=axis, keepdims=True)
    return np.asarray(table * np.divide(sums, now, out=np.zeros_like(now), where=now > 0))
