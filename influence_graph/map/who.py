"""Who people are: what each does, in which role and since when, whose numbers stand out, and the mix of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from influence_graph.map.everybody import everybody
from influence_graph.people import RoleAnchors, mix
from influence_graph.people.authenticity import Authenticity, authenticity
from influence_graph.people.history import Record
from influence_graph.people.paths import Course, course

if TYPE_CHECKING:
    from influence_graph.drivers import Drivers
    from influence_graph.map.run import Stages
    from influence_graph.network import Network
    from influence_graph.tables.schema import Tables


@dataclass(frozen=True)
class Who:
    """By the names `MapResult` has for them."""

    people: pd.DataFrame
    roles: pd.DataFrame
    course: Course | None
    authenticity: Authenticity | None
    mix: pd.DataFrame


def tell_who(tables: Tables, network: Network, measures: pd.DataFrame, drivers: Drivers, *, stage: Stages) -> Who:
    """Everybody, with what they drive and the roles they have."""
    with stage("map.stage-roles"):
        record = Record.of(tables, network, measures, RoleAnchors())
        held, path = record.memberships(), course(record)
        del record  # it holds arrays of its own
        suspect = authenticity(tables, resolved=True, network=network) if len(tables.creators) else None
    people = everybody(network, measures, drivers.people, held)
    with stage("map.stage-mix"):
        return Who(people, held, path, suspect, mix(people, drivers.credit, tables))
