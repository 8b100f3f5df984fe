"""Persuasion of everybody and its spread, by Gibbs sampling.

Orders draw their one cause (multinomial), rates are drawn given causes (conjugate Gammas), and the priors of theta and
of the fan effect are learnt on the way from their own marginal likelihood (Clayton & Kaldor 1987,
https://doi.org/10.2307/2532003). The organic curve is a Gamma Markov chain: a day resembles the day before as much as
the data say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.causes import habits
from influence_graph.drivers.em import Counts, share_crowd, share_out
from influence_graph.drivers.habits import draw_level
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.pace import draw_delay
from influence_graph.drivers.parts import in_parts, run_tasks
from influence_graph.drivers.wear import draw_wear
from influence_graph.kernels import hazard as kernels
from influence_graph.kernels.pieces import draw_chain, draw_prior, draw_rates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]
DELAY_EVERY = 5
"""Sweeps between draws of the delay, which costs a pass over all exposures."""
LEVEL_EVERY = 5
"""Sweeps between draws of the level of habits, which costs one too."""
PARTS_EVERY = 10
"""Sweeps between those whose shares of every order are averaged."""
PRIOR_STEPS = 6
FAMILIES, MANY = 3, 10_000
"""Families of rates that authors have, and authors from which each family is worth a thread."""
ROUNDING = 1e-9
"""Parts of an order below it are rounding."""


@dataclass
class Prior:
    """A Gamma prior that is learnt: log shape, log mean and slope on log followers, and what is believed of them."""

    learnt: Floats
    belief: Floats
    sloped: bool = False

    @classmethod
    def about(cls, middle: float, *, begin: float, sloped: bool = False) -> Prior:
        """Shape about 1, mean within a few powers of e of `middle`, slope about 0."""
        at = np.log(max(middle, 1e-300))
        belief = np.array([0.0, 1.0, at, 3.0, 0.0, 1.0])
        return cls(np.array([0.0, np.log(max(begin, 1e-300)), 0.0]), belief, sloped)

    @classmethod
    def about_one(cls) -> Prior:
        """Mean 1 and an unknown shape: ratios."""
        return cls(np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.5, 0.0, 1e-9, 0.0, 1.0]))

    def draw(self, rng: np.random.Generator, count: Floats, exposure: Floats, size: Floats) -> Floats:
        """Draw the prior given counts, then the rates given both."""
        if not count.size:
            return count.copy()
        inverse = draw_prior(rng, count, exposure, size, self.learnt, self.belief, PRIOR_STEPS, self.sloped)
        return draw_rates(rng, count, exposure, inverse, np.exp(self.learnt[0]))

    def mean(self, size: Floats) -> Floats:
        """Prior mean of each rate."""
        return np.asarray(np.exp(self.learnt[1] + self.learnt[2] * size))


@dataclass(frozen=True)
class Draws:
    """Draws from the posterior.

    Attributes
    ----------
    theta, caused : (draws, authors) float64
        Persuasion; orders caused.
    mean : Parameters
        Posterior means.
    exposed : (authors,) float64
        People times shares exposed.
    bound : (authors,) float64
        Orders of fans beyond what anybody buys, whether by habit or because of shares.
    expected : (authors,) float64
        Persuasion that the prior alone expects.
    shape : float
        Of the prior: the larger, the more alike people of the same size are.
    parts : tuple of (links,) float64 and (e,) float64, optional
        Posterior mean part of each event that each link caused, and that no share did.
    explained : (authors,) float64 or float
        Orders of each author's credit that lower limits leave out, as `bystanders` tells.
    wear : (draws,) float64, optional
        Power by which later shares work less, where that was asked for and there are any.
    """

    theta: Floats
    caused: Floats
    mean: Parameters
    exposed: Floats
    bound: Floats
    expected: Floats
    shape: float
    parts: tuple[Floats, Floats] | None = None
    wear: Floats | None = None
    explained: Floats | float = 0.0

    @property
    def left_out(self) -> Floats:
        """(authors,) float64: `explained` of each author."""
        return np.broadcast_to(np.asarray(self.explained, dtype=np.float64), self.exposed.shape)

    def thinned(self, most: int) -> Draws:
        """The same with at most so many draws, evenly taken."""
        kept = np.unique(np.linspace(0, len(self.theta) - 1, min(most, len(self.theta))).astype(int))
        wear = None if self.wear is None else self.wear[kept]
        return replace(self, theta=self.theta[kept], caused=self.caused[kept], wear=wear)


def sample(
    model: Hazard,
    begin: Parameters,
    *,
    log_followers: Floats,
    rng: np.random.Generator,
    burn: int = 300,
    keep: int = 1000,
    wear_out: bool = False,
    each: bool = True,
    whole: Hazard | None = None,
    progress: Progress | None = None,
) -> Draws:
    """Draw persuasion, causes, organic curve, fan effect, communities' tastes and delay.

    Parameters
    ----------
    model : Hazard
    begin : Parameters
        Where to start.
    log_followers : (authors,) float64
        Centred log of declared followers, 0 where unknown: the prior mean of theta may run with it.
    rng : numpy.random.Generator
        The same generator gives the same draws.
    burn, keep : int
        Sweeps dropped and kept.
    wear_out : bool
        Let later shares of the same author in a campaign work otherwise than the first.
    each : bool
        Keep every draw of `theta` and `caused`; without, only means are told.
    whole : Hazard, optional
        The model by whose weights orders are shared out, those without buyer too; without, `Draws.parts` is None.
    progress : callable, optional
        Told sweeps done and to do.

    Returns
    -------
    Draws
        Cost O(sweeps * links).
    """
    wear_out = wear_out and bool((model.turn > 1).any())
    now = begin
    density, exposed = model.reweigh(now.rate, now.tail, now.wear)
    weight, part = _whole_orders(model.weight)
    uneven = bool(part.any())
    a, k = model.authors, model.pieces.length.size
    nothing, lively = np.zeros(a), model.tastes.lively
    streams = rng.spawn(len(model.causes.parts) + FAMILIES)
    by_cause = np.zeros(density.size, np.int64)
    usual = 0.1 * float(model.weight.sum()) / max(float(exposed.sum()), 1e-9)
    persuasion = Prior.about(usual, begin=float(now.theta.mean()) if a else 1.0, sloped=True)
    habit, joined_habit = Prior.about(0.03, begin=0.02), Prior.about(0.03, begin=0.02)
    taste = Prior.about_one()
    if k:  # pieces without orders hold each other at nothing
        now = replace(now, mu=np.maximum(now.mu, 1e-3 * now.mu.mean() + 1e-300))
    mu, bridge, smooth = now.mu.copy(), np.ones(k), 0.0
    held = keep if each else 0
    theta_drawn, caused_drawn, wear_drawn = np.empty((held, a)), np.empty((held, a)), np.zeros(keep)
    sums = [
        np.zeros(a),
        np.zeros(a),
        np.zeros(a),
        np.zeros(k),
        np.zeros(3),
        np.zeros_like(now.eta),
        np.zeros(a),
        np.zeros(a),
        np.zeros(1),
    ]
    parts, averaged = (np.zeros(model.link_event.size), np.zeros(model.weight.size)), 0
    for sweep in range(burn + keep):
        if sweep % LEVEL_EVERY == 0 and a:
            now = draw_level(model, now, density, habit, joined_habit, rng)
            mu = now.mu.copy()
        orders = weight + (rng.random(part.size) < part) if uneven else weight
        counts, crowd = draw_causes(model, now, density, orders, by_cause, streams[FAMILIES:])
        if crowd.any():
            share_crowd(model, now, model.campaign_sums(crowd), counts)
        if wear_out and sweep % DELAY_EVERY == 0:
            shape, mean = float(np.exp(persuasion.learnt[0])), persuasion.mean(log_followers)
            now = replace(now, wear=draw_wear(model, now, by_cause, counts.caused, shape=shape, mean=mean, rng=rng))
            density, exposed = model.reweigh(now.rate, now.tail, now.wear)
        at_risk = model.piece_exposure(now.beta, now.beta_joined, now.eta)
        smooth = draw_chain(rng, counts.by_piece, at_risk, model.pieces.chain, mu, bridge, smooth)
        by_fans, by_joined = model.fan_exposure(mu, now.eta)
        families = (
            (persuasion, counts.caused, exposed, log_followers),
            (habit, counts.fans, by_fans, nothing),
            (joined_habit, counts.joined_fans, by_joined, nothing),
        )
        theta, beta, beta_joined = run_tasks(
            [partial(prior.draw, stream, *told) for stream, (prior, *told) in zip(streams, families, strict=False)],
            many=a >= MANY,
        )
        eta = now.eta
        if lively.any():
            expected = model.taste_exposure(mu, beta, beta_joined)[lively]
            rates = eta.ravel().copy()
            rates[lively] = taste.draw(rng, counts.by_cell[lively], expected, np.zeros(expected.size))
            eta = rates.reshape(eta.shape)
        now = Parameters(theta, beta, beta_joined, mu.copy(), now.rate, eta, now.tail, now.wear)
        if sweep % DELAY_EVERY == 0:
            rate, tail = draw_delay(model, now, by_cause, rng)
            if (rate, tail) != (now.rate, now.tail):
                now = replace(now, rate=rate, tail=tail)
                density, exposed = model.reweigh(rate, tail, now.wear)
        if whole is not None and sweep >= burn and sweep % PARTS_EVERY == 0:
            responsibility, organic, _ = share_out(whole, now, density, exposed, Counts.empty(whole))
            parts[0][:] += responsibility
            parts[1][:] += organic
            averaged += 1
        if sweep >= burn:
            if each:
                theta_drawn[sweep - burn], caused_drawn[sweep - burn] = theta, counts.caused
            delay, wear_drawn[sweep - burn] = np.array([now.rate, now.tail, now.wear]), now.wear
            bound = counts.caused + counts.fans + counts.joined_fans
            prior_mean, prior_shape = persuasion.mean(log_followers), np.exp(persuasion.learnt[:1])
            for total, drawn in zip(
                sums, (theta, beta, beta_joined, mu, delay, eta, bound, prior_mean, prior_shape), strict=True
            ):
                total += drawn / keep
        if progress:
            progress(sweep + 1, burn + keep)
    *means, bound, expected, shapes = sums
    theta, beta, beta_joined, mu, delay, eta = means
    rate, tail, wear = map(float, delay)
    point = Parameters(theta, beta, beta_joined, mu, rate, eta, tail, wear)
    if wear_out:
        _, exposed = model.reweigh(point.rate, point.tail, point.wear)
    wears = wear_drawn if wear_out else None
    shared = (parts[0] / averaged, parts[1] / averaged) if averaged else None
    return Draws(theta_drawn, caused_drawn, point, exposed, bound, expected, float(shapes[0]), shared, wears)


def draw_causes(
    model: Hazard,
    now: Parameters,
    density: Floats,
    orders: Ints,
    by_cause: Ints,
    streams: Sequence[np.random.Generator],
) -> tuple[Counts, Floats]:
    """Draw the one cause of every order; counts, and organic orders without buyer by piece. Fills `by_cause`."""
    by, parts = model.causes, model.causes.parts
    habit = habits(now.beta, now.beta_joined)
    known: tuple[Any, ...] = (orders, *model.kernel_arguments(density, now), by.bond_ptr, by.bond, habit)
    counts = [Counts.empty(model) for _ in parts]
    crowd = np.zeros((len(parts), model.pieces.length.size))

    def draw(part: int, first: int, last: int) -> None:
        arguments = (*known, *counts[part].arrays, crowd[part], by_cause)
        kernels.draw_parents(streams[part], first, last, *arguments)

    in_parts(draw, parts)
    return Counts.total(counts), crowd.sum(axis=0)


def _whole_orders(weight: Floats) -> tuple[Ints, Floats]:
    """Whole orders, and the chance of one more: a cause is drawn for whole orders, and some exports count in parts."""
    whole = np.floor(weight + ROUNDING)
    part = np.maximum(weight - whole, 0.0)
    return whole.astype(np.int64), np.where(part > ROUNDING, part, 0.0)
