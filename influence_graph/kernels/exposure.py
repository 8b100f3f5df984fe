"""Loops over exposures: those of who converted, and the sums of everybody else's.

Arrays in, arrays out. An *event* is an order (or a bin of orders without a buyer); a *link* joins an event to an
author whose shares it may follow from; an *exposure* is one share behind a link, with its age in days.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.searching import place_above, place_from

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def _window(times: Floats, low: int, high: int, after: float, before: float) -> tuple[int, int]:
    """Positions in the sorted slice `times[low:high]` with after < time < before."""
    first = place_above(times, low, high, after)
    return first, place_from(times, first, high, before)


@njit(cache=True, nogil=True)
def _run(keys: Ints, low: int, high: int, key: int) -> tuple[int, int]:
    """Where a key begins and ends in the sorted slice `keys[low:high]`."""
    first = place_from(keys, low, high, key)
    return first, place_from(keys, first, high, key + 1)


@njit(cache=True, nogil=True)
def gather_links(
    begin: int,
    end: int,
    links: int,
    exposures: int,
    event_person: Ints,
    event_campaign: Ints,
    event_time: Floats,
    follow_ptr: Ints,
    follow_author: Ints,
    follow_since: Floats,
    author_ptr: Ints,
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
    """Links and exposures of identified events from begin to end; called once to count and once to fill.

    There are `links` and `exposures` before them; returned is how many there are then. Shares are sorted by `share_key`
    = author * (campaigns + 1) + campaign, then by time; campaign number `campaigns` means none, and `author_ptr` tells
    where each author's begin. An event of no campaign (-1) is exposed to all of an author's shares.
    """
    for event in range(begin, end):
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
                low, high = author_ptr[author], author_ptr[author + 1]
                if campaign < 0:
                    if part == 1:
                        break
                else:
                    low, high = _run(share_key, low, high, base + (campaign if part == 0 else campaigns))
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
        link_ptr[end] = links
        exposure_ptr[links] = exposures
    return links, exposures


@njit(cache=True, nogil=True)
def _hazard_sum(age: float, rate: float, tail: float) -> float:
    """Minus the log of the part of uncut delays above `age`: rate * age for an exponential, a log of it with a tail."""
    return float(rate * age if tail == 0.0 else np.log1p(tail * rate * age) / tail)


@njit(cache=True, nogil=True)
def _shape(age: float, rate: float, tail: float) -> float:
    """The delay density over its value at 0, before the cut: (1 + tail * rate * age)^-(1 / tail + 1)."""
    return float(np.exp(-(1.0 + tail) * _hazard_sum(age, rate, tail)))


@njit(cache=True, nogil=True)
def delay_integral(age: float, rate: float, window: float, tail: float = 0.0) -> float:
    """K: share of the delay density on (0, window] that lies below `age`; a tail of 0 is the exponential."""
    if age <= 0.0:
        return 0.0
    below = np.expm1(-_hazard_sum(min(age, window), rate, tail))
    return float(below / np.expm1(-_hazard_sum(window, rate, tail)))


@njit(cache=True, nogil=True)
def _summed(begin: int, end: int, age: Floats, weight: Floats, rate: float, tail: float) -> float:
    """The weighted delay densities of some exposures over that at age 0, from the first to the last of them."""
    total = 0.0
    for e in range(begin, end):
        total += weight[e] * _shape(age[e], rate, tail)
    return total


@njit(cache=True, nogil=True)
def weigh_links(
    first: int,
    last: int,
    links: Ints,
    exposure_ptr: Ints,
    exposure_age: Floats,
    exposure_weight: Floats,
    rate: float,
    window: float,
    tail: float,
    density: Floats,
) -> None:
    """Fills the summed delay density of the exposures of each of `links`, from the first to the last of them."""
    scale = rate / -np.expm1(-_hazard_sum(window, rate, tail))
    for i in range(first, last):
        begin, end = exposure_ptr[links[i]], exposure_ptr[links[i] + 1]
        density[i] = scale * _summed(begin, end, exposure_age, exposure_weight, rate, tail)


@njit(cache=True, nogil=True)
def weigh_events(
    first: int,
    last: int,
    events: Ints,
    cause_ptr: Ints,
    cause_author: NDArray[np.int32],
    cause_link: Ints,
    exposure_ptr: Ints,
    exposure_age: Floats,
    exposure_weight: Floats,
    theta: Floats,
    rate: float,
    window: float,
    tail: float,
    hazard: Floats,
) -> None:
    """Fills the hazard that shares bring about at each of `events`, from the first to the last of them."""
    scale = rate / -np.expm1(-_hazard_sum(window, rate, tail))
    for i in range(first, last):
        total = 0.0
        for k in range(cause_ptr[events[i]], cause_ptr[events[i] + 1]):
            begin, end = exposure_ptr[cause_link[k]], exposure_ptr[cause_link[k] + 1]
            total += theta[cause_author[k]] * _summed(begin, end, exposure_age, exposure_weight, rate, tail)
        hazard[i] = scale * total


@njit(cache=True, nogil=True)
def weigh_ages(
    first: int,
    last: int,
    links: Ints,
    credit: Floats,
    exposure_ptr: Ints,
    exposure_age: Floats,
    exposure_weight: Floats,
    rate: float,
    window: float,
    tail: float,
    number: Floats,
    aged: Floats,
) -> None:
    """Adds the orders credited to exposures by age, and the sum of their ages, to cells that are finest near 0.

    `credit` is what each link is credited with; its exposures share it by their delays. Of `links` those from the first
    to the last count.
    """
    cells = number.size
    for link in links[first:last]:
        if credit[link] == 0.0:
            continue
        begin, end = exposure_ptr[link], exposure_ptr[link + 1]
        total = _summed(begin, end, exposure_age, exposure_weight, rate, tail) if end - begin > 1 else 0.0
        for e in range(begin, end):
            part = credit[link]
            if end - begin > 1:
                part *= exposure_weight[e] * _shape(exposure_age[e], rate, tail) / total if total > 0.0 else 0.0
            cell = min(int(cells * np.sqrt(exposure_age[e] / window)), cells - 1)
            number[cell] += part
            aged[cell] += part * exposure_age[e]


@njit(cache=True, nogil=True)
def log_densities(
    first: int,
    last: int,
    links: Ints,
    orders: Ints,
    exposure_ptr: Ints,
    exposure_age: Floats,
    exposure_weight: Floats,
    rate: float,
    window: float,
    tail: float,
) -> float:
    """Log likelihood of the delays of orders by link, whichever of the link's exposures each of them followed.

    Of `links` those from the first to the last count; `orders` goes with them.
    """
    likelihood = 0.0
    scale = rate / -np.expm1(-_hazard_sum(window, rate, tail))
    for i in range(first, last):
        if orders[i] == 0:
            continue
        begin, end = exposure_ptr[links[i]], exposure_ptr[links[i] + 1]
        dense = scale * _summed(begin, end, exposure_age, exposure_weight, rate, tail)
        likelihood += orders[i] * np.log(max(dense, 1e-300))
    return likelihood


@njit(cache=True, nogil=True)
def left_exposure(
    event_person: Ints,
    event_campaign: Ints,
    event_time: Floats,
    follow_ptr: Ints,
    follow_author: Ints,
    follow_since: Floats,
    author_ptr: Ints,
    share_key: Ints,
    share_time: Floats,
    share_end: Floats,
    campaigns: int,
    rate: float,
    window: float,
    tail: float,
) -> Floats:
    """Exposure that is never run because a one-off buyer has left the risk set, by share."""
    left = np.zeros(share_time.size)
    for event in range(event_person.size):
        person, campaign = event_person[event], event_campaign[event]
        if person < 0 or campaign < 0:
            continue
        now = event_time[event]
        for position in range(follow_ptr[person], follow_ptr[person + 1]):
            author = follow_author[position]
            low, high = _run(share_key, author_ptr[author], author_ptr[author + 1], author * (campaigns + 1) + campaign)
            first, _ = _window(share_time, low, high, now - window, now)
            for s in range(first, high):
                start = max(now, follow_since[position]) - share_time[s]
                whole = delay_integral(min(window, share_end[s] - share_time[s]), rate, window, tail)
                left[s] += max(0.0, whole - delay_integral(start, rate, window, tail))
    return left
