"""How sure a forecast is: what the data leave open, told apart from what chance makes of a campaign."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.cascades import Spread, spread
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
    groups: pd.DataFrame
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
            groups=self.groups,
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
    """(draws, groups) float64 of each measure: what it is expected to be under each draw, as a part of the mean of all.

    The first group is everybody.
    """
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


def _of(found: Spread, name: str) -> Floats:
    """(2, groups) float64: what is expected until the end, and by how much the simulation may be off."""
    whole = found.by_day[found.by_day["day"].eq(found.by_day["day"].max())]
    return whole[[name, f"{name}_error"]].to_numpy(dtype=np.float64).T


def _part(told: Floats) -> Floats:
    """Means of the draws about their mean, drawn together by what the simulation alone makes them differ by."""
    mean, noise = told[:, 0], (told[:, 1] ** 2).mean(axis=0)
    middle, spread_ = mean.mean(axis=0), mean.var(axis=0)
    kept = np.sqrt(np.divide(np.maximum(spread_ - noise, 0.0), spread_, out=np.zeros_like(noise), where=spread_ > 0))
    beyond = np.divide(mean - middle, middle, out=np.zeros_like(mean), where=middle > 0)
    return np.asarray(np.maximum(1.0 + kept * beyond, 0.0))


@dataclass(frozen=True)
class Doubt:
    """By what the ends of an interval of orders are multiplied, for what draws can't tell: (groups,) float64."""

    low: Floats
    high: Floats


def doubt(prospects: Prospects, seeds: Ints, play: Play, found: Spread) -> Doubt:
    """Those who can't be told from habit or from others at nothing, and at the map's own upper limit; the method's
    own error on top, each role's by its part of those exposed; and no lower end at all where nothing is known to drive
    orders.
    """
    usual = _of(found, "conversions")[0]
    same = np.ones(len(usual))
    parts = _exposed(prospects, seeds, play, found)
    error = np.divide(prospects.error * usual[0] * parts, usual, out=prospects.error * same, where=usual > 0)
    if not prospects.evident:
        return Doubt(0.0 * same, same + error)
    unsure = np.zeros(len(prospects.theta), dtype=bool)
    unsure[seeds] = prospects.unsure[seeds]
    if not unsure.any() or usual[0] <= 0:
        return Doubt(np.maximum(same - error, 0.0), same + error)
    least = np.where(unsure, 0.0, prospects.theta)
    most = np.where(unsure, prospects.theta_high, prospects.theta)
    low, high = (
        np.divide(
            _of(play(theta, prospects.probability, simulations=found.simulations), "conversions")[0],
            usual,
            out=same.copy(),
            where=usual > 0,
        )
        for theta in (least, most)
    )
    return Doubt(np.maximum(low - error, 0.0), np.maximum(high, 1.0) + error)


def _exposed(prospects: Prospects, seeds: Ints, play: Play, found: Spread) -> Floats:
    """(groups,) float64: each one's part of those exposed: of the orders that come where everybody persuades alike."""
    alike = np.full(len(prospects.theta), prospects.theta[seeds].mean())
    counted = _of(play(alike, prospects.probability, simulations=found.simulations), "conversions")[0]
    return counted / counted[0] if counted[0] > 0 else np.ones(len(counted))
