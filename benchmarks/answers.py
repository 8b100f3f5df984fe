"""How long the strategist's questions take on a finished map: ``python -m benchmarks answers [--people 1000000]``.

The map is made first and not counted. Writes results/answers.md.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from influence_graph import authenticity, ecosystem, groups, growth, match, roles, talents, timing, world
from influence_graph.map import MapResult, map_tables
from influence_graph.tables.schema import Tables
from influence_graph.world.dress import typed

RESULTS = Path(__file__).parent / "results"
BAR = 90.0
"""Seconds for all questions together, at a million people."""
QUESTIONS: dict[str, Callable[[MapResult], Any]] = {
    "roles": roles,
    "groups": groups,
    "talents": talents,
    "timing": timing,
    "match": match,
    "authenticity": lambda result: authenticity(result.tables, resolved=True, network=result.network),
    "ecosystem": ecosystem,
    "growth": growth,
}


def programme(people: int) -> Tables:
    """A programme in which one in ten people creates, with a monthly history of every creator's followers."""
    scale = people / 1_000_000
    tables = world.make(
        people=people, creators=int(98_000 * scale), campaigns=12, driven=171_000 * scale, organic=129_000 * scale,
        mean_follows=10.0,
    ).tables  # fmt: skip
    begin = tables.shares["shared_at"].min()
    listed = tables.creators[["creator_id", "followers"]].dropna()
    months = [
        listed.assign(at=begin + pd.Timedelta(days=30 * month), followers=listed["followers"] * 1.04 ** (month - 11))
        for month in range(12)
    ]
    history = pd.concat(months, ignore_index=True)
    return Tables(**{**vars(tables), "followers": typed("followers", history)})


def main(arguments: list[str]) -> None:
    """Map, ask, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks answers", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="*", choices=list(QUESTIONS), default=list(QUESTIONS))
    asked = parser.parse_args(arguments)
    tables = programme(asked.people)
    sizes = ", ".join(f"{len(tables[name]):,} {name}" for name in ("follows", "shares", "conversions", "followers"))
    result = map_tables(tables, backtest=False)
    rows, whole = [], 0.0
    for name in asked.only:
        load, begun = os.getloadavg()[0], perf_counter()
        QUESTIONS[name](result)
        seconds = perf_counter() - begun
        whole += seconds
        rows.append(f"| {name} | {seconds:.1f} | {load:.1f} |")
        print(rows[-1], flush=True)
    held = f" (bar: {BAR:.0f}, {'held' if whole <= BAR else 'not held'})" if asked.people >= 1_000_000 else ""
    text = "\n".join(
        [
            "# How long questions take\n",
            f"`python -m benchmarks answers --people {asked.people}`: {sizes}; the map is made before.\n",
            "| question | seconds | load before |",
            "|---|---|---|",
            *rows,
            f"\nAll together: {whole:.1f} s{held}.",
        ]
    )
    print(text)
    (RESULTS / "answers.md").write_text(text + "\n", encoding="utf-8")
