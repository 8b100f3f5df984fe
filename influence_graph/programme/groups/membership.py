"""Which posts belong to which group, and how far: by tier, role, platform, kind, deal, campaign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people import ROLES
from influence_graph.programme.groups.tiers import Tiers
from influence_graph.tables.deals import is_paid, is_unpaid

Floats = NDArray[np.float64]
DEALS = ("paid", "unpaid", "gift")
GROUPINGS = ("tier", "role", "platform", "kind", "deal", "campaign")
"""By what posts are grouped."""
MOST = 200
"""Named groups of a grouping that stand for themselves; a column with a value a post would be a table a post wide."""
OTHERS = "*"
"""The key of all groups of a grouping beyond `MOST`, taken together."""
OF_PEOPLE = frozenset({"tier", "role", "platform"})
"""Groupings of people: all posts of somebody are in the same groups."""


@dataclass(frozen=True)
class Grouping:
    """Posts by group.

    Attributes
    ----------
    by : str
        One of `GROUPINGS`.
    keys : tuple of str
        The groups; an empty one where it is unknown, `OTHERS` for those beyond the `MOST` with most posts.
    weights : (posts, groups) float64, in [0, 1]
        How far each post belongs to each; rows sum to 1.
    pooled : int
        Groups that `OTHERS` stands for.
    """

    by: str
    keys: tuple[str, ...]
    weights: Floats
    pooled: int = 0


def groupings(posts: pd.DataFrame, tiers: Tiers) -> list[Grouping]:
    """Every grouping of some posts.

    Parameters
    ----------
    posts : DataFrame
        Rows of the shares table with followers, platform and the roles of who posted.
    tiers : Tiers

    Returns
    -------
    list of Grouping
        In the order of `GROUPINGS`; groups without a post are left out. Tiers stand in their order, roles by
        membership with the rest as ``unassigned``, all else by name, what is unknown last. O(posts * `MOST`).
    """
    deal = posts["deal"].str.lower().where(posts["deal"].str.lower().eq("gift"))
    deal = deal.mask(is_unpaid(posts), "unpaid").mask(is_paid(posts), "paid")
    return [
        _by("tier", tiers.of(posts["followers"]), order=tuple(tiers.begins)),
        _by_role(posts),
        _by("platform", posts["platform"].str.strip().str.lower()),
        _by("kind", posts["kind"].str.strip().str.lower()),
        _by("deal", deal, order=DEALS),
        _by("campaign", posts["campaign_id"]),
    ]


def common(label: pd.Series) -> pd.Series:
    """Labels, with `OTHERS` for those beyond the `MOST` most frequent, of equally frequent the first by name."""
    told = label.value_counts()
    if len(told) <= MOST:
        return label
    most = told.sort_index().sort_values(ascending=False, kind="stable").index[:MOST]
    return label.where(label.isin(most) | label.isna(), OTHERS)


def _by(by: str, label: pd.Series, order: tuple[str, ...] = ()) -> Grouping:
    pooled = 0 if order else max(label.nunique() - MOST, 0)
    label = label if order else common(label)
    told = label.value_counts()
    keys = [key for key in order if key in told.index] if order else sorted(map(str, told.index))
    if pooled:
        keys = [key for key in keys if key != OTHERS] + [OTHERS]
    if label.isna().any():
        keys.append("")
    place = pd.Index(keys).get_indexer(pd.Index(label.fillna("")))
    weights = np.zeros((len(label), len(keys)))
    weights[np.arange(len(label)), place] = 1.0
    return Grouping(by, tuple(keys), weights, pooled)


def _by_role(posts: pd.DataFrame) -> Grouping:
    held = posts[list(ROLES)].fillna(0.0).to_numpy(dtype=np.float64)
    weights = np.column_stack([held, np.maximum(1.0 - held.sum(axis=1), 0.0)])
    weights[np.abs(weights) < 1e-9] = 0.0
    used = weights.sum(axis=0) > 0
    keys = tuple(key for key, there in zip((*ROLES, "unassigned"), used, strict=True) if there)
    return Grouping("role", keys, weights[:, used])
