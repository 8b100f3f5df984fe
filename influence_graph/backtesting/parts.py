"""What is held out: campaigns, or stretches of time; and exposures cut so that nothing of the one is in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.links import campaign_parts, share_key
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_UNITS, MOST_UNITS = 4, 24
"""Fewer campaigns than the first make no interval; more than the second are held out in groups that follow in time."""
LEAST_ORDERS = 10.0
"""Orders of known buyers that make a campaign, or a stretch of time, worth judging on its own."""
FOLDS = 5
LATER = 0.3
"""The part held out at the end, where time is what is split: of all days, or of the campaigns described."""


@dataclass(frozen=True)
class Part:
    """Orders and exposures of some campaigns or of a stretch of time.

    Attributes
    ----------
    exposure : Exposure
        Events of the part and the shares behind them.
    name : str
        The campaign, the first of several, or the day the stretch begins.
    until, before : Exposure or None
        Where time is split: everything up to the end of the part, and up to its beginning; what people were exposed
        to meanwhile is the difference.
    homeless : float
        The part of all orders that is served here, of which a share of no campaign serves as much.
    """

    exposure: Exposure
    name: str
    until: Exposure | None = None
    before: Exposure | None = None
    homeless: float = 1.0

    @property
    def orders(self) -> float:
        """Orders of known buyers."""
        return known_orders(self.exposure)


@dataclass(frozen=True)
class Fold:
    """What is learnt from, and what is held out from it.

    Both are cut out each time they are asked for: all at once would hold the shares many times.
    """

    rest: Callable[[], Part]
    parts: tuple[Callable[[], Part], ...]

    @property
    def taught(self) -> Part:
        """What is learnt from."""
        return self.rest()

    @property
    def held(self) -> Iterator[Part]:
        """What is held out, part by part."""
        return (part() for part in self.parts)


def plain(exposure: Exposure) -> Exposure:
    """An exposure whose shares are told by what models read alone: texts take longer to cut than all the rest."""
    return replace(exposure, shares=exposure.shares[["author", "campaign", "time", "end", "audience"]])


def known_orders(exposure: Exposure) -> float:
    """Orders whose buyer is known from elsewhere as well."""
    return float(exposure.events.weight[~exposure.events.crowd].sum())


def campaign_units(exposure: Exposure) -> list[Ints]:
    """Campaigns to hold out at once, in the order in which they sold: each alone, or in groups where they are small.

    Returns
    -------
    list of (m,) int64
        Numbers of campaigns. Each unit has at least `LEAST_ORDERS` orders of known buyers, and a `MOST_UNITS`-th of
        all where they are many. O(events).
    """
    events = exposure.events
    known = ~events.crowd & (events.campaign >= 0)
    orders = summed(events.weight[known], events.campaign[known], len(exposure.campaigns))
    first = np.full(orders.size, np.inf)
    np.minimum.at(first, events.campaign[known], events.time[known])
    sold = np.flatnonzero(orders > 0)
    sold = sold[np.argsort(first[sold], kind="stable")]
    least = max(LEAST_ORDERS, orders.sum() / MOST_UNITS if sold.size > MOST_UNITS else 0.0)
    units: list[list[int]] = [[]]
    for campaign in sold:
        if units[-1] and orders[units[-1]].sum() >= least:
            units.append([])
        units[-1].append(int(campaign))
    if len(units) > 1 and orders[units[-1]].sum() < least:
        last = units.pop()
        units[-1] += last
    return [np.sort(np.array(unit, np.int64)) for unit in units if unit]


def campaign_folds(exposure: Exposure, units: list[Ints]) -> list[Fold]:
    """Every unit is held out once, with up to `FOLDS` trainings in all."""
    held = [partial(of_campaigns, exposure, unit) for unit in units]
    number = min(FOLDS, len(units))
    rest = [np.sort(np.concatenate([u for i, u in enumerate(units) if i % number != fold])) for fold in range(number)]
    return [Fold(partial(of_campaigns, exposure, rest[fold]), tuple(held[fold::number])) for fold in range(number)]


def time_fold(exposure: Exposure) -> Fold | None:
    """The last `LATER` of time in stretches of equally many orders, and all before it; None where that is too little.

    What is exposed before a stretch and ordered in it counts there, as it would for somebody who looks back from that
    day; what is taught ends with the day the first stretch begins.
    """
    events, split = exposure.events, _split(exposure)
    known = ~events.crowd
    late = np.sort(events.time[known & (events.time > split)])
    stretches = int(min(2 * LEAST_UNITS, late.size // LEAST_ORDERS))
    past = Part(until(exposure, split), "")
    if stretches < LEAST_UNITS or past.orders < LEAST_ORDERS:
        return None
    cuts = np.quantile(late, np.arange(1, stretches) / stretches)
    bounds = np.unique([split, *cuts, _last(exposure)])
    after = events.time[known & (events.weight > 0)]
    sold = [(begin, end) for begin, end in pairwise(bounds) if ((after > begin) & (after <= end)).any()]
    return Fold(lambda: past, tuple(partial(between, exposure, *stretch) for stretch in sold))


def time_parts(exposure: Exposure) -> tuple[Part, Part]:
    """All before the last `LATER` of time, and that: shares and orders, each on its own side."""
    split, last = _split(exposure), _last(exposure)
    later = between(exposure, split, last)
    shares = np.flatnonzero(later.exposure.shares["time"].to_numpy() > split)
    own = _chosen(
        later.exposure, np.arange(later.exposure.events.time.size), shares, np.arange(len(later.exposure.orders))
    )
    return Part(until(exposure, split), ""), Part(own, later.name)


def _split(exposure: Exposure) -> float:
    moments = np.concatenate([exposure.shares["time"].to_numpy(), exposure.events.time])
    return float(moments.min() + (1.0 - LATER) * np.ptp(moments))


def _last(exposure: Exposure) -> float:
    return float(max(exposure.shares["time"].max(), exposure.events.time.max()))


def of_campaigns(exposure: Exposure, campaigns: Ints) -> Part:
    """Some campaigns alone, numbered anew; shares of no campaign stay, orders of none go.

    Parameters
    ----------
    campaigns : (m,) int64
        Sorted numbers.
    """
    number = np.full(len(exposure.campaigns) + 1, -1, np.int64)
    number[campaigns] = np.arange(campaigns.size)
    sold, shared = exposure.events.campaign, exposure.shares["campaign"].to_numpy()
    event = np.flatnonzero((sold >= 0) & (number[sold] >= 0))
    share = np.flatnonzero((shared < 0) | (number[shared] >= 0))
    ordered = exposure.orders["campaign"].to_numpy()
    order = np.flatnonzero((ordered >= 0) & (number[ordered] >= 0))
    cut = _chosen(exposure, event, share, order)
    part = replace(
        cut,
        campaigns=exposure.campaigns[campaigns],
        shares=cut.shares.assign(campaign=number[shared[share]]),
        orders=cut.orders.assign(campaign=number[ordered[order]]),
        events=replace(cut.events, campaign=number[sold[event]]),
        ends=exposure.ends[[*campaigns, -1]],
        closes=exposure.closes[[*campaigns, -1]],
    )
    homeless = float(campaign_parts(exposure.orders, len(exposure.campaigns))[campaigns].sum())
    return Part(part, str(exposure.campaigns[campaigns[0]]), homeless=homeless)


def until(exposure: Exposure, day: float) -> Exposure:
    """Everything up to a day, observed until then."""
    events, time = exposure.events, exposure.shares["time"].to_numpy()
    ordered = exposure.orders["time"].to_numpy()
    event, share = np.flatnonzero(events.time <= day), np.flatnonzero(time < day)
    cut = _chosen(exposure, event, share, np.flatnonzero(ordered <= day))
    shares = cut.shares.assign(end=np.minimum(cut.shares["end"], day))
    return replace(cut, shares=shares, ends=np.minimum(exposure.ends, day))


def between(exposure: Exposure, begin: float, end: float) -> Part:
    """The orders of a stretch of time, and all shares that may stand behind them."""
    up = until(exposure, end)
    event = np.flatnonzero(up.events.time > begin)
    order = np.flatnonzero(up.orders["time"].to_numpy() > begin)
    day = exposure.begin + pd.Timedelta(days=begin)
    cut = _chosen(up, event, np.arange(len(up.shares)), order)
    return Part(cut, f"{day:%Y-%m-%d}", up, until(exposure, begin))


def _chosen(exposure: Exposure, event: Ints, share: Ints, order: Ints) -> Exposure:
    """An exposure with these events, shares and orders alone.

    Links to other shares lose those exposures, and whoever shares later in a campaign has not joined it yet.
    """
    events, links = exposure.events, exposure.links
    link, ptr = _rows(links.ptr, event)
    seen, exposure_ptr = _rows(links.exposure_ptr, link)
    place = _places(len(exposure.shares), share)
    kept = place[links.share[seen]] >= 0
    exposure_ptr = np.concatenate([[0], np.cumsum(kept)])[exposure_ptr]
    seen = seen[kept]
    shares = exposure.shares.iloc[share].reset_index(drop=True)
    campaigns = len(exposure.campaigns)
    joined = share_key(shares["author"].to_numpy(), shares["campaign"].to_numpy(), campaigns)
    linked = share_key(links.author[link], events.campaign[links.event[link]], campaigns)
    of_order = events.of_order[order]
    return replace(
        exposure,
        shares=shares,
        orders=exposure.orders.iloc[order].reset_index(drop=True),
        events=replace(
            events,
            person=events.person[event],
            campaign=events.campaign[event],
            time=events.time[event],
            weight=events.weight[event],
            coded=events.coded[event],
            of_order=np.where(of_order >= 0, _places(events.time.size, event)[np.maximum(of_order, 0)], -1),
        ),
        links=replace(
            links,
            ptr=ptr,
            author=links.author[link],
            joined=links.joined[link] * np.isin(linked, joined),
            fan=links.fan[link],
            exposure_ptr=exposure_ptr,
            share=place[links.share[seen]],
            age=links.age[seen],
            weight=links.weight[seen],
        ),
        touched=exposure.touched[share],
        surplus=exposure.surplus[share],
    )


def _places(size: int, kept: Ints) -> Ints:
    """New positions of what is kept, -1 for the rest."""
    place = np.full(size, -1, np.int64)
    place[kept] = np.arange(kept.size)
    return place


def _rows(ptr: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """What stands in some rows of a compressed table, and where each of them begins."""
    size = np.diff(ptr)[rows]
    begin = np.concatenate([[0], np.cumsum(size)])
    return np.repeat(ptr[rows] - begin[:-1], size) + np.arange(begin[-1]), begin
