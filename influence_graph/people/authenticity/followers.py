"""What an account's followers and followings tell: followers who never do anything, followings without end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.network import Network
from influence_graph.people.authenticity.peers import against_peers, exps, logs, strength
from influence_graph.tables.schema import Tables

LEAST_FOLLOWERS = 20
"""Observed followers under whom the part that is silent says nothing."""
FOLLOWS_FROM, FOLLOWS_TO = 1.0, 5.0
"""Followings for each follower, at which the signal begins and where it is as strong as it gets."""


def observed_followers(tables: Tables, network: Network, people: pd.Index) -> pd.DataFrame:
    """How many followers of each account are observed, and how many of them never ordered, shared or touched anything.

    Parameters
    ----------
    tables : Tables
        Resolved.
    network : Network
        Made of these tables.
    people : Index
        Creators.

    Returns
    -------
    DataFrame
        size, and silent, which is NaN where nobody is known to have done anything; NaN both of whom nobody is known to
        follow. O(follows).
    """
    unknown = pd.DataFrame({"size": np.nan, "silent": np.nan}, index=people)
    if tables.follows.empty:
        return unknown
    acting = pd.concat([tables.shares["person_id"], tables.conversions["person_id"], tables.touches["person_id"]])
    place = network.index_of(pd.Index(acting.dropna().unique()))
    idle = np.ones(network.n_people, dtype=bool)
    idle[place[place >= 0]] = False
    silent = np.bincount(network.sources[idle[network.indices]], minlength=network.n_people)
    own = network.index_of(people)
    size = np.diff(network.indptr)[own].astype(np.float64)
    size = np.where((own >= 0) & (size > 0), size, np.nan)
    return unknown.assign(size=size, silent=np.where(place.size > 0, silent[own] + 0.0 * size, np.nan))


def silent_followers(observed: pd.DataFrame, groups: list[pd.Series[str]]) -> pd.DataFrame:
    """The part of an account's observed followers who never ordered, shared or touched anything.

    Parameters
    ----------
    observed : DataFrame
        As `observed_followers` gives it.
    groups : list of Series
        Their peers.

    Returns
    -------
    DataFrame
        value and typical in [0, 1], strength; NaN where follows are unknown, or few. O(creators).
    """
    size, silent = observed["size"], observed["silent"]
    told = size.ge(LEAST_FOLLOWERS)
    part = ((silent + 0.5) / (size + 1.0)).where(told)
    error = (size * part * (1.0 - part)) ** -0.5
    compared = against_peers(logs(part / (1.0 - part)), groups, error)
    typical = 1.0 / (1.0 + exps(-compared["typical"]))
    value = (silent / size).where(told)
    return pd.DataFrame({"value": value, "typical": typical, "strength": strength(compared["deviation"])})


def known_followers(observed: pd.DataFrame, followers: pd.Series[float], groups: list[pd.Series[str]]) -> pd.DataFrame:
    """Declared followers for each one whom the tables know.

    Parameters
    ----------
    observed : DataFrame
        As `observed_followers` gives it.
    followers : Series
        Declared, by creator.
    groups : list of Series
        Their peers.

    Returns
    -------
    DataFrame
        value, typical, strength; NaN where fewer than twenty are known. O(creators).
    """
    known = observed["size"].where(observed["size"] >= LEAST_FOLLOWERS)
    value = followers.reindex(observed.index) / known
    compared = against_peers(logs(value), groups, known**-0.5)
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
