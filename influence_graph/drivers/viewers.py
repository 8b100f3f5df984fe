"""How many people each share exposes, as far as its delay is lived through: what buyers are compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.causes import CELLS
from influence_graph.drivers.contacts import Follows
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.drivers.sums import summed
from influence_graph.kernels import viewers as kernels

Floats = NDArray[np.float64]


class Viewers:
    """Followers of each share's author: those at the time of the share, and who came to follow while it worked.

    Attributes
    ----------
    standing : (shares,) int64
        Followers when the share appeared.
    changing : (n,) int64
        Shares that expose more or fewer people as the delay is; of all others it is those `settled`, (shares,) float64.
    """

    def __init__(self, shares: pd.DataFrame, follows: Follows, window: float) -> None:
        self.author = shares["author"].to_numpy(dtype=np.int64)
        self.time, self.end = shares["time"].to_numpy(), shares["end"].to_numpy()
        self.follows, self.window = follows, window
        self.standing = kernels.standing_followers(self.author, self.time, follows.audience_ptr, follows.audience_since)
        horizon = self.end - self.time
        changing = (horizon < window) | self._gaining(np.minimum(horizon, window))
        self.changing = np.flatnonzero(changing & (horizon > 0))
        self.settled = np.where(horizon > 0, self.standing, 0).astype(np.float64)
        self.parts = cut_parts(np.arange(self.changing.size + 1))
        self.short = np.flatnonzero((horizon < window) & (horizon > 0))
        self.horizon = horizon[self.short]
        self.cell = np.minimum(CELLS * np.sqrt(self.horizon / window), CELLS - 1).astype(np.int64)

    def cut_off(self, expected: Floats) -> tuple[Floats, Floats]:
        """What is expected of shares whose delay is not lived through, and for how many days each is; in cells if many.

        The days of a cell are a mean: it is so narrow that no delay bends within it.
        """
        number = expected[self.short]
        if number.size <= CELLS:
            return number, self.horizon
        total, days = summed(number, self.cell, CELLS), summed(number * self.horizon, self.cell, CELLS)
        return total, np.divide(days, total, out=np.zeros(CELLS), where=total > 0)

    def seen(self, rate: float, tail: float) -> Floats:
        """(shares,) float64: followers exposed up to the end of observation; late ones from when they follow."""
        seen = self.settled.copy()
        known = (
            self.changing, self.author, self.time, self.end, self.standing, self.follows.audience_ptr,
            self.follows.audience_since, rate, self.window, tail, seen,
        )  # fmt: skip
        in_parts(lambda _, first, last: kernels.late_exposure(first, last, *known), self.parts)
        return seen

    def _gaining(self, horizon: Floats) -> NDArray[np.bool_]:
        """(shares,) bool: whether anybody came to follow while the share worked."""
        since, ptr = np.append(self.follows.audience_since, np.inf), self.follows.audience_ptr
        place = ptr[self.author] + self.standing
        return np.asarray((place < ptr[self.author + 1]) & (since[place] - self.time < horizon))
