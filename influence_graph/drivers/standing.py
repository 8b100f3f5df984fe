"""Who followed already when people ordered: what a fan effect is measured against.

An order counts as a fan's from the day of the follow on. So must the people at risk: an audience counted as it is at
the end makes fans of later look as if they bought less, and what they buy looks as if a share had moved it, since
exposures begin with the follow (measured: 9 to 31 % of all orders in worlds where fans buy more and nobody moves
anybody, and a quarter of the follows begins during the campaigns).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.exposure import Exposure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def standing(exposure: Exposure) -> Floats:
    """(follows,) float64: part of all orders that each follow precedes, in the order of `Follows.of_author`.

    Orders of known buyers alone: of others nobody knows whom they follow. Cost O((follows + orders) log orders).
    """
    events = exposure.events
    known = events.person >= 0
    return _after(exposure.follows.audience_since, events.time[known], events.weight[known])


def standing_in(exposure: Exposure, author: Ints, campaign: Ints) -> Floats:
    """(pairs,) float64: the same for the orders of one campaign, as a mean over the followers of one author.

    Parameters
    ----------
    exposure : Exposure
    author, campaign : (pairs,) int64
        Whose followers, and in which campaign.

    Returns
    -------
    (pairs,) float64, in [0, 1]
        1 where nobody follows. Cost O(followers of the authors, summed over pairs, times log orders).
    """
    events, follows = exposure.events, exposure.follows
    part = np.ones(author.size)
    if not np.isfinite(follows.audience_since).any():
        return part
    for number in np.unique(campaign):
        pairs = np.flatnonzero(campaign == number)
        chosen = (events.person >= 0) & (events.campaign == number)
        first, last = follows.audience_ptr[author[pairs]], follows.audience_ptr[author[pairs] + 1]
        size = last - first
        begin = np.cumsum(size) - size
        place = np.repeat(first - begin, size) + np.arange(size.sum())
        stands = _after(follows.audience_since[place], events.time[chosen], events.weight[chosen])
        some = np.flatnonzero(size)
        part[pairs[some]] = np.add.reduceat(stands, begin[some]) / size[some] if some.size else 1.0
    return part


def _after(since: Floats, time: Floats, weight: Floats) -> Floats:
    """Part of these orders that comes at or after each moment; 1 where there are none."""
    total = float(weight.sum())
    if not np.isfinite(since).any() or total <= 0.0:
        return np.ones(since.size)
    order = np.argsort(time, kind="stable")
    left = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0) / total
    return np.asarray(left[np.searchsorted(time[order], since, side="left")])
