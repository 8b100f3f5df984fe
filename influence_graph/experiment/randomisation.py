"""Randomisation inference: what the draw of a design alone says of an effect, with no model of who buys.

The design drew one of many assignments, each equally likely. Under a hypothesis about the effect the outcomes without
it are known, and so is what every other draw would have shown; the p-value is how many of them show as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.experiment.blocks import Blocks, indicators

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NEAR = 1e-9
"""Sums of the same orders in another order differ by this much of them."""


@dataclass(frozen=True)
class Draws:
    """Draws of a design to compare the real one with.

    Attributes
    ----------
    drawn : (s, b) int64
        The creator drawn in each block.
    every : bool
        Whether these are all there are; otherwise the real one is counted beside them.
    """

    drawn: Ints
    every: bool


def list_draws(blocks: Blocks, rng: np.random.Generator, *, most: int) -> Draws:
    """All draws of a design where there are at most so many, else so many at random."""
    if blocks.assignments <= most:
        return Draws(np.array(list(blocks.every()), dtype=np.int64), every=True)
    return Draws(blocks.draw(rng, most), every=False)


def beyond(outcome: Floats, expected: Floats) -> Floats:
    """(n, ...) outcomes beyond what was expected, which is scaled to add up to as much: a good month is nobody's merit.

    All orders together are the same whoever is drawn, if each activation adds as many. So what is taken off is as fixed
    as a design's blocks, and the test stays exact (Rosenbaum 2002). The slope is not fitted: a fitted one gives way in
    the blocks whose creators expect most differently, the largest, and loses the largest effects with them.

    Notes
    -----
    P. R. Rosenbaum, Covariance adjustment in randomized experiments and observational studies, 2002,
    https://doi.org/10.1214/ss/1042727942
    """
    total = float(expected.sum())
    if not total > 0:
        return outcome
    return np.asarray(outcome - np.multiply.outer(expected, outcome.sum(axis=0) / total), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Comparison:
    """The real draw beside others, of one experiment or of k at once.

    Under the hypothesis that each activation adds tau orders, a draw's contrast is `value` - tau `slope`.

    Attributes
    ----------
    value, slope : float or (k,) float64
        Of the real draw.
    values, slopes : (s,) or (s, k) float64
        Of the others.
    every : bool
        Whether these are all draws, the real one among them.
    """

    value: Floats
    slope: Floats
    values: Floats
    slopes: Floats
    every: bool

    @property
    def estimate(self) -> Floats:
        """Orders each activation adds: the effect under which nothing is left between activated and left alone."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._told, self.value / self.slope, np.nan)

    def p_value(self, effect: float = 0.0) -> Floats:
        """Part of the draws whose contrast is as large as the real one, in either direction, if this is the effect."""
        real, others = np.abs(self.value - effect * self.slope), np.abs(self.values - effect * self.slopes)
        near = _NEAR * np.maximum(others.max(axis=0, initial=0.0), real)
        as_large = np.count_nonzero(others >= real - near, axis=0) + (not self.every)
        return np.asarray(as_large / (len(others) + (not self.every)), dtype=np.float64)

    def interval(self, level: float, *, within: float) -> tuple[Floats, Floats]:
        """The least and the largest effect that is not rejected at 1 - level; infinite where none in sight is.

        A draw's contrast is as large as the real one between the two roots of a quadratic in the effect, or outside of
        them where the draw's slope is the larger. So the p-value of every effect there is comes out of one sort of all
        roots, with no search. A draw that no effect tells from the real one speaks against none.

        Parameters
        ----------
        level : float
            Such as 0.9.
        within : float
            No effect is larger than this, in either direction.
        """
        values, slopes = np.broadcast_arrays(self.values, self.slopes)
        outside = np.abs(slopes) >= np.abs(self.slope) * (1.0 - _NEAR)
        alike = outside & (np.abs(slopes) <= np.abs(self.slope) * (1.0 + _NEAR))
        with np.errstate(divide="ignore", invalid="ignore"):
            roots = (values - self.value) / (slopes - self.slope), (values + self.value) / (slopes + self.slope)
        ends = [np.where(alike, within, np.clip(end(*roots), -within, within)) for end in (np.minimum, np.maximum)]
        enter = np.where(alike, 0, np.where(outside, -1, 1))
        at, step = np.concatenate(ends), np.concatenate((enter, -enter))
        order = np.argsort(at, axis=0, kind="stable")
        at = _framed(np.take_along_axis(at, order, axis=0), -within, within)
        as_large = outside.sum(axis=0) + np.cumsum(_framed(np.take_along_axis(step, order, axis=0), 0)[:-1], axis=0)
        needed = (1.0 - level) * (len(values) + (not self.every)) - (not self.every) + _NEAR
        kept = (as_large > needed) & (np.diff(at, axis=0) > 0)
        first, last = np.argmax(kept, axis=0), len(kept) - np.argmax(kept[::-1], axis=0)
        low, high = (np.take_along_axis(at, place[None], axis=0)[0] for place in (first, last))
        told = self._told & kept.any(axis=0)
        return np.where(told & (low > -within), low, -np.inf), np.where(told & (high < within), high, np.inf)

    @property
    def _told(self) -> NDArray[np.bool_]:
        return np.asarray(np.abs(self.slope) > _NEAR)


def _framed(rows: NDArray[Any], *ends: float) -> NDArray[Any]:
    """Rows with one of this value before them, and one of the last value behind them."""
    before, behind = (np.full((1, *rows.shape[1:]), end, dtype=rows.dtype) for end in (ends[0], ends[-1]))
    return np.concatenate((before, rows, behind))


def compare(blocks: Blocks, outcome: Floats, spread: Floats, expected: Floats, real: Ints, draws: Draws) -> Comparison:
    """The real draw beside others.

    Parameters
    ----------
    blocks : Blocks
        As designed.
    outcome : (n,) or (n, k) float64
        Orders in the window.
    spread : (n,) or (n, k) float64
        Where one order added by each activated creator is counted (`Audience.spread`).
    expected : (n,) float64
        Orders expected of each creator beforehand.
    real : (b,) or (k, b) int64
        The creator really drawn in each block; of several experiments a row each.
    draws : Draws
        What might have been drawn.
    """
    pulls = blocks.pull(beyond(outcome, expected)), blocks.pull(beyond(spread, expected))
    if real.ndim == 1:
        value, slope = (pull[real].sum() for pull in pulls)
    else:
        value, slope = (_each(pull, real) for pull in pulls)
    others = indicators(draws.drawn, len(blocks.block))
    values, slopes = (np.asarray(others @ pull, dtype=np.float64) for pull in pulls)
    if values.ndim < slopes.ndim:
        values = values[:, None]
    return Comparison(np.asarray(value), np.asarray(slope), values, slopes, draws.every)


def _each(pull: Floats, real: Ints) -> Floats:
    """(k,) contrast of each of k draws, of values of its own or of values common to all."""
    if pull.ndim == 1:
        return np.asarray(pull[real].sum(axis=1), dtype=np.float64)
    return np.asarray(np.take_along_axis(pull, real.T, axis=0).sum(axis=0), dtype=np.float64)
