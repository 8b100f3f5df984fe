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
    posts = result.tables.shares.drop_duplicates("share_id").set_index("share_id").reindex(exposure.shares["share_id"])
    told = pd.DataFrame(
        {
            "content_id": posts["content_id"].fillna(pd.Series(posts.index, posts.index)).to_numpy(dtype=object),
            "person_id": posts["person_id"].to_numpy(dtype=object),
            "kind": posts["kind"].to_numpy(dtype=object),
            "at": posts["shared_at"].to_numpy(),
            "exposed": exposure.shares["audience"].to_numpy(),
            "driven": by_share(exposure, workings.fit),
        }
    )
    sure = result.drivers.people["identifiable"].reindex(told["person_id"]).eq("yes").fillna(False).to_numpy()
    told = told[sure & told["exposed"].gt(0).to_numpy()].sort_values("at", kind="stable")
    by = told.groupby("content_id", sort=True)
    pieces = by.agg(person_id=("person_id", "first"), kind=("kind", "first"), shares=("driven", "size"))
    pieces[["exposed", "driven"]] = by[["exposed", "driven"]].sum()
    rates = shrunk(pieces["driven"].to_numpy(dtype=np.float64), pieces["exposed"].to_numpy(dtype=np.float64))
    for name, rate in zip(("per_1000", "per_1000_low", "per_1000_high"), rates, strict=True):
        pieces[name] = 1000.0 * rate
    best = pieces.sort_values(["per_1000_low", "per_1000"], ascending=False, kind="stable").head(SHOWN)
    usual = float(1000.0 * pieces["driven"].sum() / max(pieces["exposed"].sum(), 1e-12))
    return best.reset_index()[list(CONTENT)], usual
