"""What is learnt from the other orders: a persuasion for everybody, one for all, and ones that follow a score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from influence_graph.backtesting.held_out import Held
from influence_graph.drivers.drive import AUTHOR_COST
from influence_graph.drivers.gibbs import sample
from influence_graph.drivers.hazard import Parameters
from influence_graph.drivers.sums import dotted, summed

Floats = NDArray[np.float64]
COST_OF_SWEEPS, LEAST_SWEEPS, MOST_SWEEPS = 2e7, 80, 150
"""Links, orders and (many times dearer) authors, times sweeps kept: means need fewer than intervals."""
LARGEST = 20.0


@dataclass(frozen=True)
class Taught:
    """What one part of the orders taught.

    Attributes
    ----------
    point : Parameters
        Posterior means with a theta of its own for everybody.
    common : (authors,) float64
        One theta for all.
    habit : float
        How much more fans buy in campaigns that their creator joins, on average.
    """

    point: Parameters
    common: Floats
    habit: float

    @property
    def own(self) -> Floats:
        """(authors,) float64: everybody's theta, drawn to the mean as far as their orders leave it open."""
        return self.point.theta


def teach(
    model: Held,
    begun: Parameters,
    *,
    log_followers: Floats,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> Taught:
    """Learn persuasion from a part of the orders.

    Parameters
    ----------
    model : Held
    begun : Parameters
        Where the draws start.
    log_followers : (authors,) float64
        Centred, 0 where unknown.
    rng : numpy.random.Generator
        The same generator teaches the same.
    progress : callable, optional
        Told sweeps done and to do.

    Returns
    -------
    Taught
        O(sweeps * links).
    """
    cost = model.link_event.size + float(model.weight.sum()) + AUTHOR_COST * model.authors
    keep = int(np.clip(COST_OF_SWEEPS / cost, LEAST_SWEEPS, MOST_SWEEPS))
    drawn = sample(
        model, begun, log_followers=log_followers, rng=rng, burn=2 * keep // 3, keep=keep, each=False,
        progress=progress,
    )  # fmt: skip
    habit = max(float(drawn.mean.beta_joined.mean()), 1e-6)
    return Taught(drawn.mean, follow(model, drawn.mean, np.zeros((model.authors, 0))), habit)


def follow(model: Held, point: Parameters, scores: Floats) -> Floats:
    """Persuasion that follows scores, ``theta_u = exp(a + scores_u @ b)``, with a and b of the highest likelihood.

    Everything but theta stays at `point`. A score on the log scale makes theta a power of it: 1 is in proportion, 0 is
    one theta for all, which no score at all gives.

    Parameters
    ----------
    model : Held
    point : Parameters
    scores : (authors, k) float64

    Returns
    -------
    (authors,) float64
        O(evaluations * links).
    """
    density, exposed = model.reweigh(point.rate, point.tail)
    use = model.weight > 0
    weight, author, event = model.weight[use], model.causes.author, model.causes.event
    organic, columns = model.organic_hazard(point), np.column_stack([np.ones(model.authors), scores])

    def theta_of(coefficients: Floats) -> Floats:
        return np.asarray(np.exp(np.clip(np.einsum("uk,k->u", columns, coefficients), -5 * LARGEST, LARGEST)))

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        theta = theta_of(coefficients)
        hazard = np.maximum(organic + model.driven_hazard(theta, density), 1e-300)
        pull = np.where(use, model.weight / hazard, 0.0)[event] * density
        slope = summed(pull, author, model.authors) - exposed
        value = dotted(theta, exposed) - dotted(weight, np.log(hazard[use]))
        return value, -np.einsum("uk,u->k", columns, slope * theta)

    begun = np.zeros(columns.shape[1])
    begun[0] = np.log(max(dotted(point.theta, exposed) / float(exposed.sum()), 1e-12))
    found = minimize(loss, begun, jac=True, method="BFGS", options={"gtol": 0.01, "maxiter": 50})
    return theta_of(found.x)
