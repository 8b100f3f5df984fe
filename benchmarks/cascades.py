"""Cascades and choices beside other libraries: ``python -m benchmarks cascades [--only NAME ...]``.

Writes results/cascades.md; needs the peers, ``pip install -e '.[bench]'``, some of which compile from source. What
stands in one table ran in one run on the same graph, each library in a process of its own, and all choices are
judged by the same simulations. With `--only` the other parts of the file stay as they are. `--gds` fetches Neo4j's
Graph Data Science library, and starts a server for it.
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

from benchmarks import gds, rivals
from benchmarks.ours import CHOSEN, EXPONENT, FOLLOWED, make, network_of, ours_chooses, ours_plans, ours_plays
from benchmarks.rivals import Floats, Graph, Ints, Run
from influence_graph.kernels import cascade
from influence_graph.measures import audience, pagerank

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("influence-graph", "cynetdiff", "pynetim", "ndlib", "numba", "numpy")
JUDGED = np.uint64(99)
"""The worlds in which choices are judged."""


UNASKED = Run(f"{gds.NAME}: not measured, `--gds` fetches it", np.nan, np.nan)
"""In place of what was not asked for."""


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
    best: int | None = None
    """How many people may stand in the sets of the best that can be had in 30 s."""
    most_memory: float | None = None
    plan: bool = False
    celf: int = 0
    """Simulations a person of GDS's CELF (0: not run)."""


