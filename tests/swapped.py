"""Worlds whose post times were swapped, and what that says of their credit."""

from __future__ import annotations

from functools import cache

from influence_graph.placebos import Placebo, placebo
from influence_graph.world import KINDS, make

ORDERS = 0.3
SHUFFLES = 20


@cache
def told(kind: str, seed: int, **changes: float) -> Placebo:
    size = {name: getattr(KINDS[kind], name) * ORDERS for name in ("driven", "organic")}
    if kind == "hidden":
        size["hidden"] = 400.0
    world = make(kind, people=2000, creators=40, campaigns=5, seed=seed, **(size | changes))
    return placebo(world.tables, shuffles=SHUFFLES, seed=seed)


def verdict(found: Placebo, test: str) -> str:
    return str(found.tests.set_index("test").loc[test, "verdict"])
