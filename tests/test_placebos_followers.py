"""Credit that hangs on people who follow one sharer only, and may have followed late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from given import table
from swapped import SHUFFLES
from tiny import programme, seen

from influence_graph.placebos import late_followers, placebo
from influence_graph.world import make


def test_where_late_followers_follow_nobody_else_the_credit_hangs_on_them() -> None:
    """One buyer in seven follows the last creator who posted, only then, and is not known from anywhere else."""
    world = make("null", people=2000, creators=40, campaigns=5, seed=1, organic=2000.0)
    rng = np.random.default_rng(0)
    orders = world.tables.conversions.copy()
    late = rng.random(len(orders)) < 0.15
    orders.loc[late, "person_id"] = [f"late{n}" for n in range(late.sum())]
    posts = world.tables.shares.sort_values("shared_at")[["shared_at", "campaign_id", "person_id"]]
    last = pd.merge_asof(
        orders[late].sort_values("converted_at"), posts.rename(columns={"person_id": "whom"}),
        left_on="converted_at", right_on="shared_at", by="campaign_id", suffixes=("", "_post"),
    ).dropna(subset=["whom"])  # fmt: skip
    new = table("follows", follower_id=last["person_id"].tolist(), followed_id=last["whom"].tolist())
    tables = replace(
        world.tables, conversions=orders, follows=pd.concat([world.tables.follows, new], ignore_index=True)
    )
    found = placebo(tables, shuffles=SHUFFLES)
    assert found.followers["driven"] > 0.05 * found.followers["orders"]
    assert found.followers["driven_without"] < 0.02 * found.followers["orders_without"]
    assert "placebos.followers-hang" in {note.id for note in found.notes}


def test_without_people_who_follow_one_only_views_beyond_the_followers_still_count() -> None:
    """Where everybody follows several sharers nobody is left out, so nothing may change."""
    tables = make("influence", people=800, creators=20, campaigns=3, seed=4).tables
    seen = tables.follows[tables.follows["followed_id"].isin(tables.shares["person_id"])]
    several = seen[seen.duplicated("follower_id", keep=False)]
    views = tables.shares["person_id"].map(several["followed_id"].value_counts()).fillna(0.0) + 60.0
    viewed = replace(tables, follows=several, shares=tables.shares.assign(views=views, boosted_views=0.0))
    found, unseen = (placebo(viewed, shuffles=SHUFFLES, market=market).followers for market in (1_000.0, None))
    assert found["single_people"] == 0
    assert found["driven_without"] == pytest.approx(found["driven"], rel=0.02)
    assert abs(found["driven"] - unseen["driven"]) > 0.04 * unseen["driven"]  # else the market would not matter


def test_credit_of_people_who_follow_one_sharer_is_warned_of_where_follows_have_no_dates() -> None:
    tables = programme(
        shares=[("a", 1.0, "spring"), ("b", 1.0, "spring")],
        follows=[("p", "a", None), ("q", "a", None), ("q", "b", None), ("r", "b", None), ("r", "z", None)],
        orders=[("p", 2.0, "spring", None), ("q", 2.0, "spring", None), ("r", 2.0, "spring", None)],
    )
    network, exposure = seen(tables)
    credit = dict(zip(network.index_of(list("pqr")), (0.5, 0.3, 0.75), strict=True))
    organic = 1.0 - np.array([credit[person] for person in exposure.events.person])
    total = {"driven": 2.0, "driven_low": 0.5}
    (note,) = late_followers(exposure, organic, total)
    assert note.numbers == {"single": 1.25, "driven": 2.0, "part": 0.625}  # p's and r's: z never shares
    assert not list(late_followers(exposure, organic, {"driven": 20.0, "driven_low": 0.5}))
    assert not list(late_followers(exposure, organic, {"driven": 2.0, "driven_low": 0.0}))  # no evidence of any
    _, dated = seen(replace(tables, follows=tables.follows.assign(since=tables.shares["shared_at"].min())))
    assert not list(late_followers(dated, organic, total))
