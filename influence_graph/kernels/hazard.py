"""Loops of the additive hazard: EM and Gibbs steps over what those who converted may have followed from.

Arrays in, arrays out. An *event* is an order (or a bin of orders without a buyer); its *bonds* are the authors whom the
buyer follows, its *causes* those whose shares the buyer may have seen. All loops run over events from `first` to
`last`, so that parts of the events can be shared out to threads; each part adds to counts of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]


@njit(cache=True, nogil=True)
def _hazards(
    event: int,
    certain: Any,
    base_ptr: Ints,
    base_piece: Ints,
    base_cell: Ints,
    cause_ptr: Ints,
    cause_author: Shorts,
    density: Floats,
    mu: Floats,
    eta: Floats,
    theta: Floats,
) -> tuple[float, float]:
    """The hazard of an event that nobody's habit and no share brings about, and that of shares."""
    base = 0.0
    if not certain[event]:
        for b in range(base_ptr[event], base_ptr[event + 1]):
            base += mu[base_piece[b]] * (eta[base_cell[b]] if base_cell[b] >= 0 else 1.0)
    total = 0.0
    for k in range(cause_ptr[event], cause_ptr[event + 1]):
        total += theta[cause_author[k]] * density[k]
    return base, total


@njit(cache=True, nogil=True)
def expect(
    first: int,
    last: int,
    weight: Floats,
    scale: Floats,
    certain: Any,
    base_ptr: Ints,
    base_piece: Ints,
    base_cell: Ints,
    cause_ptr: Ints,
    cause_author: Shorts,
    density: Floats,
    mu: Floats,
    eta: Floats,
    theta: Floats,
    coded: Ints,
    cause_link: Ints,
    responsibility: Floats,
    organic: Floats,
    pull: Floats,
    caused: Floats,
    by_piece: Floats,
    by_cell: Floats,
) -> float:
    """The E step: fills `responsibility` of links and `organic` of events, adds to their sums; returns sum log hazard.

    `scale` is by how much fans' habits, or many people, raise what somebody buys anyhow; `pull` is filled with what a
    fan's habit must be multiplied by to give its part of the event, and `spread` adds that to whomever the buyer
    follows. `coded` is the cause whose author's code stands on the order, -1 for none: it takes what shares caused.
    `base_cell` is the campaign and kind of the buyer, -1 for nobody; `eta` how much likelier than others such people
    order.
    """
    likelihood = 0.0
    for event in range(first, last):
        pull[event] = 0.0
        if weight[event] == 0.0:
            continue
        base, total = _hazards(
            event, certain, base_ptr, base_piece, base_cell, cause_ptr, cause_author, density, mu, eta, theta
        )
        hazard = base * scale[event] + total
        if hazard <= 0.0:
            organic[event] = 1.0
            for k in range(cause_ptr[event], cause_ptr[event + 1]):
                responsibility[cause_link[k]] = 0.0
            share = 1.0
        else:
            likelihood += weight[event] * np.log(hazard)
            share = base * scale[event] / hazard
            organic[event] = share
            for k in range(cause_ptr[event], cause_ptr[event + 1]):
                u = cause_author[k]
                r = theta[u] * density[k] / hazard
                if coded[event] >= 0:  # the code settles who, not whether
                    r = total / hazard if k == coded[event] else 0.0
                responsibility[cause_link[k]] = r
                caused[u] += weight[event] * r
            pull[event] = weight[event] * base / hazard
        if base > 0.0:
            for b in range(base_ptr[event], base_ptr[event + 1]):
                tilt = eta[base_cell[b]] if base_cell[b] >= 0 else 1.0
                part = weight[event] * share * mu[base_piece[b]] * tilt / base
                by_piece[base_piece[b]] += part
                if base_cell[b] >= 0:
                    by_cell[base_cell[b]] += part
    return likelihood