SIZES = {
    "10k": Size(
        10_000, (20_000, 5_000, 2_000, 5), 40_000, {"OPIM-C": 0.1, "IMM": 0.1}, 0.5, best=100_000_000, celf=100
    ),
    "100k": Size(100_000, (2_000, 500, 200, 0), 6_000, {"OPIM-C": 0.1, "IMM": 0.5}, 3.0, 400.0, best=100_000_000),
    "1m": Size(
        1_000_000, (100, 40, 10, 0), 200, {"OPIM-C": 0.1}, 12.0, repeats=1, most_memory=700.0, plan=True
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
    """People chosen, judged in the same worlds, and which bars that holds or by how much it misses them."""
    yield row("50 people by", "people reached", "less ours", "certificate", "seconds", "processor seconds", "peak MB")
    yield "|---" * 7 + "|"
    chosen = [run for run in choices if run.people]
    worlds = [judge(graph, run.people, size.judged) for run in chosen]
    root, rows = np.sqrt(size.judged), []
    for run, reached in zip(chosen, worlds, strict=True):
        more = reached - worlds[0]
        error = more.std() / root
        rows.append((run, more.mean(), error))
        certificate = "" if run.certificate is None else f"{run.certificate:.3f}"
        told = f"{reached.mean():,.1f} ± {reached.std() / root:.1f}", f"{more.mean():+,.1f} ± {error:.1f}"
        memory = "" if np.isnan(run.memory) else f"{run.memory:,.0f}"
        yield row(run.name, *told, certificate, f"{run.seconds:.2f}", f"{run.worked:.2f}", memory)
    for run in choices:
        if not run.people:
            yield row(run.name, *[""] * 6)
    yield ""
    ours, theirs = chosen[0], [each for each in rows if each[0].certificate is None]
    rival, more, error = max(theirs, key=lambda each: each[1])
    reached = float(worlds[0].mean())
    yield bar("seconds by the clock", ours.seconds, size.most_seconds, "s")
    # a rival is better when it is so by more than twice the error of the difference
    better = f"no other choice better ({rival.name}: {more:+,.1f} ± {error:.1f})"
    yield f"- {better}: {'held' if more <= 2 * error else f'missed by {more / reached:.2%}'}"
    if size.most_memory is not None:
        yield bar(f"memory, everything included ({ours.note})", ours.memory, size.most_memory, "MB")
    sure = ours.certificate or 0.0
    yield f"- a certificate of 0.80: {'held' if sure >= 0.8 else f'missed by {0.8 - sure:.3f}'}"
    for run, more, error in rows[1:]:
        if run.certificate is not None:
            yield f"- the best that 30 s can buy: {more:+,.1f} ± {error:.1f} people, in {run.seconds:.1f} s"
    yield ""
    yield " ".join(f"{run.name}: {run.note}." for run in choices if run.note and run.certificate is None)


def bar(what: str, measured: float, most: float, unit: str) -> str:
    """A line that says whether something stays under its bar, and else by how much it does not."""
    told = "held" if measured < most else f"missed by {measured / most - 1:.1%}"
    return f"- {what}: {measured:,.3g} {unit}, under {most:,.3g} {unit}: {told}"


def title(size: Size) -> str:
    """The heading of one size."""
    return f"## {size.people:,} people, {FOLLOWED * size.people:,} edges"


def section(name: str, with_gds: bool) -> Iterator[str]:
    """The tables of one size."""
    size = SIZES[name]
    yield title(size)
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
            asked = {"certificate": 0.99, "precision": 0.0001, "entries": size.best}
            choices += alone(ours_chooses, folder, asked, "influence-graph, up to 30 s")
        choices += [Run(name, 0.0, 0.0, people=top.tolist()) for name, top in tops.items()]
        runs, theirs = played(folder, size, tops["most followers"].tolist())
        if size.celf:
            theirs += alone(gds.celf, folder, CHOSEN, size.celf) if with_gds else [UNASKED]
        yield from plays_table(runs, size)
        yield ""
        yield from choices_table(graph, choices + theirs, size)
        if size.plan:
            (plan,) = alone(ours_plans, folder, 50_000)
            yield ""
            yield (
                f"A budget over 50,000 candidates: {plan.note}. Certificate {plan.certificate:.3f};"
                f" {plan.seconds:.1f} s, {plan.worked:.1f} s of a processor, at most {plan.memory:,.0f} MB."
            )
            yield ""
            yield bar("seconds of that plan by the clock", plan.seconds, 10.0, "s")
    yield ""


def path_section(_name: str, with_gds: bool) -> Iterator[str]:
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
        runs += alone(gds.celf, folder, 1, 10_000) if with_gds else [UNASKED]
    yield row("the first of 50 people in a line, p = 0.1", "people reached", "exactly", "within three errors")
    yield "|---" * 4 + "|"
    for run in runs:
        if not run.seconds > 0:
            yield row(run.name, "", "1.1111", "")
            continue
        error = np.sqrt(0.1 / 0.9**2 / run.rounds)  # of a geometric number
        yield row(run.name, f"{run.reached:.4f} ± {error:.4f}", "1.1111", held(abs(run.reached - 10 / 9) < 3 * error))
    yield ""


SECTIONS: dict[str, Callable[[str, bool], Iterator[str]]] = {"path": path_section} | dict.fromkeys(SIZES, section)


def main(arguments: list[str]) -> None:
    """Run, and write the parts of the file that were asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks cascades", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(SECTIONS), default=list(SECTIONS))
    parser.add_argument("--out", type=Path, default=RESULTS / "cascades.md")
    parser.add_argument("--gds", action="store_true")
    asked = parser.parse_args(arguments)
    text = asked.out.read_text(encoding="utf-8") if asked.out.exists() else ""
    titles = {"## Right", *(title(size) for size in SIZES.values())}
    kept = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    parts = {told: part for part in kept if (told := part.partition("\n")[0]) in titles}
    known = [_known(library) for library in LIBRARIES]
    for name in asked.only:
        told = "\n".join(SECTIONS[name](name, asked.gds)) + "\n"
        parts[told.partition("\n")[0]] = told
        print(told, flush=True)
    head = (
        "# Cascades, and whom to choose\n\n"
        f"`python -m benchmarks cascades` on Python {platform.python_version()}, {platform.system()}"
        f" {platform.machine()}, {os.cpu_count()} cores; {', '.join(known)}. Audiences follow a power law of exponent"
        f" {EXPONENT}, probabilities are those of the weighted cascade. Loops are compiled before. ± is one standard"
        " error; differences are taken world by world, in the same worlds. What else ran on the machine is in the"
        " seconds by the clock, hardly in those of a processor; the load before says how much that was.\n\n"
    )
    asked.out.write_text((head + "".join(parts.values())).rstrip() + "\n", encoding="utf-8")


def _known(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"no {library}"
