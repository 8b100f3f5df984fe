"""Who was exposed to what before buying: the arrays that the hazard model runs on.

Exposures are listed for those who converted only. Everybody else enters through sums with a closed form, so the cost
is O(shares + exposures of converters), however many people follow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.audience import measure_audience
from influence_graph.kernels import hazard as kernels
from influence_graph.network import Network
from influence_graph.tables.orders import orders as count_orders
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAY = pd.Timedelta(days=1)
CROWD_BUDGET = 4_000_000
"""Exposures kept at most for orders without buyer; beyond, such orders are binned by time."""

COMMUNITIES = 12
LEAST_COMMUNITY = 0.01
"""Communities told apart in what they buy: the twelve largest, each at least a hundredth of the people."""


@dataclass(frozen=True)
class Events:
    """Orders as the model sees them: one event an order with a known buyer, one a time bin of orders without.

    Attributes
    ----------
    person, campaign : (e,) int64
        Numbers; -1 for unknown.
    time : (e,) float64
        Days since the first thing that happened.
    weight : (e,) float64
        Orders in the event.
    coded : (e,) int64
        Author whose code stands on the order, -1 for none.
    of_order : (orders,) int64
        The event of each order; -1 for a buyer known from nowhere else, who is organic by definition.
    """

    person: Ints
    campaign: Ints
    time: Floats
    weight: Floats
    coded: Ints
    of_order: Ints

    @property
    def crowd(self) -> NDArray[np.bool_]:
        """(e,) bool: orders without a buyer."""
        return self.person < 0


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
class Follows:
    """Observed follows of authors, from both sides, with days since `Exposure.begin` (-inf: standing).

    Attributes
    ----------
    ptr, author, since
        Authors followed by each person of the network, in compressed rows.
    audience_ptr, audience_since
        Followers of each author, sorted by date.
    """

    ptr: Ints
    author: Ints
    since: Floats
    audience_ptr: Ints
    audience_since: Floats

    @property
    def followers(self) -> Floats:
        """(authors,) float64: observed followers."""
        return np.diff(self.audience_ptr).astype(np.float64)


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
    population : float
        People at risk.
    ends : (campaigns + 1,) float64
        When observation of each campaign ends, in days; of all that belongs to none, last.
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
    communities: Ints
    population: float
    window: float
    begin: pd.Timestamp
    ends: Floats
    one_off: bool
    notes: tuple[Note, ...]

    @property
    def share_key(self) -> Ints:
        """(shares,) int64: author and campaign as one sorted number."""
        return _key(self.shares["author"].to_numpy(), self.shares["campaign"].to_numpy(), len(self.campaigns))


def _key(author: Ints, campaign: Ints, campaigns: int) -> Ints:
    return np.asarray(author * (campaigns + 1) + np.where(campaign < 0, campaigns, campaign), dtype=np.int64)


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
        Arrays for `drivers.hazard.fit`.
    """
    orders = count_orders(tables.conversions)
    posts = tables.shares
    moments = pd.concat([posts["shared_at"], orders["converted_at"]])
    begin = moments.min() if len(moments) else pd.Timestamp(0, tz="UTC")
    end = float((moments.max() - begin) / DAY) if len(moments) else 0.0
    authors = pd.Index(posts["person_id"].unique(), dtype="str").sort_values()
    campaigns = pd.Index(
        pd.concat([posts["campaign_id"], orders["campaign_id"], tables.campaigns["campaign_id"]]).dropna().unique(), dtype="str"
    ).sort_values()
    orders = orders.assign(
        campaign=campaigns.get_indexer(orders["campaign_id"]), time=np.asarray((orders["converted_at"] - begin) / DAY)
    )
    shares = pd.DataFrame(
        {
            "share_id": posts["share_id"],
            "person_id": posts["person_id"],
            "author": authors.get_indexer(posts["person_id"]),
            "campaign": campaigns.get_indexer(posts["campaign_id"]),
            "time": np.asarray((posts["shared_at"] - begin) / DAY, dtype=np.float64),
            "views": posts["views"],
            "boosted_views": posts["boosted_views"],
            "parent_share_id": posts["parent_share_id"],
        }
    )
    key = _key(shares["author"].to_numpy(), shares["campaign"].to_numpy(), len(campaigns))
    shares = shares.iloc[np.lexsort((shares["share_id"].astype(str), shares["time"], key))].reset_index(drop=True)
    ends = np.append(_ends(tables, campaigns, orders, begin, end), end)
    shares["end"] = ends[shares["campaign"]]

    follows = _follows(tables, network, authors, begin)
    touches = _touches(tables, shares, network, orders, begin)
    observed = bool(follows.author.size) or len(touches) > 0
    notes: list[Note] = []
    person = network.index_of(orders["person_id"].fillna("")) if observed else np.full(len(orders), -1, np.int64)
    stranger = (orders["person_id"].notna().to_numpy() & (person < 0)) if observed else np.zeros(len(orders), bool)
    if observed and len(orders) and stranger.sum() == orders["person_id"].notna().sum() > 0:
        notes.append(Note("drivers.buyers-unknown", {"n": int(stranger.sum())}))
        stranger = np.zeros(len(orders), bool)
    if stranger.any():
        notes.append(Note("drivers.strangers", {"n": int(stranger.sum())}))
    audience = measure_audience(shares, network, followed=follows.followers[shares["author"]] if observed else None)
    shares["audience"], shares["basis"] = audience.of_share, audience.basis
    events = _events(orders, person, stranger, authors, shares, window_days)
    links = _links(events, follows, shares, campaigns, orders, touches, window_days)
    pairs = orders.loc[~stranger & (person >= 0), ["person_id", "campaign"]]
    one_off = len(pairs) > 0 and bool((pairs["campaign"] >= 0).any()) and not pairs.duplicated().any()
    touched = np.bincount(touches["share"], minlength=len(shares)).astype(np.float64)
    population = market or float(max(network.n_people, 1))
    return Exposure(
        authors, campaigns, shares, orders, events, links, follows, touched, _kinds(communities, network.n_people), population, window_days, begin, ends,
        one_off, (*notes, *audience.notes),
    )  # fmt: skip


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


