"""Rates of what is partly this and partly that: how often something happens to the customers of each source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people import ROLES

Floats = NDArray[np.float64]
SOURCES = (*ROLES, "organic")
ENOUGH = 20.0
"""Customers' worth of a source from which on a rate is told."""
NORMAL, FAMILY = 1.6448536269514722, 2.9351994688667046
"""Standard errors of a 90 % interval; and of three comparisons (roles against organic, or against each other) that all
hold with 99 % (Bonferroni): how likely each customer was driven is an estimate itself, which these do not hold."""


@dataclass(frozen=True)
class Rates:
    """How often something happens with the customers of each source.

    Attributes
    ----------
    table : DataFrame
        source (influencer, ugc, advocate, organic), customers (sum of parts), rate with `low` and `high`, against
        (rate less the organic one) with ``_low``, ``_high`` (90 %) and ``_sure_low``, ``_sure_high`` (99 % over all
        three roles together: without 0 in it, a sentence names the role), error (standard error of against). NaN for a
        source of fewer than `ENOUGH`, and for all where organic customers are fewer.
    spread : (3, 4, 4) float64
        Covariances of the rates: robust, with what rows of one person have in common; robust, row by row; and row by
        row if everybody's outcomes scattered alike.
    """

    table: pd.DataFrame
    spread: Floats

    def apart(self, one: str, other: str) -> tuple[float, float]:
        """The rate of one source less that of another, and its standard error."""
        rate = self.table.set_index("source")["rate"]
        return float(rate[one] - rate[other]), _error(self.spread, _of(one) - _of(other))


def rates(parts: pd.DataFrame, happened: Floats, month: Floats, cluster: Floats) -> Rates:
    """How often it happens with those whom each source brought, with 90 % intervals, and against organic ones.

    Of nobody it is known who brought them: with chance ``d_i`` they were driven, by this role or that in parts
    ``w_ik``, so ``E[y_i] = sum of what drove them + (1 - d_i) r_0``. An average weighted by parts would mix the rate of
    a role with that of the organic customers whom it is taken for. So the organic rate ``r_0`` comes from a regression
    on ``d`` and ``1 - d``, and the rate of a role from what is left,
    ``r_k = sum_i w_ik (y_i - (1 - d_i) r_0) / sum_i w_ik d_i``: the average over those whom it brought, weighted by
    membership and by credit. The regression compares within the month, so that all met the same season and were
    watched equally long. Standard errors are those of the whole chain, robust to unequal spread and to several rows of
    a person (White 1980; Liang & Zeger 1986), and no smaller than if everybody's outcomes scattered alike: of sixty
    customers of whom nobody sent anything back, their own scatter says that this is certain.

    Parameters
    ----------
    parts : (n, sources) DataFrame
        Influencer, ugc, advocate, unassigned and organic, which sum to 1 in a row.
    happened : (n,) float64
        How often it happened with each: 1 or 0, or a number of times.
    month, cluster : (n,) float64
        Number of the month of each; rows of one person share a number.

    Returns
    -------
    Rates
        O(n months).

    References
    ----------
    H. White, A heteroskedasticity-consistent covariance matrix estimator, 1980, https://doi.org/10.2307/1912934.
    K.-Y. Liang & S. L. Zeger, Longitudinal data analysis using generalized linear models, 1986,
    https://doi.org/10.1093/biomet/73.1.13
    """
    worth = parts[list(SOURCES)].sum()
    organic = parts["organic"].to_numpy(dtype=np.float64)
    driven = 1.0 - organic
    if worth["organic"] < ENOUGH or driven.sum() < ENOUGH:
        rate, spread = np.full(4, np.nan), np.full((3, 4, 4), np.nan)
    else:
        rate, pull, weight, scatter = _solved(parts, happened, driven, _controls(month))
        _, group = np.unique(cluster, return_inverse=True)
        summed = np.stack([np.bincount(group, weights=column) for column in pull.T], axis=1)
        clustered = summed.T @ summed * (len(summed) / max(len(summed) - 5.0, 1.0))
        spread = np.stack([clustered, pull.T @ pull, scatter * weight.T @ weight])
    known = (worth >= ENOUGH).to_numpy()
    rate = np.where(known, rate, np.nan)
    error = np.array([_error(spread, _of(source)) for source in SOURCES])
    apart = np.where(np.arange(4) < 3, rate - rate[3], np.nan)
    of_it = np.array([_error(spread, _of(source) - _of("organic")) for source in SOURCES])
    told = pd.DataFrame({"source": list(SOURCES), "customers": worth.to_numpy()})
    told["rate"] = np.maximum(rate, 0.0)
    told["low"], told["high"] = (np.maximum(rate + sign * NORMAL * error, 0.0) for sign in (-1, 1))
    told["against"] = apart
    told["against_low"], told["against_high"] = (apart + sign * NORMAL * of_it for sign in (-1, 1))
    told["against_sure_low"], told["against_sure_high"] = (apart + sign * FAMILY * of_it for sign in (-1, 1))
    told["error"] = np.where(np.isfinite(apart), of_it, np.nan)
    return Rates(told, spread)


def _controls(month: Floats) -> Floats:
    """(n, months - 1): which month it was, about its mean."""
    columns = [(month == value).astype(np.float64) for value in np.unique(month)[1:]]
    return np.stack([column - column.mean() for column in columns], axis=1) if columns else np.zeros((month.size, 0))


def _of(source: str) -> Floats:
    """(4,) float64: the rate of one source among those of all."""
    return np.equal(SOURCES, source).astype(np.float64)


def _error(spread: Floats, of: Floats) -> float:
    """The standard error of rates added up with these weights."""
    clustered, own, alike = np.maximum(np.einsum("i,kij,j->k", of, spread, of), 0.0)
    return float(np.sqrt(clustered * max(1.0, alike / own) if own > 0 else alike))


def _solved(
    parts: pd.DataFrame, happened: Floats, driven: Floats, controls: Floats
) -> tuple[Floats, Floats, Floats, float]:
    """(4,) rates of the three roles and of organic customers; (n, 4) how the scatter of each row moves them.

    And (n, 4) how its outcome does, for rates are sums of outcomes so weighted; and the variance of outcomes.
    """
    design = np.column_stack([driven, 1.0 - driven, controls])
    inverse = np.linalg.pinv(design.T @ design)
    common = inverse @ (design.T @ happened)
    beyond, turned = happened - design @ common, design @ inverse
    rate, pull, weight = np.zeros(4), np.zeros((happened.size, 4)), np.zeros((happened.size, 4))
    rate[3], weight[:, 3], pull[:, 3] = common[1], turned[:, 1], turned[:, 1] * beyond
    taken = np.column_stack([np.zeros_like(driven), 1.0 - driven, controls])  # what is not the role's own
    left = happened - taken @ common
    for place, role in enumerate(ROLES):
        part = parts[role].to_numpy(dtype=np.float64)
        whole = float(part @ driven)
        if whole > 0:
            others = turned @ (taken.T @ part)
            rate[place] = part @ left / whole
            weight[:, place] = (part - others) / whole
            pull[:, place] = (part * (left - driven * rate[place]) - others * beyond) / whole
    return rate, pull, weight, float(beyond @ beyond) / happened.size
