"""Ripple: what the people moved by a share went on to drive, along shares that were passed on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.credit import by_share
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.drivers.lift import interval
from influence_graph.drivers.reshares import Origins
from influence_graph.drivers.sums import summed
from influence_graph.kernels.chains import come_back, come_down, flow_back

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RIPPLE = ("ripple", "ripple_low", "ripple_high")
LEAST_WAY = 1e-4
"""Ways back to one's own earlier share that are less likely than this are not followed."""
COURSES = 100
"""Courses of events drawn for the intervals."""


def downstream(direct: Floats, origins: csr_array, time: Floats) -> Floats:
    """Credit of each share with everything that came down from it: ``credit = direct + origins.T @ credit``.

    Parameters
    ----------
    direct : (s,) float64
        Conversions driven by each share itself.
    origins : (s, s) csr_array
        Chance that the share of a row was passed on from the share of a column, at most 1 in a row.
    time : (s,) float64
        An origin is strictly earlier, so that the system is triangular in the order of time.

    Returns
    -------
    (s,) float64
        Conversions. Cost O(origins).
    """
    order, ptr, origin, chance = _in_time(origins, time)
    credit = np.empty(direct.size)
    credit[order] = flow_back(ptr, origin, chance, direct[order])
    return credit


def ripple(direct: Floats, author: Ints, origins: csr_array, time: Floats, authors: int) -> Floats:
    """Credit that each author's shares have downstream of others' shares.

    The conversions that a share drove itself count once for every other author among those it came down from, times
    the chance that it did. So it is `downstream` less `direct`, summed over an author's shares, less all that flows
    through a later share of their own: that is credited there, or already counted on its way up to there. Ripple is
    others' credit as well, and never added over people.

    Parameters
    ----------
    direct, origins, time
        As `downstream` takes them.
    author : (s,) int64
        Author of each share.
    authors : int

    Returns
    -------
    (authors,) float64
        Conversions. Cost O(origins + shares * ways up to an author's own earlier shares).

    Examples
    --------
    A post of author 0 is passed on by 1, and from there by 2, who drives three conversions.

    >>> origins = csr_array(np.eye(3, k=-1))
    >>> ripple(np.array([5.0, 0.0, 3.0]), np.array([0, 1, 2]), origins, np.arange(3.0), 3).tolist()
    [3.0, 3.0, 0.0]
    """
    order, ptr, origin, chance = _in_time(origins, time)
    own, mine = direct[order], author[order].astype(np.int64)
    credit = flow_back(ptr, origin, chance, own)
    through = credit * come_back(ptr, origin, chance, mine, authors, LEAST_WAY)
    return np.maximum(summed(credit - own - through, mine, authors), 0.0)


def stems_from(start: NDArray[np.bool_], origins: csr_array, time: Floats) -> Floats:
    """Chance that each share is one of some, or came down from one of them: what would be gone without those.

    Parameters
    ----------
    start : (s,) bool
        The shares that are taken away.
    origins, time
        As `downstream` takes them.

    Returns
    -------
    (s,) float64
        In [0, 1]. Cost O(origins).

    Examples
    --------
    Of three posts, each passed on from the one before with certainty, the second is taken away.

    >>> stems_from(np.array([False, True, False]), csr_array(np.eye(3, k=-1)), np.arange(3.0)).tolist()
    [0.0, 1.0, 1.0]
    """
    order, ptr, origin, chance = _in_time(origins, time)
    part = np.empty(start.size)
    part[order] = come_down(ptr, origin, chance, start[order].astype(np.float64))
    return part


def ripples(
    exposure: Exposure, fit: Fit, draws: Draws, origins: Origins, *, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Ripple of each author with its 90 % interval.

    What is uncertain is how often shares are passed on, which share each came from, and how many conversions each
    author drove: all are drawn.

    Returns
    -------
    ripple, low, high : (authors,) float64
        Conversions. Cost O(`COURSES` * origins).
    """
    author, time = exposure.shares["author"].to_numpy(), exposure.shares["time"].to_numpy()
    authors, direct = len(exposure.authors), by_share(exposure, fit)
    point = ripple(direct, author, origins.chance, time, authors)
    drawn = np.empty((COURSES, authors))
    for course, which in enumerate(np.linspace(0, len(draws.caused) - 1, COURSES).astype(int)):
        moved = np.divide(draws.caused[which], fit.caused, out=np.ones(authors), where=fit.caused > 1e-9)
        drawn[course] = ripple(direct * moved[author], author, origins.draw(rng), time, authors)
    low, high = interval(drawn)
    return point, np.minimum(low, point), np.maximum(high, point)


def _in_time(origins: csr_array, time: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """The order of time, and the matrix in that order as compressed rows."""
    order = np.argsort(time, kind="stable")
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    ptr = origins.indptr.astype(np.int64)
    size = np.diff(ptr)[order]
    sorted_ptr = np.concatenate([[0], np.cumsum(size)])
    entry = np.arange(sorted_ptr[-1]) + np.repeat(ptr[:-1][order] - sorted_ptr[:-1], size)
    return order, sorted_ptr, place[origins.indices[entry]], np.asarray(origins.data[entry], dtype=np.float64)
