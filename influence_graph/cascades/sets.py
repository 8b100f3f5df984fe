"""Reverse reachable sets: drawn from what is wanted back to who could have caused it, as many as are needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

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
        ``draw(settled, worlds, first, last)``: these sets of these worlds. Where it is clear who of all people will
        be chosen, (n,) bool `settled` tells: sets that they meet need not be searched to their end. Nobody is where
        that is empty.
    """

    people: int
    total: float
    draw: Callable[[NDArray[np.bool_], np.uint64, int, int], Drawn]


class Sets:
    """Sets of one source, more and more of them; the same seed always gives the same ones.

    Parameters
    ----------
    source : Source
    worlds : uint64
        The seed.
    kept : (n,) bool
        Who may be chosen: nobody else needs to stand in the sets.

    Attributes
    ----------
    ends : (s,) int64
        Where each set ends.
    nodes : (e,) int32
        Who of those who are kept is in them, one set behind the other.
    often : (n,) int32
        How many sets each person is in, kept or not.
    settled : (n,) bool
        In whose sets, of those to come, others may be missing. Empty where in nobody's.
    """

    def __init__(self, source: Source, worlds: np.uint64, kept: NDArray[np.bool_]) -> None:
        self.source, self.worlds, self.kept = source, worlds, kept
        self.settled: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._lists: tuple[Ints, NDArray[np.int32]] | None = None
        self._counting = Lock()
        self.ends: Ints = np.zeros(0, dtype=np.int64)
        self.nodes: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self.often: NDArray[np.int32] = np.zeros(source.people, dtype=np.int32)

    def grow(self, number: int) -> None:
        """Draw until there are so many."""
        self._lists = None
        have, used, nodes = len(self.ends), len(self.nodes), self.nodes
        ends = np.concatenate([self.ends, np.zeros(max(number - have, 0), dtype=np.int64)])
        spans = [(at, min(at + PORTION, number)) for at in range(have, number, PORTION)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = pool.map(lambda span: self._counted(*self.source.draw(self.settled, self.worlds, *span)), spans)
            for (first, last), (part_ends, part) in zip(spans, parts, strict=True):
                if used + len(part) > len(nodes):  # as much room as all will take: what isn't filled is never touched
                    roomy = np.empty(int(1.1 * (used + len(part)) / last * number) + len(part), dtype=np.int32)
                    roomy[:used], nodes = nodes[:used], roomy
                nodes[used : used + len(part)] = part
                ends[first:last] = part_ends + used
                used += len(part)
        self.ends, self.nodes = ends, nodes[:used]

    def narrow(self, kept: NDArray[np.bool_]) -> None:
        """Leave out of all sets, those to come among them, whoever is not kept."""
        from influence_graph.kernels import cover

        self.kept, self._lists = self.kept & kept, None
        self.ends, self.nodes = cover.narrowed(self.ends, self.nodes, self.kept)

    def _counted(self, ends: Ints, nodes: NDArray[np.int32]) -> Drawn:
        """Sets as drawn, once everybody in them is counted, of those who are kept."""
        from influence_graph.kernels import cover

        with self._counting:
            cover.count(nodes, self.often)
        return cover.narrowed(ends, nodes, self.kept)

    @property
    def drawn(self) -> int:
        """How many people were in all sets before anybody was left out: what drawing them took."""
        return int(self.often.sum(dtype=np.int64))

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
    from influence_graph.kernels import campaign, reverse, rows

    n, none = network.n_people, np.zeros(0)
    if threshold:
        if conversions or delay or days:
            raise UsageError("cascades.threshold-alone")
        check_thresholds(network, chances)
        turned = network.reversed()
        order = np.argsort(network.indices, kind="stable")
        sums = np.cumsum(chances[order], dtype=np.float64)
        before = np.concatenate([[0.0], sums])[turned.indptr[:-1]]
        cumulated = sums - np.repeat(before, np.diff(turned.indptr))
        begins, sources = turned.indptr, turned.indices
        return Source(n, float(n), lambda *part: reverse.walks(begins, sources, cumulated, *part))
    edges = rows.transposed(network.indptr, network.indices, chances)
    share, order_delay = (delay or Delay()).kernel, (conversions.delay if conversions else Delay()).kernel
    horizon = np.inf if days is None else float(days)
    roots = hazard = none
    total = float(n)
    if conversions is not None:
        value = conversions.worth(n)
        left = conversions.hazard * campaign.elapsed(horizon, *order_delay)
        if conversions.once:
            weights, hazard = value * -np.expm1(-campaign.moved(*edges[:2], left)), left
        else:
            others = network.sources != network.indices
            followers = summed(value[network.indices[others]], network.sources[others], n)
            weights = left * followers
        roots, total = np.cumsum(weights), float(weights.sum())
    if total <= 0:
        raise UsageError("cascades.nobody-orders")
    if days is None:
        return Source(n, total, lambda *part: reverse.sets(*edges, roots, hazard, *part))
    repeated = conversions is not None and not conversions.once
    return Source(
        n,
        total,
        lambda *part: reverse.timely_sets(*edges, roots, hazard, repeated, horizon, share, order_delay, *part),
    )
