"""What is usual among accounts of the same size, and how far somebody is from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

LEAST_PEERS, LEAST = 20, 8
"""Accounts of the same platform and size under whose number size alone is looked at, and then everybody, who must be
so many: of eight, four who grew together would be what is usual.
"""
NORMAL = 1.4826
"""Times the median absolute deviation is the standard deviation of a normal distribution."""
LEAST_SPREAD = 0.05
"""Logs are not told apart more finely than this: a twentieth, or five per cent."""
UNUSUAL, FAR = 2.0, 5.0
"""Deviations, in robust standard deviations, from which a signal begins and at which it is as strong as it gets."""


def logs(values: pd.Series[float]) -> pd.Series[float]:
    """Natural logs, NaN of what is not above 0."""
    return pd.Series(np.log(values.where(values > 0).to_numpy(dtype=np.float64)), index=values.index)


def exps(values: pd.Series[float]) -> pd.Series[float]:
    """Back from logs."""
    return pd.Series(np.exp(values.to_numpy(dtype=np.float64)), index=values.index)


def peer_groups(platform: pd.Series[str], followers: pd.Series[float]) -> list[pd.Series[str]]:
    """Labels of each account, narrow to wide: platform and power of ten of followers, that power alone, everybody."""
    size = logs(followers).floordiv(np.log(10.0) * (1.0 - 1e-12)).map("{:.0f}".format, na_action="ignore")
    place = platform.str.strip().str.lower().fillna("")
    return [place + " " + size.astype("str"), size.astype("str"), pd.Series("all", index=followers.index)]


def against_peers(
    value: pd.Series[float], groups: list[pd.Series[str]], error: pd.Series[float] | None = None
) -> pd.DataFrame:
    """How far each value is from the median of its peers.

    Parameters
    ----------
    value : (n,) Series
        On a scale where differences mean the same everywhere, logs mostly; NaN where unknown.
    groups : list of (n,) Series of str
        As `peer_groups` gives them; the narrowest with enough known values is taken.
    error : (n,) Series, optional
        Standard error of each value, which counts beside the spread of peers.

    Returns
    -------
    DataFrame
        typical (the peers' median), noise (a robust standard deviation, by the median absolute deviation), deviation
        (how many of these above the median); NaN where too few are known to say what is usual. O(n log n).
    """
    own = 0.0 if error is None else error.to_numpy(dtype=np.float64)
    told = pd.DataFrame({"typical": np.nan, "noise": np.nan, "deviation": np.nan}, index=value.index)
    for label, least in zip(groups, [LEAST_PEERS] * (len(groups) - 1) + [LEAST], strict=True):
        by = value.groupby(label)
        middle = by.transform("median")
        spread = NORMAL * (value - middle).abs().groupby(label).transform("median")
        noise = np.hypot(spread.clip(lower=LEAST_SPREAD).to_numpy(dtype=np.float64), own)
        ready = value.notna() & told["typical"].isna() & by.transform("count").ge(least)
        told.loc[ready, "typical"] = middle[ready]
        told.loc[ready, "noise"] = noise[ready]
        told.loc[ready, "deviation"] = ((value - middle) / noise)[ready]
    return told


def strength(deviation: pd.Series[float]) -> pd.Series[float]:
    """How strong a signal is, from 0 to 1, by its deviation in the direction that speaks of inflated numbers.

    Examples
    --------
    >>> strength(pd.Series([-3.0, 2.0, 3.5, 9.0])).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    return ((deviation - UNUSUAL) / (FAR - UNUSUAL)).clip(0.0, 1.0)
