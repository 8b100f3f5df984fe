"""Matching against what was planted: ``python -m benchmarks match [--seeds 20]`` writes results/match.md.

Are kinds of posts that suit a community found there, are creators ranked by what they truly do there, and is nothing
said where communities do not matter?
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.planted import measure_kinds
from influence_graph.map import MapResult, map_tables
from influence_graph.programme.match import match
from influence_graph.world import World, make

SIZE = {"people": 3_000, "creators": 80, "campaigns": 4, "driven": 2_500, "organic": 1_500}
FIRST_SEED = 100
MATCHED = 4.0
KINDS = {
    "matched": ("people of one taste heed video makers four times as much, those of the other all others", {}),
    "matched, alike": ("the same communities, all heed all alike", {"matched": 1.0}),
}


def measure(kind: str, seed: int) -> dict[str, float | str | bool]:
    """One world: what is said, and how near the matrix is to the truth."""
    made = make(kind.split(",")[0], **SIZE, **KINDS[kind][1], seed=seed)
    result = map_tables(made.tables, seed=seed, backtest=False)
    found = match(result, active=(), own_hours=False)
    said = found.evidence.set_index("by")["evident"] if len(found.evidence) else pd.Series(dtype=bool)
    return {
        "kind": kind,
        "seed": seed,
        "alike": any(note.id == "match.alike" for note in found.notes),
        "kinds": bool(said.get("kind", False)),
        **({} if "maker" not in made.truth else _nearness(made, result, found.matrix)),
    }


def _nearness(made: World, result: MapResult, matrix: pd.DataFrame) -> dict[str, float]:
    """Parts of cells on the right side and of intervals that hold; rank correlations with what creators truly do."""
    people = result.people.set_index("person_id")
    known = made.truth.set_index("person_id").join(people[["community", "per_1000"]])
    network, home = result.network, people["community"].reindex(result.network.nodes.index)
    even = (known["taste"] % 2 == 0).groupby(known["community"]).mean()
    even = even[[f"{community:.0f}" in set(matrix["community"]) for community in even.index]]
    reach = {}
    for community in even.index:
        there = (home == community).fillna(False).to_numpy(dtype=bool)
        followers = np.bincount(network.sources[there[network.indices]], minlength=network.n_people)
        reach[community] = pd.Series(followers, index=network.nodes.index).reindex(known.index)
    suits = {
        community: known["theta"] * np.where(known["maker"], 1 + (MATCHED - 1) * part, MATCHED - (MATCHED - 1) * part)
        for community, part in even.items()
    }
    right, here, anywhere = [], [], []
    cells = matrix.set_index(["by", "group", "community"])
    for community, part in even.items():
        for group in ("post", "video"):
            row = cells.loc["kind", group, f"{community:.0f}"]
            right.append((row["times"] > 1) == ((group == "video") == (part > 0.5)))
        own = cells["per_1000"]["creator"].xs(f"{community:.0f}", level="community").reindex(known.index).fillna(0.0)
        truly = suits[community] * reach[community]
        here.append(truly.corr(own * reach[community], method="spearman"))
        anywhere.append(truly.corr(known["per_1000"].fillna(0.0) * reach[community], method="spearman"))
    return {"right": float(np.mean(right)), "here": float(np.mean(here)), "anywhere": float(np.mean(anywhere))}


def lines(found: pd.DataFrame) -> Iterator[str]:
    """The page, line by line."""
    people, creators, seeds = SIZE["people"], SIZE["creators"], found["seed"].nunique()
    yield "# Matching, found against planted\n"
    yield f"`python -m benchmarks match --seeds {seeds}`: worlds of {people:,} people and {creators} creators, as few"
    yield "sweeps of the sampler as it allows itself.\n"
    yield "*No evidence* is how often it is said that nothing shows that communities differ; *kinds* how often that"
    yield "they differ in which kinds of posts work; *right* the part of communities and kinds said to be on the side"
    yield "of usual on which they were planted. *There* is the mean rank correlation of what creators are said to do in"
    yield "a community with what they truly do there, *anywhere* that of what they are said to do over all.\n"
    yield "| kind | planted | no evidence | kinds | right | there | anywhere |"
    yield "|---|---|---|---|---|---|---|"
    for kind, rows in found.groupby("kind", sort=False):
        said = [f"{rows[name].sum()} of {len(rows)}" for name in ("alike", "kinds")]
        near = ["", "", ""]
        if rows["right"].notna().all():
            mean = rows[["right", "here", "anywhere"]].mean()
            near = [f"{mean['right']:.0%}", f"{mean['here']:.3f}", f"{mean['anywhere']:.3f}"]
        yield f"| {kind} | {KINDS[str(kind)][0]} | {' | '.join(said + near)} |"


def main(arguments: list[str]) -> None:
    """Measure every kind and write the page."""
    measure_kinds("match", arguments, kinds=KINDS, first_seed=FIRST_SEED, measure=measure, lines=lines)
