"""How sure a gain is when whole campaigns are the unit, and how alike one creator's campaigns are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri, stdtrit  # scipy.stats takes half a second to load

from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEVEL = 0.9


@dataclass(frozen=True)
class Interval:
    """A number with its 90 % interval."""

    mean: float
    low: float
    high: float


def per_order(gain: Floats, orders: Floats) -> Interval:
    """Mean gain per order, and its interval over the units in which orders were held out.

    Parameters
    ----------
    gain : (units,) float64
        Summed over the orders of each unit.
    orders : (units,) float64, above 0

    Returns
    -------
    Interval
        A ratio estimate with the variance between units, and Student's t for as many units as there would be were all
        of one size, ``(sum n)^2 / sum n^2``. Unbounded for one unit. O(units).

    References
    ----------
    Cochran, Sampling Techniques, 3rd ed. 1977, chapter 6.

    Examples
    --------
    >>> found = per_order(np.array([2.0, 4.0, 6.0]), np.array([10.0, 10.0, 10.0]))
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3)
    (0.4, 0.063, 0.737)
    """
    mean = float(gain.sum() / orders.sum())
    units = gain.size
    freedom = float(orders.sum() ** 2 / (orders @ orders)) - 1.0
    if freedom < 1e-9:
        return Interval(mean, -np.inf, np.inf)
    spread = gain - mean * orders
    error = float(np.sqrt(units / (units - 1.0) * (spread @ spread)) / orders.sum())
    half = float(stdtrit(freedom, 0.5 + LEVEL / 2)) * error
    return Interval(mean, mean - half, mean + half)


@dataclass(frozen=True)
class Alike:
    """How much of what sets cascades apart is their creator.

    Attributes
    ----------
    icc : Interval
        Intraclass correlation: the part of the variance between equally large cascades that is between creators; 0
        where creators differ no more than their own campaigns do.
    between, within : float
        Variances, tau^2 and sigma^2 of a cascade of mean size.
    cascades, creators : int
        What it rests on: creators with at least two cascades.
    """

    icc: Interval
    between: float
    within: float
    cascades: int
    creators: int


def intraclass(rate: Floats, size: Floats, who: Ints) -> Alike | None:
    """Intraclass correlation of rates within creators, by one-way analysis of variance.

    Parameters
    ----------
    rate : (m,) float64
        Of each cascade: one creator in one campaign.
    size : (m,) float64, above 0
        Its exposure: a rate's variance within a creator is sigma^2 over the size, where the mean size is 1.
    who : (m,) int64
        The creator of each.

    Returns
    -------
    Alike or None
        None where no two creators have two cascades each. The interval is that of the F ratio. O(m).

    References
    ----------
    Donner (1986), A review of inference procedures for the intraclass correlation coefficient in the one-way random
    effects model, https://doi.org/10.2307/1403259

    Examples
    --------
    Creators who differ while each stays what they are:

    >>> told = intraclass(np.array([1.0, 1.0, 5.0, 5.2]), np.ones(4), np.array([0, 0, 1, 1]))
    >>> round(told.icc.mean, 3)
    0.999
    """
    number = np.bincount(who)
    kept = number[who] >= 2
    if np.count_nonzero(number >= 2) < 2:
        return None
    rate, size = rate[kept], size[kept] / size[kept].mean()
    _, who = np.unique(who[kept], return_inverse=True)
    creators, m = int(who.max()) + 1, rate.size
    weight = summed(size, who, creators)
    mean = summed(size * rate, who, creators) / weight
    within = float(size @ (rate - mean[who]) ** 2) / (m - creators)
    spread = float(weight @ (mean - size @ rate / size.sum()) ** 2) / (creators - 1)
    per = float(size.sum() - weight @ weight / size.sum()) / (creators - 1)  # cascades a creator, the uneven discounted
    if within <= 0.0:
        part = 1.0 if spread > 0.0 else 0.0
        return Alike(Interval(part, part, part), spread / per, 0.0, m, creators)
    ratio = spread / within
    free = creators - 1, m - creators
    low, high = (ratio / fdtri(*free, level) for level in (0.5 + LEVEL / 2, 0.5 - LEVEL / 2))
    icc = Interval(*(float(np.clip((f - 1.0) / (f + per - 1.0), 0.0, 1.0)) for f in (ratio, low, high)))
    return Alike(icc, max(spread - within, 0.0) / per, within, m, creators)


def shrink_by_cascade(rate: Floats, size: Floats, who: Ints, authors: int) -> Floats:
    """Rates of creators drawn to the mean by cascades, not by orders: one lucky campaign is one observation.

    ``w = tau^2 / (tau^2 + sigma^2 / n)`` for n cascades of mean size.

    Parameters
    ----------
    rate, size, who
        As for `intraclass`.
    authors : int

    Returns
    -------
    (authors,) float64
        The mean of all for who has no cascade, and for everybody where creators do not differ. O(m).
    """
    total = max(float(size.sum()), 1e-300)
    mean = float(size @ rate) / total
    told = intraclass(rate, size, who) if size.size else None
    if told is None or told.between <= 0.0:
        return np.full(authors, mean)
    number = summed(size, who, authors) / size.mean()
    own = np.divide(summed(size * rate, who, authors), summed(size, who, authors), out=np.full(authors, mean),
                    where=number > 0)  # fmt: skip
    trust = told.between * number / (told.between * number + told.within)
    return np.asarray(mean + trust * (own - mean))
