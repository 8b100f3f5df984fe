"""Whether communities differ at all in what works there, or only by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import chdtrc  # scipy.stats takes half a second to load

from influence_graph.programme.groups.compared import wald
from influence_graph.programme.match.cells import Cells, alike, by_cell

Floats = NDArray[np.float64]
LEAST_EXPECTED, LEAST_PEOPLE = 5.0, 3.0
"""Conversions expected in a cell, and creators in a group (as many of equal weight), below which it is not compared."""
LEAST_UNIT = 0.05
"""Conversions below which somebody tells nothing."""


def communities_differ(driven: Floats, expected: Floats) -> float:
    """How often posts that work alike everywhere would seem to work as differently by community.

    Parameters
    ----------
    driven, expected : (communities, people) float64
        Conversions, and those where posts work alike everywhere.

    Returns
    -------
    float
        In [0, 1]. Each person's surplus could as well be a lack: a Wald test with the covariance that this has,
        robust to people who differ. O(communities ** 2 * people).
    """
    beyond = driven - expected
    kept = expected.sum(axis=1) >= LEAST_EXPECTED
    beyond = beyond[kept]
    return wald(beyond.sum(axis=1), beyond @ beyond.T)


def groups_differ(driven: Floats, expected: Floats, held: Floats, varied: Floats) -> float:
    """How often it would seem as much to depend on the community which group works if groups were drawn by lot.

    Parameters
    ----------
    driven, expected : (communities, units) float64
        Conversions, and those where communities do not set units apart.
    held : (units, groups) float64
        How far each unit belongs to each group.
    varied : (units,) float64
        How far what each unit drove lies apart, as `Cells.by_buyer` tells it: less where causes are unsure.

    Returns
    -------
    float
        In [0, 1]; 1 where nothing can be compared. Surpluses, each over its standard error, are dealt
        out anew among units: a Wald test with the exact mean and covariance of that (Strasser & Weber 1999,
        https://epub.wu.ac.at/102/), by an F as there are only so many units. What is peculiar to single units is no
        habit of a group, and is allowed for. O(units * (communities * groups) ** 2).
    """
    whole = expected.sum(axis=0)
    several = (whole >= LEAST_UNIT) & (varied > 0)
    driven, expected, held, whole = driven[:, several], expected[:, several], held[several], whole[several]
    error = np.sqrt(expected * (varied[several] / whole))
    weighed = held * whole[:, None]
    people = np.square(weighed.sum(axis=0)) / np.maximum(np.square(weighed).sum(axis=0), 1e-300)
    held = held[:, people >= LEAST_PEOPLE]
    communities, n = expected.shape
    if n < 3 or held.shape[1] < 2:
        return 1.0
    apart = np.divide(driven - expected, error, out=np.zeros_like(error), where=error > 1e-9)
    of_cell, known = [], []
    for community in range(communities):
        there = error[community][:, None] * held
        enough = (expected[community] @ held) >= LEAST_EXPECTED
        of_cell += list(there[:, enough].T)
        known += [community] * int(enough.sum())
    if len(known) < 2:
        return 1.0
    weights, place = np.array(of_cell), np.array(known)
    middle = apart.mean(axis=1)
    statistic = (weights * apart[place]).sum(axis=1) - weights.sum(axis=1) * middle[place]
    weights = weights - weights.mean(axis=1, keepdims=True)
    from_middle = apart - middle[:, None]
    spread = (weights @ weights.T) * (from_middle @ from_middle.T)[np.ix_(place, place)] / (n - 1.0)
    return wald(statistic, spread, units=n)


def people_differ(found: Cells, about: Floats, groups: csr_array) -> float:
    """How often it would seem as much to depend on the community which person works if it did not.

    Parameters
    ----------
    found : Cells
    about : (communities, units) float64
        Effects of communities that are known already.
    groups : (units, people) csr_array

    Returns
    -------
    float
        In [0, 1]. The score test of a spread of effects: the sum of squared surpluses, where each buyer of somebody
        could as well live in any community as its part of what is expected: of the same mean and variance, and nearly
        the same skewness, as a chi-square that is moved (Imhof 1961, https://doi.org/10.2307/2332763). What one buyer
        orders again and again is one thing that happened. O(credit + communities * people).
    """
    communities = len(about)
    moved = found.shared_out(about)
    expected = alike(by_cell(moved, found.community, communities), found.exposed * about, everywhere=False)
    parts = csr_array(moved @ groups)
    driven, usual = by_cell(parts, found.community, communities), expected @ groups
    square, fourth = found.by_buyer(groups, credit=moved)
    whole = usual.sum(axis=0)
    part = np.divide(usual, whole, out=np.zeros_like(usual), where=whole > 0)
    mean, variance, third = _where_buyers_live(part, square, fourth)
    if mean <= LEAST_EXPECTED or third <= 0.0:
        return 1.0
    freedom = variance**3 / third**2
    beyond = (np.square(driven - usual).sum() - mean) * np.sqrt(freedom / variance)
    return float(chdtrc(freedom, max(freedom + beyond, 0.0)))


def _where_buyers_live(part: Floats, square: Floats, fourth: Floats) -> tuple[float, float, float]:
    """Moments of the sum of squared surpluses where buyers are dealt out anew among communities.

    Parameters
    ----------
    part : (communities, people) float64
        Of what each drives, by community.
    square, fourth : (people,) float64
        As `Cells.by_buyer` tells them.

    Returns
    -------
    mean, variance, third : float
        The mean, half the variance, and an eighth of the third central moment, the last as if surpluses were normal.
    """
    two, three, four = ((part**power).sum(axis=0) for power in (2, 3, 4))
    pairs = two - 2.0 * three + two**2  # traces of powers of a buyer's covariance
    triples = three - 3.0 * four + 3.0 * two * three - two**3
    alone = (part * np.square(1.0 - 2.0 * part + two)).sum(axis=0) - np.square(1.0 - two)
    others = np.divide(square**2 - fourth, square**2, out=np.zeros_like(square), where=square > 0)
    variance = square**2 * others * pairs + 0.5 * fourth * np.maximum(alone, 0.0)
    return float(square @ (1.0 - two)), float(variance.sum()), float((square**3 * others * triples).sum())
