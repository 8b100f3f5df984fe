"""How long orders take to follow a post, for each group of posts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.drive import Workings
from influence_graph.drivers.sums import summed
from influence_graph.programme.groups.membership import Grouping

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BINS, BLOCKS, DRAWS = 160, 300, 200
"""Ages told apart; sets of people that are drawn anew, so that many people cost no more; draws."""
LEVELS = (0.05, 0.95)
PARTS = {"median": 0.5, "most": 0.9}
"""By when which part of the orders has come."""
WAITS = (
    "by",
    "group",
    "people",
    "effective",
    "driven",
    "median",
    "median_low",
    "median_high",
    "most",
    "most_low",
    "most_high",
)


def delays(
    workings: Workings, grouped: Sequence[Grouping], *, rng: np.random.Generator
) -> tuple[pd.DataFrame, list[Floats]]:
    """Days from post to order by group, shares near the end of the data allowed for.

    Orders count as far as each post drove them. Of a post made shortly before the end only quick orders are seen; the
    product-limit estimate for such data allows for it (Lynden-Bell 1971, https://doi.org/10.1093/mnras/155.1.95).
    Intervals are by drawing the people who posted anew (Bayesian bootstrap, https://doi.org/10.1214/aos/1176345338).

    Parameters
    ----------
    workings : Workings
    grouped : sequence of Grouping
        Their rows in the order of `exposure.shares`.
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame, list of (draws, groups) float64
        The columns of `WAITS`, `effective` being as many people of equal weight as would tell as much; days with 90 %
        intervals, NaN where fewer than two people drove something; and the draws of each grouping's medians.
        O(exposures of buyers * groups + draws * people).
    """
    exposure, (credit, _) = workings.exposure, workings.by_exposure
    share, age = exposure.links.share, exposure.links.age
    shares = exposure.shares
    author = shares["author"].to_numpy(dtype=np.int64)
    lived = np.minimum((shares["end"] - shares["time"]).to_numpy(), exposure.window)
    edges = exposure.window * (np.arange(BINS + 1) / BINS) ** 2  # fine where most orders are
    arrived = np.clip(np.searchsorted(edges, age, side="right") - 1, 0, BINS - 1)
    until = np.clip(np.searchsorted(edges, lived, side="right") - 1, 0, BINS - 1)
    until = np.maximum(until[share], arrived)
    blocks = int((author % BLOCKS).max(initial=0)) + 1
    weighing = np.vstack([np.ones(blocks), rng.standard_exponential((DRAWS, blocks))])
    rows, draws = [], []
    for grouping in grouped:
        medians, of_group = [], grouping.weights[share].tocsc()
        for key, some in zip(grouping.keys, map(slice, of_group.indptr[:-1], of_group.indptr[1:]), strict=True):
            there = of_group.indices[some]
            amount, who = credit[there] * of_group.data[some], author[share[there]]
            reached = _counted(amount, who % BLOCKS, arrived[there], blocks)
            left = _counted(amount, who % BLOCKS, until[there], blocks)
            below = _below(np.einsum("db,ba->da", weighing, reached), np.einsum("db,ba->da", weighing, left))
            found = {name: _quantile(below, edges, part) for name, part in PARTS.items()}
            apiece = np.bincount(who, weights=amount, minlength=1)
            people, driven = int((apiece > 0.01).sum()), float(amount.sum())
            effective = driven**2 / max(float(apiece @ apiece), 1e-300)
            row: dict[str, object] = {"by": grouping.by, "group": key, "people": people}
            row |= {"effective": effective, "driven": driven}
            for name, each in found.items():
                low, high = np.nanquantile(each[1:], LEVELS) if people > 1 else (np.nan, np.nan)
                row |= {name: each[0], f"{name}_low": low, f"{name}_high": high}
            rows.append(row)
            medians.append(found["median"][1:])
        draws.append(np.stack(medians, axis=1))
    return pd.DataFrame(rows, columns=list(WAITS)), draws


def _counted(amount: Floats, block: Ints, column: Ints, blocks: int) -> Floats:
    """(blocks, bins): sums of amounts."""
    return summed(amount, block * BINS + column, blocks * BINS).reshape(blocks, BINS)


def _below(reached: Floats, left: Floats) -> Floats:
    """(draws, bins): the part of orders that come by each bin's end, NaN where there are none.

    Parameters
    ----------
    reached, left : (draws, bins) float64
        Orders by the bin of their age, and by the last bin in which they could have been seen.
    """
    seen_by = np.cumsum(reached, axis=1)
    gone = np.cumsum(left, axis=1) - left
    at_risk = seen_by - gone  # as old or younger, and watched at least as long
    hazard = np.divide(reached, at_risk, out=np.zeros_like(reached), where=at_risk > 1e-9)
    kept = np.clip(1.0 - hazard, 0.0, 1.0)
    later = np.cumprod(kept[:, ::-1], axis=1)[:, ::-1]
    below = np.hstack([later[:, 1:], np.ones((len(later), 1))])
    return np.asarray(np.where(reached.sum(axis=1, keepdims=True) > 0, below, np.nan))


def _quantile(below: Floats, edges: Floats, part: float) -> Floats:
    """(draws,) days by which a part of the orders has come, NaN where there are none."""
    whole = np.hstack([np.zeros((len(below), 1)), below])
    place = np.argmax(whole >= part, axis=1)
    rows = np.arange(len(below))
    low, high = whole[rows, place - 1], whole[rows, place]
    step = np.divide(part - low, high - low, out=np.ones(len(below)), where=high > low)
    found = edges[place - 1] + step * (edges[place] - edges[place - 1])
    return np.asarray(np.where(np.isfinite(below[:, -1]), found, np.nan))
