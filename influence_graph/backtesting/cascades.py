"""What each cascade drove per exposure: one creator in one campaign, or one share where there is but one campaign."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from influence_graph.backtesting.held_out import Held
from influence_graph.drivers import credit
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import settle
from influence_graph.drivers.hazard import Parameters
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rates(model: Held, point: Parameters, common: Floats) -> tuple[Floats, Floats, Ints]:
    """Rates of all cascades, credited at one persuasion for all so that nobody's own rate speaks for itself.

    Returns
    -------
    rate, size : (m,) float64
        Orders credited per person exposed; people exposed, discounted for shares near the end.
    who : (m,) int64
        The author of each.
    """
    x = model.exposure
    fit = settle(model, replace(point, theta=common))
    shares = x.shares
    part = Delay(point.rate, point.tail, x.window).below(shares["end"] - shares["time"])
    seen = (shares["audience"].to_numpy() + x.touched + x.surplus) * part
    _, first, of = np.unique(
        x.share_key if len(x.campaigns) > 1 else np.arange(len(shares)), return_index=True, return_inverse=True
    )
    size, orders = summed(seen, of, first.size), summed(credit.by_share(x, fit), of, first.size)
    kept = size > 1e-9
    return orders[kept] / size[kept], size[kept], shares["author"].to_numpy()[first][kept]
