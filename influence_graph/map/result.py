"""What a finished map holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from influence_graph.backtesting import Backtest
from influence_graph.drivers import Drivers
from influence_graph.findings import Finding
from influence_graph.network import Network
from influence_graph.people.authenticity import Authenticity
from influence_graph.people.paths import Course
from influence_graph.placebos import Placebo
from influence_graph.planning import Outlook
from influence_graph.programme.ecosystem import Ecosystem
from influence_graph.programme.groups import Groups
from influence_graph.programme.growth import Growth
from influence_graph.programme.match import Match
from influence_graph.programme.talents import Talents
from influence_graph.programme.timing import Timing
from influence_graph.tables.schema import Tables


@dataclass(frozen=True)
class MapResult:
    """A finished map.

    Attributes
    ----------
    people : DataFrame
        One row a person with any activity, the columns of `PEOPLE`; who drove most stands first. Unknown is NaN or NA.
    campaigns, mix : DataFrame
        As campaigns.csv and mix.csv hold them.
    findings : list of Finding
        Ranked statements.
    run : dict
        What made this map: version, seed, inputs, parameters, seconds a stage, what was skipped and why.
    tables : Tables
        The input, accounts joined.
    network, measures, roles, drivers
        What the stages returned.
    accounts : mapping of str to str
        The id that stands for each account that was joined to another.
    backtest : Backtest, optional
        What held-out orders say of it, where campaigns are enough and it was not left out.
    placebo : Placebo, optional
        Where it was asked for.
    outlook : Outlook, optional
        Whom to activate next and what every budget brings, where a budget was given and something can be planned.
    groups : Groups, optional
        How the content of each group performs; None where there are no posts.
    ecosystem : Ecosystem, optional
        On how few people it rests, and whose customers come back.
    talents : Talents, optional
        Who outside the programme could join it, and content to reuse.
    growth : Growth, optional
        Who moved up a tier, and whether they persuade as well as before; None without a history of followers.
    match : Match, optional
        What works in which community, and who adds most there next; hours are the whole programme's.
    timing : Timing, optional
        When posts work: delays, fatigue, and the hours of the whole programme; None where there are no posts.
    course : Course, optional
        How roles came about, by month; None where nothing happened.
    authenticity : Authenticity, optional
        What speaks of inflated numbers; None without a list of creators.
    """

    people: pd.DataFrame
    campaigns: pd.DataFrame
    mix: pd.DataFrame
    findings: list[Finding]
    run: dict[str, Any]
    tables: Tables
    network: Network
    measures: pd.DataFrame
    roles: pd.DataFrame
    drivers: Drivers
    accounts: Mapping[str, str] = field(default_factory=dict)
    backtest: Backtest | None = None
    placebo: Placebo | None = None
    groups: Groups | None = None
    outlook: Outlook | None = None
    ecosystem: Ecosystem | None = None
    talents: Talents | None = None
    growth: Growth | None = None
    match: Match | None = None
    timing: Timing | None = None
    course: Course | None = None
    authenticity: Authenticity | None = None

    @property
    def faults(self) -> pd.DataFrame:
        """The refused rows."""
        return self.tables.faults

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables a store keeps of a map, everybody under their own id; a plan stands beside the people."""
        people = self.people
        if self.outlook:
            people = pd.concat([people, self.outlook.columns(people["person_id"])], axis=1)
        return {
            "people": people,
            "campaigns": self.campaigns,
            "mix": self.mix,
            "credit": self.drivers.credit,
            "influences": self.influences,
            "orders": self.orders,
            "accounts": pd.DataFrame(self.accounts.items(), columns=["account", "person_id"], dtype="str"),
        }

    @property
    def orders(self) -> pd.DataFrame:
        """The orders that count: conversion_id, count, value net of refunds, and organic: how many nobody drove.

        The organic part is unknown for orders without a buyer, which share their credit.
        """
        counted = self.tables.counted
        driven = counted["conversion_id"].map(self.drivers.credit.groupby("conversion_id")["credit"].sum())
        organic = (counted["count"] - driven.fillna(0.0)).clip(lower=0.0).where(counted["person_id"].notna())
        return counted[["conversion_id", "count", "value"]].assign(organic=organic)

    @property
    def influences(self) -> pd.DataFrame:
        """source, target, probability, credit."""
        return self.drivers.influences
