"""Posts with what is known of who made them: of a map, of tables alone, or of a list of creators' usual posts."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people import ROLES
from influence_graph.programme.groups.engagement import REACTIONS
from influence_graph.programme.mapped import Mapped
from influence_graph.tables.headers import fold
from influence_graph.tables.numbers import read_number
from influence_graph.tables.schema import SCHEMA, Tables

_USUAL = re.compile("avg|average|mean|trungbinh")
_MEASURES = {
    "views": ("views", "plays", "luotxem"),
    "likes": ("likes", "luotthich"),
    "comments": ("comments", "binhluan"),
    "reshares": ("shares", "luotchiase"),
    "saves": ("saves", "luotluu"),
    "engagement": ("engagement", "engagementvalues", "eng", "tuongtac"),
}
"""What lists of creators call the averages that they give of somebody's posts, folded."""


def posts_of(tables: Tables, people: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every share with followers, platform and roles of who made it.

    Parameters
    ----------
    tables : Tables
        Resolved.
    people : DataFrame, optional
        The map's people: person_id, followers, platform, influencer, ugc, advocate. Without it the list of creators is
        asked, and nobody has a role.

    Returns
    -------
    DataFrame
        The columns of the shares table, then followers, platform and roles, and author: a number for who made it.
        Where there is no share, a row for each creator of whose usual post the list tells, see `usual_posts`.
        O(shares).
    """
    known = tables.creators.drop_duplicates("creator_id").rename(columns={"creator_id": "person_id"})
    of = (known if people is None else people).set_index("person_id")
    posts = tables.shares if len(tables.shares) else usual_posts(tables.creators)
    posts = posts.reindex(columns=list(SCHEMA["shares"].names))
    posts = posts[posts["person_id"].notna()]
    author, who = pd.factorize(posts["person_id"])
    about = of.reindex(columns=["followers", "platform", *ROLES]).reindex(who)
    return _about(posts.reset_index(drop=True), about, author.astype(np.int64))


def mapped_posts(mapped: Mapped) -> pd.DataFrame:
    """Every share of a map as `posts_of` tells it, in the order of the driver model where there is one."""
    workings = mapped.drivers.workings
    if workings is None or not len(mapped.tables.shares):
        return posts_of(mapped.tables, mapped.people)
    order, author = (workings.exposure.shares[name].to_numpy() for name in ("row", "author"))
    posts = mapped.tables.shares[list(SCHEMA["shares"].names)].take(order).reset_index(drop=True)
    of = mapped.people[["person_id", "followers", "platform", *ROLES]].set_index("person_id")
    return _about(posts, of.reindex(workings.exposure.authors), author.astype(np.int64))


def _about(posts: pd.DataFrame, people: pd.DataFrame, author: NDArray[np.int64]) -> pd.DataFrame:
    """Posts with what is known of who made them, by number."""
    told = {str(name): people[name].to_numpy()[author] for name in people}
    return posts.assign(**told, author=author).astype({"platform": "str", "followers": "float64"})


def usual_posts(creators: pd.DataFrame) -> pd.DataFrame:
    """What a list of creators tells of their usual post, in columns such as ``Likes avg`` and ``Avg. comments``.

    Parameters
    ----------
    creators : DataFrame
        With the columns that nobody asked for, as they came.

    Returns
    -------
    DataFrame
        A row a creator of whom anything is told, with the columns of the shares table: a post that is the average of
        theirs. Where only the sum is told (``Engagement avg``), it stands as likes.
    """
    found: dict[str, pd.Series[float]] = {}
    for column in creators.columns.difference(list(SCHEMA["creators"].names), sort=False):
        name = fold(str(column)).rstrip("0123456789")  # a second one of the same name is numbered
        bare = _USUAL.sub("", name)
        measure = next((measure for measure, words in _MEASURES.items() if bare in words), None)
        if measure is None or bare == name:
            continue
        values = creators[column].map(_number).astype("float64")
        found[measure] = found[measure].fillna(values) if measure in found else values
    told = pd.DataFrame(found, index=creators.index)
    told = told.reindex(columns=["views", *REACTIONS, "engagement"])
    untold = told[list(REACTIONS)].isna().all(axis=1)
    told = told.assign(likes=told["likes"].where(~untold, told["engagement"])).drop(columns="engagement")
    known = told.notna().any(axis=1)
    rows = told[known].assign(person_id=creators.loc[known, "creator_id"], share_id=creators.loc[known, "creator_id"])
    texts = {c.name: "str" for c in SCHEMA["shares"].columns if c.kind in ("id", "text")}
    numbers = {c.name: "float64" for c in SCHEMA["shares"].columns if c.kind == "number"}
    return rows.reindex(columns=list(SCHEMA["shares"].names)).astype(texts | numbers)


def _number(value: object) -> float:
    """A number however it came, NaN where it is none."""
    told = read_number(str(value))
    return math.nan if told is None else told
