"""Which score of the past tells the future best: the descriptive table, of every score alike.

A person who sees a share is one trial; an order within the horizon is its success, whatever caused it. Trials need not
be listed: everybody who sees a share has its author's score, so that authors' counts are enough. Orders follow shares
for many reasons, and people of one taste alone make the numbers good: this table proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.backtesting.parts import Part
from influence_graph.drivers.sums import dotted, summed

Floats = NDArray[np.float64]
COLUMNS = (
    "score", "auc", "log_loss", "calibration", "observed_per_predicted", "top_decile_precision", "rank_correlation",
)  # fmt: skip
OBSERVED = 0.8
"""The horizon is the longest over which at least this part of the shares held out was observed."""
HALVINGS = 4
LEAST_EXPECTED = 0.2
"""Orders that the common persuasion expects of a creator's later shares; fewer say nothing of their rate."""
LEAST_FOLLOWED = 10.0
LEAST_SCORE = 0.01
NEWTON_STEPS = 30


@dataclass(frozen=True)
class Trials:
    """People who saw shares of each author, and orders that followed within the horizon; (authors,) float64 each."""

    seen: Floats
    followed: Floats


def choose_horizon(part: Part) -> float:
    """The longest of the window, its half, its quarter ... over which most shares of a part were observed, in days."""
    shares, window = part.exposure.shares, part.exposure.window
    observed = (shares["end"] - shares["time"]).to_numpy()
    for halving in range(HALVINGS):
        horizon = window / 2.0**halving
        if (observed >= horizon).mean() >= OBSERVED:
            return float(horizon)
    return float(window / 2.0**HALVINGS)


def count_trials(part: Part, horizon: float) -> Trials:
    """Trials of each author, every share cut to the same horizon; those not observed so long are left out."""
    x = part.exposure
    shares, links, events = x.shares, x.links, x.events
    kept = (shares["end"] - shares["time"]).to_numpy() >= horizon
    authors = len(x.authors)
    author = shares["author"].to_numpy()
    seen = summed((shares["audience"].to_numpy() + x.touched + x.surplus) * kept, author, authors)
    event = np.repeat(links.event, np.diff(links.exposure_ptr))
    counts = kept[links.share] & (links.age <= horizon) & ~events.crowd[event]
    orders = events.weight[event] * links.weight * counts
    return Trials(seen, np.minimum(summed(orders, author[links.share], authors), seen))


def describe(
    scores: Mapping[str, Floats], past: Trials, later: Trials, *, driven: Floats, exposed: Floats, expected: Floats
) -> pd.DataFrame:
    """How well each score, known from the past, tells what followed later.

    Parameters
    ----------
    scores : mapping of str to (authors,) float64
        Larger is better; NaN, unknown, is taken for the median.
    past, later : Trials
        Probabilities are a power of the score, fitted to the past alone.
    driven, exposed : (authors,) float64
        Orders that the later shares are credited with at one persuasion for all, and people exposed times shares.
    expected : (authors,) float64
        Orders expected of them at that persuasion.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, a row a score; empty where too little followed. `auc`, `log_loss` (per person and
        share), `calibration` (slope of what came on what was predicted, on the log scale: 1 is right, below is too
        sure) and `observed_per_predicted` are of trials; `top_decile_precision` (of the tenth with the highest score,
        the part that is among the tenth with the highest rate) and `rank_correlation` (Spearman's) are of creators,
        with driven per exposure. O(scores * authors log authors).
    """
    told = []
    if min(past.followed.sum(), later.followed.sum()) >= LEAST_FOLLOWED:
        judged = expected >= LEAST_EXPECTED
        rate = np.divide(driven, exposed, out=np.zeros(driven.size), where=exposed > 0)
        told = [
            {
                "score": name,
                **_of_trials(log_scale(score), past, later),
                **_of_creators(log_scale(score)[judged], rate[judged]),
            }
            for name, score in scores.items()
        ]
    return pd.DataFrame(told, columns=list(COLUMNS))


def log_scale(score: Floats) -> Floats:
    """Log of a score, standardised.

    What lies below a hundredth of the median stands there, so that nothing is not infinitely less than little;
    unknown is the median. 0 throughout where all are alike.
    """
    if not (score > 0).any():
        return np.zeros(score.size)
    usual = np.median(score[score > 0])
    logs = np.log(np.maximum(np.where(np.isfinite(score), score, usual), LEAST_SCORE * usual))
    spread = float(logs.std())
    return np.asarray((logs - logs.mean()) / spread if spread > 1e-9 else np.zeros(score.size))


def area(score: Floats, followed: Floats, missed: Floats) -> float:
    """Area under the ROC curve: the chance that who ordered has the higher score, a tie counting half.

    Parameters
    ----------
    score : (n,) float64
        Of groups of trials.
    followed, missed : (n,) float64
        Trials of each group that ended with an order, and without.

    Examples
    --------
    >>> area(np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.75
    """
    level = np.unique(score, return_inverse=True)[1]
    lost = np.bincount(level, missed)
    below = np.cumsum(lost) - lost / 2.0
    return dotted(summed(followed, level, below.size), below) / float(followed.sum() * missed.sum())


def _of_trials(score: Floats, past: Trials, later: Trials) -> dict[str, float]:
    level, slope = _fit(score, past)
    log_chance = np.minimum(level + slope * score, np.log(0.999))
    chance, missed = np.exp(log_chance), later.seen - later.followed
    return {
        "auc": area(score, later.followed, missed),
        "log_loss": -(dotted(later.followed, log_chance) + dotted(missed, np.log1p(-chance))) / float(later.seen.sum()),
        "calibration": _fit(log_chance, later)[1] if np.ptp(log_chance) > 1e-9 else np.nan,
        "observed_per_predicted": float(later.followed.sum()) / dotted(later.seen, chance),
    }


def _fit(score: Floats, trials: Trials) -> tuple[float, float]:
    """Level and slope of the log rate at which orders follow, by Newton's method for a Poisson regression."""
    middle = dotted(score, trials.seen) / float(trials.seen.sum())
    x = score - middle
    level, slope = float(np.log(trials.followed.sum() / trials.seen.sum())), 0.0
    if np.ptp(x) < 1e-9:
        return level, 0.0
    for _ in range(NEWTON_STEPS):
        mean = trials.seen * np.exp(np.clip(level + slope * x, -50.0, 5.0))
        rest = trials.followed - mean
        across = dotted(mean, x)
        curve = np.array([[mean.sum(), across], [across, dotted(mean, x * x)]])
        step = np.linalg.lstsq(curve, np.array([rest.sum(), dotted(rest, x)]), rcond=None)[0]
        level, slope = level + float(np.clip(step[0], -1, 1)), slope + float(np.clip(step[1], -1, 1))
        if np.abs(step).max() < 1e-9:
            break
    return level - slope * middle, slope


def _of_creators(score: Floats, rate: Floats) -> dict[str, float]:
    if score.size < 10 or np.ptp(rate) == 0.0:
        return {"top_decile_precision": np.nan, "rank_correlation": np.nan}
    top = max(round(score.size / 10), 1)
    best = rate >= np.sort(rate)[-top]
    above, tied = score > np.sort(score)[-top], score == np.sort(score)[-top]
    hits = best[above].sum() + best[tied].mean() * (top - above.sum())  # of those tied for the last places, a draw
    correlation = float(pd.Series(score).rank().corr(pd.Series(rate).rank())) if np.ptp(score) > 0 else np.nan
    return {"top_decile_precision": float(hits / top), "rank_correlation": correlation}
