"""A part of a huge programme to judge by: all who share, and some of the others, drawn whoever they are.

Whether somebody is drawn has nothing to do with what they bought or saw. Orders of those drawn, per person and share
seen, are then what they are among all; only fewer, so that every range is as wide as so many orders make it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.distinct import look_up
from influence_graph.tables.schema import Tables

MOST_ORDERS = 60_000
"""Orders beyond which a part of them is judged. Fewer would do to tell whether shares drive conversions, but not
whether creators differ: in a world where posts drove 6 % of 39,000 orders, half of the orders no longer told."""
LEAST_PART = 0.02


@dataclass(frozen=True)
class Sample:
    """Some people's tables.

    Attributes
    ----------
    tables : Tables
        All shares; follows, touches and orders of the people drawn.
    part : float
        The part of the people who never share that was drawn.
    people : float
        The part of all people that this leaves.
    orders, of : int
        Orders that count among those kept, and among all.
    """

    tables: Tables
    part: float
    people: float
    orders: int
    of: int

    def record(self) -> dict[str, float]:
        """What is told of it."""
        return {"part": self.part, "people": self.people, "orders": self.orders, "of": self.of}


def draw(tables: Tables, people: pd.Index, *, rng: np.random.Generator, most: int | None = None) -> Sample | None:
    """Draw people, where there are more orders than need be.

    Parameters
    ----------
    tables : Tables
        Resolved.
    people : Index of str
        Everybody in the network.
    rng : numpy.random.Generator
        Draws them.
    most : int, optional
        About how many orders to keep; `MOST_ORDERS` where nothing is said.

    Returns
    -------
    Sample or None
        None where all can be judged, or none can be left out: everybody shares. An order is kept with all its lines and
        refunds, or not at all; those whose buyer is unknown, or known from nowhere else, as often as people are.
        O(n log n) of the rows.
    """
    orders, most = tables.counted, most or MOST_ORDERS
    if len(orders) <= most:
        return None
    sharing = people.isin([*tables.shares["person_id"], *tables.creators["creator_id"]])
    place = people.get_indexer(pd.Index(orders["person_id"]))
    own = int(sharing[place[place >= 0]].sum())
    part = float(np.clip((most - own) / max(len(orders) - own, 1), LEAST_PART, 1.0))
    drawn = sharing | (rng.random(len(people)) < part)
    left = float(drawn.mean()) if len(people) else part
    if left > 0.9:
        return None
    kept = _kept(tables.conversions, people, drawn, left, rng)
    follower = look_up(tables.follows["follower_id"], people)
    toucher = people.get_indexer(pd.Index(tables.touches["person_id"]))
    views = {name: tables.shares[name] * left for name in ("views", "boosted_views")}
    thinned = replace(
        tables,
        conversions=tables.conversions[kept].reset_index(drop=True),
        follows=tables.follows[drawn[follower]].reset_index(drop=True),
        touches=tables.touches[(toucher < 0) | drawn[np.maximum(toucher, 0)]].reset_index(drop=True),
        shares=tables.shares.assign(**views),
    )
    return Sample(thinned, part, left, len(thinned.counted), len(orders))


def _kept(
    rows: pd.DataFrame, people: pd.Index, drawn: NDArray[np.bool_], left: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Which rows of conversions are of orders kept: a buyer's go together, and so do an order's lines and refunds."""
    order = rows["refund_of"].fillna(rows["conversion_id"])
    earliest = rows.sort_values("converted_at", kind="stable")["person_id"].groupby(order, sort=False).first()
    who = order.map(earliest)  # where lines disagree, as orders are merged
    place = people.get_indexer(pd.Index(who))
    alone = pd.factorize(who.fillna("order " + order))[0]
    chance = rng.random(int(alone.max(initial=-1)) + 1) < left
    return np.where(place < 0, chance[alone], drawn[np.maximum(place, 0)])
