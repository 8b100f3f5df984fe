"""How sure a membership is: what it would be without each of the campaigns it was seen in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people.anchors import ROLES
from influence_graph.people.history import Record

Ints = NDArray[np.int64]
BLOCKS, LEAST_BLOCKS = 20, 3
"""Groups of campaigns of which one at a time is left out, at most; fewer tell no spread."""
LEVEL = 0.95
"""Quantile of each side: intervals are 90 %."""


def intervals(record: Record) -> pd.DataFrame:
    """90 % intervals of memberships, campaigns taken as what may as well have come out otherwise.

    Each campaign (each month, for rows of no campaign; groups of them, where they are many) is left out in turn, and
    the spread of what comes out gives the standard error: the jackknife with groups, on the angle
    ``arcsin sqrt(membership)``, whose spread hardly depends on where it lies, with Student's t. A bootstrap would do
    worse here: campaigns drawn twice add nothing to a count of distinct months.

    Returns
    -------
    DataFrame
        Indexed by person_id, for those who ever shared: ``<role>_low`` and ``<role>_high`` in [0, 1], and blocks: in
        how many campaigns or months there is anything of theirs. NaN for who was seen in one alone, or where all
        rows are of fewer than three. O(blocks x rows).

    References
    ----------
    B. Efron & C. Stein, The jackknife estimate of variance, 1981, https://doi.org/10.1214/aos/1176345462
    """
    from scipy.special import stdtrit

    shares, bought, touches = record.tables.shares, record.bought, record.tables.touches
    of_share = _keys(shares, "shared_at")
    own = of_share.groupby(shares["share_id"]).first()
    of_touch = touches["share_id"].map(own)
    of_touch = of_touch.where(of_touch.notna(), touches["touched_at"].dt.strftime(" %Y-%m"))
    keys = [of_share, _keys(bought, "converted_at"), of_touch]
    blocks, names = pd.factorize(pd.concat(keys, ignore_index=True), sort=True)
    parts = np.split(blocks % BLOCKS, np.cumsum([len(key) for key in keys])[:-1])
    number = min(len(names), BLOCKS)
    people = pd.Index(np.sort(shares["person_id"].unique().astype(str)), name="person_id", dtype="str")
    told = pd.DataFrame(np.nan, index=people, columns=[f"{role}_{end}" for role in ROLES for end in ("low", "high")])
    told["blocks"] = _seen_in(people, shares["person_id"], blocks[: len(shares)])
    if number < LEAST_BLOCKS or people.empty:
        return told
    angles = np.array(
        [_angle(record.seen(*(part != block for part in parts)).reindex(people)) for block in range(number)]
    )
    whole = _angle(record.seen(*(part >= 0 for part in parts)).reindex(people))
    spread = np.sqrt((number - 1) / number * ((angles - angles.mean(axis=0)) ** 2).sum(axis=0))
    reach = stdtrit(number - 1, LEVEL) * spread
    several = (told["blocks"] > 1).to_numpy()[:, None]
    low = np.sin(np.clip(whole - reach, 0.0, np.pi / 2)) ** 2
    high = np.sin(np.clip(whole + reach, 0.0, np.pi / 2)) ** 2
    told[[f"{role}_low" for role in ROLES]] = np.where(several, low, np.nan)
    told[[f"{role}_high" for role in ROLES]] = np.where(several, high, np.nan)
    return told


def _keys(rows: pd.DataFrame, at: str) -> pd.Series[Any]:
    """The campaign of each row, else its month (behind a space, lest a campaign be called so)."""
    campaign = rows["campaign_id"].astype("object")
    return campaign.where(campaign.notna(), rows[at].dt.strftime(" %Y-%m").astype("object"))


def _seen_in(people: pd.Index[Any], person: pd.Series[Any], block: Ints) -> NDArray[np.float64]:
    """In how many blocks each person shared."""
    distinct = pd.Series(block, index=person.index).groupby(person).nunique()
    return np.asarray(distinct.reindex(people).fillna(0.0), dtype=np.float64)


def _angle(found: pd.DataFrame) -> NDArray[np.float64]:
    """(people, roles): the angle of each membership; none at all counts as no membership in any."""
    held = found[list(ROLES)].to_numpy(dtype=np.float64)
    return np.asarray(np.arcsin(np.sqrt(np.clip(np.nan_to_num(held), 0.0, 1.0))))
