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


@dataclass(frozen=True)
class Record:
    """Everything that people who ever shared did, ready to be looked at in part.

    Attributes
    ----------
    tables : Tables
        Resolved, of those who ever shared: only they have more than reach to tell.
    bought : DataFrame
        Their orders that count.
    network, measures
        Made of all tables.
    """

    tables: Tables
    bought: pd.DataFrame
    network: Network
    measures: pd.DataFrame
    config: RoleAnchors

    @classmethod
    def of(cls, tables: Tables, network: Network, measures: pd.DataFrame, config: RoleAnchors) -> Record:
        """The record of a programme."""
        who = tables.shares["person_id"].unique()
        creators = tables.creators[tables.creators["creator_id"].isin(who)]
        bought = orders(tables.conversions)
        return cls(replace(tables, creators=creators), bought[bought["person_id"].isin(who)], network, measures, config)

    def seen(
        self, shares: Truths, bought: Truths, touches: Truths, *, followers: pd.Series[Any] | None = None
    ) -> pd.DataFrame:
        """Memberships as these rows tell them, and as many followers as there were then."""
        part = replace(self.tables, shares=self.tables.shares[shares], touches=self.tables.touches[touches])
        network = self.network
        if followers is not None and len(followers):
            then = network.nodes["followers"].copy()
            then.update(followers)
            network = replace(network, nodes=network.nodes.assign(followers=then))
        found = signs(part, network, self.measures, anchors=self.config, bought=self.bought[bought])
        return by_signs(found, self.config)
