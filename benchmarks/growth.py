"""Growth against what was planted: ``python -m benchmarks growth [--seeds 20]`` writes results/growth.md.

Is persuasion that falls as people grow told from one that holds, and is a season that weakens everybody's posts
taken for neither?
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.planted import measure_kinds
from influence_graph.map import map_tables
from influence_graph.world.growing import grow

SIZE: dict[str, Any] = {"people": 2_500, "growers": 16, "driven": 3_600.0}
FIRST_SEED = 100
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "holds": ("persuasion holds as people grow", {}),
    "season": ("it holds, and everybody's falls to half over the months", {"trend": -0.7}),
    "falls": ("it falls with followers, by the power 0.8", {"power": -0.8}),
}


def measure(kind: str, seed: int) -> dict[str, Any]:
    """One world: the verdict, the pooled ratio, and whether intervals hold what was planted."""
    tables, truth = grow(**SIZE, **KINDS[kind][1], seed=seed)
    found = map_tables(tables, seed=seed, backtest=False).growth
    assert found is not None
    by = found.pooled.set_index("who")
    row = by.loc["against"] if "against" in by.index else pd.Series({"ratio": np.nan, "low": np.nan, "high": np.nan})
    return {
        "kind": kind,
        "seed": seed,
        "verdict": found.verdict,
        "planted": truth["ratio"],
        "ratio": float(row["ratio"]),
        "covered": bool(row["low"] <= truth["ratio"] <= row["high"]),
        "moved": len(set(found.table["person_id"]) ^ set(truth["grown"])),
    }


def lines(found: pd.DataFrame) -> Iterator[str]:
    """The page, line by line."""
    seeds = found["seed"].nunique()
    yield "# Growth, found against planted\n"
    yield f"`python -m benchmarks growth --seeds {seeds}`: programmes of 40 creators over eight months, 16 of whom"
    yield f"come to have three to five times as many followers; {SIZE['people']:,} people, some 4,800 orders; as few"
    yield "sweeps of the sampler as it allows itself.\n"
    yield "*Verdict* is what is said of all who moved; *planted* and *found* the mean ratio of persuasion after the"
    yield "move to before, against who stayed; *covered* how often its 90 % interval holds what was planted; *wrong*"
    yield "how many people were taken to have moved, or not, against the truth.\n"
    yield "| kind | planted | verdict | ratio planted | ratio found | covered | wrong |"
    yield "|---|---|---|---|---|---|---|"
    for kind, rows in found.groupby("kind", sort=False):
        said = ", ".join(f"{count} x {verdict}" for verdict, count in rows["verdict"].value_counts().items())
        yield (
            f"| {kind} | {KINDS[str(kind)][0]} | {said} | {rows['planted'].mean():.2f} | {rows['ratio'].mean():.2f} |"
            f" {rows['covered'].sum()} of {len(rows)} | {rows['moved'].sum()} |"
        )


def main(arguments: list[str]) -> None:
    """Measure every kind and write the page."""
    measure_kinds("growth", arguments, kinds=KINDS, first_seed=FIRST_SEED, measure=measure, lines=lines)
