"""Groups against what was planted: ``python -m benchmarks groups [--seeds 20]`` writes results/groups.md.

Does conversions per exposure run with follower count as planted, do intervals of groups hold what their creators drove,
and is nothing said where nothing is there?
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.planted import measure_kinds
from influence_graph.map import map_tables
from influence_graph.programme.groups import find_tiers
from influence_graph.world import make

SIZE = {"people": 3_000, "creators": 100, "campaigns": 5}
FIRST_SEED = 100
KINDS = {
    "proportional": "all creators persuade alike",
    "influence": "creators differ, whatever their size",
    "inverse": "persuasion falls with the square root of followers",
}


def measure(kind: str, seed: int) -> dict[str, float | str | bool]:
    """One world: what is said of size and of groups, and the part of intervals that hold."""
    made = make(kind, **SIZE, seed=seed)
    result = map_tables(made.tables, seed=seed, backtest=False)
    assert result.groups is not None
    planted = made.truth.set_index("person_id")["driven"]
    people = result.people.set_index("person_id").reindex(planted.index)
    told = result.groups.table.set_index(["by", "group"])[["driven_low", "driven_high"]].T.to_dict("list")
    inside = [
        told[by, str(group)][0] <= driven.sum() <= told[by, str(group)][1]
        for by, key in (("platform", people["platform"]), ("tier", find_tiers().of(people["followers"])))
        for group, driven in planted.groupby(key)
        if (by, str(group)) in told
    ]
    shapes = {curve.measure: curve for curve in result.groups.curves}
    curve = shapes.get("per_1000")
    return {
        "kind": kind,
        "seed": seed,
        "shape": curve.shape if curve else "nothing driven",
        "tenfold": curve.tenfold if curve else np.nan,
        "alike": any(note.id == "groups.alike" for note in result.groups.notes),
        "covered": float(np.mean(inside)),
    }


def lines(found: pd.DataFrame) -> Iterator[str]:
    """The page, line by line."""
    people, creators = SIZE["people"], SIZE["creators"]
    seeds = found["seed"].nunique()
    yield "# Groups, found against planted\n"
    yield f"`python -m benchmarks groups --seeds {seeds}`: worlds of {people:,} people and {creators} creators, as few"
    yield "sweeps of the sampler as it allows itself.\n"
    yield "*Size* is what is said of conversions per 1,000 exposures by follower count; *ten times as large* the mean"
    yield "factor that is found; *alike* how often roles, platforms, kinds and pay are said not to differ; *covered*"
    yield "the part of groups by size and platform whose 90 % interval holds what they were planted to drive.\n"
    yield "| kind | planted | size | ten times as large | alike | covered |"
    yield "|---|---|---|---|---|---|"
    for kind, rows in found.groupby("kind", sort=False):
        said = ", ".join(f"{count} x {shape}" for shape, count in rows["shape"].value_counts().items())
        alike = f"{rows['alike'].sum()} of {len(rows)}"
        yield (
            f"| {kind} | {KINDS[str(kind)]} | {said} | {rows['tenfold'].mean():.2f} | {alike} |"
            f" {rows['covered'].mean():.1%} |"
        )


def main(arguments: list[str]) -> None:
    """Measure every kind and write the page."""
    measure_kinds("groups", arguments, kinds=KINDS, first_seed=FIRST_SEED, measure=measure, lines=lines)
