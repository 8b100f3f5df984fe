"""The network itself: compressed sparse rows and a table of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from influence_graph.errors import UsageError
from influence_graph.network.ids import as_text, distinct_ids

if TYPE_CHECKING:
    import networkx as nx
    from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NODE_DTYPES = {"name": "str", "platform": "str", "followers": "float64"}


@dataclass(frozen=True, eq=False)
class Network:
    """People and the influence between them, as compressed sparse rows that nobody may write to.

    Person ``i`` influences ``indices[indptr[i]:indptr[i + 1]]``, in ascending order and without repetition.

    Attributes
    ----------
    indptr : (n + 1,) int64
        Where each source's edges begin and end.
    indices : (m,) int32
        The target of each edge.
    weight : (m,) float64
        Finite, not negative.
    nodes : DataFrame
        One row a person, indexed by person id (str, unique), with at least is_creator (bool), name, platform and
        followers (float64, declared, NaN unknown).
    edges : mapping of str to (m,) float64
        Further attributes of each edge, NaN where unknown. ``since``: days since 1970-01-01 UTC, NaN where undated.

    Raises
    ------
    UsageError
        When the parts don't fit together.
    """

    indptr: Ints
    indices: NDArray[np.int32]
    weight: Floats
    nodes: pd.DataFrame
    edges: Mapping[str, Floats] = field(default_factory=dict)

    __networkx_backend__ = "influence_graph"

    def __post_init__(self) -> None:
        for name, dtype in (("indptr", np.int64), ("indices", np.int32), ("weight", np.float64)):
            object.__setattr__(self, name, _frozen(getattr(self, name), dtype))
        object.__setattr__(self, "edges", {name: _frozen(values, np.float64) for name, values in self.edges.items()})
        _check_parts(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, part.name) for part in fields(self))  # what is copied is frozen anew

    def __repr__(self) -> str:
        return f"Network({self.n_people:,} people, {self.n_edges:,} edges)"

    @property
    def n_people(self) -> int:
        """How many people there are."""
        return len(self.nodes)

    @property
    def n_edges(self) -> int:
        """How many edges there are."""
        return len(self.indices)

    def is_directed(self) -> bool:
        """That edges have a direction: NetworkX asks."""
        return True

    def is_multigraph(self) -> bool:
        """That nobody influences anybody twice: NetworkX asks."""
        return False

    @cached_property
    def sources(self) -> NDArray[np.int32]:
        """(m,) int32: the source of each edge, beside `indices`, its target."""
        return _frozen(np.repeat(np.arange(self.n_people, dtype=np.int32), np.diff(self.indptr)), np.int32)

    @classmethod
    def from_edges(
        cls,
        source: ArrayLike | pd.Series[Any],
        target: ArrayLike | pd.Series[Any],
        *,
        weight: ArrayLike | None = None,
        nodes: pd.DataFrame | Sequence[str] | None = None,
        **attributes: ArrayLike,
    ) -> Network:
        """Make a network from pairs of person ids; source influences target.

        Parallel edges become one: their weights are added (each edge weighs 1 where none are given, however often it
        is listed), of every other attribute the smallest known value stays.

        Parameters
        ----------
        source, target : (m,) ids
            Taken as text. Pairs with a missing id are left out.
        weight : (m,) float64, optional
            Finite, not negative.
        nodes : DataFrame indexed by person id, or a sequence of ids, optional
            Everybody who shall be in the network, people without edges included, in this order; people met in the
            edges alone come behind, sorted by id. Where no `is_creator` is told, whoever has followers is one.
        **attributes : (m,) float64
            Further attributes of the edges, NaN where unknown.

        Raises
        ------
        UsageError
            Lengths that differ, weights that are negative or not finite, an id listed twice in `nodes`.

        Examples
        --------
        >>> network = Network.from_edges(["ann", "ann", "ann"], ["bob", "cuc", "bob"], nodes=["dan"])
        >>> network
        Network(4 people, 2 edges)
        >>> list(network.nodes.index)
        ['dan', 'ann', 'bob', 'cuc']
        """
        sources, targets = as_text(source), as_text(target)
        given = {name: np.asarray(values, dtype=np.float64) for name, values in attributes.items()}
        if weight is not None:
            given["weight"] = np.asarray(weight, dtype=np.float64)
        for name, many in (("target", len(targets)), *((name, len(values)) for name, values in given.items())):
            if many != len(sources):
                raise UsageError("network.lengths", name=name, given=many, edges=len(sources))
        table = nodes.copy() if isinstance(nodes, pd.DataFrame) else pd.DataFrame(index=pd.Index(as_text(nodes or [])))
        table.index = pd.Index(as_text(table.index))
        _check_ids(table.index)
        (from_, to), texts = distinct_ids(sources, targets)
        del sources, targets  # of ten million edges each column takes as much as the network
        people = pd.Index(texts, dtype="str")
        table = table.reindex(table.index.append(people.difference(table.index, sort=False)))
        place = np.append(table.index.get_indexer(people), -1).astype(np.int32)
        return from_places(place[from_], place[to], table, given)

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any], *, weight: str = "weight") -> Network:
        """Take over a NetworkX graph: nodes, edges and their numeric attributes.

        An undirected edge influences both ways, parallel edges become one, node keys are taken as text.

        Parameters
        ----------
        graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
            Edges point from who influences to who is influenced.
        weight : str
            The edge attribute that holds the weight; 1 where an edge has none.

        Raises
        ------
        UsageError
            When two nodes read the same as text (1 and "1").
        """
        pairs = list(graph.edges(data=True))
        names = {name for *_, data in pairs for name, value in data.items() if _is_number(value)} - {weight}
        columns: dict[str, list[Any]] = {
            "source": [str(u) for u, _, _ in pairs],
            "target": [str(v) for _, v, _ in pairs],
            "weight": [data.get(weight, 1.0) for *_, data in pairs],
        }
        for name in sorted(names):
            values = (data.get(name) for *_, data in pairs)
            columns[name] = [value if _is_number(value) else np.nan for value in values]
        if not graph.is_directed():
            back = [i for i, (u, v, _) in enumerate(pairs) if u != v]
            turned = {"source": columns["target"], "target": columns["source"]}
            columns = {name: c + [turned.get(name, c)[i] for i in back] for name, c in columns.items()}
        told = {str(node): data for node, data in graph.nodes(data=True)}
        if len(told) < len(graph):
            raise UsageError("network.same-text", n=len(graph) - len(told))
        nodes = pd.DataFrame.from_dict(told, orient="index")
        return cls.from_edges(columns.pop("source"), columns.pop("target"), nodes=nodes, **columns)

    def to_networkx(self) -> nx.DiGraph[str]:
        """The same people and edges as a NetworkX graph; what is unknown is left out.

        Costs about 1 kB an edge: meant for parts of a network, and for comparison.
        """
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        known = self.nodes.notna()
        for person, row, there in zip(self.nodes.index, self.nodes.to_dict("records"), known.to_numpy(), strict=True):
            graph.add_node(person, **{str(k): v for (k, v), has in zip(row.items(), there, strict=True) if has})
        ids = self.nodes.index.to_numpy()
        pairs = list(zip(ids[self.sources], ids[self.indices], strict=True))
        graph.add_edges_from((u, v, {"weight": w}) for (u, v), w in zip(pairs, self.weight.tolist(), strict=True))
        for name, values in self.edges.items():
            for (u, v), value in zip(pairs, values.tolist(), strict=True):
                if value == value:
                    graph[u][v][name] = value
        return graph

    def reversed(self) -> Network:
        """The same network seen from those who are influenced: every edge turned round. O(m)."""
        from influence_graph.kernels import rows

        indptr, indices, stood = rows.turned(self.indptr, self.indices)
        edges = {name: values[stood] for name, values in self.edges.items()}
        return Network(indptr, indices, self.weight[stood], self.nodes, edges)

    def matrix(self) -> csr_array[np.float64]:
        """(n, n) sparse weights, row influences column; shares memory with the network."""
        from scipy.sparse import csr_array

        return csr_array((self.weight, self.indices, self.indptr), shape=(self.n_people, self.n_people))

    def index_of(self, ids: ArrayLike | pd.Series[Any] | pd.Index[Any]) -> Ints:
        """Where these people stand: (k,) int64, -1 for whoever is not in the network. O(k)."""
        return self.nodes.index.get_indexer(pd.Index(as_text(ids))).astype(np.int64)


def from_places(
    source: NDArray[Any], target: NDArray[Any], nodes: pd.DataFrame, given: Mapping[str, Floats], *, loops: bool = True
) -> Network:
    """Merge edges between positions of `nodes`; -1 is nobody. O(nodes + edges). Without weights all weigh 1."""
    from influence_graph.kernels import rows

    pair = np.ascontiguousarray(source, dtype=np.int32), np.ascontiguousarray(target, dtype=np.int32)
    indptr, indices, stood = rows.gathered(*pair, len(nodes), loops, bool(given))
    merged = {name: values[stood] for name, values in given.items()}
    new = _in_rows(indices[1:] != indices[:-1], indptr)
    again = np.flatnonzero(~new) + 1
    if len(again):
        if merged:
            first, merge = np.flatnonzero(np.append(True, new)), {"weight": np.add}
            merged = {name: merge.get(name, np.fmin).reduceat(values, first) for name, values in merged.items()}
        indptr, indices = indptr - np.searchsorted(again, indptr), np.delete(indices, again)
    weight = merged.pop("weight", np.broadcast_to(1.0, len(indices)))
    return Network(indptr, indices, weight, _completed(nodes, np.diff(indptr) > 0), merged)


def _in_rows(compared: NDArray[np.bool_], indptr: Ints) -> NDArray[np.bool_]:
    """(m - 1,) what holds between each edge and the next, and as nothing has to, from row to row."""
    begin = indptr[1:-1]
    compared[begin[(begin > 0) & (begin <= len(compared))] - 1] = True
    return compared


def _completed(nodes: pd.DataFrame, influences: NDArray[np.bool_]) -> pd.DataFrame:
    """The node table with the columns that every network has, in their dtypes."""
    table = nodes.copy()
    if "is_creator" in table:
        told = table["is_creator"]
        influences = np.where(told.isna(), influences, told.fillna(False).astype(bool)).astype(bool)
    table["is_creator"] = influences
    for name in [name for name in _NODE_DTYPES if name not in table]:
        table[name] = np.nan
    return table.astype({name: dtype for name, dtype in _NODE_DTYPES.items() if table[name].dtype != dtype})


def _check_parts(network: Network) -> None:
    """Raise where parts don't fit; no step needs another array of whole numbers or fractions as long as the edges."""
    n, m = len(network.nodes), len(network.indices)
    steps = np.diff(network.indptr)
    if len(network.indptr) != n + 1 or network.indptr[0] != 0 or network.indptr[-1] != m or np.any(steps < 0):
        raise UsageError("network.pointers", people=n, edges=m)
    rising = _in_rows(network.indices[1:] > network.indices[:-1], network.indptr)
    if m and (network.indices.min() < 0 or network.indices.max() >= n or not rising.all()):
        raise UsageError("network.targets", people=n)
    for name, values in [("weight", network.weight), *network.edges.items()]:
        if len(values) != m:
            raise UsageError("network.lengths", name=name, given=len(values), edges=m)
    if m and not 0 <= network.weight.min() <= network.weight.max() < np.inf:  # NaN is neither
        raise UsageError("network.weights", n=int(np.sum(~(network.weight >= 0) | np.isinf(network.weight))))
    _check_ids(network.nodes.index)


def _check_ids(ids: pd.Index[Any]) -> None:
    # `ids.is_unique` would keep its table of all ids, a third of a big network, for whoever looks somebody up
    if len(pd.unique(ids.array)) < len(ids):
        twice = ids[ids.duplicated()]
        raise UsageError("network.repeated", n=len(twice), person=str(twice[0]))


def _frozen(values: ArrayLike, dtype: type[np.generic]) -> NDArray[Any]:
    """A view that can't be written to; the array behind it stays as it is."""
    view = np.asarray(values, dtype=dtype).view()
    view.setflags(write=False)
    return view


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
