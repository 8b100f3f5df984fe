"""Counting distinct people without remembering them (HyperLogLog, Flajolet et al. 2007).

Estimated as by Ertl (2017, https://arxiv.org/abs/1702.01284), whose estimate has no bias at small counts and needs no
table of corrections.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.mixing import GOLDEN, splitmix64

BITS = 10
REGISTERS = 1 << BITS
STANDARD_ERROR = 1.04 / REGISTERS**0.5
"""Relative standard error of a count."""


@njit(cache=True, nogil=True)
def _note(sketch: NDArray[np.uint8], node: int) -> None:
    """Enter a node: the hash (splitmix64) chooses a register and how deep the mark goes."""
    x = splitmix64(np.uint64(node + 1) * GOLDEN)
    register = x & np.uint64(REGISTERS - 1)
    x >>= np.uint64(BITS)
    depth = 1
    while depth <= 64 - BITS and x & np.uint64(1) == np.uint64(0):
        x >>= np.uint64(1)
        depth += 1
    if sketch[register] < depth:
        sketch[register] = depth


@njit(cache=True, nogil=True)
def _count(sketch: NDArray[np.uint8]) -> float:
    """Ertl's improved raw estimate."""
    deepest = 64 - BITS
    depths = np.zeros(deepest + 2)
    for register in range(REGISTERS):
        depths[sketch[register]] += 1.0
    empty = depths[0] / REGISTERS
    if empty == 1.0:
        return 0.0
    z = 0.0
    full = 1.0 - depths[deepest + 1] / REGISTERS
    if full < 1.0 and full > 0.0:
        y, term, before = 1.0, 1.0 - full, -1.0
        while term != before:
            full = full**0.5
            before = term
            y *= 0.5
            term -= (1.0 - full) ** 2 * y
        z = REGISTERS * term / 3.0
    for depth in range(deepest, 0, -1):
        z = 0.5 * (z + depths[depth])
    y, term, before = 1.0, empty, -1.0
    while term != before:
        empty *= empty
        before = term
        term += empty * y
        y += y
    z += REGISTERS * term
    return float(REGISTERS * REGISTERS / (2.0 * math.log(2.0) * z))


@njit(cache=True, nogil=True)
def within_two(indptr: NDArray[np.int64], indices: NDArray[np.int32], nodes: NDArray[np.int64]) -> NDArray[np.float64]:
    """About how many distinct others each of `nodes` reaches within two steps.

    Whoever has more followers than a sketch has registers is sketched once, so that an edge costs at most
    `REGISTERS`, and there are at most edges / `REGISTERS` sketches to keep.
    """
    n = len(indptr) - 1
    kept = np.full(n, -1, dtype=np.int64)
    large = 0
    for v in range(n):
        if indptr[v + 1] - indptr[v] > REGISTERS:
            kept[v] = large
            large += 1
    sketches = np.zeros((large, REGISTERS), dtype=np.uint8)
    for v in range(n):
        if kept[v] >= 0:
            for e in range(indptr[v], indptr[v + 1]):
                _note(sketches[kept[v]], indices[e])
    reached = np.empty(len(nodes))
    for i in range(len(nodes)):
        u = nodes[i]
        sketch = np.zeros(REGISTERS, dtype=np.uint8)
        _note(sketch, u)
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            _note(sketch, v)
            if kept[v] >= 0:
                for register in range(REGISTERS):
                    sketch[register] = max(sketch[register], sketches[kept[v], register])
            else:
                for f in range(indptr[v], indptr[v + 1]):
                    _note(sketch, indices[f])
        reached[i] = _count(sketch) - 1.0
    return reached
