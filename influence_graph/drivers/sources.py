"""Where orders came from, day by day: by themselves, through a first-hand share, or through one passed on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.credit import by_exposure
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.sums import summed


def by_source(exposure: Exposure, fit: Fit, origins: csr_array) -> pd.DataFrame:
    """Orders of each campaign and day, split by what caused them.

    Parameters
    ----------
    exposure : Exposure
    fit : Fit
    origins : (s, s) csr_array
        Chance that the share of a row was passed on from the share of a column.

    Returns
    -------
    DataFrame
        campaign_id (NaN: of no campaign), day (UTC midnight), organic, direct (driven by shares that pass nothing on),
        ripple (driven by shares that pass on somebody else's); in orders, which the three add up to. Only days with
        orders, in their order. Cost O(exposures of buyers).
    """
    shares, orders, events = exposure.shares, exposure.orders, exposure.events
    second = passed_on(shares["author"].to_numpy(dtype=np.int64), origins)
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


def passed_on(author: NDArray[np.int64], origins: csr_array) -> NDArray[np.float64]:
    """How likely somebody else set each share off: another author stands anywhere above it.

    Parameters
    ----------
    author : (s,) int64
        Who shared.
    origins : (s, s) csr_array
        Chance that the share of a row was passed on from the share of a column, at most 1 in a row. No circles.

    Returns
    -------
    (s,) float64, in [0, 1]
        Cost O(origins * longest chain of one's own shares).

    Examples
    --------
    0 posts, 1 passes it on, and then passes on that share of their own.

    >>> passed_on(np.array([0, 1, 1]), csr_array(np.eye(3, k=-1))).tolist()
    [0.0, 1.0, 1.0]
    """
    row = np.repeat(np.arange(author.size), np.diff(origins.indptr))
    own = author[row] == author[origins.indices]
    by_others = summed(np.where(own, 0.0, origins.data), row, author.size)
    through = csr_array((origins.data[own], (row[own], origins.indices[own])), shape=origins.shape)
    told = by_others
    while True:
        more = by_others + through @ told
        if (more == told).all():
            return np.asarray(np.minimum(told, 1.0))
        told = more
