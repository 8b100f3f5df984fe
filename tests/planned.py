"""A programme whose plan can be worked out by hand, and sharers that were made up to be planned with."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from given import table
from tiny import few_sweeps

from influence_graph.cascades import Delay
from influence_graph.drivers.gibbs import Draws
from influence_graph.map import MapResult, map_tables
from influence_graph.network import Network
from influence_graph.planning import Prospects, prospects
from influence_graph.planning.passing import Passing
from influence_graph.tables.schema import Tables

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2026-03-02", tz="UTC")


def written() -> Tables:
    """Ann and Bob post, Dao passes Ann's post on, Cuc is listed and silent; p0 to p9 follow Ann, p5 to p14 Bob.

    Whoever is even among p0 to p8 orders half a day after Ann's posts, so that something can be learnt.
    """
    fans = [f"p{i}" for i in range(20)]
    follows = [(fan, "ann") for fan in fans[:10]] + [(fan, "bob") for fan in fans[5:15]] + [("dao", "ann")]
    follows += [(fan, "cuc") for fan in fans[15:]] + [("p19", "dao")]
    shares = [
        ("s1", "ann", 1, "spring", None), ("s2", "ann", 2, "spring", None), ("s3", "ann", 40, "summer", None),
        ("s4", "bob", 10, "spring", None), ("s5", "dao", 3, "spring", "s2"),
    ]  # fmt: skip
    orders = [(fan, 1.5 + i / 10, "spring", 20.0) for i, fan in enumerate(fans[0:9:2])]
    orders += [("p0", 40.5, "summer", 40.0), ("p18", 20.0, "spring", 30.0), ("p2", 41.0, "summer", 10.0)]
    share, author, shared, campaign, parent = zip(*shares, strict=True)
    buyer, bought, of, value = zip(*orders, strict=True)
    follower, followed = zip(*follows, strict=True)
    return Tables(
        creators=table(
            "creators", creator_id=["ann", "bob", "cuc"], name=["Ann", "Bob", "Cuc"],
            platform=["tiktok", "youtube", None], followers=[1000.0, 3000.0, 2000.0], cost=[100.0, 60.0, None],
            currency=["USD", "usd", None],
        ),
        campaigns=table(
            "campaigns", campaign_id=["spring", "summer"], starts_at=[START, START + 39 * DAY],
            ends_at=[START + 35 * DAY, START + 70 * DAY],
        ),
        follows=table("follows", follower_id=follower, followed_id=followed),
        shares=table(
            "shares", share_id=share, person_id=author, shared_at=[START + day * DAY for day in shared],
            campaign_id=campaign, parent_share_id=parent, kind=["post"] * 4 + ["reshare"],
        ),
        conversions=table(
            "conversions", conversion_id=[f"o{i}" for i in range(len(orders))], person_id=buyer,
            converted_at=[START + day * DAY for day in bought], campaign_id=of, value=value,
            currency=["USD"] * len(orders),
        ),
    )  # fmt: skip


@cache
def programme() -> tuple[MapResult, Prospects]:
    with few_sweeps():
        result = map_tables(written(), backtest=False)
    return result, prospects(result)


def knowing(theta: dict[str, float], **changes: Any) -> Prospects:
    """The hand-written programme as if everybody's persuasion were known exactly."""
    known = programme()[1]
    ids = known.network.nodes.index
    exact = np.array([theta.get(str(person), 0.0) for person in ids])
    draws = replace(known.draws, theta=np.tile(exact[known.authors], (200, 1)))
    return replace(known, theta=exact, draws=draws, evident=True, error=0.0, **changes)


def made_up(called: list[str], *, followers: list[int], theta: list[float]) -> Prospects:
    """Sharers with these followers, none in common, as if everything were known."""
    source = [name for name, count in zip(called, followers, strict=True) for _ in range(count)]
    target = [f"{name}-{i}" for name, count in zip(called, followers, strict=True) for i in range(count)]
    network = Network.from_edges(source, target, nodes=sorted(called))
    n, authors = network.n_people, network.index_of(called)
    exact = np.zeros(n)
    exact[authors] = theta
    people = network.nodes[["name", "platform", "is_creator", "followers"]].assign(
        influencer=np.nan, ugc=np.nan, advocate=np.nan, role="", driven=np.nan, driven_high=np.nan, identifiable="yes",
        shares=np.where(np.isin(np.arange(n), authors), 1, 0),
    )  # fmt: skip
    drawn = np.tile(exact[authors], (20, 1))
    model: Any = None
    draws = Draws(drawn, drawn, model, np.ones(len(called)), np.ones(len(called)), np.ones(len(called)), 1.0)
    return Prospects(
        network=network, people=people, posts=np.ones(n), theta=exact, draws=draws, authors=authors,
        passing=Passing(np.zeros(network.n_edges), np.zeros(n), Delay()), value=None, currency=None, delay=Delay(4.0),
        wear=0.0, contact=np.ones(n), standing=np.ones(n), evident=True, error=0.0, orders_once=True,
    )  # fmt: skip
