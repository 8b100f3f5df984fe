"""Placebos on planted worlds, and how long they take: ``python -m benchmarks placebo`` writes results/placebo.md."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from influence_graph import world
from influence_graph.placebos import placebo

RESULTS = Path(__file__).parent / "results"
KINDS = (
    "influence", "organic", "bursts", "inverse", "null", "homophily", "fans", "codes", "bursts alone", "hidden",
    "follows-after", "one taste", "follow suit",
)  # fmt: skip
TESTS = ("time", "reversed", "future")
BESIDE = {"bursts alone": ("bursts", {"driven": 0.0}), "one taste": (0.0, {}), "follow suit": (0.25, {})}
"""Worlds beside the kinds: launch bursts that nobody drives, and people who take things up."""
PEOPLE, CREATORS, CAMPAIGNS, ORDERS = 4000, 80, 6, 0.3
STRONG = 20
"""Planted orders from which a creator should be found."""
SPEED = {"people": 200_000, "creators": 2000, "campaigns": 12, "driven": 57_000.0, "organic": 43_000.0}
BAR_SECONDS = 180.0


def measure(kind: str, seed: int, shuffles: int) -> dict[str, float | str | int]:
    """One world, refuted as a user would: what survives, and who."""
    base, changes = BESIDE.get(kind, (kind, {}))
    if isinstance(base, float):
        tables, driven, planted = world.adopt(base, seed=seed), None, np.nan
    else:
        size = {name: getattr(world.KINDS[base], name) * ORDERS for name in ("driven", "organic", "hidden")}
        made = world.make(base, people=PEOPLE, creators=CREATORS, campaigns=CAMPAIGNS, seed=seed, **(size | changes))
        tables, driven = made.tables, made.truth.set_index("person_id")["driven"]
        planted = made.planted["driven"] / made.planted["conversions"]
    told = placebo(tables, shuffles=shuffles, seed=seed)
    tests, people = told.tests.set_index("test"), told.people.set_index("person_id")
    stands = people["survives"].fillna(False).astype(bool)
    planted_by = pd.Series(0.0, people.index) if driven is None else driven.reindex(people.index).fillna(0.0)
    strong = planted_by >= STRONG
    row: dict[str, float | str | int] = {
        "kind": kind,
        "seed": seed,
        "planted": planted,
        "stand": float(stands.mean()) if driven is not None else np.nan,
        "strong": float(stands[strong].mean()) if strong.any() else np.nan,
    }
    for test in TESTS:
        found = tests.loc[test]
        row |= {f"{name} {test}": found[name] for name in ("surviving", "z", "verdict")}
        row[f"credit {test}"] = found["real"] / found["orders"]
    return row


def speed(shuffles: int) -> dict[str, float]:
    """Wall and processor seconds of all placebos on a hundred thousand orders."""
    tables = world.make(**SPEED).tables
    begun, worked = perf_counter(), process_time()
    placebo(tables, shuffles=shuffles)
    return {
        "orders": float(len(tables.conversions)), "shares": float(len(tables.shares)), "shuffles": float(shuffles),
        "seconds": perf_counter() - begun, "processor": process_time() - worked, "load": os.getloadavg()[0],
    }  # fmt: skip


def table(rows: pd.DataFrame, shuffles: int) -> Iterator[str]:
    """The results as lines of Markdown."""
    yield "# Placebos on planted worlds"
    yield ""
    yield (
        f"`python -m benchmarks placebo --seeds {rows['seed'].nunique()} --shuffles {shuffles}` on Python"
        f" {platform.python_version()}; worlds of {PEOPLE:,} people, {CREATORS} creators and {CAMPAIGNS} campaigns, the"
        " last two of 250 people who take things up. *Passed*: the test found more than chance, in so many of the"
        " seeds in which there was credit to test. *Credit*: the quick estimate, as a part of all orders. *Survives*:"
        " 1 - placebo / credit. Means over seeds."
    )
    yield ""
    yield (
        "| world | planted | credit | times: survives | z | passed | reversed: survives | passed | future: survives"
        f" | passed | creators who stand | of those with {STRONG} planted |"
    )
    yield "|" + "---|" * 12
    for kind, part in rows.groupby("kind", sort=False):
        cells = [str(kind), _mean(part["planted"], ".3f"), _mean(part["credit time"], ".3f")]
        for test in TESTS:
            cells.append(_mean(part[f"surviving {test}"], ".2f"))
            cells += [_mean(part[f"z {test}"], ".1f")] if test == "time" else []
            cells.append(_passed(part[f"verdict {test}"]))
        cells += [_mean(part["stand"], ".3f"), _mean(part["strong"], ".2f")]
        yield "| " + " | ".join(cells) + " |"


def _mean(column: pd.Series, spec: str) -> str:
    return f"{column.mean():{spec}}" if column.notna().any() else ""


def _passed(verdicts: pd.Series) -> str:
    tested = verdicts[~verdicts.isin(["no credit", "not tested"])]
    if tested.empty:
        return "not tested" if verdicts.eq("not tested").any() else "no credit"
    return f"{tested.isin(['survives', 'partly']).sum()} of {len(tested)}"


def _told(taken: dict[str, float]) -> Iterator[str]:
    yield ""
    yield (
        f"{taken['orders']:,.0f} orders, {taken['shares']:,.0f} shares, {taken['shuffles']:.0f} shuffles, all tests:"
        f" {taken['seconds']:.0f} s ({taken['processor']:.0f} s of processor time, load {taken['load']:.1f}; bar"
        f" {BAR_SECONDS:.0f} s)."
    )


def main(arguments: list[str]) -> None:
    """Run the worlds, take the time, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks placebo", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--shuffles", type=int, default=50)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--no-speed", action="store_true", help="leave out the hundred thousand orders")
    parser.add_argument("--out", type=Path, default=RESULTS / "placebo.md")
    told = parser.parse_args(arguments)
    work = [(kind, seed, told.shuffles) for kind in told.kinds for seed in range(told.seeds)]
    with ProcessPoolExecutor(told.jobs) as pool:
        rows = []
        for row in pool.map(measure, *zip(*work, strict=True)):
            rows.append(row)
            print(row, flush=True)
    lines = list(table(pd.DataFrame(rows), told.shuffles))
    if not told.no_speed:
        lines += _told(speed(told.shuffles))
    told.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
