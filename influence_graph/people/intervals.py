"""How sure a membership is: what it would be without each of the campaigns it was seen in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.sums import unique
from influence_graph.people.anchors import ROLES
from influence_graph.people.history import Record
from influence_graph.people.signs import Part
from influence_graph.tables.times import month_of

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

    theirs = record.of_sharers
    shares, touches, numbered = theirs.tables.shares, theirs.tables.touches, theirs.numbered
    keys = [_keys(shares, "shared_at"), _keys(theirs.bought, "converted_at")]
    keys.append(_of_touch(touches, shares["share_id"], keys[0]))
    blocks, names = pd.factorize(np.concatenate(keys), sort=True)
    parts = np.split(blocks % BLOCKS, np.cumsum([len(key) for key in keys])[:-1])
    number = min(len(names), BLOCKS)
    people = pd.Index(numbered.people, name="person_id", dtype="str")
    told = pd.DataFrame(np.nan, index=people, columns=[f"{role}_{end}" for role in ROLES for end in ("low", "high")])
    told["blocks"] = _seen_in(len(people), numbered.shares.person, blocks[: len(shares)])
    if number < LEAST_BLOCKS or people.empty:
        return told
    angles = np.array([_angle(theirs, Part(*(part != block for part in parts))) for block in range(number)])
    whole = _angle(theirs, Part())
    spread = np.sqrt((number - 1) / number * ((angles - angles.mean(axis=0)) ** 2).sum(axis=0))
    reach = stdtrit(number - 1, LEVEL) * spread
    several = (told["blocks"] > 1).to_numpy()[:, None]
    low = np.sin(np.clip(whole - reach, 0.0, np.pi / 2)) ** 2
    high = np.sin(np.clip(whole + reach, 0.0, np.pi / 2)) ** 2
    told[[f"{role}_low" for role in ROLES]] = np.where(several, low, np.nan)
    told[[f"{role}_high" for role in ROLES]] = np.where(several, high, np.nan)
    return told


def _keys(rows: pd.DataFrame, at: str) -> NDArray[np.object_]:
    """The campaign of each row, else its month (behind a space, lest a campaign be called so)."""
    campaign = rows["campaign_id"].to_numpy(object).copy()
    lone = pd.isna(campaign)
    campaign[lone] = _month(rows.loc[lone, at])
    return campaign


def _month(times: pd.Series[Any]) -> NDArray[np.object_]:
    return (" " + month_of(times)).to_numpy(object)


def _of_touch(touches: pd.DataFrame, share: pd.Series[str], key: NDArray[np.object_]) -> NDArray[np.object_]:
    """The key of each touch: that of its share, else its month."""
    named = share.isin(touches["share_id"].dropna().unique()).to_numpy(dtype=bool)
    own = pd.Series(key[named]).groupby(share[named].to_numpy(object)).first()
    told = touches["share_id"].map(own).to_numpy(object).copy()
    lone = pd.isna(told)
    told[lone] = _month(touches.loc[lone, "touched_at"])
    return told


def _seen_in(people: int, person: Ints, block: Ints) -> NDArray[np.float64]:
    """In how many blocks each person shared."""
    known = (person >= 0) & (block >= 0)
    many = int(block.max(initial=0)) + 1
    pairs = unique(person[known] * many + block[known])
    return np.bincount(pairs // many, minlength=people).astype(np.float64)


def _angle(record: Record, part: Part) -> NDArray[np.float64]:
    """(people, roles): the angle of each membership; none at all counts as no membership in any."""
    found = record.seen(part)
    held = np.zeros((len(record.numbered.people), len(ROLES)))
    held[found.index] = found[list(ROLES)].fillna(0.0)
    return np.asarray(np.arcsin(np.sqrt(np.clip(held, 0.0, 1.0))))
