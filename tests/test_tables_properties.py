"""What holds for any file: order and repetition change nothing, no row is lost, no traceback reaches anybody."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from accounts import accounts_hold
from hypothesis import example, given, settings
from hypothesis import strategies as st

from influence_graph.errors import TablesError
from influence_graph.language import say
from influence_graph.tables import Tables, check, read
from influence_graph.tables import rows as cells
from influence_graph.tables.numbers import read_number
from influence_graph.tables.reading import examine
from influence_graph.tables.times import read_time

CELLS = st.one_of(
    st.sampled_from(["", "1", "1.234", "1,5", "1.2M", "45%", "#VALOR!", "N/A", "199.000₫", " ", "\u00a0"]),
    st.sampled_from(["a", "b,c", 'q"q', "x\ny", "2026-03-01", "03/04/2026 10:00", "1604786417"]),
    st.text(max_size=6),
)  # fmt: skip
HEADERS = ["order id", "sku", "order time", "value", "commission", "creator", "mood"]


def _read(content: bytes, name: str = "x.csv", *, large: int | None = None) -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        examination = examine(folder) if large is None else examine(folder, large=large)
        if examination.problem is not None:
            raise examination.problem
        return examination.tables


def _csv(rows: list[list[str]]) -> bytes:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\n".join([",".join(HEADERS), *quoted]).encode("utf-8", "replace")


FEW = settings(max_examples=20)
"""Every example reads files."""
ROWS = st.lists(st.lists(CELLS, min_size=len(HEADERS), max_size=len(HEADERS)), max_size=12)


@FEW
@given(ROWS)
def test_no_row_is_lost(rows: list[list[str]]) -> None:
    try:
        tables = _read(_csv(rows))
    except TablesError as zoneless:
        assert zoneless.message == "tables.needs-timezone"
        return
    assert accounts_hold(tables)
    refused = tables.sources["refused"].sum()
    assert refused <= len(tables.faults)
    assert (
        tables.faults["line"]
        .astype(int)
        .between(2, 2 + sum(cell.count("\n") + 1 for row in rows for cell in row))
        .all()
    )


@FEW
@given(st.binary(max_size=300))
@example(b"PK\x03\x04")
@example(b"PAR1\x00\x00PAR1")
@example(b"\x1f\x8b\x08\x00broken")
@example(b"\xff\xfe\x00")
@example(b"order id,order time\n\xff\xfe,\x00\x01\n")
@example(b'"' * 99)
@example(b"\r\r\n\n\r")
def test_any_bytes_give_tables_or_one_sentence(content: bytes) -> None:
    for name in ("x.csv", "x.xlsx"):
        try:
            assert accounts_hold(_read(content, name, large=0))
        except TablesError as refused:
            assert "\n" not in str(refused)


@FEW
@given(st.binary(max_size=120), st.sampled_from(["utf-8", "utf-16", "cp1258"]), st.booleans())
def test_any_bytes_below_a_good_header_are_accounted_for(content: bytes, encoding: str, zipped: bool) -> None:
    header = "order id,order time,value,creator\n".encode(encoding)
    whole = gzip.compress(header + content) if zipped else header + content
    try:
        tables = _read(whole)
    except TablesError as refused:
        assert str(refused)
        return
    assert accounts_hold(tables)
    assert all(say(note.id, **note.numbers) for note in tables.notes)


IDS = st.sampled_from(["o1", "o2", "007", "6854235943953449989"])
DATED = st.lists(
    st.tuples(IDS, st.sampled_from(["A", "B"]), st.integers(0, 10**6)),
    min_size=1,
    max_size=10,
    unique_by=lambda row: row[:2],
)


@FEW
@given(DATED, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(rows: list[tuple[str, str, int]], random: object) -> None:
    lines = [f"{order},{sku},2026-03-01T10:00:00Z,{value}" for order, sku, value in rows]
    shuffled = lines * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    header = "order id,sku,order time,value"
    once = _read("\n".join([header, *lines]).encode()).conversions
    again = _read("\n".join([header, *shuffled]).encode())
    key = ["conversion_id", "item_id"]
    pd.testing.assert_frame_equal(
        once.sort_values(key, ignore_index=True), again.conversions.sort_values(key, ignore_index=True)
    )
    assert again.sources[["read", "kept", "duplicates"]].to_numpy().tolist() == [[2 * len(rows), len(rows), len(rows)]]


@FEW
@given(ROWS)
def test_both_ways_of_reading_agree(rows: list[list[str]]) -> None:
    content = _csv(rows)
    try:
        small = _read(content)
    except TablesError as refused:
        small = refused.message
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "WORTH_SHARING", 0)
        try:
            large = _read(content, large=0)
        except TablesError as refused:
            large = refused.message
    if isinstance(small, str) or isinstance(large, str):
        assert small == large
        return
    pd.testing.assert_frame_equal(small.conversions, large.conversions)
    pd.testing.assert_frame_equal(small.faults, large.faults)


@FEW
@given(ROWS)
def test_what_check_proposes_reads_the_same(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.csv").write_bytes(_csv(rows))
        before = check(folder)
        (Path(folder) / "tables.toml").write_text(before.proposal, encoding="utf-8")
        after = check(folder)
    pd.testing.assert_frame_equal(before.tables.conversions, after.tables.conversions)
    assert (before.problem is None) == (after.problem is None)


@given(st.text(max_size=20))
def test_no_text_breaks_a_value(text: str) -> None:
    number = read_number(text)
    assert number is None or isinstance(number, float)
    moment = read_time(text, day_first=True)
    assert moment is None or moment[0].tzinfo is None


@given(st.integers(0, 10**12), st.sampled_from([".", ",", " ", "'"]))
def test_grouped_whole_numbers_are_read_back(value: int, mark: str) -> None:
    written = f"{value:,}".replace(",", mark)
    assert read_number(written, decimal="," if mark == "." else ".") == value


@given(st.floats(0, 1e9).map(lambda value: round(value, 2)))
def test_money_is_read_back_in_both_customs(value: float) -> None:
    english = f"{value:,.2f}"
    assert read_number(english) == value
    assert read_number(english.translate(str.maketrans(",.", ".,"))) == value


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("order id,order time\n1,2026-03-01\n")
    pd.testing.assert_frame_equal(read(tmp_path).conversions, read(tmp_path).conversions)
