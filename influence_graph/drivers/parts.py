"""Loops over rows, shared out to threads: the parts depend on the data alone, and so does every last digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from os import getpid
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
    return list(_pool(getpid()).map(lambda number: work(number, *parts[number]), range(len(parts))))


def run_tasks(tasks: Sequence[Callable[[], Found]], *, many: bool) -> list[Found]:
    """What each task finds, in their order; at the same time where there is `many` a row to go through."""
    if not many:
        return [task() for task in tasks]
    return list(_pool(getpid()).map(lambda task: task(), tasks))


@lru_cache(maxsize=1)
def _pool(process: int) -> ThreadPoolExecutor:
    """The threads of a process, kept: draws ask for them thousands of times. A fork has none of its parent's."""
    return ThreadPoolExecutor(thread_name_prefix=f"parts-{process}")
