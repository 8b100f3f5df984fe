"""What people cost: rates rise between tiers, and currencies are never mixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planned import programme

from influence_graph.errors import TablesError, UsageError
from influence_graph.planning import Rates, costs, plan, read_rates


def test_rates_are_read_and_rise_between_tiers(tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(
        'currency = "usd"\nname = "Ours"\nyear = 2026\n'
        "post = [{followers = 100, cost = 1}, {followers = 10000, cost = 100}]\n[activation]\nadvocate = 5\n",
        encoding="utf-8",
    )
    rates = read_rates(file)
    assert (rates.currency, rates.name, rates.year) == ("USD", "Ours", 2026)
    paid = rates.of_posts(np.array([10.0, 100.0, 1000.0, 1e6, np.nan]), np.array([1.0, 1.0, 2.0, 1.0, 1.0]))
    np.testing.assert_allclose(paid, [1, 1, 20, 100, np.nan])
    result, known = programme()
    told = costs(known, result.tables, rates=rates)
    at = known.network.index_of(["ann", "bob", "cuc", "dao"])
    assert told.amount[at].tolist() == [100.0, 60.0, 1.25 * 20.0, 5.0]
    for name in ("instagram-2023", "tiktok-2023", "youtube-2023"):
        published = read_rates(name)
        assert published.source.endswith("https://www.wordontheblock.com/blog/influencer-pricing-guide")
        assert np.all(np.diff([cost for _, cost in published.post]) > 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("post = [", "can't be read"),
        ("post = [{followers = 1, cost = 2}]", "in which currency"),
        ('currency = "USD"', "make no sense"),
        ('currency = "USD"\npost = [{followers = 1, cost = -2}]', "make no sense"),
        ('currency = "USD"\npost = [{cost = 2}]', "make no sense"),
        ('currency = "USD"\nprice = 3', "'price'"),
        ('currency = "USD"\n[activation]\nfriend = 3', "'friend'"),
    ],
)
def test_rates_that_make_no_sense_get_a_sentence(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_rates(file)


def test_currencies_are_never_mixed() -> None:
    result, known = programme()
    mixed = replace(result.tables, creators=result.tables.creators.assign(currency=["USD", "VND", None]))
    with pytest.raises(UsageError, match="2 currencies \\(USD, VND\\)"):
        costs(known, mixed)
    at = known.network.index_of(["ann", "bob"])
    assert costs(known, mixed, currency="vnd").currency == "VND"
    np.testing.assert_array_equal(costs(known, mixed, currency="vnd").amount[at], [np.nan, 60.0])
    with pytest.raises(UsageError, match="Nobody's cost is told in EUR"):
        costs(known, mixed, currency="EUR")
    rates = Rates("Ours", "us", None, "EUR", ((100.0, 1.0), (1000.0, 2.0)))
    with pytest.raises(UsageError, match="prices in EUR, but the plan is in USD"):
        costs(known, result.tables, rates=rates)
    # nobody has a price, and orders are in a currency for which no prices are published
    bare = replace(result.tables, creators=result.tables.creators.assign(cost=np.nan, currency=None))
    unpriced = costs(replace(known, currency="VND", value=None), bare)
    with pytest.raises(TablesError, match="none are known"):
        plan(known, unpriced, budget=100)
