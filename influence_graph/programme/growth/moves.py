"""Who moved up a tier, and when: from a history of follower counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people.authenticity import STRONG
from influence_graph.people.authenticity.history import by_history
from influence_graph.people.authenticity.peers import peer_groups
from influence_graph.people.authenticity.posts import posts_with_followers
from influence_graph.programme.groups.tiers import Tiers
from influence_graph.programme.talents.growth import steady_growth
from influence_graph.tables.schema import Tables

MOVES = ("person_id", "from_tier", "to_tier", "moved_at", "followers_first", "followers", "growth", "growth_low")


def counts_of(history: pd.DataFrame) -> pd.DataFrame:
    """Follower counts of a history by person and time, one a moment: creator_id, at, followers. O(n log n)."""
    known = history.dropna(subset=["creator_id", "at", "followers"])[["creator_id", "at", "followers"]]
    known = known.sort_values(["creator_id", "at", "followers"], kind="stable")
    return known.drop_duplicates(["creator_id", "at"], keep="last", ignore_index=True)


def moves_up(counts: pd.DataFrame, tiers: Tiers) -> pd.DataFrame:
    """Everybody whose latest count lies in a higher tier than their first.

    Parameters
    ----------
    counts : DataFrame
        As `counts_of` gives them.
    tiers : Tiers

    Returns
    -------
    DataFrame
        The columns of `MOVES`. A count that climbs over a border and falls back is no move: `moved_at` is the first
        count from which on all lie above the tier that somebody began in. growth is the part by which followers grow
        in a month, by the median of steps, so that a single jump does not make it; growth_low its cautious end, NaN
        under five steps. Earliest moves first. O(counts).
    """
    begins = np.array(list(tiers.begins.values()), dtype=np.float64)
    names = np.array([*tiers.begins, ""], dtype=object)  # who is below the first tier is in none
    by = counts["creator_id"]
    place = pd.Series(np.searchsorted(begins, counts["followers"], side="right") - 1, index=counts.index)
    first, last = place.groupby(by).transform("first"), place.groupby(by).transform("last")
    stays = place[::-1].groupby(by[::-1]).cummin()[::-1]
    moved = (last > first) & (stays > first)
    at = counts["at"][moved].groupby(by[moved]).first()
    size = counts["followers"].groupby(by)
    grown = steady_growth(counts["followers"], counts["at"], by).reindex(at.index)
    told = pd.DataFrame(
        {
            "from_tier": names[first.groupby(by).first().reindex(at.index).to_numpy(dtype=np.int64)],
            "to_tier": names[last.groupby(by).first().reindex(at.index).to_numpy(dtype=np.int64)],
            "moved_at": at,
            "followers_first": size.first().reindex(at.index),
            "followers": size.last().reindex(at.index),
            "growth": np.expm1(grown["growth"]),
            "growth_low": np.expm1(grown["low"]),
        }
    )
    told = told.rename_axis("person_id").reset_index()
    return told.sort_values(["moved_at", "person_id"], kind="stable", ignore_index=True)[list(MOVES)]


def grew_suddenly(tables: Tables, who: pd.Series) -> NDArray[np.bool_]:
    """(n,) bool: whose growth is a signal of inflated numbers: sudden, and by posts unexplained or lost again.

    As `influence_graph.people.authenticity` reads it. Who is not listed as a creator has no peers, and no signal.
    """
    listed = tables.creators.dropna(subset=["creator_id"]).drop_duplicates("creator_id").set_index("creator_id")
    if listed.empty:
        return np.zeros(len(who), dtype=bool)
    people = pd.Index(listed.index, name="person_id")
    posts = posts_with_followers(tables.shares, tables.creators, tables.followers)
    found = by_history(tables.followers, posts, people, peer_groups(listed["platform"], listed["followers"]))
    strength = pd.concat([found["growth"]["strength"], found["decay"]["strength"]], axis=1).max(axis=1)
    return np.asarray(strength.reindex(who).fillna(0.0) >= STRONG - 1e-12, dtype=bool)
