"""Where a value belongs in a sorted slice, by halving it: numpy's own search takes long to compile, in every kernel."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(cache=True, nogil=True)
def place_from(values: Any, low: int, high: int, value: Any) -> int:
    """The first place of the sorted `values[low:high]` that holds `value` or more, `high` where none does."""
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def place_above(values: Any, low: int, high: int, value: Any) -> int:
    """The first place of the sorted `values[low:high]` that holds more than `value`, `high` where none does."""
    while low < high:
        middle = (low + high) >> 1
        if values[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low
