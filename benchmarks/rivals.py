"""Other libraries on the same graphs: ``pip install -e '.[bench]'``. Each function runs in a process of its own."""

from __future__ import annotations

import resource
import sys
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Run:
    """What was done, how long it took by the clock and by the processors, and the peak memory of its process."""

    name: str
    seconds: float
    worked: float
    rounds: int = 1
    reached: float = float("nan")
    people: list[int] = field(default_factory=list)
    certificate: float | None = None
    note: str = ""
    memory: float = float("nan")


@dataclass(frozen=True)
class Graph:
    """A graph as arrays: sources ascending, and the probability of each edge."""

    indptr: Ints
    indices: NDArray[np.int32]
    chance: Floats

    @classmethod
    def read(cls, folder: Path) -> Graph:
        """As `write` left it."""
        return cls(*(np.load(folder / f"{name}.npy") for name in ("indptr", "indices", "chance")))

    def write(self, folder: Path) -> None:
        """One file an array."""
        for name in ("indptr", "indices", "chance"):
            np.save(folder / f"{name}.npy", getattr(self, name))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Source and target of each edge."""
        sources = np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))
        return list(zip(sources.tolist(), self.indices.tolist(), strict=True))


def timed(name: str, work: Callable[[], Run | float], rounds: int = 1, *, repeats: int = 1) -> Run:
    """Run it, and again, and tell of the fastest; what gives a number has reached so many on average."""
    runs = []
    for _ in range(repeats):
        clock, worked = perf_counter(), process_time()
        given = work()
        seconds, worked = perf_counter() - clock, process_time() - worked
        run = given if isinstance(given, Run) else Run(name, 0.0, 0.0, rounds, float(given))
        run.seconds, run.worked, run.memory = seconds, worked, resident()
        runs.append(run)
    return min(runs, key=lambda run: run.seconds)


def resident() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def cynetdiff(folder: Path, seeds: list[int], rounds: int) -> list[Run]:
    """Its simulations, on one thread: it has no other."""
    from cynetdiff.models import IndependentCascadeModel

    graph = Graph.read(folder)
    model = IndependentCascadeModel(
        array("I", graph.indptr[:-1].tolist()), array("I", graph.indices.tolist()),
        activation_probs=array("f", graph.chance.tolist()), rng=1,
    )  # fmt: skip
    model.set_seeds(seeds)

    def play() -> float:
        total = 0
        for _ in range(rounds):
            model.reset_model()
            model.advance_until_completion()
            total += model.get_num_activated_nodes()
        return total / rounds

    return [timed("CyNetDiff, its one thread", play, rounds)]


def pynetim(
    folder: Path, seeds: list[int], rounds: int, chosen: int, epsilons: dict[str, float], repeats: int
) -> list[Run]:
    """Its simulations on two threads, and its choices of people."""
    from pynetim import IMGraph, IMMAlgorithm, IndependentCascadeModel, OPIMCAlgorithm

    given = Graph.read(folder)
    built = perf_counter()
    graph = IMGraph(given.pairs, given.chance.tolist(), True, False)
    note = f"its graph takes {perf_counter() - built:.1f} s to build"
    del given
    model = IndependentCascadeModel(graph, set(seeds))
    runs = [timed("pynetim, two threads", lambda: model.run_monte_carlo_diffusion(rounds, 1, True, 2), rounds)]
    makers = {
        "OPIM-C": lambda epsilon: OPIMCAlgorithm(graph, "IC", 1).run(chosen, epsilon),
        "IMM": lambda epsilon: IMMAlgorithm(graph, "IC", epsilon, 1, 1).run(chosen),
    }
    for name, epsilon in epsilons.items():
        label = f"pynetim {name}({epsilon:g})"

        def choose(make: Callable[[float], set[int]] = makers[name], at: float = epsilon, label: str = label) -> Run:
            return Run(label, 0, 0, people=sorted(make(at)), note=note)

        runs.append(timed(label, choose, repeats=repeats))
    return runs


def ndlib(folder: Path, seeds: list[int], rounds: int) -> list[Run]:
    """Its simulations, on one thread: it has no other."""
    import networkx as nx
    from ndlib.models.epidemics import IndependentCascadesModel
    from ndlib.models.ModelConfig import Configuration

    given = Graph.read(folder)
    graph = nx.DiGraph(given.pairs)
    model, config = IndependentCascadesModel(graph, seed=1), Configuration()
    config.add_model_initial_configuration("Infected", seeds)
    for pair, chance in zip(given.pairs, given.chance.tolist(), strict=True):
        config.add_edge_configuration("threshold", pair, chance)
    model.set_initial_status(config)

    def play() -> float:
        total = 0
        for _ in range(rounds):
            model.reset(seeds)
            state = model.iteration(node_status=False)
            while state["node_count"][1]:
                state = model.iteration(node_status=False)
            total += state["node_count"][2]
        return total / rounds

    return [timed("NDlib, its one thread", play, rounds)]
