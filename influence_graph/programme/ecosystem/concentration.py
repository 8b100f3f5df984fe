"""On how few people driven conversions rest, and what would be missing without the strongest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.drive import Workings
from influence_graph.drivers.ripple import stems_from

Floats = NDArray[np.float64]
LEVELS = (0.05, 0.95)
TOP = 10
COURSES = 100
"""Draws from which what comes down from somebody's posts is told."""


def gini(amounts: Floats) -> Floats:
    """How unequal amounts are: 0 where all are the same, near 1 where one has all.

    Parameters
    ----------
    amounts : (..., n) float64
        At least 0; each row stands by itself.

    Returns
    -------
    (...) float64
        ``sum_i (2 i - n - 1) x_(i) / (n sum x)``, amounts sorted upwards; NaN where there is nothing. O(n log n).

    Examples
    --------
    >>> gini(np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0]])).tolist()
    [0.0, 0.75]
    """
    return _gini(np.sort(amounts, axis=-1))


def _gini(rising: Floats) -> Floats:
    """The same of sorted amounts."""
    n = rising.shape[-1]
    weight = 2.0 * np.arange(1, n + 1) - n - 1.0
    total = rising.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(rising @ weight / (n * total))


def effective(amounts: Floats) -> Floats:
    """How many people of equal amounts would be as concentrated: ``1 / sum (x_i / sum x)^2`` (Hill 1973, order 2).

    Parameters
    ----------
    amounts : (..., n) float64
        At least 0; each row stands by itself.

    Returns
    -------
    (...) float64
        From 1 (one has all) to n (all alike); NaN where there is nothing. O(n).

    References
    ----------
    M. O. Hill, Diversity and evenness, 1973, https://doi.org/10.2307/1934352

    Examples
    --------
    >>> effective(np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0]])).tolist()
    [4.0, 1.0]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(amounts.sum(axis=-1) ** 2 / (amounts**2).sum(axis=-1))


def concentration(workings: Workings) -> pd.DataFrame:
    """Measures of concentration over everybody who shared, each with its 90 % interval over the model's draws.

    Returns
    -------
    DataFrame
        measure (gini; effective: people; top_1, top_10: part of what was driven), value (the median over draws: what
        holds of a mean of draws is more equal than any of them), low, high.
    """
    drawn = np.zeros((1, 0)) if workings.draws is None else workings.draws.caused
    drawn = drawn[drawn.sum(axis=1) > 0]
    if not drawn.size:
        return pd.DataFrame(columns=["measure", "value", "low", "high"])
    rising = np.sort(drawn, axis=1)
    parts = np.cumsum(rising[:, : -TOP - 1 : -1], axis=1) / rising.sum(axis=1, keepdims=True)
    measured = {
        "gini": _gini(rising),
        "effective": effective(drawn),
        "top_1": parts[:, 0],
        "top_10": parts[:, -1],
    }
    rows = [(name, *np.quantile(values, (0.5, *LEVELS))) for name, values in measured.items()]
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])


def knockout(workings: Workings) -> pd.DataFrame:
    """What would be missing without the one person who drove most, and without the ten who did.

    Their own posts are gone, and so are those of others that came down from them (shares passed on), as far as that
    is known or likely; nobody takes their place.

    Returns
    -------
    DataFrame
        people (1, or at most 10), person_ids (list, who drove most first), direct and lost (parts of all driven
        conversions: by their own posts, and with what came down from them), each with ``_low`` and ``_high``.
        O(draws x shares).
    """
    exposure, fit, origins = workings.exposure, workings.fit, workings.origins
    nothing = pd.DataFrame(columns=["people", "person_ids", *_ENDS])
    if workings.draws is None or fit.caused.sum() <= 0:
        return nothing
    author, time = exposure.shares["author"].to_numpy(), exposure.shares["time"].to_numpy()
    direct = workings.by_post["driven"]
    most = np.argsort(-fit.caused, kind="stable")
    drawn = workings.draws.thinned(COURSES).caused
    moved = np.divide(drawn, fit.caused, out=np.zeros(drawn.shape), where=fit.caused > 1e-9)
    whole = moved @ np.bincount(author, weights=direct, minlength=most.size)
    moved, whole = moved[whole > 0], whole[whole > 0]
    if not whole.size:
        return nothing
    rows = []
    for people in sorted({1, min(TOP, most.size)}):
        gone = np.isin(author, most[:people])
        stems = stems_from(gone, origins.chance, time) if origins.any else gone.astype(np.float64)
        own, all_of_it = (
            np.bincount(author, weights=direct * part, minlength=most.size) for part in (gone.astype(float), stems)
        )
        told: list[float] = []
        for amount in (own, all_of_it):
            told += [amount.sum() / direct.sum(), *np.quantile(moved @ amount / whole, LEVELS)]
        rows.append((people, exposure.authors[most[:people]].tolist(), *told))
    return pd.DataFrame(rows, columns=["people", "person_ids", *_ENDS])


_ENDS = ("direct", "direct_low", "direct_high", "lost", "lost_low", "lost_high")
