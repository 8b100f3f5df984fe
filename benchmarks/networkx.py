"""NetworkX's functions on our kernels, beside NetworkX and other libraries: ``python -m benchmarks networkx``.

Writes results/networkx.md. Every library that is installed takes part (``pip install -e '.[bench]'``), on the same
graph, in one process, one after the other; what they answer is compared with ours.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import networkx as nx
import numpy as np

from benchmarks.libraries import LIBRARIES, PIVOTS, SAMPLED, TOLERANCE, Case, Everybody, cases, everybody
from influence_graph.backend.conversion import convert_from_nx
from influence_graph.backend.graph import graph_of
from influence_graph.network import Network

RESULTS = Path(__file__).parent / "results"
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}


@dataclass(frozen=True)
class Time:
    """Seconds by the clock and of all processors, and how often that much work is asked for."""

    clock: float
    worked: float
    times: float = 1.0

    def __str__(self) -> str:
        about = "about " if self.times > 1 else ""
        return f"{about}{self.clock * self.times:.3g} ({self.worked * self.times:.3g})"


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
    judged = faster.keys() & case.bars if people == SIZES[case.judged] else set()
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
