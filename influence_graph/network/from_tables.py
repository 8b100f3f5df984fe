"""The network of a programme, from its tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from influence_graph.network.graph import Floats, Network, from_places
from influence_graph.tables.distinct import numbered
from influence_graph.tables.schema import Tables

_EPOCH = pd.Timestamp("1970-01-01", tz="UTC")


def build(tables: Tables) -> Network:
    """Make the network of everybody in the tables of creators, follows, shares and touches.

    Whoever follows is influenced by whom they follow, each with weight 1. Without any follows, edges come from what
    was seen to happen: a person who reshared a share, or touched one, is influenced by its author, from the first
    time on; the weight counts how often. People known only through an order are not part of it, and nobody
    influences themselves. People are sorted by id, so that the order of rows changes nothing.

    Parameters
    ----------
    tables : Tables
        As read and resolved.

    Returns
    -------
    Network
        With the edge attribute `since`, in days since 1970-01-01 UTC, NaN where undated.
    """
    shares, touches = tables.shares, tables.touches
    everybody = [
        tables.creators["creator_id"],
        tables.follows["followed_id"],
        tables.follows["follower_id"],
        shares["person_id"],
        touches["person_id"],
        touches["creator_id"],
    ]
    (_, source, target, *_), people = numbered(everybody)
    nodes = _people(pd.Index(people, dtype="str"), tables)
    if len(tables.follows):
        return from_places(source, target, nodes, {"since": _days(tables.follows["since"])}, loops=False)
    seen = _seen(shares, touches)
    source, target = (nodes.index.get_indexer(pd.Index(seen[end])) for end in ("source", "target"))
    attributes = {"since": _days(seen["at"]), "weight": np.ones(len(seen))}
    return from_places(source, target, nodes, attributes, loops=False)


def _people(ids: pd.Index[Any], tables: Tables) -> pd.DataFrame:
    """The node table: what the creators table tells of each, and whether they create at all."""
    creators = tables.creators.drop_duplicates("creator_id", keep="last").set_index("creator_id")
    nodes = creators.drop(columns=["is_creator"], errors="ignore").reindex(ids)
    nodes.index.name = "person_id"
    history = tables.followers.dropna(subset=["followers"]).sort_values("at", kind="stable")
    latest = history.drop_duplicates("creator_id", keep="last").set_index("creator_id")["followers"]
    nodes["followers"] = nodes["followers"].fillna(latest.reindex(ids)).astype("float64")
    # a list of creators is the brand's word for who is one; without it, whoever shares
    listed = creators.index if len(creators) else tables.shares["person_id"]
    nodes.insert(0, "is_creator", ids.isin(listed))
    return nodes


def _seen(shares: pd.DataFrame, touches: pd.DataFrame) -> pd.DataFrame:
    """Influence that was observed: source, target, at; one row for each reshare and each touch."""
    author = shares.drop_duplicates("share_id", keep="last").set_index("share_id")["person_id"]
    reshares = pd.DataFrame(
        {"source": shares["parent_share_id"].map(author), "target": shares["person_id"], "at": shares["shared_at"]}
    )[~shares["share_id"].duplicated()]
    touched = pd.DataFrame(
        {
            "source": touches["creator_id"].fillna(touches["share_id"].map(author)),
            "target": touches["person_id"],
            "at": touches["touched_at"],
        }
    )[~touches[["touched_at", "person_id", "share_id", "creator_id", "kind"]].duplicated()]
    return pd.concat([reshares, touched], ignore_index=True).dropna(subset=["source", "target"])


def _days(times: pd.Series[Any]) -> Floats:
    """Days since 1970-01-01 UTC, NaN where missing."""
    days: pd.Series[float] = (times - _EPOCH) / pd.Timedelta(days=1)
    return np.asarray(days, dtype=np.float64)