def _ends(tables: Tables, campaigns: pd.Index, orders: pd.DataFrame, begin: pd.Timestamp, end: float) -> Floats:
    """When observation of each campaign ends: with the data, or with the campaign where orders stop there."""
    told = tables.campaigns.drop_duplicates("campaign_id").set_index("campaign_id")["ends_at"].reindex(campaigns)
    ends = np.asarray((told - begin) / DAY, dtype=np.float64)
    last = orders[orders["campaign"] >= 0].groupby("campaign")["time"].max().reindex(range(len(campaigns))).to_numpy()
    return np.where(np.isfinite(ends) & (last <= ends) & (ends < end), ends, end)


def _follows(tables: Tables, network: Network, authors: pd.Index, begin: pd.Timestamp) -> Follows:
    none = np.zeros(0, np.int64)
    if tables.follows.empty:
        return Follows(
            np.zeros(network.n_people + 1, np.int64), none, none.astype(float), np.zeros(len(authors) + 1, np.int64), none.astype(float)
        )
    number = np.full(network.n_people, -1, np.int64)
    place = network.index_of(authors)
    number[place[place >= 0]] = np.flatnonzero(place >= 0)
    author = number[network.sources]
    kept = author >= 0
    author, follower = author[kept], network.indices[kept].astype(np.int64)
    epoch = (begin - pd.Timestamp(0, tz="UTC")) / DAY
    dated = network.edges.get("since")
    since = np.full(author.size, -np.inf) if dated is None else np.nan_to_num(dated[kept] - epoch, nan=-np.inf)
    by_follower = np.lexsort((author, follower))
    by_author = np.lexsort((since, author))
    return Follows(
        np.concatenate([[0], np.cumsum(np.bincount(follower, minlength=network.n_people))]),
        author[by_follower],
        since[by_follower],
        np.concatenate([[0], np.cumsum(np.bincount(author, minlength=len(authors)))]),
        since[by_author],
    )


