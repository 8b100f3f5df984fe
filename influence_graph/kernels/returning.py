"""Walks that come back: how often a walk that begins somewhere is there again, met halfway from both ends.

After ``a`` steps forth from u and ``b`` steps back from u, the chance of being at u again ``a + b`` steps later is the
product of the two, added up over all places. Both spread over few places at first, so that short ways back, which
differ from one to the other, cost little; what is left of long ones is nearly the same for all, and told beforehand.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Floats = NDArray[np.float64]
Rows = tuple[Ints, Places, Floats]

SHORT = 4
"""Ways back of up to so many steps are always walked: only then do they resemble those of everybody."""


@njit(cache=True, nogil=True)
def step(rows: Rows, here: Floats, places: Places, many: int, there: Floats, found: Places) -> int:
    """Walk one step from the first `many` of some places to what is found; `here` is left empty. Returns how many."""
    ptr, place, chance = rows
    new = 0
    for p in range(many):
        v = places[p]
        mass = here[v]
        here[v] = 0.0
        if mass < 1e-200:  # what is multiplied to nothing would be found again and again
            continue
        for e in range(ptr[v], ptr[v + 1]):
            w = place[e]
            if there[w] == 0.0:
                found[new] = w
                new += 1
            there[w] += mass * chance[e]
    return new


@njit(cache=True, nogil=True)
def visits(
    forth: Rows, back: Rows, some: Ints, slow: Floats, at: Floats, fading: float, error: float, most: int
) -> Floats:
    """Visits that walks which begin with some people are expected to pay them, the first included.

    Rows hold the chances of steps, forth by who is left and back by who is reached. Long ways back are told as
    ``at * slow ** k``; what they miss of that fades by `fading` a step, and walking ends where all that would still
    come is below `error` of the visits. NaN for those left when `most` edges are walked.
    """
    n = len(forth[0]) - 1
    told = np.full(len(some), np.nan)
    walked = 0
    ahead, behind, next_one = np.zeros(n), np.zeros(n), np.zeros(n)
    ahead_at, behind_at, next_at = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    for i in range(len(some)):
        u = some[i]
        ahead[u] = behind[u] = 1.0
        ahead_at[0] = behind_at[0] = u
        reached, reaching = 1, 1
        forth_cost, back_cost = forth[0][u + 1] - forth[0][u], back[0][u + 1] - back[0][u]
        steps, missed = 0, 1.0
        total, usual = 1.0 + at[u] * slow[u] / (1.0 - slow[u]), at[u]
        while True:
            if forth_cost <= back_cost:
                walked += forth_cost
                reached = step(forth, ahead, ahead_at, reached, next_one, next_at)
                ahead, next_one, ahead_at, next_at = next_one, ahead, next_at, ahead_at
                forth_cost = 0
                for p in range(reached):
                    forth_cost += forth[0][ahead_at[p] + 1] - forth[0][ahead_at[p]]
            else:
                walked += back_cost
                reaching = step(back, behind, behind_at, reaching, next_one, next_at)
                behind, next_one, behind_at, next_at = next_one, behind, next_at, behind_at
                back_cost = 0
                for p in range(reaching):
                    back_cost += back[0][behind_at[p] + 1] - back[0][behind_at[p]]
            met = 0.0
            if reached <= reaching:
                for p in range(reached):
                    met += ahead[ahead_at[p]] * behind[ahead_at[p]]
            else:
                for p in range(reaching):
                    met += ahead[behind_at[p]] * behind[behind_at[p]]
            steps += 1
            usual *= slow[u]
            before, missed = missed, abs(met - usual)
            total += met - usual
            if steps >= SHORT and max(before, missed) * fading <= error * total * (1.0 - fading):
                break
            if walked > most:
                return told
            if reached == 0 or reaching == 0:  # nobody comes back any more
                total -= usual * slow[u] / (1.0 - slow[u])
                break
        for p in range(reached):
            ahead[ahead_at[p]] = 0.0
        for p in range(reaching):
            behind[behind_at[p]] = 0.0
        told[i] = total
    return told
