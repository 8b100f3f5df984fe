"""What of a finished map the questions about a programme read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.drivers import Drivers
    from influence_graph.network import Network
    from influence_graph.tables.schema import Tables


class Mapped(Protocol):
    """A finished map, as far as it is read here."""

    @property
    def people(self) -> pd.DataFrame:
        """One row a person, the columns of `people.csv`."""

    @property
    def network(self) -> Network:
        """Who could influence whom."""

    @property
    def tables(self) -> Tables:
        """The input, accounts joined."""

    @property
    def drivers(self) -> Drivers:
        """The fitted driver model."""

    @property
    def measures(self) -> pd.DataFrame:
        """Where everybody stands in the network; its `attrs` say how far communities depend on the seed."""


@dataclass(frozen=True)
class Programme:
    """The same while a map is being made."""

    people: pd.DataFrame
    network: Network
    tables: Tables
    drivers: Drivers
    measures: pd.DataFrame
