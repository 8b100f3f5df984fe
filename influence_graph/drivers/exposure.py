"""Who was exposed to what before buying: the arrays that the hazard model runs on.

Exposures are listed for those who converted only. Everybody else enters through sums with a closed form, so the cost
is O(shares + exposures of converters), however many people follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.audience import measure_audience, organic_views
from influence_graph.drivers.contacts import EPOCH, Follows, days_between, list_follows, list_touches
from influence_graph.drivers.events import Events, list_events
from influence_graph.drivers.links import Links, Reach, list_links, share_key
from influence_graph.network import Network
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COMMUNITIES = 12
LEAST_COMMUNITY = 0.01
"""Communities told apart in what they buy: the twelve largest, each at least a hundredth of the people."""
SEVERAL_DAYS, SAME_TIME = 5, 0.9
"""Where so large a part of the orders of so many days bears one time of day, they are dates without hours."""


@dataclass(frozen=True)
class Exposure:
    """Everything that the hazard model needs, by number.

    Attributes
    ----------
    authors, campaigns : Index
        Ids of everybody with a share, and of all campaigns.
    shares : DataFrame
        Sorted by author, campaign, time: share_id, author, campaign (-1 none), time and end (days), audience, basis.
    orders : DataFrame
        Counted orders with campaign (number, -1 none) and time (days) beside.
    touched : (shares,) float64
        People outside the followers who were seen to touch the share.
    communities : (people,) int64
        Community of everybody in the network; all 0 where not told apart.
    surplus : (shares,) float64
        People beyond followers and touched ones whom the share's views reached, where the market's size is given.
    population : float
        People at risk.
    ends : (campaigns + 1,) float64
        When observation of each campaign ends, in days; of all that belongs to none, last.
    closes : (campaigns + 1,) float64
        When each campaign is told to close, infinite where untold: what people buy may change at once.
    one_off : bool
        Nobody bought in the same campaign twice: a buyer leaves the risk set.
    """

    authors: pd.Index
    campaigns: pd.Index
    shares: pd.DataFrame
    orders: pd.DataFrame
    events: Events
    links: Links
    follows: Follows
    touched: Floats
    surplus: Floats
    communities: Ints
    population: float
    window: float
    begin: pd.Timestamp
    ends: Floats
    closes: Floats
    one_off: bool
    notes: tuple[Note, ...]

    @property
    def share_key(self) -> Ints:
        """(shares,) int64: author and campaign as one sorted number."""
        return share_key(self.shares["author"].to_numpy(), self.shares["campaign"].to_numpy(), len(self.campaigns))

    @property
    def author_ptr(self) -> Ints:
        """(authors + 1,) int64: where each author's shares begin."""
        return np.asarray(np.searchsorted(self.shares["author"], np.arange(len(self.authors) + 1)), dtype=np.int64)

    @property
    def turn(self) -> Ints:
        """(shares,) int64: which share of its author in its campaign each is within the window, 1 for the first."""
        time = self.shares["time"].to_numpy()
        key = self.share_key * (float(time.max(initial=0.0)) + self.window + 1.0)
        earliest = np.searchsorted(key + time, key + np.maximum(time - self.window, 0.0), side="left")
        return np.asarray(np.searchsorted(key + time, key + time, side="left") - earliest + 1, dtype=np.int64)


