"""Sums by number: the one loop that every part of the model needs."""

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
