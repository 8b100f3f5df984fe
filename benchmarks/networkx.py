"""NetworkX's functions on our kernels, beside NetworkX and other libraries: ``python -m benchmarks networkx``.

Writes results/networkx.md. Every library that is installed takes part (``pip install -e '.[bench]'``), on the same
graph, in one process, one after the other; what they answer is compared with ours.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from benchmarks.ours import scale_free
from influence_graph.backend import NAME
from influence_graph.backend.conversion import convert_from_nx, convert_to_nx
from influence_graph.backend.graph import Graph, graph_of
from influence_graph.network import Network

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("igraph", "networkit", "rustworkx")
SIZES = {"10k": 10_000, "100k": 100_000}
PIVOTS = 256
SAMPLED = 4
"""Of so many nodes NetworkX's own searches are timed, and multiplied; it would take minutes to hours for all."""
TOLERANCE = 1e-8
"""Total change at which PageRank stops, for everybody who lets one choose."""


@dataclass(frozen=True)
class Time:
    """Seconds by the clock and of all processors, and how often that much work is asked for."""

    clock: float
    worked: float
    times: float = 1.0

    def __str__(self) -> str:
        about = "about " if self.times > 1 else ""
        return f"{about}{self.clock * self.times:.3g} ({self.worked * self.times:.3g})"


@dataclass(frozen=True)
class Case:
    """A function: how everybody is asked, on which graphs, and the bars on the last: times as fast as they are."""

    what: str
    asked: dict[str, Callable[[Any], Any]]
    sizes: tuple[str, ...] = ("10k", "100k")
    runs: int = 3
    sampled: bool = False
    bars: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Everybody:
    """The same graph in every library."""

    ours: Graph
    networkx: nx.DiGraph[int]
    others: dict[str, Any]


def everybody(people: int) -> Everybody:
    """Draw a graph of ten edges a node, and give it to everybody."""
    drawn = scale_free(people)
    source = np.repeat(np.arange(people), np.diff(drawn.indptr))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(people))
    graph.add_edges_from(zip(source.tolist(), drawn.indices.tolist(), strict=True))
    pairs = np.column_stack((source, drawn.indices))
    others = {}
    for name in LIBRARIES:
        try:
            others[name] = _GIVEN[name](import_module(name), people, pairs)
        except ImportError:
            print(f"{name} is not installed", file=sys.stderr)
    return Everybody(convert_from_nx(graph), graph, others)


def _networkit(library: Any, people: int, pairs: NDArray[np.int64]) -> Any:
    return library.GraphFromCoo((pairs[:, 0].copy(), pairs[:, 1].copy()), n=people, directed=True)


def _rustworkx(library: Any, people: int, pairs: NDArray[np.int64]) -> Any:
    graph = library.PyDiGraph()
    graph.add_nodes_from(range(people))
    graph.extend_from_edge_list(list(map(tuple, pairs.tolist())))
    return graph


_GIVEN: dict[str, Callable[[Any, int, NDArray[np.int64]], Any]] = {
    "igraph": lambda library, people, pairs: library.Graph(n=people, edges=pairs, directed=True),
    "networkit": _networkit,
    "rustworkx": _rustworkx,
}


def _run(algorithm: Any) -> Any:
    return algorithm.run().scores()


def _pagerank(graph: Any) -> Any:
    ranks = import_module("networkit").centrality
    algorithm = ranks.PageRank(graph, tol=TOLERANCE, distributeSinks=ranks.SinkHandling.DistributeSinks)
    algorithm.norm = ranks.Norm.l1norm  # as everybody else
    return _run(algorithm)


@cache  # made in the first of three runs, as ours is
def _undirected(graph: Any) -> Any:
    return import_module("networkit").graphtools.toUndirected(graph)


@cache  # the same
def _without_direction(graph: Any) -> Any:
    if isinstance(graph, Graph):
        return convert_from_nx(convert_to_nx(graph).to_undirected())
    return graph.as_undirected()


def _both(function: Callable[..., Any], **arguments: Any) -> dict[str, Callable[[Any], Any]]:
    """NetworkX's function, on our graph and on its own."""

    def ask(graph: Any) -> Any:
        found = function(graph, **arguments, backend=NAME if isinstance(graph, Graph) else "networkx")
        return list(found) if isinstance(found, Iterator) else found

    return {"ours": ask, "networkx": ask}


def _sampled(full: Callable[[Any], Any], part: Callable[[Any], Any]) -> dict[str, Callable[[Any], Any]]:
    return {"ours": full, "networkx": part}


