"""The simple rules by which people are chosen today, to be held against a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike

from influence_graph.cascades.limits import Terms
from influence_graph.cascades.model import Floats, Ints
from influence_graph.errors import UsageError
from influence_graph.measures import audience, pagerank
from influence_graph.network import Network

RANK_TOLERANCE = 1e-3
"""PageRank is good enough to rank the first of many people."""


def scores(
    network: Network, limits: Terms, given: Mapping[str, ArrayLike], rng: np.random.Generator
) -> Iterator[tuple[str, Floats]]:
    """Rules, and their scores, (n,) float64: the higher, the sooner somebody is chosen. One after the other.

    Top followers (declared), top audience (observed), top PageRank (from follower to followed), cheapest first, at
    random, and the scores given.
    """
    followers = network.nodes["followers"].to_numpy(dtype=np.float64)
    if np.nanmax(followers, initial=0.0) > 0:
        yield "top followers", np.nan_to_num(followers)
    yield "top audience", audience(network).astype(np.float64)
    yield "top PageRank", pagerank(network, tol=RANK_TOLERANCE)
    if limits.priced:
        yield "cheapest first", -limits.cost
    yield "random", rng.random(network.n_people)
    for name, told in given.items():
        values = np.asarray(told, dtype=np.float64)
        if values.shape != (network.n_people,):
            raise UsageError("cascades.each-person", name=name, given=values.size, people=network.n_people)
        yield name, np.where(np.isnan(values), -np.inf, values)


def chosen(score: Floats, limits: Terms) -> Ints:
    """(k,) int64: who a rule chooses within the limits, in its order."""
    from influence_graph.kernels import cover

    if limits.alike:
        return _first(score, limits)
    sets = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    rank = np.empty(len(score))
    rank[np.lexsort((np.arange(len(score)), -score))] = np.arange(len(score), 0, -1)
    return cover.choose(
        rank, limits.cost, False, limits.budget, limits.people, limits.group, limits.least, limits.included,
        limits.candidates.copy(), limits.bounds, sets, (np.zeros(len(score) + 1, dtype=np.int64), sets[1]), np.inf,
    )  # fmt: skip


def _first(score: Floats, limits: Terms) -> Ints:
    """The same where nothing but a number of people limits the choice: no need to sort everybody."""
    who, free = limits.candidates, limits.people - len(limits.included)
    told = score[who]
    if 0 < free < len(who):
        among = told >= np.partition(told, len(who) - free)[len(who) - free]
        who, told = who[among], told[among]
    return np.concatenate([limits.included, who[np.lexsort((who, -told))][:free]])
