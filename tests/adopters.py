"""People who take things up one after another, as shares and orders at once: moved by whom they follow, or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from given import table

from influence_graph.tables.schema import Tables

START = pd.Timestamp("2026-01-01", tz="UTC")


def adopters(seed: int, *, moved: float, people: int = 250, things: int = 25, follows: int = 6) -> Tables:
    """One-way follows among people of few tastes, and what they take up.

    Everybody is drawn to things of their taste, all at about the time when these are in fashion; beside that, each
    follower takes up what the followed took up with chance `moved`, after two days on average.
    """
    rng = np.random.default_rng([seed, 7])
    taste = rng.integers(4, size=people)
    pairs = set()
    for who in range(people):
        alike = np.flatnonzero(taste == taste[who])
        for whom in rng.choice(alike, follows):
            if whom != who and (whom, who) not in pairs:
                pairs.add((who, int(whom)))
    followers: dict[int, list[int]] = {}
    for who, whom in sorted(pairs):
        followers.setdefault(whom, []).append(who)
    rows = []
    for thing in range(things):
        fond = np.flatnonzero(taste == thing % 4)
        day = {int(who): 10.0 + 5.0 * abs(rng.standard_normal()) for who in fond[rng.random(fond.size) < 0.35]}
        waiting = sorted(day, key=day.__getitem__)
        while waiting:
            who = waiting.pop(0)
            for follower in followers.get(who, ()):
                if rng.random() < moved:
                    then = day[who] + rng.exponential(2.0)
                    if then < day.get(follower, np.inf):
                        day[follower] = then
                        waiting.append(follower)
            waiting.sort(key=day.__getitem__)
        rows += [(f"t{thing}", f"p{who:03}", START + pd.Timedelta(days=when)) for who, when in day.items()]
    thing, person, at = zip(*rows, strict=True)
    ids = [f"{who}-{what}" for what, who, _ in rows]
    follower, followed = zip(*sorted(pairs), strict=True)
    return Tables(
        follows=table(
            "follows", follower_id=[f"p{n:03}" for n in follower], followed_id=[f"p{n:03}" for n in followed]
        ),
        shares=table("shares", share_id=ids, person_id=person, shared_at=at, campaign_id=thing),
        conversions=table("conversions", conversion_id=ids, person_id=person, converted_at=at, campaign_id=thing),
    )
