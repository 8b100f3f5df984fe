"""Loops of the additive hazard: exposures of those who converted, EM and Gibbs steps over them.

Arrays in, arrays out. An *event* is an order (or a bin of orders without a buyer); a *link* joins an event to an
author whose shares it may follow from; an *exposure* is one share behind a link, with its age in days.
"""

from __future__ import annotations

from typing import Any

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
) -> tuple[Floats, Floats]:
    """Follower exposure of each share up to the end of observation, and the number of its followers exposed.

    `audience_since` is sorted within an author; whoever follows later than the share is exposed from then on.
    """
    exposure = np.zeros(share_time.size)
    reached = np.zeros(share_time.size)
    for s in range(share_time.size):
        low, high = audience_ptr[share_author[s]], audience_ptr[share_author[s] + 1]
        horizon = min(window, share_end[s] - share_time[s])
        if horizon <= 0.0:
            continue
        whole = delay_integral(horizon, rate, window)
        standing = np.searchsorted(audience_since[low:high], share_time[s], side="right")
        total = standing * whole
        number = float(standing)
        for position in range(low + standing, high):
            late = audience_since[position] - share_time[s]
            if late >= horizon:
                break
            total += whole - delay_integral(late, rate, window)
            number += 1.0
        exposure[s] = total
        reached[s] = number
    return exposure, reached


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


@njit(cache=True)
def expect(
    weight: Floats,
    certain: Any,
    base_ptr: Ints,
    base_piece: Ints,
    tilt: Floats,
    base_cell: Ints,
    fan_scale: Floats,
    link_ptr: Ints,
    link_author: Ints,
    link_fan: Floats,
    link_joined: Floats,
    density: Floats,
    coded_link: Ints,
    mu: Floats,
    theta: Floats,
    beta: Floats,
    beta_joined: Floats,
    responsibility: Floats,
    organic: Floats,
    caused: Floats,
    fans: Floats,
    joined_fans: Floats,
    by_piece: Floats,
    by_cell: Floats,
) -> float:
    """The E step: fills `responsibility` of links, `organic` of events and their sums; returns sum log hazard.

    `coded_link` is the link whose author's code stands on the order, -1 for none: it takes what shares caused.
    `fan_scale` above 0 marks an event without buyer: its organic hazard is mu times that many people. `tilt` is how
    much likelier than others people of the buyer's kind (`base_cell`) order in each campaign that may be meant.
    """
    caused[:] = 0.0
    fans[:] = 0.0
    joined_fans[:] = 0.0
    by_piece[:] = 0.0
    by_cell[:] = 0.0
    likelihood = 0.0
    for event in range(weight.size):
        if weight[event] == 0.0:
            continue
        base = 0.0
        if not certain[event]:
            for b in range(base_ptr[event], base_ptr[event + 1]):
                base += mu[base_piece[b]] * tilt[b]
        scale = fan_scale[event]
        total = 0.0
        if scale == 0.0:
            scale = 1.0
            for link in range(link_ptr[event], link_ptr[event + 1]):
                u = link_author[link]
                scale += link_fan[link] * (beta[u] + link_joined[link] * beta_joined[u])
        for link in range(link_ptr[event], link_ptr[event + 1]):
            total += theta[link_author[link]] * density[link]
        hazard = base * scale + total
        if hazard <= 0.0:
            organic[event] = 1.0
            for link in range(link_ptr[event], link_ptr[event + 1]):
                responsibility[link] = 0.0
            share = 1.0
        else:
            likelihood += weight[event] * np.log(hazard)
            share = base * scale / hazard
            organic[event] = share
            for link in range(link_ptr[event], link_ptr[event + 1]):
                u = link_author[link]
                r = theta[u] * density[link] / hazard
                if coded_link[event] >= 0:  # the code settles who, not whether
                    r = total / hazard if link == coded_link[event] else 0.0
                responsibility[link] = r
                caused[u] += weight[event] * r
                if fan_scale[event] == 0.0 and base > 0.0:
                    f = weight[event] * base * link_fan[link] / hazard
                    fans[u] += f * beta[u]
                    joined_fans[u] += f * link_joined[link] * beta_joined[u]
        if base > 0.0:
            for b in range(base_ptr[event], base_ptr[event + 1]):
                part = weight[event] * share * mu[base_piece[b]] * tilt[b] / base
                by_piece[base_piece[b]] += part
                if fan_scale[event] == 0.0:
                    by_cell[base_cell[b]] += part
    return likelihood


@njit(cache=True)
def draw_parents(
    rng: Any,
    weight: Ints,
    certain: Any,
    base_ptr: Ints,
    base_piece: Ints,
    tilt: Floats,
    base_cell: Ints,
    fan_scale: Floats,
    link_ptr: Ints,
    link_author: Ints,
    link_fan: Floats,
    link_joined: Floats,
    density: Floats,
    coded_link: Ints,
    mu: Floats,
    theta: Floats,
    beta: Floats,
    beta_joined: Floats,
    caused: Floats,
    fans: Floats,
    joined_fans: Floats,
    by_piece: Floats,
    by_cell: Floats,
    crowd: Floats,
    age: Floats,
) -> float:
    """The Gibbs step: each order draws its one cause; counts by author, by fan effect, and by organic piece.

    `by_cell` counts organic orders by campaign and stratum of the buyer. Returns the summed mean age of the exposures
    drawn.
    """
    aged = 0.0
    caused[:] = 0.0
    fans[:] = 0.0
    joined_fans[:] = 0.0
    by_piece[:] = 0.0
    crowd[:] = 0.0
    by_cell[:] = 0.0
    for event in range(weight.size):
        if weight[event] == 0:
            continue
        base = 0.0
        if not certain[event]:
            for b in range(base_ptr[event], base_ptr[event + 1]):
                base += mu[base_piece[b]] * tilt[b]
        scale = fan_scale[event]
        nobody = scale > 0.0
        extra = 0.0
        total = 0.0
        for link in range(link_ptr[event], link_ptr[event + 1]):
            u = link_author[link]
            total += theta[u] * density[link]
            if not nobody:
                extra += link_fan[link] * (beta[u] + link_joined[link] * beta_joined[u])
        if not nobody:
            scale = 1.0 + extra
        hazard = base * scale + total
        for _ in range(weight[event]):
            if hazard <= 0.0:
                continue
            point = rng.random() * hazard
            if point < total and coded_link[event] >= 0:
                caused[link_author[coded_link[event]]] += 1.0
                aged += age[coded_link[event]]
                continue
            if point < total:
                for link in range(link_ptr[event], link_ptr[event + 1]):
                    point -= theta[link_author[link]] * density[link]
                    if point < 0.0:
                        caused[link_author[link]] += 1.0
                        aged += age[link]
                        break
                continue
            point = rng.random() * base
            for b in range(base_ptr[event], base_ptr[event + 1]):
                point -= mu[base_piece[b]] * tilt[b]
                if point < 0.0 or b == base_ptr[event + 1] - 1:
                    by_piece[base_piece[b]] += 1.0
                    if nobody:
                        crowd[base_piece[b]] += 1.0
                    else:
                        by_cell[base_cell[b]] += 1.0
                    break
            if nobody:
                continue
            point = rng.random() * scale - 1.0
            if point < 0.0:
                continue
            for link in range(link_ptr[event], link_ptr[event + 1]):
                u = link_author[link]
                point -= link_fan[link] * beta[u]
                if point < 0.0:
                    fans[u] += 1.0
                    break
                point -= link_fan[link] * link_joined[link] * beta_joined[u]
                if point < 0.0:
                    joined_fans[u] += 1.0
                    break
    return aged
