"""Random numbers by their place: the same key and the same place give the same number, in whatever order one asks.

Splitmix64 (Steele, Lea & Flood 2014, https://doi.org/10.1145/2660193.2660195) read at any position. A simulation has a
key; a number of it is asked by edge or by person, so that neither threads nor the order of a search change anything,
and two plans can be tried in the same worlds.
"""

from __future__ import annotations

import numpy as np
from numba import njit

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)
_HALF, _ELEVEN, _UNIT = np.uint64(32), np.uint64(11), 2.0**-53


@njit(cache=True, inline="always")
def splitmix64(x: np.uint64) -> np.uint64:
    """64 well-mixed bits of `x`."""
    x = (x ^ (x >> _30)) * _FIRST
    x = (x ^ (x >> _27)) * _SECOND
    return x ^ (x >> _31)


@njit(cache=True, nogil=True)
def key(seed: np.uint64, number: int) -> np.uint64:
    """The key of one simulation, or of one of its purposes."""
    return splitmix64(seed ^ splitmix64((np.uint64(number) + np.uint64(1)) * GOLDEN))


@njit(cache=True, inline="always")
def bits_at(where: np.uint64, place: int) -> np.uint64:
    """32 random bits at a place of the sequence that belongs to a key."""
    return splitmix64(where + np.uint64(place) * GOLDEN) >> _HALF


@njit(cache=True, inline="always")
def uniform_at(where: np.uint64, place: int) -> float:
    """A number in (0, 1) at a place of the sequence that belongs to a key."""
    return (float(splitmix64(where + np.uint64(place) * GOLDEN) >> _ELEVEN) + 0.5) * _UNIT
