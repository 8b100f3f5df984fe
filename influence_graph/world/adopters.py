"""A world without a brand: people who take things up one after another, moved by whom they follow or by taste alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from influence_graph.tables.schema import Tables
from influence_graph.world.dress import START, typed

TASTES, DRAWN, DELAY_DAYS = 4, 0.35, 2.0
"""How many tastes there are, the chance to be drawn to a thing of one's own, and days until a follower follows suit."""


def adopt(moved: float, *, people: int = 250, things: int = 25, follows: int = 6, seed: int = 0) -> Tables:
    """Draw people who take up things; each time is a share and an order at once.

    People follow others of their taste, one way only. They are drawn to things of their taste at about the time when
    these are in fashion, whoever else is; beside that, a follower takes up what the followed took up.

    Parameters
    ----------
    moved : float
        Chance that a follower follows suit: 0 for a world of common tastes alone.
    people, things, follows : int
        Sizes; follows of each person.
    seed : int
        The same seed gives the same world.
    """
    rng = np.random.default_rng([seed, 7])
    taste = rng.integers(TASTES, size=people)
    pairs: set[tuple[int, int]] = set()
    for who in range(people):
        for whom in rng.choice(np.flatnonzero(taste == taste[who]), follows):
            if whom != who and (int(whom), who) not in pairs:
                pairs.add((who, int(whom)))
    followers: dict[int, list[int]] = {}
    for who, whom in sorted(pairs):
        followers.setdefault(whom, []).append(who)
    acts: list[tuple[int, int, float]] = []
    for thing in range(things):
        fond = np.flatnonzero(taste == thing % TASTES)
        day = {int(who): 10.0 + 5.0 * abs(rng.standard_normal()) for who in fond[rng.random(fond.size) < DRAWN]}
        acts += [(thing, who, when) for who, when in _follow_suit(day, followers, moved, rng).items()]
    of_thing, person, when = (np.array(column) for column in zip(*acts, strict=True))
    follower, followed = (np.array(column) for column in zip(*sorted(pairs), strict=True))
    names = np.array([f"p{number:04d}" for number in range(people)], dtype=object)
    at = START + pd.to_timedelta(np.round(when * 86_400), unit="s")
    campaign = np.array([f"t{number:03d}" for number in range(things)], dtype=object)[of_thing]
    ids = names[person] + "-" + campaign
    follow = pd.DataFrame({"follower_id": names[follower], "followed_id": names[followed]})
    shares = pd.DataFrame({"share_id": ids, "person_id": names[person], "shared_at": at, "campaign_id": campaign})
    orders = shares.rename(columns={"share_id": "conversion_id", "shared_at": "converted_at"})
    return Tables(
        follows=typed("follows", follow), shares=typed("shares", shares), conversions=typed("conversions", orders)
    )


def _follow_suit(
    day: Mapping[int, float], followers: Mapping[int, list[int]], moved: float, rng: np.random.Generator
) -> dict[int, float]:
    """When everybody takes a thing up, those who were drawn to it (`day`) and those who follow suit."""
    taken, waiting = dict(day), sorted(day, key=day.__getitem__)
    while waiting:
        who = waiting.pop(0)
        for follower in followers.get(who, ()):
            if rng.random() < moved:
                then = taken[who] + float(rng.exponential(DELAY_DAYS))
                if then < taken.get(follower, np.inf):
                    taken[follower] = then
                    waiting.append(follower)
        waiting.sort(key=taken.__getitem__)
    return taken
