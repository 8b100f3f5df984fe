"""Influencer, UGC creator, advocate: one continuous axis, not three boxes."""

from __future__ import annotations

import pandas as pd

from influence_graph.network import Network
from influence_graph.people.anchors import RoleAnchors
from influence_graph.people.history import Record
from influence_graph.tables.schema import Tables


def memberships(
    tables: Tables, network: Network, measures: pd.DataFrame, *, config: RoleAnchors | None = None
) -> pd.DataFrame:
    """How far each person is an influencer, a UGC creator and an advocate, by what they do.

    The evidence ``e_k`` for a role is the mean of its signs; a sign that the tables can't tell is left out, not
    counted as zero. Memberships are ``e_k^alpha / sum_k e_k^alpha``; without any evidence there are none. What a
    person drove is no evidence.

    Parameters
    ----------
    tables : Tables
        Resolved.
    network, measures
        Made of these tables; `measures` with audience, exclusive_reach and two_hop_reach.
    config : RoleAnchors, optional
        Where evidence begins and where it is full, and what speaks for which role.

    Returns
    -------
    DataFrame
        One row for each person with a share, an order or a row of the creators table, indexed by person_id:
        influencer, ugc, advocate (sum 1, or NaN all three), strength (the largest evidence, in [0, 1]), then
        ``evidence_<role>`` and ``evidence_<sign>`` of everything, NaN where the tables can't tell.
    """
    return Record.of(tables, network, measures, config or RoleAnchors()).memberships()
