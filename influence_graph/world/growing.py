"""A world in which some creators grow: their persuasion falls as they do, or holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.schema import Tables
from influence_graph.world.dress import moment, typed

Floats = NDArray[np.float64]
MONTHS, MONTH_DAYS = 8, 30.0
DAYS = MONTHS * MONTH_DAYS
DELAY_DAYS, TRACKED = 4.0, 1 / 60
"""Mean delay of orders, and the part of followers whom the table of follows knows."""


def grow(
    *,
    people: int = 3_000,
    creators: int = 40,
    growers: int = 14,
    power: float = 0.0,
    trend: float = 0.0,
    driven: float = 1_800.0,
    organic: float = 1_200.0,
    posts: float = 16.0,
    dated: bool = True,
    seed: int = 0,
) -> tuple[Tables, dict[str, Any]]:
    """Draw a programme of eight months, some of whose creators have four times as many followers at its end.

    Parameters
    ----------
    people, creators, growers : int
        Who may follow and buy; who posts; how many of those grow, from under 10,000 followers to beyond.
    power : float
        Power of a grower's followers in their persuasion: 0 where it holds, negative where it falls as they grow.
    trend : float
        Change of everybody's persuasion over the eight months, in log units.
    driven, organic : float
        Expected orders.
    posts : float
        Expected posts of each.
    dated : bool
        Whether the table of follows says since when.
    seed : int
        The same seed gives the same world.

    Returns
    -------
    Tables, dict
        The tables; grown (their ids), and ratio: of all that growers drove per exposure after they passed 10,000
        followers to what they would have by their rate before, as planted, but for the trend.
    """
    rng = np.random.default_rng([seed, 17])
    ids = np.array([f"c{i:03d}" for i in range(creators)], dtype=object)
    grows = np.arange(creators) < growers
    first = np.where(grows, rng.uniform(4_500, 8_500, creators), rng.uniform(15_000, 60_000, creators))
    pace = np.where(grows, np.log(rng.uniform(3.0, 5.0, creators)), 0.03) / DAYS
    weeks = np.arange(0.0, DAYS + 1.0, 7.0)
    count = first[:, None] * np.exp(pace[:, None] * weeks + rng.normal(0.0, 0.004, (creators, weeks.size)))

    last = np.round(first * np.exp(pace * DAYS) * TRACKED).astype(np.int64)
    author = np.repeat(np.arange(creators), last)
    follower = np.concatenate([rng.choice(people, size, replace=False) for size in last])
    rank = rng.random(author.size)  # of this part of today's followers each came by the day that many were there
    since = np.log(np.maximum(rank, np.exp(-pace[author] * DAYS))) / pace[author] + DAYS
    standing = since <= 0.0

    person = np.repeat(np.arange(creators), np.maximum(rng.poisson(posts, creators), 2))
    day = rng.random(person.size) * (DAYS - 10.0)
    theta = rng.lognormal(0.0, 0.5, creators)[person] * np.exp(power * pace[person] * day * grows[person])
    audience = last[person] * np.exp(pace[person] * (day - DAYS))
    season = np.exp(trend * day / DAYS)
    theta *= driven / float((theta * season) @ audience)
    share = np.repeat(np.arange(person.size), rng.poisson(theta * season * audience))
    by_author = [np.flatnonzero(author == number) for number in range(creators)]
    came = [np.sort(since[mine]) for mine in by_author]
    ranked = [follower[mine[np.argsort(since[mine], kind="stable")]] for mine in by_author]
    there = np.array([np.searchsorted(came[u], t, side="right") for u, t in zip(person, day, strict=True)])
    share = share[there[share] > 0]
    chosen = (rng.random(share.size) * there[share]).astype(np.int64)
    buyer = np.array([ranked[person[s]][k] for s, k in zip(share, chosen, strict=True)], dtype=np.int64)
    bought = pd.DataFrame({"person": buyer, "day": day[share] + rng.exponential(DELAY_DAYS, share.size)})
    number = rng.poisson(organic)
    anyway = pd.DataFrame({"person": rng.integers(people, size=number), "day": rng.random(number) * DAYS})
    orders = pd.concat([bought[bought["day"] < DAYS], anyway], ignore_index=True)

    passed = (np.log(10_000.0 / first) / pace)[person]
    before, after = (grows[person] & part for part in (day < passed, day >= passed))
    usual, seen = (np.bincount(person[before], each[before], creators) for each in (theta * audience, audience))
    after &= seen[person] > 0
    would = np.divide(usual, seen, out=np.zeros(creators), where=seen > 0)[person] * audience
    names = np.array([f"p{i:05d}" for i in range(people)], dtype=object)
    at = moment(np.tile(weeks, creators))
    follows = pd.DataFrame({"follower_id": names[follower], "followed_id": ids[author]})
    if dated:
        follows["since"] = pd.Series(moment(since)).where(~standing)
    posted = pd.DataFrame({"share_id": [f"s{i:05d}" for i in range(person.size)], "person_id": ids[person]})
    ordered = pd.DataFrame({"conversion_id": [f"o{i:05d}" for i in range(len(orders))]})
    tables = Tables(
        creators=typed("creators", pd.DataFrame({"creator_id": ids, "name": ids, "followers": np.round(count[:, -1])})),
        follows=typed("follows", follows),
        followers=typed(
            "followers",
            pd.DataFrame({"creator_id": np.repeat(ids, weeks.size), "at": at, "followers": np.round(count).ravel()}),
        ),
        shares=typed("shares", posted.assign(shared_at=moment(day), kind="video")),
        conversions=typed(
            "conversions",
            ordered.assign(person_id=names[orders["person"]], converted_at=moment(orders["day"]), status="paid"),
        ),
    )
    return tables, {"grown": list(ids[grows]), "ratio": float((theta * audience)[after].sum() / would[after].sum())}
