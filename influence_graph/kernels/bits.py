"""Many coins thrown at once: a bit of a random number for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic

from influence_graph.kernels.mixing import GOLDEN, splitmix64

if TYPE_CHECKING:

    def trailing_zeros(number: Any) -> int:
        """Which is the lowest bit that is set; there is one."""
        return int(number & -number).bit_length() - 1

else:

    @intrinsic
    def trailing_zeros(_typing: Any, _number: Any) -> Any:
        """Which is the lowest bit that is set; there is one."""

        def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

        return types.int64(types.uint64), build


@njit(cache=True, inline="always")
def alike(world: np.uint64, asked: int, chance: np.uint64, coins: int) -> tuple[np.uint64, int]:
    """Coins, at most 64, each heads with a probability of ``chance / 2^32``: which are heads, and places asked so far.

    A coin is a random number written bit by bit, all of them abreast, and heads where it is below the chance. Half of
    the numbers part from it at each bit: as soon as all have, nothing more needs to be known.
    """
    open_, heads = ~np.uint64(0) >> np.uint64(64 - coins), np.uint64(0)
    if chance >> np.uint64(32):
        return open_, asked
    bit = np.uint64(1 << 31)
    while open_ and bit:
        drawn = splitmix64(world + np.uint64(asked) * GOLDEN)
        asked += 1
        if chance & bit:
            heads |= open_ & ~drawn
            open_ &= drawn
        else:
            open_ &= ~drawn
        bit >>= np.uint64(1)
    return heads, asked
