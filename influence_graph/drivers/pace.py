"""The delay that fits: its rate and tail found for given credit, and drawn for given causes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.delay import Delay
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.sums import dotted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
USUAL_RATE, USUAL_TAIL = 0.25, 0.5
"""Per day: orders follow a post within days rather than hours or months. Each worth one observation, no more."""
SLOWEST, FASTEST = 0.6, 24.0
"""Bounds of the rate: per window (one can't see delays much longer), and per day."""
LIGHTEST, HEAVIEST = 0.02, 4.0
"""Bounds of a tail: lighter is an exponential, heavier nearly one over the age."""
TAIL_STEPS = 3
SIMPLEX = np.array([[0.0, 0.0], [0.3, 0.0], [0.0, -0.6]])
"""Where a search in log rate and log tail begins, about where it is."""


def _bounds(model: Hazard) -> tuple[float, float]:
    """Of the log delay rate."""
    return float(np.log(SLOWEST / model.exposure.window)), float(np.log(FASTEST))


def fit_delay(model: Hazard, now: Parameters, responsibility: Floats) -> tuple[float, float]:
    """Rate and tail that fit the credited ages, truncated at the window; a tail of 0 stays.

    Parameters
    ----------
    model : Hazard
    now : Parameters
        At which each link's credit is shared out among its exposures.
    responsibility : (links,) float64
        Part of each event that each link is credited with.
    """
    credit = responsibility * model.weight[model.link_event]
    number, aged = model.causes.ages(credit, model.weigh(now.wear), now.rate, now.tail)
    others, total = _besides(model, now), float(number.sum())
    age = np.divide(aged, number, out=np.zeros(number.size), where=number > 0)

    def loss(log_rate: float, tail: float) -> float:
        delay = Delay(float(np.exp(log_rate)), tail, model.exposure.window)
        slow = (1.0 / tail + 1.0) * np.log1p(tail * delay.rate * age) if tail else delay.rate * age
        return others(delay) + dotted(number, slow) - total * float(np.log(delay.density(0.0)))

    return search(model, loss, now.rate, now.tail)


def search(
    model: Hazard, loss: Callable[[float, float], float], rate: float, tail: float, *, near: float = 1e-5
) -> tuple[float, float]:
    """Rate and tail of least loss, from where they are; a tail of 0 stays.

    Parameters
    ----------
    model : Hazard
    loss : callable
        Of log rate and tail.
    rate, tail : float
    near : float
        How near in the logs.
    """
    from scipy.optimize import minimize, minimize_scalar

    low, high = _bounds(model)
    if tail == 0.0:
        only = minimize_scalar(lambda at: loss(at, 0.0), bounds=(low, high), method="bounded", options={"xatol": near})
        return float(np.exp(only.x)), 0.0
    begin = np.log([rate, tail])
    settings: Any = {"xatol": near, "fatol": near, "initial_simplex": begin + SIMPLEX}

    def within(at: Any) -> float:
        heavier = float(np.exp(at[1]))
        return loss(float(at[0]), heavier) if low < at[0] < high and LIGHTEST < heavier < HEAVIEST else np.inf

    both = minimize(within, begin, method="Nelder-Mead", options=settings)
    return float(np.exp(both.x[0])), float(np.exp(both.x[1]))


def draw_delay(model: Hazard, now: Parameters, by_cause: Ints, rng: np.random.Generator) -> tuple[float, float]:
    """Random-walk Metropolis steps on the logs of rate and tail, given how many orders each link caused."""
    others, weight = _besides(model, now), model.weigh(now.wear)
    width = 2.0 / np.sqrt(4.0 + float(by_cause.sum()))
    low, high = _bounds(model)

    def loss(log_rate: float, tail: float) -> float:
        delay = Delay(float(np.exp(log_rate)), tail, model.exposure.window)
        return others(delay) - model.causes.log_densities(by_cause, weight, delay.rate, tail)

    rate, tail = float(np.log(now.rate)), now.tail
    before = loss(rate, tail)
    for _ in range(1 if tail == 0.0 else TAIL_STEPS):
        proposal = rate + width * rng.standard_normal()
        if low < proposal < high and np.log(rng.random()) < before - (then := loss(proposal, tail)):
            rate, before = proposal, then
        if tail == 0.0:
            continue
        heavier = tail * np.exp(2.0 * width * rng.standard_normal())
        if LIGHTEST < heavier < HEAVIEST and np.log(rng.random()) < before - (then := loss(rate, heavier)):
            tail, before = heavier, then
    return float(np.exp(rate)), float(tail)


def _besides(model: Hazard, now: Parameters) -> Callable[[Delay], float]:
    """Minus the log posterior of a delay but for the orders themselves: what is believed, and orders still to come."""
    part = model.share_known * model.worn(now.wear) if now.wear else model.share_known  # of orders that take part
    number, ages = model.viewers.cut_off(now.theta[model.share_author] * model.share_audience * part)

    def loss(delay: Delay) -> float:
        belief = 0.5 * (np.log(delay.rate) - np.log(USUAL_RATE)) ** 2
        if delay.tail:
            belief += 0.5 * (np.log(delay.tail) - np.log(USUAL_TAIL)) ** 2
        return float(belief + dotted(number, delay.below(ages)))

    return loss
