"""Everybody with any activity, one row a person: people.csv."""

from __future__ import annotations

import pandas as pd

from influence_graph.network import Network

PEOPLE = tuple(
    """person_id name platform is_creator followers audience audience_basis driven driven_low driven_high driven_value
    claimed per_1000 per_1000_low per_1000_high expected lift lift_low lift_high activity persuasion beats_followers
    q_value persuasive identifiable ripple influencer ugc advocate strength pagerank betweenness core
    community ripple_low ripple_high e_value e_value_low""".split()
)
"""The columns of people.csv, a contract."""
_TEXTS = ("name", "platform", "audience_basis", "identifiable")
_TRUTHS = ("beats_followers", "persuasive")
_COUNTS = ("core", "community")


def everybody(network: Network, measures: pd.DataFrame, driven: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """All columns of `PEOPLE` in their order and types; the strongest drivers stand first."""
    active = held.index.union(driven.index, sort=False)
    known = network.nodes[["name", "platform", "is_creator", "followers"]]
    parts = (known, driven, held, measures)
    told = pd.concat([part.reindex(active)[[c for c in part if c in PEOPLE]] for part in parts], axis="columns")
    told.insert(0, "person_id", active)
    told = told.loc[:, ~told.columns.duplicated()].reindex(columns=PEOPLE).reset_index(drop=True)
    told["is_creator"] = told["is_creator"].eq(True).fillna(False).astype(bool)
    types = {column: "float64" for column in PEOPLE if column != "is_creator"}
    types |= dict.fromkeys(("person_id", *_TEXTS), "str") | dict.fromkeys(_TRUTHS, "boolean")
    told = told.astype(types | dict.fromkeys(_COUNTS, "Int64"))
    told["community"] += 1  # people count from one
    first = told.sort_values(["driven", "followers", "person_id"], ascending=[False, False, True], kind="stable")
    return first.reset_index(drop=True)
