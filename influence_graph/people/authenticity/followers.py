"""What an account's followers and followings tell: followers who never do anything, followings without end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.people.authenticity.peers import against_peers, exps, logs, strength
from influence_graph.tables.schema import Tables

LEAST_FOLLOWERS = 20
"""Observed followers under whom the part that is silent says nothing."""
FOLLOWS_FROM, FOLLOWS_TO = 1.0, 5.0
"""Followings for each follower, at which the signal begins and where it is as strong as it gets."""


def silent_followers(tables: Tables, people: pd.Index, groups: list[pd.Series[str]]) -> pd.DataFrame:
    """The part of an account's observed followers who never ordered, shared or touched anything.

    Parameters
    ----------
    tables : Tables
        Resolved.
    people : Index
        Creators.
    groups : list of Series
        Their peers.

    Returns
    -------
    DataFrame
        value and typical in [0, 1], strength; NaN where follows are unknown, or few. O(follows).
    """
    acting = [tables.shares["person_id"], tables.conversions["person_id"], tables.touches["person_id"]]
    active = pd.Index(pd.concat(acting).dropna().unique())
    follows = tables.follows[tables.follows["followed_id"].isin(people)]
    silent = ~follows["follower_id"].isin(active)
    counts = silent.groupby(follows["followed_id"]).agg(["sum", "size"]).reindex(people)
    told = counts["size"].ge(LEAST_FOLLOWERS) & bool(len(active))
    part = ((counts["sum"] + 0.5) / (counts["size"] + 1.0)).where(told)
    error = (counts["size"] * part * (1.0 - part)) ** -0.5
    compared = against_peers(logs(part / (1.0 - part)), groups, error)
    typical = 1.0 / (1.0 + exps(-compared["typical"]))
    value = (counts["sum"] / counts["size"]).where(told)
    return pd.DataFrame({"value": value, "typical": typical, "strength": strength(compared["deviation"])})


def known_followers(
    tables: Tables, followers: pd.Series[float], people: pd.Index, groups: list[pd.Series[str]]
) -> pd.DataFrame:
    """Declared followers for each one whom the tables know.

    Parameters
    ----------
    tables : Tables
        Resolved.
    followers : Series
        Declared, by creator.
    people : Index
        Creators.
    groups : list of Series
        Their peers.

    Returns
    -------
    DataFrame
        value, typical, strength; NaN where fewer than twenty are known. O(follows).
    """
    known = tables.follows["followed_id"].value_counts().reindex(people)
    known = known.where(known >= LEAST_FOLLOWERS)
    value = followers.reindex(people) / known
    compared = against_peers(logs(value), groups, known.astype("float64") ** -0.5)
    return pd.DataFrame(
        {"value": value, "typical": exps(compared["typical"]), "strength": strength(compared["deviation"])}
    )


def followings(history: pd.DataFrame, people: pd.Index, groups: list[pd.Series[str]]) -> pd.DataFrame:
    """How many an account follows for each of its followers.

    Parameters
    ----------
    history : DataFrame
        The followers table; the latest row with both numbers counts.
    people : Index
        Creators.
    groups : list of Series
        Their peers, for what is typical.

    Returns
    -------
    DataFrame
        value, typical, strength: by itself, not against peers, from as many to five times as many. O(history).
    """
    both = history.dropna(subset=["followers", "following"]).sort_values("at", kind="stable")
    latest = both.drop_duplicates("creator_id", keep="last").set_index("creator_id").reindex(people)
    ratio = (latest["following"] + 1.0) / (latest["followers"] + 1.0)
    typical = exps(against_peers(logs(ratio), groups)["typical"])
    rise = (logs(ratio / FOLLOWS_FROM) / np.log(FOLLOWS_TO / FOLLOWS_FROM)).clip(0.0, 1.0)
    return pd.DataFrame({"value": ratio, "typical": typical, "strength": rise})
