"""What a campaign brings: expected numbers, how sure they are, and how they come day by day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from influence_graph.cascades.model import Floats

MEASURES = ("shares", "reach", "conversions", "value")


@dataclass(frozen=True)
class Amount:
    """Something that a campaign brings.

    Attributes
    ----------
    mean, standard_error : float
        Expected, and by how much the simulation may be off.
    low, high : float
        Between these lie 90 % of the campaigns simulated: what may happen, not what the mean may be.
    """

    mean: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """What is expected when some people share.

    Attributes
    ----------
    mean, standard_error : float
        Of what the simulation was asked for: orders where somebody may order, else people who share, the first ones
        among them.
    simulations : int
        How many.
    precise : bool
        Whether the standard error is as small a part of the mean as asked.
    shares, reach, conversions, value : Amount or None
        People who share; people who see a share by somebody else; orders and their value. None where not simulated.
    by_day : DataFrame
        day (from 1, up to its end), group, and of each measure the mean and the standard error (`shares_error`);
        added up over the days. Empty where no days were asked for and nobody orders.
    """

    mean: float
    standard_error: float
    simulations: int
    precise: bool
    shares: Amount
    reach: Amount | None = None
    conversions: Amount | None = None
    value: Amount | None = None
    by_day: pd.DataFrame = field(default_factory=pd.DataFrame)


def told(
    totals: Floats,
    by_day: Floats | None,
    squares: Floats | None,
    names: list[str],
    *,
    asked: int,
    precision: float,
    orders: bool,
) -> Spread:
    """The simulated worlds, summed up."""
    count = len(totals)
    error = totals.std(axis=0, ddof=1) / np.sqrt(count)
    mean = totals.mean(axis=0)
    low, high = np.quantile(totals, [0.05, 0.95], axis=0)
    amounts = [Amount(*map(float, each)) for each in zip(mean, error, low, high, strict=True)]
    known = dict(zip(MEASURES[: 4 if orders else 2], amounts, strict=False))
    days = pd.DataFrame()
    if by_day is not None and squares is not None:
        expected = by_day / count
        spreads = np.sqrt(np.maximum(squares / count - expected**2, 0.0) / max(count - 1, 1))
        axis = pd.MultiIndex.from_product([range(1, expected.shape[1] + 1), names], names=["day", "group"])
        days = pd.DataFrame(index=axis)
        for place, name in enumerate(known):
            days[name], days[f"{name}_error"] = expected[place].ravel(), spreads[place].ravel()
        days = days.reset_index()
    precise = bool(error[asked] <= precision * mean[asked])
    return Spread(float(mean[asked]), float(error[asked]), count, precise, by_day=days, **known)
