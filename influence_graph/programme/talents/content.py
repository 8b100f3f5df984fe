"""Content worth paying to show: what each piece drives per exposure, drawn to what is usual."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.drivers.credit import by_share
from influence_graph.programme.mapped import Mapped
from influence_graph.programme.talents.shrink import shrunk

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
    number, names = pd.factorize(posts["content_id"].fillna(posts["share_id"]))
    told = pd.DataFrame({"exposed": seen[kept], "driven": by_share(exposure, workings.fit)[kept]})
    pieces = told.groupby(number, sort=True).sum()
    pieces.insert(0, "shares", np.bincount(number, minlength=len(names)))
    rates = shrunk(pieces["driven"].to_numpy(dtype=np.float64), pieces["exposed"].to_numpy(dtype=np.float64))
    for name, rate in zip(("per_1000", "per_1000_low", "per_1000_high"), rates, strict=True):
        pieces[name] = 1000.0 * rate
    pieces["content_id"] = np.asarray(names, dtype=object)
    least = pieces["per_1000_low"].nlargest(SHOWN).min()
    best = pieces[~(pieces["per_1000_low"] < least)].sort_values("content_id")
    best = best.sort_values(["per_1000_low", "per_1000"], ascending=False, kind="stable").head(SHOWN)
    shown = np.isin(number, best.index)
    best = best.join(posts[["person_id", "kind"]][shown].groupby(number[shown]).first())
    usual = float(1000.0 * pieces["driven"].sum() / max(pieces["exposed"].sum(), 1e-12))
    return best.reset_index(drop=True)[list(CONTENT)], usual
