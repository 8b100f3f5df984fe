"""Whose numbers may be inflated: named signals with their numbers, and never a verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.errors import TablesError
from influence_graph.network import Network, build
from influence_graph.people.authenticity.followers import (
    followings,
    known_followers,
    observed_followers,
    silent_followers,
)
from influence_graph.people.authenticity.history import by_history
from influence_graph.people.authenticity.peers import peer_groups
from influence_graph.people.authenticity.posts import by_posts, posts_with_followers
from influence_graph.people.authenticity.profile import bare_profile
from influence_graph.people.authenticity.sentences import LOOK, said, tell
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Note, Tables

__all__ = ["LOOK", "PEOPLE", "SIGNALS", "STRONG", "Authenticity", "authenticity", "down_weight", "said"]

SIGNALS = ("engagement", "audience", "known", "likes", "growth", "decay", "watched", "silent", "following", "profile")
TOGETHER = (
    ("engagement", "audience", "known", "watched"), ("growth", "decay"),
    ("likes",), ("silent",), ("following",), ("profile",),
)  # fmt: skip
"""Signals that tell of the same thing count once, by the strongest."""
BY_SIZE = ("engagement", "audience")
"""Signals that compare posts with those of accounts of the same size."""
STRONG = 0.5
"""From this strength on a signal is counted."""
TAKEN = 0.6
"""The part of a weight that a signal as strong as it gets takes away."""
PEOPLE = (
    "person_id", "name", "platform", "followers", "weight", "signals", "told",
    *(f"{signal}{part}" for signal in SIGNALS for part in ("", "_typical", "_strength")),
)  # fmt: skip
"""The columns of a table of authenticity."""


@dataclass(frozen=True)
class Authenticity:
    """What speaks of inflated numbers.

    Attributes
    ----------
    people : DataFrame
        One row a listed creator, the columns of `PEOPLE`; who has the lowest weight stands first. For each signal the
        creator's number, what is typical of their peers, and its strength in [0, 1]; NaN where the tables can't tell.
        `signals` counts those of at least half strength, `told` those that could be told at all. `weight`, in (0, 1],
        is what a plan may multiply a creator's audience by; 1 where nothing speaks against them.
    notes : tuple of Note
        What the strategist should know.
    """

    people: pd.DataFrame
    notes: tuple[Note, ...]

    @property
    def weight(self) -> pd.Series[float]:
        """By person_id, what a plan may multiply a creator's audience by."""
        weight: pd.Series[float] = self.people.set_index("person_id")["weight"]
        return weight


def authenticity(tables: Tables, *, resolved: bool = False, network: Network | None = None) -> Authenticity:
    """Look for signals of inflated numbers in every listed creator.

    - engagement: (likes + comments + saves) / followers at the time, low for platform and size;
    - audience: followers for each organic view, high for platform and size;
    - known: declared followers for each one whom the table of follows knows, high;
    - likes: likes for each comment, high, each account's most liked post left out;
    - growth: sudden growth that neither views at the time nor later ones go with; half a signal at most;
    - decay: the part of sudden growth that was lost again;
    - watched: views for each follower since followers grew, against before: low where those who came don't watch;
    - silent: observed followers who never ordered, shared or touched anything;
    - following: followings far above followers;
    - profile: no picture, no description, no post, where the list of creators has such columns.

    All but decay, watched and the last two are compared on the log scale with the median of peers by the median
    absolute deviation (of a platform and a power of ten of followers, or wider where these are under twenty); a signal
    begins at two robust standard deviations and is full at five. The last six posts count. A weight is the product over
    signals of ``1 - 0.6 strength``, where engagement, audience, known and watched count once, and so do growth and
    decay.

    Parameters
    ----------
    tables : Tables
        As read, or a map's.
    resolved : bool, default False
        Everybody's accounts are joined already, as in the tables of a map.
    network : Network, optional
        That of a map, made of these very tables, which are `resolved` then; made anew where not given.

    Returns
    -------
    Authenticity
        The same whatever the order of rows. O(rows of the tables).

    Raises
    ------
    TablesError
        There is no list of creators.
    """
    tables = tables if resolved else resolve(tables)
    listed = tables.creators.dropna(subset=["creator_id"]).drop_duplicates("creator_id").set_index("creator_id")
    if listed.empty:
        raise TablesError("authenticity.nobody")
    people = pd.Index(listed.index, name="person_id")
    groups = peer_groups(listed["platform"], listed["followers"])
    posts = posts_with_followers(tables.shares, tables.creators, tables.followers)
    observed = observed_followers(tables, network or build(tables), people)
    found = {
        **by_posts(posts, people, groups),
        **by_history(tables.followers, posts, people, groups),
        "silent": silent_followers(observed, groups),
        "known": known_followers(observed, listed["followers"], groups),
        "following": followings(tables.followers, people, groups),
        "profile": bare_profile(tables.creators, people),
    }
    strengths = pd.DataFrame({signal: found[signal]["strength"] for signal in SIGNALS}, index=people)
    begins = min(found[signal]["begins"].median() for signal in BY_SIZE)
    told = {"name": listed["name"], "platform": listed["platform"], "followers": listed["followers"]}
    frame = pd.DataFrame(told, index=people).assign(
        weight=_weight(strengths),
        signals=strengths.ge(STRONG - 1e-12).sum(axis=1).astype("int64"),
        told=strengths.notna().sum(axis=1).astype("int64"),
    )
    for signal in SIGNALS:
        for part, column in (("", "value"), ("_typical", "typical"), ("_strength", "strength")):
            frame[f"{signal}{part}"] = found[signal][column]
    frame = frame.reset_index().sort_values(["weight", "person_id"], kind="stable", ignore_index=True)[list(PEOPLE)]
    return Authenticity(frame, tuple(tell(frame, begins)))


def down_weight(tables: Tables, *, resolved: bool = False, network: Network | None = None) -> pd.Series[float]:
    """What a plan may multiply every listed creator's audience by, from signals of inflated numbers alone.

    Parameters
    ----------
    tables : Tables
        As read, or a map's.
    resolved : bool, default False
        Everybody's accounts are joined already, as in the tables of a map.
    network : Network, optional
        That of a map, made of these very tables, which are `resolved` then; made anew where not given.

    Returns
    -------
    Series
        In (0, 1], indexed by person_id; 1 where nothing speaks against a creator, or nothing is known.

    See Also
    --------
    authenticity : the signals behind it.
    """
    if tables.creators.empty:
        return pd.Series(dtype="float64", name="weight")
    return authenticity(tables, resolved=resolved, network=network).weight


def _weight(strengths: pd.DataFrame) -> pd.Series[float]:
    """The product of what each kind of signal leaves; an unknown one takes nothing."""
    strongest = np.column_stack([strengths[list(kind)].max(axis=1).fillna(0.0) for kind in TOGETHER])
    return pd.Series((1.0 - TAKEN * strongest).prod(axis=1), index=strengths.index)
