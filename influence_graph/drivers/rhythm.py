"""The hours at which people buy: a clock that runs fast in busy hours, by which all of the model's times are told.

Creators post in the evening and people buy in the evening. Without knowing, a model finds orders that follow posts
within hours, and credits them. So an hour-of-week profile is learnt from the orders that come by themselves, and time
is told by the profile's integral: whole days stay whole, busy hours are long, nights are short. By this clock the
organic rate is level within a day again, delays run while people are about, and every closed form stays exact (the
time change of a point process: Brown et al. 2002, https://doi.org/10.1162/08997660252741149).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from influence_graph.drivers.em import Fit, Progress, maximise
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HOURS, DAYS = 24, 7
LEAST_ORDERS = 200.0
"""Orders that come by themselves from which a profile is learnt."""
SAME_HOUR = 0.5
"""Part of the orders at one time of day from which times are taken as days: nobody buys so punctually."""
PLAIN, LEAST_GAIN = 2.0, 5.0
"""Standard errors, and units of log likelihood, by which the profile must predict held-out orders better."""
ROUNDS, STEPS, STILL = 8, 20, 0.03
"""Rounds of profile and fit at most, steps of EM in each, and the change of a log rate that ends them."""
SHAPES = np.geomspace(1.0, 1e4, 25)
BLOCK = 4096
AT_ONCE = 1 << 20
"""Times told at once: each takes a hundred bytes meanwhile."""


@dataclass(frozen=True)
class Rhythm:
    """How much likelier people are to buy in each hour of the week.

    Attributes
    ----------
    rate : (7, 24) float64
        Rows are days, counted from when the data begin; their mean is 1.
    gain, error : float
        Held-out log likelihood with the profile less that without, and its standard error over orders.
    """

    rate: Floats
    gain: float = 0.0
    error: float = 0.0

    @property
    def level(self) -> bool:
        """Whether all hours are alike."""
        return bool((self.rate == 1.0).all())

    def hours(self, begin: pd.Timestamp) -> list[float]:
        """24 rates, of the hours of the day in UTC; every day's are averaged, data begin at `begin`."""
        shift = (begin - begin.floor("D")) / pd.Timedelta(hours=1)
        start = np.arange(HOURS, dtype=np.float64) - shift
        edges = np.stack([start, start + 1.0]) / HOURS + 1.0
        level = replace(self, rate=np.broadcast_to(self.rate.mean(axis=0), self.rate.shape))
        low, high = level.tell(edges)
        return [float(rate) for rate in HOURS * (high - low)]

    def tell(self, time: ArrayLike) -> Floats:
        """Times by this clock, in days; whole days and infinite times stay."""
        given = np.asarray(time, dtype=np.float64)
        if given.ndim and len(given) > AT_ONCE:  # follows: as many as a network has
            parts = np.split(given, np.arange(AT_ONCE, len(given), AT_ONCE))
            return np.concatenate([self.tell(part) for part in parts])
        finite = np.isfinite(given)
        if not finite.any():
            return given
        days = np.where(finite, given, 0.0)
        day = np.floor(days)
        passed = np.concatenate([np.zeros((DAYS, 1)), np.cumsum(self.rate, axis=1) / HOURS], axis=1)
        part = (days - day) * HOURS
        hour = np.minimum(part.astype(np.int64), HOURS - 1)
        row = day.astype(np.int64) % DAYS
        within = passed[row, hour] + (part - hour) * self.rate[row, hour] / HOURS
        return np.where(finite, day + within, given)

    def warp(self, exposure: Exposure) -> Exposure:
        """The same exposures with every time told by this clock."""
        shares, follows, events, links = exposure.shares, exposure.follows, exposure.events, exposure.links
        time, shared = self.tell(events.time), self.tell(shares["time"])
        age = np.clip(time[np.repeat(links.event, np.diff(links.exposure_ptr))] - shared[links.share], 0.0, None)
        since, audience_since = self.tell(follows.since), self.tell(follows.audience_since)
        return replace(
            exposure,
            shares=shares.assign(time=shared, end=self.tell(shares["end"])),
            orders=exposure.orders.assign(time=self.tell(exposure.orders["time"])),
            events=replace(events, time=time),
            links=replace(links, age=np.minimum(age, exposure.window)),
            follows=replace(follows, since=since, audience_since=audience_since),
            ends=self.tell(exposure.ends),
            closes=self.tell(exposure.closes),
        )


FLAT = Rhythm(np.ones((DAYS, HOURS)))


