"""Markov removal effect: what is lost when a creator is taken out of the chain of shares that lead to orders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from influence_graph.drivers.rules.journeys import Journeys
from influence_graph.drivers.rules.returns import expected_returns, expected_visits
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DENSE = 4_000
"""Up to so many creators the whole inverse is had at once."""


def removal_effect(journeys: Journeys) -> Floats:
    """Conversions split in proportion to what would be lost without each creator.

    Journeys are read as walks of a Markov chain, from a start over creators to a conversion or to nothing. With
    ``V_u`` the chance that a walk visits u, ``h_u`` the chance that it converts from there, and p that of any walk,
    u's removal effect is ``V_u h_u / p``, and its credit that part of all conversions, after the effects are made to
    add up to 1. Visits follow from the fundamental matrix N of the chain, ``V_u = (start N)_u / N_uu``: linear
    equations, nothing is simulated. Of shares of the same moment any order is as likely.

    Orders of the crowd take no part. People who did not buy stand in no exposure, so that with them every walk
    converts and the effect is the chance of a visit; ready-made paths may end without conversion.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    (authors,) float64
        They add up to the conversions with a touch. Up to `DENSE` creators exact to rounding, O(authors^3). Beyond,
        ways back are walked until what is left of them is a thousandth of the visits (`returns.ERROR`; where it was
        measured, nobody was off by more than two ten-thousandths), in seconds for 20,000 creators. NaN where that
        would take too long (`returns.BUDGET`), or walks hardly ever end.

    References
    ----------
    Anderl, Becker, von Wangenheim & Schumann (2016), Mapping the customer journey: lessons learned from graph-based
    online attribution modeling, https://doi.org/10.1016/j.ijresmar.2016.03.001

    Examples
    --------
    >>> from influence_graph.drivers.rules.journeys import from_paths
    >>> told, names = from_paths([["GA"], ["mail"], ["GA", "mail"], ["GA"]], [2, 1, 1, 0], [0, 0, 0, 1])
    >>> dict(zip(names, removal_effect(told).round(9).tolist()))
    {'GA': 2.4, 'mail': 1.6}
    """
    walk = _Walks(journeys)
    met = np.unique(walk.author)
    credit = np.zeros(journeys.authors)
    converted = float(summed(walk.orders, np.zeros(walk.orders.size), 1)[0])
    if not converted:
        return credit
    number = np.zeros(journeys.authors, np.int64)
    number[met] = np.arange(met.size)
    steps = csr_array(coo_array((walk.often, (number[walk.source], number[walk.target])), shape=(met.size, met.size)))
    ends = summed(walk.orders, number[walk.author], met.size)
    leaves = np.asarray(steps.sum(axis=1)) + ends + summed(walk.lost, number[walk.author], met.size)
    begins = summed(walk.begins, number[walk.author], met.size)
    told = _solved(csr_array(steps.multiply(1.0 / leaves[:, None])), begins, ends / leaves)
    if told is None:
        return np.full(journeys.authors, np.nan)
    visits, converts, returns = told
    effect = visits * converts / returns
    credit[met] = converted * effect / effect.sum()
    return credit


class _Walks:
    """Starts, steps and ends of all walks, as often as they happen; shares of one moment in every order at once."""

    def __init__(self, journeys: Journeys) -> None:
        walked = journeys.orders + journeys.lost > 0
        kept = np.flatnonzero(journeys.single & walked[journeys.of_touch])
        journey, age = journeys.of_touch[kept], journeys.age[kept]
        self.author = journeys.author[kept]
        fresh = np.ones(kept.size, bool)
        fresh[1:] = (journey[1:] != journey[:-1]) | (age[1:] != age[:-1])
        moment = np.cumsum(fresh) - 1
        begin = np.flatnonzero(fresh)
        size = np.diff(np.append(begin, kept.size))
        of_moment = journey[begin]
        onward = np.append(of_moment[1:] == of_moment[:-1], False)[: begin.size]
        opening = np.append(True, ~onward[:-1])[: begin.size]
        each = 1.0 / size[moment]
        orders, lost = journeys.orders[journey] * each, journeys.lost[journey] * each
        self.begins = np.where(opening[moment], orders + lost, 0.0)
        self.orders, self.lost = (np.where(onward[moment], 0.0, ended) for ended in (orders, lost))
        # One moment's m shares in random order: each follows each with chance 1 / m, and any of them leads onward.
        within = _pairs(np.arange(kept.size), begin[moment], size[moment])
        forth = np.flatnonzero(onward[moment])
        after = _pairs(forth, begin[np.minimum(moment[forth] + 1, begin.size - 1)], size[moment[forth] + 1])
        source, target = (np.concatenate(ends) for ends in zip(within, after, strict=True))
        weight = (orders + lost)[source] / np.where(moment[source] == moment[target], 1, size[moment[target]])
        moved = self.author[source] != self.author[target]  # staying with somebody changes no chance of a visit
        self.source, self.target, self.often = self.author[source[moved]], self.author[target[moved]], weight[moved]


def _pairs(source: Ints, begin: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Every source with each of the `size` touches from `begin` on."""
    offset = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return np.repeat(source, size), np.repeat(begin, size) + offset


def _solved(steps: csr_array, begins: Floats, ends: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Visits of all walks, the chance to convert from each place, and visits of walks that begin there."""
    n = steps.shape[0]
    if n <= DENSE:
        inverse = np.linalg.inv(np.eye(n) - steps.toarray())
        return begins @ inverse, inverse @ ends, np.diag(inverse)
    visits, converts = expected_visits(steps, begins), expected_visits(csr_array(steps.T), ends)
    returns = expected_returns(steps)
    return None if visits is None or converts is None or returns is None else (visits, converts, returns)
