"""Orders dealt out among a few causes and everything else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def deal(rng: Any, orders: Ints, rest: Floats, ptr: Ints, weight: Floats, cause: Ints, counts: Floats) -> None:
    """Draw the one cause of each order, in place of `counts`.

    An event's orders are caused by ``cause[k]`` in proportion to ``weight[k]``, for k from ``ptr[event]`` to
    ``ptr[event + 1]``, and by something else in proportion to ``rest[event]``.
    """
    counts[:] = 0.0
    for event in range(orders.size):
        total = rest[event]
        for k in range(ptr[event], ptr[event + 1]):
            total += weight[k]
        for _ in range(orders[event]):
            point = rng.random() * total
            for k in range(ptr[event], ptr[event + 1]):
                point -= weight[k]
                if point < 0.0:
                    counts[cause[k]] += 1.0
                    break