def learn_rhythm(model: Hazard, fit: Fit, *, progress: Progress | None = None) -> tuple[Hazard, Fit, Rhythm]:
    """Learn the hours at which people buy by themselves, and fit the model by that clock.

    Nothing is changed where times are days, orders are few, or the profile does not predict held-out orders better.

    Parameters
    ----------
    model : Hazard
    fit : Fit
        By the usual clock.
    progress : callable, optional
        Told rounds done and at most.

    Returns
    -------
    Hazard, Fit, Rhythm
        The model and its fit by the clock, and the clock. Cost O(rounds * (links + pieces)).
    """
    if not _has_hours(model.exposure):
        return model, fit, FLAT
    found = _profile(model, model, fit)
    if found.gain <= max(PLAIN * found.error, LEAST_GAIN):
        return model, fit, replace(FLAT, gain=found.gain, error=found.error)
    warped, steps, still = model, 0, False
    for turn in range(ROUNDS):
        warped = by_clock(model, found)
        fit = maximise(warped, fit.parameters, most=STEPS if turn < ROUNDS - 1 else 10 * STEPS)
        before, found = found, _profile(model, warped, fit)
        steps += fit.iterations
        if progress:
            progress(turn + 1, ROUNDS)
        still = bool(np.abs(np.log(found.rate / before.rate)).max() < STILL)
        if still:
            break
    fit = replace(fit, iterations=steps, converged=still or fit.converged)  # a start: the draws go on from here
    return warped, fit, replace(found, rate=before.rate)


def by_clock(model: Hazard, rhythm: Rhythm) -> Hazard:
    """The same model with every time told by a clock; its pieces keep their places."""
    p = model.pieces
    begin, end = rhythm.tell(p.begin), rhythm.tell(p.begin + p.length)
    return Hazard(
        rhythm.warp(model.exposure), trust_codes=model.trust_codes, whole=model.whole,
        pieces=replace(p, begin=begin, length=end - begin),
    )  # fmt: skip


def _has_hours(exposure: Exposure) -> bool:
    """Whether orders are timed within the day."""
    known = ~exposure.events.crowd
    weight, time = exposure.events.weight[known], exposure.events.time[known]
    _, minute = np.unique(np.floor((time % 1.0) * HOURS * 60 + 1e-6), return_inverse=True)
    return bool(weight.sum() >= LEAST_ORDERS and summed(weight, minute, minute.size).max() < SAME_HOUR * weight.sum())


def _profile(model: Hazard, warped: Hazard, fit: Fit) -> Rhythm:
    """The profile of organic orders, by the usual clock, and what it gains over a level one on held-out halves."""
    known = (model.weight > 0) & ~model.crowd
    cell = np.floor(model.exposure.events.time * HOURS + 1e-6).astype(np.int64)[known] % (DAYS * HOURS)
    organic = (model.weight * fit.organic)[known]
    expected = _level(model, warped, fit)
    half = np.arange(cell.size) % 2
    each = np.zeros(cell.size)
    for held in range(2):
        taught = summed(np.where(half == held, 0.0, organic), cell, DAYS * HOURS)
        rate = _shrunk(taught, expected)
        each += np.where(half == held, organic, 0.0) * np.log(rate.ravel()[cell])
    rate = _shrunk(summed(organic, cell, DAYS * HOURS), expected)
    return Rhythm(rate, float(each.sum()), float(np.sqrt(each.size) * each.std()))


def _level(model: Hazard, warped: Hazard, fit: Fit) -> Floats:
    """(168,) float64: organic orders expected in each hour of the week were all hours of a day alike."""
    p, point = model.pieces, fit.parameters
    at_risk = warped.piece_exposure(point.beta, point.beta_joined, point.eta)
    rate = point.mu * at_risk / np.maximum(warped.pieces.length, 1e-9)
    cell = np.arange(DAYS * HOURS)
    total: Floats = np.zeros(cell.size)

    def passed(time: Floats) -> Floats:
        """Days spent in each hour of the week by a time."""
        week = np.floor(time / DAYS)
        return np.asarray((week[:, None] + np.clip((time - DAYS * week)[:, None] * HOURS - cell, 0.0, 1.0)) / HOURS)

    for first in range(0, rate.size, BLOCK):
        part = slice(first, first + BLOCK)
        spent = passed(p.begin[part] + p.length[part]) - passed(p.begin[part])
        total += np.einsum("p,ph->h", rate[part], spent)
    return total


def _shrunk(count: Floats, expected: Floats) -> Floats:
    """(7, 24) float64, means of rows 1: hours of the day drawn to level, hours of the week to their hour of the day.

    How far, the data say: both are Gamma families of mean 1, their shapes of largest marginal likelihood.
    """
    n, level = count.reshape(DAYS, HOURS), np.maximum(expected.reshape(DAYS, HOURS), 1e-12)
    level = level * (n.sum(axis=1) / level.sum(axis=1))[:, None]
    of_day = _posterior(n.sum(axis=0), level.sum(axis=0))
    rate = of_day * _posterior(n, level * of_day)
    return np.asarray(rate / rate.mean(axis=1, keepdims=True))


def _posterior(count: Floats, expected: Floats) -> Floats:
    """Posterior means of ratios of count to expected under a Gamma prior of mean 1 and the likeliest shape."""
    a = SHAPES.reshape(-1, *([1] * count.ndim))
    evidence = gammaln(a + count) - gammaln(a) + a * np.log(a) - (a + count) * np.log(a + expected)
    shape = SHAPES[evidence.reshape(SHAPES.size, -1).sum(axis=1).argmax()]
    return np.asarray((shape + count) / (shape + expected))