def _touches(
    tables: Tables, shares: pd.DataFrame, network: Network, orders: pd.DataFrame, begin: pd.Timestamp
) -> pd.DataFrame:
    """Touches as (person, share, time), of people who do not follow the author and of buyers and others alike.

    A log that knows buyers alone is made from orders: it proves claims, not exposure, and is left out.
    """
    nothing = pd.DataFrame({"person": np.zeros(0, np.int64), "share": np.zeros(0, np.int64), "time": np.zeros(0)})
    touches = tables.touches.dropna(subset=["person_id"])
    if touches.empty or touches["person_id"].isin(orders["person_id"].dropna()).all():
        return nothing
    time = np.asarray((touches["touched_at"] - begin) / DAY, dtype=np.float64)
    share = pd.Index(shares["share_id"]).get_indexer(touches["share_id"]) if len(shares) else np.full(len(touches), -1)
    frame = pd.DataFrame({"person": network.index_of(touches["person_id"]), "share": share, "time": time})
    bare = (share < 0) & touches["creator_id"].notna().to_numpy()
    if bare.any():  # a touch that names the creator only: of their latest share before it
        latest = pd.merge_asof(
            frame[bare].assign(person_id=touches["creator_id"].to_numpy()[bare].astype(str)).reset_index().sort_values("time"),
            shares[["person_id", "time"]].assign(position=shares.index, person_id=shares["person_id"].astype(str)).sort_values("time"),
            on="time", by="person_id",
        )  # fmt: skip
        frame.loc[latest["index"], "share"] = latest["position"].fillna(-1).astype(int).to_numpy()
    frame = frame[(frame["share"] >= 0) & (frame["person"] >= 0)].sort_values("time", kind="stable")
    frame = frame.drop_duplicates(["person", "share"])
    if len(tables.follows):
        author = network.index_of(shares["person_id"])[frame["share"]]
        pairs = network.sources.astype(np.int64) * network.n_people + network.indices
        frame = frame[~np.isin(author * network.n_people + frame["person"].to_numpy(), pairs)]
    return frame.reset_index(drop=True)


def _events(
    orders: pd.DataFrame, person: Ints, stranger: NDArray[np.bool_], authors: pd.Index, shares: pd.DataFrame, window: float
) -> Events:
    claimed = authors.get_indexer(orders["claimed_by"])
    time = orders["time"].to_numpy(dtype=np.float64)
    campaign = orders["campaign"].to_numpy()
    width = _bin_width(campaign[(person < 0) & ~stranger], time[(person < 0) & ~stranger], shares, window)
    crowd = (person < 0) & ~stranger
    moment = np.where(crowd & (width > 0), (np.floor(time / width) + 0.5) * width if width else time, time)
    frame = pd.DataFrame(
        {"person": person, "campaign": campaign, "time": moment, "coded": claimed, "single": np.where(crowd, -1, np.arange(len(orders)))}
    )
    kept = frame[~stranger]
    groups = kept.groupby(["campaign", "time", "person", "coded", "single"], sort=True)
    of_order = np.full(len(orders), -1, np.int64)
    of_order[~stranger] = groups.ngroup()
    first = groups.head(1).sort_values(["campaign", "time", "person", "coded", "single"])
    count = orders["count"].to_numpy(dtype=np.float64)
    weight = np.bincount(of_order[~stranger], count[~stranger], minlength=len(first))
    return Events(
        first["person"].to_numpy(), first["campaign"].to_numpy(), first["time"].to_numpy(), weight, first["coded"].to_numpy(), of_order
    )


def _bin_width(campaign: Ints, time: Floats, shares: pd.DataFrame, window: float) -> float:
    """Width in days of the bins in which orders without buyer are kept: 0, as they are, while they are few."""
    if not time.size or shares.empty:
        return 0.0
    everywhere = np.sort(shares["time"].to_numpy())
    live = np.searchsorted(everywhere, time) - np.searchsorted(everywhere, time - window)
    if live.sum() <= CROWD_BUDGET:
        return 0.0
    for width in (1 / 96, 1 / 24, 1 / 8, 1 / 4, 1 / 2):
        bins = pd.DataFrame({"c": campaign, "b": np.floor(time / width), "live": live}).drop_duplicates(["c", "b"])
        if bins["live"].sum() <= CROWD_BUDGET:
            return width
    return 1.0


