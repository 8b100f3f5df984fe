"""Building networks, names to numbers, ranks of ten million edges, and starting: ``python -m benchmarks building``.

Writes results/building.md. Every line runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

RESULTS = Path(__file__).parent / "results"
PEOPLE, FOLLOWED = 1_000_000, 10
EXPONENT = 2.8
PIECE = 500_000
TOLERANCE = 1e-8

Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]


class Run(NamedTuple):
    """Seconds by the clock and of all processors; MB before and at the peak; and what was made."""

    clock: float
    worked: float
    before: float
    peak: float
    note: str = ""

    def __str__(self) -> str:
        return f"{self.clock:.3g} ({self.worked:.3g}) s | {self.before:,.0f} | {self.peak:,.0f}"


def pairs(people: int) -> Pairs:
    """Who is followed, by a power law, and who follows them, in any order: made in pieces, so that no peak remains."""
    rng = np.random.default_rng(0)
    popular = np.cumsum(np.arange(1, people + 1) ** (-1 / (EXPONENT - 1)))
    names = rng.permutation(people).astype(np.int32)
    source, target = (np.empty(FOLLOWED * people, dtype=np.int32) for _ in range(2))
    for begin in range(0, len(source), PIECE):
        many = len(source[begin : begin + PIECE])
        source[begin : begin + PIECE] = names[np.searchsorted(popular, rng.random(many) * popular[-1])]
        target[begin : begin + PIECE] = rng.integers(0, people, many)
    return source, target


def measured(work: Callable[[], object]) -> Run:
    """Do it once."""
    from benchmarks.rivals import resident

    before, clock, worked = resident(), perf_counter(), process_time()
    made = work()
    return Run(perf_counter() - clock, process_time() - worked, before, resident(), repr(made))


def scipy_rows(people: int) -> Run:
    """Compressed rows by scipy: what building can be compared with."""
    from scipy.sparse import csr_array

    source, target = pairs(people)
    return measured(lambda: csr_array((np.ones(len(source)), (source, target)), shape=(people, people)).nnz)


def our_rows(people: int) -> Run:
    """Compressed rows by our kernel."""
    from influence_graph.kernels import rows

    source, target = pairs(people)
    rows.gathered(source[:1], target[:1], people, True, False)  # compiled before
    return measured(lambda: len(rows.gathered(source, target, people, True, False)[1]))


def our_network(people: int) -> Run:
    """A network of people who are known already, its edges merged and checked."""
    from influence_graph.network.graph import from_places

    nodes = _people(people)
    from_places(np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int32), nodes[:1], {})
    source, target = pairs(people)
    return measured(lambda: from_places(source, target, nodes, {}))


def _people(people: int) -> Any:
    from influence_graph.network import Network

    return Network.from_edges([], [], nodes=[f"u{number:07d}" for number in range(people)]).nodes


def our_names(people: int) -> Run:
    """A network from two columns of ids as text."""
    from influence_graph.network import Network

    Network.from_edges(["a"], ["b"])
    names = np.array([f"u{number:07d}" for number in range(people)], dtype=object)
    source, target = (names[end] for end in pairs(people))
    return measured(lambda: Network.from_edges(source, target))


def _ours(people: int) -> Any:
    from influence_graph.backend.graph import Graph
    from influence_graph.kernels import rows

    indptr, indices, _ = rows.gathered(*pairs(people), people, False, False)
    for array in (indptr, indices):
        array.setflags(write=False)
    return Graph(list(range(people)), True, indptr, indices, {})


def ranked(people: int, function: str) -> Run:
    """NetworkX's function on our graph, the second time: what comes before is ready then, as the others have it."""
    import networkx as nx

    given: dict[str, Any] = {"tol": TOLERANCE / people, "max_iter": 500} if function == "pagerank" else {}
    graph, ask = _ours(people), getattr(nx, function)
    first = measured(lambda: ask(graph, **given))
    again = measured(lambda: ask(graph, **given))
    return again._replace(note=f"the first time {first.clock:.3g} ({first.worked:.3g}) s")


def networkit_ranked(people: int, function: str) -> Run:
    """The same by networkit, on its graph; one without direction for cores."""
    library = import_module("networkit")
    graph = library.GraphFromCoo(tuple(end.astype(np.int64) for end in pairs(people)), n=people, directed=True)
    if function == "pagerank":
        centrality = library.centrality
        algorithm = centrality.PageRank(graph, tol=TOLERANCE, distributeSinks=centrality.SinkHandling.DistributeSinks)
        algorithm.norm = centrality.Norm.l1norm
    else:
        graph = library.graphtools.toUndirected(graph)
        graph.removeSelfLoops()
        graph.removeMultiEdges()
        algorithm = library.centrality.CoreDecomposition(graph)
    return measured(lambda: algorithm.run().scores())._replace(note="")


