"""Blocks of like creators, and the draw of who in each is activated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Creators in blocks, in each of which one is drawn: the only one activated, or the only one left alone.

    Attributes
    ----------
    block : (n,) int64
        The block of each creator, numbered from 0.
    activates_one : bool
        Whether the one drawn is activated and the rest of the block left alone; otherwise the other way round.
    """

    block: Ints
    activates_one: bool

    @cached_property
    def sizes(self) -> Ints:
        """(b,) int64: creators in each block."""
        return np.bincount(self.block)

    @cached_property
    def members(self) -> tuple[Ints, ...]:
        """The places of each block's creators, in the order of the list."""
        order = np.argsort(self.block, kind="stable")
        return tuple(np.split(order, np.cumsum(self.sizes)[:-1]))

    @property
    def assignments(self) -> int:
        """How many draws there are, all equally likely."""
        return prod(self.sizes.tolist())

    @property
    def probability(self) -> Floats:
        """(n,) chance of each creator to be activated."""
        one = 1.0 / self.sizes[self.block]
        return one if self.activates_one else 1.0 - one

    @cached_property
    def weight(self) -> Floats:
        """(b,) part of all activated creators that each block has."""
        activated = np.ones(len(self.sizes)) if self.activates_one else self.sizes - 1.0
        return np.asarray(activated / activated.sum(), dtype=np.float64)

    def draw(self, rng: np.random.Generator, times: int) -> Ints:
        """(times, b) int64: the creator drawn in each block, all of a block equally likely."""
        which = rng.integers(self.sizes, size=(times, len(self.sizes)))
        first = np.concatenate(([0], np.cumsum(self.sizes)[:-1]))
        return np.concatenate(self.members)[first + which]

    def every(self) -> Iterator[tuple[int, ...]]:
        """Each possible draw once."""
        return product(*(members.tolist() for members in self.members))

    def activated(self, drawn: Ints) -> NDArray[np.bool_]:
        """(n, ...) bool: who is activated under draws (..., b)."""
        is_drawn = np.zeros((len(self.block), *drawn.shape[:-1]), dtype=bool)
        for one in np.moveaxis(drawn, -1, 0):
            np.put_along_axis(is_drawn, np.asarray(one)[None], True, axis=0)
        return np.asarray(is_drawn == self.activates_one, dtype=bool)

    def allow(self, activated: NDArray[np.bool_]) -> bool:
        """Whether these could have been activated: one in each block is treated otherwise than the rest."""
        alone = np.bincount(self.block[activated == self.activates_one], minlength=len(self.sizes))
        return bool((alone == 1).all() and (self.sizes > 1).all())

    def drawn(self, activated: NDArray[np.bool_]) -> Ints:
        """(b,) int64: the draw under which these are activated."""
        return np.array([members[activated[members] == self.activates_one][0] for members in self.members])

    def contrast(self, activated: NDArray[np.bool_]) -> Floats:
        """(n,) weights under which values add up to the mean of the activated less that of their blocks' others."""
        ones = self.sizes - 1 if not self.activates_one else np.ones_like(self.sizes)
        number = np.where(activated, ones[self.block], (self.sizes - ones)[self.block])
        return np.asarray(np.where(activated, 1.0, -1.0) * self.weight[self.block] / number, dtype=np.float64)

    def centred(self, values: Floats) -> Floats:
        """(n, ...) values less the mean of their block."""
        total = np.zeros((len(self.sizes), *values.shape[1:]))
        np.add.at(total, self.block, values)
        return np.asarray(values - (total.T / self.sizes).T[self.block], dtype=np.float64)

    def pull(self, values: Floats) -> Floats:
        """(n, ...) what each creator adds to the contrast of these values if it is the one drawn in its block."""
        sign = 1.0 if self.activates_one else -1.0
        scale = sign * self.weight * self.sizes / (self.sizes - 1.0)
        return np.asarray((self.centred(values).T * scale[self.block]).T, dtype=np.float64)


def form(score: Floats, take: int) -> Blocks:
    """Blocks of creators who expect alike, as many as the rarer of activated and left alone.

    Sorted by score and cut: of all pairings this has the smallest squared differences. With half activated the blocks
    are pairs; sizes differ by one at most, larger ones among those who expect least, who are most alike.

    Parameters
    ----------
    score : (n,) float64
        What is to be expected of each creator; of equals the first in the list stands first.
    take : int
        How many are to be activated, from 1 to n - 1.

    Notes
    -----
    Matched pairs and fine blocks before randomisation: R. Greevy, B. Lu, J. H. Silber & P. Rosenbaum, Optimal
    multivariate matching before randomization, 2004, https://doi.org/10.1093/biostatistics/5.2.263

    Examples
    --------
    >>> form(np.array([9.0, 1.0, 8.0, 2.0, 1.5]), 2).block
    array([0, 1, 0, 1, 1])
    """
    number = min(take, len(score) - take)
    least, larger = divmod(len(score), number)
    sizes = np.full(number, least) + (np.arange(number) >= number - larger)
    block = np.empty(len(score), dtype=np.int64)
    block[np.argsort(-score, kind="stable")] = np.repeat(np.arange(number), sizes)
    return Blocks(block, activates_one=take <= len(score) - take)


def indicators(drawn: Ints, creators: int) -> csr_array[np.float64]:
    """(draws, n) sparse: 1 for the creators drawn, so that the contrasts of all draws are one product with `pull`."""
    from scipy.sparse import csr_array

    draws, blocks = drawn.shape
    pointers = np.arange(0, draws * blocks + 1, max(blocks, 1)) if blocks else np.zeros(draws + 1, dtype=np.int64)
    return csr_array((np.ones(drawn.size), drawn.ravel(), pointers), shape=(draws, creators))
