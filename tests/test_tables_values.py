"""Numbers and times as people write them, one value and one column at a time."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from influence_graph.language import say, speaking
from influence_graph.tables import Tables, read
from influence_graph.tables.headers import fold, readings, zone_named
from influence_graph.tables.numbers import decimal_mark, read_number
from influence_graph.tables.times import read_time


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", 1200),
        ("1.2M", 1_200_000),
        ("1,2M", 1_200_000),
        ("12,5K", 12_500),
        ("78.9m", 78_900_000),
        ("1.234K", 1_234),
        ("3 tr", 3_000_000),
        ("3tr", 3_000_000),
        ("1tr2", 1_200_000),
        ("2,5 triệu", 2_500_000),
        ("1,5 tỷ", 1_500_000_000),
        ("200 nghìn", 200_000),
        ("50 ngàn đồng", 50_000),
        ("199.000₫", 199_000),
        ("199.000 đ", 199_000),
        ("1.299.000 VNĐ", 1_299_000),
        ("1 234,50 €", 1234.5),
        ("1\u202f234,50\u00a0€", 1234.5),
        ("1'234.50", 1234.5),
        ("1’234.50 CHF".replace(" CHF", ""), 1234.5),
        ("$1,299.00", 1299),
        ("US$1,299.00", 1299),
        ("Rp 1.250.000", 1_250_000),
        ("45%", 0.45),
        ("4,5 %", 0.045),
        ("-12", -12),
        ("(1,250)", -1250),
        ("−3", -3),
        ("１２３", 123),
        ("+7", 7),
        (".5", 0.5),
        ("0,125", 0.125),
        ("1234.567", 1234.567),
        ("1,234,567.89", 1_234_567.89),
        ("1.234.567,89", 1_234_567.89),
    ],
)
def test_numbers_read_as_their_writer_meant(text: str, value: float) -> None:
    read = read_number(text)
    assert read == pytest.approx(value)


@pytest.mark.parametrize("text", ["", " ", "-", "N/A", "N/A'", "null", "—", "(not set)"])
def test_words_for_nothing_are_missing(text: str) -> None:
    read = read_number(text)
    assert read is not None
    assert math.isnan(read)


@pytest.mark.parametrize(
    "text", ["#VALOR!", "#REF!", "abc", "1..2", "1.23.4", "12,34,5", "3 apples", "1.2MM", "½", "٣", "1e", "k", "."]
)
def test_what_is_no_number_is_not_made_one(text: str) -> None:
    assert read_number(text) is None


def test_the_column_tells_the_decimal_mark() -> None:
    assert decimal_mark(["1.234", "5.678"]) is None
    assert decimal_mark(["1.234", "12,5"]) == ","
    assert decimal_mark(["1,234", "0.5"]) == "."
    assert decimal_mark(["1.234.567", "1.234"]) == ","
    assert read_number("1.234", decimal=".") == 1.234
    assert read_number("1.234", decimal=",") == 1234
    assert read_number("1.234") == 1234


@pytest.mark.parametrize(
    ("text", "day_first", "iso"),
    [
        ("03/04/2026", True, "2026-04-03T00:00:00"),
        ("03/04/2026", False, "2026-03-04T00:00:00"),
        ("25/04/2026", False, "2026-04-25T00:00:00"),
        ("3.4.26", True, "2026-04-03T00:00:00"),
        ("03/04/2026 02:15 PM", True, "2026-04-03T14:15:00"),
        ("03/04/2026 12:15 AM", True, "2026-04-03T00:15:00"),
        ("03/04/2026 12:15 p.m.", True, "2026-04-03T12:15:00"),
        ("03/04/2026 14:15 PM", True, "2026-04-03T14:15:00"),
        ("03/04/2026 02:15 CH", True, "2026-04-03T14:15:00"),
        ("03/04/2026 9:05:06 SA", True, "2026-04-03T09:05:06"),
        ("10:30 03/04/2026", True, "2026-04-03T10:30:00"),
        ("10:30:15, 03/04/2026", True, "2026-04-03T10:30:15"),
        ("2026/04/03 10:30", True, "2026-04-03T10:30:00"),
        ("Apr 3, 2026", True, "2026-04-03T00:00:00"),
        ("April 3, 2026 at 2:15 PM", True, "2026-04-03T14:15:00"),
        ("3 Apr 2026 10:30", True, "2026-04-03T10:30:00"),
        ("3-Apr-2026", True, "2026-04-03T00:00:00"),
        ("Fri, 03 Apr 2026 10:30:00 GMT", True, "2026-04-03T10:30:00"),
        ("Fri Apr 03 2026 17:30:00 GMT+0700", True, "2026-04-03T10:30:00"),
        ("3 tháng 4, 2026", True, "2026-04-03T00:00:00"),
        ("ngày 3 tháng 4 năm 2026", True, "2026-04-03T00:00:00"),
        ("3 thg 4, 2026 lúc 14:15", True, "2026-04-03T14:15:00"),
        ("2026-04-03T17:30:00.250+07:00", True, "2026-04-03T10:30:00.250000"),
        ("20260403", True, "2026-04-03T00:00:00"),
        ("2026040310", True, "2026-04-03T10:00:00"),
    ],
)
def test_times_read_as_their_writer_meant(text: str, day_first: bool, iso: str) -> None:
    read = read_time(text, day_first=day_first)
    assert read is not None
    assert read[0].isoformat() == iso


@pytest.mark.parametrize(
    "text",
    ["yesterday", "31/02/2026", "13/13/2026", "2026-00-10", "25:61 03/04/2026", "12", "Foo 3, 2026", "0000-00-00"],
)
def test_what_is_no_time_is_not_made_one(text: str) -> None:
    assert read_time(text, day_first=True) is None


def test_headers_are_compared_by_their_letters() -> None:
    assert fold("Mã Đơn-hàng\n") == fold("ma don hang") == "madonhang"
    assert "likes" in readings("# Likes")
    assert "tonggiatridonhang" in readings("Tổng giá trị đơn hàng (VND)")
    assert zone_named("Order created time(UTC)") == "UTC"
    assert zone_named("Created (GMT+7)") == "+7"
    assert zone_named("Time Created") is None


def _orders(tmp_path: Path, header: str, cells: list[str], **asked: str) -> Tables:
    rows = "\n".join(f'o{place},2026-03-0{place % 9 + 1}T10:00:00Z,"{cell}"' for place, cell in enumerate(cells))
    (tmp_path / "orders.csv").write_text(f"order id,order time,{header}\n{rows}\n", encoding="utf-8")
    return read(tmp_path, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234", "500", "12.000"], [1234, 500, 12000]),
        (["1.234", "12.5", "3"], [1.234, 12.5, 3]),
        (["1.234", "12,5"], [1234, 12.5]),
        (["1,234", "12.5"], [1234, 12.5]),
        (["1,234", "12,5"], [1.234, 12.5]),
        (["0.125", "1.234"], [0.125, 1.234]),
        (["199.000₫", "1.250.000₫"], [199000, 1250000]),
        (["199.000", "1.250.000"], [199000, 1250000]),
    ],
)
def test_a_column_of_money_decides_together(tmp_path: Path, cells: list[str], values: list[float]) -> None:
    tables = _orders(tmp_path, "value", cells)
    assert tables.conversions["value"].tolist() == pytest.approx(values)
    assert not len(tables.faults)


def test_a_decision_is_said(tmp_path: Path) -> None:
    tables = _orders(tmp_path, "value", ["1.234", "500"])
    (note,) = [note for note in tables.notes if note.id == "tables.number-decided"]
    assert note.numbers == {"file": "orders.csv", "column": "value", "value": "1.234", "meant": 1234.0, "other": 1.234}
    with speaking("en"):
        assert "1.234 is read as 1234 and not as 1.234." in say(note.id, **note.numbers)
    with speaking("vi"):
        assert "1.234 được hiểu là 1234, không phải 1,234." in say(note.id, **note.numbers)


def _times(tmp_path: Path, cells: list[str], header: str = "order time", **asked: str) -> pd.Series[pd.Timestamp]:
    rows = "\n".join(f'o{place},"{cell}"' for place, cell in enumerate(cells))
    (tmp_path / "orders.csv").write_text(f"order id,{header}\n{rows}\n", encoding="utf-8")
    tables = read(tmp_path, **asked)  # type: ignore[arg-type]
    assert not len(tables.faults), tables.faults
    return tables.conversions["converted_at"]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["03/04/2026", "25/04/2026"], "2026-04-03"),
        (["03/04/2026", "04/25/2026"], "2026-03-04"),
        (["03/04/2026 10:00", "25/04/2026 11:30"], "2026-04-03 10:00"),
        (["03/04/2026 10:00:30 PM", "04/25/2026 11:30:00 AM"], "2026-03-04 22:00:30"),
        (["1604786417"], "2020-11-07 22:00:17"),
        (["1604786417000"], "2020-11-07 22:00:17"),
        (["1604786417000000"], "2020-11-07 22:00:17"),
        (["46000.5"], "2025-12-09 12:00"),
        (["46000"], "2025-12-09"),
        (["20260403"], "2026-04-03"),
        (["2026040313"], "2026-04-03 13:00"),
        (["2026-04-03T10:00:00+07:00"], "2026-04-03 03:00"),
        (["2026-04-03 10:00:00+07"], "2026-04-03 03:00"),
        (["2026-04-03T10:00:00.123Z"], "2026-04-03 10:00:00.123"),
        (["2026-04-03"], "2026-04-03"),
        (["Apr 3, 2026, 2:15 PM", "2026-04-04T10:00:00Z"], "2026-04-03 14:15"),
    ],
)
def test_a_column_of_times_decides_together(tmp_path: Path, cells: list[str], first: str) -> None:
    assert _times(tmp_path, cells).iloc[0] == pd.Timestamp(first, tz="UTC")


def test_dates_that_tell_nothing_are_guessed_aloud(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order id,order time\na,03/04/2026\nb,05/04/2026\n")
    tables = read(tmp_path)
    assert [note.id for note in tables.notes] == ["tables.day-first-guessed"]


def test_more_days_than_months_make_the_guess(tmp_path: Path) -> None:
    times = _times(tmp_path, [f"03/{day:02d}/2026" for day in range(1, 13)])
    assert set(times.dt.month) == {3}


def test_times_without_a_zone_are_taken_in_the_one_asked_for(tmp_path: Path) -> None:
    assert _times(tmp_path, ["2026-04-03 10:00:00"], timezone="Asia/Ho_Chi_Minh").iloc[0] == pd.Timestamp(
        "2026-04-03 03:00Z"
    )
    assert _times(tmp_path, ["2026-04-03T10:00:00Z"], timezone="Asia/Ho_Chi_Minh").iloc[0] == pd.Timestamp(
        "2026-04-03 10:00Z"
    )
    assert _times(tmp_path, ["1604786417"], timezone="+07:00").iloc[0] == pd.Timestamp("2020-11-07 22:00:17Z")
    assert _times(tmp_path, ["2026-04-03 10:00"], header="order time (UTC+7)").iloc[0] == pd.Timestamp(
        "2026-04-03 03:00Z"
    )


def test_hours_that_clocks_skip_or_repeat_are_read(tmp_path: Path) -> None:
    times = _times(tmp_path, ["2026-03-29 02:30:00", "2026-10-25 02:30:00"], timezone="Europe/Berlin")
    assert times.tolist() == [pd.Timestamp("2026-03-29 01:00Z"), pd.Timestamp("2026-10-25 00:30Z")]
