"""Whether groups differ in what they drive, or only by chance: by dealing out anew who and what is in which group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from scipy.special import chdtrc, fdtrc  # scipy.stats takes half a second to load

from influence_graph.drivers.identify import DOUBTFUL
from influence_graph.drivers.sums import summed
from influence_graph.programme.groups.membership import Grouping
from influence_graph.programme.mapped import Mapped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COMPARED = ("role", "platform", "kind", "deal")
"""Groupings that are compared; tiers are by the curve, and campaigns have blocks of their own."""
LEAST_PEOPLE = 5.0
"""Creators under whom a group is not compared: what one of them does is no habit of the group."""

ROUNDS = 4
"""Steps towards the usual rate, in which each creator counts as far as their own is known."""
ROUNDING = 1e-9
"""Parts of what could vary below which it does not."""


@dataclass(frozen=True)
class Compared:
    """A grouping whose groups were compared.

    Attributes
    ----------
    by : str
    places : (groups,) int64
        Which of its groups could be.
    chance : float
        How often groups that drive alike would look as different.
    surplus : (groups,) float64
        Conversions beyond the usual that speak for each.
    """

    by: str
    places: Ints
    chance: float
    surplus: Floats


def compare(mapped: Mapped | None, grouped: Sequence[Grouping], people: Sequence[Floats]) -> list[Compared]:
    """Compare the groups of each grouping that can be: two or more that are known, of enough people.

    Parameters
    ----------
    mapped : MapResult or None
    grouped : sequence of Grouping
        Their rows in the order of `exposure.shares`.
    people : sequence of (groups,) float64
        How many are in each.

    Returns
    -------
    list of Compared
        Those of `COMPARED`; none where nothing is known to be driven. Creators whose effect can't be told from their
        fans' habits are left out.
    """
    workings = mapped.drivers.workings if mapped else None
    if mapped is None or workings is None or workings.draws is None or not mapped.drivers.total["driven_low"]:
        return []
    exposure, own = workings.exposure, workings.by_post
    told = mapped.drivers.people["identifiable"].reindex(exposure.authors)
    author, campaign = (exposure.shares[name].to_numpy(dtype=np.int64) for name in ("author", "campaign"))
    firm = ~told.isin(DOUBTFUL).to_numpy()[author] & (own["exposed"] > 0)
    found = []
    for grouping, counted in zip(grouped, people, strict=True):
        named = np.array([bool(key) for key in grouping.keys], dtype=bool)
        places = np.flatnonzero(named & (counted >= LEAST_PEOPLE))
        if grouping.by not in COMPARED or places.size < 2:
            continue
        held = grouping.weights[:, places]
        part = held.sum(axis=1)
        some = np.flatnonzero(firm & (part > 0))
        if not some.size:
            continue
        part = part[some]
        driven, exposed = (own[name][some] * part for name in ("driven", "exposed"))
        held = csr_array(diags_array(1.0 / part) @ held[some])
        chance, surplus = alike(driven, exposed, held, author[some], campaign[some], shape=workings.draws.shape)
        found.append(Compared(grouping.by, places, chance, surplus))
    return found


def alike(
    driven: Floats, exposed: Floats, held: csr_array, author: Ints, campaign: Ints, *, shape: float
) -> tuple[float, Floats]:
    """How often groups of posts that drive alike would look as different as these, and what speaks for each.

    The score of groups' effects where persuasion is Gamma distributed over creators, which weighs a creator by how much
    their orders say of creators at all: one exceptional creator makes no group better. It has three parts, each with
    the exact mean and covariance of dealing groups out anew (Strasser & Weber 1999, https://epub.wu.ac.at/102/): among
    the posts of a creator in a campaign, among a creator's campaigns, and among creators.

    Parameters
    ----------
    driven, exposed : (posts,) float64
        Conversions, and people exposed, above 0.
    held : (posts, groups) csr_array
        How far each post belongs to each group; rows sum to 1.
    author, campaign : (posts,) int64
    shape : float
        Of the Gamma by which creators' persuasion differs.

    Returns
    -------
    chance : float
        In [0, 1]; 1 where nothing could differ.
    surplus : (groups,) float64
        O(posts * groups of a creator + groups ** 3).

    Examples
    --------
    >>> driven, exposed, lone = np.array([9.0, 11, 10, 12, 8, 10]), np.full(6, 100.0), np.arange(6)
    >>> held = csr_array(np.eye(2)[[0, 1, 0, 1, 0, 1]])
    >>> alike(driven, exposed, held, lone, lone, shape=5.0)[0] > 0.05
    True
    """
    campaigns = int(campaign.max()) + 2  # -1 is none
    told, of_campaign = np.unique(author * campaigns + campaign + 1, return_inverse=True)
    _, of_author = np.unique(told // campaigns, return_inverse=True)
    surplus, spread = np.zeros(held.shape[1]), np.zeros((held.shape[1], held.shape[1]))
    for cluster in (of_campaign, of_author):
        clusters = int(cluster.max()) + 1
        whole, seen = summed(driven, cluster, clusters), summed(exposed, cluster, clusters)
        own, varied = _dealt(driven - (whole / seen)[cluster] * exposed, held, cluster)
        surplus, spread = surplus + own, spread + varied
        part = csr_array((exposed / seen[cluster], (cluster, np.arange(cluster.size))), shape=(clusters, cluster.size))
        driven, exposed, held = whole, seen, csr_array(part @ held)
    rate = driven.sum() / exposed.sum()
    for _ in range(ROUNDS):
        weight = shape / (shape + rate * exposed)
        rate = (weight @ driven) / (weight @ exposed)
    own, varied = _dealt(weight * (driven - rate * exposed), held, np.zeros(exposed.size, dtype=np.int64))
    surplus = surplus + own
    return wald(surplus, spread + varied), surplus


def _dealt(surplus: Floats, held: csr_array, cluster: Ints) -> tuple[Floats, Floats]:
    """What speaks for each group, and the covariance of that where memberships are dealt out anew within clusters."""
    clusters, units = int(cluster.max()) + 1, np.arange(cluster.size)
    number = summed(np.ones(cluster.size), cluster, clusters)
    surplus = surplus - (summed(surplus, cluster, clusters) / number)[cluster]
    varied = summed(surplus**2, cluster, clusters) / np.maximum(number - 1.0, 1.0)
    inside = csr_array((np.ones(cluster.size), (cluster, units)), shape=(clusters, cluster.size)) @ held
    each = (held.T @ diags_array(varied[cluster]) @ held).toarray()
    common = (inside.T @ diags_array(varied / number) @ inside).toarray()
    spread = np.asarray(each - common)
    idle = np.diag(spread) <= ROUNDING * np.diag(each)  # all of a cluster are in the same groups
    spread[idle], spread[:, idle] = 0.0, 0.0
    return np.where(idle, 0.0, surplus @ held), spread


def wald(statistic: Floats, spread: Floats, *, units: float = np.inf) -> float:
    """The chance of a statistic as far from nothing, in the directions in which it can vary at all.

    By a chi-square, or by an F where its spread is known from so many units only.
    """
    if not statistic.size:
        return 1.0
    varied = np.diag(spread)
    scale = np.where(varied > 0, np.sqrt(np.maximum(varied, 0.0)), np.inf)
    value, direction = np.linalg.eigh(spread / np.outer(scale, scale))
    live = value > 1e-6
    if not live.any():
        return 1.0
    far = float((np.square(direction[:, live].T @ (statistic / scale)) / value[live]).sum())
    among = int(live.sum())
    return float(chdtrc(among, far) if np.isinf(units) else fdtrc(among, max(units - among, 1.0), far / among))
