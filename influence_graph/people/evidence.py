"""What the tables tell of a person as influencer, UGC creator and advocate: a number in [0, 1] for each sign.

No credit from the driver model enters here, since these numbers later split that credit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from influence_graph.drivers.audience import organic_part
from influence_graph.people.anchors import Anchors, RoleAnchors
from influence_graph.tables.deals import is_paid, is_unpaid
from influence_graph.tables.schema import Tables

_ECHOES = ("reshare", "comment")


def on_scale(values: pd.Series[Any], anchors: Anchors) -> pd.Series[float]:
    """Where values stand between two anchors on a log scale: 0 at the lower and under, 1 at the upper and over.

    Examples
    --------
    >>> on_scale(pd.Series([0.0, 1_000.0, 31_622.7766, 5e6]), (1_000, 1_000_000)).round(3).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    lower, upper = anchors
    risen = np.log(np.clip(values.to_numpy(dtype=np.float64, na_value=np.nan), lower, upper) / lower)
    return pd.Series(risen / np.log(upper / lower), index=values.index, name=values.name)


def evidence(signs: pd.DataFrame, *, anchors: RoleAnchors) -> pd.DataFrame:
    """Every sign of everybody between its anchors: a column for each, in [0, 1], NaN where the tables can't tell."""
    return pd.DataFrame({name: on_scale(signs[name], getattr(anchors, str(name))) for name in signs})


