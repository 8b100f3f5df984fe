"""Which orders count, and for how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from influence_graph.tables import read
from influence_graph.tables.orders import net, orders
from influence_graph.tables.statuses import standing

DAY = "2025-03-01"


def conversions(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = {name for row in rows for name in row} | {"conversion_id"}
    told = [{"converted_at": DAY} | row for row in rows]
    return table("conversions", **{name: [row.get(name) for row in told] for name in {*columns, "converted_at"}})


def values(*rows: dict[str, Any]) -> dict[str, float]:
    counted = orders(conversions(*rows))
    return dict(zip(counted["conversion_id"], counted["value"], strict=True))


def test_an_order_s_lines_become_one_order() -> None:
    counted = orders(
        conversions(
            {"conversion_id": "o", "item_id": "b", "converted_at": "2025-03-02", "value": 50, "code": "LAN10"},
            {"conversion_id": "o", "item_id": "a", "value": 100, "person_id": "p", "commission": 5},
        )
    )
    assert len(counted) == 1
    order = counted.iloc[0]
    assert (order["value"], order["person_id"], order["code"], order["commission"]) == (150, "p", "LAN10", 5)
    assert order["converted_at"] == pd.Timestamp(DAY, tz="UTC")
    assert order["count"] == 1


def test_shopify_s_rows_of_an_order_are_one_order(tmp_path: Path) -> None:
    (tmp_path / "orders_export.csv").write_text(
        "Name,Email,Financial Status,Currency,Subtotal,Total,Discount Code,Created at,Lineitem quantity,Lineitem name\n"
        "#1001,a@x.com,paid,USD,62.00,67.00,LAN10,2026-03-02 09:00:00 +0700,1,Serum\n"
        "#1001,a@x.com,,,,,,2026-03-02 09:00:00 +0700,1,Toner\n"
        "#1002,b@x.com,refunded,USD,20.00,25.00,,2026-03-02 10:00:00 +0700,1,Serum\n"
        "#1002,b@x.com,,,,,,2026-03-02 10:00:00 +0700,2,Toner\n"
        "#1003,c@x.com,partially_refunded,USD,9.00,9.00,,2026-03-03 00:00:00 +0700,1,Toner\n"
    )
    counted = orders(read(tmp_path).conversions)
    assert counted["conversion_id"].tolist() == ["#1001", "#1003"], "the second row of a refunded order saves nothing"
    assert counted["value"].tolist() == [62, 9]
    assert counted["code"][0] == "LAN10"
    assert counted["converted_at"][0] == pd.Timestamp("2026-03-02 02:00", tz="UTC")
    assert counted["person_id"].nunique() == 2


@pytest.mark.parametrize("status", ["Cancelled", "Đã hủy", "refunded", "Trả hàng/Hoàn tiền", "shipped_back_success"])
def test_cancelled_and_refunded_orders_are_out(status: str) -> None:
    assert values({"conversion_id": "o", "value": 10, "status": status}, {"conversion_id": "k", "value": 7}) == {"k": 7}


def test_a_cancelled_line_takes_its_value_alone() -> None:
    lines = [("a", 100, "Completed"), ("b", 50, "Cancelled"), ("c", 20, "Refunded")]
    rows = [{"conversion_id": "o", "item_id": i, "value": v, "status": s} for i, v, s in lines]
    assert values(*rows) == {"o": 100}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_partial_refund_changes_the_value_only(sign: int) -> None:
    refund = {"conversion_id": "r", "refund_of": "o", "value": sign * 30}
    assert values({"conversion_id": "o", "value": 100}, refund) == {"o": 70}


def test_refunds_that_add_up_to_the_whole_remove_the_order() -> None:
    refunds = [{"conversion_id": f"r{n}", "refund_of": "o", "value": 0.1} for n in range(3)]
    assert values({"conversion_id": "o", "value": 0.3}, *refunds) == {}


def test_a_refund_without_a_value_takes_its_item_or_else_the_order() -> None:
    lines = [{"conversion_id": "o", "item_id": i, "value": v} for i, v in (("a", 100), ("b", 50))]
    assert values(*lines, {"conversion_id": "r", "refund_of": "o", "item_id": "b"}) == {"o": 100}
    assert values(*lines, {"conversion_id": "r", "refund_of": "o"}) == {}
    assert values(*lines, {"conversion_id": "r", "refund_of": "o", "item_id": "elsewhere"}) == {}


def test_what_a_status_tells_is_not_taken_off_twice() -> None:
    lines = [{"conversion_id": "o", "item_id": "a", "value": 100}]
    lines += [{"conversion_id": "o", "item_id": "b", "value": 50, "status": "refunded"}]
    assert values(*lines, {"conversion_id": "r", "refund_of": "o", "value": 50}) == {"o": 100}


def test_a_negative_line_is_a_refund_of_its_order() -> None:
    assert values({"conversion_id": "o", "value": 100}, {"conversion_id": "o", "item_id": "x", "value": -30}) == {
        "o": 70
    }
    assert values({"conversion_id": "o", "value": 100}, {"conversion_id": "o", "item_id": "x", "value": -100}) == {}


def test_refunds_of_orders_that_are_not_here_are_noted() -> None:
    netting = net(
        conversions(
            {"conversion_id": "o", "value": 100},
            {"conversion_id": "r", "refund_of": "elsewhere", "value": 10},
            {"conversion_id": "s", "value": -5},
        )
    )
    assert netting.orders["conversion_id"].tolist() == ["o"]
    assert [(note.id, note.numbers["n"]) for note in netting.notes] == [("resolve.stray-refunds", 2)]


def test_an_unknown_status_counts_and_is_named() -> None:
    netting = net(conversions({"conversion_id": "o", "value": 1, "status": "??!"}, {"conversion_id": "k", "value": 2}))
    assert len(netting.orders) == 2
    assert [note.numbers for note in netting.notes] == [{"n": 1, "statuses": "??!"}]


def test_orders_of_no_value_and_of_unknown_value_count() -> None:
    counted = values({"conversion_id": "gift", "value": 0}, {"conversion_id": "unknown"})
    assert counted["gift"] == 0
    assert np.isnan(counted["unknown"])


def test_aggregate_rows_keep_their_count_and_rows_of_none_are_out() -> None:
    rows = [{"conversion_id": c, "value": 1, "count": n} for c, n in (("day", 12), ("none", 0), ("one", None))]
    counted = orders(conversions(*rows))
    assert dict(zip(counted["conversion_id"], counted["count"], strict=True)) == {"day": 12, "one": 1}


def test_no_conversions_no_orders() -> None:
    none = orders(table("conversions"))
    assert none.empty
    assert none["count"].dtype == "float64"
    assert str(none["converted_at"].dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        ("AWAITING_SHIPMENT", "paid"),  # TikTok Shop
        ("IN_TRANSIT", "paid"),
        ("READY_TO_SHIP", "paid"),  # Shopee
        ("IN_CANCEL", "paid"),
        ("ready_to_ship_pending", "paid"),  # Lazada
        ("lost_by_3pl", "cancelled"),
        ("shipped_back", "refunded"),
        ("Ineligible", "cancelled"),
        ("Partially refunded", "paid"),
        ("Refund requested", "paid"),
        ("Canceled by system", "cancelled"),
        ("Đã huỷ", "cancelled"),
        ("da huy", "cancelled"),
        ("Hoàn thành", "paid"),
        ("Hoàn tiền", "refunded"),
        ("Hoàn tiền một phần", "paid"),
        ("Giao hàng không thành công", "cancelled"),
        ("Chờ lấy hàng", "paid"),
        ("Huỷ bởi người bán", "cancelled"),
        ("something else", None),
        ("", None),
    ],
)
def test_statuses_of_platforms_and_shops(status: str, stands: str | None) -> None:
    assert standing(status) == stands


IDS = st.sampled_from(["o1", "o2", "o3", "o4"])
STATUSES = st.sampled_from([None, "paid", "Cancelled", "refunded", "đã hủy", "mystery"])
TEXT = st.sampled_from([None, "x", "y"])


@st.composite
def lines(draw: st.DrawFn) -> pd.DataFrame:
    """Orders of one line each, some refunded: whole numbers, so that sums are exact."""
    chosen = draw(st.lists(IDS, unique=True, max_size=4))
    rows: list[dict[str, Any]] = []
    for order in chosen:
        row = {"conversion_id": order, "item_id": "1", "value": draw(st.none() | st.integers(0, 100))}
        row |= {"status": draw(STATUSES), "person_id": draw(TEXT), "code": draw(TEXT), "campaign_id": draw(TEXT)}
        rows.append(row | {"converted_at": f"2025-03-0{draw(st.integers(1, 9))}"})
        if draw(st.booleans()):
            back = draw(st.none() | st.integers(0, 120))
            rows.append({"conversion_id": f"r-{order}", "refund_of": draw(IDS), "value": back, "item_id": draw(TEXT)})
    return conversions(*rows)


@settings(max_examples=40)
@given(lines(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: pd.DataFrame, random: Any) -> None:
    shuffled = rows.iloc[random.sample(range(len(rows)), len(rows))]
    assert_frame_equal(orders(rows), orders(shuffled))


@settings(max_examples=40)
@given(lines(), st.integers(0, 100))
def test_splitting_an_order_into_lines_changes_nothing(rows: pd.DataFrame, part: int) -> None:
    is_line = rows["refund_of"].isna()
    second = rows[is_line].assign(item_id="2", value=(rows["value"] * part / 100).round())
    first = rows.assign(value=rows["value"].where(~is_line, rows["value"] - second["value"].reindex(rows.index)))
    assert_frame_equal(orders(rows), orders(pd.concat([second, first], ignore_index=True)))


@settings(max_examples=40)
@given(lines())
def test_what_it_is_given_stays_and_orders_are_orders_of_themselves(rows: pd.DataFrame) -> None:
    before = rows.copy()
    once = orders(rows)
    assert_frame_equal(rows, before)
    again = orders(once.assign(item_id=pd.Series(np.nan, once.index, "str"), status=np.nan, refund_of=np.nan))
    assert_frame_equal(again, once)
