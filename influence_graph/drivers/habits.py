"""The level of the fans' habits, drawn with every order's cause left open.

Given causes the level hardly moves where fans buy little more than others: orders given to habit keep the habit, which
keeps the orders (measured: 800 sweeps from a tenth of all organic orders to nothing). So all habits of a family are
moved together by one factor, with their prior's mean, and the organic curve by the factor that keeps the expected
orders; the jump is judged by the likelihood of the orders themselves (Liu & Sabatti 2000,
https://doi.org/10.1093/biomet/87.2.353; van Dyk & Park 2008, https://doi.org/10.1198/016214508000000409).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.sums import dotted

if TYPE_CHECKING:
    from influence_graph.drivers.gibbs import Prior

Floats = NDArray[np.float64]
WIDTHS = (1.0, 0.3, 0.1, 0.03)
"""Of the jumps in log habit: from far off, and about where it belongs."""


def draw_level(
    model: Hazard, now: Parameters, density: Floats, habit: Prior, joined_habit: Prior, rng: np.random.Generator
) -> Parameters:
    """Metropolis steps on the level of both families of habits; causes must be drawn anew right afterwards.

    Parameters
    ----------
    model, now
        The model and its parameters.
    density : (causes,) float64
        Densities of the delay, as `Hazard.reweigh` gives them.
    habit, joined_habit : Prior
        Of the habits everywhere and in joined campaigns; their means move along, in place.
    rng : numpy.random.Generator

    Returns
    -------
    moved : Parameters
        With beta, beta_joined and mu moved. Cost O(links + len(WIDTHS) * events).
    """
    posterior = judge_levels(model, now, density, (habit, joined_habit))
    level = np.ones(2)
    before, curve = posterior(level)
    for width in WIDTHS:
        for family in range(2):
            proposal = level.copy()
            proposal[family] *= np.exp(width * rng.standard_normal())
            then, scaled = posterior(proposal)
            if np.log(rng.random()) < then - before:
                level, before, curve = proposal, then, scaled
    for prior, moved in zip((habit, joined_habit), np.log(level), strict=True):
        prior.learnt[1] += moved
    mu = np.maximum(now.mu * curve, 1e-300)
    return replace(now, beta=now.beta * level[0], beta_joined=now.beta_joined * level[1], mu=mu)


def judge_levels(
    model: Hazard, now: Parameters, density: Floats, families: tuple[Prior, Prior]
) -> Callable[[Floats], tuple[float, float]]:
    """The log posterior of moving each family by a factor, up to a constant, and the factor of the organic curve.

    The habits' own prior moves along with them and cancels out against the measure of the jump; so does the curve's,
    but for pieces that no piece stands before, whose prior is mu^(-1/2).
    """
    at_risk = _by_level(lambda beta, joined: dotted(now.mu, model.piece_exposure(beta, joined, now.eta)), now)
    organic = _by_level(lambda beta, joined: model.organic_hazard(replace(now, beta=beta, beta_joined=joined)), now)
    driven = model.driven_hazard(now.theta, density)
    usual = float(at_risk(np.ones(2)))
    ordered, first = model.weight > 0, 1 + np.count_nonzero(np.diff(model.pieces.chain))
    weight = model.weight[ordered]

    def posterior(level: Floats) -> tuple[float, float]:
        expected = float(at_risk(level))
        if min(usual, expected) <= 0.0:  # where hardly anybody is at risk, fans who left may outweigh those who stayed
            return -np.inf, 1.0
        curve = usual / expected
        hazard = np.maximum(curve * organic(level) + driven, 1e-300)[ordered]
        told = dotted(weight, np.log(hazard)) + 0.5 * first * np.log(curve)
        for prior, moved in zip(families, np.log(level), strict=True):
            middle, spread = prior.belief[2:4]
            told -= 0.5 * ((prior.learnt[1] + moved - middle) / spread) ** 2
        return told, curve

    return posterior


def _by_level(of: Callable[[Floats, Floats], Any], now: Parameters) -> Callable[[Floats], Any]:
    """What is linear in the habits, as a function of the factors by which both families are moved."""
    nothing = np.zeros_like(now.beta)
    alone = of(nothing, nothing)
    fans, joined = of(now.beta, nothing) - alone, of(nothing, now.beta_joined) - alone
    return lambda level: alone + level[0] * fans + level[1] * joined
