"""What speaks for people outside the programme: each sign with its cautious end, in its own units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from influence_graph.people import RoleAnchors
from influence_graph.people.signs import recommending
from influence_graph.programme.mapped import Mapped
from influence_graph.programme.talents.growth import growth, steady_growth
from influence_graph.programme.talents.shrink import least, shrunk, shrunk_means
from influence_graph.tables.deals import is_paid, is_unpaid
from influence_graph.tables.times import month_of

ECHOES = ("reshare", "comment")
MICRO = 100_000
"""Followers under which somebody who grows is a rising micro."""
KINDS = {
    "ugc": ("posts", "engagement", "reshares"),
    "advocate": ("months", "unpaid", "orders", "referrals"),
    "rising": ("audience_growth", "engagement_growth"),
}
"""What speaks for each kind of talent."""


def outside(result: Mapped) -> pd.Index[Any]:
    """Who is not part of the programme: no creator of it, or one who posted unpaid and never otherwise."""
    shares, people = result.tables.shares, result.people
    paid, free = (set(shares.loc[of(shares), "person_id"]) for of in (is_paid, is_unpaid))
    creators = set(people.loc[people["is_creator"], "person_id"])
    inside = {who for who in creators if who in paid or who not in free} | (paid - creators)
    grown = result.tables.followers["creator_id"]
    everybody = pd.concat([people["person_id"], grown]).drop_duplicates()
    who: pd.Index[Any] = pd.Index(everybody[~everybody.isin(inside)], dtype="str")
    return who


def signs(result: Mapped, who: pd.Index[Any]) -> dict[str, pd.DataFrame]:
    """Every sign of everybody outside: its value and its cautious end (`low`, of a 90 % interval), NaN where unknown.

    Parameters
    ----------
    result : MapResult
    who : Index
        As `outside` gives it. What is usual is learnt from everybody.

    Returns
    -------
    dict of DataFrame
        For each sign of `KINDS` value and low, indexed by person. O(rows).
    """
    tables, shares = result.tables, result.tables.shares
    original = shares[shares["parent_share_id"].isna() & ~shares["kind"].str.lower().isin(ECHOES)]
    free = recommending(original[~is_paid(original)], RoleAnchors())  # to pass something on recommends nothing
    told = {
        "posts": _counted(original["person_id"].value_counts(), who, len(shares) > 0),
        "engagement": _engagement(result, original).reindex(who),
        "reshares": _reshares(result, original).reindex(who),
        "months": _counted(month_of(free["shared_at"]).groupby(free["person_id"]).nunique(), who, len(shares) > 0),
        "unpaid": _counted(free.loc[is_unpaid(free), "person_id"].value_counts(), who, is_unpaid(shares).any()),
    }
    bought = tables.counted
    again = bought.groupby("person_id")["count"].sum() - 1
    told["orders"] = _counted(again, who, bought["person_id"].notna().any())
    told["referrals"] = _referrals(result, who)
    history = tables.followers.dropna(subset=["followers"])
    grown = steady_growth(history["followers"], history["at"], history["creator_id"])
    told["audience_growth"] = grown.rename(columns={"growth": "value"}).reindex(who)
    stirred = original.assign(stirred=_stirred(original)).dropna(subset=["stirred"])
    livelier = growth(stirred["stirred"], stirred["shared_at"], stirred["person_id"])
    told["engagement_growth"] = livelier.rename(columns={"growth": "value"}).reindex(who)
    return told


def _counted(counts: pd.Series[Any], who: pd.Index[Any], told: bool | np.bool) -> pd.DataFrame:
    """A count with its cautious end; unknown for everybody where the tables don't tell it."""
    value = counts.reindex(who).fillna(0.0).clip(lower=0.0).astype("float64")
    value = value if told else value * np.nan
    return pd.DataFrame({"value": value, "low": least(value)})


def _stirred(shares: pd.DataFrame) -> pd.Series[float]:
    """Reactions to each post, those to bought views left out in proportion."""
    organic = (1 - shares["boosted_views"].fillna(0) / shares["views"]).clip(0, 1).fillna(1)
    return shares[["likes", "comments", "saves"]].sum(axis=1, min_count=1) * organic


def _engagement(result: Mapped, original: pd.DataFrame) -> pd.DataFrame:
    """Engagement per post, as so many times what is usual for accounts of the size (one power of ten of followers)."""
    people = result.people.set_index("person_id")
    size = people["followers"].fillna(people["audience"])
    posts = original.assign(stirred=_stirred(original)).dropna(subset=["stirred"])
    logged = np.log1p(posts["stirred"])
    tier = np.floor(np.log10(posts["person_id"].map(size).clip(lower=1.0)))
    by_person = logged.groupby(posts["person_id"]).mean()
    of_person = tier.groupby(posts["person_id"]).first()
    tiers = by_person.groupby(of_person)
    usual = tiers.median()[tiers.size() >= RoleAnchors().tier_members]
    above = (logged - tier.map(usual)).dropna()
    if above.empty:
        return pd.DataFrame(columns=["value", "low"], dtype="float64")
    told = shrunk_means(above, posts["person_id"].reindex(above.index))
    return pd.DataFrame({"value": np.exp(told["mean"]), "low": np.exp(told["low"])})


def _reshares(result: Mapped, original: pd.DataFrame) -> pd.DataFrame:
    """Reshares by others per exposure, shrunk."""
    shares = result.tables.shares
    if not shares["parent_share_id"].notna().any():
        return pd.DataFrame(columns=["value", "low"], dtype="float64")
    author = original.drop_duplicates("share_id").set_index("share_id")["person_id"]
    origin = shares["parent_share_id"].map(author)
    received = origin[origin != shares["person_id"]].value_counts()
    people = result.people.set_index("person_id")
    seen = original["views"] - original["boosted_views"].fillna(0)
    size = people["audience"].fillna(people["followers"])
    exposed = seen.fillna(original["person_id"].map(size)).groupby(original["person_id"]).sum(min_count=1)
    counts = np.asarray(received.reindex(exposed.index).fillna(0.0), dtype=np.float64)
    rate, low, _ = shrunk(counts, np.asarray(exposed, dtype=np.float64))
    return pd.DataFrame({"value": rate, "low": low}, index=exposed.index)


def _referrals(result: Mapped, who: pd.Index[Any]) -> pd.DataFrame:
    """Different people who clicked on unpaid shares of theirs."""
    touches = result.tables.touches
    touches = touches[(touches["kind"].str.lower() != "view") & touches["person_id"].notna()]
    shares = result.tables.shares.drop_duplicates("share_id", keep="last").set_index("share_id")
    free = shares.loc[~is_paid(shares), "person_id"]
    source = touches["creator_id"].fillna(touches["share_id"].map(free))
    sent = touches["person_id"][source != touches["person_id"]].groupby(source).nunique()
    return _counted(sent, who, len(touches) > 0)
