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
            if value == 0.0:  # most people cause nothing in most draws
                continue
            for k in range(ptr[i], ptr[i + 1]):
                sums[d, group[k]] += value * part[k]


@njit(cache=True, nogil=True)
def reach(ptr: Ints, follower: NDArray[np.int32], people: Ints, weight: Floats, most: Floats) -> None:
    """Raise ``most[f]`` to the largest weight of those of `people` whom `f` follows."""
    for i in range(people.size):
        for edge in range(ptr[people[i]], ptr[people[i] + 1]):
            most[follower[edge]] = max(most[follower[edge]], weight[i])
