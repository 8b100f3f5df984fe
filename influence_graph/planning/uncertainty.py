"""How sure a forecast is: what the data leave open, told apart from what chance makes of a campaign."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from influence_graph.cascades import Amount, Spread, spread
from influence_graph.cascades.model import Floats, Ints
from influence_graph.planning.prospects import Prospects

MEASURES = ("shares", "reach", "conversions", "value")
LEAST, MOST, FOR_MEAN = 200, 1000, 40_000
"""Campaigns simulated for the mean, at least and at most, and orders that all of them together should bring."""
LEAST_WORLDS, MOST_WORLDS, FOR_DRAWS = 2, 8, 1_000
"""The same under each draw: what those vary by of themselves is taken out."""


@dataclass(frozen=True)
class Play:
    """Simulates the same people under any persuasion and probabilities of passing on, in the same worlds."""

    prospects: Prospects
    people: Any
    days: int | None
    once: bool
    seed: int

    def __call__(self, theta: Floats, probability: Floats, *, worlds: int = 0, **how: Any) -> Spread:
        """Simulate; the same number of worlds gives the same worlds."""
        return spread(
            self.prospects.network,
            self.people,
            probability=probability,
            conversions=self.prospects.conversions(theta=theta, once=self.once),
            delay=self.prospects.passing.delay,
            days=self.days,
            rng=np.random.default_rng([self.seed, 6, worlds]),
            **how,
        )


def effort(prospects: Prospects, seeds: Ints) -> tuple[int, int]:
    """How many campaigns to simulate for the mean and under each draw: where many orders come, few tell as much."""
    followers = np.diff(prospects.network.indptr)[seeds]
    orders = max(float((prospects.hazard(prospects.theta)[seeds] * followers).sum()), 1e-9)
    mean, drawn = min(FOR_MEAN / orders, MOST), min(FOR_DRAWS / orders, MOST_WORLDS)
    return max(int(mean), LEAST), max(int(drawn), LEAST_WORLDS)


def draw(
    prospects: Prospects, play: Play, draws: int, worlds: int, seed: int, tell: Callable[[int], None]
) -> dict[str, Floats]:
    """(draws,) float64 of each measure: what it is expected to be under each draw, as a part of the mean of all."""
    streams = np.random.SeedSequence([seed, 7]).spawn(draws)

    def one(number: int) -> Spread:
        rng = np.random.default_rng(streams[number])
        theta = prospects.drawn(number, rng)
        probability = prospects.over_posts(prospects.passing.drawn(prospects.network, rng))
        return play(theta, probability, worlds=number + 1, simulations=worlds)

    found: list[Spread] = []
    with ThreadPoolExecutor() as pool:
        for each in pool.map(one, range(draws)):
            found.append(each)
            tell(len(found))
    return {name: _part(np.array([_of(each, name) for each in found])) for name in MEASURES}


def _of(found: Spread, name: str) -> tuple[float, float]:
    amount: Amount = getattr(found, name)
    return amount.mean, amount.standard_error


def _part(told: Floats) -> Floats:
    """Means of the draws about their mean, drawn together by what the simulation alone makes them differ by."""
    mean, noise = told[:, 0], float((told[:, 1] ** 2).mean())
    middle, spread_ = float(mean.mean()), float(mean.var())
    if middle <= 0:
        return np.ones(len(mean))
    kept = np.sqrt(max(spread_ - noise, 0.0) / spread_) if spread_ > 0 else 0.0
    return np.maximum(1.0 + kept * (mean - middle) / middle, 0.0)


@dataclass(frozen=True)
class Doubt:
    """By what the ends of an interval of orders are multiplied, for what draws can't tell."""

    low: float
    high: float


def doubt(prospects: Prospects, seeds: Ints, play: Play, found: Spread) -> Doubt:
    """Those who can't be told from habit or from others at nothing, and at the map's own upper limit; the method's
    own error on top; and no lower end at all where nothing is known to drive orders.
    """
    error = prospects.error
    if not prospects.evident:
        return Doubt(0.0, 1.0 + error)
    unsure = np.zeros(len(prospects.theta), dtype=bool)
    unsure[seeds] = prospects.unsure[seeds]
    usual = _of(found, "conversions")[0]
    if not unsure.any() or usual <= 0:
        return Doubt(max(1.0 - error, 0.0), 1.0 + error)
    least = np.where(unsure, 0.0, prospects.theta)
    most = np.where(unsure, prospects.theta_high, prospects.theta)
    low, high = (
        _of(play(theta, prospects.probability, simulations=found.simulations), "conversions")[0] / usual
        for theta in (least, most)
    )
    return Doubt(max(low - error, 0.0), max(high, 1.0) + error)
