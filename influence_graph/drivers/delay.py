"""How long orders take to follow a share: the rate of a truncated exponential, fitted and drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from influence_graph.drivers.hazard import Hazard

Floats = NDArray[np.float64]
USUAL_RATE = 0.25
"""Per day: orders follow a post within days rather than hours or months. Worth one observation, no more."""
SLOWEST, FASTEST = 0.6, 24.0
"""Bounds of the rate: per window (one can't see delays much longer), and per day."""


def _bounds(model: Hazard) -> tuple[float, float]:
    """Of the log delay rate."""
    return float(np.log(SLOWEST / model.exposure.window)), float(np.log(FASTEST))


def fit_delay(model: Hazard, theta: Floats, responsibility: Floats, age: Floats) -> float:
    """The delay rate that fits the credited ages, truncated at the window; one-dimensional, no closed form."""
    credited = responsibility * model.weight[model.link_event]
    loss = _loss(model, theta, float(credited.sum()), float(credited @ age))
    found = minimize_scalar(loss, bounds=_bounds(model), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


def draw_delay(
    model: Hazard, theta: Floats, number: float, aged: float, rate: float, rng: np.random.Generator
) -> float:
    """One random-walk Metropolis step on the log delay rate."""
    loss = _loss(model, theta, number, aged)
    proposal = np.log(rate) + rng.standard_normal() * 2.0 / np.sqrt(4.0 + number)
    accepted = _bounds(model)[0] < proposal < _bounds(model)[1] and np.log(rng.random()) < loss(np.log(rate)) - loss(
        proposal
    )
    return float(np.exp(proposal)) if accepted else rate


def _loss(model: Hazard, theta: Floats, number: float, aged: float) -> Callable[[float], float]:
    """Minus the log posterior of the log delay rate, given how many orders were caused and their summed ages."""
    x, share = model.exposure, model.exposure.shares
    horizon = (share["end"] - share["time"]).to_numpy()
    cut_off = (horizon < x.window) & (horizon > 0)
    part = model.known[share["campaign"].to_numpy()]  # of orders that take part; -1, of no campaign, is the last
    expected = (theta[share["author"]] * share["audience"].to_numpy() * part)[cut_off]
    ages = horizon[cut_off]

    def loss(log_rate: float) -> float:
        r = np.exp(log_rate)
        whole = -np.expm1(-r * x.window)
        seen = -np.expm1(-r * ages) / whole
        belief = 0.5 * (log_rate - np.log(USUAL_RATE)) ** 2
        return float(belief - number * (log_rate - np.log(whole)) + r * aged + expected @ seen)

    return loss
