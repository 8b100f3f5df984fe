"""What the influence map draws, before any library draws it: who stands where, how large, and who is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.network import Network
from influence_graph.tables.privacy import pseudonyms
from influence_graph.views.layout import arrange
from influence_graph.views.page import known
from influence_graph.views.result import Influenced, Names, called, true
from influence_graph.views.selection import select, select_network

ROLES = ("influencer", "ugc", "advocate")
SMALLEST, LARGEST, FOLLOWER = 8.0, 44.0, 4.0
"""Radii in pixels: of the smallest and the largest driver, of everybody else."""
COLOURS = {"influencer": (0, 114, 178), "ugc": (230, 159, 0), "advocate": (0, 158, 115)}
"""Of Okabe and Ito: told apart by colour-blind eyes too. Red, green, blue in 0..255."""
NO_ROLE = (139, 149, 161)
_COLUMNS = (
    "platform", "followers", "audience", "driven", "driven_low", "driven_high", "lift", "lift_low", "lift_high",
    "ripple", "influencer", "ugc", "advocate", "community",
)  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """A part of a network with a place for everybody in it.

    Attributes
    ----------
    people : (n, .) DataFrame
        id and name (None where they may not be told), is_creator, beats_followers, x, y and radius in pixels, owner
        (the row of the driver whom they stand around), and what is known of each: NaN where unknown. Drivers first,
        strongest first.
    drivers : int
        How many of them are drivers.
    edges : (m, .) DataFrame
        source, target (rows of `people`), credit, as `Selection` holds them.
    islands : (g, .) DataFrame
        community (NA: of nobody known), x, y, radius.
    island : (drivers,) int64
        The row of `islands` on which each driver stands.
    measured : {"driven", "audience"}
        What made a driver strong.
    network_people, network_edges : int
        How many there are in the whole network.
    """

    people: pd.DataFrame
    drivers: int
    edges: pd.DataFrame
    islands: pd.DataFrame
    island: NDArray[np.int64]
    measured: str
    network_people: int
    network_edges: int


def draw(source: Influenced | Network, *, people: int, names: Names = "creators") -> Drawing:
    """Draw the strongest part of a map, or of a network without one. The same source gives the same drawing.

    Parameters
    ----------
    source : MapResult or Network
        What of.
    people : int
        How many at most.
    names : {"creators", "all"}
        Who is named. Others who drive get their pseudonym, the rest nothing.
    """
    if isinstance(source, Network):
        chosen, network, everybody = select_network(source, people=people), source, _known(source)
    else:
        chosen, network, everybody = select(source, people=people), source.network, source.people
    told = everybody.assign(called=called(everybody)).set_index(everybody["person_id"].astype(str)).reindex(chosen.ids)
    head = told.iloc[: chosen.drivers]
    radius = radii(head[chosen.measured].to_numpy(dtype=float))
    community, labels = pd.factorize(head["community"].astype("Int64"), use_na_sentinel=False)
    placed = arrange(
        len(told),
        chosen.edges,
        radius=radius,
        community=community.astype(np.int64),
        rng=np.random.default_rng(0),
    )
    creators = true(told["is_creator"])
    islands = pd.DataFrame(placed.islands, columns=["x", "y", "radius"])
    islands.insert(0, "community", pd.Series(labels, dtype="Int64"))
    return Drawing(
        people=pd.DataFrame(
            {
                **_identities(told, creators, chosen.drivers, names),
                "is_creator": creators,
                "beats_followers": true(told["beats_followers"]),
                "x": placed.people[:, 0],
                "y": placed.people[:, 1],
                "radius": np.append(radius, np.full(len(told) - len(radius), FOLLOWER)),
                "owner": placed.owner,
                **{column: told[column] for column in _COLUMNS},
            }
        ).reset_index(drop=True),
        drivers=chosen.drivers,
        edges=chosen.edges,
        islands=islands,
        island=community.astype(np.int64),
        measured=chosen.measured,
        network_people=max(network.n_people, len(told)),
        network_edges=max(network.n_edges, len(chosen.edges)),
    )


def radii(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of circles whose area, not radius, carries the number: that is what an eye compares. NaN counts as 0."""
    strength = np.nan_to_num(strength)
    largest = max(float(strength.max(initial=0)), 1e-12)
    return np.maximum(np.sqrt(strength / largest) * LARGEST, SMALLEST)


def blend(person: Mapping[Any, Any]) -> tuple[int, int, int]:
    """One colour for a mix of roles, mixed as light is; `NO_ROLE` where none is known."""
    parts = np.array([person[role] if known(person.get(role)) else 0.0 for role in ROLES], dtype=float)
    if parts.sum() <= 0:
        return NO_ROLE
    light = (np.array([COLOURS[role] for role in ROLES]) / 255) ** 2.2
    red, green, blue = np.rint((parts / parts.sum() @ light) ** (1 / 2.2) * 255).astype(int).tolist()
    return red, green, blue


def _identities(told: pd.DataFrame, creators: pd.Series, drivers: int, names: Names) -> dict[str, pd.Series]:
    """The id and name that each person may be shown with."""
    ids = pd.Series(told.index, index=told.index, dtype="object")
    name = told["called"].astype("object").where(told["called"].notna(), ids)
    if names == "creators":
        others = ~creators.to_numpy()
        others_who_drive = np.flatnonzero(others[:drivers])
        ids[others], name[others] = None, None
        secret = pseudonyms(told.index[others_who_drive])
        ids.iloc[others_who_drive] = secret
        name.iloc[others_who_drive] = secret
    return {"id": ids, "name": name}


def _known(network: Network) -> pd.DataFrame:
    """People of a network in the columns of a map, all but a few of them unknown."""
    nodes = network.nodes
    table = nodes.reindex(columns=[*dict.fromkeys(["name", "is_creator", "beats_followers", *_COLUMNS])])
    weight = np.bincount(network.sources, weights=network.weight, minlength=network.n_people)
    return table.assign(person_id=nodes.index.astype(str), audience=weight).reset_index(drop=True)
