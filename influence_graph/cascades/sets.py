"""Reverse reachable sets: drawn from what is wanted back to who could have caused it, as many as are needed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from influence_graph.cascades.model import Conversions, Delay, Floats, Ints, check_thresholds
from influence_graph.drivers.sums import summed
from influence_graph.errors import UsageError
from influence_graph.network import Network

PORTION = 2048
"""Sets of one piece of work, always the same, so that threads change nothing."""
Drawn = tuple[Ints, NDArray[np.int32]]


@dataclass(frozen=True)
class Source:
    """Where sets come from.

    Attributes
    ----------
    people : int
        How many there are.
    total : float
        What all sets together stand for: a plan that meets every set brings this much.
    draw : callable
        ``draw(worlds, first, last)``: these sets of these worlds.
    """

    people: int
    total: float
    draw: Callable[[np.uint64, int, int], Drawn]


class Sets:
    """Sets of one source, more and more of them; the same seed always gives the same ones.

    Attributes
    ----------
    ends : (s,) int64
        Where each set ends.
    nodes : (e,) int32
        Who is in them, one set behind the other.
    """

    def __init__(self, source: Source, worlds: np.uint64) -> None:
        self.source, self.worlds = source, worlds
        self._lists: tuple[Ints, NDArray[np.int32]] | None = None
        self.ends: Ints = np.zeros(0, dtype=np.int64)
        self.nodes: NDArray[np.int32] = np.zeros(0, dtype=np.int32)

    def grow(self, number: int) -> None:
        """Draw until there are so many."""
        self._lists = None
        spans = [(at, min(at + PORTION, number)) for at in range(len(self.ends), number, PORTION)]
        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(lambda span: self.source.draw(self.worlds, *span), spans))
        begins = np.cumsum([len(self.nodes), *(len(nodes) for _, nodes in parts)])
        shifted = (ends + begin for (ends, _), begin in zip(parts, begins[:-1], strict=True))
        self.ends = np.concatenate([self.ends, *shifted])
        self.nodes = np.concatenate([self.nodes, *(nodes for _, nodes in parts)])

    @property
    def lists(self) -> tuple[Ints, NDArray[np.int32]]:
        """Where the list of each person's sets begins and ends, and the lists."""
        from influence_graph.kernels import cover

        if self._lists is None:
            self._lists = cover.listed(self.ends, self.nodes, self.source.people)
        return self._lists

    @property
    def worth(self) -> float:
        """What one set stands for."""
        return self.source.total / len(self.ends)


def source(
    network: Network,
    chances: Floats,
    *,
    threshold: bool = False,
    conversions: Conversions | None = None,
    delay: Delay | None = None,
    days: int | None = None,
) -> Source:
    """The sets of what is wanted: people who share, or the value of orders; within so many days, where given.

    Sets start at people who share, evenly. Of orders that each person makes once they start at buyers, in proportion
    to what their order is worth times the chance that it comes when everybody shares, and lead back to those who
    moved them: none is drawn in vain. Where orders repeat, what a sharer brings is a sum over followers, and sets
    start at sharers in proportion to it.

    Raises
    ------
    UsageError
        Thresholds with orders or days; nobody can move anybody to order.
    """
    from influence_graph.kernels import campaign, reverse

    n, none = network.n_people, np.zeros(0)
    if threshold:
        if conversions or delay or days:
            raise UsageError("cascades.threshold-alone")
        check_thresholds(network, chances)
        turned = network.reversed()
        order = np.argsort(network.indices, kind="stable")
        sums = np.cumsum(chances[order])
        before = np.concatenate([[0.0], sums])[turned.indptr[:-1]]
        rows = sums - np.repeat(before, np.diff(turned.indptr))
        begins, sources = turned.indptr, turned.indices
        return Source(n, float(n), lambda worlds, a, b: reverse.walks(begins, sources, rows, worlds, a, b))
    begin, edges, jump = reverse.transposed(network.indptr, network.indices, chances)
    share, order_delay = (delay or Delay()).kernel, (conversions.delay if conversions else Delay()).kernel
    horizon = np.inf if days is None else float(days)
    weights, hazard = np.ones(n), none
    if conversions is not None:
        value = conversions.worth(n)
        left = conversions.hazard * campaign.elapsed(horizon, *order_delay)
        if conversions.once:
            weights, hazard = value * -np.expm1(-reverse.moved(begin, edges, left)), left
        else:
            others = network.sources != network.indices
            followers = summed(value[network.indices[others]], network.sources[others], n)
            weights = left * followers
    total = float(weights.sum())
    if total <= 0:
        raise UsageError("cascades.nobody-orders")
    roots = none if conversions is None else np.cumsum(weights)
    if days is None:
        return Source(n, total, lambda worlds, a, b: reverse.sets(begin, edges, jump, roots, hazard, worlds, a, b))
    repeated = conversions is not None and not conversions.once
    return Source(
        n,
        total,
        lambda worlds, a, b: reverse.timely_sets(
            begin, edges, roots, hazard, repeated, horizon, share, order_delay, worlds, a, b
        ),
    )
