"""How far credit is from what chance gives: z, and how many such claims are false."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVELS = (0.05, 0.95)
LEAST = 1.0
"""Orders, to which totals can be told."""
QUIET = 0.25
"""The quantile of the creators' spreads that is added to each: under it a spread says how little was seen, not more."""


def z_of(real: float, fakes: Floats) -> float:
    """Standard deviations between the real total and the mean of the fakes, the fewness of these counted in.

    An order is the least that counts: where the fakes agree to a hundredth of one, that is no greater certainty.
    """
    spread = np.sqrt(fakes.var(ddof=1) * (1.0 + 1.0 / fakes.size) + LEAST**2)
    return float((real - fakes.mean()) / spread)


def p_of(real: float, fakes: Floats) -> float:
    """Part of all arrangements, the real one among them, that reach the real total.

    Where nothing but chance is at work it is at most 5 % in one of twenty data sets, however the fakes are spread.
    """
    return float((1 + (fakes >= real).sum()) / (1 + fakes.size))


def z_and_q(real: Floats, fakes: Floats) -> tuple[Floats, Floats]:
    """Each creator's distance from chance, and the part of false claims among all who stand at least as far.

    Each fake is measured against the other fakes, just as the real credit is measured against all of them. The false
    claims to expect at a threshold are those who pass it in a fake, on average; the real arrangement counts as one of
    them, so that q is never under 1 / (fakes + 1). Distances of all creators are pooled: a few dozen fakes tell
    of one creator's tail almost nothing, and of all together much.

    Parameters
    ----------
    real : (n,) float64
        Credit.
    fakes : (m, n) float64
        Credit in each of m arrangements, m > 2.

    Returns
    -------
    z, q : (n,) float64
        q in [1 / (m + 1), 1]. Cost O(m n log).

    References
    ----------
    V. G. Tusher, R. Tibshirani & G. Chu, Significance analysis of microarrays, 2001,
    https://doi.org/10.1073/pnas.091062498. J. D. Storey & R. Tibshirani, Statistical significance for genomewide
    studies, 2003, https://doi.org/10.1073/pnas.1530509100.

    Examples
    --------
    >>> fakes = np.random.default_rng(0).random((50, 4))
    >>> z, q = z_and_q(np.array([0.5, 0.4, 0.6, 9.0]), fakes)
    >>> bool(z[3] > 5), (q < 0.5).tolist(), float(round(q[3] * 51, 6))
    (True, [False, False, False, True], 1.0)
    """
    m = fakes.shape[0]
    mean, spread = fakes.mean(axis=0), fakes.std(axis=0, ddof=1)
    quiet = float(np.quantile(spread[spread > 0], QUIET)) if (spread > 0).any() else 0.0
    z = _distance(real, mean, spread, m, quiet)
    total, squares = fakes.sum(axis=0), ((fakes - mean) ** 2).sum(axis=0)
    others = (total - fakes) / (m - 1)
    rest = np.maximum(squares - (fakes - mean) ** 2 * m / (m - 1), 0.0)
    null = np.sort(_distance(fakes, others, np.sqrt(rest / (m - 2)), m - 1, quiet).ravel())
    ordered = np.sort(z)
    passed = real.size - np.searchsorted(ordered, ordered)
    false = (null.size - np.searchsorted(null, ordered) + passed) / (m + 1)
    q = np.minimum.accumulate(np.minimum(false / np.maximum(passed, 1), 1.0))
    return z, np.asarray(q[np.searchsorted(ordered, z)])


def _distance(value: Floats, mean: Floats, spread: Floats, m: int, quiet: float) -> Floats:
    scale = np.sqrt(spread * spread * (1.0 + 1.0 / m) + quiet * quiet)
    return np.divide(value - mean, scale, out=np.zeros(np.shape(value)), where=scale > 0)