@njit(cache=True, nogil=True)
def draw_parents(
    rng: Any,
    first: int,
    last: int,
    weight: Ints,
    scale: Floats,
    certain: Any,
    base_ptr: Ints,
    base_piece: Ints,
    base_cell: Ints,
    cause_ptr: Ints,
    cause_author: Shorts,
    density: Floats,
    mu: Floats,
    eta: Floats,
    theta: Floats,
    coded: Ints,
    bond_ptr: Ints,
    bond: Shorts,
    habit: Floats,
    caused: Floats,
    fans: Floats,
    joined_fans: Floats,
    by_piece: Floats,
    by_cell: Floats,
    crowd: Floats,
    by_cause: Ints,
) -> None:
    """The Gibbs step: each order draws its one cause; adds to counts by author, by fan effect, and by organic piece.

    A bond is twice its author, and one more where the author joined the campaign; `habit` holds how much more such fans
    buy. `by_cell` counts organic orders by campaign and kind of the buyer, `crowd` those without buyer by piece, and
    `by_cause` is filled with those that each cause brought about. The rest is as `expect` takes it.
    """
    for event in range(first, last):
        for k in range(cause_ptr[event], cause_ptr[event + 1]):
            by_cause[k] = 0
        if weight[event] == 0:
            continue
        base, total = _hazards(
            event, certain, base_ptr, base_piece, base_cell, cause_ptr, cause_author, density, mu, eta, theta
        )
        hazard = base * scale[event] + total
        for _ in range(weight[event]):
            if hazard <= 0.0:
                continue
            point = rng.random() * hazard
            if point < total and coded[event] >= 0:
                caused[cause_author[coded[event]]] += 1.0
                by_cause[coded[event]] += 1
                continue
            if point < total:
                for k in range(cause_ptr[event], cause_ptr[event + 1]):
                    point -= theta[cause_author[k]] * density[k]
                    if point < 0.0:
                        caused[cause_author[k]] += 1.0
                        by_cause[k] += 1
                        break
                continue
            nobody = False
            point = rng.random() * base
            for b in range(base_ptr[event], base_ptr[event + 1]):
                point -= mu[base_piece[b]] * (eta[base_cell[b]] if base_cell[b] >= 0 else 1.0)
                if point < 0.0 or b == base_ptr[event + 1] - 1:
                    by_piece[base_piece[b]] += 1.0
                    nobody = base_cell[b] < 0
                    if nobody:
                        crowd[base_piece[b]] += 1.0
                    else:
                        by_cell[base_cell[b]] += 1.0
                    break
            if nobody:
                continue
            point = rng.random() * scale[event] - 1.0
            if point < 0.0:
                continue
            for k in range(bond_ptr[event], bond_ptr[event + 1]):
                everywhere = bond[k] & ~np.int32(1)
                if point < habit[everywhere]:
                    fans[bond[k] >> 1] += 1.0
                    break
                point -= habit[bond[k]]
                if point < 0.0:
                    joined_fans[bond[k] >> 1] += 1.0
                    break


@njit(cache=True, nogil=True)
def driven(
    first: int,
    last: int,
    cause_ptr: Ints,
    cause_author: Shorts,
    density: Floats,
    theta: Floats,
    hazard: Floats,
) -> None:
    """Fills the hazard that shares bring about at each event."""
    for event in range(first, last):
        total = 0.0
        for k in range(cause_ptr[event], cause_ptr[event + 1]):
            total += theta[cause_author[k]] * density[k]
        hazard[event] = total


@njit(cache=True, nogil=True)
def split_orders(weight: Floats, organic: Floats, driven: Floats, factors: Floats) -> tuple[Floats, float]:
    """Orders split over an organic and a driven hazard times their factors, and the sum of products of both parts."""
    parts, product = np.zeros(2), 0.0
    for i in range(weight.size):
        by_shares = factors[1] * driven[i]
        hazard = factors[0] * organic[i] + by_shares
        share = by_shares / hazard if hazard > 0.0 else 0.0
        parts[0] += weight[i] * (1.0 - share)
        parts[1] += weight[i] * share
        product += weight[i] * share * (1.0 - share)
    return parts, product


@njit(cache=True, nogil=True)
def strength(first: int, last: int, bond_ptr: Ints, bond: Shorts, habit: Floats, strength: Floats) -> None:
    """Fills 1 + how much more each event's buyer buys as a fan."""
    for event in range(first, last):
        total = 1.0
        for k in range(bond_ptr[event], bond_ptr[event + 1]):
            total += habit[bond[k]]
        strength[event] = total


@njit(cache=True, nogil=True)
def spread(first: int, last: int, bond_ptr: Ints, bond: Shorts, value: Floats, total: Floats) -> None:
    """Adds the value of each event to the total of each of its bonds."""
    for event in range(first, last):
        for k in range(bond_ptr[event], bond_ptr[event + 1]):
            total[bond[k]] += value[event]
