"""A programme small enough to follow by hand, with one of each thing that the driver model has to handle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pandas as pd
import pytest
from given import table

from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.network import Network, build
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

START = pd.Timestamp("2026-01-05", tz="UTC")
SHARES = [
    ("a", 1.0, "spring"), ("a", 9.0, "spring"), ("a", 12.0, None), ("b", 3.0, "spring"), ("b", 20.0, "summer"),
    ("b", 21.5, "summer"), ("c", 22.0, "summer"), ("c", 2.0, None),
]  # fmt: skip
FOLLOWS = [
    ("p", "a", None), ("p", "b", None), ("q", "a", 5.0), ("q", "c", None), ("r", "b", 40.0), ("r", "c", None),
    ("s", "a", None), ("t", "b", None), ("t", "c", 21.0), ("u", "a", None), ("a", "b", None),
]  # fmt: skip
"""Who follows whom, and since when: r follows b only after buying, u will buy unmoved."""
ORDERS = [
    ("p", 4.0, "spring", None), ("q", 6.5, "spring", None), ("r", 25.0, "summer", None), ("s", 13.0, "spring", "A5"),
    ("t", 23.0, "summer", "B5"), ("p", 22.0, None, None), (None, 10.0, "spring", None), (None, 24.0, None, None),
    ("x", 5.0, "spring", None), ("s", 36.0, "summer", None), ("t", 33.5, "spring", None), ("p", 21.0, "summer", None),
    ("u", 2.5, "spring", "C5"), ("a", 24.0, "summer", None), (None, 21.0, "summer", None), (None, 9.5, "spring", "A5"),
]  # fmt: skip
"""Buyer, day, campaign, code. x is known from this order alone; c's code stands on an order that saw nothing of c."""


def at(day: float | None) -> pd.Timestamp | None:
    return None if day is None else START + pd.Timedelta(days=day)


def programme(
    shares: Any = SHARES, follows: Any = FOLLOWS, orders: Any = ORDERS, *, ends: float | None = 34.0, **columns: Any
) -> Tables:
    """The tables, resolved; `columns` are further ones of the orders."""
    person, day, campaign, code = zip(*orders, strict=True) if orders else ((),) * 4
    author, shared, of = zip(*shares, strict=True) if shares else ((),) * 3
    follower, followed, since = zip(*follows, strict=True) if follows else ((),) * 3
    creators = sorted(set(author) | {"a", "b", "c"})
    tables = Tables(
        creators=table("creators", creator_id=creators, followers=[1000.0 * (i + 1) for i in range(len(creators))]),
        aliases=table("aliases", alias=["A5", "B5", "C5"], kind=["code"] * 3, person_id=["a", "b", "c"]),
        campaigns=table("campaigns", campaign_id=["spring", "summer"], ends_at=[at(ends), None]),
        follows=table("follows", follower_id=follower, followed_id=followed, since=[at(d) for d in since]),
        shares=table(
            "shares", share_id=[f"s{i}" for i in range(len(author))], person_id=author,
            shared_at=[at(d) for d in shared], campaign_id=of,
        ),
        conversions=table(
            "conversions", conversion_id=[f"o{i:02}" for i in range(len(person))], person_id=person,
            converted_at=[at(d) for d in day], campaign_id=campaign, code=code, **columns,
        ),
    )  # fmt: skip
    return resolve(tables)


def seen(tables: Tables, **options: Any) -> tuple[Network, Exposure]:
    network = build(tables)
    return network, expose(tables, network, **options)


@contextmanager
def few_sweeps() -> Iterator[None]:
    """As few sweeps as the model allows itself on the largest data: the same path in a quarter of the time."""
    with pytest.MonkeyPatch.context() as patch:
        for room in ("drivers.drive", "backtesting.training"):
            patch.setattr(import_module(f"influence_graph.{room}"), "COST_OF_SWEEPS", 0.0)
        yield
