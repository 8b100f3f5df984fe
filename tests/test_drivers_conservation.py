"""Credit is conserved: every counted order is organic or somebody's, whole, however it is laid out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tiny import few_sweeps

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.credit import by_share
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.network import build
from influence_graph.tables.orders import orders
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import KINDS, make

SMALL = {"people": 600, "creators": 15, "campaigns": 3, "seed": 7}
RELATIVE = 1e-6


@cache
def driven(kind: str) -> tuple[Tables, Drivers]:
    tables = resolve(make(kind, **SMALL).tables)
    return tables, fitted(tables)


def fitted(tables: Tables) -> Drivers:
    with few_sweeps():
        return drive(tables, build(tables), rng=np.random.default_rng(0))


@pytest.mark.parametrize("kind", KINDS)
def test_driven_and_organic_are_all_orders(kind: str) -> None:
    tables, told = driven(kind)
    counted = orders(tables.conversions)["count"].sum()
    total = told.total
    assert total["conversions"] == counted > 100
    assert told.people["driven"].sum() == pytest.approx(total["driven"], rel=RELATIVE)
    assert total["driven"] + total["organic"] == pytest.approx(counted, rel=RELATIVE)
    assert total["organic_share"] * counted == pytest.approx(total["organic"], rel=RELATIVE)


@pytest.mark.parametrize("kind", KINDS)
def test_campaigns_add_up(kind: str) -> None:
    tables, told = driven(kind)
    by = told.campaigns
    assert (by["driven"] + by["organic"]).to_numpy() == pytest.approx(by["conversions"], rel=RELATIVE)
    for column in ("driven", "organic", "conversions"):
        assert by[column].sum() == pytest.approx(told.total[column], rel=RELATIVE)
    assert by["shares"].sum() == len(tables.shares)
    assert by["value"].sum() == pytest.approx(orders(tables.conversions)["value"].sum(), rel=RELATIVE)


@pytest.mark.parametrize("kind", KINDS)
def test_orders_credit_each_creator_with_what_they_drove(kind: str) -> None:
    tables, told = driven(kind)
    credit, people = told.credit, told.people
    dropped = 1e-6 * (len(credit) + len(orders(tables.conversions)) * people["shares"].gt(0).sum())
    by_person = credit.groupby("person_id")["credit"].sum().reindex(people.index).fillna(0.0)
    assert by_person.to_numpy() == pytest.approx(people["driven"].fillna(0.0), rel=RELATIVE, abs=dropped)
    worth = credit.groupby("person_id")["value_credit"].sum().reindex(people.index).fillna(0.0)
    assert worth.to_numpy() == pytest.approx(people["driven_value"].fillna(0.0), rel=1e-4, abs=0.1)
    named = credit.dropna(subset="conversion_id")
    assert (named.groupby("conversion_id")["credit"].sum() <= 1.0 + 1e-9).all()
    assert credit["credit"].gt(0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_points_lie_in_their_intervals(kind: str) -> None:
    _, told = driven(kind)
    people, total = told.people.dropna(subset="driven"), told.total
    assert (people["driven_low"] >= 0).all()
    assert (people["driven_low"] <= people["driven"]).all()
    assert (people["driven"] <= people["driven_high"]).all()
    assert (people["per_1000_low"] <= people["per_1000"]).all()
    assert (people["per_1000"] <= people["per_1000_high"]).all()
    assert 0 <= total["driven_low"] <= total["driven"] <= total["driven_high"] <= total["conversions"]
    assert total["organic_share_low"] <= total["organic_share"] <= total["organic_share_high"]


@pytest.mark.parametrize("kind", KINDS)
def test_influences_carry_the_credit_of_known_buyers(kind: str) -> None:
    _, told = driven(kind)
    known = told.influences
    assert (known["source"] != known["target"]).all()
    assert not known.duplicated(["source", "target"]).any()
    assert known["probability"].between(0, 1).all()
    if kind not in ("anonymous", "chain", "demo"):  # where buyers are unknown, or sharers stand beside buyers
        assert known["credit"].sum() == pytest.approx(told.total["driven"], rel=1e-3)


@pytest.mark.parametrize("kind", ["influence", "anonymous", "lost-campaigns", "chain", "demo"])
def test_shares_drive_what_their_authors_drive(kind: str) -> None:
    tables = resolve(make(kind, **SMALL).tables)
    exposure = expose(tables, build(tables))
    model = Hazard(exposure)
    fit = maximise(model, start(model), most=15)
    direct = by_share(exposure, fit)
    assert direct.sum() == pytest.approx(fit.caused.sum(), rel=RELATIVE)
    by_author = np.bincount(exposure.shares["author"], direct, minlength=model.authors)
    assert by_author == pytest.approx(fit.caused, rel=RELATIVE, abs=1e-9)
    assert (direct >= 0).all()


def test_expected_adds_up_to_what_was_driven_in_scope() -> None:
    """And nobody is compared whose follower count or exposure is unknown."""
    for kind in ("influence", "inverse", "proportional"):
        _, told = driven(kind)
        scope = told.people.dropna(subset="expected")
        assert len(scope) > 5
        assert scope["expected"].sum() == pytest.approx(scope["driven"].sum(), rel=RELATIVE)
        assert scope["lift"].to_numpy() == pytest.approx(scope["activity"] * scope["persuasion"])
        outside = told.people[told.people["expected"].isna()]
        assert outside[["lift", "activity", "persuasion", "beats_followers", "persuasive"]].isna().all(axis=None)


def test_orders_that_count_in_parts_are_credited_in_parts() -> None:
    tables, whole = driven("influence")
    again = fitted(replace(tables, conversions=tables.conversions.assign(count=0.5)))
    assert again.total["conversions"] == whole.total["conversions"] / 2
    assert again.total["organic_share"] == pytest.approx(whole.total["organic_share"], abs=0.1)
    assert again.total["driven_low"] > 0


def test_aggregate_rows_count_as_many_orders() -> None:
    tables, told = driven("anonymous")
    nobody = tables.conversions["person_id"].isna()
    bundles = tables.conversions[nobody].assign(day=lambda rows: rows["converted_at"].dt.floor("D"))
    daily = bundles.groupby(["day", "campaign_id"], as_index=False).agg(
        count=("conversion_id", "size"), value=("value", "sum")
    )
    rows = pd.DataFrame(
        {
            "conversion_id": [f"day{i}" for i in range(len(daily))],
            "converted_at": daily["day"] + pd.Timedelta(hours=12),
            "campaign_id": daily["campaign_id"],
            "value": daily["value"],
            "currency": "USD",
            "count": daily["count"].astype("float64"),
        }
    )
    merged = pd.concat(
        [tables.conversions[~nobody], rows.reindex(columns=tables.conversions.columns)], ignore_index=True
    )
    merged = merged.astype(tables.conversions.dtypes.to_dict())
    less = replace(tables, conversions=merged)
    again = fitted(less)
    assert again.total["conversions"] == told.total["conversions"]
    assert again.total["anonymous"] == told.total["anonymous"] == nobody.sum()
    assert again.people["driven"].sum() + again.total["organic"] == pytest.approx(
        told.total["conversions"], rel=RELATIVE
    )
