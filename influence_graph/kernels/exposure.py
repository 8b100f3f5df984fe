"""Loops over exposures: those of who converted, and the sums of everybody else's.

Arrays in, arrays out. An *event* is an order (or a bin of orders without a buyer); a *link* joins an event to an
author whose shares it may follow from; an *exposure* is one share behind a link, with its age in days.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def _window(times: Floats, low: int, high: int, after: float, before: float) -> tuple[int, int]:
    """Positions in the sorted slice `times[low:high]` with after < time < before."""
    first = low + np.searchsorted(times[low:high], after, side="right")
    last = low + np.searchsorted(times[low:high], before, side="left")
    return int(first), int(max(first, last))


@njit(cache=True)
def gather_links(
    event_person: Ints,
    event_campaign: Ints,
    event_time: Floats,
    follow_ptr: Ints,
    follow_author: Ints,
    follow_since: Floats,
    share_key: Ints,
    share_time: Floats,
    campaigns: int,
    window: float,
    fill: bool,
    link_ptr: Ints,
    exposure_ptr: Ints,
    link_author: Ints,
    link_joined: Floats,
    exposure_share: Ints,
    exposure_age: Floats,
) -> tuple[int, int]:
    """Links and exposures of identified events; called once to count and once to fill.

    Shares are sorted by `share_key` = author * (campaigns + 1) + campaign, then by time; campaign number `campaigns`
    means none. An event of no campaign (-1) is exposed to all of an author's shares.
    """
    links = 0
    exposures = 0
    for event in range(event_person.size):
        if fill:
            link_ptr[event] = links
        person = event_person[event]
        if person < 0:
            continue
        now = event_time[event]
        campaign = event_campaign[event]
        for position in range(follow_ptr[person], follow_ptr[person + 1]):
            if follow_since[position] > now:
                continue
            author = follow_author[position]
            base = author * (campaigns + 1)
            joined = 0.0
            if fill:
                exposure_ptr[links] = exposures
            for part in range(2):
                if campaign < 0:
                    if part == 1:
                        break
                    low = np.searchsorted(share_key, base, side="left")
                    high = np.searchsorted(share_key, base + campaigns, side="right")
                else:
                    key = base + (campaign if part == 0 else campaigns)
                    low = np.searchsorted(share_key, key, side="left")
                    high = np.searchsorted(share_key, key, side="right")
                    if part == 0 and high > low:
                        joined = 1.0
                if campaign < 0:  # sorted by time only within a campaign
                    for s in range(low, high):
                        if now - window < share_time[s] < now:
                            if fill:
                                exposure_share[exposures] = s
                                exposure_age[exposures] = now - share_time[s]
                            exposures += 1
                else:
                    first, last = _window(share_time, low, high, now - window, now)
                    for s in range(first, last):
                        if fill:
                            exposure_share[exposures] = s
                            exposure_age[exposures] = now - share_time[s]
                        exposures += 1
            if fill:
                link_author[links] = author
                link_joined[links] = joined
            links += 1
    if fill:
        link_ptr[event_person.size] = links
        exposure_ptr[links] = exposures
    return links, exposures


@njit(cache=True)
def delay_integral(age: float, rate: float, window: float) -> float:
    """K: share of the delay density on (0, window] that lies below `age`."""
    if age <= 0.0:
        return 0.0
    return float(np.expm1(-rate * min(age, window)) / np.expm1(-rate * window))


@njit(cache=True)
def weigh_links(
    exposure_ptr: Ints, exposure_age: Floats, exposure_weight: Floats, rate: float, window: float
) -> tuple[Floats, Floats]:
    """For each link the summed delay density of its exposures, and their density-weighted mean age."""
    links = exposure_ptr.size - 1
    density = np.zeros(links)
    age = np.zeros(links)
    scale = rate / -np.expm1(-rate * window)
    for link in range(links):
        total = 0.0
        aged = 0.0
        for e in range(exposure_ptr[link], exposure_ptr[link + 1]):
            d = scale * np.exp(-rate * exposure_age[e]) * exposure_weight[e]
            total += d
            aged += d * exposure_age[e]
        density[link] = total
        if total > 0.0:
            age[link] = aged / total
    return density, age


@njit(cache=True)
def late_exposure(
    share_author: Ints,
    share_time: Floats,
    share_end: Floats,
    audience_ptr: Ints,
    audience_since: Floats,
    rate: float,
    window: float,
) -> Floats:
    """Follower exposure of each share up to the end of observation.

    `audience_since` is sorted within an author; whoever follows later than the share is exposed from then on.
    """
    exposure = np.zeros(share_time.size)
    for s in range(share_time.size):
        low, high = audience_ptr[share_author[s]], audience_ptr[share_author[s] + 1]
        horizon = min(window, share_end[s] - share_time[s])
        if horizon <= 0.0:
            continue
        whole = delay_integral(horizon, rate, window)
        standing = np.searchsorted(audience_since[low:high], share_time[s], side="right")
        total = standing * whole
        for position in range(low + standing, high):
            late = audience_since[position] - share_time[s]
            if late >= horizon:
                break
            total += whole - delay_integral(late, rate, window)
        exposure[s] = total
    return exposure


@njit(cache=True)
def left_exposure(
    event_person: Ints,
    event_campaign: Ints,
    event_time: Floats,
    follow_ptr: Ints,
    follow_author: Ints,
    follow_since: Floats,
    share_key: Ints,
    share_time: Floats,
    share_end: Floats,
    authors: int,
    campaigns: int,
    rate: float,
    window: float,
) -> Floats:
    """Exposure that is never run because a one-off buyer has left the risk set, by author."""
    left = np.zeros(authors)
    for event in range(event_person.size):
        person, campaign = event_person[event], event_campaign[event]
        if person < 0 or campaign < 0:
            continue
        now = event_time[event]
        for position in range(follow_ptr[person], follow_ptr[person + 1]):
            author = follow_author[position]
            key = author * (campaigns + 1) + campaign
            low = np.searchsorted(share_key, key, side="left")
            high = np.searchsorted(share_key, key, side="right")
            first, _ = _window(share_time, low, high, now - window, now)
            for s in range(first, high):
                start = max(now, follow_since[position]) - share_time[s]
                whole = delay_integral(min(window, share_end[s] - share_time[s]), rate, window)
                left[author] += max(0.0, whole - delay_integral(start, rate, window))
    return left
