"""Whether people tire of a creator's posts: what the second and the fifth within the window do, against the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtri  # scipy.stats takes half a second to load

from influence_graph.drivers.drive import Workings
from influence_graph.drivers.wear import tell_wear
from influence_graph.programme.timing.within import Posts, apart

TURNS = 8
"""Later posts count as this one."""
ROUNDS = 4
QUANTILES = (np.arange(200) + 0.5) / 200
LEAST_POSTS = 30
"""Later posts below which nothing is told."""


def fatigue(workings: Workings, told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How much less a creator's later posts in a campaign and window do than the first.

    The n-th post works ``n ** -wear`` as well as the first. Each post is compared with the same creator's others, and
    the power found by steps of generalised least squares.

    Parameters
    ----------
    workings : Workings
    told : mapping or None
        What the map learnt with ``wear_out``, which is taken where there is anything.

    Returns
    -------
    dict or None
        As `drivers.wear.tell_wear` says it, whose allowance for the method's own error the intervals hold; None where
        later posts are too few. O(exposures of buyers).
    """
    if told is not None:
        return dict(told)
    turn = np.minimum(workings.exposure.turn, TURNS)
    if (turn > 1).sum() < LEAST_POSTS:
        return None
    fading = -np.log(np.arange(1.0, TURNS + 1))
    wear, known = 0.0, 0.0
    posts = Posts.of(workings)
    for _ in range(ROUNDS):
        one = apart(posts, turn - 1, TURNS, about=wear * fading)
        along = one.gain @ fading
        weigh = along @ np.linalg.pinv(one.spread, rcond=1e-6, hermitian=True)
        known = float(weigh @ along)
        if known <= 1e-9:
            return None
        wear = float(np.clip(weigh @ one.told / known, -2.0, 4.0))
    return tell_wear(wear + ndtri(QUANTILES) / np.sqrt(known))
