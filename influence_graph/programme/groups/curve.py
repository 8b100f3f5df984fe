"""How performance runs with follower count: a curve with its band, and whether it rises, falls, bends or neither."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri  # scipy.stats takes half a second to load

from influence_graph.drivers.lift import LEVELS
from influence_graph.drivers.parts import cut_parts, in_parts

Floats = NDArray[np.float64]
Shape = Literal["rises", "falls", "peaks", "dips", "no evidence", "too few"]
LEAST = 20
"""Creators under whom no curve is drawn."""
RESAMPLES, CELLS = 200, 4e6
POINTS = 25
CHANCE = 0.025
"""How often each of slope and bend may be taken for one where there is none."""
CLEAR = float(ndtri(1.0 - CHANCE / 2))
"""Standard errors that are so seldom by chance."""
STEPS, FAR = 60, 1.0


@dataclass(frozen=True)
class Curve:
    """A performance against follower count.

    Attributes
    ----------
    measure : str
        What is measured.
    shape : {"rises", "falls", "peaks", "dips", "no evidence", "too few"}
        What can be said of it.
    people : int
        Creators behind it.
    tenfold, tenfold_low, tenfold_high : float
        How many times as much an account ten times as large has, with a 90 % interval; NaN for too few.
    top : float
        The follower count where it peaks or dips, NaN where it does neither.
    points : DataFrame
        followers, value, low, high (90 %), from the 5th to the 95th percentile of followers.
    """

    measure: str
    shape: Shape
    people: int
    tenfold: float
    tenfold_low: float
    tenfold_high: float
    top: float
    points: pd.DataFrame


def curve(measure: str, followers: Floats, values: Floats, *, rng: np.random.Generator) -> Curve:
    """Fit a performance against followers.

    The mean is ``exp(a + b z + c z^2)`` of log followers ``z``, by Gamma regression with every creator counting alike
    (McCullagh & Nelder 1989, chapter 8). The band is that of the Bayesian bootstrap over creators (Rubin 1981,
    https://doi.org/10.1214/aos/1176345338), in each of whose draws the values are drawn as well.

    Parameters
    ----------
    measure : str
    followers : (n,) float64
        Creators with unknown or no followers are left out.
    values : (draws, n) float64, at least 0
        What each creator achieves; a single row where that is known. NaN is left out.
    rng : numpy.random.Generator

    Returns
    -------
    Curve
        It rises, falls, peaks or dips only where slope or bend are clearer than chance, see `score`. O(draws * n).
    """
    kept = np.isfinite(followers) & (followers > 0) & np.isfinite(values).all(axis=0)
    x, values = np.log10(followers[kept]), values[:, kept]
    empty = pd.DataFrame(columns=["followers", "value", "low", "high"], dtype="float64")
    if x.size < LEAST or np.ptp(x) < 1e-9 or not values.mean() > 0:
        return Curve(measure, "too few", int(x.size), np.nan, np.nan, np.nan, np.nan, empty)
    middle, spread = float(x.mean()), float(x.std())
    z = (x - middle) / spread
    draws = int(np.clip(CELLS / x.size, 50, RESAMPLES))
    drawn = values[np.linspace(0, len(values) - 1, draws).astype(np.int64)]
    weight = rng.dirichlet(np.ones(x.size), draws) * x.size
    scale = values.mean()
    straight = np.column_stack([np.ones(x.size), z])
    bent = np.column_stack([straight, z**2])
    slope = _fit(straight, drawn / scale, weight)[:, 1]
    fits = _fit(bent, drawn / scale, weight)
    once = np.ones((1, x.size))
    mean = values.mean(axis=0, keepdims=True) / scale
    low, high = np.quantile(x, [0.05, 0.95])
    grid = np.linspace(low, high, POINTS)
    at = np.column_stack([np.ones(POINTS), (grid - middle) / spread, ((grid - middle) / spread) ** 2])
    point = _fit(bent, mean, once)[0]
    band = np.quantile(np.exp(np.clip(fits @ at.T, -50, 50)), LEVELS, axis=0) * scale
    line = np.exp(np.clip(at @ point, -50, 50)) * scale
    points = pd.DataFrame(
        {"followers": 10**grid, "value": line, "low": np.minimum(band[0], line), "high": np.maximum(band[1], line)}
    )
    run = _fit(straight, mean, once)[0]
    left = drawn / scale / np.exp(np.clip(straight @ run, -50, 50))
    wide = max(score(z, left)[1] / x.size / max(float(slope.std()), 1e-300), 1.0)  # z has a square of 1 on average
    per_tenfold = np.exp((run[1] + wide * (np.quantile(slope, LEVELS) - slope.mean())) / spread)
    top = middle - spread * point[1] / (2 * point[2]) if point[2] else np.nan
    turned = score(_left(straight, z**2), left)
    shape = _shape(score(z, drawn / scale), turned, inside=bool(low < top < high))
    return Curve(
        measure,
        shape,
        int(x.size),
        float(np.exp(run[1] / spread)),
        float(per_tenfold[0]),
        float(per_tenfold[1]),
        float(10**top) if shape in ("peaks", "dips") else np.nan,
        points,
    )


def score(direction: Floats, levels: Floats) -> tuple[float, float]:
    """The score of an effect where performances are `levels` times the usual, and its standard error.

    Its variance in a draw is that of dealing levels out anew among creators (Strasser & Weber 1999,
    https://epub.wu.ac.at/102/), or that of squared surpluses where it is larger: then those far out vary more. The
    bootstrap's is smaller than either, as what a few creators far out do carries the slope. What differs from draw to
    draw comes on top (Rubin 1987, https://doi.org/10.1002/9780470316696).

    Parameters
    ----------
    direction : (n,) float64
        What the effect runs with; its mean is 0.
    levels : (draws, n) float64
        With means about 1.
    """
    apart = levels - levels.mean(axis=1, keepdims=True)
    dealt = (direction @ direction) * np.square(apart).sum(axis=1) / (direction.size - 1.0)
    own = np.square(direction * apart).sum(axis=1)
    found = apart @ direction
    return float(found.mean()), float(np.sqrt(np.maximum(dealt, own).mean() + found.var()))


def _left(x: Floats, of: Floats) -> Floats:
    """What least squares on `x` leave."""
    return np.asarray(of - x @ np.linalg.lstsq(x, of, rcond=None)[0])


def _shape(slope: tuple[float, float], bend: tuple[float, float], *, inside: bool) -> Shape:
    """What the scores of slope and bend say, each against its standard error."""
    sloped, bent = (abs(found) > CLEAR * error for found, error in (slope, bend))
    if inside and bent:
        return "peaks" if bend[0] < 0 else "dips"
    return "no evidence" if not sloped else "rises" if slope[0] > 0 else "falls"


def _fit(x: Floats, y: Floats, weight: Floats) -> Floats:
    """(draws, terms): Gamma regression with a log link, by Fisher scoring with steps cut short."""
    terms = x.shape[1]
    beta = np.zeros((len(y), terms))
    beta[:, 0] = np.log(np.maximum((y * weight).sum(axis=1) / weight.sum(axis=1), 1e-300))
    info = np.einsum("dn,nk,nl->dkl", weight, x, x, optimize=True) + 1e-9 * np.eye(terms)
    parts = cut_parts(len(x) * np.arange(len(y) + 1)) if len(y) > 1 else [(0, len(y))]
    for _ in range(STEPS):
        score = np.concatenate(in_parts(partial(_score, x, y, weight, beta), parts))
        step = np.linalg.solve(info, score[:, :, None])[:, :, 0]
        size = np.abs(step).max(axis=1, keepdims=True)
        beta += step * np.minimum(1.0, FAR / np.maximum(size, 1e-300))
        if size.max() < 1e-8:
            break
    return beta


def _score(x: Floats, y: Floats, weight: Floats, beta: Floats, _: int, first: int, last: int) -> Floats:
    """(draws, terms): what moves the fit of some draws; in one piece of memory, which is as large as they are.

    By einsum, since the usual product keeps threads of its own waiting beside those that this is shared out to.
    """
    work = np.einsum("dk,kn->dn", beta[first:last], x.T)
    np.exp(np.clip(work, -50, 50, out=work), out=work)
    np.divide(y[first:last], work, out=work)
    work -= 1.0
    work *= weight[first:last]
    return np.stack([np.einsum("dn,n->d", work, term) for term in x.T.copy()], axis=1)
