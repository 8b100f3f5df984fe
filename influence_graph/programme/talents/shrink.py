"""Rates of few observations, drawn to what is usual, and counts with what chance alone would leave of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.05
NORMAL = 1.6448536269514722
LEARNT_FROM = 20_000
"""Rates from which the usual is learnt at most: more move it no further."""
AT_ONCE = 20_000
"""Rates whose lower ends are found together."""


def least(counts: pd.Series[Any]) -> pd.Series[float]:
    """The lower end of the exact 90 % interval of the mean of Poisson counts (Garwood 1936); 0 for 0.

    Examples
    --------
    >>> least(pd.Series([0.0, 1.0, 10.0])).round(3).tolist()
    [0.0, 0.051, 5.425]
    """
    from scipy.special import gammaincinv

    known = counts.astype("float64")
    low = gammaincinv(known.clip(lower=1e-9), LEVEL)
    return pd.Series(np.where(known > 0, low, known), index=counts.index)


def shrunk(counts: Floats, exposed: Floats) -> tuple[Floats, Floats, Floats]:
    """Rates of Poisson counts, drawn to what is usual as far as each has little to say.

    The usual is a Gamma whose shape and mean are those under which all counts together are likeliest (empirical
    Bayes: Clayton & Kaldor 1987).

    Parameters
    ----------
    counts, exposed : (n,) float64
        Events, and to how many they could have happened; nobody knows anything where `exposed` is 0 or NaN.

    Returns
    -------
    rate, low, high : (n,) float64
        Posterior mean and 90 % interval, NaN where nothing is known. O(n).

    References
    ----------
    D. Clayton & J. Kaldor, Empirical Bayes estimates of age-standardized relative risks, 1987,
    https://doi.org/10.2307/2532003
    """
    from scipy.special import gammaincinv

    known = (exposed > 0) & np.isfinite(counts)
    told = [np.full(counts.size, np.nan) for _ in range(3)]
    if not known.any() or counts[known].sum() <= 0:
        for each in told[:2]:
            each[known] = 0.0
        return told[0], told[1], told[2]
    k, e = counts[known], exposed[known]
    shape, rate = _usual(k, e)
    told[0][known] = (shape + k) / (rate + e)
    told[1][known], told[2][known] = (gammaincinv(shape + k, q) / (rate + e) for q in (LEVEL, 1 - LEVEL))
    return told[0], told[1], told[2]


def surest(counts: Floats, exposed: Floats, most: int) -> tuple[NDArray[np.int64], Floats, Floats, Floats]:
    """Of so many of the rates that `shrunk` gives, those whose lower ends are highest, and all that are as high.

    A lower end lies below its rate, so that none has to be found once `most` lie above all rates that are left.

    Parameters
    ----------
    counts, exposed : (n,) float64
        As `shrunk` takes them, all known.
    most : int

    Returns
    -------
    place : (m,) int64
        Rising.
    rate, low, high : (m,) float64
        O(n log n).
    """
    from scipy.special import gammaincinv

    if not counts.sum() > 0:
        return np.arange(counts.size), *shrunk(counts, exposed)
    shape, rate = _usual(counts, exposed)
    mean = (shape + counts) / (rate + exposed)
    falling = np.argsort(-mean)
    low = np.full(counts.size, -np.inf)
    for first in range(0, counts.size, AT_ONCE):
        if (low >= mean[falling[first]]).sum() >= most:
            break
        some = falling[first : first + AT_ONCE]
        low[some] = gammaincinv(shape + counts[some], LEVEL) / (rate + exposed[some])
    least = np.partition(low, -most)[-most] if most < low.size else -np.inf
    place = np.flatnonzero((low >= least) & np.isfinite(low))
    high = gammaincinv(shape + counts[place], 1 - LEVEL) / (rate + exposed[place])
    return place, mean[place], low[place], high


def _usual(k: Floats, e: Floats) -> tuple[float, float]:
    """Shape and rate of the Gamma under which all counts together are likeliest."""
    from scipy.optimize import minimize
    from scipy.special import gammaln

    some = np.linspace(0, k.size - 1, min(k.size, LEARNT_FROM)).astype(int)
    order = np.lexsort((k, e))[some]
    few, of = k[order], e[order]

    def loss(at: Floats) -> float:
        shape = float(np.exp(np.clip(at[0], -4.0, 7.0)))
        rate = shape / float(np.exp(at[1]))
        each = gammaln(shape + few) - gammaln(shape) + shape * np.log(rate / (rate + of)) - few * np.log(rate + of)
        return float(0.5 * (at[0] / 3.0) ** 2 - each.sum())

    begun = [0.0, float(np.log(k.sum() / e.sum()))]
    found = minimize(loss, begun, method="Nelder-Mead", options={"maxiter": 120, "xatol": 1e-3, "fatol": 1e-3}).x
    shape = np.exp(np.clip(found[0], -4.0, 7.0))
    return float(shape), float(shape / np.exp(found[1]))


def shrunk_means(values: pd.Series[float], person: pd.Series[str]) -> pd.DataFrame:
    """Means by person of values about 0, drawn to 0 as far as each person has few or scattered ones.

    Returns
    -------
    DataFrame
        Indexed by person: mean, low (the lower end of the 90 % interval). The normal model with a common spread
        within persons, and between them what is left of the spread of means (moments).
    """
    by = values.groupby(person)
    n, mean = by.size().astype("float64"), by.mean()
    spare = float((n - 1).sum())
    within = float(((values - person.map(mean)) ** 2).sum()) / spare if spare > 0 else np.nan
    if within != within:
        return pd.DataFrame({"mean": mean, "low": np.nan})
    between = max(float(((mean**2) - within / n).mean()), 1e-9)
    part = between / (between + within / n)
    return pd.DataFrame({"mean": part * mean, "low": part * mean - NORMAL * np.sqrt(part * within / n)})
