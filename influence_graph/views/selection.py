"""The part of the network that is worth drawing: the strongest drivers and their strongest edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.views.result import Mapped, true

DRIVERS_SHARE = 0.25
"""Which part of those drawn are drivers; the rest are the people they influence."""
EDGES_PER_PERSON = 2
"""Edges drawn at most, a person: with more the picture says nothing."""


@dataclass(frozen=True)
class Selection:
    """What is drawn.

    Attributes
    ----------
    ids : (n,) Index of str
        Who is drawn, drivers first, strongest first.
    drivers : int
        How many of them are drivers.
    edges : DataFrame
        source, target (positions in `ids`), credit (expected conversions, NaN where there are none).
    measured : {"driven", "audience"}
        What made a driver strong: the audience where nobody drove anything.
    """

    ids: pd.Index[str]
    drivers: int
    edges: pd.DataFrame
    measured: str


def select(result: Mapped, *, limit: int) -> Selection:
    """Choose at most `limit` people to draw.

    Drivers are those with the most driven conversions. Each round admits the next strongest edge of every driver,
    so that everyone's strongest ties show and no giant crowds out the rest; edges among those drawn follow.

    Notes
    -----
    O(people + edges of the chosen drivers). Where there are no conversions, drivers are those with the largest
    audience, and edges are who follows whom.
    """
    people = result.people
    measured = "driven" if people["driven"].gt(0).any() else "audience"
    ranked = people[true(people["is_creator"]) & people[measured].gt(0)].sort_values(
        [measured, "person_id"], ascending=[False, True]
    )
    drivers = pd.Index(ranked["person_id"].astype(str).head(max(round(limit * DRIVERS_SHARE), 1)))
    edges = _influences(result, drivers) if measured == "driven" else _follows(result, drivers)
    edges = edges.sort_values(["credit", "source", "target"], ascending=[False, True, True])
    turn = edges.groupby("source").cumcount().to_numpy()
    edges = edges.iloc[np.lexsort((drivers.get_indexer(pd.Index(edges["source"])), turn))]
    met = pd.Index(edges["target"].drop_duplicates()).difference(drivers, sort=False)
    known = drivers.append(met[: max(limit - len(drivers), 0)])
    edges = edges[edges["target"].isin(known) & edges["source"].ne(edges["target"])].head(EDGES_PER_PERSON * limit)
    ids = drivers.append(known[len(drivers) :].intersection(pd.Index(edges["target"]), sort=False))
    ends = {side: ids.get_indexer(pd.Index(edges[side])) for side in ("source", "target")}
    placed = pd.DataFrame({**ends, "credit": edges["credit"].to_numpy()})
    return Selection(ids, len(drivers), placed, measured)


def _influences(result: Mapped, drivers: pd.Index[str]) -> pd.DataFrame:
    edges = result.influences[["source", "target", "credit"]]
    edges = edges[edges["source"].isin(drivers) & edges["credit"].gt(0)]
    return edges.astype({"source": "str", "target": "str", "credit": "float64"})


def _follows(result: Mapped, drivers: pd.Index[str]) -> pd.DataFrame:
    network = result.network
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