def signs(
    tables: Tables,
    followers: pd.Series[Any],
    measures: pd.DataFrame,
    *,
    anchors: RoleAnchors,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every sign of everybody with any activity: a share, an order that counts, or a row of the creators table.

    Parameters
    ----------
    tables : Tables
        Resolved.
    followers : Series of float
        Declared, by person.
    measures : DataFrame
        audience, exclusive_reach and two_hop_reach by person.
    anchors : RoleAnchors
        What counts as a positive rating, how many make a tier, how many exposures are assumed.
    bought : DataFrame, optional
        The orders that count, where they are known already.

    Returns
    -------
    DataFrame
        Indexed by person_id, sorted; a column for each sign, in the units that `RoleAnchors` names; NaN where the
        tables can't tell. O(rows of the tables).
    """
    bought = tables.counted if bought is None else bought
    bought = bought[bought["person_id"].notna()]
    active = [tables.creators["creator_id"], tables.shares["person_id"], bought["person_id"]]
    people = pd.Index(pd.concat(active).dropna().unique(), name="person_id").sort_values()
    seen = measures.reindex(people) if len(tables.follows) else pd.DataFrame(index=people, columns=measures.columns)
    audience = seen["audience"].astype("float64")
    size = followers.reindex(people).fillna(audience)
    told = {
        **_reach(size, seen, audience),
        **_creation(tables.shares, size, audience.fillna(size), anchors),
        **_repetition(tables.shares, people, anchors),
        "purchases": _purchases(recommending(tables.shares, anchors), bought, people),
        "referrals": _referrals(tables, people),
    }
    return pd.DataFrame(told).astype("float64")


def _reach(followers: pd.Series[float], seen: pd.DataFrame, audience: pd.Series[float]) -> dict[str, pd.Series[float]]:
    """Followers, and what the observed follows say of all of them: where more are declared, they are a sample."""
    unseen = (followers / audience).clip(lower=1)
    further = {name: seen[name].astype("float64") * unseen for name in ("exclusive_reach", "two_hop_reach")}
    return {"followers": followers, **further}


def _creation(
    shares: pd.DataFrame, followers: pd.Series[float], audience: pd.Series[float], anchors: RoleAnchors
) -> dict[str, pd.Series[float]]:
    """Original posts, what they stir up compared with others of the same size, and how often they are passed on."""
    people = followers.index
    original = shares[shares["parent_share_id"].isna() & ~shares["kind"].str.lower().isin(_ECHOES)]
    by_author = original["person_id"]
    organic = organic_part(original)
    stirred = original[["likes", "comments", "saves"]].sum(axis=1, min_count=1) * organic
    engagement = stirred.groupby(by_author).mean().reindex(people)
    tier = followers.clip(lower=1).map(np.log10).floordiv(1).where(engagement.notna())
    tiers = engagement.groupby(tier)
    usual = tiers.transform("median").where(tiers.transform("count") >= anchors.tier_members)

    exposures = (original["views"] * organic).fillna(by_author.map(audience)).groupby(by_author).sum(min_count=1)
    author = original.drop_duplicates("share_id").set_index("share_id")["person_id"]
    passed_on = shares["parent_share_id"].map(author)
    received = passed_on[passed_on != shares["person_id"]].value_counts().reindex(exposures.index, fill_value=0)
    rate = (received / (exposures + anchors.exposures_assumed)).reindex(people)
    return {
        "posts": _if_told(by_author.value_counts().reindex(people, fill_value=0), len(shares) > 0),
        "engagement": engagement / usual.where(usual > 0),
        "reshares": _if_told(rate, shares["parent_share_id"].notna().any()),
    }


def _if_told(sign: pd.Series[Any], told: bool | np.bool) -> pd.Series[float]:
    """The sign, or unknown for everybody where the tables don't tell it."""
    return sign.astype("float64") if told else pd.Series(np.nan, index=sign.index)


def recommending(shares: pd.DataFrame, anchors: RoleAnchors) -> pd.DataFrame:
    """Shares that don't speak against what they are about: a monthly one-star reviewer recommends nothing."""
    return shares[~(shares["rating"] < anchors.positive * _scale(shares["rating"]))]


def _scale(ratings: pd.Series[float]) -> float:
    highest = ratings.max()
    return next((scale for scale in (1.0, 5.0, 10.0) if highest <= scale), 100.0)


def _repetition(shares: pd.DataFrame, people: pd.Index[Any], anchors: RoleAnchors) -> dict[str, pd.Series[float]]:
    """Coming back to recommend, in how many months, campaigns and posts, and ratings given.

    Coming back because somebody pays is a contract, not advocacy: shares known to be paid don't count.
    """

    def per_person(of: pd.Series[Any], rows: pd.DataFrame = shares) -> pd.Series[float]:
        return of.groupby(rows["person_id"]).sum().reindex(people)

    free = recommending(shares[~is_paid(shares)], anchors)
    # One month of data, or a single campaign, can't tell who comes back.
    month, campaign = 12 * shares["shared_at"].dt.year + shares["shared_at"].dt.month, shares["campaign_id"]
    distinct = {
        name: of[free.index].groupby(free["person_id"]).nunique().reindex(people, fill_value=0)
        for name, of in (("months", month), ("campaigns", campaign))
    }
    told = shares["deal"].notna() | shares["cost"].notna()
    unpaid = is_unpaid(free)
    praise = np.where(shares["rating"] >= anchors.positive * _scale(shares["rating"]), 1.0, -1.0)
    rated = shares["rating"].notna()
    return {
        "months": _if_told(distinct["months"], month.nunique() > 1),
        "campaigns": _if_told(distinct["campaigns"], campaign.nunique() > 1),
        "unpaid": per_person(unpaid, free).fillna(0).where(per_person(told) > 0),
        "praise": per_person(pd.Series(praise, index=shares.index).where(rated, 0.0)).where(per_person(rated) > 0),
    }


def _purchases(recommending: pd.DataFrame, bought: pd.DataFrame, people: pd.Index[Any]) -> pd.Series[float]:
    """Own orders that came before a share about the same campaign, or where either names no campaign."""
    if not len(bought) or not len(recommending):
        return pd.Series(np.nan, index=people)
    at, author, campaign = recommending["shared_at"], recommending["person_id"], recommending["campaign_id"]
    last_of = at.groupby([author, campaign]).max()
    last_of_none = at[campaign.isna()].groupby(author[campaign.isna()]).max()
    buyer, nowhere = bought["person_id"], bought["campaign_id"].isna().to_numpy(dtype=bool)
    until = pd.DataFrame(
        {
            "same": last_of.reindex(pd.MultiIndex.from_frame(bought[["person_id", "campaign_id"]])).array,
            "share of none": last_of_none.reindex(buyer).array,
            "order of none": at.groupby(author).max().reindex(buyer).where(nowhere).array,
        },
        index=bought.index,
    ).max(axis=1)
    before = bought["count"].where(bought["converted_at"] < until, 0.0)
    return before.groupby(buyer).sum().reindex(people, fill_value=0.0)


def _referrals(tables: Tables, people: pd.Index[Any]) -> pd.Series[float]:
    """Different people who clicked on, or used the code of, somebody whom nobody paid for it. Views refer nobody."""
    touches = tables.touches[(tables.touches["kind"].str.lower() != "view") & tables.touches["person_id"].notna()]
    if not len(touches):
        return pd.Series(np.nan, index=people)
    shares = tables.shares.drop_duplicates("share_id", keep="last").set_index("share_id")
    paid = is_paid(shares)
    author = touches["share_id"].map(shares["person_id"])
    source = touches["creator_id"].fillna(author)
    by_share = touches["share_id"].map(paid)
    by_person = source.isin(shares["person_id"][paid])
    freely = ~by_share.where(by_share.notna(), by_person).astype(bool) & (source != touches["person_id"])
    sent = touches["person_id"][freely].groupby(source[freely]).nunique()
    return sent.reindex(people, fill_value=0).astype("float64")
