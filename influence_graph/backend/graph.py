"""The graph that the backend computes on: compressed sparse rows and whatever the nodes are called."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from influence_graph.backend import NAME
from influence_graph.backend.declined import Declined
from influence_graph.network import Network

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Rows = tuple[NDArray[np.int64], NDArray[np.int32]]


class Missing(Enum):
    """What stands where an edge does not have an attribute: the same one also in a copy, and in another process."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """A graph as NetworkX means it, frozen.

    Node ``i`` has the neighbours ``indices[indptr[i]:indptr[i + 1]]``, each once, in NetworkX's order: successors
    where edges have a direction; where they have none, every edge stands in the rows of both its ends, a self-loop
    once.

    Attributes
    ----------
    names : list of hashable
        What the nodes are called.
    directed : bool
        Whether edges have a direction.
    indptr : (n + 1,) int64
        Where each row begins and ends.
    indices : (m,) int32
        The neighbours.
    attributes : mapping of str to sequences
        A value for each edge, parallel ones listed one after the other; `MISSING`, in arrays NaN, where there is none.
    parallel : (m + 1,) int64, optional
        Of a multigraph: where the parallel edges to each neighbour begin and end among the attributes.
    keys : list of hashable, optional
        Of a multigraph: the key of each edge.
    node_attributes : list of dict, optional
        What is known of each node.
    about : dict
        What is known of the graph.
    """

    names: list[Hashable]
    directed: bool
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    attributes: Mapping[Hashable, Sequence[Any] | NDArray[np.float64]]
    parallel: NDArray[np.int64] | None = None
    keys: list[Hashable] | None = None
    node_attributes: list[dict[Any, Any]] | None = None
    about: dict[Any, Any] = field(default_factory=dict)
    _weights: dict[Hashable, NDArray[np.float64]] = field(default_factory=dict, init=False, repr=False)
    _back_weights: dict[Hashable, NDArray[np.float64]] = field(default_factory=dict, init=False, repr=False)

    __networkx_backend__ = NAME

    def __post_init__(self) -> None:
        for values in (self.indptr, self.indices):
            frozen(values)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, part.name) for part in fields(self) if part.init)

    def __repr__(self) -> str:
        return f"Graph({len(self):,} nodes, {len(self.indices):,} neighbours)"

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        try:
            return name in self.places
        except TypeError:  # no hashable, no node
            return False

    def is_directed(self) -> bool:
        """Whether edges have a direction."""
        return self.directed

    def is_multigraph(self) -> bool:
        """Whether there may be several edges between two nodes."""
        return self.parallel is not None

    def chosen(self, bunch: Any) -> list[int]:
        """Where the nodes of a bunch stand: all for None, one, or those of a sequence that are there."""
        there: Any = _Names(self.places)
        found = nx.Graph.nbunch_iter(there, bunch)  # its errors are NetworkX's
        return [self.places[name] for name in found]

    @cached_property
    def places(self) -> dict[Hashable, int]:
        """Where each node stands."""
        return {name: place for place, name in enumerate(self.names)}

    @property
    def walked(self) -> int:
        """What one search may cost: everybody, and their edges."""
        return len(self) + len(self.indices)

    @cached_property
    def sources(self) -> NDArray[np.int32]:
        """(m,) int32: the row of each neighbour."""
        return frozen(np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.indptr)))

    @cached_property
    def rows(self) -> Rows:
        """Whom each node leads to."""
        return self.indptr, self.indices

    @cached_property
    def back(self) -> Rows:
        """Who leads to each node."""
        return self._turned[:2]

    @cached_property
    def ties(self) -> Rows:
        """Neighbours of both directions; whoever leads there and back stands twice."""
        from influence_graph.kernels import rows

        if not self.directed:
            return self.rows
        indptr, indices = rows.joined(*self.back, *self.rows)
        return frozen(indptr), frozen(indices)

    @cached_property
    def multiplicity(self) -> NDArray[np.int64]:
        """(m,) int64: how many edges lead to each neighbour."""
        return np.ones(len(self.indices), dtype=np.int64) if self.parallel is None else np.diff(self.parallel)

    def weights(self, name: Hashable | None) -> NDArray[np.float64]:
        """(m,) float64: what each neighbour weighs, parallel edges added, 1 where an edge has no such attribute.

        Empty where everybody weighs 1. Made once.

        Raises
        ------
        Declined
            When some value is no number: NetworkX decides what becomes of it.
        """
        if name not in self._weights:
            self._weights[name] = frozen(self._weighed(name))
        return self._weights[name]

    def back_weights(self, name: Hashable | None) -> NDArray[np.float64]:
        """The same beside `back`."""
        weights = self.weights(name)
        if not self.directed or not len(weights):
            return weights
        if name not in self._back_weights:
            self._back_weights[name] = frozen(weights[self._turned[2]])
        return self._back_weights[name]

    def _weighed(self, name: Hashable | None) -> NDArray[np.float64]:
        told = self.attributes.get(name) if name is not None else None
        if told is None and self.parallel is None:
            return np.zeros(0)
        values = _numbers(told, name) if told is not None else np.ones(self.multiplicity.sum())
        if self.parallel is not None and len(values):
            values = np.add.reduceat(values, self.parallel[:-1])
        return np.zeros(0) if np.all(values == 1) else values

    def matrix(self, weight: Hashable | None) -> csr_array[np.float64]:
        """(n, n) sparse weights, row leads to column."""
        from scipy.sparse import csr_array

        weights = self.weights(weight)
        data = weights if len(weights) else np.ones(len(self.indices))
        return csr_array((data, self.indices, self.indptr), shape=(len(self), len(self)))

    def pattern(self) -> csr_array[np.float64]:
        """(n, n) sparse: 1 where there is any edge."""
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(self.indices)), self.indices, self.indptr), shape=(len(self), len(self)))

    @cached_property
    def _turned(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        from influence_graph.kernels import rows

        if not self.directed:
            return *self.rows, np.arange(len(self.indices))
        indptr, indices, stood = rows.turned(*self.rows)
        return frozen(indptr), frozen(indices), stood


class _Names:
    """What `nbunch_iter` needs to know of a graph."""

    def __init__(self, places: dict[Hashable, int]) -> None:
        self._adj = places

    def __contains__(self, name: object) -> bool:
        try:
            return name in self._adj
        except TypeError:
            return False


_OF: WeakKeyDictionary[Network, Graph] = WeakKeyDictionary()


def graph_of(given: Graph | Network) -> Graph:
    """The graph of a network, made once; a graph itself."""
    if isinstance(given, Graph):
        return given
    if given not in _OF:
        names = given.nodes.index.tolist()
        attributes: dict[Hashable, NDArray[np.float64]] = {"weight": given.weight}
        attributes.update(given.edges)
        _OF[given] = Graph(names, True, given.indptr, given.indices, attributes)
    return _OF[given]


def frozen(values: NDArray[Any]) -> NDArray[Any]:
    """The same array, and nobody may write to it."""
    values.setflags(write=False)
    return values


def _numbers(told: Sequence[Any] | NDArray[np.float64], name: Hashable) -> NDArray[np.float64]:
    if isinstance(told, np.ndarray):
        return np.where(np.isnan(told), 1.0, told)
    values = np.array([1 if value is MISSING else value for value in told])
    if len(values) and (values.ndim > 1 or values.dtype.kind not in "biuf"):
        raise Declined(f"not all values of {name!r} are numbers")
    return values.astype(np.float64)
