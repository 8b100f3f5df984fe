"""The driver model works with what there is, and says what it could not do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from given import table
from tiny import FOLLOWS, ORDERS, SHARES, at, few_sweeps, programme, seen

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.hazard import Hazard
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables, empty
from influence_graph.world import make

RANDOM = 0


def driven(tables: Tables, **options: object) -> Drivers:
    with few_sweeps():
        told = drive(tables, build(tables), rng=np.random.default_rng(RANDOM), **options)  # type: ignore[arg-type]
    total = told.total
    if total["conversions"]:
        assert total["driven"] + total["organic"] == pytest.approx(total["conversions"])
        assert told.campaigns["driven"].sum() == pytest.approx(total["driven"], abs=1e-9)
        assert np.nansum(told.people["driven"]) == pytest.approx(total["driven"])
    return told


def exposed_to(exposure: Exposure, order: int) -> set[str]:
    """Authors with a live exposure behind an order."""
    event = exposure.events.of_order[list(exposure.orders["conversion_id"]).index(f"o{order:02}")]
    links = exposure.links
    return {exposure.authors[links.author[i]] for i in range(*links.ptr[event : event + 2]) if links.exposed[i]}


def skipped(told: Drivers) -> list[str]:
    return [note.id for note in told.total["skipped"]]


def noted(told: Drivers) -> dict[str, dict[str, object]]:
    return {note.id: note.numbers for note in told.total["notes"]}


# ------------------------------------------------------------------------------------------------------- tables missing


def test_no_shares_leave_every_order_organic() -> None:
    told = driven(programme(shares=[]))
    assert skipped(told) == ["drivers.no-shares"]
    assert told.total["driven"] == 0.0
    assert told.total["organic_share_low"] is told.total["driven_high"] is None  # nothing was measured
    assert told.credit.empty
    assert told.people.index.tolist() == ["a", "b", "c"]
    assert told.people["driven"].isna().all()


def test_no_orders_leave_nothing_to_credit() -> None:
    told = driven(programme(orders=[]))
    assert skipped(told) == ["drivers.no-orders"]
    assert told.total["conversions"] == 0.0
    assert told.total["driven"] is told.total["organic_share"] is None
    assert told.people["shares"].tolist() == [3.0, 3.0, 2.0]
    assert told.people["driven"].isna().all()
    assert told.influences.empty


def test_nothing_seen_before_buying() -> None:
    told = driven(programme(shares=[("a", 35.0, "spring")]))
    assert skipped(told) == ["drivers.no-exposure"]
    assert told.people.loc["a", "driven"] == 0.0
    assert told.people.loc["a", ["driven_low", "driven_high"]].isna().all()
    assert told.total["driven_high"] is None


def test_everything_empty() -> None:
    told = drive(Tables(), build(Tables()), rng=np.random.default_rng(RANDOM))
    assert told.people.empty
    assert told.campaigns.empty
    assert told.total["conversions"] == 0.0


@pytest.mark.parametrize("campaign", ["only", None])
def test_one_campaign_or_none(campaign: str | None) -> None:
    world = make("influence", people=500, creators=12, campaigns=2, seed=2).tables
    named = {
        name: world[name].assign(campaign_id=pd.Series(campaign, world[name].index, dtype="str"))
        for name in ("shares", "conversions")
    }
    told = driven(replace(resolve(world), campaigns=empty("campaigns"), **named))
    assert told.total["driven"] > 0
    assert told.campaigns["campaign_id"].isna().tolist() == [campaign is None]
    assert told.campaigns["shares"].tolist() == [len(world.shares)]


def test_one_creator() -> None:
    told = driven(
        programme([share for share in SHARES if share[0] == "a"], [follow for follow in FOLLOWS if follow[1] == "a"])
    )
    assert told.people["driven"].notna().tolist() == [True, False, False]
    assert told.credit["person_id"].unique().tolist() in ([], ["a"])


def test_creators_without_posts_stand_there_with_nothing_claimed() -> None:
    told = driven(programme([share for share in SHARES if share[0] != "c"]))
    row = told.people.loc["c"]
    assert row["shares"] == 0.0
    assert (
        row[["driven", "driven_low", "per_1000", "lift", "beats_followers", "persuasive", "identifiable"]].isna().all()
    )


def test_creators_nobody_listed_are_found_by_their_shares() -> None:
    tables = programme()
    told = driven(replace(tables, creators=empty("creators")))
    assert told.people.index.tolist() == ["a", "b", "c"]
    assert told.people["driven"].notna().all()
    assert told.people["lift"].isna().all()  # no follower count to beat


# --------------------------------------------------------------------------------------------------------------- orders


def test_a_row_may_stand_for_many_orders() -> None:
    count = [1.0] * len(ORDERS)
    count[6] = 7.0
    told = driven(programme(count=count))
    assert told.total["conversions"] == len(ORDERS) + 6
    assert (
        told.campaigns.set_index("campaign_id").loc["spring", "conversions"]
        == sum(o[2] == "spring" for o in ORDERS) + 6
    )


def test_refunds_and_cancellations_are_as_the_orders_say() -> None:
    value = [10.0] * len(ORDERS)
    status = ["paid"] * len(ORDERS)
    status[1] = "cancelled"
    tables = programme(value=value, currency=["USD"] * len(ORDERS), status=status)
    refunds = table(
        "conversions", conversion_id=["r1", "r2"], converted_at=[at(39.0)] * 2, refund_of=["o00", "o03"],
        value=[4.0, 10.0], currency=["USD"] * 2,
    )  # fmt: skip
    told = driven(replace(tables, conversions=pd.concat([tables.conversions, refunds], ignore_index=True)))
    assert told.total["conversions"] == len(ORDERS) - 2  # one cancelled, one sent back whole
    assert told.campaigns["value"].sum() == pytest.approx(10.0 * (len(ORDERS) - 2) - 4.0)
    assert not {"o01", "o03"} & set(told.credit["conversion_id"].dropna())


def test_buyers_known_from_nowhere_else_are_organic_and_told() -> None:
    told = driven(programme())
    assert told.total["strangers"] == 1.0
    assert noted(told)["drivers.strangers"] == {"n": 1}
    assert "o08" not in set(told.credit["conversion_id"].dropna())


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_campaign_none_of_whose_buyers_is_known_stands_beside_others() -> None:
    tables = make("influence", people=1_500, creators=20, campaigns=4, seed=3).tables
    one = tables.conversions["campaign_id"].eq(tables.conversions["campaign_id"].iloc[0])
    nobody = tables.conversions.assign(person_id=tables.conversions["person_id"].mask(one))
    told = driven(replace(tables, conversions=nobody))
    assert told.total["anonymous"] == one.sum()
    assert told.campaigns["organic_share"].between(0.0, 1.0).all()
    assert 0.0 < told.total["driven_low"] < told.total["driven_high"]


def test_ids_that_never_meet_are_told_and_not_taken_for_strangers() -> None:
    orders = [(person and f"crm-{person}", *rest) for person, *rest in ORDERS]
    told = driven(programme(orders=orders))
    assert noted(told)["drivers.buyers-unknown"] == {"n": sum(person is not None for person, *_ in ORDERS)}
    assert told.total["anonymous"] == len(ORDERS)


def test_buyers_of_whom_nothing_is_known_but_their_orders_are_told() -> None:
    told = driven(programme(follows=[]))
    assert noted(told)["drivers.buyers-unseen"] == {"n": sum(person is not None for person, *_ in ORDERS)}
    assert told.total["anonymous"] == len(ORDERS)
    assert "drivers.buyers-unseen" not in noted(driven(programme()))


def test_dates_without_hours_are_told() -> None:
    tables = make("influence", people=500, creators=12, campaigns=2, seed=2).tables
    assert "drivers.no-hours" not in noted(driven(tables))
    days = tables.conversions.assign(converted_at=tables.conversions["converted_at"].dt.normalize())
    assert noted(driven(replace(tables, conversions=days)))["drivers.no-hours"] == {}


def test_values_in_other_currencies_are_not_added() -> None:
    currency = ["USD"] * len(ORDERS)
    currency[0] = "EUR"
    told = driven(programme(value=[10.0] * len(ORDERS), currency=currency))
    assert told.campaigns["value"].sum() == 10.0 * (len(ORDERS) - 1)
    assert noted(told)["drivers.currencies"] == {"n": 2, "used": "USD"}


# ------------------------------------------------------------------------------------------- touches, views, the market


def touches(*rows: tuple[str, float, str | None, str | None]) -> pd.DataFrame:
    person, day, share, creator = zip(*rows, strict=True)
    return table("touches", touched_at=[at(d) for d in day], person_id=person, share_id=share, creator_id=creator)


def test_a_touch_exposes_who_does_not_follow() -> None:
    bare = programme()
    looked = touches(("p", 22.5, "s6", None), ("q", 4.0, None, "b"), ("u", 22.5, "s6", None), ("z", 3.0, "s3", None))
    tables = replace(bare, touches=looked)
    _, before = seen(bare)
    _, after = seen(tables)
    assert exposed_to(before, 1) == {"a", "c"}
    assert exposed_to(after, 1) == {"a", "b", "c"}  # q touched b's latest share without following b
    assert exposed_to(after, 5) == {"a", "b"}  # p's touch of c comes after the order
    position = after.shares["share_id"].tolist()
    assert {position[i]: n for i, n in enumerate(after.touched) if n} == {"s6": 2.0, "s3": 2.0}
    spent = dict(zip(after.authors, Hazard(after).reweigh(0.3)[1] - Hazard(before).reweigh(0.3)[1], strict=True))
    assert spent["b"] > 0  # who was exposed and did not buy counts as well
    assert spent["a"] == 0


def test_a_touch_of_a_follower_adds_nothing() -> None:
    tables = programme()
    _, before = seen(tables)
    _, after = seen(replace(tables, touches=touches(("p", 2.0, "s0", None), ("z", 3.0, "s3", None))))
    assert after.touched[after.shares["share_id"].tolist().index("s0")] == 0.0
    assert exposed_to(after, 0) == exposed_to(before, 0)


def test_a_log_of_buyers_alone_proves_no_exposure() -> None:
    """It was made from orders: whoever looked and did not buy is missing from it."""
    _, exposure = seen(replace(programme(), touches=touches(("q", 4.0, "s3", None), ("u", 2.2, "s7", None))))
    assert exposure.touched.sum() == 0.0
    assert exposed_to(exposure, 1) == {"a", "c"}


def test_views_beyond_followers_reach_a_market_of_known_size() -> None:
    views = [50.0, 2.0, 50.0, 50.0, 50.0, 50.0, 50.0, None]
    tables = programme()
    tables = replace(tables, shares=tables.shares.assign(views=views))
    _, closed = seen(tables)
    _, open_ = seen(tables, market=500.0)
    assert closed.surplus.sum() == 0.0
    by = dict(zip(open_.shares["share_id"], open_.surplus, strict=True))
    assert by["s0"] == 50.0 - 4.0  # a has four followers
    assert by["s1"] == by["s7"] == 0.0
    assert open_.population == 500.0
    assert exposed_to(closed, 13) == {"b"}
    assert exposed_to(open_, 13) == {"b", "c", "a"}  # who follows b alone may have seen the others all the same
    ambient = (open_.shares["campaign"].to_numpy()[open_.links.share] >= 0) & (open_.links.weight < 1)
    followers = {"a": 4.0, "b": 4.0, "c": 3.0}
    at_hand = {
        share: (50.0 - followers[u]) / (500.0 - followers[u])
        for share, u in zip(("s0", "s3", "s6"), "abc", strict=True)
    }
    names = open_.shares["share_id"].to_numpy()[open_.links.share[ambient]]
    assert ambient.any()
    for name, weight in zip(names, open_.links.weight[ambient], strict=True):
        assert weight == pytest.approx(at_hand.get(name, weight))
    assert set(at_hand) & set(names)


def test_the_market_holds_at_least_the_people_known() -> None:
    tables = programme()
    network, exposure = seen(tables, market=3.0)
    assert exposure.population == network.n_people == 9


def test_without_follows_views_are_the_audience_and_nobody_is_praised() -> None:
    tables = resolve(make("influence", people=500, creators=12, campaigns=2, seed=2).tables)
    told = driven(
        replace(
            tables,
            follows=empty("follows"),
            conversions=tables.conversions.assign(person_id=pd.Series(None, tables.conversions.index, dtype="str")),
        )
    )
    posted = told.people[told.people["shares"] > 0]
    assert set(posted["audience_basis"]) == {"views"}
    assert set(posted["identifiable"]) == {"no buyers known"}
    assert (posted["driven_low"] == 0).all()
    assert told.total["driven_low"] == 0.0
    assert not posted["beats_followers"].fillna(False).any()


def test_codes_may_be_trusted_and_settle_who_otherwise() -> None:
    tables = resolve(make("codes", people=1000, creators=15, campaigns=3, seed=1, typed_codes=0.8).tables)
    fair, trusting = driven(tables), driven(tables, trust_codes=True)
    coded = tables.conversions["claimed_by"].notna().sum()
    assert fair.people["claimed"].sum() == trusting.people["claimed"].sum() == coded
    assert trusting.total["driven"] >= 0.9 * coded
    assert fair.total["driven"] < 0.2 * coded


def test_progress_is_told_up_to_the_end() -> None:
    steps: list[tuple[str, int, int]] = []
    driven(programme(), progress=lambda *step: steps.append(step))
    assert {step[0] for step in steps} == {"drivers"}
    done = [step[1] for step in steps]
    assert done == sorted(done)
    assert steps[-1] == ("drivers", 100, 100)
