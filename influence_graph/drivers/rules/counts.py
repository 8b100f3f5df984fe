"""Rules that look at no journey: followers, and what the platform claims."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def follower_share(followers: Floats, conversions: float) -> Floats:
    """Conversions divided by follower count alone: what a price list by followers assumes.

    Parameters
    ----------
    followers : (n,) float64
        NaN or 0 where unknown: such creators are out of scope.
    conversions : float
        How many to divide.

    Returns
    -------
    (n,) float64
        ``conversions * F_u / sum F``; NaN out of scope. They add up to `conversions` where anybody is in scope. O(n).

    References
    ----------
    Cha, Haddadi, Benevenuto & Gummadi (2010), Measuring user influence in Twitter: the million follower fallacy,
    https://doi.org/10.1609/icwsm.v4i1.14033

    Examples
    --------
    >>> follower_share(np.array([900.0, 100.0, np.nan]), 50.0).tolist()
    [45.0, 5.0, nan]
    """
    known = np.where(followers > 0, followers, np.nan)
    return np.asarray(conversions * known / np.nansum(known)) if np.isfinite(known).any() else known


def claims(orders: pd.DataFrame, people: pd.Index) -> Floats:
    """Orders on which somebody's code or tracked link stands: what the platform reports, and often pays for.

    Parameters
    ----------
    orders : DataFrame
        Counted orders, with `claimed_by` and `count`.
    people : Index
        Whose claims to add up.

    Returns
    -------
    (people,) float64
        They add up to the claimed orders, whether the buyer is known or not; NaN where no order tells a claim. O(n).

    References
    ----------
    Blake, Nosko & Tadelis (2015), Consumer heterogeneity and paid search effectiveness: a large-scale field
    experiment, https://doi.org/10.3982/ECTA12423: clicks of people who would have bought anyway.
    """
    told = orders.dropna(subset="claimed_by").groupby("claimed_by")["count"].sum()
    counted = told.reindex(people, fill_value=0.0) if len(told) else pd.Series(np.nan, people)
    return np.asarray(counted, dtype=np.float64)
