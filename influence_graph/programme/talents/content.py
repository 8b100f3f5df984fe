"""Content worth paying to show: what each piece drives per exposure, drawn to what is usual."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.programme.mapped import Mapped
from influence_graph.programme.talents.shrink import surest

CONTENT = (
    "content_id",
    "person_id",
    "kind",
    "shares",
    "exposed",
    "driven",
    "per_1000",
    "per_1000_low",
    "per_1000_high",
)
SHOWN = 50
"""Pieces that are told, the surest first."""


def content(result: Mapped) -> tuple[pd.DataFrame, float]:
    """Conversions per 1,000 exposures of each piece of content, over all posts that show it.

    Returns
    -------
    DataFrame, float
        The columns of `CONTENT`, highest lower bound first: content_id (a share's own id where it names none),
        person_id and kind of its first post, shares, exposed (people times shares), driven (conversions, direct),
        per_1000 with its 90 % interval. Whose effect can't be told is left out. Then what all pieces together drive per
        1,000 exposures. O(shares).
    """
    workings = result.drivers.workings
    low = result.drivers.total.get("driven_low")
    if workings is None or workings.draws is None or low is None or low < 1:
        return pd.DataFrame(columns=list(CONTENT)), float("nan")
    exposure = workings.exposure
    shares = exposure.shares
    author, seen = shares["author"].to_numpy(), shares["audience"].to_numpy(dtype=np.float64)
    sure = result.drivers.people["identifiable"].reindex(exposure.authors).eq("yes").fillna(False).to_numpy(dtype=bool)
    kept = np.flatnonzero(sure[author] & (seen > 0))
    kept = kept[np.argsort(shares["time"].to_numpy()[kept], kind="stable")]
    posts = result.tables.shares[["share_id", "content_id", "person_id", "kind"]].take(shares["row"].to_numpy()[kept])
    number = _pieces(posts["content_id"], posts["share_id"])
    told = pd.DataFrame({"exposed": seen[kept], "driven": workings.by_post["driven"][kept]})
    pieces = told.groupby(number, sort=True).sum()
    pieces.insert(0, "shares", np.bincount(number))
    driven, exposed = (pieces[name].to_numpy(dtype=np.float64) for name in ("driven", "exposed"))
    place, *rates = surest(driven, exposed, SHOWN)
    best = pieces.iloc[place].copy()
    for name, rate in zip(("per_1000", "per_1000_low", "per_1000_high"), rates, strict=True):
        best[name] = 1000.0 * rate
    shown = np.isin(number, best.index)
    posts, number = posts[shown], number[shown]
    about = posts.assign(content_id=posts["content_id"].fillna(posts["share_id"]))
    about = about[["content_id", "person_id", "kind"]].groupby(number).first()
    best = best.join(about).sort_values("content_id")
    best = best.sort_values(["per_1000_low", "per_1000"], ascending=False, kind="stable").head(SHOWN)
    usual = float(1000.0 * pieces["driven"].sum() / max(pieces["exposed"].sum(), 1e-12))
    return best.reset_index(drop=True)[list(CONTENT)], usual


def _pieces(content: pd.Series[str], share: pd.Series[str]) -> NDArray[np.int64]:
    """(shares,) int64: the number of the content that each shows, its own where it names none; by first appearance."""
    piece, names = pd.factorize(content)
    bare = np.flatnonzero(piece < 0)
    own = len(names) + np.arange(bare.size)
    if len(names):
        place = pd.Index(names).get_indexer(pd.Index(share.iloc[bare]))  # others may name a share as their content
        own = np.where(place >= 0, place, own)
    piece[bare] = own
    return np.asarray(pd.factorize(piece)[0], dtype=np.int64)
