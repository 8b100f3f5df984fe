"""How much more, or less, than usual a cascade is passed on: not every video is a hit, whoever shares it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from influence_graph.cascades.model import Floats, given_network
from influence_graph.cascades.observed import Cascades, contacts
from influence_graph.errors import UsageError
from influence_graph.network import Network

GROWTH_ERROR, SHAPE_ERROR = 1.0, 3.0
"""Of the normal priors of `growth` and of log `shape`, so that a handful of cascades says little."""


@dataclass(frozen=True)
class Appeal:
    """The appeal of cascades: how many times as often as usual a chance is taken.

    Attributes
    ----------
    level, growth : float
        A cascade that `k` people began by themselves has an appeal of ``level * k ** growth`` on average: what many
        people take up by themselves is passed on more, too.
    shape : float
        Of the Gamma distribution around that: cascades begun by as many people differ by a standard deviation of
        ``1 / sqrt(shape)`` of their mean.
    cascades : int
        How many it was learnt from.
    """

    level: float
    growth: float
    shape: float
    cascades: int

    def expected(self, started: ArrayLike) -> Floats:
        """float64 as `started`: the mean appeal of cascades that so many people began by themselves."""
        return np.asarray(self.level * np.asarray(started, dtype=np.float64) ** self.growth)

    def probability(self, probability: Floats, started: float) -> Floats:
        """(m,) float64: the probabilities in such a cascade, ``1 - (1 - p) ** appeal``."""
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(float(self.expected(started)) * np.log1p(-probability)))


def appeal(network: Network, cascades: Cascades, probability: ArrayLike, *, window_days: float = np.inf) -> Appeal:
    """Learn the appeal of cascades, given how likely people are to pass anything on.

    In each cascade the number of people moved (those whom somebody may have moved) is held against the number that
    the probabilities expect of the chances that there were. The ratio is Gamma distributed around a power of the
    number of people who began by themselves, the count is Poisson given that: a negative binomial regression.

    It is a forecast for cascades that begin by themselves, whose beginning tells of their appeal. Whoever pays twice
    as many people to begin makes nothing more appealing: use `expected` at the number who would have begun anyway.

    Parameters
    ----------
    network : Network
    cascades : Cascades
    probability : (m,) float64, in [0, 1]
        As `learn` gives them.
    window_days : float
        As in learning.

    Returns
    -------
    Appeal
        O(sum over shares of the followers of who shares).

    Raises
    ------
    UsageError
        Nobody ever had a chance to move anybody.

    References
    ----------
    J. F. Lawless, Negative binomial and mixed Poisson regression, 1987, https://doi.org/10.2307/3314912
    """
    from influence_graph.kernels import contacts as kernels

    network, chances = given_network(network, probability)
    seen = contacts(network, cascades, window_days=window_days)
    of = np.repeat(np.arange(len(cascades)), np.diff(cascades.pointers))
    moved = np.bincount(of[np.unique(seen.later)], minlength=len(cascades)).astype(np.float64)
    begun = np.diff(cascades.pointers) - moved
    expected = kernels.expected(
        network.indptr, network.indices, chances, cascades.pointers, cascades.person, cascades.time
    )
    told = expected > 0
    if not told.any():
        raise UsageError("cascades.no-chances")
    level, growth, shape = _fitted(moved[told], expected[told], np.log(begun[told]))
    return Appeal(level, growth, shape, int(told.sum()))


def _fitted(moved: Floats, expected: Floats, begun: Floats) -> tuple[float, float, float]:
    """Level, growth and shape of the negative binomial regression on the log of who began."""
    from scipy.optimize import minimize

    middle = float(begun.mean())

    def loss(at: Floats) -> float:
        mean = expected * np.exp(at[0] + at[1] * (begun - middle))
        shape = np.exp(at[2])
        told = gammaln(shape + moved) - gammaln(shape) - moved * np.log1p(shape / mean) - shape * np.log1p(mean / shape)
        return float((at[1] / GROWTH_ERROR) ** 2 / 2 + (at[2] / SHAPE_ERROR) ** 2 / 2 - told.sum())

    start = np.array([np.log((moved.sum() + 0.5) / expected.sum()), 0.0, 1.0])
    level, growth, shape = minimize(loss, start, method="L-BFGS-B", bounds=[(-20, 20), (-3, 3), (-5, 10)]).x
    return float(np.exp(level - growth * middle)), float(growth), float(np.exp(shape))
