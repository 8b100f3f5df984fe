"""Beyond follower count: what a creator drives against what their followers lead one to expect."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.parts import cut_parts, in_parts

Floats = NDArray[np.float64]
FALSE_DISCOVERIES = 0.05
LEVELS = (0.05, 0.95)


def q_values(chance: Floats) -> Floats:
    """Bayesian false discovery rate: the running mean of the sorted chances of being wrong.

    Parameters
    ----------
    chance : (n,) float64, in [0, 1]
        Posterior probability that a claim is false.

    Returns
    -------
    (n,) float64, in [0, 1]
        Expected part of false claims when this one and all surer ones are made; ties share the larger value.

    References
    ----------
    M. A. Newton et al., Detecting differential gene expression, 2004, https://doi.org/10.1093/biostatistics/5.2.155.

    Examples
    --------
    >>> q_values(np.array([0.5, 0.0, 0.1])).round(2).tolist()
    [0.2, 0.0, 0.05]
    """
    order = np.argsort(chance, kind="stable")
    running = np.cumsum(chance[order]) / np.arange(1, chance.size + 1)
    last = np.searchsorted(chance[order], chance[order], side="right") - 1
    out = np.empty(chance.size)
    out[order] = running[last]
    return out


def lift(theta: Floats, exposed: Floats, followers: Floats, driven: Floats) -> pd.DataFrame:
    """Lift of creators over their follower count, split into activity and persuasion.

    ``lift_u = (theta_u E_u / F_u) / (sum theta E / sum F)`` is about the rate. It is exactly activity, ``(E_u / F_u)``
    against ``sum E / sum F``, times persuasion, ``theta_u`` against ``sum theta E / sum E``.

    Parameters
    ----------
    theta : (draws, n) float64
        Draws of persuasion of the creators in scope.
    exposed : (n,) float64
        People times shares exposed, E.
    followers : (n,) float64, above 0
        Declared followers, F.
    driven : (n,) float64
        Conversions driven, the point.

    Returns
    -------
    DataFrame
        expected (conversions), lift with lift_low and lift_high (90 %), activity, persuasion, q_value,
        beats_followers and persuasive (bool).
    """
    parts = cut_parts(np.arange(exposed.size + 1) * len(theta))
    by_draw = cut_parts(np.arange(len(theta) + 1) * exposed.size)
    totals = in_parts(lambda _, first, last: (theta[first:last] * exposed).sum(axis=1, keepdims=True), by_draw)
    total = np.concatenate(totals)

    def compare(_: int, first: int, last: int) -> Floats:
        mine = slice(first, last)
        draws = theta[:, mine] * exposed[mine] / followers[mine] / (total / followers.sum())
        pull = theta[:, mine] / (total / exposed.sum())
        wrong = (draws <= 1.0).mean(axis=0), (pull <= 1.0).mean(axis=0)
        return np.stack([pull.mean(axis=0), *np.quantile(draws, LEVELS, axis=0), *wrong])

    persuasion, low, high, behind, weak = np.concatenate(in_parts(compare, parts), axis=1)
    activity = (exposed / followers) / (exposed.sum() / followers.sum())
    q = q_values(behind)
    return pd.DataFrame(
        {
            "expected": followers * driven.sum() / followers.sum(),
            "lift": activity * persuasion,
            "lift_low": low,
            "lift_high": high,
            "activity": activity,
            "persuasion": persuasion,
            "q_value": q,
            "beats_followers": q <= FALSE_DISCOVERIES,
            "persuasive": q_values(weak) <= FALSE_DISCOVERIES,
        }
    )


def interval(draws: Floats) -> tuple[Floats, Floats]:
    """90 % interval of each column of draws.

    Parameters
    ----------
    draws : (draws, n) float64

    Returns
    -------
    low, high : (n,) float64
        Cost O(draws * n).

    Examples
    --------
    >>> interval(np.array([[0.0, 1.0], [10.0, 1.0]]))
    (array([0.5, 1. ]), array([9.5, 1. ]))
    """
    parts = cut_parts(np.arange(draws.shape[1] + 1) * len(draws))
    ends = in_parts(lambda _, first, last: np.quantile(draws[:, first:last], LEVELS, axis=0), parts)
    low, high = np.concatenate(ends, axis=1)
    return low, high