def cases(people: int) -> list[Case]:
    """Everything that is measured on a graph of so many nodes."""
    nk, rx = partial(import_module, "networkit"), partial(import_module, "rustworkx")
    tol = TOLERANCE / people
    pivots = Random(1).sample(range(people), PIVOTS)
    few = list(range(SAMPLED))
    return [
        Case("pagerank", {
            **_both(nx.pagerank, tol=tol, max_iter=500),
            "igraph": lambda g: g.pagerank(),
            "networkit": _pagerank,
            "rustworkx": lambda g: rx().pagerank(g, tol=TOLERANCE, max_iter=500),
        }, bars={"networkx": 85, "networkit": 2}),
        Case("hits", {
            **_both(nx.hits),
            "igraph": lambda g: (g.hub_score(), g.authority_score()),
            "rustworkx": lambda g: rx().hits(g, max_iter=500),
        }, bars={"igraph": 4}),
        Case("core_number", {
            **_both(nx.core_number),
            "igraph": lambda g: g.coreness(mode="all"),
            "networkit": lambda g: _run(nk().centrality.CoreDecomposition(_undirected(g))),
            "rustworkx": lambda g: rx().core_number(g),
        }, bars={"networkx": 200, "networkit": 1}),
        Case("eigenvector_centrality", {
            **_both(nx.eigenvector_centrality, max_iter=500),
            "igraph": lambda g: g.eigenvector_centrality(directed=True),
            "rustworkx": lambda g: rx().eigenvector_centrality(g, max_iter=500),
        }, ("10k",)),
        Case("strongly_connected_components", {
            **_both(nx.strongly_connected_components),
            "igraph": lambda g: list(g.connected_components(mode="strong")),
            "networkit": lambda g: nk().components.StronglyConnectedComponents(g).run().getComponents(),
            "rustworkx": lambda g: rx().strongly_connected_components(g),
        }),
        Case("louvain_communities", _both(nx.community.louvain_communities, seed=1), ("10k",), 1),
        Case("leiden_communities", {
            "ours": lambda g: nx.community.leiden_communities(_without_direction(g), seed=1, backend=NAME),
            "igraph": lambda g: list(_without_direction(g).community_leiden("modularity", n_iterations=2)),
        }),
        Case("clustering", _both(nx.clustering), ("10k",)),
        Case("harmonic_centrality", {
            **_sampled(lambda g: nx.harmonic_centrality(g), lambda g: nx.harmonic_centrality(g, sources=few)),
            "igraph": lambda g: g.harmonic_centrality(mode="in", normalized=False),
        }, ("10k",), 1, sampled=True, bars={"igraph": 10}),
        Case("betweenness_centrality, exact", {
            **_sampled(lambda g: nx.betweenness_centrality(g), lambda g: nx.betweenness_centrality(g, k=SAMPLED)),
            "igraph": lambda g: g.betweenness(),
            "rustworkx": lambda g: rx().betweenness_centrality(g, normalized=True),
        }, ("10k",), 1, sampled=True, bars={"igraph": 2}),
        Case(f"betweenness_centrality, k={PIVOTS}", {
            **_sampled(
                lambda g: nx.betweenness_centrality(g, k=PIVOTS, seed=1),
                lambda g: nx.betweenness_centrality(g, k=SAMPLED, seed=1),
            ),
            "igraph": lambda g: g.betweenness(sources=pivots),
        }, ("100k",), 1, sampled=True, bars={"igraph": 2.5}),
    ]  # fmt: skip


def seconds(work: Callable[[], object], runs: int, times: float = 1.0) -> tuple[Time, Any]:
    """The fastest of some runs, and what it gave."""
    taken = []
    found: Any = None
    for _ in range(runs):
        clock, worked = perf_counter(), process_time()
        found = work()
        taken.append(Time(perf_counter() - clock, process_time() - worked, times))
    return min(taken, key=lambda one: one.worked), found


def line(case: Case, there: Everybody) -> str:
    """A function, by everybody."""
    people = len(there.networkx)
    ours, mine = seconds(lambda: case.asked["ours"](there.ours), case.runs)
    cells, faster = {}, {}
    for name, graph in {"networkx": there.networkx, **there.others}.items():
        if ask := case.asked.get(name):
            part = name == "networkx" and case.sampled
            times = (PIVOTS if "k=" in case.what else people) / SAMPLED if part else 1
            taken, found = seconds(partial(ask, graph), 1 if name == "networkx" else case.runs, times)
            clock, work = taken.clock * times / ours.clock, taken.worked * times / ours.worked
            faster[name] = clock if case.runs == 1 else min(clock, work)
            cells[name] = f"{taken}, {faster[name]:.1f} ×{'' if part else agreement(mine, found)}"
    judged = faster.keys() & case.bars if people == SIZES[case.sizes[-1]] else set()
    bars = "; ".join(f"{case.bars[name]:g} × {name}" for name in sorted(judged))
    held = "yes" if all(faster[name] >= case.bars[name] for name in judged) else "no"
    told = [case.what, str(ours), *(cells.get(name, "") for name in ("networkx", *LIBRARIES)), bars]
    return "| " + " | ".join([*told, held if judged else ""]) + " |"


