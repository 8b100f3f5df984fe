"""The exposures of the same people and orders, were something else about them true."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.contacts import Follows
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.links import Reach, list_links
from influence_graph.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
UNTOUCHED = pd.DataFrame({"person": np.zeros(0, np.int64), "share": np.zeros(0, np.int64), "time": np.zeros(0)})
"""No touches."""


def linked(exposure: Exposure, touches: pd.DataFrame = UNTOUCHED, market: float | None = None) -> Exposure:
    """With links listed anew, those of orders with a buyer alone: nobody knows whom the others follow.

    Parameters
    ----------
    exposure : Exposure
        Its shares or follows may be others than those its links were made from.
    touches : DataFrame, optional
        person, share, time, as `drivers.contacts.list_touches` gives them.
    market : float, optional
        People who could buy, where views count beyond the followers.
    """
    reach = Reach(exposure.follows, touches, exposure.surplus, market or 0.0)
    links = list_links(
        exposure.events, reach, exposure.shares, len(exposure.campaigns), exposure.orders, exposure.window, crowds=False
    )
    return replace(exposure, links=links)


@dataclass(frozen=True)
class Shuffle:
    """Post times to be swapped among those who shared in a campaign; shares of no campaign swap among themselves.

    Only who posted when becomes another: each campaign keeps its rhythm, each person their number of posts. A touch
    moves with its share. So does an order that is one act with its buyer's own share, at the same time in the same
    campaign, as where taking something up shows it to others; such shares swap among themselves.

    Attributes
    ----------
    exposure : Exposure
        The real one.
    touches : DataFrame
        person, share, time.
    market : float or None
        People who could buy.
    share_of : (e,) int64
        The share that is one act with each event, -1 for none.
    """

    exposure: Exposure
    touches: pd.DataFrame
    market: float | None
    share_of: Ints

    @classmethod
    def of(cls, exposure: Exposure, touches: pd.DataFrame, network: Network, *, market: float | None = None) -> Shuffle:
        """Find the acts that are share and order at once."""
        shares, events = exposure.shares, exposure.events
        acts = pd.DataFrame(
            {
                "person": network.index_of(exposure.authors)[shares["author"]],
                "campaign": shares["campaign"],
                "time": shares["time"],
                "share": np.arange(len(shares)),
            }
        )
        acts = acts.drop_duplicates(["person", "campaign", "time"])
        known = pd.DataFrame({"person": events.person, "campaign": events.campaign, "time": events.time})
        share = known.merge(acts, how="left")["share"].fillna(-1).to_numpy(dtype=np.int64)
        return cls(exposure, touches, market, np.where(events.person >= 0, share, -1))

    @property
    def moves_orders(self) -> bool:
        """Whether some orders move with their buyers' own shares."""
        return bool((self.share_of >= 0).any())

    def draw(self, rng: np.random.Generator) -> Exposure:
        """The exposures at one draw of who posted when."""
        exposure, shares, events = self.exposure, self.exposure.shares, self.exposure.events
        time = shares["time"].to_numpy()
        act = np.zeros(time.size, bool)
        act[self.share_of[self.share_of >= 0]] = True
        group = 2 * shares["campaign"].to_numpy() + act
        drawn = np.empty_like(time)
        drawn[np.argsort(group, kind="stable")] = time[np.lexsort((rng.random(time.size), group))]
        order = np.lexsort((drawn, exposure.share_key))  # within author and campaign by time, as ever
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        touched = self.touches["share"].to_numpy()
        moved = self.touches.assign(share=place[touched], time=self.touches["time"] + (drawn - time)[touched])
        own = self.share_of >= 0
        again = replace(
            exposure,
            shares=shares.assign(time=drawn).iloc[order].reset_index(drop=True),
            events=replace(events, time=np.where(own, drawn[self.share_of], events.time)),
            touched=exposure.touched[order],
            surplus=exposure.surplus[order],
        )
        return linked(again, moved, self.market)


def following(exposure: Exposure, follows: Follows) -> Exposure:
    """With other follows, and nothing seen but through them."""
    shares = exposure.shares.assign(audience=follows.followers[exposure.shares["author"]], basis="follows")
    nothing = np.zeros(len(shares))
    return linked(replace(exposure, follows=follows, shares=shares, touched=nothing, surplus=nothing))


def ahead(exposure: Exposure) -> Exposure:
    """With every share counted up to its time instead of from it on: what buyers of before could not know.

    Follows must stand throughout (`since` is -inf). Buyers stay at risk.
    """
    shares, events = exposure.shares, exposure.events
    time, campaign, none = shares["time"].to_numpy(), shares["campaign"].to_numpy(), len(exposure.campaigns)
    back = np.lexsort((-time, exposure.share_key))
    mirrored = replace(
        exposure,
        shares=shares.assign(time=-time).iloc[back].reset_index(drop=True),
        events=replace(events, time=-events.time),
    )
    links = linked(mirrored).links
    begin = np.full(none + 1, np.inf)
    for number, moment in ((campaign, time), (events.campaign, events.time)):
        np.minimum.at(begin, np.where(number < 0, none, number), moment)
    end = 2.0 * time - begin[campaign]  # seen from the other side, a campaign ends where it began
    return replace(
        exposure, links=replace(links, share=back[links.share]), shares=shares.assign(end=end), one_off=False
    )
