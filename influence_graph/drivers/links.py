"""The exposures behind each event: what the hazard model loops over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.contacts import Follows
from influence_graph.drivers.events import Events
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.drivers.sums import summed
from influence_graph.kernels import exposure as kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Links:
    """Which authors' shares each event may follow from, in compressed rows: events -> links -> exposures.

    Attributes
    ----------
    ptr : (e + 1,) int64
        Links of each event.
    author : (l,) int64
        Author behind each link.
    joined, fan : (l,) float64
        1 where the author shared in the order's campaign; 1 where the buyer follows the author.
    exposure_ptr : (l + 1,) int64
        Exposures of each link.
    share : (x,) int64
        Position of the share; `age` (days) and `weight` (people) go with it.
    """

    ptr: Ints
    author: Ints
    joined: Floats
    fan: Floats
    exposure_ptr: Ints
    share: Ints
    age: Floats
    weight: Floats

    @property
    def event(self) -> Ints:
        """(l,) int64: the event of each link."""
        return np.repeat(np.arange(self.ptr.size - 1), np.diff(self.ptr))

    @property
    def exposed(self) -> NDArray[np.bool_]:
        """(l,) bool: links with at least one exposure that counts."""
        seen = np.concatenate([[0.0], np.cumsum(self.weight)])
        return np.asarray(np.diff(seen[self.exposure_ptr]) > 0)


@dataclass(frozen=True)
class Reach:
    """Through what shares reach people: follows, touches, and views beyond both (`surplus`, of a market this large)."""

    follows: Follows
    touches: pd.DataFrame
    surplus: Floats
    market: float


def share_key(author: Ints, campaign: Ints, campaigns: int) -> Ints:
    """Author and campaign as one number; a share of no campaign (-1) comes behind the author's others."""
    return np.asarray(author * (campaigns + 1) + np.where(campaign < 0, campaigns, campaign), dtype=np.int64)


def list_links(
    events: Events,
    reach: Reach,
    shares: pd.DataFrame,
    campaigns: int,
    orders: pd.DataFrame,
    window: float,
    *,
    crowds: bool = True,
) -> Links:
    """Links of all events: to authors the buyer follows, touched, or may have seen; for orders without buyer to all.

    These are left without links where `crowds` is false.
    """
    author = shares["author"].to_numpy()
    links = _followed(events, reach.follows, shares, campaigns, window)
    crowd, met = np.flatnonzero(events.crowd), np.flatnonzero(~events.crowd)
    audience = shares["audience"].to_numpy() + reach.surplus
    others = [_live_exposures(events, crowd if crowds else crowd[:0], shares, audience, window)]
    others.append(_touch_exposures(events, shares, reach.touches, window))
    if reach.surplus.any():  # whoever does not follow may have seen it all the same
        chance = reach.surplus / np.maximum(reach.market - shares["audience"].to_numpy(), 1.0)
        ambient = _live_exposures(events, met, shares, chance, window)
        others.append(ambient[~_follows_author(ambient, links, author)])
    further = pd.concat(others)
    if len(further):
        links = _with_further(links, further, author)
    return _weighed(links, events, shares, orders, campaigns)


def _followed(events: Events, follows: Follows, shares: pd.DataFrame, campaigns: int, window: float) -> Links:
    """Links to authors whom the buyer follows, each exposure of weight 1."""
    author, time = shares["author"].to_numpy(), shares["time"].to_numpy()
    key = share_key(author, shares["campaign"].to_numpy(), campaigns)
    begins = np.searchsorted(author, np.arange(follows.audience_ptr.size))
    known = (
        events.person, events.campaign, events.time, follows.ptr, follows.author, follows.since, begins, key, time,
        campaigns, window,
    )  # fmt: skip
    number = np.append(np.diff(follows.ptr), 0)[events.person]  # -1, nobody, is the last
    parts = cut_parts(np.append(0, np.cumsum(number)))
    none, real = np.zeros(1, np.int64), np.zeros(1)
    nothing: tuple[Any, ...] = (0, 0, *known, False, none, none, none, real, none, real)
    counted = in_parts(lambda _, *part: kernels.gather_links(*part, *nothing), parts)
    before = np.concatenate([np.zeros((1, 2), np.int64), np.cumsum(counted, axis=0)]).tolist()
    links, exposures = before[-1]
    ptr, exposure_ptr = np.zeros(events.time.size + 1, np.int64), np.zeros(links + 1, np.int64)
    linked, joined = np.zeros(links, np.int64), np.zeros(links)
    share, age = np.zeros(exposures, np.int64), np.zeros(exposures)
    filled: tuple[Any, ...] = (*known, True, ptr, exposure_ptr, linked, joined, share, age)
    in_parts(lambda i, *part: kernels.gather_links(*part, *before[i], *filled), parts)
    return Links(ptr, linked, joined, np.ones(links), exposure_ptr, share, age, np.ones(exposures))


