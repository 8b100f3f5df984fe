"""Who grows: followers and engagement by month, with how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd

MONTH_DAYS = 30.4375
LEAST_COUNTS, LEAST_DAYS = 4, 30.0
"""Counts of followers, or posts, and the days they span, from which a growth is told."""
LEVEL = 0.95


def growth(amount: pd.Series[float], at: pd.Series, person: pd.Series[str]) -> pd.DataFrame:
    """Growth by month of each person's amounts: the slope of their logarithm over time, by least squares.

    Parameters
    ----------
    amount : Series of float
        At least 0; one is added, so that nothing can be grown from.
    at : Series of datetime
    person : Series of str

    Returns
    -------
    DataFrame
        Indexed by person: growth (log units a month: 0.1 is about 10 %) and low, the lower end of its 90 % interval
        (Student's t). Who has fewer than four amounts, or under thirty days between first and last, is left out.
        O(amounts).
    """
    from scipy.special import stdtrit

    months = (at - at.min()).dt.total_seconds() / 86_400.0 / MONTH_DAYS
    rows = pd.DataFrame({"y": np.log1p(amount.clip(lower=0)), "x": months, "who": person}).dropna()
    by = rows.groupby("who")
    dx, dy = rows["x"] - by["x"].transform("mean"), rows["y"] - by["y"].transform("mean")
    sums = pd.DataFrame({"xx": dx * dx, "xy": dx * dy, "yy": dy * dy}).groupby(rows["who"]).sum()
    n, span = by.size(), by["x"].max() - by["x"].min()
    kept = (n >= LEAST_COUNTS) & (span * MONTH_DAYS >= LEAST_DAYS) & (sums["xx"] > 0)
    sums, free = sums[kept], n[kept].astype("float64") - 2.0
    slope = sums["xy"] / sums["xx"]
    error = np.sqrt((sums["yy"] - slope * sums["xy"]).clip(lower=0) / free / sums["xx"])
    return pd.DataFrame({"growth": slope, "low": slope - stdtrit(free, LEVEL) * error})


def steady_growth(amount: pd.Series[float], at: pd.Series, person: pd.Series[str]) -> pd.DataFrame:
    """Growth by month that a single jump does not make: the median growth from one count to the next.

    Bought followers come on one day, and so does a post that goes round: both move a slope, neither the median.

    Parameters
    ----------
    amount, at, person
        As `growth` takes them.

    Returns
    -------
    DataFrame
        Indexed by person: growth (log units a month) and low, the lower end of the exact 90 % interval of a median (by
        the sign test: Conover 1999, 3.2), NaN under five steps. O(amounts log amounts).
    """
    from scipy.special import bdtr

    rows = pd.DataFrame({"y": np.log1p(amount.clip(lower=0)), "at": at, "who": person}).dropna()
    rows = rows.sort_values(["who", "at"], kind="stable")
    months = rows.groupby("who")["at"].diff().dt.total_seconds() / 86_400.0 / MONTH_DAYS
    steps = pd.DataFrame({"who": rows["who"], "step": rows.groupby("who")["y"].diff() / months})
    steps = steps[months > 0].sort_values(["who", "step"], kind="stable")
    by = steps.groupby("who")["step"]
    number, place = by.transform("size"), by.cumcount()
    # the k-th smallest step lies above the median with at most 5 %
    rank = {n: sum(bdtr(below, int(n), 0.5) <= 1 - LEVEL for below in range(int(n))) for n in number.unique()}
    cautious = steps[place.eq(number.map(rank) - 1)].set_index("who")["step"]
    return pd.DataFrame({"growth": by.median()}).assign(low=cautious)
