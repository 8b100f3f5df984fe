"""What speaks for people outside the programme: each sign with its cautious end, in its own units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people import RoleAnchors
from influence_graph.people.numbered import ECHOES
from influence_graph.people.signs import recommending
from influence_graph.programme.mapped import Mapped
from influence_graph.programme.talents.growth import growth, steady_growth
from influence_graph.programme.talents.shrink import least, shrunk, shrunk_means
from influence_graph.tables.deals import Deals
from influence_graph.tables.times import month_number
from influence_graph.tables.words import holds

MICRO = 100_000
"""Followers under which somebody who grows is a rising micro."""
KINDS = {
    "ugc": ("posts", "engagement", "reshares"),
    "advocate": ("months", "unpaid", "orders", "referrals"),
    "rising": ("audience_growth", "engagement_growth"),
}
"""What speaks for each kind of talent."""


def known(result: Mapped) -> pd.Index[Any]:
    """Everybody of the map, in its order, and behind them whoever has a history of followers and nothing else."""
    ids = pd.Index(result.people["person_id"], dtype="str")
    grown = result.tables.followers["creator_id"]
    everybody: pd.Index[Any] = ids.append(pd.Index(grown[~grown.isin(ids)].unique(), dtype="str"))
    return everybody


def outside(result: Mapped, ids: pd.Index[Any]) -> NDArray[np.int64]:
    """Places among `known` of who is no creator of the programme, or one who posted unpaid and never otherwise."""
    shares, people = result.tables.shares, result.people
    place = ids.get_indexer(pd.Index(shares["person_id"]))
    paid, free, creators = (np.zeros(len(ids), dtype=bool) for _ in range(3))
    deals = Deals.of(shares)
    for of, marked in ((deals.paid, paid), (deals.unpaid, free)):
        marked[place[of & (place >= 0)]] = True
    creators[: len(people)] = people["is_creator"].to_numpy(dtype=bool)
    return np.flatnonzero(~(paid | (creators & ~free)))


def signs(result: Mapped, ids: pd.Index[Any], outside: NDArray[np.int64]) -> dict[str, pd.DataFrame]:
    """Every sign of everybody outside: its value and its cautious end (`low`, of a 90 % interval), NaN where unknown.

    Parameters
    ----------
    result : MapResult
    ids : Index
        As `known` gives it.
    outside : (n,) int64
        As `outside` gives it. What is usual is learnt from everybody.

    Returns
    -------
    dict of DataFrame
        For each sign of `KINDS` value and low, in the order of `outside`. O(rows).
    """
    tables = result.tables  # by places in place of ids, which are compared and sorted in a fifth of the time
    shares = tables.shares.assign(person_id=ids.get_indexer(pd.Index(tables.shares["person_id"])))
    deals = Deals.of(shares)
    shares = shares.assign(paid=deals.paid, unpaid=deals.unpaid)
    original = shares[shares["parent_share_id"].isna() & ~holds(shares["kind"], ECHOES)]
    free = recommending(original[~original["paid"]], RoleAnchors())  # to pass something on recommends nothing
    by, who, posts = free["person_id"], pd.Index(outside), len(shares) > 0
    told = {
        "posts": _counted(original["person_id"].value_counts(), who, posts),
        "engagement": _engagement(result, original).reindex(who),
        "reshares": _reshares(result, shares, original).reindex(who),
        "months": _counted(month_number(free["shared_at"]).groupby(by).nunique(), who, posts),
        "unpaid": _counted(by[free["unpaid"]].value_counts(), who, deals.unpaid.any()),
    }
    bought = tables.counted[tables.counted["person_id"].notna()]
    again = bought["count"].groupby(ids.get_indexer(pd.Index(bought["person_id"]))).sum() - 1
    told["orders"] = _counted(again, who, len(bought) > 0)
    told["referrals"] = _referrals(result, ids[outside]).set_axis(who)
    history = tables.followers.dropna(subset=["followers"])
    own = pd.Series(ids.get_indexer(pd.Index(history["creator_id"])), index=history.index)
    grown = steady_growth(history["followers"], history["at"], own)
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
    people = result.people.reset_index(drop=True)  # by place
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


def _reshares(result: Mapped, shares: pd.DataFrame, original: pd.DataFrame) -> pd.DataFrame:
    """Reshares by others per exposure, shrunk."""
    passed = shares[shares["parent_share_id"].notna()]
    if passed.empty:
        return pd.DataFrame(columns=["value", "low"], dtype="float64")
    named = original[original["share_id"].isin(passed["parent_share_id"].unique())]
    author = named.drop_duplicates("share_id").set_index("share_id")["person_id"]
    origin = passed["parent_share_id"].map(author)
    received = origin[origin != passed["person_id"]].value_counts()
    people = result.people.reset_index(drop=True)  # by place
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
    free = shares.loc[~Deals.of(shares).paid, "person_id"]
    source = touches["creator_id"].fillna(touches["share_id"].map(free))
    sent = touches["person_id"][source != touches["person_id"]].groupby(source).nunique()
    return _counted(sent, who, len(touches) > 0)
