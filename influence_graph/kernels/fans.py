"""Loops over authors and posts: how many people fans stand for, what they order, and when they are posted to."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence_graph.kernels.exposure import delay_integral

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def people_at_risk(
    first: int,
    last: int,
    fans: Floats,
    followers: Floats,
    joined_ptr: Ints,
    joined: Ints,
    stands: Floats,
    beta: Floats,
    beta_joined: Floats,
    people: Floats,
) -> None:
    """Adds authors' fans to the people of each campaign and kind, by how much more they buy: O(joined * kinds).

    Everywhere `fans` count, in joined campaigns `followers`, of whom a part `stands`.
    """
    campaigns, kinds = people.shape
    everywhere = np.zeros(kinds)
    for u in range(first, last):
        for kind in range(kinds):
            everywhere[kind] += beta[u] * fans[u, kind]
        for j in range(joined_ptr[u], joined_ptr[u + 1]):
            more = beta_joined[u] * stands[j]
            for kind in range(kinds):
                people[joined[j], kind] += more * followers[u, kind]
    for campaign in range(campaigns):
        for kind in range(kinds):
            people[campaign, kind] += everywhere[kind]


@njit(cache=True, nogil=True)
def orders_of_followers(
    first: int,
    last: int,
    fans: Floats,
    followers: Floats,
    joined_ptr: Ints,
    joined: Ints,
    stands: Floats,
    rate: Floats,
    everywhere: Floats,
    some: Floats,
) -> None:
    """Fills the orders of each author's fans in all campaigns, and in those the author joins.

    `rate` is the orders of one person of each campaign (row) and kind (column). O(joined * kinds).
    """
    campaigns, kinds = rate.shape
    whole = np.zeros(kinds)
    for campaign in range(campaigns):
        for kind in range(kinds):
            whole[kind] += rate[campaign, kind]
    for u in range(first, last):
        total = 0.0
        for kind in range(kinds):
            total += fans[u, kind] * whole[kind]
        everywhere[u] = total
        total = 0.0
        for j in range(joined_ptr[u], joined_ptr[u + 1]):
            here = 0.0
            for kind in range(kinds):
                here += followers[u, kind] * rate[joined[j], kind]
            total += stands[j] * here
        some[u] = total


@njit(cache=True, nogil=True)
def spread_posts(
    place: Ints,
    time: Floats,
    weights: Floats,
    step: float,
    ahead: int,
    rate: float,
    window: float,
    tail: float,
    total: Floats,
) -> None:
    """Adds the weights of each post to its place over time, per day, as the delay runs.

    `weights` are (posts, m, n), `total` is (m, places, steps, n). The step of the post and `ahead` steps in all count,
    each of `step` days. O(posts * ahead * m * n).
    """
    m, _, steps, n = total.shape
    for s in range(time.size):
        first = int(time[s] / step)
        before = 0.0
        for cell in range(first, min(first + ahead, steps)):
            after = delay_integral((cell + 1) * step - time[s], rate, window, tail)
            density = (after - before) / step
            before = after
            for j in range(m):
                for k in range(n):
                    total[j, place[s], cell, k] += density * weights[s, j, k]
