"""Bystanders: sums against plain loops, communities that are stirred as their creators post, and others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from given import table
from tiny import few_sweeps, programme, seen

from influence_graph.backtesting.claims import claims
from influence_graph.backtesting.intervals import Interval
from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.bystanders import STEP, _over_time, watch_bystanders
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import settle, start
from influence_graph.drivers.hazard import Hazard
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

PEOPLE, TASTES, CREATORS, CAMPAIGNS, DAYS = 1600, 4, 6, 3, 40
BEGIN = pd.Timestamp("2026-03-02", tz="UTC")


def moment(days: np.ndarray) -> pd.Series:
    return pd.Series(BEGIN + pd.to_timedelta(days, unit="D"))


def community_weeks(seed: int, *, stirred: float, moved: float = 0.0) -> tuple[Tables, np.ndarray]:
    """A programme of four tastes. Once in each campaign a taste buys `1 + stirred` times as much for four days, as its
    creators post; each post moves a part `moved` of its followers the day after.
    """
    rng = np.random.default_rng(seed)
    taste = np.arange(PEOPLE) % TASTES
    orders, posts, follows = [], [], []
    audience = {}
    for taste_of in range(TASTES):
        for creator in range(CREATORS):
            fans = np.flatnonzero(rng.random(PEOPLE) < np.where(taste == taste_of, 0.25, 0.01))
            audience[taste_of, creator] = fans
            follows += [(f"p{fan}", f"c{taste_of}{creator}") for fan in fans]
    for campaign in range(CAMPAIGNS):
        for taste_of in range(TASTES):
            week = campaign * DAYS + rng.uniform(3, DAYS - 8)
            number = rng.poisson([4.0 * DAYS, 4.0 * 4 * stirred])
            times = [rng.uniform(0, DAYS, number[0]) + campaign * DAYS, week + rng.uniform(0, 4, number[1])]
            buyers = rng.choice(np.flatnonzero(taste == taste_of), number.sum())
            orders += [(f"p{who}", at, f"k{campaign}") for who, at in zip(buyers, np.concatenate(times), strict=True)]
            for creator in rng.choice(CREATORS, 4, replace=False):
                at = week + rng.uniform(0, 2)
                posts.append((f"c{taste_of}{creator}", at, f"k{campaign}"))
                fans = audience[taste_of, creator]
                chosen = fans[rng.random(fans.size) < moved]
                orders += [(f"p{fan}", at + rng.exponential(1.0), f"k{campaign}") for fan in chosen]
    who, at, of = zip(*orders, strict=True)
    author, shared, where = zip(*posts, strict=True)
    follower, followed = zip(*follows, strict=True)
    tables = Tables(
        creators=table("creators", creator_id=[f"c{t}{c}" for t, c in audience], followers=[1000.0] * len(audience)),
        follows=table("follows", follower_id=follower, followed_id=followed),
        shares=table(
            "shares", share_id=[f"s{i}" for i in range(len(author))], person_id=author,
            shared_at=moment(np.array(shared)), campaign_id=where,
        ),
        conversions=table(
            "conversions", conversion_id=[f"o{i}" for i in range(len(who))], person_id=who,
            converted_at=moment(np.array(at)), campaign_id=of,
        ),
    )  # fmt: skip
    return resolve(tables), taste


@cache
def driven(seed: int, stirred: float, moved: float = 0.0) -> Drivers:
    tables, taste = community_weeks(seed, stirred=stirred, moved=moved)
    network = build(tables)
    number = network.nodes.index.to_series().str.extract(r"^[pc](\d)", expand=False)
    of = [int(name[1:]) % TASTES if name[0] == "p" else int(name[1]) for name in number.index]
    assert set(of) == set(taste)
    with few_sweeps():
        return drive(tables, network, rng=np.random.default_rng(seed), communities=np.array(of))


def test_posts_to_a_community_are_the_sum_over_shares() -> None:
    _, exposure = seen(programme(), communities=np.arange(9) % 3)
    model = Hazard(exposure)
    fit = settle(model, start(model))
    people = np.maximum(np.bincount(exposure.communities, minlength=model.tastes.kinds), 1)
    part = model.tastes.followers / people
    posted, _ = _over_time(model, fit, part, part, np.ones((len(exposure.campaigns) + 1, model.tastes.kinds)))
    delay, shares = Delay(fit.parameters.rate, 0.0, exposure.window), exposure.shares
    for campaign, number in (("spring", 0), ("summer", 1)):
        for step in (4, 40, 90):
            for kind in range(model.tastes.kinds):
                total = 0.0
                for author, of, time in zip(shares["author"], shares["campaign"], shares["time"], strict=True):
                    low, high = (max((step + end) * STEP - time, 0.0) for end in (0, 1))
                    if exposure.campaigns[of] == campaign and of >= 0 and low <= delay.quantile(0.99):
                        total += part[author, kind] * float(delay.below(high) - delay.below(low)) / STEP
                assert posted[number, step, kind] == pytest.approx(total)


@pytest.mark.parametrize("seed", range(2))
def test_a_community_that_buys_more_as_its_creators_post_is_no_influence(seed: int) -> None:
    """Nobody moves anybody; posts are credited all the same, and bystanders say that it may be next to nothing."""
    total = driven(seed, 4.0).total
    assert total["driven"] > 0.03 * total["conversions"]
    assert total["driven_low"] < 0.02 * total["conversions"]
    assert total["bystanders"]["times"] > 1.1
    assert "drivers.stirred" in [note.id for note in total["notes"]]


def test_where_posts_move_people_bystanders_take_nothing_away() -> None:
    told = driven(0, 0.0, 0.15).total
    assert told["bystanders"] is None
    assert told["driven_low"] > 0.5 * told["driven"] > 0


def test_nothing_is_told_where_communities_are_not_told_apart() -> None:
    model = Hazard(seen(programme())[1])
    assert watch_bystanders(model, settle(model, start(model))) is None


def test_credit_that_may_be_a_stir_proves_nothing() -> None:
    gains = dict.fromkeys(("shares", "timing", "creators"), Interval(0.2, 0.1, 0.3))
    (shares, *_), (sure, *_) = (
        list(claims(gains, credited=0.1, floor=0.01, units=5, stirred=stirred)) for stirred in (True, False)
    )
    assert (shares.answer, shares.id) == ("no evidence", "backtesting.shares-stirred")
    assert "10.0%" in shares.text
    assert sure.answer == "yes"
