"""Whether groups differ in what they drive, or only by chance: compared by draws in which creators are drawn anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc  # scipy.stats takes half a second to load

Floats = NDArray[np.float64]
LEAST_PEOPLE = 5.0
"""Creators under whom a group is not compared: what one of them does is no habit of the group."""


def comparable(keys: Sequence[str], rates: Floats, people: Floats) -> NDArray[np.int64]:
    """Places of the groups that can be compared: known, of enough people, and with something driven in every draw."""
    if not len(rates):
        return np.empty(0, np.int64)
    lively = np.isfinite(rates).all(axis=0) & (np.nan_to_num(rates).min(axis=0) > 0)
    named = np.array([bool(key) for key in keys], dtype=bool)
    return np.flatnonzero(named & lively & (people >= LEAST_PEOPLE))


def chance_alike(rates: Floats) -> float:
    """How often groups that drive alike would look as different as these.

    A Wald test on the logs of their rates, with the covariance of the draws.

    Parameters
    ----------
    rates : (draws, groups) float64, above 0
        Rates of two groups or more, as `drivers.split.Split` holds them.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> draws = np.exp(np.random.default_rng(0).normal(0.0, 0.1, (400, 3)))
    >>> chance_alike(draws) > 0.5, chance_alike(draws * [1.0, 1.0, 3.0]) < 0.001
    (True, True)
    """
    logs = np.log(rates)
    apart = logs[:, 1:] - logs[:, :1]
    spread = np.atleast_2d(np.cov(apart, rowvar=False)) + 1e-12 * np.eye(apart.shape[1])
    middle = apart.mean(axis=0)
    return float(chdtrc(apart.shape[1], middle @ np.linalg.solve(spread, middle)))
