"""Loops over rows, shared out to threads: the parts depend on the data alone, and so does every last digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 150_000, 4
"""Entries of a part, below which a thread costs more than it saves, and parts at most: each counts for itself."""
Part = tuple[int, int]
Found = TypeVar("Found")


def cut_parts(ptr: NDArray[np.int64]) -> list[Part]:
    """First and last row of parts with about as many entries each, of compressed rows.

    Examples
    --------
    >>> cut_parts(np.array([0, 100_000, 200_000, 300_000]))
    [(0, 2), (2, 3)]
    """
    rows, entries = ptr.size - 1, int(ptr[-1]) + ptr.size
    parts = min(max(entries // LEAST, 1), MOST)
    weight = ptr + np.arange(ptr.size)
    ends = np.searchsorted(weight, entries * np.arange(1, parts) / parts)
    bounds = [0, *ends.tolist(), rows]
    return list(pairwise(bounds))


def in_parts(work: Callable[[int, int, int], Found], parts: Sequence[Part]) -> list[Found]:
    """What `work` finds for each part, given its number, first and last row; in the order of the parts."""
    if len(parts) == 1:
        return [work(0, *parts[0])]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(lambda number: work(number, *parts[number]), range(len(parts))))


def side_by_side(tasks: Sequence[Callable[[], Found]], *, many: bool) -> list[Found]:
    """What each task finds, in their order; at the same time where there is `many` a row to go through."""
    if not many:
        return [task() for task in tasks]
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [found.result() for found in [pool.submit(task) for task in tasks]]
