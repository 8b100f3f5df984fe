"""Engagement rates: by followers, by views, and what is typical of a group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.audience import organic_part
from influence_graph.programme.groups.membership import OF_PEOPLE, Grouping
from influence_graph.programme.groups.tiers import benchmarks
from influence_graph.tables.words import plain

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.floating[Any]]
REACTIONS = ("likes", "comments", "saves", "reshares")
"""What engagement adds up, where a table tells it."""
RATES = ("engagement_followers", "engagement_views")
LEAST_PEOPLE = 5
"""People under whom a median has no interval: nine of ten can't be said of four."""
PERCENTILES = (10, 25, 50, 75, 90)
_NORMAL_95 = 1.6448536269514722


def engagement(posts: pd.DataFrame) -> pd.Series[float]:
    """Likes, comments, saves and reshares of each post; unknown where neither likes nor comments are known."""
    told = posts[["likes", "comments"]].notna().any(axis=1)
    return posts[list(REACTIONS)].sum(axis=1, min_count=1).where(told)


def rates(posts: pd.DataFrame) -> pd.DataFrame:
    """Engagement rates of each post.

    Parameters
    ----------
    posts : DataFrame
        Rows of the shares table with `followers` of who posted.

    Returns
    -------
    DataFrame
        engagement_followers: (likes + comments + saves + reshares) / followers, without the part that boosted views
        brought; engagement_views: the same over views, all of both. NaN where unknown or over nothing.
    """
    stirred = engagement(posts)
    return pd.DataFrame(
        {
            "engagement_followers": stirred * organic_part(posts) / posts["followers"].where(posts["followers"] > 0),
            "engagement_views": stirred / posts["views"].where(posts["views"] > 0),
        }
    )


def typical(rate: pd.Series[float], author: NDArray[np.int64], grouping: Grouping, usual: Floats) -> pd.DataFrame:
    """The usual rate of each group: somebody who posts daily counts as much as who posts once.

    Parameters
    ----------
    rate : (posts,) Series
        NaN where unknown.
    author : (posts,) int64
        Who posted, by number.
    grouping : Grouping
    usual : (authors,) float64
        Each one's median over all posts: that of their posts in a group, where people are grouped.

    Returns
    -------
    DataFrame
        One row a group: value (the median over people of each one's median post), low and high (its 90 % interval, by
        Woodruff 1952, https://doi.org/10.1080/01621459.1952.10483443; NaN under five people), q25 and q75 (between
        which half of the people lie; NaN for one alone). People count by membership. O(posts log posts).
    """
    post, group = grouping.entries()
    weight, known = grouping.weights.data, rate.notna().to_numpy()[post]
    place = (group * usual.size + author[post])[known]  # of a person in a group
    held = pd.Series(weight[known]).groupby(place).mean()
    of, who = np.divmod(held.index.to_numpy(dtype=np.int64), usual.size)
    if grouping.by in OF_PEOPLE:
        each = usual[who]
    else:
        each = np.asarray(rate.iloc[post[known]].groupby(place).median(), dtype=np.float64)
    bounds, weights = np.searchsorted(of, np.arange(len(grouping.keys) + 1)), held.to_numpy(dtype=np.float64)
    rows = [_summary(each[some], weights[some]) for some in map(slice, bounds[:-1], bounds[1:])]
    return pd.DataFrame(rows, columns=["value", "low", "high", "q25", "q75"])


def _summary(values: AnyFloats, weight: AnyFloats) -> list[float]:
    if not values.size:
        return [np.nan] * 5
    people = float(weight.sum() ** 2 / (weight**2).sum())
    half = _NORMAL_95 * 0.5 / np.sqrt(people)
    parts = np.array([0.5, max(0.5 - half, 0.0), min(0.5 + half, 1.0), 0.25, 0.75])
    told = weighted_quantile(values, weight, parts)
    if people < LEAST_PEOPLE - 1e-9:
        told[1:3] = np.nan
    if values.size == 1:
        told[3:] = np.nan
    return [float(each) for each in told]


def weighted_quantile(values: AnyFloats, weight: AnyFloats, parts: Floats) -> Floats:
    """Quantiles of values that count by weight: each stands in the middle of its weight, between them straight.

    Examples
    --------
    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.ones(3), np.array([0.5])).tolist()
    [2.0]
    >>> weighted_quantile(np.array([1.0, 9.0]), np.array([3.0, 1.0]), np.array([0.375])).tolist()
    [1.0]
    """
    order = np.argsort(values, kind="stable")
    after = np.cumsum(weight[order])
    middle = (after - 0.5 * weight[order]) / after[-1]
    return np.asarray(np.interp(parts, middle, values[order]))


def percentiles(people: pd.DataFrame, tier: pd.Series[str]) -> pd.DataFrame:
    """One's own creators first, what is quoted of others beside them.

    Parameters
    ----------
    people : DataFrame
        platform and engagement_followers, that of each one's median post.
    tier : (people,) Series

    Returns
    -------
    DataFrame
        One row a platform and tier with a known rate by followers: platform, tier, people, p10, p25, p50, p75, p90
        (engagement by followers over people, each one's median post; NaN under five people but for p50), benchmark,
        above (the part of one's own people above it), year, source: NaN where nothing is quoted.
    """
    named = {"platform": plain(people["platform"]).fillna(""), "tier": tier.fillna("")}
    each = pd.DataFrame(named | {"rate": people["engagement_followers"]}).dropna(subset="rate")
    quoted = {(row["platform"], row["tier"]): row for row in benchmarks().to_dict("records")}
    rows: list[dict[Any, Any]] = []
    for (platform, name), some in each.groupby(["platform", "tier"]):
        values = some["rate"].to_numpy(dtype=np.float64)
        enough = len(values) >= LEAST_PEOPLE
        spread = {f"p{p}": np.percentile(values, p) if enough or p == 50 else np.nan for p in PERCENTILES}
        there = quoted.get((platform, name), {"platform": platform, "tier": name})
        above = float((values > there["benchmark"]).mean()) if "benchmark" in there and enough else np.nan
        rows.append({**there, "people": len(values), **spread, "above": above})
    columns = ["platform", "tier", "people", *(f"p{p}" for p in PERCENTILES), "benchmark", "above", "year", "source"]
    return pd.DataFrame(rows, columns=columns)
