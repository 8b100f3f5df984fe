"""Groups by Louvain's method: the partition that NetworkX finds with the same seed."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from random import Random
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend.declined import Declined
from influence_graph.backend.graph import MISSING, Graph, graph_of

Floats = NDArray[np.float64]
Partition = list[set[Hashable]]
Places = NDArray[np.int32]
Rows = tuple[NDArray[np.int64], Places, Floats]

WHOLE = 2.0**53
"""Up to here whole numbers are exact, and so are their sums in any order."""
FINEST = 1024
"""Weights that are multiples of one in so many are added without rounding."""
NEAR = 1e-12
"""A threshold under which the rounding of modularity could decide."""
RANGE = 1e-100, 1e100
"""Between these all weights together neither vanish nor overflow when squared."""


def louvain_communities(
    G: Any,
    weight: Hashable | None = "weight",
    resolution: float = 1,
    threshold: float = 0.0000001,
    max_level: int | None = None,
    seed: Random | None = None,
) -> Partition:
    """NetworkX's `louvain_communities`: for the same seed the same communities in the same order.

    References
    ----------
    V. D. Blondel et al., Fast unfolding of communities in large networks, 2008,
    https://doi.org/10.1088/1742-5468/2008/10/P10008
    """
    partitions = louvain_partitions(G, weight, resolution, threshold, seed)
    if max_level is not None:
        if max_level <= 0:
            raise ValueError("max_level argument must be a positive integer or None")
        partitions = islice(partitions, max_level)
    return deque(partitions, maxlen=1).pop()


def louvain_partitions(
    G: Any,
    weight: Hashable | None = "weight",
    resolution: float = 1,
    threshold: float = 0.0000001,
    seed: Random | None = None,
) -> Iterator[Partition]:
    """NetworkX's `louvain_partitions`: the partition of each level, from the smallest communities to the largest.

    Raises
    ------
    Declined
        Before anything is drawn, where rounding could give another answer than NetworkX's.
    """
    graph = graph_of(G)
    values, exact = _weighed(graph, weight, resolution, threshold)
    return _partitions(graph, values, exact, resolution, threshold, nx.utils.create_py_random_state(seed))


def _partitions(
    graph: Graph, values: Floats, exact: bool, resolution: float, threshold: float, seed: Any
) -> Iterator[Partition]:
    among = np.arange(len(graph))
    if not len(values):
        yield _named(graph, among, len(graph))
        return
    edges = _met(graph.directed, graph.sources, graph.indices, values)
    level = _Level(len(graph), *edges, graph.directed, exact)
    size = float(sum(level.degrees.tolist())) / 2
    before = level.modularity(among, resolution)
    label, improved = level.moved(size, resolution, seed)
    improved = True  # the first level is told of in any case
    while improved:
        among = label[among]
        many = int(label.max()) + 1
        yield _named(graph, among, many)
        after = level.modularity(label, resolution)
        if after - before <= threshold:
            return
        before = after
        level = level.folded(label, many)
        label, improved = level.moved(size, resolution, seed)


def _met(directed: bool, source: Places, target: Places, weight: Floats) -> tuple[Places, Places, Floats]:
    """Of the entries of rows, the edges: one without direction, in both rows, is met in that of its first end."""
    once = slice(None) if directed else source <= target
    return source[once], target[once], weight[once]


def _sums(numbers: NDArray[np.int64], values: Floats) -> Floats:
    """What values of the same number add up to, one after the other."""
    return np.asarray(np.bincount(numbers, weights=values), dtype=np.float64)


def _named(graph: Graph, among: NDArray[np.int64], many: int) -> Partition:
    partition: Partition = [set() for _ in range(many)]
    for name, community in zip(graph.names, among.tolist(), strict=True):
        partition[community].add(name)
    return partition


@dataclass(frozen=True)
class _Level:
    """A graph whose nodes are communities of the level before, with edges in the order in which they were added."""

    n: int
    source: Places
    target: Places
    weight: Floats
    directed: bool
    exact: bool

    @cached_property
    def rows(self) -> Rows:
        """Whom each node leads to, in the order in which the edges were added."""
        return self._laid(self.source, self.target)

    @cached_property
    def back(self) -> Rows:
        """Who leads to each node, in the same order."""
        return self._laid(self.target, self.source) if self.directed else self.rows

    @cached_property
    def ties(self) -> Rows:
        """All neighbours of each node, each once."""
        from influence_graph.kernels.louvain import joined

        return joined(*self.rows, *self.back) if self.directed else self.rows

    @cached_property
    def outgoing(self) -> Floats:
        """What the edges of each node weigh, a loop without direction twice."""
        sums = self._added(self.rows)
        if self.directed:
            return sums
        loops = self.source == self.target
        sums[self.source[loops]] += self.weight[loops]
        return sums

    @cached_property
    def incoming(self) -> Floats:
        """What those that lead to each node weigh."""
        return self._added(self.back) if self.directed else self.outgoing

    @property
    def degrees(self) -> Floats:
        """What all edges of each node weigh."""
        return self.outgoing + self.incoming if self.directed else self.outgoing

    def moved(self, size: float, resolution: float, seed: Any) -> tuple[NDArray[np.int64], bool]:
        """The community of each node, numbered from 0, when none gains by moving; whether any moved."""
        from influence_graph.kernels.louvain import look_round

        order = list(range(self.n))
        seed.shuffle(order)
        # Without direction NetworkX's formula has half the sum and half the norm.
        norm = size**2 if self.directed else 4 * size**2
        label, drawn = np.arange(self.n, dtype=np.int32), np.array(order)
        held = self.outgoing.copy(), self.incoming.copy()
        known = *self.ties, self.outgoing, self.incoming, *held, label, drawn, float(resolution), size, norm
        improved = False
        while look_round(*known):
            improved = True
        return np.unique(label, return_inverse=True)[1], improved

    def modularity(self, label: NDArray[np.int64], resolution: float) -> float:
        """Of a partition into communities numbered from 0."""
        one, other = label[self.source], label[self.target]
        many = int(label.max()) + 1
        within = np.bincount(one, weights=np.where(one == other, self.weight, 0.0), minlength=many)
        outgoing = np.bincount(label, weights=self.outgoing, minlength=many)
        incoming = np.bincount(label, weights=self.incoming, minlength=many)
        total = float(sum(self.outgoing.tolist()))
        size = total if self.directed else total / 2
        return float(sum((within / size - resolution * outgoing * incoming * (1 / total**2)).tolist()))

    def folded(self, label: NDArray[np.int64], many: int) -> _Level:
        """The graph whose nodes are communities: ties between two are added, in the order in which they are met."""
        from influence_graph.kernels.equals import equals

        indptr, indices, weights = self.rows
        row = np.repeat(np.arange(self.n, dtype=np.int32), np.diff(indptr))
        source, target, weights = _met(self.directed, row, indices, weights)
        one, other = label[source], label[target]
        alike = one * many + other if self.directed else np.minimum(one, other) * many + np.maximum(one, other)
        numbers, first = equals(alike)
        ends = one[first].astype(np.int32), other[first].astype(np.int32)
        return _Level(many, *ends, _sums(numbers, weights), self.directed, self.exact)

    def _laid(self, source: Places, target: Places) -> Rows:
        from influence_graph.kernels.louvain import laid

        indptr, indices, stood = laid(source, target, self.n, not self.directed)
        return indptr, indices, self.weight[stood]

    def _added(self, rows: Rows) -> Floats:
        from influence_graph.kernels.moving import strengths

        indptr, _, weights = rows
        if self.exact:
            return strengths(indptr, weights)
        told, ends = weights.tolist(), indptr.tolist()  # Python's own sum rounds less from 3.12 on
        return np.array([sum(told[begin:end]) for begin, end in pairwise(ends)], dtype=np.float64)


def _weighed(graph: Graph, weight: Hashable | None, resolution: float, threshold: float) -> tuple[Floats, bool]:
    """What each neighbour weighs, and whether such weights are added without rounding."""
    if type(resolution) not in (int, float):
        raise Declined("a resolution that is no plain number")
    told = graph.attributes.get(weight) if weight is not None else None
    count = int(graph.multiplicity.sum())
    kinds: set[type]
    if told is None:
        values, kinds = np.ones(count), {int}
    elif isinstance(told, np.ndarray):
        lacking = np.isnan(told)
        values, kinds = np.where(lacking, 1.0, told), {float, int} if lacking.any() else {float}
    else:
        kinds = {int if value is MISSING else type(value) for value in told}
        if not kinds <= {bool, int, float}:
            raise Declined(f"not all values of {weight!r} are plain numbers")
        values = np.array([1.0 if value is MISSING else float(value) for value in told])
    if not count:
        return values, True
    total = float(values.sum())
    if not (values.min() >= 0 and RANGE[0] < total < RANGE[1]):
        raise Declined("weights that are negative or not finite, or vanish or overflow when squared")
    if kinds != {float} and 4 * total**2 * max(abs(resolution), 1) >= WHOLE:
        raise Declined("whole weights whose products are rounded")
    fine = values * FINEST
    exact = bool(2 * total * FINEST < WHOLE and np.all(fine == np.rint(fine)))
    if not exact and (kinds != {float} or threshold < NEAR):
        raise Declined("weights whose sums are rounded, with whole ones among them or hardly a threshold")
    if graph.parallel is not None:  # one after the other, as NetworkX adds them
        values = _sums(np.repeat(np.arange(len(graph.indices)), graph.multiplicity), values)
    return values, exact
