"""Whether persuasion holds as people grow: one answer over all who moved, or that the data can't tell."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.lift import LEVELS
from influence_graph.programme.groups.compared import LEAST_PEOPLE

Floats = NDArray[np.float64]
Verdict = Literal["falls", "rises", "holds", "no evidence", "too few", "nobody", "unknown"]
CHANCE = 0.05
"""How often a change may be told where there is none."""
POOLED = ("who", "people", "ratio", "low", "high", "sure_low", "sure_high")
FLOOR = 0.05
"""Change, in log units, by which the method itself may err."""
ALIKE = 0.25
"""Persuasion holds where the interval leaves out that it changed by a quarter, up, or as many times down."""
LEAST_ORDERS = 30.0
"""Orders driven before, or after, under which nothing is said of all movers together."""


def pooled(drawn: Floats, people: NDArray[np.int64]) -> pd.DataFrame:
    """Ratios over all who moved, over those who stayed, and the first over the second.

    Parameters
    ----------
    drawn : (draws, 2) float64
        Of those who moved and those who stayed; NaN where there is nobody.
    people : (2,) int64

    Returns
    -------
    DataFrame
        The columns of `POOLED`: ratio is the median, low and high the 90 % interval, and sure_low and sure_high that by
        which the verdict goes: 95 %, and wider at either end by what the method may err. Where nobody stayed, movers
        stand against no change.
    """
    moved, stayed = drawn.T
    against = moved / stayed if people[1] else moved
    rows = []
    for who, values, n in (("moved", moved, people[0]), ("stayed", stayed, people[1]), ("against", against, people[0])):
        known = values[np.isfinite(values)]
        if not known.size:
            continue
        ends = np.quantile(known, [0.5, *LEVELS, CHANCE / 2, 1 - CHANCE / 2])
        ends[3:] *= np.exp([-FLOOR, FLOOR])
        rows.append((who, int(n), *ends.tolist()))
    return pd.DataFrame(rows, columns=list(POOLED))


def verdict(table: pd.DataFrame, pool: pd.DataFrame, known: int) -> Verdict:
    """What can be said of everybody who moved.

    Parameters
    ----------
    table : DataFrame
        As `Growth` holds it.
    pool : DataFrame
        As `pooled` gives it.
    known : int
        People with a history of follower counts.
    """
    if not known:
        return "unknown"
    if table.empty:
        return "nobody"
    counted = table[table["counted"].astype(bool)]
    against = pool[pool["who"].eq("against")]
    orders = min(float(counted["driven_before"].sum()), float(counted["driven_after"].sum()))
    if len(counted) < LEAST_PEOPLE or orders < LEAST_ORDERS or against.empty:
        return "too few"
    row = against.iloc[0]
    if row["sure_high"] < 1.0:
        return "falls"
    if row["sure_low"] > 1.0:
        return "rises"
    inside = row["low"] > 1.0 / (1.0 + ALIKE) and row["high"] < 1.0 + ALIKE
    return "holds" if inside else "no evidence"
