"""Accounts behind a world's creators: some bought followers, some went viral, most did neither."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.schema import Tables
from influence_graph.world.draw import Draft
from influence_graph.world.dress import START, person_ids, typed

Floats = NDArray[np.float64]
GENUINE, INFLATED, VIRAL = "genuine", "inflated", "viral"
BEFORE_DAYS, EVERY_DAYS = 84.0, 7.0
"""When the history of follower counts begins, before the first campaign, and how often it was taken."""
KEPT, BOUGHT_LIKES, MASS_FOLLOWING = 0.85, 0.5, 0.33
"""Parts of: creators whose history was kept, buyers of followers who bought likes too, and who follow masses."""


def draw_accounts(draft: Draft, tables: Tables, rng: np.random.Generator) -> tuple[Tables, pd.Series[str]]:
    """Give creators a history of follower counts, and inflate some of them.

    Who bought followers has a sudden growth that no post explains, a part of which is lost again; their posts are seen
    by as many as before, and the bought followers, who stand in the table of follows, never do anything. Who went
    viral has one post that many saw, gained followers by it, and keeps them: they see what is posted later.

    Parameters
    ----------
    draft : Draft
        The world; `inflated` and `viral` of its recipe are the shares of creators.
    tables : Tables
        As dressed.
    rng : numpy.random.Generator
        Of its own, so that everything else is drawn as without it.

    Returns
    -------
    tables : Tables
        With a history of followers, and numbers of posts and follows changed.
    account : Series of str
        "genuine", "inflated" or "viral", by creator_id.
    """
    ids = person_ids(draft)[: draft.creators]
    shares = tables.shares.copy()
    drawn = rng.random(draft.creators)
    recipe = draft.recipe
    account = np.where(drawn < recipe.inflated, INFLATED, GENUINE).astype(object)
    posted = np.isin(ids, shares["person_id"])
    account[(drawn >= recipe.inflated) & (drawn < recipe.inflated + recipe.viral) & posted] = VIRAL
    weeks = np.arange(-BEFORE_DAYS, draft.end + EVERY_DAYS, EVERY_DAYS)
    declared = tables.creators["followers"].to_numpy(dtype=np.float64, copy=True)
    parts, bought, won = [], np.zeros(draft.creators), np.zeros(draft.creators)
    posts = shares.groupby("person_id").indices
    for number, who in enumerate(ids):
        path = _usual_growth(declared[number], weeks, rng)
        mine = pd.Index(posts.get(who, np.empty(0, np.int64)))
        if account[number] == VIRAL:
            before, path = path[-1], _go_viral(path, weeks, shares, mine, rng)
            won[number] = path[-1] / before - 1.0
        elif account[number] == INFLATED:
            path, bought[number] = _buy(path, weeks, shares, mine, draft.end, rng)
        declared[number] = np.round(path[-1])
        mass = account[number] == INFLATED and rng.random() < MASS_FOLLOWING
        following = path[-1] * rng.uniform(1.0, 5.0) if mass else rng.lognormal(np.log(400.0), 0.8)
        if rng.random() < KEPT:
            at = START + pd.to_timedelta(weeks, unit="D")
            columns = {"creator_id": who, "at": at, "followers": np.round(path), "following": np.round(following)}
            parts.append(pd.DataFrame(columns))
    history = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    told = replace(
        tables,
        creators=tables.creators.assign(followers=declared),
        followers=typed("followers", history),
        shares=shares,
        follows=_with_gained(tables.follows, draft, bought, won, rng),
    )
    return told, pd.Series(account, index=ids, dtype="str")


def _usual_growth(declared: float, weeks: Floats, rng: np.random.Generator) -> Floats:
    """Followers week by week that end at the declared ones: some growth, never even."""
    step = 0.004 * rng.lognormal(0.0, 0.6) + 0.004 * rng.standard_normal(weeks.size)
    log = np.cumsum(step)
    return np.asarray(declared * np.exp(log - log[-1]))


def _times(rng: np.random.Generator, least: float, most: float) -> float:
    """A factor, evenly on the log scale."""
    return float(np.exp(rng.uniform(np.log(least), np.log(most))))


def _days(shares: pd.DataFrame, rows: pd.Index[int]) -> Floats:
    """When posts were made, in days."""
    return np.asarray((shares.loc[rows, "shared_at"] - START).dt.total_seconds() / 86_400.0, dtype=np.float64)


def _multiply(shares: pd.DataFrame, rows: pd.Index[int], by: Floats | float, *names: str) -> None:
    for name in names:
        shares.loc[rows, name] = np.round(shares.loc[rows, name] * by)


def _go_viral(
    path: Floats, weeks: Floats, shares: pd.DataFrame, mine: pd.Index[int], rng: np.random.Generator
) -> Floats:
    """One post that many saw; who came by it stays and sees later posts."""
    day = _days(shares, mine)
    chosen = int(rng.integers(mine.size))
    rise = _times(rng, 1.3, 3.0)
    came = np.where(weeks > day[chosen], -np.expm1(-(weeks - day[chosen]) / 4.0), 0.0)
    grown = path * (1.0 + (rise - 1.0) * came)
    extra = (grown[-1] - path[-1]) / (0.03 * rng.lognormal(0.0, 0.5))
    seen = shares.loc[mine, "views"].to_numpy(dtype=np.float64)[chosen]
    burst = float(1.0 + extra / max(seen, 1.0))
    _multiply(shares, mine[[chosen]], burst, "views")
    _multiply(shares, mine[[chosen]], 1.0 + (burst - 1.0) * rng.uniform(0.6, 1.0), "likes", "comments", "saves")
    later = mine[day > day[chosen]]
    _multiply(shares, later, rise ** rng.uniform(0.7, 1.1, later.size), "views", "likes", "comments", "saves")
    return np.asarray(grown)


def _buy(
    path: Floats, weeks: Floats, shares: pd.DataFrame, mine: pd.Index[int], end: float, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Followers bought on a day, some of whom go again; and how many there are for each real one at last."""
    day, rise = rng.uniform(-1.4 * BEFORE_DAYS, 0.8 * end), _times(rng, 1.4, 3.0)
    size = float(np.interp(day, weeks, path)) * (rise - 1.0)
    age = np.maximum(weeks - day, 0.0)
    lost = rng.uniform(0.1, 0.45)
    bought = size * -np.expm1(-age / 1.0) * (1.0 - lost * -np.expm1(-age / 20.0))
    if rng.random() < BOUGHT_LIKES:
        later = mine[_days(shares, mine) > day]
        _multiply(shares, later, rng.uniform(1.5, 4.0), "likes")
    return np.asarray(path + bought), float(bought[-1] / path[-1])


def _with_gained(
    follows: pd.DataFrame, draft: Draft, bought: Floats, won: Floats, rng: np.random.Generator
) -> pd.DataFrame:
    """Follows with those gained, known as often as others: bots, some of whom follow others too, and real people."""
    everybody = person_ids(draft)
    ids = everybody[: draft.creators]
    known = follows["followed_id"].value_counts().reindex(ids).fillna(0.0).to_numpy()
    followed = np.repeat(ids, rng.poisson(known * bought))
    bots = np.array([f"b{bot:06d}" for bot in range(followed.size)], dtype=object)
    beside = rng.random(bots.size) < 0.3
    fans = np.repeat(ids, rng.poisson(known * won))
    follower = np.concatenate([bots, bots[beside], rng.choice(everybody, fans.size)])
    target = np.concatenate([followed, rng.choice(ids, int(beside.sum())), fans])
    pairs = typed("follows", pd.DataFrame({"follower_id": follower, "followed_id": target}))
    pairs = pairs[pairs["follower_id"] != pairs["followed_id"]]
    both = pd.concat([follows, pairs], ignore_index=True)
    return both.drop_duplicates(["follower_id", "followed_id"], ignore_index=True)
