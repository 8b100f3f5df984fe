"""Searches from many nodes, shared out to threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = 16


def in_parts(work: Callable[[NDArray[np.int64]], tuple[NDArray[Any], ...]], starts: NDArray[np.int64]) -> Any:
    """The sums of what `work` gives for parts of the starts.

    The parts are always the same and added in the same order, so that threads can't change the last digit.
    """
    with ThreadPoolExecutor() as pool:
        found = pool.map(work, np.array_split(starts, PARTS))
        total = [values.copy() for values in next(found)]
        for part in found:
            for sum_, values in zip(total, part, strict=True):
                sum_ += values
    return total
