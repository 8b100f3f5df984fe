"""What posts tell of an account: engagement for its size, likes for its comments, views for its followers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.drivers.audience import organic_part
from influence_graph.people.authenticity.peers import UNUSUAL, against_peers, exps, logs, strength

RECENT = 6
"""An account is judged by so many of its latest posts: what was bought lately shows in them."""


def posts_with_followers(shares: pd.DataFrame, creators: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Posts of creators with the followers that they had at the time, the declared ones where no history tells.

    Parameters
    ----------
    shares, creators, history : DataFrame
        The tables of shares, creators and followers.

    Returns
    -------
    DataFrame
        person_id, shared_at, organic_views, likes, comments, engagement (likes + comments + saves), followers; in
        order of time. O(n log n).
    """
    declared = creators.drop_duplicates("creator_id").set_index("creator_id")["followers"]
    place = declared.index.get_indexer(pd.Index(shares["person_id"]))
    posts, place = shares[place >= 0], place[place >= 0]
    rank = np.argsort(declared.index.argsort())[place]
    organic = organic_part(posts)
    known = posts[["likes", "comments"]].notna().any(axis=1)
    told = pd.DataFrame(
        {
            "person_id": posts["person_id"],
            "shared_at": posts["shared_at"],
            "organic_views": posts["views"] * organic,
            "likes": posts["likes"],
            "comments": posts["comments"],
            "engagement": posts[["likes", "comments", "saves"]].sum(axis=1, min_count=1).where(known) * organic,
            "followers": declared.to_numpy()[place],
        }
    )
    order = np.lexsort((rank, posts["shared_at"].to_numpy(dtype="datetime64[us]")))
    told = told.take(order).reset_index(drop=True)
    past = history.dropna(subset=["followers"]).sort_values("at", kind="stable")
    if len(past) and len(told):
        past = past[["creator_id", "at", "followers"]].rename(columns={"creator_id": "person_id", "followers": "then"})
        near = pd.merge_asof(told, past, left_on="shared_at", right_on="at", by="person_id", direction="nearest")
        told["followers"] = near["then"].fillna(told["followers"])
    return told


def by_posts(posts: pd.DataFrame, people: pd.Index, groups: list[pd.Series[str]]) -> dict[str, pd.DataFrame]:
    """Signals that posts give.

    Parameters
    ----------
    posts : DataFrame
        As `posts_with_followers` gives them.
    people : Index
        Creators.
    groups : list of Series
        Their peers.

    Returns
    -------
    dict of str to DataFrame
        By signal: value, typical, strength, indexed as `people`. `engagement` is engagement over followers, low where
        followers are bought; `likes` is likes over comments, high where likes are bought, and unknown where no post has
        a comment, for then comments are closed; `audience` is followers over organic views, high where followers don't
        see what they follow. Beside them `begins`: how many times from typical each begins. O(posts).
    """
    own = people.get_indexer(pd.Index(posts["person_id"]))  # numbers are told apart in a tenth of the time
    recent, places = posts.assign(person_id=own).groupby("person_id").tail(RECENT), np.arange(len(people))
    size = recent["followers"].where(recent["followers"] > 0)
    by = recent["person_id"]
    rate = (recent["engagement"] / size).groupby(by).median().reindex(places).set_axis(people)
    sums = _without_the_most_liked(recent.dropna(subset=["likes", "comments"])).reindex(places).set_axis(people)
    liked = ((sums["likes"] + 0.5) / (sums["comments"] + 0.5)).where((sums["likes"] > 0) & (sums["comments"] > 0))
    seen = recent["organic_views"].where(recent["organic_views"] > 0)
    beyond = (size / seen).groupby(by).median().reindex(places).set_axis(people)
    noise = (1.0 / (sums["likes"] + 0.5) + 1.0 / (sums["comments"] + 0.5)) ** 0.5
    return {
        "engagement": _signal(rate, groups, sign=-1.0),
        "likes": _signal(liked, groups, error=noise),
        "audience": _signal(beyond, groups),
    }


def _without_the_most_liked(posts: pd.DataFrame) -> pd.DataFrame:
    """Likes and comments by person_id but for one post, which may have gone round the world."""
    ranked = posts.sort_values(["likes", "comments"], kind="stable")
    rest = ranked[ranked.duplicated("person_id", keep="last")]
    return rest.groupby("person_id")[["likes", "comments"]].sum()


def _signal(
    value: pd.Series[float], groups: list[pd.Series[str]], *, sign: float = 1.0, error: pd.Series[float] | None = None
) -> pd.DataFrame:
    """A ratio against peers, on the log scale."""
    told = against_peers(logs(value), groups, error)
    columns = {"value": value, "typical": exps(told["typical"]), "strength": strength(sign * told["deviation"])}
    return pd.DataFrame(columns | {"begins": exps(UNUSUAL * told["noise"])})
