"""When the data can't tell: whose effect can't be told from their fans' habits, or from somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.delay import Delay
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.organic import Pieces, cut
from influence_graph.drivers.sums import summed
from influence_graph.kernels.pieces import weigh_curves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_CONTRAST = 0.47
"""Below it fans' habits and shares can't be told apart; calibrated on worlds (docs/decisions/driver-model.md)."""
LEAST_EXPECTED = 0.2
"""Orders expected at the prior's rate under which a creator's own data say next to nothing."""
STEPS = 120
"""Steps in which a window is looked at: quarters of a day in thirty days."""
SURE_ORDERS = 25.0
"""Orders on which each piece of the curve rests here: a jagged curve would look like contrast."""
TOGETHER_DAYS = 0.5
SAME_AUDIENCE = 0.8
LEAST_TOGETHER, LEAST_TOGETHER_UNSEEN = 2, 6
NAMED = 3
SURE, FEW = "yes", "too few exposures"
FAN_EFFECT = "fan effect"
TOGETHER = "together with"
NO_BUYERS = "no buyers known"
"""Orders without buyer alone: by time, a share can't be told from the burst it rides on."""
DOUBTFUL = (FAN_EFFECT, NO_BUYERS)
"""Verdicts under which all of the credit may be somebody's habit: it is shown as a range from nothing."""


def contrast(model: Hazard, rate: float, tail: float = 0.0) -> Floats:
    """How much of each author's exposure over time is not explained by the organic curve of their fans.

    Fans' extra buying runs like everybody's, in all campaigns and in those the author joins. What the exposure has
    beyond those two shapes is all that tells persuasion from habit: 1 - R^2 of that regression on the curve of all
    orders, each time weighted by one over that curve.

    Parameters
    ----------
    model : Hazard
    rate, tail : float
        Of the delay: per day, and 0 for the exponential.

    Returns
    -------
    (authors,) float64, in [0, 1]
        NaN for authors without exposure. Cost O(shares * window).
    """
    x, p = model.exposure, cut(model.exposure, least=SURE_ORDERS)
    step = x.window / STEPS
    age = (np.arange(STEPS) + 0.5) * step
    density = Delay(rate, tail, x.window).density(age)
    shares = x.shares
    time, end = shares["time"].to_numpy(), shares["end"].to_numpy()
    campaign = np.where(shares["campaign"] < 0, len(x.campaigns), shares["campaign"])
    curve = _orders(model, p) / np.maximum(p.length, step)
    floor = 0.1 * max(float(curve.mean()) if curve.size else 0.0, 1e-12)
    by_campaign = summed(curve * curve / (curve + floor) * p.length / step, p.campaign, len(x.campaigns) + 1)
    pieces = np.searchsorted(p.campaign, np.arange(len(x.campaigns) + 2))
    xx, xf = weigh_curves(
        shares["author"].to_numpy(), campaign, time, end, density, step, pieces, p.begin, p.length, curve, floor,
        model.authors,
    )  # fmt: skip
    joined = summed(by_campaign[model.fans.joined], model.fans.joiner, model.authors)
    homeless = summed(shares["campaign"] < 0, shares["author"], model.authors) > 0
    joined = np.where(homeless | (joined <= 0), by_campaign.sum(), joined)
    # the joined curve alone carries all of x; the other can only help by what it adds outside, where x is nothing
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(xx > 0, np.clip(1.0 - xf * xf / (joined * xx), 0.0, 1.0), np.nan)


def _orders(model: Hazard, pieces: Pieces) -> Floats:
    """(k,) float64: orders of known campaign in each piece, whatever caused them."""
    piece = pieces.of_event
    return summed(model.weight[piece >= 0], piece[piece >= 0], pieces.length.size)


def together(exposure: Exposure) -> dict[int, list[int]]:
    """Authors who always share side by side before the same people: no data can part them.

    Returns
    -------
    dict of int to list of int
        For each such author the others of their group. Two authors stand together when each share of one lies within
        half a day of one of the other in the same campaign, and their observed followers are the same in four of
        five. Where nobody is known to follow either, only many shares side by side are no coincidence. Cost
        O(shares log shares + followers of candidates).
    """
    shares = exposure.shares
    author = shares["author"].to_numpy()
    first = np.flatnonzero(np.diff(author, prepend=-1))
    campaign, time = shares["campaign"].to_numpy(), shares["time"].to_numpy()
    alike: dict[bytes, list[tuple[float, int, Floats]]] = {}
    for begin, end in zip(first, np.append(first[1:], author.size), strict=True):  # sorted by campaign and time
        if end - begin >= LEAST_TOGETHER:
            key = campaign[begin:end].tobytes()
            alike.setdefault(key, []).append((time[begin], int(author[begin]), time[begin:end]))
    found: dict[int, list[int]] = {}
    for candidates in alike.values():
        candidates.sort(key=lambda candidate: candidate[:2])
        for i, (begun, one, times) in enumerate(candidates):
            for later, other, others in candidates[i + 1 :]:
                if later - begun >= TOGETHER_DAYS:
                    break
                if np.all(np.abs(times - others) < TOGETHER_DAYS) and _same_audience(exposure, one, other, times.size):
                    found.setdefault(one, []).append(other)
                    found.setdefault(other, []).append(one)
    return found


def _same_audience(exposure: Exposure, one: int, other: int, shares: int) -> bool:
    followers = exposure.follows.of_author
    if not followers.size:
        return shares >= LEAST_TOGETHER_UNSEEN
    ptr = exposure.follows.audience_ptr
    a, b = (followers[ptr[who] : ptr[who + 1]] for who in (one, other))
    union = np.union1d(a, b).size
    return union > 0 and np.intersect1d(a, b).size >= SAME_AUDIENCE * union


def verdicts(
    model: Hazard,
    rate: float,
    expected: Floats,
    names: Sequence[str],
    *,
    tail: float = 0.0,
    pairs: Mapping[int, Sequence[int]] | None = None,
) -> list[str]:
    """In a word for each author: "yes", "fan effect", "together with ...", or "too few exposures".

    Three of those with whom somebody posts are named, and how many more there are: "together with a, b, c (+2)".

    Parameters
    ----------
    model : Hazard
    rate, tail : float
        Of the delay: per day, and 0 for the exponential.
    expected : (authors,) float64
        Orders that the prior alone expects of each author's exposure.
    names : (authors,) str
        What to call each author: others than creators by a pseudonym.
    pairs : mapping of int to sequence of int, optional
        What `together` finds, where it is at hand.
    """
    apart = contrast(model, rate, tail)
    pairs = together(model.exposure) if pairs is None else pairs
    told = []
    for author in range(model.authors):
        if model.followers[author] > 0 and np.isfinite(apart[author]) and apart[author] < LEAST_CONTRAST:
            told.append(FAN_EFFECT)  # neither theirs nor their group's can be told
        elif author in pairs:
            others = [names[other] for other in pairs[author]]
            more = f" (+{len(others) - NAMED})" if len(others) > NAMED else ""
            told.append(f"{TOGETHER} {', '.join(others[:NAMED])}{more}")
        elif expected[author] < LEAST_EXPECTED:
            told.append(FEW)
        else:
            told.append(SURE)
    return told
