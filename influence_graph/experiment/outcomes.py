"""Outcomes of creators: the orders of their followers, period by period, and what is to be expected of the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.experiment.audience import Audience
from influence_graph.network import Network
from influence_graph.tables.resolve import orders
from influence_graph.tables.schema import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_PERIODS = 6
"""Periods looked back at: what was longer ago says little of tomorrow."""


@dataclass(frozen=True)
class Bought:
    """Orders by people of the network, by time.

    Attributes
    ----------
    person : (orders,) int64
        The buyer's place in the network.
    at : (orders,) Index of Timestamp
        When.
    count : (orders,) float64
        Orders in an aggregate row, else 1.
    unknown : (others,) Index of Timestamp
        When orders came whose buyer is not in the network.
    """

    person: Ints
    at: pd.DatetimeIndex
    count: Floats
    unknown: pd.DatetimeIndex


@dataclass(frozen=True)
class Periods:
    """Periods of one length, one after the other.

    Attributes
    ----------
    begin : Timestamp
        Of the first one.
    days : float
        Length of each.
    number : int
        How many.
    """

    begin: pd.Timestamp
    days: float
    number: int

    @property
    def end(self) -> pd.Timestamp:
        """When the last one ends; that moment is outside."""
        return self.begin + self.number * pd.Timedelta(days=self.days)

    def of(self, at: pd.DatetimeIndex) -> Ints:
        """(n,) int64: the period of each moment, -1 for none."""
        place = np.floor(np.asarray((at - self.begin) / pd.Timedelta(days=self.days), dtype=np.float64))
        inside = (at >= self.begin) & (at < self.end)
        return np.where(inside, np.minimum(place, self.number - 1), -1).astype(np.int64)


def collect(tables: Tables, network: Network) -> Bought:
    """The orders that count, of people whom the network knows; codes and claims are not looked at.

    Only those who were activated give out codes: an order that is found by its code would make them look well.
    """
    counted = orders(tables.conversions)
    person = network.index_of(counted["person_id"])
    at = pd.DatetimeIndex(counted["converted_at"])
    count = counted["count"].to_numpy(dtype=np.float64)
    known = person >= 0
    return Bought(person[known], at[known], count[known], at[~known])


def past(bought: Bought, start: pd.Timestamp, days: float) -> Periods | None:
    """Periods of this length before a start, as many as there are orders for; a shorter one where they do not suffice.

    They end where the experiment starts, or where the orders do if that is earlier.
    """
    before = bought.at[bought.at < start]
    if not len(before):
        return None
    begin, end = before[0].floor("D"), min(start, before[-1].floor("D") + pd.Timedelta(days=1))
    length = (end - begin) / pd.Timedelta(days=1)
    number = min(int(length // days), MOST_PERIODS)
    if not number:
        return Periods(begin, float(length), 1)
    return Periods(end - number * pd.Timedelta(days=days), days, number)


def outcomes(audience: Audience, bought: Bought, periods: Periods) -> Floats:
    """(n, periods) orders of each creator's followers in each period."""
    return audience.outcomes(bought.person, periods.of(bought.at), bought.count, periods.number)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Orders to be expected of creators' followers when nobody is activated.

    Attributes
    ----------
    mean : (n,) float64
        Orders.
    variance : (n,) float64
        How far that may be off for want of past orders; the luck of the window itself comes on top.
    """

    mean: Floats
    variance: Floats

    def over(self, part: float) -> Forecast:
        """The same for so many times as long."""
        return Forecast(self.mean * part, self.variance * part**2)


def expect(counts: Floats, share: Floats) -> Forecast:
    """Orders to be expected of creators' followers, from those there were in as much time.

    Each creator's orders per follower are drawn towards the mean of all, the more the fewer followers they rest on: the
    global empirical Bayes estimator of Marshall (1991). Where creators differ by no more than chance explains, their
    followers alone count.

    Parameters
    ----------
    counts : (n,) float64
        Orders there were.
    share : (n,) float64, above 0
        Followers, divided as the orders are.

    References
    ----------
    R. J. Marshall, Mapping disease and mortality rates using empirical Bayes estimators, 1991,
    https://doi.org/10.2307/2347593

    Examples
    --------
    >>> expect(np.array([40.0, 10.0, 1.0]), np.array([400.0, 100.0, 1.0])).mean.round(2)
    array([40.05, 10.04,  0.13])
    """
    whole = share.sum()
    mean = counts.sum() / whole
    rate = counts / share
    within = mean * (len(counts) - 1)
    between = max(0.0, float((share * (rate - mean) ** 2).sum() - within) / (whole - (share**2).sum() / whole))
    trust = between / (between + mean / share) if between else np.zeros(len(counts))
    return Forecast(share * (mean + trust * (rate - mean)), share**2 * between * (1.0 - trust))
