"""Sums by number and of products, and which numbers there are: the loops that every part of the model needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def summed(values: ArrayLike, place: ArrayLike, size: int) -> NDArray[np.float64]:
    """Sum of the values that belong to each place.

    Parameters
    ----------
    values : (m,) float64
    place : (m,) int64, in [0, size)
    size : int

    Examples
    --------
    >>> summed([1.0, 2.0, 4.0], [0, 2, 0], 3).tolist()
    [5.0, 0.0, 2.0]
    """
    weights = np.asarray(values, dtype=np.float64)
    return np.bincount(np.asarray(place, dtype=np.int64), weights, minlength=size).astype(np.float64, copy=False)


def unique(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The different numbers, rising: numpy looks each up in a table instead, which takes ten times as long for many.

    Examples
    --------
    >>> unique(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    rising = np.sort(numbers)
    kept = np.ones(rising.size, dtype=bool)
    np.not_equal(rising[1:], rising[:-1], out=kept[1:])
    return rising[kept]


def dotted(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Sum of products, added in one order; the usual product of long vectors is shared out to threads that wait.

    Examples
    --------
    >>> dotted(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float(np.einsum("i,i->", one, other))
