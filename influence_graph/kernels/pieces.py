"""Days merged into pieces, and the prior of a family of rates: loops of the hazard model's smaller parts."""

from __future__ import annotations

from math import lgamma
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FEW = 8
"""Orders up to which a ratio of Gamma functions is a product."""
_SMALL, _LARGE = 1e-100, 1e100


@njit(cache=True, nogil=True)
def merge_days(
    event_campaign: Ints, event_time: Floats, event_weight: Floats, begin: Floats, end: Floats, least: float
) -> tuple[Ints, Floats, Floats]:
    """Pieces of whole days with at least `least` orders each where days allow it, campaign after campaign.

    Events are sorted by campaign, then time. Returns campaign, begin and end of each piece; every campaign has one.
    """
    campaigns = begin.size
    size = 0
    for c in range(campaigns):
        size += int(max(0.0, end[c] - begin[c])) + 3
    owner = np.empty(size, np.int64)
    low = np.empty(size)
    high = np.empty(size)
    n = 0
    e = 0
    for c in range(campaigns):
        last = max(end[c], begin[c] + 1e-6)
        opened = begin[c]
        held = 0.0
        day = np.floor(begin[c]) + 1.0
        start = begin[c]
        while start < last:
            close = min(day, last)
            today = 0.0
            while e < event_time.size and event_campaign[e] == c and (event_time[e] < close or close == last):
                today += event_weight[e]
                e += 1
            if today >= least and opened < start:  # quiet days before it don't dilute a busy one
                owner[n], low[n], high[n] = c, opened, start
                n += 1
                opened = start
                held = 0.0
            held += today
            if held >= least or close == last:
                owner[n], low[n], high[n] = c, opened, close
                n += 1
                opened = close
                held = 0.0
            start = close
            day += 1.0
    return owner[:n], low[:n], high[:n]


@njit(cache=True, nogil=True)
def _evidence(count: Floats, exposure: Floats, inverse: Floats, shape: float, log_inverse: float) -> float:
    """Log marginal likelihood of counts whose rates are Gamma(shape), of these inverse scales.

    `log_inverse` is the sum of the inverse scales' logarithms. One is taken of many factors at once: most counts are
    none, or few.
    """
    alone, total = lgamma(shape), shape * log_inverse
    power, product = 1.0, 1.0
    for i in range(count.size):
        whole, n = inverse[i] + exposure[i], count[i]
        power *= whole
        if not _SMALL < power < _LARGE:
            total -= shape * np.log(power)
            power = 1.0
        if n == 0.0:
            continue
        if n <= FEW and n == np.floor(n):
            for j in range(int(n)):
                product *= (shape + j) / whole
            if not _SMALL < product < _LARGE:
                total += np.log(product)
                product = 1.0
        else:
            total += lgamma(shape + n) - alone - n * np.log(whole)
    return float(total - shape * np.log(power) + np.log(product))


@njit(cache=True, nogil=True)
def _scales(size: Floats, prior: Floats, inverse: Floats) -> float:
    """Fills the inverse scale of each rate's prior, shape over mean; returns the sum of their logarithms."""
    level = prior[0] - prior[1]
    inverse[:] = np.exp(level)
    if prior[2] == 0.0:
        return float(size.size * level)
    total = 0.0
    for i in range(size.size):
        total += size[i]
        inverse[i] *= np.exp(-prior[2] * size[i])
    return float(size.size * level - prior[2] * total)


@njit(cache=True, nogil=True)
def draw_prior(
    rng: Any, count: Floats, exposure: Floats, size: Floats, prior: Floats, belief: Floats, steps: int, sloped: bool
) -> Floats:
    """Random-walk Metropolis steps on (log shape, log mean, slope) of a family of Poisson rates, in place.

    `belief` holds means and standard deviations of their normal hyperpriors: (m_a, s_a, m_m, s_m, m_b, s_b). Returns
    the inverse scale of each rate's prior.
    """
    informed = 2.0 / np.sqrt(1.0 + count.sum())
    inverse, other = np.empty(count.size), np.empty(count.size)
    log_inverse = _scales(size, prior, inverse)
    now = _evidence(count, exposure, inverse, np.exp(prior[0]), log_inverse)
    for step in range(steps):
        which = step % (3 if sloped else 2)
        width = 0.5 if which == 0 else 0.1 + informed
        proposal = prior[which] + width * rng.standard_normal()
        old = prior[which]
        middle, spread = belief[2 * which], belief[2 * which + 1]
        gain = 0.5 * (((old - middle) / spread) ** 2 - ((proposal - middle) / spread) ** 2)
        prior[which] = proposal
        if which == 2:
            log_other = _scales(size, prior, other)
        else:  # all of them are as much larger or smaller
            change = proposal - old if which == 0 else old - proposal
            factor = np.exp(change)
            for i in range(count.size):
                other[i] = inverse[i] * factor
            log_other = log_inverse + count.size * change
        then = _evidence(count, exposure, other, np.exp(prior[0]), log_other)
        if np.log(rng.random()) < then - now + gain:
            now = then
            inverse, other = other, inverse
            log_inverse = log_other
        else:
            prior[which] = old
    return inverse


