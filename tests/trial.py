"""A programme in which experiments are run by hand: people buy now and then, activated creators add what is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from given import table

from influence_graph.experiment import Design
from influence_graph.tables.schema import Tables

START = pd.Timestamp("2026-06-01", tz="UTC")
DAYS = 28


def programme(
    seed: int = 0,
    *,
    creators: int = 24,
    people: int = 900,
    follows: float = 1.3,
    orders: float = 12.0,
    periods: int = 5,
) -> Tables:
    """Creators of all sizes, people who follow a few of them, and past orders: so many a creator and period."""
    rng = np.random.default_rng([seed, creators])
    chance = rng.lognormal(0.0, 0.7, creators)
    number = 1 + rng.poisson(follows - 1, people)
    who = np.repeat(np.arange(people), number)
    whom = rng.choice(creators, who.size, p=chance / chance.sum())
    whom[:creators], who[:creators] = np.arange(creators), np.arange(creators)  # nobody is without a follower
    pairs = np.unique(np.column_stack([who, whom]), axis=0)
    bought = pd.concat([_organic(rng, people, orders * creators, -period) for period in range(1, periods + 1)])
    return Tables(
        creators=table("creators", creator_id=[creator(i) for i in range(creators)], name=names(creators)),
        follows=table("follows", follower_id=[*map(person, pairs[:, 0])], followed_id=[*map(creator, pairs[:, 1])]),
        conversions=_orders(bought, "past"),
    )


def after(tables: Tables, design: Design, effect: float, *, seed: int = 0, days: float = DAYS) -> Tables:
    """The tables after the experiment: each activated creator posted, and added about so many orders by followers."""
    rng = np.random.default_rng([seed, 99])
    people = 1 + max(int(who.removeprefix("p")) for who in tables.follows["follower_id"])
    past = tables.conversions
    usual = (past["converted_at"] >= START - pd.Timedelta(days=DAYS)).sum()
    parts = [_organic(rng, people, float(usual), 0)]
    activated = design.creators.loc[design.creators["activate"], "creator_id"]
    posted = []
    for who in activated:
        followers = tables.follows.loc[tables.follows["followed_id"].eq(who), "follower_id"].str.removeprefix("p")
        moment = rng.random() * 0.2
        posted.append(START + pd.Timedelta(days=moment * DAYS))
        added = rng.choice(followers.astype(int), rng.poisson(effect))
        parts.append(pd.DataFrame({"person": added, "period": moment + rng.random(len(added)) * 0.5}))
    bought = pd.concat(parts)
    bought = bought[bought["period"] < days / DAYS]
    shares = table("shares", share_id=[f"new-{who}" for who in activated], person_id=activated, shared_at=posted)
    return replace(
        tables,
        conversions=pd.concat([past, _orders(bought, "new")], ignore_index=True),
        shares=pd.concat([tables.shares, shares], ignore_index=True) if len(tables.shares) else shares,
    )


def creator(number: int) -> str:
    return f"c{number:03}"


def person(number: int) -> str:
    return f"p{number:05}"


def names(creators: int) -> list[str]:
    return [f"Creator {number}" for number in range(creators)]


def _organic(rng: np.random.Generator, people: int, orders: float, period: float) -> pd.DataFrame:
    """Orders by anybody, keen buyers more often: who is keen stays the same."""
    keen = np.random.default_rng(people).gamma(2.0, 0.5, people)
    who = rng.choice(people, rng.poisson(orders), p=keen / keen.sum())
    return pd.DataFrame({"person": who, "period": period + rng.random(len(who))})


def _orders(bought: pd.DataFrame, prefix: str) -> pd.DataFrame:
    at = START + pd.to_timedelta((bought["period"] * DAYS * 86_400).round().to_numpy(), unit="s")
    return table(
        "conversions",
        conversion_id=[f"{prefix}-{number:06}" for number in range(len(bought))],
        person_id=[person(int(who)) for who in bought["person"]],
        converted_at=at,
    )
