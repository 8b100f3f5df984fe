"""What was known of people at an earlier time, or without some campaign: the same tables with fewer rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from influence_graph.network import Network
from influence_graph.people.anchors import RoleAnchors
from influence_graph.people.evidence import by_signs
from influence_graph.people.numbered import Numbered
from influence_graph.people.signs import Part, signs
from influence_graph.tables.schema import Tables


@dataclass(frozen=True)
class Record:
    """Everything that people did, ready to be looked at in part.

    Attributes
    ----------
    tables : Tables
        Resolved.
    bought : DataFrame
        Orders that count, of people who are known.
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
        bought = tables.counted[tables.counted["person_id"].notna()]
        return cls(tables, bought, config, Numbered.of(tables, bought, network.nodes["followers"], measures))

    @cached_property
    def of_sharers(self) -> Record:
        """The record of those who ever shared: only they have more than reach to tell."""
        numbered, theirs = self.numbered.of_sharers()
        return Record(self.tables, self.bought[theirs], self.config, numbered)

    def signs(self) -> pd.DataFrame:
        """Every sign of everybody, by person_id, sorted."""
        told = signs(self.numbered, anchors=self.config)
        return told.set_axis(pd.Index(self.numbered.people[told.index], dtype="str", name="person_id"))

    def memberships(self) -> pd.DataFrame:
        """Memberships and evidence of everybody, see `influence_graph.people.memberships`."""
        return by_signs(self.signs(), self.config)

    def seen(self, part: Part) -> pd.DataFrame:
        """Memberships as these rows tell them, by the number of each person of whom anything is known then."""
        return by_signs(signs(self.numbered, part, anchors=self.config), self.config)
