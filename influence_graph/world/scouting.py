"""A world in which talents are hidden among people outside the programme, where follower counts do not show them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.schema import Tables
from influence_graph.world.dress import moment, typed

Floats = NDArray[np.float64]
KINDS = ("ugc", "advocate", "rising")
MONTHS, MONTH_DAYS = 8, 30.4
LOUD = 0.05
"""Part of the others who have many followers, or post much that nobody passes on, or bought followers."""


def scout(*, people: int = 600, talents: int = 30, creators: int = 25, seed: int = 0) -> tuple[Tables, pd.DataFrame]:
    """Draw a programme of paid creators and people beside it, some of whom are what it looks for.

    Talents make posts that are passed on and stir up more than is usual at their size, or recommend month by month what
    they buy again and send others, or grow with their engagement. The rest now and then do a little of each; among them
    are the loud, who have many followers, or post much to no effect, or whose followers jumped one day.

    Parameters
    ----------
    people : int
        Outside the programme.
    talents : int
        Of each kind, among them; 0 for a world in which nobody is one and all are alike.
    creators : int
        In the programme, paid.
    seed : int
        The same seed gives the same world.

    Returns
    -------
    Tables, DataFrame
        The tables; person_id and kind of each talent.
    """
    rng = np.random.default_rng([seed, 13])
    ids = np.array([f"t{i:04d}" for i in range(people)] + [f"c{i:03d}" for i in range(creators)], dtype=object)
    n = ids.size
    kind = np.full(n, "none", dtype=object)
    chosen = rng.permutation(people)
    for place, name in enumerate(KINDS):
        kind[chosen[place * talents : (place + 1) * talents]] = name
    paid = np.arange(n) >= people
    loud = (kind == "none") & ~paid & (rng.random(n) < LOUD) & (talents > 0)
    followers = rng.lognormal(6.5, 0.9, n) * np.where(loud, 15.0, 1.0) * np.where(paid, 20.0, 1.0)
    made = np.where(kind == "ugc", 14.0, np.where(loud | paid, 12.0, 2.0))
    free = np.where(kind == "advocate", 9.0, 1.0) * ~paid
    posts = _posts(rng, 1 + rng.poisson(made))
    views = np.round(0.4 * followers[posts["person"]] * rng.lognormal(0.0, 0.3, len(posts))) + 20
    grown = np.where((kind == "rising")[posts["person"]], 0.25 * posts["day"] / MONTH_DAYS, 0.0)
    rate = 0.05 * np.where((kind == "ugc")[posts["person"]], 2.2, 1.0) * np.exp(grown)
    posts = posts.assign(
        kind="video", deal=np.where(paid[posts["person"]], "fee", "none"), views=views,
        likes=np.round(views * rate * rng.lognormal(0.0, 0.3, len(posts))),
    )  # fmt: skip
    passed = rng.poisson(views * np.where((kind == "ugc")[posts["person"]], 4e-3, 2e-4))
    praise = _posts(rng, rng.poisson(free))
    praise = praise.assign(kind="review", deal="none", rating=5.0)
    shares = pd.concat([posts, praise], ignore_index=True)
    shares["share_id"] = [f"s{i:05d}" for i in range(len(shares))]
    echoes = shares.iloc[np.repeat(np.arange(len(posts)), passed)]
    echoes = pd.DataFrame(
        {
            "share_id": [f"e{i:05d}" for i in range(len(echoes))],
            "name": [f"r{i:05d}" for i in rng.integers(10 * n, size=len(echoes))],
            "day": echoes["day"].to_numpy() + 1.0,
            "kind": "reshare",
            "deal": "none",
            "parent_share_id": echoes["share_id"].to_numpy(dtype=object),
        }
    )
    every = pd.concat([shares.assign(name=ids[shares["person"]]), echoes], ignore_index=True)
    every = every.assign(person_id=every["name"], shared_at=moment(every["day"]))
    tables = Tables(
        creators=typed("creators", pd.DataFrame({"creator_id": ids[paid], "followers": np.round(followers[paid])})),
        follows=typed("follows", _follows(rng, ids, followers, 6 * people)),
        followers=typed("followers", _history(rng, ids, followers, kind, loud)),
        shares=typed("shares", every),
        conversions=typed("conversions", _orders(rng, ids, kind)),
        touches=typed("touches", _sent(rng, shares, kind)),
    )
    hidden = pd.DataFrame({"person_id": ids, "kind": kind})
    return tables, hidden[hidden["kind"] != "none"].reset_index(drop=True)


def _posts(rng: np.random.Generator, number: NDArray[np.int64]) -> pd.DataFrame:
    person = np.repeat(np.arange(number.size), number)
    return pd.DataFrame({"person": person, "day": rng.random(person.size) * MONTHS * MONTH_DAYS})


def _history(
    rng: np.random.Generator,
    ids: NDArray[np.object_],
    followers: Floats,
    kind: NDArray[np.object_],
    loud: NDArray[np.bool_],
) -> pd.DataFrame:
    """Followers month by month: slow, steady growth for most, a jump for the loud, quick growth for who rises."""
    month = np.arange(MONTHS + 1)
    speed = np.where(kind == "rising", rng.normal(0.2, 0.03, ids.size), 0.01)
    jump = np.where(loud, 1.0, 0.0)[:, None] * (month >= 4)
    count = followers[:, None] * np.exp(speed[:, None] * month + jump + rng.normal(0.0, 0.02, (ids.size, month.size)))
    return pd.DataFrame(
        {
            "creator_id": np.repeat(ids, month.size),
            "at": moment(np.tile(month * MONTH_DAYS, ids.size)),
            "followers": np.round(count).ravel(),
        }
    )


def _follows(rng: np.random.Generator, ids: NDArray[np.object_], followers: Floats, pairs: int) -> pd.DataFrame:
    followed = rng.choice(ids.size, size=pairs, p=followers / followers.sum())
    told = pd.DataFrame(
        {"follower_id": [f"f{i:05d}" for i in rng.integers(pairs // 4, size=pairs)], "followed_id": ids[followed]}
    )
    return told.drop_duplicates(ignore_index=True)


def _orders(rng: np.random.Generator, ids: NDArray[np.object_], kind: NDArray[np.object_]) -> pd.DataFrame:
    person = np.repeat(np.arange(ids.size), rng.poisson(np.where(kind == "advocate", 4.0, 0.6)))
    return pd.DataFrame(
        {
            "conversion_id": [f"o{i:05d}" for i in range(person.size)],
            "person_id": ids[person],
            "converted_at": moment(rng.random(person.size) * MONTHS * MONTH_DAYS),
            "status": "paid",
        }
    )


def _sent(rng: np.random.Generator, shares: pd.DataFrame, kind: NDArray[np.object_]) -> pd.DataFrame:
    number = rng.poisson(np.where((kind == "advocate")[shares["person"]], 1.2, 0.15))
    clicked = shares.iloc[np.repeat(np.arange(len(shares)), number)]
    return pd.DataFrame(
        {
            "touched_at": moment(clicked["day"].to_numpy() + 0.5),
            "person_id": [f"v{i:05d}" for i in range(len(clicked))],
            "share_id": clicked["share_id"].to_numpy(dtype=object),
            "kind": "click",
        }
    )
