"""Whether the direction of follows has to be looked at, and follows that have one."""

from __future__ import annotations

import numpy as np

from influence_graph.drivers.exposure import Exposure
from influence_graph.network import Network
from influence_graph.network.graph import from_places

SHARING = 0.5
"""Part of exposed buyers who share themselves, from which on a follow's direction has to be looked at."""


def needs_direction(exposure: Exposure, network: Network) -> bool:
    """Whether follows are known and most exposed buyers share as well.

    Then friends who buy around the same time look like influence, whoever follows whom. Buyers who never post move
    nobody, and the direction of their follows needs no proof.
    """
    posting = network.index_of(exposure.authors[np.unique(exposure.shares["author"])])
    links = exposure.links
    buyers = exposure.events.person[links.event[links.exposed]]
    buyers = buyers[buyers >= 0]
    followed = exposure.follows.author.size > 0
    return bool(followed and buyers.size and np.isin(buyers, posting).mean() >= SHARING)


def one_way(network: Network, *, swapped: bool) -> Network:
    """Only follows that are not returned; swapped, everybody follows who follows them."""
    source, target = network.sources.astype(np.int64), network.indices.astype(np.int64)
    alone = ~np.isin(source * network.n_people + target, target * network.n_people + source)
    ends = (target[alone], source[alone]) if swapped else (source[alone], target[alone])
    kept = {"weight": network.weight, **network.edges}
    return from_places(*ends, network.nodes, {name: values[alone] for name, values in kept.items()})
