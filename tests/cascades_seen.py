"""Cascades as rows of who shared what when, on a small network."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

from influence_graph.network import Network

EDGES = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "a"), ("d", "c"), ("d", "b"), ("c", "d")]
NETWORK = Network.from_edges(*zip(*EDGES, strict=True))
rows = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("abcdx"), st.integers(0, 6), st.sampled_from([None, "a", "c", "d"])),
    min_size=1,
    max_size=25,
).filter(lambda seen: any(person != "x" for _, person, _, _ in seen))


Seen = list[tuple[int, str, int, str | None]]


def frame(seen: Seen) -> pd.DataFrame:
    return pd.DataFrame(seen, columns=["cascade", "person", "time", "parent"])


def firsts(seen: Seen) -> dict[int, dict[str, tuple[int, str | None]]]:
    """By cascade and person: when first, and from whom; among equals the row that comes first."""
    told: dict[int, dict[str, tuple[int, str | None]]] = {}
    for cascade, person, time, parent in sorted(seen, key=lambda row: row[2]):
        if person != "x":
            told.setdefault(cascade, {}).setdefault(person, (time, parent))
    return told


def order_of_edges() -> list[tuple[str, str]]:
    ids = NETWORK.nodes.index
    return [(ids[u], ids[v]) for u, v in zip(NETWORK.sources, NETWORK.indices, strict=True)]
