"""Searches from many nodes, shared out to threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = 16
WALKED = 20_000_000
"""Edges that a part walks, as far as one search does not walk more: whoever interrupts waits for parts under way."""
AHEAD = 2
"""Parts that wait for each thread: there may be too many to ask for them all."""

Sums = tuple[NDArray[Any], ...]


def in_parts(
    work: Callable[[NDArray[np.int64]], Sums], starts: NDArray[np.int64], *, edges: int, together: int = 1
) -> list[NDArray[Any]]:
    """The sums of what `work` gives for parts of the starts, in arrays made for each.

    One search walks at most so many `edges`; `together` of them cost as much as one. The parts are always the same and
    added in the same order, so that threads can't change the last digit.
    """
    size = min(max(WALKED // max(edges, 1), 1), -(-len(starts) // PARTS))
    size = max(-(-size // together), 1) * together
    threads, total = cpu_count() or 1, list[NDArray[Any]]()
    under_way: deque[Future[Sums]] = deque()

    def add(found: Sums) -> None:
        if not total:
            total.extend(found)
            return
        for sum_, values in zip(total, found, strict=True):
            sum_ += values

    with ThreadPoolExecutor(threads) as pool:
        try:
            for begin in range(0, max(len(starts), 1), size):
                under_way.append(pool.submit(work, starts[begin : begin + size]))
                if len(under_way) > AHEAD * threads:
                    add(under_way.popleft().result())
            while under_way:
                add(under_way.popleft().result())
        finally:
            for part in under_way:
                part.cancel()
    return total
