"""What was known of people at an earlier time, or without some campaign: the same tables with fewer rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.network import Network
from influence_graph.people.anchors import RoleAnchors
from influence_graph.people.evidence import signs
from influence_graph.people.memberships import by_signs
from influence_graph.tables.resolve import orders
from influence_graph.tables.schema import Tables

Truths = NDArray[np.bool_]
_SHARES = (
    "share_id", "person_id", "shared_at", "campaign_id", "parent_share_id", "kind", "deal", "cost", "views",
    "boosted_views", "likes", "comments", "saves", "rating",
)  # fmt: skip
"""Columns of shares that roles rest on."""


@dataclass(frozen=True)
class Numbered:
    """A record by numbers in place of ids, which are compared and sorted in a fifth of the time.

    Attributes
    ----------
    people : Index
        The id of each number, sorted.
    tables, bought
        As in the record, with the columns that roles rest on.
    followers, measures
        By number.
    """

    people: pd.Index[Any]
    tables: Tables
    bought: pd.DataFrame
    followers: pd.Series[Any]
    measures: pd.DataFrame

    @classmethod
    def of(cls, tables: Tables, bought: pd.DataFrame, followers: pd.Series[Any], measures: pd.DataFrame) -> Numbered:
        """Number everybody, every share and every campaign."""
        shares, touches, creators = tables.shares[list(_SHARES)], tables.touches, tables.creators
        ids = [creators["creator_id"], shares["person_id"], bought["person_id"]]
        people = _distinct(*ids, touches["person_id"], touches["creator_id"]).sort_values()
        posts = _distinct(shares["share_id"], shares["parent_share_id"], touches["share_id"])
        campaigns = _distinct(shares["campaign_id"], bought["campaign_id"])
        kinds = {name: shares[name].astype("category") for name in ("kind", "deal")}
        told = replace(
            tables,
            creators=creators.assign(creator_id=_number(creators["creator_id"], people)),
            shares=shares.assign(
                person_id=_number(shares["person_id"], people),
                share_id=_number(shares["share_id"], posts),
                parent_share_id=_number(shares["parent_share_id"], posts),
                campaign_id=_number(shares["campaign_id"], campaigns),
                **kinds,
            ),
            touches=touches.assign(
                person_id=_number(touches["person_id"], people),
                creator_id=_number(touches["creator_id"], people),
                share_id=_number(touches["share_id"], posts),
            ),
        )
        ordered = bought.assign(
            person_id=_number(bought["person_id"], people), campaign_id=_number(bought["campaign_id"], campaigns)
        )
        numbers = pd.RangeIndex(len(people), name="person_id")
        size = followers.reindex(people).set_axis(numbers).astype("float64")
        return cls(people, told, ordered, size, measures.reindex(people).set_axis(numbers))


def _distinct(*ids: pd.Series[Any]) -> pd.Index[Any]:
    """Every id once."""
    found: pd.Index[Any] = pd.Index(pd.concat(ids).dropna().unique())
    return found


def _number(ids: pd.Series[Any], of: pd.Index[Any]) -> pd.Series[Any]:
    """The number of each id, NaN for none."""
    place = of.get_indexer(pd.Index(ids))
    return pd.Series(place, index=ids.index).where(ids.notna())


@dataclass(frozen=True)
class Record:
    """Everything that people who ever shared did, ready to be looked at in part.

    Attributes
    ----------
    tables : Tables
        Resolved, of those who ever shared: only they have more than reach to tell.
    bought : DataFrame
        Their orders that count.
    config : RoleAnchors
        What counts as evidence.
    numbered : Numbered
        The same by numbers.
    """

    tables: Tables
    bought: pd.DataFrame
    config: RoleAnchors
    numbered: Numbered

    @classmethod
    def of(cls, tables: Tables, network: Network, measures: pd.DataFrame, config: RoleAnchors) -> Record:
        """The record of a programme."""
        who = tables.shares["person_id"].unique()
        creators = tables.creators[tables.creators["creator_id"].isin(who)]
        bought = orders(tables.conversions)
        bought = bought[bought["person_id"].isin(who)]
        theirs = replace(tables, creators=creators)
        return cls(theirs, bought, config, Numbered.of(theirs, bought, network.nodes["followers"], measures))

    def seen(
        self, shares: Truths, bought: Truths, touches: Truths, *, followers: pd.Series[Any] | None = None
    ) -> pd.DataFrame:
        """Memberships as these rows tell them, and as many followers as there were then."""
        whole = self.numbered
        part = replace(whole.tables, shares=whole.tables.shares[shares], touches=whole.tables.touches[touches])
        then = whole.followers
        if followers is not None and len(followers):
            place = whole.people.get_indexer(followers.index)
            known = (place >= 0) & followers.notna().to_numpy()
            then = then.copy()
            then.iloc[place[known]] = followers.to_numpy(dtype=np.float64)[known]
        told = signs(part, then, whole.measures, anchors=self.config, bought=whole.bought[bought])
        ids = pd.Index(whole.people[told.index], dtype="str", name="person_id")
        return by_signs(told, self.config).set_axis(ids)
