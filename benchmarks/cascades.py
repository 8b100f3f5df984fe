"""Cascades and choices beside other libraries: ``python -m benchmarks cascades [--only NAME ...]``.

Writes results/cascades.md; needs the peers, ``pip install -e '.[bench]'``, some of which compile from source. What
stands in one table ran in one run on the same graph, each library in a process of its own, and all choices are
judged by the same simulations. With `--only` the other parts of the file stay as they are.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import rivals
from benchmarks.ours import CHOSEN, EXPONENT, FOLLOWED, make, network_of, ours_chooses, ours_plans, ours_plays
from benchmarks.rivals import Floats, Graph, Ints, Run
from influence_graph.kernels import cascade
from influence_graph.measures import audience, pagerank

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("influence-graph", "cynetdiff", "pynetim", "ndlib", "numba", "numpy")
JUDGED = np.uint64(99)
"""The worlds in which choices are judged."""


@dataclass(frozen=True)
class Size:
    """A graph, how often it is played, which choices of pynetim's there are, and our bars."""

    people: int
    rounds: tuple[int, int, int, int]
    """Simulations timed: ours, pynetim's, CyNetDiff's, NDlib's (0: not run)."""
    judged: int
    epsilons: dict[str, float]
    most_seconds: float
    least_rate: float | None = None
    repeats: int = 3
    """How often choices are timed; the fastest counts."""
    best: bool = True
    most_memory: float | None = None
    plan: bool = False


SIZES = {
    "10k": Size(10_000, (20_000, 5_000, 2_000, 5), 40_000, {"OPIM-C": 0.1, "IMM": 0.1}, 0.5),
    "100k": Size(100_000, (2_000, 500, 200, 0), 6_000, {"OPIM-C": 0.1, "IMM": 0.5}, 3.0, 400.0),
    "1m": Size(
        1_000_000, (100, 40, 10, 0), 200, {"OPIM-C": 0.1}, 12.0, repeats=1, best=False, most_memory=700.0, plan=True
    ),
}  # fmt: skip


def alone(work: Callable[..., list[Run]], *given: Any) -> list[Run]:
    """Run it in a process of its own; where a peer is not there, say so."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(work, *given).result()
        except ImportError as error:
            return [Run(f"{work.__name__}: not measured, {error}", np.nan, np.nan)]


def judge(graph: Graph, people: list[int], worlds: int) -> Floats:
    """(worlds,) float64: whom they reach in each world, the same worlds for everybody."""
    edges, seeds = cascade.packed(graph.indices, graph.chance), np.array(people, dtype=np.int64)
    with ThreadPoolExecutor(2) as pool:
        spans = [(at, min(at + 64, worlds)) for at in range(0, worlds, 64)]
        parts = pool.map(lambda span: cascade.independent(graph.indptr, edges, seeds, JUDGED, *span), spans)
        return np.concatenate(list(parts)).astype(np.float64)


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def held(*kept: bool) -> str:
    """Whether bars are held."""
    return "yes" if all(kept) else "no"


def played(folder: Path, size: Size, seeds: list[int]) -> tuple[list[Run], list[Run]]:
    """Simulations of every library, and pynetim's choices, made in the process that has its graph."""
    ours, theirs, cynetdiffs, ndlibs = size.rounds
    runs = alone(ours_plays, folder, seeds, ours)
    *plays, choices = _apart(alone(rivals.pynetim, folder, seeds, theirs, CHOSEN, size.epsilons, size.repeats))
    runs += [*plays, *alone(rivals.cynetdiff, folder, seeds, cynetdiffs)]
    if ndlibs:
        runs += alone(rivals.ndlib, folder, seeds, ndlibs)
    return runs, choices


def _apart(runs: list[Run]) -> tuple[Run, list[Run]]:
    return runs[0], runs[1:]


def plays_table(runs: list[Run], size: Size) -> Iterator[str]:
    """Simulations a second."""
    yield row("simulations from the 50 with most followers", "people reached", "a second", "a second of a processor",
              "ours is faster", "bar", "held")  # fmt: skip
    yield "|---" * 7 + "|"
    ours = runs[0].rounds / runs[0].seconds
    for run in runs:
        if np.isnan(run.seconds):
            yield row(run.name, *[""] * 6)
            continue
        rate = run.rounds / run.seconds
        bar, kept = ("", "") if run is not runs[0] or size.least_rate is None else (
            f"{size.least_rate:g}", held(rate >= size.least_rate)
        )  # fmt: skip
        faster = "" if run is runs[0] else f"{ours / rate:,.1f} x"
        yield row(run.name, f"{run.reached:,.0f}", f"{rate:,.3g}", f"{run.rounds / run.worked:,.3g}", faster, bar, kept)


