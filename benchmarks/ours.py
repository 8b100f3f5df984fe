"""What is measured of ours, on graphs that are made here. Each function runs in a process of its own, as rivals do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.rivals import Graph, Run, resident, timed
from influence_graph.cascades import Conversions, Limits, maximise, spread
from influence_graph.measures import audience
from influence_graph.network import Network

CHOSEN, EXPONENT, FOLLOWED = 50, 2.8, 10


def scale_free(people: int, seed: int = 0) -> Graph:
    """People whose audiences follow a power law, each following ten on average; weighted cascade."""
    rng = np.random.default_rng(seed)
    popular = np.cumsum(np.arange(1, people + 1) ** (-1 / (EXPONENT - 1)))
    names = rng.permutation(people)
    pairs = np.zeros(0, dtype=np.int64)
    while len(pairs) < FOLLOWED * people:
        more = int(1.3 * (FOLLOWED * people - len(pairs))) + 100
        source = names[np.searchsorted(popular, rng.random(more) * popular[-1])]
        target = rng.integers(0, people, more)
        pairs = np.unique(np.concatenate([pairs, (source * people + target)[source != target]]))
    pairs = np.sort(rng.choice(pairs, FOLLOWED * people, replace=False))
    source, target = pairs // people, pairs % people
    pointers = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=people))])
    chance = (1.0 / np.maximum(np.bincount(target, minlength=people), 1)).astype(np.float32)
    return Graph(pointers, target.astype(np.int32), chance[target])


def network_of(graph: Graph) -> Network:
    """The same graph as ours."""
    ids = pd.Index([str(number) for number in range(len(graph.indptr) - 1)])
    nodes = pd.DataFrame({"is_creator": True, "followers": np.nan}, index=ids)
    nodes["name"] = nodes["platform"] = pd.Series(np.nan, ids, dtype="str")
    return Network(graph.indptr, graph.indices, np.broadcast_to(1.0, len(graph.indices)), nodes)


def make(people: int, folder: Path) -> None:
    """Write a graph to a folder."""
    scale_free(people).write(folder)


def compiled() -> None:
    """Compile loops, or load them, before anything is timed."""
    line = Network.from_edges([1, 2], [2, 3])
    for kind in (np.float32, np.float64):
        maximise(line, Limits(people=1), probability=np.full(2, 0.5, dtype=kind), certificate=0.1, precision=0.1)
    maximise(line, Limits(budget=2.0, costs=np.ones(3)), probability=0.5, conversions=Conversions(np.ones(3)))
    spread(line, ["1"], probability=0.5, simulations=64)


def ours_plays(folder: Path, seeds: list[int], rounds: int) -> list[Run]:
    """Our simulations."""
    compiled()
    graph = Graph.read(folder)
    network, ids = network_of(graph), [str(seed) for seed in seeds]

    def play() -> float:
        return spread(network, ids, probability=graph.chance, simulations=rounds).mean

    return [timed("influence-graph, all cores", play, rounds)]


def ours_chooses(folder: Path, asked: dict[str, float], name: str, repeats: int = 1) -> list[Run]:
    """Our choice of people."""
    compiled()
    graph = Graph.read(folder)
    network, chance = network_of(graph), graph.chance
    before = resident()

    def choose() -> Run:
        choice = maximise(network, Limits(people=CHOSEN), probability=chance, **asked)
        people = network.index_of(choice.people["person_id"]).tolist()
        return Run(name, 0, 0, people=people, certificate=choice.certificate, note=f"{before:,.0f} MB before it")

    return [timed(name, choose, repeats=repeats)]


def ours_plans(folder: Path, candidates: int) -> list[Run]:
    """A budget spent on the most orders: candidates at random, dearer the more follow them."""
    compiled()
    graph = Graph.read(folder)
    network, rng = network_of(graph), np.random.default_rng(1)
    costs = np.full(network.n_people, np.nan)
    some = rng.choice(network.n_people, candidates, replace=False)
    costs[some] = 20 + 0.5 * audience(network)[some]
    conversions = Conversions(rng.gamma(0.5, 0.01, network.n_people))

    def plan() -> Run:
        choice = maximise(
            network, Limits(budget=200_000, costs=costs), probability=0.1 * graph.chance, conversions=conversions
        )
        rules = ", ".join(f"{row.rule} {row.expected:,.0f}" for row in choice.alternatives.itertuples())
        note = f"{len(choice.people):,} people for {choice.cost:,.0f}; orders by rule: {rules}"
        return Run("plan", 0, 0, certificate=choice.certificate, reached=choice.expected, note=note)

    return [timed("plan", plan)]
