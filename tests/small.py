"""Networks so small that everything can be asked of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.network import Network

PEOPLE = "abcde"
Chances = dict[tuple[str, str], float]


def network_of(chances: Chances) -> Network:
    source, target = zip(*chances, strict=True)
    return Network.from_edges(source, target, nodes=list(PEOPLE), p=list(chances.values()))


def random_chances(seed: int, edges: int = 12) -> Chances:
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in PEOPLE for b in PEOPLE if a != b]
    chosen = rng.choice(len(pairs), edges, replace=False)
    return {pairs[i]: float(rng.uniform(0.05, 0.9)) for i in chosen}


def crowd(seed: int = 0, people: int = 60) -> Network:
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, people, (2, 5 * people))
    nodes = pd.DataFrame({"platform": np.where(np.arange(people) % 3, "tiktok", "zalo")}, index=map(str, range(people)))
    return Network.from_edges(*ends, nodes=nodes)
