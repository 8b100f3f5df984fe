"""Whether `map --estimate` tells the truth: ``python -m benchmarks needs`` writes results/needs.md.

Worlds of many shapes are estimated, then mapped in a process of its own. `_MEMORY` and `_SECONDS` of
`influence_graph.needs` are fitted to what this prints.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.speed import GIB, RESULTS, mapped
from influence_graph import world
from influence_graph.needs import MEMORY_WITHIN, Needs, estimate

SHAPES: dict[str, dict[str, float]] = {
    "the demo world": {"kind": "demo"},  # type: ignore[dict-item]
    "few people, many orders": {"people": 5_000, "creators": 300, "driven": 40_000, "organic": 40_000},
    "many shares, few follows": {"people": 40_000, "creators": 20_000, "mean_follows": 2, "shares": 5},
    "many follows, few shares": {
        "people": 100_000, "creators": 400, "mean_follows": 20, "driven": 4_000, "organic": 4_000,
    },
    "100,000 people": {"people": 100_000, "creators": 9_800, "driven": 17_100, "organic": 12_900, "campaigns": 12},
    "200,000 people": {"people": 200_000, "creators": 20_000, "driven": 57_000, "organic": 43_000, "campaigns": 12},
    "1,000,000 people": {
        "people": 1_000_000, "creators": 98_000, "driven": 171_000, "organic": 129_000, "campaigns": 12,
    },
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Estimate, map, compare."""
    parser = argparse.ArgumentParser(prog="benchmarks needs", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(SHAPES), default=list(SHAPES))
    parser.add_argument("--out", type=Path, default=RESULTS / "needs.md")
    told = parser.parse_args(arguments)
    rows = []
    for name in told.only:
        with tempfile.TemporaryDirectory(prefix="influence-graph-") as folder:
            world.make(**SHAPES[name]).write(Path(folder) / "tables")  # type: ignore[arg-type]
            needs, done = estimate(Path(folder) / "tables"), mapped(Path(folder))
            rows.append(_row(name, needs, done.seconds, done.memory / GIB))
            print(needs.record(), rows[-1], flush=True)
    head = (
        "# Whether an estimate holds\n\n`python -m benchmarks needs`: what `map --estimate` says of worlds of many"
        " shapes, and what their maps took. "
        f"Memory is to be within {MEMORY_WITHIN:.0%} of the truth.\n\n"
        "| world | memory told, GiB | memory | off by | held | seconds told | seconds |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    text = head + "\n".join(rows) + "\n"
    print(text)
    told.out.write_text(text, encoding="utf-8")


def _row(name: str, needs: Needs, seconds: float, memory: float) -> str:
    off = needs.memory / memory - 1
    held = "yes" if abs(off) <= MEMORY_WITHIN else "no"
    span = f"{needs.seconds:.0f} ({needs.seconds_low:.0f} to {needs.seconds_high:.0f})"
    return f"| {name} | {needs.memory:.2f} | {memory:.2f} | {off:+.0%} | {held} | {span} | {seconds:.0f} |"
