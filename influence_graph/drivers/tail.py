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
from influence_graph.drivers.sums import dotted
from influence_graph.kernels.hazard import split_orders

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLAIN = 2.0
"""Standard errors by which the heavier tail must predict better."""
LEAST_DRIVEN = 50.0
"""Orders that shares must seem to drive; the ages of fewer tell nothing about a tail."""
NEWTON_STEPS = 8
NEAR = 0.02
"""How near, in logs and in log likelihood, rate and tail are sought."""
LEAST = 1e-300
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


@dataclass(frozen=True)
class _Taught:
    """Orders that teach: the events that a share precedes, their weights and organic hazard, and how many others."""

    events: Ints
    weight: Floats
    organic: Floats
    alone: float


class _Process:
    """The point process as it depends on the delay: all else stays but for a factor of organic and one of driven."""

    def __init__(self, model: Hazard, fit: Fit) -> None:
        point = fit.parameters
        self.model, self.theta, self.delay = model, point.theta, (point.rate, point.tail)
        self.organic = model.organic_hazard(point)
        self.expected = model.compensator(point, fit.exposed) - dotted(point.theta, fit.exposed)
        self.caused = np.diff(model.causes.ptr) > 0

    def at(self, delay: tuple[float, float], events: Ints) -> tuple[Floats, float]:
        """Hazard by shares of some events, and orders expected of shares, at a rate and tail."""
        driven = self.model.causes.driven_of(events, self.theta, *delay)
        return driven, dotted(self.theta, self.model.exposed(*delay))

    def scales(self, taught: _Taught, driven: Floats, expected: float) -> Floats:
        """The two factors that fit the taught best, by Newton steps on their logs."""
        factors, totals = np.ones(2), HALF * np.array([self.expected, expected])
        for _ in range(NEWTON_STEPS):
            share, curved = split_orders(taught.weight, taught.organic, driven, factors)
            share[0] += taught.alone  # an order that no share precedes is organic whatever the factors
            curve = np.diag(factors * totals) + np.array([[-curved, curved], [curved, -curved]])
            factors = factors * np.exp(np.clip(np.linalg.lstsq(curve, share - factors * totals)[0], -1.0, 1.0))
        return factors

    def fitted(self, taught: _Taught, delay: tuple[float, float]) -> tuple[Floats, Floats, float]:
        """Both factors fitted to the taught, the taught's hazard by shares, and orders expected of shares."""
        driven, expected = self.at(delay, taught.events)
        return self.scales(taught, driven, expected), driven, expected

    def taught(self, weight: Floats) -> _Taught:
        """The orders of these weights as the factors are fitted to them."""
        events = np.flatnonzero(self.caused & (weight > 0))
        return _Taught(events, weight[events], self.organic[events], float(weight[~self.caused].sum()))

    def climb(self, taught: _Taught) -> tuple[float, float]:
        """Rate and tail that fit the taught best; a tail of 0 stays."""

        def loss(log_rate: float, tail: float) -> float:
            factors, driven, expected = self.fitted(taught, (float(np.exp(log_rate)), tail))
            hazard = np.maximum(factors[0] * taught.organic + factors[1] * driven, LEAST)
            likely = dotted(taught.weight, np.log(hazard)) + taught.alone * float(np.log(factors[0]))
            return HALF * float(factors[0] * self.expected + factors[1] * expected) - likely

        return search(self.model, loss, *self.delay, near=NEAR)

    def judge(self, taught: _Taught, delay: tuple[float, float], judged: Ints) -> tuple[Floats, float]:
        """(n,) float64 log hazards of the judged, and orders expected, both factors fitted to the taught."""
        factors, _, expected = self.fitted(taught, delay)
        driven, _ = self.at(delay, judged)
        hazard = np.maximum(factors[0] * self.organic[judged] + factors[1] * driven, LEAST)
        return np.log(hazard), HALF * float(factors[0] * self.expected + factors[1] * expected)


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
        left, judged = np.where(half == held, 0.0, weight), np.flatnonzero((half == held) & (weight > 0))
        taught = heavy.taught(left)
        delay = heavy.climb(taught)
        after, then = heavy.judge(taught, delay, judged)
        taught = light.taught(left)
        before, expected = light.judge(taught, light.climb(taught), judged)
        gains[judged] = weight[judged] * (after - before)
        change += expected - then
        found.append(np.log(delay))
    each = gains[weight > 0]
    rate, tail = np.exp(np.mean(found, axis=0))
    return Choice(float(each.sum() + change), float(np.sqrt(each.size) * each.std())), (float(rate), float(tail))
