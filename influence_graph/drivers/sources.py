"""Where orders came from, day by day: by themselves, through a first-hand share, or through one passed on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.credit import by_exposure
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.ripple import parents
from influence_graph.drivers.sums import summed


def by_source(exposure: Exposure, fit: Fit) -> pd.DataFrame:
    """Orders of each campaign and day, split by what caused them.

    Parameters
    ----------
    exposure : Exposure
    fit : Fit

    Returns
    -------
    DataFrame
        campaign_id (NaN: of no campaign), day (UTC midnight), organic, direct (driven by shares that pass nothing on),
        ripple (driven by shares that pass on somebody else's); in orders, which the three add up to. Only days with
        orders, in their order. Cost O(exposures of buyers).
    """
    shares, orders, events = exposure.shares, exposure.orders, exposure.events
    origin = parents(
        shares["share_id"].to_numpy(dtype=object),
        shares["parent_share_id"].to_numpy(dtype=object),
        shares["time"].to_numpy(),
    )
    second = passed_on(shares["author"].to_numpy(dtype=np.int64), origin)
    credit, event = by_exposure(exposure, fit)
    rippled = summed(credit * second[exposure.links.share], event, events.time.size)
    part = np.divide(rippled, events.weight, out=np.zeros(events.time.size), where=events.weight > 0)
    count = orders["count"].to_numpy(dtype=np.float64)
    known = events.of_order >= 0
    place = events.of_order[known]
    organic, ripple = np.ones(len(orders)), np.zeros(len(orders))
    organic[known], ripple[known] = fit.organic[place], part[place]
    frame = pd.DataFrame(
        {
            "campaign_id": orders["campaign_id"],
            "day": orders["converted_at"].dt.floor("D"),
            "organic": organic * count,
            "direct": np.maximum(1.0 - organic - ripple, 0.0) * count,
            "ripple": ripple * count,
        }
    )
    summary: pd.DataFrame = frame.groupby(["campaign_id", "day"], dropna=False, as_index=False).sum()
    return summary


def passed_on(author: NDArray[np.int64], origin: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which shares somebody else set off: those with another author anywhere above them.

    Parameters
    ----------
    author : (s,) int64
        Who shared.
    origin : (s,) int64
        Position of the share that each passes on, -1 for none. No circles.

    Returns
    -------
    (s,) bool
        Cost O(shares * longest chain of one's own shares).

    Examples
    --------
    0 posts, 1 passes it on, and then passes on that share of their own.

    >>> passed_on(np.array([0, 1, 1]), np.array([-1, 0, 1])).tolist()
    [False, True, True]
    """
    below = origin >= 0
    told = below & (author[origin] != author) if author.size else below
    while True:
        more = told | (below & told[origin]) if author.size else told
        if (more == told).all():
            return np.asarray(told)
        told = more
