"""A world in which everybody's role is planted: how far they reach, make content and recommend, from what they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.schema import Tables
from influence_graph.world.dress import moment, typed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROLES = ("influencer", "ugc", "advocate")
MONTH_DAYS = 30.4
POWER = 2.0
"""Planted memberships go with what people are to this power."""


def plant(people: int, *, seed: int = 0) -> pd.DataFrame:
    """Draw what people are: most of them several things at once, some of them strongly, some hardly.

    Returns
    -------
    DataFrame
        person_id, reach, creation, trust (how far each goes, in [0, 1]), followers (with some luck, by reach),
        influencer, ugc, advocate (memberships).
    """
    rng = np.random.default_rng([seed, 11])
    leaning = rng.dirichlet([0.5] * 3, people)
    strong = rng.uniform(0.4, 0.95, people)
    extent = strong[:, None] * leaning / leaning.max(axis=1, keepdims=True)
    weight = extent**POWER
    held = weight / weight.sum(axis=1, keepdims=True)
    told = pd.DataFrame({"person_id": [f"c{i:03d}" for i in range(people)]})
    told[["reach", "creation", "trust"]] = extent
    told["followers"] = np.round(1_000 * 1_000 ** extent[:, 0] * rng.lognormal(0.0, 0.25, people))
    told[list(ROLES)] = held
    return told


def cast(planted: pd.DataFrame, *, campaigns: int = 12, seed: int = 0) -> Tables:
    """Draw what planted people do in a year's campaigns, a month each.

    Posts, reactions, reshares, unpaid recommendations, own orders and people sent are drawn about what each person is;
    luck and size blur it, as they do in life.

    Parameters
    ----------
    planted : DataFrame
        As `plant` draws it.
    campaigns : int
        One a month.
    seed : int
        The same seed gives the same tables.
    """
    rng = np.random.default_rng([seed, 12])
    n = len(planted)
    creation, trust, followers = planted[["creation", "trust", "followers"]].to_numpy().T
    years = campaigns / 12
    made = _posts(rng, rng.poisson(years * 0.5 * 200**creation), campaigns)
    views = np.round(10 * followers[made["person"]] ** 0.4 * rng.lognormal(0.0, 0.4, len(made)))
    usual = 0.04 * (followers[made["person"]] / 10_000) ** -0.12
    liked = usual * 10 ** creation[made["person"]] * rng.lognormal(0.0, 0.3, len(made))
    made = made.assign(kind="video", deal="commission", views=views, likes=np.round(views * np.clip(liked, 0.0, 0.9)))
    unpaid = _posts(rng, rng.poisson(years * 0.5 * 24**trust), campaigns)
    unpaid = unpaid.assign(
        kind="review", deal="none", rating=rng.choice([3.0, 4.0, 5.0], len(unpaid), p=[0.1, 0.3, 0.6])
    )
    shares = pd.concat([made, unpaid], ignore_index=True)
    shares["share_id"] = [f"s{i:05d}" for i in range(len(shares))]
    echoed = rng.poisson(1e-4 * 100 ** creation[made["person"]] * views)
    echoes = shares.iloc[np.repeat(np.arange(len(made)), echoed)]
    echoes = pd.DataFrame(
        {
            "share_id": [f"e{i:05d}" for i in range(len(echoes))],
            "name": [f"r{i:05d}" for i in rng.integers(4 * n, size=len(echoes))],
            "day": echoes["day"].to_numpy() + rng.exponential(2.0, len(echoes)),
            "campaign": echoes["campaign"].to_numpy(),
            "parent_share_id": echoes["share_id"].to_numpy(dtype=object),
            "kind": "reshare",
            "deal": "none",
        }
    )
    ids = planted["person_id"].to_numpy(dtype=object)
    both = pd.concat([shares.assign(name=ids[shares["person"]]), echoes], ignore_index=True)
    both = both.assign(person_id=both["name"], shared_at=moment(both["day"]), campaign_id=_campaign(both["campaign"]))
    creators = pd.DataFrame({"creator_id": ids, "followers": followers})
    return Tables(
        creators=typed("creators", creators),
        shares=typed("shares", both),
        conversions=typed("conversions", _orders(rng, shares[shares["deal"].eq("none")], trust, ids, years)),
        touches=typed("touches", _sent(rng, shares[shares["deal"].eq("none")], trust, years)),
    )


def _posts(rng: np.random.Generator, number: Ints, campaigns: int) -> pd.DataFrame:
    """So many posts of each person, in campaigns and at times of chance."""
    person = np.repeat(np.arange(number.size), number)
    campaign = rng.integers(campaigns, size=person.size)
    return pd.DataFrame(
        {"person": person, "campaign": campaign, "day": (campaign + rng.random(person.size)) * MONTH_DAYS}
    )


def _orders(
    rng: np.random.Generator, unpaid: pd.DataFrame, trust: Floats, ids: NDArray[np.object_], years: float
) -> pd.DataFrame:
    """Own orders a few days before recommending."""
    told = unpaid.groupby("person").sample(1, random_state=int(rng.integers(2**31)))
    told = told.iloc[np.repeat(np.arange(len(told)), rng.poisson(years * 0.5 * 10 ** trust[told["person"]]))]
    day = told["day"].to_numpy() - rng.uniform(1.0, 9.0, len(told))
    return pd.DataFrame(
        {
            "conversion_id": [f"o{i:05d}" for i in range(len(told))],
            "person_id": ids[told["person"]],
            "converted_at": moment(day),
            "campaign_id": _campaign(told["campaign"]),
            "status": "paid",
        }
    )


def _sent(rng: np.random.Generator, unpaid: pd.DataFrame, trust: Floats, years: float) -> pd.DataFrame:
    """People who clicked on an unpaid recommendation."""
    number = unpaid.groupby("person")["person"].transform("size").to_numpy()
    clicks = rng.poisson(years * 0.5 * 40 ** trust[unpaid["person"]] / number)
    told = unpaid.iloc[np.repeat(np.arange(len(unpaid)), clicks)]
    return pd.DataFrame(
        {
            "touched_at": moment(told["day"].to_numpy() + rng.exponential(1.0, len(told))),
            "person_id": [f"v{i:06d}" for i in range(len(told))],
            "share_id": told["share_id"].to_numpy(dtype=object),
            "kind": "click",
        }
    )


def _campaign(number: pd.Series[int]) -> NDArray[np.object_]:
    return np.array([f"month-{i + 1:02d}" for i in number], dtype=object)