def choices_table(graph: Graph, choices: list[Run], size: Size) -> Iterator[str]:
    """People chosen, judged in the same worlds."""
    yield row("50 people by", "people reached", "less ours", "certificate", "seconds", "processor seconds", "peak MB")
    yield "|---" * 7 + "|"
    worlds = [judge(graph, run.people, size.judged) for run in choices]
    root, rows = np.sqrt(size.judged), []
    for run, reached in zip(choices, worlds, strict=True):
        more = reached - worlds[0]
        error = more.std() / root
        rows.append((run, reached.mean(), more.mean(), error))
        certificate = "" if run.certificate is None else f"{run.certificate:.3f}"
        told = f"{reached.mean():,.1f} ± {reached.std() / root:.1f}", f"{more.mean():+,.1f} ± {error:.1f}"
        yield row(run.name, *told, certificate, f"{run.seconds:.2f}", f"{run.worked:.2f}", f"{run.memory:,.0f}")
    ours, best = rows[0][0], max((each for each in rows if each[0].certificate is None), key=lambda each: each[1])
    yield ""
    # a rival is better when it is so by more than twice the error of the difference
    kept = [ours.seconds < size.most_seconds, best[2] <= 2 * best[3]]
    bars = f"under {size.most_seconds:g} s; no other choice better ({best[0].name}: {best[2]:+,.1f} ± {best[3]:.1f})"
    if size.most_memory is not None:
        kept.append(ours.memory < size.most_memory)
        bars += f"; under {size.most_memory:g} MB, everything included ({ours.note})"
    kept.append((ours.certificate or 0.0) >= 0.8)
    bars += "; a certificate of 0.80"
    yield f"Bars: {bars}. Held: {held(*kept)}. " + " ".join(
        f"{run.name}: {run.note}." for run in choices if run.note and run.certificate is None
    )


def section(name: str) -> Iterator[str]:
    """The tables of one size."""
    size = SIZES[name]
    yield f"## {size.people:,} people, {FOLLOWED * size.people:,} edges"
    yield ""
    fastest = f" Seconds are those of the fastest of {size.repeats} times." if size.repeats > 1 else ""
    yield f"Load before: {os.getloadavg()[0]:.1f}.{fastest}"
    yield ""
    with tempfile.TemporaryDirectory(prefix="influence-graph-") as place:
        folder = Path(place)
        alone(make, size.people, folder)
        graph = Graph.read(folder)
        network = network_of(graph)
        rules = {"most followers": audience(network), "highest reverse PageRank": pagerank(network)}
        tops: dict[str, Ints] = {name: np.argsort(-score, kind="stable")[:CHOSEN] for name, score in rules.items()}
        choices = alone(ours_chooses, folder, {}, "influence-graph", size.repeats)
        if size.best:
            asked = {"certificate": 0.99, "precision": 0.0001}
            choices += alone(ours_chooses, folder, asked, "influence-graph, until more would not help")
        choices += [Run(name, 0.0, 0.0, people=top.tolist()) for name, top in tops.items()]
        runs, theirs = played(folder, size, tops["most followers"].tolist())
        yield from plays_table(runs, size)
        yield ""
        yield from choices_table(graph, choices + theirs, size)
        if size.plan:
            (plan,) = alone(ours_plans, folder, 50_000)
            yield ""
            yield (
                f"A budget over 50,000 candidates: {plan.note}. Certificate {plan.certificate:.3f};"
                f" {plan.seconds:.1f} s, {plan.worked:.1f} s of a processor, at most {plan.memory:,.0f} MB."
                f" Bar: under 10 s. Held: {held(plan.seconds < 10)}."
            )
    yield ""


def path_section(_name: str) -> Iterator[str]:
    """A path of 50 people, each passing on with 0.1: the first one's spread is 10/9."""
    yield "## Right"
    yield ""
    with tempfile.TemporaryDirectory(prefix="influence-graph-") as place:
        folder = Path(place)
        ends = np.minimum(np.arange(51), 49)
        Graph(ends.astype(np.int64), np.arange(1, 50, dtype=np.int32), np.full(49, 0.1)).write(folder)
        runs = alone(ours_plays, folder, [0], 100_000)
        runs += alone(rivals.cynetdiff, folder, [0], 100_000)
        runs += alone(rivals.pynetim, folder, [0], 100_000, 1, {}, 1)
        runs += alone(rivals.ndlib, folder, [0], 10_000)
    yield row("the first of 50 people in a line, p = 0.1", "people reached", "exactly", "within three errors")
    yield "|---" * 4 + "|"
    for run in (run for run in runs if run.seconds > 0):
        error = np.sqrt(0.1 / 0.9**2 / run.rounds)  # of a geometric number
        yield row(run.name, f"{run.reached:.4f} ± {error:.4f}", "1.1111", held(abs(run.reached - 10 / 9) < 3 * error))
    yield row("Neo4j GDS 2.13.9, CELF (seen on a server, not in this run)", "5.9", "1.1111", "no")
    yield ""


SECTIONS: dict[str, Callable[[str], Iterator[str]]] = {"path": path_section} | dict.fromkeys(SIZES, section)


def main(arguments: list[str]) -> None:
    """Run, and write the parts of the file that were asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks cascades", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(SECTIONS), default=list(SECTIONS))
    parser.add_argument("--out", type=Path, default=RESULTS / "cascades.md")
    asked = parser.parse_args(arguments)
    text = asked.out.read_text(encoding="utf-8") if asked.out.exists() else ""
    parts = {part.partition("\n")[0]: part for part in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]}
    known = [_known(library) for library in LIBRARIES]
    for name in asked.only:
        told = "\n".join(SECTIONS[name](name)) + "\n"
        parts[told.partition("\n")[0]] = told
        print(told, flush=True)
    head = (
        "# Cascades, and whom to choose\n\n"
        f"`python -m benchmarks cascades` on Python {platform.python_version()}, {platform.system()}"
        f" {platform.machine()}, {os.cpu_count()} cores; {', '.join(known)}. Audiences follow a power law of exponent"
        f" {EXPONENT}, probabilities are those of the weighted cascade. Loops are compiled before. ± is one standard"
        " error; differences are taken world by world, in the same worlds.\n\n"
    )
    asked.out.write_text((head + "".join(parts.values())).rstrip() + "\n", encoding="utf-8")


def _known(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"no {library}"
