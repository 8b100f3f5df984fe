"""What the views read of a finished map, and the names that they may show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pandas as pd

if TYPE_CHECKING:
    from influence_graph.drivers import Drivers
    from influence_graph.findings import Finding
    from influence_graph.network import Network
    from influence_graph.people.authenticity import Authenticity
    from influence_graph.people.paths import Course
    from influence_graph.planning import Outlook
    from influence_graph.programme.ecosystem import Ecosystem
    from influence_graph.programme.groups import Groups
    from influence_graph.programme.growth import Growth
    from influence_graph.programme.match import Match
    from influence_graph.programme.talents import Talents
    from influence_graph.programme.timing import Timing
    from influence_graph.tables.schema import Tables

Names = Literal["creators", "all"]
"""Who may be named: creators, or everybody."""


class Influenced(Protocol):
    """People and who influences whom: what a drawing needs of a map."""

    @property
    def people(self) -> pd.DataFrame:
        """One row a person, the columns of `people.csv`."""

    @property
    def network(self) -> Network:
        """Who could influence whom."""

    @property
    def influences(self) -> pd.DataFrame:
        """source, target, probability, credit: one row a pair with credit."""


class Mapped(Influenced, Protocol):
    """A finished map, as far as the views read it."""

    @property
    def campaigns(self) -> pd.DataFrame:
        """The columns of `campaigns.csv`."""

    @property
    def mix(self) -> pd.DataFrame:
        """The columns of `mix.csv`."""

    @property
    def findings(self) -> Sequence[Finding]:
        """Ranked statements."""

    @property
    def tables(self) -> Tables:
        """The input."""

    @property
    def faults(self) -> pd.DataFrame:
        """Refused rows."""

    @property
    def run(self) -> Mapping[str, Any]:
        """What `run.json` holds."""

    @property
    def drivers(self) -> Drivers:
        """The fitted driver model."""

    @property
    def outlook(self) -> Outlook | None:
        """Whom to activate next, where a budget was given."""

    @property
    def groups(self) -> Groups | None:
        """How the content of each group performs."""

    @property
    def ecosystem(self) -> Ecosystem | None:
        """On how few people it rests, and whose customers come back."""

    @property
    def talents(self) -> Talents | None:
        """Who outside the programme could join it."""

    @property
    def growth(self) -> Growth | None:
        """Who moved up a tier, and whether they persuade as well as before."""

    @property
    def match(self) -> Match | None:
        """What works in which community."""

    @property
    def timing(self) -> Timing | None:
        """When posts work."""

    @property
    def course(self) -> Course | None:
        """How roles came about, by month."""

    @property
    def authenticity(self) -> Authenticity | None:
        """What speaks of inflated numbers."""


def true(column: pd.Series[Any]) -> pd.Series[bool]:
    """Where a column that may hold unknowns says yes."""
    return column.astype("boolean").fillna(False).astype(bool)


def called(people: pd.DataFrame) -> pd.Series[str]:
    """The name of each person, their id where no name is known."""
    ids = people["person_id"].astype(str)
    return people["name"].where(people["name"].notna() & people["name"].ne(""), ids).astype(str)


def campaign_names(result: Mapped) -> dict[str, str]:
    """The name of each campaign that has one, by its id."""
    table = result.tables.campaigns.dropna(subset=["name"])
    return dict(zip(table["campaign_id"].astype(str), table["name"].astype(str), strict=True))


def verdicts(people: pd.DataFrame) -> pd.Series[str]:
    """How each person stands against their follower count.

    Returns
    -------
    (n,) Series of str
        ``beats`` (false discoveries kept to 5 %), ``short`` (the whole interval of the lift under 1), ``fan`` or
        ``together`` (not identifiable), ``few`` (too few exposures), ``even`` (no clear difference), or ``unknown``.
    """
    told = people["identifiable"].fillna("").astype(str)
    verdict = pd.Series("unknown", index=people.index, dtype="str")
    verdict[people["lift"].notna()] = "even"
    verdict[people["lift_high"].lt(1)] = "short"
    verdict[told.eq("too few exposures")] = "few"
    verdict[told.eq("fan effect")] = "fan"
    verdict[told.str.startswith("together")] = "together"
    verdict[true(people["beats_followers"])] = "beats"
    return verdict
