"""Whether very late orders are common: an exponential delay or a heavier tail, by what predicts held-out orders better.

A tail always fits at least as well as the exponential that it contains. So both are fitted to one half of the orders
and judged by the likelihood of the other, order by order, and the tail is taken only where its gain is plain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.em import Fit, Progress, maximise
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.pace import USUAL_TAIL, search

Floats = NDArray[np.float64]
PLAIN = 2.0
"""Standard errors by which the heavier tail must predict better."""
LEAST_DRIVEN = 50.0
"""Orders that shares must seem to drive; the ages of fewer tell nothing about a tail."""
NEWTON_STEPS = 8
NEAR = 0.02
"""How near, in logs and in log likelihood, rate and tail are sought."""
HALF = 0.5
"""Every other order of a Poisson process is a Poisson process of half its hazard."""


@dataclass(frozen=True)
class Choice:
    """Which delay predicts held-out orders better.

    Attributes
    ----------
    gain, error : float
        Held-out log likelihood with the heavier tail less that with the exponential, and its standard error.
    """

    gain: float
    error: float


class _Process:
    """The point process as it depends on the delay: all else stays but for a factor of organic and one of driven."""

    def __init__(self, model: Hazard, fit: Fit) -> None:
        point = fit.parameters
        self.model, self.theta, self.delay = model, point.theta, (point.rate, point.tail)
        self.organic = model.organic_hazard(point)
        self.expected = model.compensator(point, fit.exposed) - float(point.theta @ fit.exposed)

    def at(self, delay: tuple[float, float]) -> tuple[Floats, float]:
        """Hazard by shares of each event, and orders expected of shares, at a rate and tail."""
        density, exposed = self.model.reweigh(*delay)
        return self.model.driven_hazard(self.theta, density), float(self.theta @ exposed)

    def scales(self, weight: Floats, driven: Floats, expected: float) -> Floats:
        """The two factors that fit events of these weights best, by Newton steps on their logs."""
        factors, use = np.ones(2), weight > 0
        parts, counted = np.stack([self.organic[use], driven[use]]), weight[use]
        totals = HALF * np.array([self.expected, expected])
        for _ in range(NEWTON_STEPS):
            share = factors[:, None] * parts / (factors @ parts)
            gradient = share @ counted - factors * totals
            curve = np.diag(factors * totals) - np.diag(share @ counted) + (share * counted) @ share.T
            factors = factors * np.exp(np.clip(np.linalg.lstsq(curve, gradient)[0], -1.0, 1.0))
        return factors

    def likelihood(self, taught: Floats, delay: tuple[float, float], judged: Floats) -> tuple[Floats, float]:
        """(e,) float64 weighted log hazards of the judged, and orders expected, both factors fitted to the taught."""
        driven, expected = self.at(delay)
        factors = self.scales(taught, driven, expected)
        hazard = np.maximum(factors[0] * self.organic + factors[1] * driven, 1e-300)
        return judged * np.log(hazard), HALF * float(factors @ (self.expected, expected))

    def climb(self, taught: Floats) -> tuple[float, float]:
        """Rate and tail that fit the taught best; a tail of 0 stays."""

        def loss(log_rate: float, tail: float) -> float:
            each, expected = self.likelihood(taught, (float(np.exp(log_rate)), tail), taught)
            return expected - float(each.sum())

        return search(self.model, loss, *self.delay, near=NEAR)


def choose_tail(model: Hazard, fit: Fit, *, progress: Progress | None = None) -> tuple[Fit, Choice]:
    """Compare a heavier tail with the exponential, each fitted to every other order and judged by those between.

    Parameters
    ----------
    model : Hazard
    fit : Fit
        With an exponential delay.
    progress : callable, optional
        Told steps done and at most.

    Returns
    -------
    Fit, Choice
        The fit under the better delay; by how much it is better. Cost O(exposures): some hundred passes over them.
    """
    if fit.caused.sum() < LEAST_DRIVEN:
        return fit, Choice(0.0, 0.0)
    tempted = replace(fit, parameters=replace(fit.parameters, tail=USUAL_TAIL))
    choice, (rate, tail) = compare_tails(model, fit, tempted)
    if choice.gain <= choice.error:
        return fit, choice
    heavy = maximise(model, replace(fit.parameters, rate=rate, tail=tail), progress=progress)
    choice, _ = compare_tails(model, fit, heavy)
    return (heavy if choice.gain > PLAIN * choice.error else fit), choice


def compare_tails(model: Hazard, exponential: Fit, tailed: Fit) -> tuple[Choice, tuple[float, float]]:
    """By how much the heavier tail predicts held-out orders better, and the rate and tail that the halves found."""
    light, heavy, weight = _Process(model, exponential), _Process(model, tailed), model.weight
    half = np.cumsum(weight > 0) % 2
    gains, change, found = np.zeros(weight.size), 0.0, []
    for held in range(2):
        taught, judged = np.where(half == held, 0.0, weight), np.where(half == held, weight, 0.0)
        delay = heavy.climb(taught)
        after, then = heavy.likelihood(taught, delay, judged)
        before, expected = light.likelihood(taught, light.climb(taught), judged)
        gains, change = gains + after - before, change + expected - then
        found.append(np.log(delay))
    each = gains[weight > 0]
    rate, tail = np.exp(np.mean(found, axis=0))
    return Choice(float(each.sum() + change), float(np.sqrt(each.size) * each.std())), (float(rate), float(tail))
