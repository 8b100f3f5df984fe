"""Sums by number, and of products: the loops that every part of the model needs."""

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


def dotted(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Sum of products, added in one order; the usual product of long vectors is shared out to threads that wait.

    Examples
    --------
    >>> dotted(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float(np.einsum("i,i->", one, other))
