"""Who could see whom: observed follows of authors, and touches seen beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.network import Network
from influence_graph.tables.schema import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EPOCH = pd.Timestamp("1970-01-01", tz="UTC")


def days_between(times: pd.Series, begin: pd.Timestamp) -> Floats:
    """(n,) float64: days from `begin` to each time, NaN where missing."""
    return np.asarray((times - begin).dt.total_seconds() / 86_400.0, dtype=np.float64)


@dataclass(frozen=True)
class Follows:
    """Observed follows of authors, from both sides, with days since `Exposure.begin` (-inf: standing).

    Attributes
    ----------
    ptr, author, since
        Authors followed by each person of the network, in compressed rows.
    audience_ptr, audience_since, of_author
        Followers of each author, sorted by date: when since, and who.
    """

    ptr: Ints
    author: Ints
    since: Floats
    audience_ptr: Ints
    audience_since: Floats
    of_author: Ints

    @classmethod
    def of(cls, follower: Ints, author: Ints, since: Floats, *, people: int, authors: int) -> Follows:
        """From pairs of a person and an author, in any order."""
        audience_ptr = np.concatenate([[0], np.cumsum(np.bincount(author, minlength=authors))])
        standing = not since.size or bool((since == since[0]).all())
        if not standing or bool((np.diff(author) < 0).any()):  # not as a network lists them
            by_author = np.lexsort((since, author))
            follower, since = follower[by_author], since[by_author]
        place = np.zeros(since.size, np.int8) if standing else np.arange(since.size)
        turned = csr_array((place, follower, audience_ptr), shape=(authors, people)).tocsc()  # sorts by counting
        ptr, followed = turned.indptr.astype(np.int64), turned.indices.astype(np.int64)
        return cls(ptr, followed, since if standing else since[turned.data], audience_ptr, since, follower)

    @property
    def follower(self) -> Ints:
        """(follows,) int64: who follows, beside `author` and `since`."""
        return np.repeat(np.arange(self.ptr.size - 1), np.diff(self.ptr))

    @property
    def followers(self) -> Floats:
        """(authors,) float64: observed followers."""
        return np.diff(self.audience_ptr).astype(np.float64)


def list_follows(tables: Tables, network: Network, authors: pd.Index, begin: pd.Timestamp) -> Follows:
    """Follows of authors; none where the follows table is empty, whatever else ties people in the network."""
    if tables.follows.empty:
        nobody = np.zeros(0, np.int64)
        return Follows.of(nobody, nobody, np.zeros(0), people=network.n_people, authors=len(authors))
    number = np.full(network.n_people, -1, np.int64)
    place = network.index_of(authors)
    number[place[place >= 0]] = np.flatnonzero(place >= 0)
    author = number[network.sources]
    kept = author >= 0
    author, follower = author[kept], network.indices[kept].astype(np.int64)
    epoch = (begin - EPOCH).total_seconds() / 86_400.0
    dated = network.edges.get("since")
    since = np.full(author.size, -np.inf) if dated is None else np.nan_to_num(dated[kept] - epoch, nan=-np.inf)
    return Follows.of(follower, author, since, people=network.n_people, authors=len(authors))


def list_touches(
    tables: Tables, shares: pd.DataFrame, network: Network, orders: pd.DataFrame, begin: pd.Timestamp
) -> pd.DataFrame:
    """Touches as (person, share, time), of people who do not follow the author and of buyers and others alike.

    A log that knows buyers alone is made from orders: it proves claims, not exposure, and is left out.
    """
    nothing = pd.DataFrame({"person": np.zeros(0, np.int64), "share": np.zeros(0, np.int64), "time": np.zeros(0)})
    touches = tables.touches.dropna(subset=["person_id"])
    if touches.empty or touches["person_id"].isin(orders["person_id"].dropna()).all():
        return nothing
    time = days_between(touches["touched_at"], begin)
    share = pd.Index(shares["share_id"]).get_indexer(touches["share_id"]) if len(shares) else np.full(len(touches), -1)
    frame = pd.DataFrame({"person": network.index_of(touches["person_id"]), "share": share, "time": time})
    bare = (share < 0) & touches["creator_id"].notna().to_numpy()
    if bare.any():  # a touch that names the creator only: of their latest share before it
        posts = shares[["person_id", "time"]].assign(position=shares.index)
        seen = frame[bare].assign(person_id=touches["creator_id"].to_numpy()[bare]).reset_index()
        for part in (posts, seen):
            part["person_id"] = part["person_id"].astype(str)
        latest = pd.merge_asof(seen.sort_values("time"), posts.sort_values("time"), on="time", by="person_id")
        frame.loc[latest["index"], "share"] = latest["position"].fillna(-1).astype(int).to_numpy()
    frame = frame[(frame["share"] >= 0) & (frame["person"] >= 0)].sort_values("time", kind="stable")
    frame = frame.drop_duplicates(["person", "share"])
    if len(tables.follows):
        author = network.index_of(shares["person_id"])[frame["share"]]
        pairs = network.sources.astype(np.int64) * network.n_people + network.indices
        frame = frame[~np.isin(author * network.n_people + frame["person"].to_numpy(), pairs)]
    return frame.reset_index(drop=True)
