"""Loops over followers who came while people ordered: when they came, how many people they stand for, what they order.

A *cell* is a moment and a community as one number, `kinds` apart. All loops run over authors from `first` to `last`.
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
def gather_arrivals(
    first: int,
    last: int,
    audience_ptr: Ints,
    since: Floats,
    kind: Ints,
    moments: Floats,
    kinds: int,
    fill: Any,
    standing: Floats,
    ptr: Ints,
    cell: Shorts,
    number: Floats,
) -> None:
    """Counts the cells of each author's later followers into ``ptr[u + 1]``; with `fill` writes them, `ptr` being sums.

    Who came by the first moment is `standing`; who came after the last is nowhere. Whoever came between two moments
    counts at both, the nearer the more. Followers are sorted by date, cells by moment. O(followers + moments).
    """
    size = moments.size
    here, touched = np.zeros(kinds * size), np.empty(kinds * size, np.int64)
    for u in range(first, last):
        met, place = 0, 0
        for position in range(audience_ptr[u], audience_ptr[u + 1]):
            when = since[position]
            if not when > moments[0]:
                if fill:
                    standing[u, kind[position]] += 1.0
                continue
            if when >= moments[size - 1]:
                break
            while moments[place + 1] <= when:
                place += 1
            later = (when - moments[place]) / (moments[place + 1] - moments[place])
            for step in range(2):
                part = later if step else 1.0 - later
                at = (place + step) * kinds + kind[position]
                if part > 0.0:
                    if here[at] == 0.0:
                        touched[met] = at
                        met += 1
                    here[at] += part
        if fill:
            touched[:met].sort()
            for i in range(met):
                cell[ptr[u] + i] = touched[i]
                number[ptr[u] + i] = here[touched[i]]
        else:
            ptr[u + 1] = met
        for i in range(met):
            here[touched[i]] = 0.0


@njit(cache=True, nogil=True)
def part_campaigns(
    first: int,
    last: int,
    ptr: Ints,
    cell: Shorts,
    number: Floats,
    joined_ptr: Ints,
    joined: Ints,
    opens: Ints,
    closes: Ints,
    standing: Floats,
    begin: Ints,
    end: Ints,
    there: Floats,
) -> None:
    """Fills, for each campaign that an author joins, who was `there` before it, and who came from `begin` to `end`.

    A campaign runs from the cell where it `opens` to where it `closes`. O(cells, summed over joined campaigns).
    """
    kinds = standing.shape[1]
    for u in range(first, last):
        own = cell[ptr[u] : ptr[u + 1]]
        for j in range(joined_ptr[u], joined_ptr[u + 1]):
            begin[j] = ptr[u] + np.searchsorted(own, opens[joined[j]])
            end[j] = max(ptr[u] + np.searchsorted(own, closes[joined[j]]), begin[j])
            there[j] = standing[u]
            for k in range(ptr[u], begin[j]):
                there[j, cell[k] % kinds] += number[k]


@njit(cache=True, nogil=True)
def people_arriving(
    first: int,
    last: int,
    ptr: Ints,
    cell: Shorts,
    number: Floats,
    joined_ptr: Ints,
    joined: Ints,
    begin: Ints,
    end: Ints,
    beta: Floats,
    beta_joined: Floats,
    people: Floats,
) -> None:
    """Adds authors' later fans to the people of each campaign (row) and cell, by how much more they buy.

    In a campaign that its author joins, entries from `begin` to `end` came while it ran.
    """
    campaigns, cells = people.shape
    everywhere = np.zeros(cells)
    for u in range(first, last):
        if beta[u] != 0.0:
            for k in range(ptr[u], ptr[u + 1]):
                everywhere[cell[k]] += beta[u] * number[k]
        if beta_joined[u] != 0.0:
            for j in range(joined_ptr[u], joined_ptr[u + 1]):
                here = people[joined[j]]
                for k in range(begin[j], end[j]):
                    here[cell[k]] += beta_joined[u] * number[k]
    for campaign in range(campaigns):
        for at in range(cells):
            people[campaign, at] += everywhere[at]


@njit(cache=True, nogil=True)
def orders_of_arriving(
    first: int,
    last: int,
    ptr: Ints,
    cell: Shorts,
    number: Floats,
    joined_ptr: Ints,
    joined: Ints,
    begin: Ints,
    end: Ints,
    rate: Floats,
    everywhere: Floats,
    some: Floats,
) -> None:
    """Adds the orders of each author's later fans in all campaigns, and in those the author joins.

    `rate` is the orders of one person of each campaign (row) and cell (column) from its moment on; `begin` and `end` as
    in `people_arriving`.
    """
    campaigns, cells = rate.shape
    whole = np.zeros(cells)
    for campaign in range(campaigns):
        for at in range(cells):
            whole[at] += rate[campaign, at]
    for u in range(first, last):
        for k in range(ptr[u], ptr[u + 1]):
            everywhere[u] += number[k] * whole[cell[k]]
        for j in range(joined_ptr[u], joined_ptr[u + 1]):
            here = rate[joined[j]]
            for k in range(begin[j], end[j]):
                some[u] += number[k] * here[cell[k]]
