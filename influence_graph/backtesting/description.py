"""Every score that somebody might choose creators by, known from the past alone, beside what came later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.backtesting.cascades import rates
from influence_graph.backtesting.held_out import Held, begin, judge
from influence_graph.backtesting.intervals import shrink_by_cascade
from influence_graph.backtesting.parts import LATER, LEAST_UNITS, Part, of_campaigns, time_parts
from influence_graph.backtesting.prediction import COLUMNS, choose_horizon, count_trials, describe
from influence_graph.backtesting.training import Taught, teach
from influence_graph.drivers.audience import declared_followers
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.rules import credits_by
from influence_graph.drivers.sums import summed
from influence_graph.network import Network

Floats = NDArray[np.float64]
POSITIONS = ("followers", "degree", "pagerank", "betweenness", "core")
CREDITS = ("last_touch", "markov", "shapley", "credit_distribution")
SCORES = (*POSITIONS, *CREDITS, "past_starts", "same_per_post", "by_cascade", "theta")
"""Scores, by the names of their rows: places in the network; credit by rules, per person and share exposed; the number
of past campaigns joined; the same number of orders for every post, whoever sees it; driven per exposure drawn to the
mean by cascades; and the driver model's own."""
FIRST_STEPS = 60


@dataclass(frozen=True)
class Described:
    """The descriptive table, the horizon in days, and when what it describes begins."""

    table: pd.DataFrame
    horizon: float | None
    begins: str | None


def positions(exposure: Exposure, network: Network, measures: pd.DataFrame) -> dict[str, Floats]:
    """Places of authors in the network, (authors,) float64 each; NaN where unknown."""
    at = measures.reindex(exposure.authors)
    known = {name: at[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("pagerank", "betweenness", "core")}
    followers = declared_followers(network, exposure.authors.to_series())
    return {"followers": followers, "degree": at["audience"].to_numpy(dtype=np.float64, na_value=np.nan)} | known


def description(
    exposure: Exposure,
    network: Network,
    places: dict[str, Floats],
    units: list[NDArray[np.int64]],
    *,
    log_followers: Floats,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> Described:
    """The last `LATER` of campaigns, or of time, told from what came before.

    Parameters
    ----------
    exposure, network
        All of it.
    places : dict
        As `positions` gives them.
    units : list of (m,) int64
        Campaigns in the order in which they sold; time is split where they are few.
    log_followers : (authors,) float64
    rng : numpy.random.Generator
    progress : callable, optional
        Told sweeps done and to do.
    """
    if len(units) >= LEAST_UNITS:
        last = max(round(LATER * len(units)), 1)
        earlier, later = (np.sort(np.concatenate(some)) for some in (units[:-last], units[-last:]))
        past, future = of_campaigns(exposure, earlier), of_campaigns(exposure, later)
    else:
        past, future = time_parts(exposure)
    if not past.orders or not future.orders or future.exposure.shares.empty or past.exposure.shares.empty:
        return Described(pd.DataFrame(columns=list(COLUMNS)), None, None)
    model = Held(past)
    warm = maximise(model, start(model), most=FIRST_STEPS).parameters
    taught = teach(model, warm, log_followers=log_followers, rng=rng, progress=progress)
    horizon = min(choose_horizon(past), choose_horizon(future))
    held = Held(future)
    told = judge(held, begin(held, taught.point), taught.common, habit=taught.habit)
    scores = places | _from_past(past, network, model, taught)
    table = describe(
        {name: scores[name] for name in SCORES if name in scores},
        count_trials(past, horizon),
        count_trials(future, horizon),
        driven=told.caused,
        exposed=told.exposed,
        expected=taught.common * told.exposed,
    )
    return Described(table, horizon, future.name)


def _from_past(past: Part, network: Network, model: Held, taught: Taught) -> dict[str, Floats]:
    """Scores that are made from past shares and orders; a rule that is not told for anybody gives none."""
    x = past.exposure
    authors = len(x.authors)
    _, exposed = model.reweigh(taught.point.rate, taught.point.tail)
    credit = credits_by(x, network).reindex(x.authors)
    seen = np.where(exposed > 1e-9, exposed, np.nan)
    told: dict[str, Floats] = {
        name: np.nan_to_num(credit[name].to_numpy() / seen) for name in CREDITS if credit[name].notna().any()
    }
    author = x.shares["author"].to_numpy()
    joined = x.shares.drop_duplicates(["author", "campaign"])["author"]
    told["past_starts"] = summed(np.ones(len(joined)), joined, authors)
    told["same_per_post"] = np.nan_to_num(summed(np.ones(author.size), author, authors) / seen)
    told["by_cascade"] = shrink_by_cascade(*rates(model, taught.point, taught.common), authors)
    told["theta"] = taught.own
    return told
