"""Nested models side by side on orders that none of them has seen: who gains on whom, unit by unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.backtesting.held_out import Held, begin, judge
from influence_graph.backtesting.parts import Fold, Part
from influence_graph.backtesting.side_by_side import Pace, once, side_by_side
from influence_graph.backtesting.training import Taught, follow, teach
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.hazard import Parameters

Floats = NDArray[np.float64]
Tick = Callable[[], None]
ORGANIC, COMMON, OWN = "organic", "common", "own"
FIRST_STEPS = 60
TAUGHT = 10
"""Steps that are told of a training: it takes as long as many parts judged."""


@dataclass(frozen=True)
class Lesson:
    """What a fold taught, and how its held-out parts look under the common persuasion.

    Attributes
    ----------
    taught : Taught
    units : DataFrame
        One row a held-out part: name, orders, credited (orders that the common persuasion is credited with), and the
        log likelihood under each model.
    caused, exposed : list of (authors,) float64
        For each of them.
    """

    taught: Taught
    units: pd.DataFrame
    caused: list[Floats]
    exposed: list[Floats]


def learn(
    folds: Sequence[Fold],
    scores: Mapping[str, Floats],
    *,
    log_followers: Floats,
    rng: np.random.Generator,
    tick: Tick,
) -> list[Lesson]:
    """Teach every fold and judge what it held out: organic buying alone, one theta, everybody's own, and by scores.

    Parameters
    ----------
    folds : sequence of Fold
    scores : mapping of str to (authors,) float64
        On the log scale, standardised; each is a model in which persuasion is a power of it.
    log_followers : (authors,) float64
    rng : numpy.random.Generator
    tick : callable
        Called `steps` times, while a training goes on and after each part judged.
    """
    return side_by_side(lessons(folds, scores, log_followers=log_followers, rng=rng), tick)


def lessons(
    folds: Sequence[Fold], scores: Mapping[str, Floats], *, log_followers: Floats, rng: np.random.Generator
) -> list[Callable[[Pace], Lesson]]:
    """What `learn` does, a piece of work for each fold."""

    def first() -> Parameters:
        model = Held(folds[0].taught)
        return maximise(model, start(model), most=FIRST_STEPS).parameters

    warm = once(first)

    def lesson(fold: Fold, draws: np.random.Generator, pace: Pace) -> Lesson:
        model = Held(fold.taught)
        cold = start(model)
        begun = replace(warm(), mu=cold.mu, eta=cold.eta)  # where draws begin is forgotten by the time they count
        taught = teach(model, begun, log_followers=log_followers, rng=draws, progress=pace.along(TAUGHT))
        thetas = {COMMON: taught.common, ORGANIC: np.zeros(model.authors), OWN: taught.own}
        thetas |= {name: follow(model, taught.point, score[:, None]) for name, score in scores.items()}
        rows, caused, exposed = [], [], []
        for part in fold.held:
            row, credit, seen = _judge_all(part, taught, thetas)
            rows.append(row)
            caused.append(credit)
            exposed.append(seen)
            pace.step()
        return Lesson(taught, pd.DataFrame(rows), caused, exposed)

    return [partial(lesson, fold, draws) for fold, draws in zip(folds, rng.spawn(len(folds)), strict=True)]


def _judge_all(
    part: Part, taught: Taught, thetas: Mapping[str, Floats]
) -> tuple[dict[str, float | str], Floats, Floats]:
    model = Held(part)
    common = judge(model, begin(model, taught.point), thetas[COMMON], habit=taught.habit)
    row: dict[str, float | str] = {
        "name": part.name,
        "orders": part.orders,
        "credited": float(common.caused.sum()),
        COMMON: common.value,
    }
    for name, theta in thetas.items():
        if name != COMMON:
            row[name] = judge(model, common.point, theta, habit=taught.habit).value
    return row, common.caused, common.exposed


def steps(folds: Sequence[Fold]) -> int:
    """How many steps are told when all folds teach."""
    return sum(TAUGHT + len(fold.parts) for fold in folds)


def gain_of_other_moments(folds: Sequence[Fold], taught: Sequence[Lesson], *, tick: Tick) -> Floats:
    """(units,) float64: what one theta gains on organic buying where shares changed their moments with one another.

    Parameters
    ----------
    folds : sequence of Fold
        Of the shuffled exposure, cut as the true one.
    taught : sequence of Lesson
        Of the true one: curve, tastes and habits are the same.
    tick : callable
        Called after each part judged.
    """

    def one(fold: Fold, lesson: Lesson, pace: Pace) -> list[float]:
        model = Held(fold.taught)
        theta = follow(model, lesson.taught.point, np.zeros((model.authors, 0)))
        gains = []
        for part in fold.held:
            gains.append(_gain(part, lesson.taught, theta))
            pace.step()
        return gains

    pairs = zip(folds, taught, strict=True)
    return np.concatenate(side_by_side([partial(one, *pair) for pair in pairs], tick))


def _gain(part: Part, taught: Taught, theta: Floats) -> float:
    model = Held(part)
    moved = judge(model, begin(model, taught.point), theta, habit=taught.habit)
    return moved.value - judge(model, moved.point, np.zeros(model.authors), habit=taught.habit).value
