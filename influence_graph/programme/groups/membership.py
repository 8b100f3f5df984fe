"""Which posts belong to which group, and how far: by tier, role, platform, tier within it, kind, deal, campaign."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.people import ROLES
from influence_graph.programme.groups.tiers import Tiers
from influence_graph.tables.deals import Deals
from influence_graph.tables.words import plain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DEALS = ("paid", "unpaid", "gift")
GROUPINGS = ("tier", "role", "platform", "kind", "deal", "campaign", "platform_tier")
"""By what posts are grouped; by tier within platform where there are several platforms."""
WITHIN = ", "
"""What stands between a platform and a tier in a key."""
MOST = 200
"""Named groups of a grouping that stand for themselves; a column with a value a post would be a table a post wide."""
OTHERS = "*"
"""The key of all groups of a grouping beyond `MOST`, taken together."""
OF_PEOPLE = frozenset({"tier", "role", "platform", "platform_tier"})
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
    weights : (posts, groups) csr_array, in [0, 1]
        How far each post belongs to each; rows sum to 1.
    pooled : int
        Groups that `OTHERS` stands for.
    """

    by: str
    keys: tuple[str, ...]
    weights: csr_array
    pooled: int = 0

    @cached_property
    def hard(self) -> bool:
        """Whether every post is in one group whole: then somebody with posts in two groups counts in both."""
        return bool((self.weights.data == 1.0).all())

    def entries(self) -> tuple[Ints, Ints]:
        """Post and group of every weight that is not 0, post by post."""
        post = np.repeat(np.arange(self.weights.shape[0]), np.diff(self.weights.indptr))
        return post, self.weights.indices.astype(np.int64)


def groupings(posts: pd.DataFrame, tiers: Tiers, *, by: Collection[str] = GROUPINGS) -> list[Grouping]:
    """Every grouping of some posts.

    Parameters
    ----------
    posts : DataFrame
        Rows of the shares table with followers, platform and the roles of who posted.
    tiers : Tiers
    by : collection of str
        Which of `GROUPINGS`.

    Returns
    -------
    list of Grouping
        In the order of `GROUPINGS`; groups without a post are left out. Tiers stand in their order, roles by
        membership with the rest as ``unassigned``, all else by name, what is unknown last. A tier within a platform
        has the key ``platform, tier``, and is left out where there is one platform. O(posts * `MOST`).
    """
    place = plain(posts["platform"])
    made: dict[str, Callable[[], Grouping]] = {
        "tier": lambda: _by("tier", tiers.of(posts["followers"]), order=tuple(tiers.begins)),
        "role": lambda: _by_role(posts),
        "platform": lambda: _by("platform", place),
        "kind": lambda: _by("kind", plain(posts["kind"])),
        "deal": lambda: _by("deal", _deal(posts), order=DEALS),
        "campaign": lambda: _by("campaign", posts["campaign_id"]),
        "platform_tier": lambda: _by_platform_and_tier(place, posts["followers"], tiers),
    }
    if place.nunique() < 2:
        del made["platform_tier"]
    return [made[each]() for each in GROUPINGS if each in by and each in made]


def _deal(posts: pd.DataFrame) -> pd.Series[str]:
    """paid, unpaid or gift, NaN where it is unknown."""
    told, deals = np.full(len(posts), np.nan, dtype=object), Deals.of(posts)
    for name, where in (("gift", deals.gift), ("unpaid", deals.unpaid), ("paid", deals.paid)):
        told[where] = name
    return pd.Series(told, index=posts.index, dtype="str")


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
    codes, met = pd.factorize(label)
    told = [str(key) for key in met]
    keys = [key for key in order if key in told] if order else sorted(told)
    if pooled:
        keys = [key for key in keys if key != OTHERS] + [OTHERS]
    if (codes < 0).any():
        keys.append("")
    place = np.append(pd.Index(keys).get_indexer(pd.Index(told, dtype="str")), len(keys) - 1)[codes]
    whole, each = np.ones(len(label)), np.arange(len(label) + 1)
    return Grouping(by, tuple(keys), csr_array((whole, place, each), shape=(len(label), len(keys))), pooled)


def _by_platform_and_tier(platform: pd.Series[str], followers: pd.Series[float], tiers: Tiers) -> Grouping:
    """Tiers of each platform: on another one, the same size means another engagement."""
    place, tier = common(platform).fillna(""), tiers.of(followers).fillna("")
    platforms = [*sorted(set(place) - {"", OTHERS}), OTHERS, ""]
    order = tuple(f"{one}{WITHIN}{each}" for one in platforms for each in (*tiers.begins, ""))
    label = (place + WITHIN + tier).where((place != "") | (tier != ""))
    return _by("platform_tier", label, order=order)


def _by_role(posts: pd.DataFrame) -> Grouping:
    held = posts[list(ROLES)].fillna(0.0).to_numpy(dtype=np.float64)
    weights = np.column_stack([held, np.maximum(1.0 - held.sum(axis=1), 0.0)])
    weights[np.abs(weights) < 1e-9] = 0.0
    used = weights.sum(axis=0) > 0
    keys = tuple(key for key, there in zip((*ROLES, "unassigned"), used, strict=True) if there)
    return Grouping("role", keys, csr_array(weights[:, used]))
