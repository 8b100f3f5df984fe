"""How many times as persuasive groups are in a community: partially pooled, as far as the orders say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import gammaincinv, gammaln

from influence_graph.drivers.parts import LEAST, run_tasks
from influence_graph.programme.match.cells import Cells, alike, by_cell

Floats = NDArray[np.float64]
SIZES = (0.01, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1.0, 1.4)
"""Spreads of effects about 1 that are weighed against each other."""
ROUNDS = 4
"""Times that orders are shared out anew under the effects found."""
LEVELS = (0.05, 0.95)


@dataclass(frozen=True)
class Effects:
    """Times as persuasive as usual, by community and group.

    Attributes
    ----------
    mean : (communities, groups) float64
        Above 0; 1 where nothing sets them apart.
    shape : (communities, groups) float64
        Of the Gamma of the same mean and spread: the larger, the surer.
    own : (communities, groups) float64, in [0, 1]
        How far each rests on its own orders rather than on what is usual.
    """

    mean: Floats
    shape: Floats
    own: Floats


def pooled(count: Floats, expected: Floats) -> Effects:
    """Ratios of Poisson counts to what is expected of them, drawn to 1 as far as all together are alike.

    A ratio is Gamma distributed about 1, so that given a spread ``s`` it is ``(1/s^2 + count) / (1/s^2 + expected)`` on
    average (Clayton & Kaldor 1987). Spreads are weighed by how likely each makes all counts, rather than the likeliest
    one taken for true.

    Parameters
    ----------
    count, expected : (...) float64
        At least 0, and need not be whole.

    Returns
    -------
    Effects
        Of the same form. O(n).

    References
    ----------
    D. Clayton & J. Kaldor, Empirical Bayes estimates of age-standardized relative risks, 1987,
    https://doi.org/10.2307/2532003

    Examples
    --------
    >>> pooled(np.array([40.0, 10.0]), np.array([20.0, 20.0])).mean.round(2).tolist()
    [1.87, 0.57]
    """
    shapes = 1.0 / np.square(SIZES)
    known = expected > 0
    k, e = count[known], expected[known]
    tasks = [partial(_evidence, k, e, np.flatnonzero(k), shape) for shape in shapes]
    likely = np.array(run_tasks(tasks, many=k.size > LEAST))
    weight = np.exp(likely - likely.max())
    weight /= weight.sum()
    mean, square, own = np.zeros(count.shape), np.zeros(count.shape), np.zeros(count.shape)
    for shape, part in zip(shapes[weight > 0], weight[weight > 0], strict=True):
        middle = (shape + count) / (shape + expected)
        mean += part * middle
        square += part * (middle**2 + middle / (shape + expected))
        own += part * expected / (shape + expected)
    return Effects(mean, mean**2 / np.maximum(square - mean**2, 1e-300), own)


def _evidence(count: Floats, expected: Floats, some: NDArray[np.int64], shape: float) -> float:
    """Log likelihood of the counts, of which `some` are not 0, under a spread, up to a constant."""
    each = shape * np.log(shape / (shape + expected))
    k, e = count[some], expected[some]
    each[some] = gammaln(shape + k) - gammaln(shape) + each[some] + k * np.log(e / (shape + e))
    return float(each.sum())


def effects(found: Cells, groups: csr_array, *, about: Floats | None = None, everywhere: bool = False) -> Effects:
    """How many times as persuasive as expected each group's posts are in each community.

    The model takes somebody's posts to work alike everywhere, and shares orders out by that. So the score of an effect,
    driven less expected, moves by less than the effect itself: by the sum over orders of the squared part of each
    that is the group's, which is also its variance (Louis 1982). Counts as good as if every cause were known have that
    expectation and that spread; orders are shared out anew under what they say, until all effects fit each other.

    Parameters
    ----------
    found : Cells
    groups : (units, groups) csr_array
        How far each unit belongs to each group; rows sum to 1.
    about : (communities, units) float64, optional
        Effects that are known already, and that those of the groups are beyond.
    everywhere : bool, default False
        Against posts that work as well in every community, rather than every group's in the same proportion.

    Returns
    -------
    Effects
        O(rounds * (credit + communities * units * groups)); memory for (communities, units) and (communities, groups).

    References
    ----------
    T. A. Louis, Finding the observed information matrix when using the EM algorithm, 1982,
    https://doi.org/10.1111/j.2517-6161.1982.tb01203.x
    """
    communities = len(found.exposed)
    base = np.ones(found.exposed.shape) if about is None else about
    driven = by_cell(found.shared_out(base), found.community, communities)
    usual = alike(driven, found.exposed * base, everywhere=everywhere) @ groups
    told = Effects(np.ones(usual.shape), np.full(usual.shape, np.inf), np.zeros(usual.shape))
    by_unit = groups.T.tocsr()
    for _ in range(ROUNDS):
        by_group, sure = _by_group(found, groups, base, told.mean, told.mean @ by_unit)
        whole = by_group.sum(axis=0)
        sureness = np.divide(sure.sum(axis=0), whole, out=np.zeros(whole.size), where=whole > 1e-9)
        known = sureness * usual * told.mean
        told = pooled(np.maximum(known + by_group - usual * told.mean, 0.0), sureness * usual)
    return told


def _by_group(found: Cells, groups: csr_array, base: Floats, mean: Floats, of_unit: Floats) -> tuple[Floats, Floats]:
    """(communities, groups) each: what groups drove under these effects, and squared parts of orders."""
    moved = found.shared_out(base * of_unit)
    row = np.repeat(found.community, np.diff(moved.indptr))
    moved.data /= of_unit[row, moved.indices]
    parts = csr_array(moved @ groups)
    row = np.repeat(found.community, np.diff(parts.indptr))
    parts.data *= mean[row, parts.indices]
    squared = parts.copy()
    squared.data = parts.data**2 / np.repeat(found.weight, np.diff(parts.indptr))
    communities = len(mean)
    return by_cell(parts, found.community, communities), by_cell(squared, found.community, communities)


def interval(mean: Floats, shape: Floats) -> tuple[Floats, Floats]:
    """Ends of the 90 % interval of Gammas of these means and shapes."""
    safe = np.clip(shape, 1e-3, 1e9)
    ends = run_tasks([partial(gammaincinv, safe, level) for level in LEVELS], many=safe.size > LEAST)
    low, high = (np.where(shape < 1e9, mean * end / safe, mean) for end in ends)
    return np.minimum(low, mean), np.maximum(high, mean)
