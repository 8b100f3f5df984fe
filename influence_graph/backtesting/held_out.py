"""How likely held-out orders are: persuasion as learnt elsewhere, everything else fitted anew, the same in all models.

What people buy by themselves in a campaign can't be known from others: its curve, what communities buy in it, and how
much more the fans of who joins it. These are nuisance, and refitted to the held-out orders under every model alike;
persuasion alone is out of sample. Fans who buy more throughout the campaign are then nobody's gain: only orders that
come when somebody has just posted are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from influence_graph.backtesting.parts import Part
from influence_graph.drivers.em import TASTE_SHAPE, Counts, share_out, start
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.organic import cut

Floats = NDArray[np.float64]
TOLERANCE = 0.01
"""The refit has converged when a step gains less log likelihood than this."""
STEPS = 100


class Held(Hazard):
    """The driver model over a part of the orders, those without a buyer left out."""

    def __init__(self, part: Part) -> None:
        self.part = part
        exposure, pieces = part.exposure, None
        self.reach: tuple[Hazard, Hazard] | None = None
        if part.until is not None and part.before is not None:
            self.reach = Hazard(part.until, whole=False), Hazard(part.before, whole=False)
            begin = float(part.before.ends[-1])
            shares = exposure.shares.assign(time=np.maximum(exposure.shares["time"], begin))
            pieces = cut(replace(exposure, shares=shares))
        super().__init__(exposure, whole=False, pieces=pieces)

    def _known_part(self) -> Floats:
        part = super()._known_part()
        part[-1] *= self.part.homeless
        return part

    def exposed(self, rate: float, tail: float, wear: float = 0.0) -> Floats:
        """What authors' followers were exposed to within the part."""
        if self.reach is None:
            return super().exposed(rate, tail, wear)
        end, begun = (model.exposed(rate, tail, wear) for model in self.reach)
        return np.maximum(end - begun, 1e-12)


@dataclass(frozen=True)
class Judged:
    """A part of the orders under one model's persuasion.

    Attributes
    ----------
    value : float
        Log likelihood with the nuisance at its best, its priors included.
    point : Parameters
        Where that is.
    caused, exposed : (authors,) float64
        Orders credited to each author, and people exposed times shares.
    """

    value: float
    point: Parameters
    caused: Floats
    exposed: Floats


def begin(model: Held, taught: Parameters) -> Parameters:
    """A starting point for the nuisance of a part, from what was taught elsewhere."""
    return replace(taught, mu=start(model).mu, eta=model.tastes.alike())


def judge(model: Held, begun: Parameters, theta: Floats, *, habit: float) -> Judged:
    """The best that a part's orders can be explained by given persuasion.

    Parameters
    ----------
    model : Held
    begun : Parameters
        Where to start; its delay and its fans' habits (`beta`) stay as they are.
    theta : (authors,) float64
        Persuasion, which stays.
    habit : float
        How much more fans usually buy in campaigns that their creator joins: the prior mean of `beta_joined`.

    Returns
    -------
    Judged
        Curve, tastes and fans in joined campaigns maximise likelihood times priors, by conditional steps that never
        lower it. O(steps * links).
    """
    density, exposed = model.reweigh(begun.rate, begun.tail)
    now, counts = replace(begun, theta=theta), Counts.empty(model)
    joined, lively = np.unique(model.fans.joiner), model.tastes.lively
    value = -np.inf
    for _ in range(STEPS):
        before = value
        *_, likelihood = share_out(model, now, density, exposed, counts)
        fans, eta = now.beta_joined[joined], now.eta.ravel()[lively]
        value = likelihood + (np.log(fans) - fans / habit).sum() + TASTE_SHAPE * (np.log(eta) - eta).sum()
        if value - before < TOLERANCE:
            break
        mu = counts.by_piece / model.piece_exposure(now.beta, now.beta_joined, now.eta)
        expected = model.taste_exposure(mu, now.beta, now.beta_joined)
        tastes = model.tastes.settle((TASTE_SHAPE + counts.by_cell) / (TASTE_SHAPE + expected))
        _, by_joined = model.fan_exposure(mu, tastes)
        fitted = replace(now, mu=mu, eta=tastes, beta_joined=(1.0 + counts.joined_fans) / (1.0 / habit + by_joined))
        now = fitted
    return Judged(float(value), now, counts.caused.copy(), exposed)
