"""Where people stand in the network: NetworkX's names and definitions, a file per question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from influence_graph.measures.brokerage import betweenness
from influence_graph.measures.communities import Communities, adjusted_rand, communities
from influence_graph.measures.cores import core_number
from influence_graph.measures.estimate import Estimate
from influence_graph.measures.rank import pagerank
from influence_graph.measures.reach import audience, exclusive_reach, two_hop_reach

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
    "exclusive_reach",
    "pagerank",
    "two_hop_reach",
]

_STEPS = 100


def all_measures(
    network: Network, *, rng: np.random.Generator, progress: Callable[[str, int, int], None] | None = None
) -> pd.DataFrame:
    """Every measure of everybody.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the pivots of betweenness and the seeds of the communities.
    progress : callable, optional
        Told ``("measures", done, of)`` as the work goes on.

    Returns
    -------
    DataFrame
        Indexed as ``network.nodes``: audience, exclusive_reach, two_hop_reach (int64, people), pagerank, betweenness
        (float64), core (int64), community (Int64, missing for people without ties). Its `attrs` say how far that can
        be relied on, for each estimated measure its largest standard error among them.
    """
    import pandas as pd

    def tell(done: float) -> None:
        if progress:
            progress("measures", round(done * _STEPS), _STEPS)

    between_rng, community_rng = rng.spawn(2)
    columns: dict[str, object] = {"audience": audience(network), "exclusive_reach": exclusive_reach(network)}
    tell(0.02)
    two_hop = two_hop_reach(network)
    columns["two_hop_reach"] = np.rint(two_hop.values).astype(np.int64)
    tell(0.1)
    columns["pagerank"] = pagerank(network)
    tell(0.15)
    between = betweenness(network, rng=between_rng, progress=lambda done, of: tell(0.15 + 0.35 * done / of))
    columns["betweenness"] = between.values
    columns["core"] = core_number(network)
    found = communities(network, rng=community_rng, progress=lambda done, of: tell(0.5 + 0.5 * done / of))
    columns["community"] = pd.array(found.labels, dtype="Int64")
    measures = pd.DataFrame(columns, index=network.nodes.index)
    measures["community"] = measures["community"].mask(found.labels < 0)
    measures.attrs = {
        "two_hop_reach": {"exact": two_hop.is_exact, "standard_error": _largest(two_hop)},
        "betweenness": {"exact": between.pivots == 0, "standard_error": _largest(between), "pivots": between.pivots},
        "community": {"modularity": found.modularity, "stability": found.stability, "seeds": found.seeds},
    }
    tell(1.0)
    return measures


def _largest(estimate: Estimate) -> float:
    return float(estimate.standard_error.max(initial=0.0))
