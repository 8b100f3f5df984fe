"""Loops of the additive hazard: EM and Gibbs steps over the exposures of those who converted.

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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
    by_link: Ints,
) -> None:
    """The Gibbs step: each order draws its one cause; counts by author, by fan effect, and by organic piece.

    `by_cell` counts organic orders by campaign and stratum of the buyer, `by_link` those that each link caused.
    """
    by_link[:] = 0
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
                by_link[coded_link[event]] += 1
                continue
            if point < total:
                for link in range(link_ptr[event], link_ptr[event + 1]):
                    point -= theta[link_author[link]] * density[link]
                    if point < 0.0:
                        caused[link_author[link]] += 1.0
                        by_link[link] += 1
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
