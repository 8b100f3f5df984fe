"""The first fit, by EM: one persuasion for everybody, and orders shared out among their possible causes.

EM (Veen & Schoenberg 2008, https://doi.org/10.1198/016214508000000148) shares every order out; credit is conserved.
It finds the organic curve, the fan effect and the delay under one common theta, where Gibbs sampling then starts:
with a theta of its own for everybody from the outset, EM hands habits of fans to whoever posts (measured: up to 21 %
of all orders in worlds without influence, 0.2 % this way).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.pace import fit_delay
from influence_graph.drivers.parts import in_parts
from influence_graph.drivers.sums import summed
from influence_graph.kernels import hazard as kernels

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
TOLERANCE = 1e-5
"""EM has converged when total credit moves by less than this part of all orders, and the delay by 1e-4 of itself."""
LEAST_STEPS = 10
FIRST_DELAYS = 7.5
"""Mean delays in a window where the fit begins: four days in a month."""
TASTE_SHAPE = 4.0
"""How alike communities are taken to be in a campaign before the data say: a standard deviation of one half."""


@dataclass(frozen=True)
class Counts:
    """Orders by cause: of each author's shares, of their fans' habit (everywhere, in joined campaigns), organic ones
    by piece of the curve and by cell of campaign and community.
    """

    caused: Floats
    fans: Floats
    joined_fans: Floats
    by_piece: Floats
    by_cell: Floats

    @classmethod
    def empty(cls, model: Hazard) -> Counts:
        """Nothing counted yet."""
        a, k = model.authors, model.pieces.length.size
        return cls(np.zeros(a), np.zeros(a), np.zeros(a), np.zeros(k), np.zeros(model.tastes.lively.size))

    @classmethod
    def total(cls, parts: Sequence[Counts]) -> Counts:
        """What parts of the events counted, together."""
        arrays = zip(*(part.arrays for part in parts), strict=True)
        return parts[0] if len(parts) == 1 else cls(*(np.sum(array, axis=0) for array in arrays))

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """In the order in which the kernels take them."""
        return self.caused, self.fans, self.joined_fans, self.by_piece, self.by_cell


@dataclass(frozen=True)
class Fit:
    """A fitted hazard.

    Attributes
    ----------
    parameters : Parameters
        The point.
    responsibility : (links,) float64
        Part of each event that each link caused; with `organic` it sums to 1 over an event.
    organic : (e,) float64
        Part of each event that no share caused.
    caused, exposed : (authors,) float64
        Orders caused; people times shares exposed, discounted for shares near the end.
    likelihood : float
        Log likelihood of the point process.
    iterations : int
        EM steps taken; `converged` says whether the tolerance was met.
    """

    parameters: Parameters
    responsibility: Floats
    organic: Floats
    caused: Floats
    exposed: Floats
    likelihood: float
    iterations: int
    converged: bool


def start(model: Hazard, *, driven: float = 0.3, rate: float | None = None, tail: float = 0.0) -> Parameters:
    """A starting point that gives shares a part `driven` of all orders; a tail of 0 stays 0 in the fit.

    Without a `rate`, the delay is as short beside the window as usual: neither EM nor the draws find their way from
    days to years.
    """
    rate = FIRST_DELAYS / model.exposure.window if rate is None else rate
    n = float(model.weight.sum())
    nothing = np.zeros(model.authors)
    _, exposed = model.reweigh(rate, tail)
    eta = model.tastes.alike()
    at_risk = model.piece_exposure(nothing, nothing, eta)
    single = model.piece_of >= 0
    here = summed(model.weight[single], model.piece_of[single], at_risk.size) + 0.5
    theta = nothing + driven * n / max(float(exposed.sum()), 1e-9)
    return Parameters(theta, nothing + 0.02, nothing + 0.02, (1.0 - driven) * here / at_risk, rate, eta, tail)


def settle(model: Hazard, point: Parameters, *, organic_only: bool = False) -> Fit:
    """Share the orders out at given parameters, without moving them.

    Parameters
    ----------
    model, point
        The model and its parameters.
    organic_only : bool
        Take shares to have no effect at all.
    """
    if organic_only:
        point = replace(point, theta=np.zeros(model.authors))
    density, exposed = model.reweigh(point.rate, point.tail, point.wear)
    counts = Counts.empty(model)
    responsibility, organic, likelihood = share_out(model, point, density, exposed, counts)
    return Fit(point, responsibility, organic, counts.caused, exposed, likelihood, 0, True)


def reshare(model: Hazard, fit: Fit, parts: tuple[Floats, Floats]) -> Fit:
    """The fit with every order shared out otherwise: parts of links, and organic parts of events.

    At mean parameters an order is shared out more to shares than on average over the parameters: what a share takes of
    an order is concave in its persuasion, and persuasion is known the less the fewer orders a creator has (measured:
    1.5 % of all orders where creators drove three each).
    """
    responsibility, organic = parts
    caused = summed(responsibility * model.weight[model.link_event], model.exposure.links.author, model.authors)
    return replace(fit, responsibility=responsibility, organic=organic, caused=caused)


def maximise(model: Hazard, begin: Parameters, *, most: int = 400, progress: Progress | None = None) -> Fit:
    """EM from a starting point, with one theta for all.

    Parameters
    ----------
    model : Hazard
    begin : Parameters
    most : int
        Steps at most; `Fit.converged` says whether they were enough.
    progress : callable, optional
        Told steps done and at most.

    Returns
    -------
    Fit
        Cost O(steps * (links + pieces)).
    """
    now, counts = begin, Counts.empty(model)
    density, exposed = model.reweigh(now.rate, now.tail, now.wear)
    n = max(float(model.weight.sum()), 1.0)
    before, converged, step = -1.0, False, 0
    for step in range(1, most + 1):
        responsibility, organic, likelihood = share_out(model, now, density, exposed, counts)
        if model.weight[model.crowd].any():
            share_crowd(model, now, model.crowd_orders(organic), counts)
        total = float(counts.caused.sum())
        rate, tail = now.rate, now.tail
        if total > 5.0 and (step <= LEAST_STEPS or step % 5 == 0):
            rate, tail = fit_delay(model, now, responsibility)
        still = abs(total - before) < TOLERANCE * n and abs(rate - now.rate) < 1e-4 * now.rate
        before = total
        fitted, now = now, improve(model, now, exposed, counts)
        if progress:
            progress(step, most)
        if still and step > LEAST_STEPS:
            converged = True
            break
        if rate != now.rate:
            now = replace(now, rate=rate, tail=tail)
            density, exposed = model.reweigh(rate, tail, now.wear)
    return Fit(fitted, responsibility, organic, counts.caused, exposed, likelihood, step, converged)


def share_out(
    model: Hazard, point: Parameters, density: Floats, exposed: Floats, counts: Counts
) -> tuple[Floats, Floats, float]:
    """The E step: responsibilities of links, organic parts of events, log likelihood; fills `counts`."""
    by, events = model.causes, model.weight.size
    responsibility, organic, felt = np.zeros(model.link_event.size), np.ones(events), np.empty(events)
    known: tuple[Any, ...] = (
        model.weight,
        *model.kernel_arguments(density, point),
        by.link,
        responsibility,
        organic,
        felt,
    )
    caused, pull, by_piece, by_cell = (
        np.zeros((len(by.parts), size))
        for size in (model.authors, 2 * model.authors, counts.by_piece.size, counts.by_cell.size)
    )

    def expect(part: int, first: int, last: int) -> float:
        arguments = (*known, caused[part], by_piece[part], by_cell[part])
        told = float(kernels.expect(first, last, *arguments))
        kernels.spread(first, last, by.bond_ptr, by.bond, felt, pull[part])
        return told

    likelihood = sum(in_parts(expect, by.parts))
    everywhere, joined = pull.sum(axis=0).reshape(-1, 2).T
    counts.caused[:], counts.by_piece[:], counts.by_cell[:] = (part.sum(axis=0) for part in (caused, by_piece, by_cell))
    counts.fans[:], counts.joined_fans[:] = point.beta * (everywhere + joined), point.beta_joined * joined
    return responsibility, organic, float(likelihood - model.compensator(point, exposed))


def share_crowd(model: Hazard, now: Parameters, by_campaign: Floats, counts: Counts) -> None:
    """Add organic orders without buyer to the counts: fans and communities get their expected part of them."""
    people, stays = model.usual_people(now)
    per_person = by_campaign / (now.eta * people).sum(axis=1)
    rate = per_person[:, None] * now.eta
    everywhere, joined = model.fans.orders(rate, rate[:, None] * stays[:, :, None])
    counts.fans[:] += now.beta * everywhere
    counts.joined_fans[:] += now.beta_joined * joined
    counts.by_cell[:] += (rate * people).ravel()


def improve(model: Hazard, now: Parameters, exposed: Floats, counts: Counts) -> Parameters:
    """The M step: closed forms, fans' habits shrunk to their mean and communities to being alike."""
    mu = counts.by_piece / model.piece_exposure(now.beta, now.beta_joined, now.eta)
    by_fans, by_joined = model.fan_exposure(mu, now.eta)
    expected = model.taste_exposure(mu, now.beta, now.beta_joined)
    return Parameters(
        theta=np.full(model.authors, counts.caused.sum() / max(float(exposed.sum()), 1e-9)),
        beta=_shrunk(counts.fans, by_fans, now.beta),
        beta_joined=_shrunk(counts.joined_fans, by_joined, now.beta_joined),
        mu=mu,
        rate=now.rate,
        tail=now.tail,
        wear=now.wear,
        eta=model.tastes.settle((TASTE_SHAPE + counts.by_cell) / (TASTE_SHAPE + expected)),
    )


def _shrunk(count: Floats, exposure: Floats, rate: Floats) -> Floats:
    """Posterior mean rates under a prior of shape 1 about the family's own mean."""
    mean = max(float(rate.mean()) if rate.size else 0.0, 1e-12)
    return np.asarray((1.0 + count) / (1.0 / mean + exposure))
