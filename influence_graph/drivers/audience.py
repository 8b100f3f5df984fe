"""How many people a share could reach: by observed follows, by views, or by what a platform declares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.network import Network
from influence_graph.tables.schema import Note

Floats = NDArray[np.float64]
BEYOND, LEAST_VIEWED = 1.25, 10
"""Views against observed followers, over this many shares, from which on reach beyond follows is told of."""
DECLARED_RATE = 0.1
"""Views per declared follower and share where the data hold no views: a modest organic reach, and said so."""


@dataclass(frozen=True)
class Audience:
    """Audiences of shares.

    Attributes
    ----------
    of_share : (shares,) float64
        People whom the share could reach; in the order of the shares given.
    basis : (shares,) str
        "follows", "views" or "declared": what the number rests on.
    notes : tuple of Note
        What was assumed.
    """

    of_share: Floats
    basis: NDArray[np.object_]
    notes: tuple[Note, ...] = ()


def organic_views(shares: pd.DataFrame) -> Floats:
    """Views less the boosted ones, NaN where unknown: a boosted view is the brand's own reach."""
    views = shares["views"] - shares["boosted_views"].fillna(0.0)
    return np.asarray(views.clip(lower=0.0), dtype=np.float64)


def organic_part(shares: pd.DataFrame) -> pd.Series[float]:
    """The part of each share's views that nobody paid a platform for; 1 where the table tells of no boost."""
    boosted = shares["boosted_views"].fillna(0.0)
    part: pd.Series[float] = (1.0 - boosted / shares["views"].where(shares["views"] > 0)).clip(0.0, 1.0).fillna(1.0)
    return part


def declared_followers(network: Network, person: pd.Series) -> Floats:
    """Declared followers of each person, NaN where unknown."""
    followers = network.nodes["followers"].reindex(person.to_numpy())
    return np.asarray(followers, dtype=np.float64)


def are_creators(network: Network, person: pd.Index) -> NDArray[np.bool_]:
    """(n,) bool: who of these people counts as a creator."""
    return np.asarray(network.nodes["is_creator"].reindex(person).eq(True), dtype=bool)


def measure_audience(shares: pd.DataFrame, network: Network, *, followed: Floats | None) -> Audience:
    """Audience of each share.

    Parameters
    ----------
    shares : DataFrame
        Rows of the shares table.
    network : Network
        Its node table holds declared followers.
    followed : (shares,) float64 or None
        Observed followers of each share's author, where follows were observed at all: then they are what is counted.

    Returns
    -------
    Audience
        With basis "follows" throughout, or views where a share has them and declared followers otherwise.
    """
    if followed is not None:
        return Audience(
            followed, np.full(len(shares), "follows", dtype=object), _beyond(organic_views(shares), followed)
        )
    views = organic_views(shares)
    declared = declared_followers(network, shares["person_id"])
    known = np.isfinite(views) & np.isfinite(declared) & (declared > 0)
    rate = float(np.median(views[known] / declared[known])) if known.sum() >= 10 else DECLARED_RATE
    usual = pd.Series(views).groupby(shares["person_id"].to_numpy()).transform("median").to_numpy()
    guess = np.where(np.isfinite(usual), usual, declared * rate)
    basis = np.where(np.isfinite(views) | np.isfinite(usual), "views", np.where(np.isfinite(declared), "declared", ""))
    of_share = np.nan_to_num(np.where(np.isfinite(views), views, guess), nan=0.0)
    notes = []
    if (basis == "declared").any():
        measured = int(known.sum())
        notes.append(
            Note("drivers.declared-rate", {"rate": rate, "n": int((basis == "declared").sum()), "measured": measured})
        )
    if (basis == "").any():
        notes.append(Note("drivers.no-audience", {"n": int((basis == "").sum())}))
    return Audience(of_share, basis.astype(object), tuple(notes))


def _beyond(views: Floats, followed: Floats) -> tuple[Note, ...]:
    """That shares are viewed more often than people are known to follow, where they are."""
    known = np.isfinite(views) & (followed > 0)
    if known.sum() < LEAST_VIEWED or views[known].sum() < BEYOND * followed[known].sum():
        return ()
    times = float(views[known].sum() / followed[known].sum())
    return (Note("drivers.reach-beyond", {"n": int(known.sum()), "times": times}),)
