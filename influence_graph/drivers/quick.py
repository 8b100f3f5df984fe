"""A quick fit for whoever fits often: the first fit's EM, hastened, then a few steps to everybody's own persuasion.

The same steps are taken from the same start whatever the data, so that fits of different data compare: none is nearer
to its end because it began nearer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.em import Counts, improve, share_out, start
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
STEPS, OWN_STEPS, ALONE_STEPS = 50, 10, 12
PLAIN = 8
"""Steps before the first leap: what EM settles quickly must not be leapt with."""
LONGEST = 64.0
LOST = 3.0
"""Log likelihood that a leap may cost: EM is not hastened by a step back."""
USUAL = 0.1
"""Part of all orders that shares are thought to drive: the persuasion that is usual before a creator's data speak."""
_NEVER = 1e-300


@dataclass(frozen=True)
class Quick:
    """A quick fit.

    Attributes
    ----------
    caused : (authors,) float64
        Orders caused, everybody with a persuasion of their own, all fitted together.
    alone : (authors,) float64
        Orders caused by each author, were the others just as persuasive as the fit of one persuasion for all says.
    organic : (e,) float64
        Part of each event that no share caused, beside `caused`.
    """

    caused: Floats
    alone: Floats
    organic: Floats


def fit_quickly(model: Hazard, rate: float) -> Quick:
    """Fit at a known delay in a fixed number of steps.

    Parameters
    ----------
    model : Hazard
    rate : float
        Of the delay, per day.

    Returns
    -------
    Quick
        Cost O(links + pieces), times some seventy steps.

    References
    ----------
    R. Varadhan & C. Roland, Simple and globally convergent methods for accelerating the convergence of any EM
    algorithm, 2008, https://doi.org/10.1111/j.1467-9469.2007.00585.x.
    """
    density, exposed = model.reweigh(rate)
    common = _hasten(model, start(model, rate=rate), density, exposed)
    caused, organic = _each_their_own(model, common, density, exposed)
    return Quick(caused, _alone(model, common, density, exposed), organic)


def _hasten(model: Hazard, begin: Parameters, density: Floats, exposed: Floats) -> Parameters:
    """EM with one theta for all that leaps along its path: rates on the log scale, each weighted by its orders."""
    counts, now = Counts.empty(model), begin
    kept: tuple[Parameters, float] | None = None
    longest, done = 4.0, 0
    settled = begin
    while done < STEPS:
        _, _, likelihood = share_out(model, now, density, exposed, counts)
        first = improve(model, now, exposed, counts)
        done += 1
        if kept is not None and likelihood < kept[1] - LOST:
            now, kept, longest = kept[0], None, max(longest / 4.0, 2.0)
            continue
        _, _, likelihood = share_out(model, first, density, exposed, counts)
        settled = improve(model, first, exposed, counts)
        done += 1
        if done < PLAIN:
            now = settled
            continue
        weight = np.concatenate([[counts.caused.sum()], *counts.arrays[1:]])
        x0, x1, x2 = (_logs(point) for point in (now, first, settled))
        r, v = x1 - x0, x2 - 2.0 * x1 + x0
        length = float(np.sqrt((weight * r * r).sum() / max((weight * v * v).sum(), _NEVER)))
        if length >= longest:
            length, longest = longest, min(4.0 * longest, LONGEST)
        length = max(length, 1.0)
        leapt = x0 + 2.0 * length * r + length * length * v
        kept = (settled, likelihood)
        now = _rates(np.where(weight > 0, leapt, x2), settled)
    return settled


def _logs(point: Parameters) -> Floats:
    """Log rates: the common theta, then beta, beta_joined, mu and eta."""
    rates = np.concatenate([point.theta[:1], point.beta, point.beta_joined, point.mu, point.eta.ravel()])
    return np.asarray(np.log(np.maximum(rates, _NEVER)))


def _rates(logs: Floats, like: Parameters) -> Parameters:
    """Back from `_logs`."""
    authors, pieces = like.beta.size, like.mu.size
    theta, beta, joined, mu, eta = np.split(
        np.exp(np.clip(logs, np.log(_NEVER), 50.0)), np.cumsum([1, authors, authors, pieces])
    )
    return replace(
        like, theta=np.full(authors, theta[0]), beta=beta, beta_joined=joined, mu=mu, eta=eta.reshape(like.eta.shape)
    )


def _each_their_own(model: Hazard, common: Parameters, density: Floats, exposed: Floats) -> tuple[Floats, Floats]:
    """Orders caused and organic parts after a few steps with everybody's own theta, shrunk to the common one."""
    counts, now = Counts.empty(model), common
    for _ in range(OWN_STEPS):
        share_out(model, now, density, exposed, counts)
        mean = max(float(counts.caused.sum()) / max(float(exposed.sum()), 1e-9), 1e-12)
        theta = (1.0 + counts.caused) / (1.0 / mean + exposed)
        now = replace(improve(model, now, exposed, counts), theta=theta)
    _, organic, _ = share_out(model, now, density, exposed, counts)
    return counts.caused.copy(), organic


def _alone(model: Hazard, common: Parameters, density: Floats, exposed: Floats) -> Floats:
    """Each author's orders while all else stays as fitted in common, shrunk to a persuasion that is usual.

    What others lose or win between two sets of data moves the common theta, and through it everybody's `caused`; it
    does not move this.
    """
    usual = max(USUAL * float(model.weight.sum()) / max(float(exposed.sum()), 1e-9), 1e-12)
    rest = model.organic_hazard(common) + model.driven_hazard(common.theta, density)
    event = model.causes.event
    live = (density > 0) & (model.weight[event] > 0) & ~model.certain[event]
    event, author, density = event[live], model.causes.author[live], density[live]
    weight = model.weight[event]
    others = common.theta[author] * density
    rest = np.maximum(rest[event] - others, _NEVER)
    theta, caused = np.full(model.authors, usual), np.zeros(model.authors)
    for _ in range(ALONE_STEPS):
        own = theta[author] * density
        caused = summed(weight * own / (rest + own), author, model.authors)
        theta = (1.0 + caused) / (1.0 / usual + exposed)
    return caused
