"""What lift an experiment could see: the design's own draw and test, played on past periods that nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from influence_graph.experiment.audience import Audience
from influence_graph.experiment.blocks import form
from influence_graph.experiment.outcomes import Forecast, expect
from influence_graph.experiment.randomisation import Comparison, compare, list_draws

Floats = NDArray[np.float64]
POWER, LEVEL = 0.8, 0.05
PLAYED, DRAWS, EVERY = 400, 999, 1_024
"""Experiments played, draws that each is compared with, and up to how many all draws are listed instead."""
IMAGINED = 8
"""Pairs of periods imagined where too little is past."""
LARGEST = 20.0
"""No effect is looked for beyond this many times the orders expected."""


@dataclass(frozen=True)
class Power:
    """What an experiment could see.

    Attributes
    ----------
    effect : float
        Orders per activated creator that are found (p <= 0.05, two-sided) with 80 % power; infinite where none is.
    part : float
        The same as a part of the orders expected of a creator in the window.
    expected : float
        Orders expected of a creator in the window, mean over the list.
    periods : int
        Past periods played; 0 where there was only one, and orders were drawn at random about what is expected.
    creators, days : float
        About how many creators, or else days, would see half of that; infinite where no number of days does.
    """

    effect: float
    part: float
    expected: float
    periods: int
    creators: float
    days: float


def foresee(
    audience: Audience, history: Floats, forecast: Forecast, days: float, take: int, rng: np.random.Generator
) -> Power:
    """Play the experiment on past periods and see from which effect on it finds one.

    In each past period but the first, blocks are formed from the periods before it alone, creators are drawn, orders
    are added for each of them, and the test is made. The least effect that four plays in five find is the answer.

    Parameters
    ----------
    audience : Audience
        Of the list.
    history : (n, periods) float64
        Orders of past periods as long as the window (`outcomes`).
    forecast : Forecast
        For the window.
    days : float
        Its length.
    take : int
        How many will be activated.
    rng : numpy.random.Generator
        Draws the plays.

    Notes
    -----
    Half of an effect needs four times the creators, as any mean does, and at least four times the days.
    """
    seen = [*_seen(history)] or [*_imagined(forecast.mean, rng)]
    plays = [_play(audience, before, now, take, rng) for before, now in seen]

    def power(effect: float) -> float:
        return float(np.mean(np.concatenate([_found(play, effect) for play in plays])))

    usual = float(forecast.mean.mean())
    effect = _threshold(power, usual)
    longer = days * _times_for_half(forecast)
    return Power(effect, effect / usual, usual, history.shape[1] - 1, 4.0 * len(forecast.mean), longer)


def _seen(history: Floats) -> Iterator[tuple[Floats, Floats]]:
    """The periods before each but the first, and its own orders, once for each play."""
    periods = history.shape[1]
    for now in range(1, periods):
        yield history[:, :now], np.repeat(history[:, [now]], -(-PLAYED // (periods - 1)), axis=1)


def _imagined(usual: Floats, rng: np.random.Generator) -> Iterator[tuple[Floats, Floats]]:
    """The same where there was one period only: orders come by chance."""
    for _ in range(IMAGINED):
        orders = rng.poisson(usual[:, None], (len(usual), 1 + PLAYED // IMAGINED)).astype(np.float64)
        yield orders[:, :1], orders[:, 1:]


def _play(audience: Audience, before: Floats, untouched: Floats, take: int, rng: np.random.Generator) -> Comparison:
    """One experiment, designed by the periods before, for each column of outcomes that nobody has touched."""
    score = expect(before.sum(axis=1), audience.share).mean
    blocks = form(score, take)
    draws = list_draws(blocks, rng, most=EVERY if blocks.assignments <= EVERY else DRAWS)
    real = blocks.draw(rng, untouched.shape[1])
    return compare(blocks, untouched, audience.spread(blocks.activated(real)), score, real, draws)


def _found(play: Comparison, effect: float) -> NDArray[np.bool_]:
    """Which experiments find an effect, with the right sign, when each activation adds so many orders.

    To look for no effect in outcomes with one is to look for its opposite in outcomes without.
    """
    right = play.value + effect * play.slope > 0
    return np.asarray((play.p_value(-effect) <= LEVEL) & right, dtype=bool)


def _threshold(power: Callable[[float], float], usual: float) -> float:
    """The least effect found with enough power, to a fiftieth; infinite beyond many times what is usual."""
    high = LARGEST / 2**11 * usual
    while power(high) < POWER:
        high *= 2.0
        if high > LARGEST * usual:
            return float("inf")
    low = high / 2.0
    while high > 1.02 * low:
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


def _times_for_half(forecast: Forecast) -> float:
    """How many times as long half of the effect takes: luck fades with time, what is not known of creators does not."""
    luck, ignorance = forecast.mean.sum(), forecast.variance.sum()
    return float(4.0 * luck / (luck - 3.0 * ignorance)) if luck > 3.0 * ignorance else float("inf")