def _links(
    events: Events,
    follows: Follows,
    shares: pd.DataFrame,
    campaigns: pd.Index,
    orders: pd.DataFrame,
    touches: pd.DataFrame,
    window: float,
) -> Links:
    c = len(campaigns)
    author, time = shares["author"].to_numpy(), shares["time"].to_numpy()
    key = _key(author, shares["campaign"].to_numpy(), c)
    known = (events.person, events.campaign, events.time, follows.ptr, follows.author, follows.since, key, time, c, window)
    none, real = np.zeros(1, np.int64), np.zeros(1)
    n_links, n_exposures = kernels.gather_links(*known, False, none, none, none, real, none, real)
    ptr, exposure_ptr = np.zeros(events.time.size + 1, np.int64), np.zeros(n_links + 1, np.int64)
    link_author, joined = np.zeros(n_links, np.int64), np.zeros(n_links)
    share, age = np.zeros(n_exposures, np.int64), np.zeros(n_exposures)
    kernels.gather_links(*known, True, ptr, exposure_ptr, link_author, joined, share, age)
    links = Links(ptr, link_author, joined, np.ones(n_links), exposure_ptr, share, age, np.ones(n_exposures))
    further = pd.concat([_crowd_exposures(events, shares, window), _touch_exposures(events, shares, touches, window)])
    if len(further):
        links = _with_further(links, further, author)
    return _weighed(links, events, shares, orders, c)


def _crowd_exposures(events: Events, shares: pd.DataFrame, window: float) -> pd.DataFrame:
    """Orders without buyer follow from any live share of their campaign, in proportion to its audience."""
    crowd = np.flatnonzero(events.crowd)
    parts = []
    for campaign in np.unique(events.campaign[crowd]):
        mine = crowd[events.campaign[crowd] == campaign]
        fits = np.flatnonzero((shares["campaign"] == campaign) | (shares["campaign"] < 0) | (campaign < 0))
        fits = fits[np.argsort(shares["time"].to_numpy()[fits], kind="stable")]
        times = shares["time"].to_numpy()[fits]
        low = np.searchsorted(times, events.time[mine] - window, side="right")
        number = np.searchsorted(times, events.time[mine], side="left") - low
        event = np.repeat(mine, number)
        offset = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        share = fits[np.repeat(low, number) + offset]
        parts.append(pd.DataFrame({"event": event, "share": share, "weight": shares["audience"].to_numpy()[share]}))
    frame = pd.concat(parts) if parts else pd.DataFrame({"event": [], "share": [], "weight": []}).astype({"event": int, "share": int})
    frame["age"] = events.time[frame["event"]] - shares["time"].to_numpy()[frame["share"]]
    return frame.assign(fan=0.0)


def _touch_exposures(events: Events, shares: pd.DataFrame, touches: pd.DataFrame, window: float) -> pd.DataFrame:
    buyers = pd.DataFrame({"event": np.arange(events.person.size), "person": events.person})
    seen = buyers[buyers["person"] >= 0].merge(touches, on="person")
    age = events.time[seen["event"]] - shares["time"].to_numpy()[seen["share"]]
    campaign = shares["campaign"].to_numpy()[seen["share"]]
    order_campaign = events.campaign[seen["event"]]
    fits = (age > 0) & (age < window) & (seen["time"].to_numpy() <= events.time[seen["event"]])
    fits &= (campaign == order_campaign) | (campaign < 0) | (order_campaign < 0)
    return pd.DataFrame({"event": seen["event"], "share": seen["share"], "weight": 1.0, "age": age, "fan": 0.0})[fits]


def _with_further(links: Links, further: pd.DataFrame, share_author: Ints) -> Links:
    """The links with further exposures laid in, sorted by event and author again."""
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    event = links.event
    own = pd.DataFrame({"event": event[link], "author": links.author[link], "share": links.share, "age": links.age, "weight": links.weight})
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
    return Links(
        np.concatenate([[0], np.cumsum(np.bincount(bonds["event"], minlength=links.ptr.size - 1))]),
        bonds["author"].to_numpy(dtype=np.int64),
        bonds["joined"].to_numpy(),
        bonds["fan"].to_numpy(),
        np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(bonds)))]),
        exposures["share"].to_numpy(dtype=np.int64),
        exposures["age"].to_numpy(),
        exposures["weight"].to_numpy(),
    )


def _weighed(links: Links, events: Events, shares: pd.DataFrame, orders: pd.DataFrame, campaigns: int) -> Links:
    """A share of no campaign serves each campaign by its part of the orders."""
    weight = links.weight.copy()
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    event = links.event[link]
    campaign = events.campaign[event]
    placed = orders.loc[orders["campaign"] >= 0]
    part = np.bincount(placed["campaign"], placed["count"], minlength=max(campaigns, 1))
    part = part / max(part.sum(), 1e-300)
    homeless = (shares["campaign"].to_numpy()[links.share] < 0) & (campaign >= 0)
    weight[homeless] *= part[campaign[homeless]]
    return replace(links, weight=weight)
