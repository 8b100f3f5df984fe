"""Who adds most in each community to those who are active, given whom these reach already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaincinv

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.network import Network
from influence_graph.planning.habits import contact, first_posts, usual_persuasion, usual_posts
from influence_graph.programme.match.matrix import Layer
from influence_graph.programme.match.pooled import LEVELS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
POOL = 40
"""People of whom the best are chosen one by one: those who would add most alone."""
ADDITIONS = ("community", "rank", "place", "posts", "expected", "low", "high", "reach", "fresh")
OVERLAP = ("community", "place", "other", "shared", "part")


@dataclass(frozen=True)
class Audience:
    """Who would move whom: everything by place in the network.

    Attributes
    ----------
    network : Network
    community : (n,) int64
        Of everybody, as the driver model tells them apart.
    author : (n,) int64
        Place among the model's authors, -1 for who never shared.
    posts : (n,) float64
        Shares of an activation.
    hazard : (n,) float64
        Orders that an activation moves a follower to, over all communities.
    times : (communities, authors) float64
        How many times that in each community; `low` and `high` are the ends of ``hazard * times`` over it.
    unknown : (communities,) float64
        The same for who never shared; `unknown_low` and `unknown_high` for all communities.
    once : bool
        Whether nobody orders twice in a campaign: then a second creator adds less among those a first one moves.
    """

    network: Network
    community: Ints
    author: Ints
    posts: Floats
    hazard: Floats
    times: Floats
    low: Floats
    high: Floats
    unknown: Floats
    unknown_low: float
    unknown_high: float
    once: bool

    def moved(self, source: Ints, target: Ints) -> Floats:
        """(m,) float64: the orders of each target that each source's activation brings alone."""
        place, author = self.community[target], self.author[source]
        known = self.times[place, np.maximum(author, 0)] if self.times.shape[1] else np.zeros(place.size)
        rate = self.hazard[source] * np.where(author >= 0, known, self.unknown[place])
        return np.asarray(-np.expm1(-rate) if self.once else rate)

    def ends(self, community: int) -> tuple[Floats, Floats]:
        """(n,) float64 each: by what everybody's expected orders are multiplied for the ends of the 90 % interval."""
        known, author = self.author >= 0, np.maximum(self.author, 0)
        low, high = self.low[community, author], self.high[community, author]
        return np.where(known, low, self.unknown_low), np.where(known, high, self.unknown_high)


def audience(
    exposure: Exposure,
    draws: Draws,
    network: Network,
    people: pd.DataFrame,
    creator: Layer,
    everybody: Layer,
    suited: Floats,
) -> Audience:
    """What activations would move, for everybody.

    Parameters
    ----------
    exposure, draws
        Of the fitted model.
    network : Network
    people : DataFrame
        In the order of the network: is_creator, shares (made so far).
    creator, everybody : Layer
        Of creators and of communities.
    suited : (communities, authors) float64
        How many times as much as their usual posts those do that are proposed there.
    """
    theta = usual_persuasion(network, exposure, draws)
    authors = network.index_of(exposure.authors)
    theta[authors] = creator.rate.sum(axis=0) / np.maximum(creator.times.sum(axis=0), 1e-300)  # the rate, times apart
    number = np.full(network.n_people, -1, np.int64)
    number[authors] = np.arange(authors.size)
    posts = usual_posts(exposure, network, people)
    seen = contact(exposure, network) if not exposure.follows.author.size else np.ones(network.n_people)
    at = np.maximum(creator.rate, 1e-300)
    spare = draws.shape
    low, high = (float(gammaincinv(spare, level) / spare) for level in LEVELS)
    return Audience(
        network=network,
        community=exposure.communities,
        author=number,
        posts=posts,
        hazard=theta * first_posts(posts, max(draws.mean.wear, 0.0)) * seen,
        times=creator.times * suited,
        low=creator.rate_low / at,
        high=creator.rate_high / at,
        unknown=everybody.times[:, 0],
        unknown_low=low,
        unknown_high=max(high, 1.0),
        once=exposure.one_off,
    )


def additions(
    who: Audience, active: Truths, candidates: Truths, communities: Sequence[int], top: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """For each community those who add most, one after the other, each given all before and who is active.

    Parameters
    ----------
    who : Audience
    active, candidates : (n,) bool
        Nobody is both.
    communities : sequence of int
    top : int
        People of each.

    Returns
    -------
    additions, overlap : DataFrame
        The columns of `ADDITIONS` (place in the network; expected orders with their 90 % interval; reach: followers in
        the community, and those of them whom neither who is active nor who stands above reaches) and of `OVERLAP` (of
        each pair: followers there that both share, as a part of the first's).
        O(edges + communities * POOL * followers * top).
    """
    network, n = who.network, who.network.n_people
    source, target = network.sources, network.indices
    apart = source != target
    there = apart & active[source]
    left = np.ones(n)
    if who.once:
        with np.errstate(divide="ignore"):
            gone = np.log1p(-np.minimum(who.moved(source[there], target[there]), 1.0 - 1e-12))
        left = np.exp(np.bincount(target[there], weights=gone, minlength=n))
    reached = np.zeros(n, dtype=bool)
    reached[target[there]] = True
    fit = apart & candidates[source]
    source, target = source[fit], target[fit]
    gain = who.moved(source, target) * left[target]
    kinds = int(who.community.max(initial=0)) + 1
    alone = np.bincount(who.community[target] * n + source, weights=gain, minlength=kinds * n).reshape(kinds, n)
    rows: list[tuple[float, ...]] = []
    pairs: list[tuple[float, ...]] = []
    for community in communities:
        ranked = np.argsort(-alone[community], kind="stable")[: max(POOL, top)]
        able = [int(person) for person in ranked if alone[community, person] > 0]
        pool = {person: _followers(who, person, community) for person in able}
        chosen = _one_by_one(who, pool, left.copy(), reached.copy(), community, top)
        rows += chosen
        people = [int(row[2]) for row in chosen]
        for one in people:
            for other in people:
                if one != other:
                    shared = float(np.isin(pool[one], pool[other]).sum())
                    pairs.append((community, one, other, shared, shared / len(pool[one])))
    return pd.DataFrame(rows, columns=list(ADDITIONS)), pd.DataFrame(pairs, columns=list(OVERLAP))


def _followers(who: Audience, person: int, community: int) -> Ints:
    """Places of a person's followers in a community."""
    network = who.network
    every = network.indices[network.indptr[person] : network.indptr[person + 1]]
    return np.asarray(every[(who.community[every] == community) & (every != person)])


def _one_by_one(
    who: Audience, pool: dict[int, Ints], left: Floats, reached: Truths, community: int, top: int
) -> list[tuple[float, ...]]:
    """Rows of `ADDITIONS` for the best of a pool, each given those before; `left` and `reached` are used up."""
    low, high = who.ends(community)
    moved = {person: who.moved(np.full(len(there), person), there) for person, there in pool.items()}
    rows: list[tuple[float, ...]] = []
    while moved and len(rows) < top:
        gain = {person: float((each * left[pool[person]]).sum()) for person, each in moved.items()}
        best = max(gain, key=lambda person: gain[person])
        there, each = pool[best], moved.pop(best)
        expected, fresh = gain[best], int((~reached[there]).sum())
        amounts = (who.posts[best], expected, expected * low[best], expected * high[best], len(there), fresh)
        rows.append((community, len(rows) + 1, best, *amounts))
        reached[there] = True
        if who.once:
            left[there] *= 1.0 - each
    return rows
