"""Whether posts wear out: how much less the next post does for people who have seen some already.

The n-th share of a person in a campaign within the window works ``n ** -wear`` as well as their first. That is a
property of the share, whoever sees it, so that the sums over people who did not buy keep their closed form.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.lift import LEVELS
from influence_graph.drivers.sums import dotted, summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SPREAD = 1.0
"""Standard deviation of `wear` about none before the data say: at 1, the second post works half as well."""
STEPS = 5
FLOOR = 0.07
"""Wear by which the method itself may err, seen on worlds where nothing wears out: about 5 % at the second post."""
LATER = 5
"""Besides the second, the post of which it is told how well it works."""


def draw_wear(
    model: Hazard, now: Parameters, by_cause: Ints, caused: Floats, *, shape: float, mean: Floats,
    rng: np.random.Generator,
) -> float:  # fmt: skip
    """Random-walk Metropolis steps on the wear, persuasion integrated out: it must be drawn anew right afterwards.

    Parameters
    ----------
    model, now
        The model and its parameters.
    by_cause : (causes,) int64
        Orders that each of the model's causes brought about.
    caused : (authors,) float64
        Orders that each author caused.
    shape, mean
        Gamma prior of persuasion: its shape, and its mean by author, (authors,) float64.
    rng : numpy.random.Generator
    """
    seen = model.seen(now.rate, now.tail)
    turn = np.log(model.turn)
    weight = seen * now.theta[model.share_author]
    middle = dotted(weight, turn) / max(float(weight.sum()), 1e-300)
    varied = dotted(weight, (turn - middle) ** 2) / max(float(weight.sum()), 1e-300)
    width = 2.0 / np.sqrt(4.0 + varied * float(caused.sum()))

    def likelihood(wear: float) -> float:
        exposed = np.maximum(summed(seen * model.worn(wear), model.share_author, model.authors), 1e-12)
        delays = model.causes.log_densities(by_cause, model.weigh(wear), now.rate, now.tail)
        persuaded = ((shape + caused) * np.log(shape / mean + exposed)).sum()
        return float(delays - persuaded - 0.5 * (wear / SPREAD) ** 2)

    wear, before = now.wear, likelihood(now.wear)
    for _ in range(STEPS):
        proposal = wear + width * rng.standard_normal()
        if np.log(rng.random()) < (then := likelihood(proposal)) - before:
            wear, before = proposal, then
    return float(wear)


def tell_wear(wear: Floats) -> dict[str, Any]:
    """What the draws say of later posts: by which part less than the first they work, with 90 % intervals.

    Parameters
    ----------
    wear : (draws,) float64

    Returns
    -------
    dict
        wear; second and fifth with _low and _high, parts of the first post's effect that are gone, negative where
        later posts work better; evident: "less" or "more" where the interval, `FLOOR` wider than that of the draws at
        either end, leaves out that all work alike, else None.
    """
    low, high = np.quantile(wear, LEVELS) + np.array([-FLOOR, FLOOR])
    said: dict[str, Any] = {"wear": float(np.median(wear))}
    for name, turn in (("second", 2.0), ("fifth", float(LATER))):
        for end, power in (("", said["wear"]), ("_low", float(low)), ("_high", float(high))):
            said[name + end] = 1.0 - turn**-power
    said["evident"] = "less" if low > 0 else "more" if high < 0 else None
    return said
