"""The part of a network that is worth drawing: the strongest drivers and their strongest edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.network import Network
from influence_graph.views.result import Influenced, true

DRIVERS_SHARE = 0.25
"""Which part of those kept are drivers; the rest are the people they influence."""
MOST_DRIVERS = 2_000
EDGES_PER_PERSON = 2
"""Edges kept at most, a person: with more the picture says nothing."""
WORTH = 0.5
"""Conversions from which somebody who is no creator counts as a driver."""


@dataclass(frozen=True)
class Selection:
    """Who is drawn, and which edges.

    Attributes
    ----------
    ids : (n,) Index of str
        Drivers first, strongest first.
    drivers : int
        How many of them are drivers.
    edges : DataFrame
        source, target (positions in `ids`), credit: expected conversions, or the edge's weight where nobody drove
        any. In rounds: everybody's strongest edge, then everybody's second, and so on; so every beginning of the
        table is a fair picture.
    measured : {"driven", "audience"}
        What made a driver strong: the audience where nobody drove anything.
    """

    ids: pd.Index[str]
    drivers: int
    edges: pd.DataFrame
    measured: str


def select(result: Influenced, *, people: int) -> Selection:
    """Choose at most `people` of a map.

    Drivers are those with the most driven conversions, creators or not, and then the creators who drove none. Each
    round admits the next strongest edge of every driver, so that everyone's strongest ties show and no giant crowds
    out the rest; edges among those chosen follow.

    Notes
    -----
    O(people + edges of the chosen drivers). Where there are no conversions, drivers are the creators with the largest
    audience, and edges are who follows whom.
    """
    everybody = result.people
    creators = true(everybody["is_creator"])
    measured = "driven" if everybody["driven"].gt(0).any() else "audience"
    strong = everybody[measured].gt(0) & creators
    if measured == "driven":
        strong |= everybody["driven"].ge(WORTH)
    ranked = everybody[strong | creators if strong.any() else strong].sort_values(
        [measured, "followers", "person_id"], ascending=[False, False, True]
    )
    drivers = _strongest(pd.Index(ranked["person_id"].astype(str)), people)
    edges = _influences(result, drivers) if measured == "driven" else _follows(result.network, drivers)
    return _rounds(drivers, edges, people, measured)


def select_network(network: Network, *, people: int) -> Selection:
    """Choose at most `people` of a network without a map: whoever has the weightiest edges, and those edges."""
    weight = np.bincount(network.sources, weights=network.weight, minlength=network.n_people)
    order = np.argsort(-weight, kind="stable")[: int(np.count_nonzero(weight))]
    drivers = _strongest(pd.Index(network.nodes.index[order].astype(str)), people)
    return _rounds(drivers, _follows(network, drivers), people, "audience")


def _strongest(ranked: pd.Index[str], people: int) -> pd.Index[str]:
    return ranked[: min(max(round(people * DRIVERS_SHARE), 1), MOST_DRIVERS)]


def _rounds(drivers: pd.Index[str], edges: pd.DataFrame, people: int, measured: str) -> Selection:
    """Admit the edges' ends round by round until there are enough people."""
    edges = edges.sort_values(["credit", "source", "target"], ascending=[False, True, True])
    turn = edges.groupby("source").cumcount().to_numpy()
    edges = edges.iloc[np.lexsort((drivers.get_indexer(pd.Index(edges["source"])), turn))]
    met = pd.Index(edges["target"].drop_duplicates()).difference(drivers, sort=False)
    known = drivers.append(met[: max(people - len(drivers), 0)])
    edges = edges[edges["target"].isin(known) & edges["source"].ne(edges["target"])].head(EDGES_PER_PERSON * people)
    ids = drivers.append(known[len(drivers) :].intersection(pd.Index(edges["target"]), sort=False))
    ends = {side: ids.get_indexer(pd.Index(edges[side])) for side in ("source", "target")}
    placed = pd.DataFrame({**ends, "credit": edges["credit"].to_numpy()})
    return Selection(ids, len(drivers), placed, measured)


def _influences(result: Influenced, drivers: pd.Index[str]) -> pd.DataFrame:
    edges = result.influences[["source", "target", "credit"]]
    edges = edges[edges["source"].isin(drivers) & edges["credit"].gt(0)]
    return edges.astype({"source": "str", "target": "str", "credit": "float64"})


def _follows(network: Network, drivers: pd.Index[str]) -> pd.DataFrame:
    rows = [int(row) for row in network.nodes.index.get_indexer(drivers) if row >= 0]
    spans = [np.arange(network.indptr[row], network.indptr[row + 1]) for row in rows]
    which = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
    targets = network.indices[which]
    # Ties between creators tell more than one follower among thousands, so they are drawn first.
    among = network.nodes["is_creator"].to_numpy(dtype=bool)[targets]
    strength = pd.Series(network.weight[which] * (1 + 9 * among))
    edges = pd.DataFrame(
        {
            "source": np.repeat(network.nodes.index.to_numpy()[rows], [len(span) for span in spans]),
            "target": network.nodes.index.to_numpy()[targets],
            "credit": strength.to_numpy(),
        }
    )
    return edges.astype({"source": "str", "target": "str", "credit": "float64"})
