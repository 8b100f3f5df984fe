"""What the driver model says of an experiment: its own word for the same creators and window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers import drive
from influence_graph.experiment.outcomes import Periods
from influence_graph.experiment.ranges import Range
from influence_graph.measures import communities
from influence_graph.network import Network
from influence_graph.tables.schema import Tables

Floats = NDArray[np.float64]
_SURE = ("yes", "too few exposures")


@dataclass(frozen=True, eq=False)
class Credit:
    """Orders in a window that the model credits to creators, and how far each may be off.

    Attributes
    ----------
    driven, below, above : (n,) float64
        Orders, and the distance to the lower and upper end of their range.
    sure : (n,) bool
        Whether they may be off by chance alone; the others' orders may be their fans' habit.
    """

    driven: Floats
    below: Floats
    above: Floats
    sure: NDArray[np.bool_]

    def total(self, factor: Floats) -> Range:
        """A weighted sum: chance adds up as independent errors do, what may be habit adds up plainly."""
        value = float(factor @ self.driven)
        down = np.abs(factor) * np.where(factor > 0, self.below, self.above)
        up = np.abs(factor) * np.where(factor > 0, self.above, self.below)
        low, high = (float(np.sqrt((off[self.sure] ** 2).sum()) + off[~self.sure].sum()) for off in (down, up))
        return Range(value, value - low, value + high)


def credited(tables: Tables, network: Network, creators: pd.Index[str], window: Periods, *, seed: int) -> Credit | None:
    """Ask the model; None where it has nothing to fit.

    Parameters
    ----------
    tables : Tables
        Resolved.
    network : Network
        Built from them.
    creators : (n,) Index
        Ids.
    window : Periods
        Whose orders are meant.
    seed : int
        The same seed gives the same answer.

    Notes
    -----
    The model ranges over all orders of a creator. The range of the window's part is taken as wide as the root of that
    part, as counts vary.
    """
    rng = np.random.default_rng([seed, 3])
    found = drive(tables, network, communities=communities(network, rng=rng).labels, rng=rng)
    if found.total["driven_low"] is None:
        return None
    inside = window.of(pd.DatetimeIndex(found.credit["converted_at"])) >= 0
    in_window = found.credit[inside].groupby("person_id")["credit"].sum()
    driven = in_window.reindex(creators).fillna(0.0).to_numpy(dtype=np.float64)
    told = found.people.reindex(creators)
    ever = told["driven"].fillna(0.0).to_numpy(dtype=np.float64)
    part = np.sqrt(np.divide(driven, ever, out=np.zeros_like(driven), where=ever > 0))
    below, above = (
        part * (told[end] - told["driven"]).abs().fillna(0.0).to_numpy(dtype=np.float64)
        for end in ("driven_low", "driven_high")
    )
    sure = told["identifiable"].isna() | told["identifiable"].isin(_SURE)
    return Credit(driven, np.minimum(below, driven), above, sure.to_numpy(dtype=bool))
