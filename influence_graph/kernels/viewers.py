"""Loops over shares and their authors' followers: how many people see each share, and for how much of its delay."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.exposure import delay_integral
from influence_graph.kernels.searching import place_above

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def standing_followers(share_author: Ints, share_time: Floats, audience_ptr: Ints, audience_since: Floats) -> Ints:
    """How many follow the author when each share appears; `audience_since` is sorted within an author."""
    standing = np.empty(share_time.size, np.int64)
    for s in range(share_time.size):
        low, high = audience_ptr[share_author[s]], audience_ptr[share_author[s] + 1]
        standing[s] = place_above(audience_since, low, high, share_time[s]) - low
    return standing


@njit(cache=True, nogil=True)
def late_exposure(
    first: int,
    last: int,
    shares: Ints,
    share_author: Ints,
    share_time: Floats,
    share_end: Floats,
    standing: Ints,
    audience_ptr: Ints,
    audience_since: Floats,
    rate: float,
    window: float,
    tail: float,
    exposure: Floats,
) -> None:
    """Fills the follower exposure of `shares`, from the first to the last of them, up to the end of observation.

    Whoever follows later than the share is exposed from then on.
    """
    for s in shares[first:last]:
        low, high = audience_ptr[share_author[s]], audience_ptr[share_author[s] + 1]
        horizon = min(window, share_end[s] - share_time[s])
        if horizon <= 0.0:
            continue
        whole = 1.0 if horizon == window else delay_integral(horizon, rate, window, tail)
        total = standing[s] * whole
        for position in range(low + standing[s], high):
            late = audience_since[position] - share_time[s]
            if late >= horizon:
                break
            total += whole - delay_integral(late, rate, window, tail)
        exposure[s] = total
