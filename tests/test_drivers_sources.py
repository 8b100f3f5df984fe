"""Every order has its source: itself, a first-hand share, or one that was passed on; the three add up to it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_drivers_ripple import certain, forests, upstream
from tiny import few_sweeps, programme, seen

from influence_graph.drivers import Drivers, drive
from influence_graph.drivers.credit import by_share
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.reshares import parents
from influence_graph.drivers.sources import by_source, passed_on
from influence_graph.network import build
from influence_graph.tables.orders import orders
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import make


@cache
def chained() -> tuple[Tables, Drivers]:
    tables = resolve(make("chain", people=600, creators=15, campaigns=3, seed=7).tables)
    with few_sweeps():
        return tables, drive(tables, build(tables), rng=np.random.default_rng(0))


@given(forests())
def test_passed_on_is_what_has_another_author_above(forest: tuple[list[float], list[int], list[int]]) -> None:
    _, author, parent = forest
    expected = [bool(upstream(share, author, parent) - {who}) for share, who in enumerate(author)]
    assert passed_on(np.array(author), certain(parent)).tolist() == expected


@given(st.permutations(range(6)))
def test_passed_on_does_not_depend_on_the_order_of_shares(order: list[int]) -> None:
    author, parent = np.array([0, 1, 1, 2, 2, 0]), np.array([-1, 0, 1, -1, 3, 4])
    place = np.argsort(order)
    moved = passed_on(author[order], certain(np.where(parent[order] < 0, -1, place[parent[order]]).tolist()))
    assert moved.tolist() == passed_on(author, certain(parent.tolist()))[order].tolist()


def test_the_sources_of_each_campaign_add_up_to_its_orders() -> None:
    _, told = chained()
    by = told.sources.assign(campaign_id=told.sources["campaign_id"].fillna("")).groupby("campaign_id")
    campaigns = told.campaigns.assign(campaign_id=told.campaigns["campaign_id"].fillna("")).set_index("campaign_id")
    campaigns = campaigns[campaigns["conversions"].gt(0)]
    summed = by[["organic", "direct", "ripple"]].sum().reindex(campaigns.index)
    np.testing.assert_allclose(summed["organic"], campaigns["organic"], rtol=1e-6)
    np.testing.assert_allclose(summed[["direct", "ripple"]].sum(axis=1), campaigns["driven"], rtol=1e-6)
    assert (told.sources[["organic", "direct", "ripple"]] >= 0).all(axis=None)
    assert told.sources["ripple"].sum() > 0.1, "the chain world has shares that others set off"


def test_days_are_those_of_the_orders() -> None:
    tables, told = chained()
    counted = orders(tables.conversions)
    expected = counted.groupby(counted["converted_at"].dt.floor("D"))["count"].sum()
    by_day = told.sources.groupby("day")[["organic", "direct", "ripple"]].sum().sum(axis=1)
    pd.testing.assert_series_equal(by_day, expected, check_names=False)


def test_ripple_is_the_credit_of_shares_that_were_passed_on() -> None:
    """By the other road: summed over shares instead of over orders; orders without a buyer included."""
    tables = programme()
    origin = tables.shares.assign(parent_share_id=[None, None, None, "s0", None, "s3", "s4", None])
    _, exposure = seen(replace(tables, shares=origin))
    model = Hazard(exposure)
    fit = maximise(model, start(model))
    shares = exposure.shares
    above = parents(shares["share_id"].to_numpy(), shares["parent_share_id"].to_numpy(), shares["time"].to_numpy())
    origins = certain(above.tolist())
    second = passed_on(shares["author"].to_numpy(dtype=np.int64), origins) > 0
    told = by_source(exposure, fit, origins)
    assert told["ripple"].sum() == pytest.approx(by_share(exposure, fit)[second].sum())
    assert told["ripple"].sum() > 0
    assert told["direct"].sum() == pytest.approx(by_share(exposure, fit)[~second].sum())
