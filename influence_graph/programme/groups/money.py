"""What posts cost and what came of it: never two currencies in one sum, never a price for what nobody priced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.credit import main_currency
from influence_graph.tables.deals import Deals

Floats = NDArray[np.float64]


def currency_of(counted: pd.DataFrame, creators: pd.DataFrame) -> str | None:
    """The currency of most orders, else of most creators' prices; None where none is told."""
    told = creators.loc[creators["cost"].notna(), "currency"].dropna()
    return main_currency(counted) or (str(told.mode().iat[0]) if len(told) else None)


def cost_of_posts(
    posts: pd.DataFrame, counted: pd.DataFrame, creators: pd.DataFrame, currency: str | None
) -> pd.Series[float]:
    """What each post cost, NaN where that is unknown.

    A post's own `cost` is taken as it is. Where no post has one, a creator's `cost` is what they take for a campaign,
    spread over their posts in it, commission deals apart. Commissions paid on orders are added to the posts of the
    creator whom the order names, in its campaign, or all of theirs where they have none there. A post known to be
    unpaid costs nothing.

    Parameters
    ----------
    posts : DataFrame
        As `posts_of` gives them.
    counted : DataFrame
        The orders that count.
    creators : DataFrame
        The creators table.
    currency : str or None
        Costs in another one are unknown; where a currency is not told, it is this one.

    Returns
    -------
    (posts,) Series
        In that currency. O(posts + orders).
    """
    prices = creators.drop_duplicates("creator_id").set_index("creator_id")
    author = posts["author"].to_numpy()
    who = posts.drop_duplicates("author").set_index("author")["person_id"].sort_index()
    priced = prices["currency"].reindex(who).to_numpy()[author]
    foreign = pd.Series(pd.notna(priced) & (priced != currency), index=posts.index)
    cost, deals = posts["cost"].where(~foreign), Deals.of(posts)
    if posts["cost"].isna().all():
        fee = pd.Series(prices["cost"].reindex(who).to_numpy()[author], index=posts.index)
        together = _together(author, posts["campaign_id"])
        cost = (fee / together).where(~(foreign | deals.commission | deals.unpaid))
    extra = _commissions(posts, counted, currency)
    if extra is not None:
        earning = deals.commission | extra.gt(0)
        cost = cost.where(~earning, cost.fillna(0.0) + extra).where(~(earning & foreign))
    return cost.mask(cost.isna() & deals.unpaid, 0.0)


def _together(author: NDArray[np.int64], campaign: pd.Series[str]) -> NDArray[np.int64]:
    """(posts,) how many posts each has of its author in its campaign, or in none."""
    codes, met = pd.factorize(campaign.fillna(""))
    _, pair, number = np.unique(author * max(len(met), 1) + codes, return_inverse=True, return_counts=True)
    return np.asarray(number[pair])


def _commissions(posts: pd.DataFrame, counted: pd.DataFrame, currency: str | None) -> pd.Series[float] | None:
    """Commissions by post; None where no order tells of any."""
    paid = counted[counted["commission"].notna() & counted["claimed_by"].notna()]
    paid = paid[paid["currency"].isna() | (paid["currency"] == currency)]
    if paid.empty:
        return None
    campaign = posts["campaign_id"].fillna("")
    earned = paid.groupby([paid["claimed_by"], paid["campaign_id"].fillna("")])["commission"].sum()
    pairs = pd.MultiIndex.from_arrays([posts["person_id"], campaign])
    together = posts.groupby([posts["person_id"], campaign])["share_id"].transform("size").to_numpy()
    here = earned.reindex(pairs).fillna(0.0).to_numpy() / together
    elsewhere = earned[~earned.index.isin(pairs)].groupby(level=0).sum()
    number = posts.groupby("person_id")["share_id"].transform("size").to_numpy()
    rest = elsewhere.reindex(posts["person_id"]).fillna(0.0).to_numpy() / number
    return pd.Series(here + rest, index=posts.index)


def spending(posts: pd.DataFrame) -> Iterator[tuple[str, Floats]]:
    """What of each post counts towards what a group's money bought, by name, nothing where its cost is unknown.

    Parameters
    ----------
    posts : DataFrame
        With cost, organic_views, stirred (engagement), driven and driven_value of each post.

    Yields
    ------
    str, (posts,) float64
        For `efficiency`, once they are summed by group.
    """
    priced = posts["cost"].notna()
    yield "priced_posts", np.asarray(priced, dtype=np.float64)
    for name in ("cost", "driven", "driven_value"):
        yield name, posts[name].where(priced, 0.0).fillna(0.0).to_numpy(dtype=np.float64)
    for name in ("organic_views", "stirred"):
        known = priced & posts[name].notna()
        yield f"{name}_posts", np.asarray(known, dtype=np.float64)
        yield f"{name}_cost", posts["cost"].where(known, 0.0).to_numpy(dtype=np.float64)
        yield name, posts[name].where(known, 0.0).to_numpy(dtype=np.float64)


def efficiency(summed: Mapping[str, Floats], credit: pd.DataFrame, *, driven: bool, valued: bool) -> pd.DataFrame:
    """What a group's money bought, over those of its posts whose cost is known.

    Parameters
    ----------
    summed : mapping of str to (groups,) float64
        Of each group, what `spending` yields of its posts.
    credit : DataFrame
        Of each group: driven, driven_low, driven_high.
    driven, valued : bool
        Whether it is known of any post what it drove, and of what value.

    Returns
    -------
    DataFrame
        One row a group: cost, priced_posts, cost_per_driven with _low and _high, cpm (per 1,000 organic views),
        cost_per_engagement, roas (driven value over cost) with _low and _high. NaN where nothing has a price; an
        upper limit that nothing bounds is NaN too.
    """
    number = summed["priced_posts"]
    cost = np.where(number > 0, summed["cost"], np.nan)
    some, unknown = np.where(cost > 0, cost, np.nan), np.full(len(cost), np.nan)
    moved, value = summed["driven"] if driven else unknown, summed["driven_value"] if valued else unknown
    low, high = (_part(credit[f"driven_{end}"].to_numpy(), credit["driven"].to_numpy()) for end in ("low", "high"))
    told = {}
    for name, measure in (("cpm", "organic_views"), ("cost_per_engagement", "stirred")):
        spent = np.where(summed[f"{measure}_posts"] > 0, summed[f"{measure}_cost"], np.nan)
        told[name] = _part(np.where(spent > 0, spent, np.nan), summed[measure])
    return pd.DataFrame(
        {
            "cost": cost,
            "priced_posts": number,
            "cost_per_driven": _part(some, moved),
            "cost_per_driven_low": _part(some, moved * high),
            "cost_per_driven_high": _part(some, moved * low),
            "cpm": 1000.0 * told["cpm"],
            "cost_per_engagement": told["cost_per_engagement"],
            "roas": _part(value, some),
            "roas_low": _part(value * low, some),
            "roas_high": _part(value * high, some),
        }
    )


def _part(some: Floats, whole: Floats) -> Floats:
    """A part of a whole, NaN of nothing."""
    some, whole = np.broadcast_arrays(np.asarray(some, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    return np.asarray(np.divide(some, whole, out=np.full(whole.shape, np.nan), where=whole > 1e-12))