def agreement(ours: Any, theirs: Any) -> str:
    """How far another answer is from ours, over all nodes, both scaled to sum 1; or whether groups are the same."""
    if isinstance(ours, list):
        parts = [sorted(sorted(group) for group in groups) for groups in (ours, theirs)]
        return "; the same" if parts[0] == parts[1] else "; other groups"
    pair = (ours[1], theirs[1]) if isinstance(ours, tuple) else (ours, theirs)
    values = [np.array(list(dict(one).values() if hasattr(one, "keys") else one), dtype=float) for one in pair]
    apart = np.abs(values[0] / values[0].sum() - values[1] / values[1].sum()).max() * len(values[0])
    return f"; off by {apart:.0e}" if apart > 1e-6 else "; the same"


def getting_ready(there: Everybody) -> Iterator[str]:
    """What comes before: converting a graph, or none at all."""
    took, _ = seconds(lambda: convert_from_nx(there.networkx), 1)
    weighted, _ = seconds(lambda: convert_from_nx(there.networkx, edge_attrs={"weight": 1}), 1)
    yield f"Converting NetworkX's graph takes {took} s, with an attribute {weighted} s, once a graph."
    rows = there.ours.indptr, there.ours.indices, np.ones(len(there.ours.indices))
    network = Network(*rows, Network.from_edges([], [], nodes=list(map(str, range(len(there.ours))))).nodes)
    took, _ = seconds(lambda: graph_of(network), 1)
    yield f"A network of ours is ready in {took} s."


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks networkx", description=__doc__)
    parser.add_argument("--sizes", nargs="*", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--out", type=Path, default=RESULTS / "networkx.md")
    asked = parser.parse_args(arguments)
    told = [*_head(asked.sizes)]
    for size in asked.sizes:
        there = everybody(SIZES[size])
        for case in cases(500):  # compiled before
            if size in case.sizes:
                case.asked["ours"](convert_from_nx(nx.gnp_random_graph(500, 0.02, seed=1, directed=True)))
        told += ["", f"## {SIZES[size]:,} nodes, {there.ours.indptr[-1]:,} edges", "", *getting_ready(there), ""]
        told += ["| function | ours | NetworkX | " + " | ".join(LIBRARIES) + " | bars | held |", "|---" * 8 + "|"]
        for case in cases(SIZES[size]):
            if size in case.sizes:
                told.append(line(case, there))
                print(told[-1], flush=True)
    asked.out.write_text("\n".join([*told, "", *_notes()]) + "\n", encoding="utf-8")


def _head(sizes: list[str]) -> Iterator[str]:
    yield "# NetworkX's functions, by everybody"
    yield ""
    versions = []
    for name in ("influence-graph", "networkx", *LIBRARIES, "numba", "scipy"):
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"no {name}")
    yield (
        f"`python -m benchmarks networkx --sizes {' '.join(sizes)}` on Python {platform.python_version()},"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores; {', '.join(versions)}; load before"
        f" {os.getloadavg()[0]:.1f}. Seconds by the clock, in brackets those that the processors worked; the best of"
        " three runs, one where many searches run and for NetworkX. ×: how many times as fast ours is; by the clock"
        " where many searches run, which use all cores here, else by the clock or the work, whichever is less."
        " *off by*: the largest difference from our answer, both scaled to a mean of 1. Edges have a direction and no"
        " weight, out-degrees follow a power law; every library has its graph before time is taken."
    )


def _notes() -> Iterator[str]:
    yield (
        f"*about*: of {SAMPLED} searches, multiplied. PageRank stops at a total change of {TOLERANCE:g} where that can"
        " be chosen. networkit's harmonic distances are those *from* a node, and it draws its own pivots, so it has no"
        " time there; in its cores, and rustworkx's, two edges back and forth are one. Sampled betweenness is scaled"
        " differently for the pivots themselves by igraph. Leiden's graph has lost its direction before; there is no"
        " one right answer, so others find other groups."
    )
