"""Influencer, UGC creator, advocate: one continuous axis, not three boxes."""

from __future__ import annotations

import pandas as pd

from influence_graph.network import Network
from influence_graph.people.anchors import RoleAnchors
from influence_graph.people.evidence import evidence, signs
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
    config = config or RoleAnchors()
    return by_signs(signs(tables, network.nodes["followers"], measures, anchors=config), config)


def by_signs(signs: pd.DataFrame, config: RoleAnchors) -> pd.DataFrame:
    """What `memberships` returns, from the signs in their own units."""
    scaled = evidence(signs, anchors=config)
    by_role = pd.DataFrame({role: scaled[list(names)].mean(axis=1) for role, names in config.evidence.items()})
    weights = by_role.fillna(0.0) ** config.alpha
    held = weights.div(weights.sum(axis=1).where(lambda total: total > 0), axis=0)
    strength = by_role.max(axis=1).rename("strength")
    return pd.concat([held, strength, by_role.add_prefix("evidence_"), scaled.add_prefix("evidence_")], axis=1)
