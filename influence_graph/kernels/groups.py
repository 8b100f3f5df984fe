"""Sums by group, where everything belongs to few of many groups."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def add_up(values: Floats, ptr: Ints, group: Ints, part: Floats, sums: Floats) -> None:
    """Add ``values[d, i] * part[k]`` to ``sums[d, group[k]]``, k from ``ptr[i]`` to ``ptr[i + 1]``, in that order."""
    for d in range(values.shape[0]):
        for i in range(values.shape[1]):
            value = values[d, i]
            for k in range(ptr[i], ptr[i + 1]):
                sums[d, group[k]] += value * part[k]
