"""Bystanders: sums against plain loops, communities that are stirred as their creators post, and others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from given import table
from tiny import ORDERS, SHARES, few_sweeps, programme, seen

from influence_graph.backtesting.claims import claims
from influence_graph.backtesting.intervals import Interval
from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.bystanders import Stir, _over_time, watch_bystanders
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import settle, start
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

PEOPLE, TASTES, CREATORS, CAMPAIGNS, DAYS = 1600, 4, 6, 3, 40
BEGIN = pd.Timestamp("2026-03-02", tz="UTC")


def moment(days: np.ndarray) -> pd.Series:
    return pd.Series(BEGIN + pd.to_timedelta(days, unit="D"))


def community_weeks(
    seed: int,
    *,
    stirred: float,
    moved: float = 0.0,
    bought: float = 4.0,
    met: float = 1.0,
    named: float = 1.0,
    mixed: bool = False,
) -> tuple[Tables, np.ndarray]:
    """A programme of four tastes, each with `bought` orders a day. Once in each campaign a taste buys `1 + stirred`
    times as much for four days, as its creators post; each post moves a part `moved` of its followers, after a day on
    average. A part `met` of the orders say their buyer, a part `named` of the posts their campaign; `mixed` campaigns
    run side by side.
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
            number = rng.poisson([bought * DAYS, bought * 4 * stirred])
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
    chance = np.random.default_rng([seed, 1])
    who = [one if known else None for one, known in zip(who, chance.random(len(who)) < met, strict=True)]
    author, shared, where = zip(*posts, strict=True)
    of = chance.permutation(of) if mixed else of
    where = [one if told else None for one, told in zip(where, chance.random(len(where)) < named, strict=True)]
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
def driven(seed: int, stirred: float, moved: float = 0.0, **told: float) -> Drivers:
    tables, taste = community_weeks(seed, stirred=stirred, moved=moved, **told)
    network = build(tables)
    number = network.nodes.index.to_series().str.extract(r"^[pc](\d)", expand=False)
    of = [int(name[1:]) % TASTES if name[0] == "p" else int(name[1]) for name in number.index]
    assert set(of) == set(taste)
    with few_sweeps():
        return drive(tables, network, rng=np.random.default_rng(seed), communities=np.array(of))


def test_posts_to_a_community_are_the_sum_over_shares() -> None:
    """Worn out, those of no campaign by each campaign's part of the orders, and for orders of none all of them."""
    _, exposure = seen(programme(), communities=np.arange(9) % 3)
    model = Hazard(exposure)
    point = replace(start(model), wear=0.5, beta=np.full(3, 0.4), beta_joined=np.full(3, 0.2))
    people = np.maximum(np.bincount(exposure.communities, minlength=model.tastes.kinds), 1)
    part, step = model.tastes.followers / people, 0.2
    delay = Delay(point.rate, 0.0, exposure.window)
    keen = np.full((len(exposure.campaigns) + 1, model.tastes.kinds), 1.25)
    posted, unseen = _over_time(model, point, part, part, keen, delay, step)
    begin = SHARES[0][1]
    named = [campaign for _, _, campaign, _ in ORDERS if campaign]
    for number, campaign in enumerate(("spring", "summer", None)):
        for cell in (5, 50, 112):
            for kind in range(model.tastes.kinds):
                total, beside = 0.0, 0.0
                for author, time, of in SHARES:
                    turn = sum(other[0] == author and other[2] == of and other[1] <= time for other in SHARES)
                    serves = named.count(campaign) / len(named) if of is None else float(of == campaign)
                    low, high = (max((cell + end) * step - (time - begin), 0.0) for end in (0, 1))
                    density = float(delay.below(high) - delay.below(low)) / step * (low <= delay.quantile(0.99))
                    reach = part["abc".index(author), kind]
                    follows = reach * (1.0 + (0.4 if of is None else 0.6) / 1.25)
                    posts = (1.0 if campaign is None else serves) * density * reach * turn**-0.5
                    total, beside = total + posts, beside + posts * max(1.0 - follows, 0.0)
                assert posted[number, cell, kind] == pytest.approx(total)
                assert unseen[number, cell, kind] == pytest.approx(beside)


def organic(seed: int, *, bought: float, mean_delay: float, market: float | None = None, dates: bool = False) -> Stir:
    """What bystanders say where nobody moves anybody, and the model knows it."""
    tables, _ = community_weeks(seed, stirred=0.0, bought=bought)
    if dates:
        shares = tables.shares.assign(shared_at=tables.shares["shared_at"].dt.floor("D"))
        orders = tables.conversions.assign(converted_at=tables.conversions["converted_at"].dt.floor("D"))
        tables = replace(tables, shares=shares, conversions=orders)
    network = build(tables)
    names = network.nodes.index
    of = [int(name[1:]) % TASTES if name[0] == "p" else int(name[1]) for name in names]
    model = Hazard(expose(tables, network, communities=np.array(of), market=market))
    point = start(model, rate=1.0 / mean_delay)
    told = watch_bystanders(model, settle(model, point, organic_only=True))
    assert told is not None
    return told


@pytest.mark.parametrize(("mean_delay", "dates"), [(0.02, False), (1.0, True)])
def test_neither_short_delays_nor_dates_make_bystanders_buy_more(mean_delay: float, dates: bool) -> None:
    """Steps are as short as delays, and what comes at the time of a post came before it, as the model has it."""
    told = [organic(seed, bought=40.0, mean_delay=mean_delay, dates=dates).times for seed in range(2)]
    assert np.mean(told) == pytest.approx(1.0, abs=0.12)


def test_who_else_could_buy_changes_nothing() -> None:
    """Bystanders are people of the network, however large the market."""
    here, everywhere = (organic(0, bought=4.0, mean_delay=4.0, market=market) for market in (None, 50.0 * PEOPLE))
    assert here.times == pytest.approx(everywhere.times, rel=1e-12)


@pytest.mark.parametrize("seed", range(2))
def test_a_community_that_buys_more_as_its_creators_post_is_no_influence(seed: int) -> None:
    """Nobody moves anybody; posts are credited all the same, and bystanders say that it may be next to nothing."""
    total = driven(seed, 4.0).total
    assert total["driven"] > 0.03 * total["conversions"]
    assert total["driven_low"] < 0.02 * total["conversions"]
    assert total["bystanders"]["times"] > 1.1
    assert "drivers.stirred" in [note.id for note in total["notes"]]


@pytest.mark.parametrize("told", [{"met": 0.5}, {"named": 0.0, "mixed": True}])
def test_a_stir_is_seen_whatever_posts_and_orders_say(told: dict[str, float]) -> None:
    """Half of the orders without buyer; posts without campaign beside orders with one."""
    total = driven(1, 4.0, **told).total
    assert total["bystanders"]["explained"] > 0.6 * total["driven"] > 0.02 * total["conversions"]
    assert total["driven_low"] < 0.25 * total["driven"]


@pytest.mark.parametrize("told", [{}, {"named": 0.0, "mixed": True}])
def test_where_posts_move_people_bystanders_take_nothing_away(told: dict[str, float]) -> None:
    """But for a false alarm in one of ten programmes."""
    totals = [driven(seed, 0.0, 0.15, **told).total for seed in range(2 if told else 5)]
    quiet = [total for total in totals if not total["bystanders"]["explained"]]
    assert len(quiet) >= 0.6 * len(totals)
    assert all(total["driven_low"] > 0.5 * total["driven"] > 0 for total in quiet)
    assert all("drivers.stirred" not in [note.id for note in total["notes"]] for total in quiet)


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
