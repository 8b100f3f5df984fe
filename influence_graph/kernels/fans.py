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
    followers: Floats,
    joined_ptr: Ints,
    joined: Ints,
    there: Floats,
    row: Ints,
    beta: Floats,
    beta_joined: Floats,
    people: Floats,
) -> None:
    """Adds authors' fans to the people of each campaign and kind, by how much more they buy: O(joined * kinds).

    Everywhere `followers` count, in each joined campaign those who were `there`, in its `row`.
    """
    campaigns, kinds = people.shape
    everywhere = np.zeros(kinds)
    for u in range(first, last):
        if beta[u] != 0.0:
            for kind in range(kinds):
                everywhere[kind] += beta[u] * followers[u, kind]
        if beta_joined[u] == 0.0:
            continue
        for j in range(joined_ptr[u], joined_ptr[u + 1]):
            more, own, here = beta_joined[u], there[row[j]], people[joined[j]]
            for kind in range(kinds):
                here[kind] += more * own[kind]
    for campaign in range(campaigns):
        for kind in range(kinds):
            people[campaign, kind] += everywhere[kind]


@njit(cache=True, nogil=True)
def orders_of_followers(
    first: int,
    last: int,
    followers: Floats,
    joined_ptr: Ints,
    joined: Ints,
    there: Floats,
    row: Ints,
    rate: Floats,
    everywhere: Floats,
    some: Floats,
) -> None:
    """Fills the orders of each author's fans in all campaigns, and in those the author joins.

    `rate` is the orders of one person of each campaign (row) and kind (column); followers as in `people_at_risk`.
    O(joined * kinds).
    """
    campaigns, kinds = rate.shape
    whole = np.zeros(kinds)
    for campaign in range(campaigns):
        for kind in range(kinds):
            whole[kind] += rate[campaign, kind]
    for u in range(first, last):
        own, total = followers[u], 0.0
        for kind in range(kinds):
            total += own[kind] * whole[kind]
        everywhere[u] = total
        total = 0.0
        for j in range(joined_ptr[u], joined_ptr[u + 1]):
            own, at, here = there[row[j]], rate[joined[j]], 0.0
            for kind in range(kinds):
                here += own[kind] * at[kind]
            total += here
        some[u] = total


@njit(cache=True, nogil=True)
def spread_posts(
    first: int,
    last: int,
    place: Ints,
    time: Floats,
    author: Ints,
    worn: Floats,
    strength: Floats,
    part: Floats,
    following: Floats,
    keen: Floats,
    step: float,
    ahead: int,
    rate: float,
    window: float,
    tail: float,
    posted: Floats,
    unseen: Floats,
) -> None:
    """Adds posts to the communities at their place over time, per day, as the delay runs, in steps from first to last.

    To each community a post weighs as it is worn, times the `part` of it that follows the author: that is `posted`. Of
    it, `unseen` are not `following` as buyers do, who are fans of this `strength` beside the `keen` of their place.
    Both are (places, steps, n). The step of the post and `ahead` steps in all count, each of `step` days. O(posts *
    ahead * n).
    """
    n = posted.shape[2]
    reach, beside = np.empty(n), np.empty(n)
    for s in range(time.size):
        begin = int(time[s] / step)
        low, high = max(begin, first), min(begin + ahead, last)
        if low >= high:
            continue
        for k in range(n):
            reach[k] = part[author[s], k] * worn[s]
            follows = min(following[author[s], k] * (1.0 + strength[s] / keen[place[s], k]), 1.0)
            beside[k] = reach[k] * (1.0 - follows)
        before = 0.0 if low == begin else delay_integral(low * step - time[s], rate, window, tail)
        for cell in range(low, high):
            after = delay_integral((cell + 1) * step - time[s], rate, window, tail)
            density = (after - before) / step
            before = after
            for k in range(n):
                posted[place[s], cell, k] += density * reach[k]
                unseen[place[s], cell, k] += density * beside[k]
