"""A part of a huge programme to judge by: all who share, and some of the others, drawn whoever they are.

Whether somebody is drawn has nothing to do with what they bought or saw. Orders of those drawn, per person and share
seen, are then what they are among all; only fewer, so that every range is as wide as so many orders make it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.network import Network
from influence_graph.network.graph import from_places
from influence_graph.tables.distinct import look_up
from influence_graph.tables.schema import Tables

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
MOST_ORDERS = 60_000
"""Orders beyond which a part of them is judged. Fewer would do to tell whether shares drive conversions, but not
whether creators differ: in a world where posts drove 6 % of 39,000 orders, half of the orders no longer told."""
LEAST_PART = 0.02


@dataclass(frozen=True)
class Sample:
    """Some people's tables, and their network.

    Attributes
    ----------
    tables : Tables
        All shares; touches and orders of the people drawn. Follows are as they were: `network` tells whose count.
    network : Network
        What the people drawn are influenced by, and everybody who has to do with it.
    stays : (n_people,) bool
        Who of the whole network is in it.
    part : float
        The part of the people who never share that was drawn.
    people : float
        The part of all people that this leaves.
    orders, of : int
        Orders that count among those kept, and among all.
    """

    tables: Tables
    network: Network
    stays: Bools
    part: float
    people: float
    orders: int
    of: int

    def record(self) -> dict[str, float]:
        """What is told of it."""
        return {"part": self.part, "people": self.people, "orders": self.orders, "of": self.of}


def draw(tables: Tables, network: Network, *, rng: np.random.Generator, most: int | None = None) -> Sample | None:
    """Draw people, where there are more orders than need be.

    Parameters
    ----------
    tables : Tables
        Resolved.
    network : Network
        Built from them.
    rng : numpy.random.Generator
        Draws them.
    most : int, optional
        About how many orders to keep; `MOST_ORDERS` where nothing is said.

    Returns
    -------
    Sample or None
        None where all can be judged, or none can be left out: everybody shares. An order is kept with all its lines and
        refunds, or not at all; those whose buyer is unknown, or known from nowhere else, as often as people are.
        O(people + edges), and O(n log n) of the orders.
    """
    orders, touches, most = tables.counted, tables.touches, most or MOST_ORDERS
    if len(orders) <= most or not network.n_people:
        return None
    buyers = _buyers(tables.conversions)
    known = tables.shares["person_id"], tables.creators["creator_id"], orders["person_id"], buyers
    sharer, creator, bought, buyer, toucher, touched = _places(
        [*known, touches["person_id"], touches["creator_id"]], network
    )
    sharing = _among(network.n_people, sharer, creator)
    own = int(sharing[bought[bought >= 0]].sum())
    part = float(np.clip((most - own) / max(len(orders) - own, 1), LEAST_PART, 1.0))
    drawn = sharing | (rng.random(network.n_people) < part)
    left = float(drawn.mean())
    if left > 0.9:
        return None
    alone = _alone(tables.conversions, buyers)
    chance = rng.random(int(alone.max(initial=-1)) + 1) < left
    kept = np.where(buyer < 0, chance[alone], drawn[np.maximum(buyer, 0)])
    met = (toucher < 0) | drawn[np.maximum(toucher, 0)]
    edge = np.flatnonzero(drawn[network.indices])
    source, target = network.sources[edge], network.indices[edge]
    stays = sharing | _among(network.n_people, source, target, toucher[met], touched[met])
    place = np.cumsum(stays) - 1
    attributes = {name: values[edge] for name, values in {"weight": network.weight, **network.edges}.items()}
    views = {name: tables.shares[name] * left for name in ("views", "boosted_views")}
    thinned = replace(
        tables,
        conversions=tables.conversions[kept].reset_index(drop=True),
        touches=touches[met].reset_index(drop=True),
        shares=tables.shares.assign(**views),
    )
    among = from_places(place[source], place[target], network.nodes[stays], attributes)
    return Sample(thinned, among, stays, part, left, len(thinned.counted), len(orders))


def _places(columns: list[pd.Series[Any]], network: Network) -> list[Ints]:
    """Where people of several columns stand in the network, -1 where they do not. Its index is left to others."""
    place = look_up(pd.concat(columns, ignore_index=True), network.nodes.index.to_numpy(object))
    return np.split(place, np.cumsum([len(column) for column in columns])[:-1])


def _among(people: int, *places: NDArray[Any]) -> Bools:
    """(people,) bool: who stands in any of these places; -1 is nobody."""
    met = np.zeros(people + 1, bool)
    for place in places:
        met[place] = True
    return met[:-1]


def _buyers(rows: pd.DataFrame) -> pd.Series[Any]:
    """Who bought what each row of conversions is about; where an order's lines disagree, as orders are merged."""
    order = _orders(rows)
    earliest = rows.sort_values("converted_at", kind="stable")["person_id"].groupby(order, sort=False).first()
    return order.map(earliest)


def _alone(rows: pd.DataFrame, buyers: pd.Series[Any]) -> Ints:
    """A number for each buyer, and for each order without one, all its lines and refunds together."""
    return pd.factorize(buyers.fillna("order " + _orders(rows)))[0]


def _orders(rows: pd.DataFrame) -> pd.Series[Any]:
    """The order that each row of conversions is about."""
    return rows["refund_of"].fillna(rows["conversion_id"])
