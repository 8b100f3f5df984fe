"""The organic rate: piecewise constant by campaign and day, so that a launch burst is nobody's credit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.exposure import Exposure
from influence_graph.kernels.pieces import merge_days

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_ORDERS = 5.0
"""A piece of the organic curve rests on at least this many orders."""


@dataclass(frozen=True)
class Pieces:
    """Stretches of days over which a campaign's organic rate is taken as constant.

    Attributes
    ----------
    campaign : (k,) int64
        Campaign of each piece, sorted; the number of campaigns stands for none.
    chain : (k,) int64
        Pieces of one chain resemble each other from day to day: a campaign's until it closes, and those after.
    begin, length : (k,) float64
        Days.
    event_ptr, event_piece
        Pieces that each event may have come from, in compressed rows: one, or one a campaign where the order's
        campaign is unknown.
    """

    campaign: Ints
    chain: Ints
    begin: Floats
    length: Floats
    event_ptr: Ints
    event_piece: Ints

    @property
    def first(self) -> Ints:
        """(c + 2,) int64: where each campaign's pieces begin."""
        return (
            np.searchsorted(self.campaign, np.arange(self.campaign[-1] + 2))
            if self.campaign.size
            else np.zeros(1, np.int64)
        )

    @property
    def of_event(self) -> Ints:
        """(e,) int64: the piece of each event that has but one, -1 for others."""
        single = np.diff(self.event_ptr) == 1
        piece = np.full(single.size, -1, np.int64)
        piece[single] = self.event_piece[self.event_ptr[:-1][single]]
        return piece

    def at(self, campaign: Ints, time: Floats) -> Ints:
        """Piece of each campaign and time, -1 outside all pieces."""
        if not self.campaign.size:
            return np.full(campaign.size, -1, np.int64)
        span = float((self.begin + self.length).max()) + 1.0
        found = np.searchsorted(self.campaign * span + self.begin, campaign * span + time, side="right") - 1
        piece = np.maximum(found, 0)
        inside = (found >= 0) & (self.campaign[piece] == campaign) & (time <= self.begin[piece] + self.length[piece])
        return np.where(inside, piece, -1)


def cut(exposure: Exposure, *, least: float = LEAST_ORDERS) -> Pieces:
    """Cut every campaign's time into pieces of whole days with at least `least` orders.

    Orders of no campaign may have come from any campaign that runs at their time; where none runs, or no order names
    a campaign, they have a curve of their own.
    """
    events, count = exposure.events, len(exposure.campaigns)
    placed = events.campaign >= 0
    begin, end = np.full(count + 1, np.inf), exposure.ends
    for campaign, time in (
        (exposure.shares["campaign"].to_numpy(), exposure.shares["time"].to_numpy()),
        (events.campaign, events.time),
    ):
        np.minimum.at(begin, np.where(campaign < 0, count, campaign), time)
    live = np.zeros(count + 1, bool)
    live[np.unique(events.campaign[placed])] = True
    nowhere = np.flatnonzero(~placed)
    running = live[:count] & np.isfinite(begin[:count])
    adrift = nowhere[~_any_runs(events.time[nowhere], begin[:count][running], end[:count][running])]
    live[count] = adrift.size > 0
    numbers = np.flatnonzero(live)
    slot = np.cumsum(live) - 1
    own = np.where(placed, events.campaign, count)
    chosen = np.concatenate([np.flatnonzero(placed), adrift])
    chosen = chosen[np.lexsort((events.time[chosen], own[chosen]))]
    owner, low, high = merge_days(
        slot[own[chosen]],
        events.time[chosen],
        events.weight[chosen],
        begin[numbers],
        np.maximum(end, begin)[numbers],
        least,
    )
    campaign = numbers[owner]
    ptr, piece = _place(events.time, own, placed, adrift, campaign, low, high, numbers)
    chain = 2 * campaign + (0.5 * (low + high) > exposure.closes[campaign])
    return Pieces(campaign, chain, low, high - low, ptr, piece)


def _any_runs(time: Floats, begin: Floats, end: Floats) -> NDArray[np.bool_]:
    started = np.searchsorted(np.sort(begin), time, side="right")
    ended = np.searchsorted(np.sort(end), time, side="left")
    return np.asarray(started > ended)


def _place(
    time: Floats,
    own: Ints,
    placed: NDArray[np.bool_],
    adrift: Ints,
    campaign: Ints,
    low: Floats,
    high: Floats,
    numbers: Ints,
) -> tuple[Ints, Ints]:
    """The piece, or pieces, of each event."""
    settled = placed.copy()
    settled[adrift] = True
    pairs_event, pairs_piece = [np.flatnonzero(settled)], [np.zeros(0, np.int64)]
    span = float(high.max(initial=1.0)) + 1.0
    position = np.searchsorted(campaign * span + low, own[settled] * span + time[settled], side="right") - 1
    pairs_piece = [np.maximum(position, 0)]
    lost = np.flatnonzero(~settled)
    for number in numbers if lost.size else ():
        first, last = np.searchsorted(campaign, [number, number + 1])
        runs = lost[(time[lost] >= low[first]) & (time[lost] <= high[last - 1])]
        pairs_event.append(runs)
        pairs_piece.append(first + np.maximum(np.searchsorted(low[first:last], time[runs], side="right") - 1, 0))
    event, piece = np.concatenate(pairs_event), np.concatenate(pairs_piece)
    order = np.argsort(event, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(event, minlength=time.size))]), piece[order]
