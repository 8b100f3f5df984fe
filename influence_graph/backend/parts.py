"""Searches from many nodes, shared out to threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = 16
MOST = 256
"""Searches of a part: whoever interrupts waits for those under way."""


def in_parts(
    work: Callable[[NDArray[np.int64]], tuple[NDArray[Any], ...]], starts: NDArray[np.int64], *, together: int = 1
) -> list[NDArray[Any]]:
    """The sums of what `work` gives for parts of the starts; `together` of them cost as much as one.

    The parts are always the same and added in the same order, so that threads can't change the last digit.
    """
    size = min(MOST, -(-len(starts) // PARTS))
    size = max(-(-size // together), 1) * together
    parts = [starts[begin : begin + size] for begin in range(0, max(len(starts), 1), size)]
    with ThreadPoolExecutor() as pool:
        found = pool.map(work, parts)
        total = [values.copy() for values in next(found)]
        for part in found:
            for sum_, values in zip(total, part, strict=True):
                sum_ += values
    return total
