"""What a measure returns when it may have had to estimate, and how far it may be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DELTA = 0.1
"""The chance that anybody at all is further off than the error says."""
ACCURACY = 0.1
"""Drawing ends when no error is larger than this part of the highest value."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A value for each person, and how far it may be off.

    Attributes
    ----------
    values : (n,) float64
    error : (n,) float64
        In the unit of the values; 0 where they are exact. What it is of, the measure says: a standard error
        (`two_hop_reach`), or a bound that holds for everybody at once (`betweenness`, `harmonic`).
    drawn : int
        How many paths, or people, were drawn; 0 where nothing was.
    """

    values: Floats
    error: Floats
    drawn: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether nothing was estimated."""
        return not self.error.any()


def bernstein(mean: Floats, variance: Floats, *, drawn: int, delta: float) -> Floats:
    """How far means of values in [0, 1] may be off: the empirical Bernstein bound.

    Parameters
    ----------
    mean, variance : (n,) float64
        Of values drawn independently; the variance over all of them, not over one less.
    drawn : int
        How many values each is a mean of, at least 2.
    delta : float
        The chance, for each mean, that it is off by more.

    Returns
    -------
    (n,) float64
        Never more than what is possible: a mean in [0, 1] is off by at most 1, or 1 less itself.

    References
    ----------
    A. Maurer & M. Pontil, Empirical Bernstein bounds and sample variance penalization, 2009, theorem 4 for both
    sides, https://doi.org/10.48550/arXiv.0907.3740

    Examples
    --------
    >>> bernstein(np.array([0.5]), np.array([0.25]), drawn=10_000, delta=0.1).round(4).tolist()
    [0.0144]
    """
    log = np.log(4 / delta)
    off = np.sqrt(2 * variance * log / (drawn - 1)) + 7 * log / (3 * (drawn - 1))
    return np.asarray(np.minimum(off, np.maximum(mean, 1 - mean)))


def binomial(counted: Floats, *, drawn: int, delta: Floats) -> Floats:
    """How far parts of all that was drawn may be off: the exact bounds of Clopper & Pearson.

    Parameters
    ----------
    counted : (n,) float64
        How many of the `drawn` had what is asked for, drawn independently.
    drawn : int
        How many were drawn.
    delta : (n,) float64
        The chance, for each part, that it is off by more. Equal pairs of a count and a chance are worked out once.

    Returns
    -------
    (n,) float64
        The distance from each part to the further end of its interval, in [0, 1].

    References
    ----------
    C. J. Clopper & E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial,
    1934, https://doi.org/10.1093/biomet/26.4.404

    Examples
    --------
    >>> binomial(np.array([0.0, 50.0]), drawn=100, delta=np.array([0.05, 0.05])).round(4).tolist()
    [0.0362, 0.1017]
    """
    from scipy.special import betaincinv

    pairs, which = np.unique(np.stack([counted, delta]), axis=1, return_inverse=True)
    many, tail = pairs[0], pairs[1] / 2
    rest = drawn - many
    low = np.where(many > 0, betaincinv(np.maximum(many, 1), rest + 1, tail), 0.0)
    high = np.where(rest > 0, betaincinv(many + 1, np.maximum(rest, 1), 1 - tail), 1.0)
    part = many / drawn
    return np.asarray(np.maximum(part - low, high - part)[which.ravel()])