def _live_exposures(events: Events, which: Ints, shares: pd.DataFrame, weight: Floats, window: float) -> pd.DataFrame:
    """Exposures of events to any live share of their campaign, each with the share's weight."""
    time = shares["time"].to_numpy()
    event_parts, share_parts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for campaign in np.unique(events.campaign[which]):
        mine = which[events.campaign[which] == campaign]
        fits = np.flatnonzero((shares["campaign"] == campaign) | (shares["campaign"] < 0) | (campaign < 0))
        fits = fits[weight[fits] > 0]
        fits = fits[np.argsort(time[fits], kind="stable")]
        low = np.searchsorted(time[fits], events.time[mine] - window, side="right")
        number = np.searchsorted(time[fits], events.time[mine], side="left") - low
        offset = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        event_parts.append(np.repeat(mine, number))
        share_parts.append(fits[np.repeat(low, number) + offset])
    event, share = np.concatenate(event_parts), np.concatenate(share_parts)
    return pd.DataFrame(
        {"event": event, "share": share, "weight": weight[share], "age": events.time[event] - time[share]}
    )


def _follows_author(further: pd.DataFrame, links: Links, share_author: Ints) -> NDArray[np.bool_]:
    """Which exposures are to authors whom the buyer is linked to anyhow."""
    base = int(share_author.max(initial=0)) + 1
    pair = further["event"].to_numpy() * base + share_author[further["share"].to_numpy()]
    return np.isin(pair, links.event * base + links.author)


def _touch_exposures(events: Events, shares: pd.DataFrame, touches: pd.DataFrame, window: float) -> pd.DataFrame:
    buyers = pd.DataFrame({"event": np.arange(events.person.size), "person": events.person})
    seen = buyers[buyers["person"] >= 0].merge(touches, on="person")
    age = events.time[seen["event"]] - shares["time"].to_numpy()[seen["share"]]
    campaign = shares["campaign"].to_numpy()[seen["share"]]
    order_campaign = events.campaign[seen["event"]]
    fits = (age > 0) & (age < window) & (seen["time"].to_numpy() <= events.time[seen["event"]])
    fits &= (campaign == order_campaign) | (campaign < 0) | (order_campaign < 0)
    found = pd.DataFrame({"event": seen["event"], "share": seen["share"], "weight": 1.0, "age": age})
    return found.loc[pd.Series(fits, index=found.index)]


def _with_further(links: Links, further: pd.DataFrame, share_author: Ints) -> Links:
    """The links with further exposures laid in, sorted by event and author again."""
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    event = links.event
    own = pd.DataFrame(
        {
            "event": event[link],
            "author": links.author[link],
            "share": links.share,
            "age": links.age,
            "weight": links.weight,
        }
    )
    further = further.assign(author=share_author[further["share"].to_numpy(dtype=np.int64)])
    bonds = pd.concat(
        [
            pd.DataFrame({"event": event, "author": links.author, "joined": links.joined, "fan": links.fan}),
            further[["event", "author"]].drop_duplicates().assign(joined=0.0, fan=0.0),
        ]
    )
    bonds = bonds.groupby(["event", "author"], sort=True).max().reset_index()
    exposures = pd.concat([own, further[["event", "author", "share", "age", "weight"]]])
    exposures = exposures.sort_values(["event", "author", "share"], kind="stable")
    base = int(share_author.max(initial=0)) + 1
    bond_key = bonds["event"].to_numpy() * base + bonds["author"].to_numpy()
    place = np.searchsorted(bond_key, exposures["event"].to_numpy() * base + exposures["author"].to_numpy())
    # Copies, which may be written to like all others: loops over them are compiled for one kind of array alone.
    return Links(
        np.concatenate([[0], np.cumsum(np.bincount(bonds["event"], minlength=links.ptr.size - 1))]),
        bonds["author"].to_numpy(dtype=np.int64, copy=True),
        bonds["joined"].to_numpy(copy=True),
        bonds["fan"].to_numpy(copy=True),
        np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(bonds)))]),
        exposures["share"].to_numpy(dtype=np.int64),
        exposures["age"].to_numpy(copy=True),
        exposures["weight"].to_numpy(),
    )


def _weighed(links: Links, events: Events, shares: pd.DataFrame, orders: pd.DataFrame, campaigns: int) -> Links:
    """A share of no campaign serves each campaign by its part of the orders."""
    weight = links.weight.copy()
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    event = links.event[link]
    campaign = events.campaign[event]
    part = campaign_parts(orders, campaigns)
    homeless = (shares["campaign"].to_numpy()[links.share] < 0) & (campaign >= 0)
    weight[homeless] *= part[campaign[homeless]]
    return replace(links, weight=weight)


def campaign_parts(orders: pd.DataFrame, campaigns: int) -> Floats:
    """(max(campaigns, 1),) float64: each campaign's part of the orders that name one."""
    placed = orders.loc[orders["campaign"] >= 0]
    part = summed(placed["count"], placed["campaign"], max(campaigns, 1))
    return np.asarray(part / max(part.sum(), 1e-300))
