"""Where people stand in the network: NetworkX's names and definitions, a file per question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from influence_graph.measures.brokerage import betweenness
from influence_graph.measures.closeness import harmonic
from influence_graph.measures.communities import Communities, adjusted_rand, communities
from influence_graph.measures.cores import core_number
from influence_graph.measures.estimate import Estimate
from influence_graph.measures.rank import pagerank
from influence_graph.measures.reach import audience, exclusive_reach, two_hop_reach
from influence_graph.tables.schema import Note

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.network import Network

__all__ = [
    "Communities",
    "Estimate",
    "adjusted_rand",
    "all_measures",
    "audience",
    "betweenness",
    "communities",
    "core_number",
    "drawn",
    "exclusive_reach",
    "harmonic",
    "pagerank",
    "two_hop_reach",
]

_STEPS = 100
SURE = 0.25
"""Where errors are a larger part of the highest value, an estimate ranks nobody among the highest."""


def drawn(measures: Mapping[str, Any]) -> Note | None:
    """What is to be said of measures that were drawn, from the `attrs` of `all_measures`; None where none was."""
    told = measures.get("betweenness", {})
    if not told.get("drawn"):
        return None
    if not told["highest"]:
        return Note("measures.drawn-nobody", {"n": told["drawn"], "error": told["error"]})
    numbers = {"n": told["drawn"], "part": told["error"] / told["highest"]}
    if numbers["part"] >= 1:
        return Note("measures.drawn-too-few", numbers)
    return Note("measures.drawn" if numbers["part"] <= SURE else "measures.drawn-rough", numbers)


def all_measures(
    network: Network, *, rng: np.random.Generator, progress: Callable[[str, int, int], None] | None = None
) -> pd.DataFrame:
    """Every measure of everybody.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the paths of betweenness and the seeds of the communities.
    progress : callable, optional
        Told ``("measures", done, of)`` as the work goes on, from two threads, one call at a time.

    Returns
    -------
    DataFrame
        Indexed as ``network.nodes``: audience, exclusive_reach, two_hop_reach (int64, people), pagerank, betweenness
        (float64), core (int64), community (Int64, missing for people without ties). Its `attrs` say how far that can
        be relied on: of two_hop_reach the largest standard error (people), of betweenness the error within which
        everybody's value lies, the highest value, and how many paths were drawn.
    """
    import pandas as pd

    parts, telling = {"groups": 0.0, "others": 0.0}, Lock()

    def tell(part: str, done: float) -> None:
        with telling:
            parts[part] = done
            if progress:
                progress("measures", round((0.7 * parts["groups"] + 0.3 * parts["others"]) * _STEPS), _STEPS)

    def find_groups() -> Communities:
        return communities(network, rng=community_rng, progress=lambda done, of: tell("groups", done / of))

    between_rng, community_rng = rng.spawn(2)
    # Partitions take as long as all else together, and each draws from its own: side by side nothing changes.
    with ThreadPoolExecutor(1) as pool:
        groups = pool.submit(copy_context().run, find_groups)
        columns: dict[str, object] = {"audience": audience(network), "exclusive_reach": exclusive_reach(network)}
        tell("others", 0.1)
        two_hop = two_hop_reach(network)
        columns["two_hop_reach"] = np.rint(two_hop.values).astype(np.int64)
        tell("others", 0.3)
        columns["pagerank"] = pagerank(network)
        tell("others", 0.4)
        between = betweenness(network, rng=between_rng, progress=lambda done, of: tell("others", 0.4 + 0.5 * done / of))
        columns["betweenness"] = between.values
        columns["core"] = core_number(network)
        tell("others", 1.0)
        found = groups.result()
    columns["community"] = pd.array(found.labels, dtype="Int64")
    measures = pd.DataFrame(columns, index=network.nodes.index)
    measures["community"] = measures["community"].mask(found.labels < 0)
    measures.attrs = {
        "two_hop_reach": {"exact": two_hop.is_exact, "standard_error": _largest(two_hop)},
        "betweenness": {
            "exact": between.is_exact,
            "error": _largest(between),
            "highest": float(between.values.max(initial=0.0)),
            "drawn": between.drawn,
        },
        "community": {"modularity": found.modularity, "stability": found.stability, "seeds": found.seeds},
    }
    tell("groups", 1.0)
    return measures


def _largest(estimate: Estimate) -> float:
    return float(estimate.error.max(initial=0.0))