def starting(_people: int) -> Run:
    """`import influence_graph`, in a Python of its own."""
    return _python("import influence_graph", {})


def compiling(_people: int) -> Run:
    """The first PageRank after installing, all told: nothing is kept from before."""
    code = "import networkx as nx; nx.pagerank(nx.gnp_random_graph(200, 0.1, seed=1), backend='influence_graph')"
    with tempfile.TemporaryDirectory() as empty:
        return _python(code, {"NUMBA_CACHE_DIR": empty})


def demo(_people: int) -> Run:
    """The whole sample world mapped, the first time after installing."""
    with tempfile.TemporaryDirectory() as empty:
        code = f"from influence_graph.cli import answer; answer(['demo', {empty + '/demo'!r}, '--quiet'])"
        return _python(code, {"NUMBA_CACHE_DIR": f"{empty}/kept"})


def _python(code: str, environment: dict[str, str]) -> Run:
    timed = (
        "from time import perf_counter, process_time\n"
        f"clock, worked = perf_counter(), process_time()\n{code}\n"
        "import resource, sys; peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10\n"
        "print('\\n', perf_counter() - clock, process_time() - worked, 0, peak)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", timed], capture_output=True, text=True, check=True,
        env=os.environ | environment,
    )  # fmt: skip
    return Run(*map(float, done.stdout.splitlines()[-1].split()))


LINES: dict[str, tuple[Callable[[int], Run], str]] = {
    "rows from arrays, scipy": (scipy_rows, ""),
    "rows from arrays, ours": (our_rows, "1.2 × scipy's work, 400 MB"),
    "a network of known people from arrays": (our_network, ""),
    "a network from ids as text": (our_names, "12 s, 1,000 MB"),
    "PageRank, ours": (lambda people: ranked(people, "pagerank"), ""),
    "PageRank, networkit": (lambda people: networkit_ranked(people, "pagerank"), ""),
    "core numbers, ours": (lambda people: ranked(people, "core_number"), ""),
    "core numbers, networkit": (lambda people: networkit_ranked(people, "core_number"), ""),
    "`import influence_graph`": (starting, "0.15 s"),
    "the first PageRank after installing": (compiling, "20 s"),
    "the first `influence-graph demo` after installing": (demo, ""),
}
LIMITS = {
    "a network from ids as text": (12.0, 1000.0),
    "`import influence_graph`": (0.15, None),
    "the first PageRank after installing": (20.0, None),
}
"""Seconds by the clock or of work, whichever is less, and MB."""


def held(what: str, found: dict[str, Run]) -> str:
    """Whether the bar of a line is held."""
    run = found[what]
    if what == "rows from arrays, ours":
        scipy = found.get("rows from arrays, scipy")
        return "" if scipy is None else _yes(run.worked <= 1.2 * scipy.worked and run.peak <= 400)
    if what in LIMITS:
        seconds, memory = LIMITS[what]
        return _yes(min(run.clock, run.worked) <= seconds and (memory is None or run.peak <= memory))
    return ""


def _yes(held: bool) -> str:
    return "yes" if held else "no"


def lines(people: int) -> Iterator[str]:
    """Each line, in a process of its own."""
    found: dict[str, Run] = {}
    for what, (_, bar) in LINES.items():
        words = [sys.executable, "-m", "benchmarks", "building", "--people", str(people), "--line", what]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{what}: {done.stderr.splitlines()[-1]}", file=sys.stderr)
            continue
        *numbers, note = done.stdout.splitlines()[-1].split("\t")
        found[what] = Run(*map(float, numbers), note)
        yield f"| {what} | {found[what]} | {note} | {bar} | {held(what, found)} |"


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks building", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--line", choices=list(LINES), help="one line alone, in this process")
    parser.add_argument("--out", type=Path, default=RESULTS / "building.md")
    asked = parser.parse_args(arguments)
    if asked.line:
        print(*LINES[asked.line][0](asked.people), sep="\t")
        return
    names = ("influence-graph", "networkx", "numba", "scipy", "pandas")
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    told = [
        "# Building and starting",
        "",
        f"`python -m benchmarks building --people {asked.people}`: {FOLLOWED * asked.people:,} edges between"
        f" {asked.people:,} people, audiences by a power law, in any order. Python {platform.python_version()},"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores; {libraries}; load before"
        f" {os.getloadavg()[0]:.1f}. Seconds by the clock, in brackets those that the processors worked; MB that the"
        " process held before, everything loaded and the arrays there, and at its peak. Each line once, in a process of"
        " its own. Bars in seconds are held by the clock or the work, whichever is less.",
        "",
        "| what | time | MB before | MB at the peak | | bar | held |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in lines(asked.people):
        told.append(line)
        print(line, flush=True)
    asked.out.write_text("\n".join(told) + "\n", encoding="utf-8")