@njit(cache=True, nogil=True)
def draw_rates(rng: Any, count: Floats, exposure: Floats, inverse: Floats, shape: float) -> Floats:
    """Rates given counts under Gamma priors of a shape and these inverse scales."""
    rate = np.empty(count.size)
    for i in range(count.size):
        rate[i] = rng.gamma(shape + count[i]) / (inverse[i] + exposure[i])
    return rate


@njit(cache=True, nogil=True)
def draw_chain(
    rng: Any, count: Floats, exposure: Floats, chain: Ints, rate: Floats, bridge: Floats, log_shape: float
) -> float:
    """Gibbs steps on rates that resemble the piece before them, in place; returns the next log shape.

    A Gamma Markov chain: the bridge z_k ~ Gamma(a, a * mu_{k-1}) and mu_k ~ Gamma(a, a * z_k) keep every conditional
    conjugate (Cemgil & Dikmen 2007). The first piece of a chain has no piece before it.
    """
    a = np.exp(log_shape)
    n = count.size
    for k in range(1, n):
        if chain[k] == chain[k - 1]:
            bridge[k] = rng.gamma(2.0 * a) / (a * (rate[k] + rate[k - 1]))
    for k in range(n):
        chained = k > 0 and chain[k] == chain[k - 1]
        followed = k + 1 < n and chain[k + 1] == chain[k]
        shape = 0.5 + count[k]
        inverse = exposure[k]
        if chained:
            shape += a - 0.5
            inverse += a * bridge[k]
        if followed:
            shape += a
            inverse += a * bridge[k + 1]
        rate[k] = max(rng.gamma(shape) / inverse, 1e-300)
    for _ in range(3):
        proposal = log_shape + 0.2 * rng.standard_normal()
        gain = -0.5 * (proposal * proposal - log_shape * log_shape) / 4.0
        new = np.exp(proposal)
        old = np.exp(log_shape)
        usual = lgamma(2.0 * new) - 2.0 * lgamma(new) - lgamma(2.0 * old) + 2.0 * lgamma(old)
        for k in range(1, n):
            if chain[k] == chain[k - 1]:
                # the bridge integrated out: a symmetric beta-prime step between neighbours
                step = np.log(rate[k]) - np.log(rate[k - 1])
                gain += usual - 2.0 * (new - old) * np.log(2.0 * np.cosh(0.5 * step))
        if np.log(rng.random()) < gain:
            log_shape = proposal
    return log_shape


@njit(cache=True, nogil=True)
def weigh_curves(
    author: Ints,
    campaign: Ints,
    time: Floats,
    end: Floats,
    density: Floats,
    step: float,
    piece_ptr: Ints,
    piece_begin: Floats,
    piece_length: Floats,
    curve: Floats,
    floor: float,
    authors: int,
) -> tuple[Floats, Floats]:
    """Each author's exposure over time, x, beside the curve of all orders, f: sums of x² and of x f over f + floor.

    Shares are sorted by author, campaign and time; each adds `density` from its time on, in cells of `step` days, until
    its `end`. O(shares * len(density)).
    """
    xx, xf = np.zeros(authors), np.zeros(authors)
    window = density.size
    value = np.zeros(2 * window)
    n = author.size
    i = 0
    while i < n:
        first = int(np.floor(time[i] / step))
        last = first
        j = i
        while j < n and author[j] == author[i] and campaign[j] == campaign[i]:
            begin = int(np.floor(time[j] / step))
            if begin > last and j > i:
                break
            last = begin + window
            if last - first > value.size:
                shorter, value = value, np.zeros(2 * (last - first))
                for k in range(shorter.size):
                    value[k] = shorter[k]
            for k in range(window):
                if (begin + k) * step < end[j]:
                    value[begin - first + k] += density[k]
            j += 1
        piece, after = piece_ptr[campaign[i]], piece_ptr[campaign[i] + 1]
        for k in range(last - first):
            if value[k] > 0.0:
                now = (first + k + 0.5) * step
                while piece + 1 < after and piece_begin[piece + 1] <= now:
                    piece += 1
                orders = 0.0
                if piece < after and piece_begin[piece] <= now <= piece_begin[piece] + piece_length[piece]:
                    orders = curve[piece]
                xx[author[i]] += value[k] * value[k] / (orders + floor)
                xf[author[i]] += value[k] * orders / (orders + floor)
            value[k] = 0.0
        i = j
    return xx, xf