def expose(
    tables: Tables,
    network: Network,
    *,
    communities: Ints | None = None,
    window_days: float = 30.0,
    market: float | None = None,
) -> Exposure:
    """List what every buyer was exposed to before buying.

    Parameters
    ----------
    tables : Tables
        Resolved tables.
    network : Network
        Built from the same tables.
    communities : (n_people,) int64, optional
        Community of everybody, as `measures.communities` finds them; negative for none. The largest
        `COMMUNITIES` are told apart.
    window_days : float
        A share older than this exposes nobody.
    market : float, optional
        People who could buy; the people known where not given.

    Returns
    -------
    Exposure
        Arrays for `drivers.hazard.Hazard`.
    """
    orders = tables.counted
    posts = tables.shares
    moments = pd.concat([posts["shared_at"], orders["converted_at"]])
    begin = moments.min() if len(moments) else EPOCH
    end = float(days_between(moments, begin).max(initial=0.0))
    authors = pd.Index(posts["person_id"].unique(), dtype="str").sort_values()
    named = [frame["campaign_id"] for frame in (posts, orders, tables.campaigns)]
    campaigns = pd.Index(pd.concat(named).dropna().unique(), dtype="str").sort_values()
    orders = orders.assign(
        campaign=campaigns.get_indexer(pd.Index(orders["campaign_id"])),
        time=days_between(orders["converted_at"], begin),
    )
    shares = pd.DataFrame(
        {
            "share_id": posts["share_id"],
            "person_id": posts["person_id"],
            "author": authors.get_indexer(pd.Index(posts["person_id"])),
            "campaign": campaigns.get_indexer(pd.Index(posts["campaign_id"])),
            "time": days_between(posts["shared_at"], begin),
            "views": posts["views"],
            "boosted_views": posts["boosted_views"],
            "parent_share_id": posts["parent_share_id"],
            "row": np.arange(len(posts)),
        }
    )
    key = share_key(shares["author"].to_numpy(), shares["campaign"].to_numpy(), len(campaigns))
    shares = shares.iloc[np.lexsort((shares["share_id"].astype(str), shares["time"], key))].reset_index(drop=True)
    closes = _closes(tables, campaigns, begin)
    ends = np.append(campaign_ends(closes, orders, end), end)
    shares["end"] = ends[shares["campaign"]]

    follows = list_follows(tables, network, authors, begin)
    touches = list_touches(tables, shares, network, orders, begin)
    observed = bool(follows.author.size) or len(touches) > 0
    notes: list[Note] = []
    person = network.index_of(orders["person_id"].fillna("")) if observed else np.full(len(orders), -1, np.int64)
    stranger = (orders["person_id"].notna().to_numpy() & (person < 0)) if observed else np.zeros(len(orders), bool)
    if observed and len(orders) and stranger.sum() == orders["person_id"].notna().sum() > 0:
        notes.append(Note("drivers.buyers-unknown", {"n": int(stranger.sum())}))
        stranger = np.zeros(len(orders), bool)
    elif not observed and len(posts) and orders["person_id"].notna().any():
        notes.append(Note("drivers.buyers-unseen", {"n": int(orders["person_id"].notna().sum())}))
    if len(posts) and _without_hours(orders["converted_at"]):
        notes.append(Note("drivers.no-hours", {}))
    if stranger.any():
        notes.append(Note("drivers.strangers", {"n": int(stranger.sum())}))
    audience = measure_audience(
        shares, network, followed=follows.followers[shares["author"]] if follows.author.size else None
    )
    shares["audience"], shares["basis"] = audience.of_share, audience.basis
    touched = np.bincount(touches["share"], minlength=len(shares)).astype(np.float64)
    surplus = np.zeros(len(shares))
    if market and follows.author.size:
        surplus = np.maximum(np.nan_to_num(organic_views(shares)) - shares["audience"].to_numpy() - touched, 0.0)
        surplus = np.minimum(surplus, np.maximum(market - shares["audience"].to_numpy(), 0.0))
    events = list_events(orders, person, stranger, authors, shares, window_days)
    reach = Reach(follows, touches, surplus, market or 0.0)
    links = list_links(events, reach, shares, len(campaigns), orders, window_days)
    pairs = orders.loc[~stranger & (person >= 0), ["person_id", "campaign"]]
    return Exposure(
        authors=authors,
        campaigns=campaigns,
        shares=shares,
        orders=orders,
        events=events,
        links=links,
        follows=follows,
        touched=touched,
        surplus=surplus,
        communities=_kinds(communities, network.n_people),
        population=max(market or 0.0, float(network.n_people), 1.0),
        window=window_days,
        begin=begin,
        ends=ends,
        closes=np.append(closes, np.inf),
        one_off=bool((pairs["campaign"] >= 0).any()) and not pairs.duplicated().any(),
        notes=(*notes, *(() if surplus.any() else audience.notes)),  # views beyond follows count then
    )


def _without_hours(moments: pd.Series) -> bool:
    """Whether orders of several days nearly all bear the same time of day: dates, written as midnight somewhere."""
    several = moments.dt.normalize().nunique() >= SEVERAL_DAYS
    return bool(several and moments.dt.time.value_counts(normalize=True).iat[0] >= SAME_TIME)


def _kinds(communities: Ints | None, people: int) -> Ints:
    """The largest communities numbered from 1, everybody else 0."""
    if communities is None or not people:
        return np.zeros(people, np.int64)
    size = np.bincount(communities[communities >= 0], minlength=1)
    largest = np.argsort(-size, kind="stable")[:COMMUNITIES]
    largest = largest[size[largest] >= LEAST_COMMUNITY * people]
    number = np.zeros(size.size, np.int64)
    number[largest] = np.arange(1, largest.size + 1)
    return np.where(communities >= 0, number[np.maximum(communities, 0)], 0)


def _closes(tables: Tables, campaigns: pd.Index, begin: pd.Timestamp) -> Floats:
    """When each campaign is told to close, in days; infinite where untold."""
    told = tables.campaigns.drop_duplicates("campaign_id").set_index("campaign_id")["ends_at"].reindex(campaigns)
    return np.nan_to_num(days_between(told, begin), nan=np.inf)


def campaign_ends(closes: Floats, orders: pd.DataFrame, end: float) -> Floats:
    """When observation of each campaign ends: with the data, or with the campaign where orders stop there."""
    placed = orders[orders["campaign"] >= 0]
    last = placed.groupby("campaign")["time"].max().reindex(range(closes.size)).to_numpy()
    return np.where((last <= closes) & (closes < end), closes, end)
