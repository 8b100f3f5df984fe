"""Orders as events: what the hazard model counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CROWD_BUDGET = 4_000_000
BIN_DAYS = (1 / 96, 1 / 24, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 7.0)
"""Exposures kept at most for orders without buyer; beyond, such orders are binned by time."""


@dataclass(frozen=True)
class Events:
    """Orders as the model sees them: one event an order with a known buyer, one a time bin of orders without.

    Attributes
    ----------
    person, campaign : (e,) int64
        Numbers; -1 for unknown.
    time : (e,) float64
        Days since the first thing that happened.
    weight : (e,) float64
        Orders in the event.
    coded : (e,) int64
        Author whose code stands on the order, -1 for none.
    of_order : (orders,) int64
        The event of each order; -1 for a buyer known from nowhere else, who is organic by definition.
    """

    person: Ints
    campaign: Ints
    time: Floats
    weight: Floats
    coded: Ints
    of_order: Ints

    @property
    def crowd(self) -> NDArray[np.bool_]:
        """(e,) bool: orders without a buyer."""
        return self.person < 0


def list_events(
    orders: pd.DataFrame,
    person: Ints,
    stranger: NDArray[np.bool_],
    authors: pd.Index,
    shares: pd.DataFrame,
    window: float,
) -> Events:
    """Orders as events: one each where the buyer is known, one a time bin of a campaign where not."""
    claimed = authors.get_indexer(pd.Index(orders["claimed_by"]))
    time = orders["time"].to_numpy(dtype=np.float64)
    campaign = orders["campaign"].to_numpy()
    crowd = (person < 0) & ~stranger
    width = _bin_width(campaign[crowd], time[crowd], claimed[crowd], shares, window)
    moment = np.where(crowd & (width > 0), (np.floor(time / width) + 0.5) * width if width else time, time)
    frame = pd.DataFrame(
        {
            "person": person,
            "campaign": campaign,
            "time": moment,
            "coded": claimed,
            "single": np.where(crowd, -1, np.arange(len(orders))),
        }
    )
    kept = frame[~stranger]
    groups = kept.groupby(["campaign", "time", "person", "coded", "single"], sort=True)
    of_order = np.full(len(orders), -1, np.int64)
    of_order[~stranger] = groups.ngroup()
    first = groups.head(1).sort_values(["campaign", "time", "person", "coded", "single"])
    count = orders["count"].to_numpy(dtype=np.float64)
    weight = summed(count[~stranger], of_order[~stranger], len(first))
    return Events(
        first["person"].to_numpy(),
        first["campaign"].to_numpy(),
        first["time"].to_numpy(copy=True),
        weight,
        first["coded"].to_numpy(),
        of_order,
    )


def _bin_width(campaign: Ints, time: Floats, coded: Ints, shares: pd.DataFrame, window: float) -> float:
    """Width in days of the bins in which orders without buyer are kept: 0, as they are, while they are few."""
    if not time.size or shares.empty:
        return 0.0
    everywhere = np.sort(shares["time"].to_numpy())
    live = np.searchsorted(everywhere, time) - np.searchsorted(everywhere, time - window)
    if live.sum() <= CROWD_BUDGET:
        return 0.0
    for width in BIN_DAYS:
        bins = pd.DataFrame({"c": campaign, "u": coded, "b": np.floor(time / width), "live": live})
        if bins.drop_duplicates(["c", "u", "b"])["live"].sum() <= CROWD_BUDGET:
            return width
    return BIN_DAYS[-1]
