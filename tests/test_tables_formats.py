"""Files of every format and encoding give the same rows, and their lines are an editor's."""

from __future__ import annotations

import gzip
import unicodedata
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from accounts import accounts_hold

from influence_graph.language import say
from influence_graph.tables import Tables, read
from influence_graph.tables.reading import examine

CREATORS = "creator_id,name,followers\n007,An Nhiên,1200\n6854235943953449989,Bảo Trâm,3400\n"
IDS = ["007", "6854235943953449989"]


def _creators(folder: Path) -> Tables:
    tables = read(folder)
    assert accounts_hold(tables)
    assert tables.creators["creator_id"].tolist() == IDS
    assert tables.creators["name"].tolist() == ["An Nhiên", "Bảo Trâm"]
    assert tables.creators["followers"].tolist() == [1200, 3400]
    assert not len(tables.faults)
    return tables


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    (tmp_path / "x.csv").write_bytes(CREATORS.replace("\n", newline).encode(encoding))
    _creators(tmp_path)


def test_the_vietnamese_code_page(tmp_path: Path) -> None:
    decomposed = "".join(
        c if (d := unicodedata.normalize("NFD", c)) == c or c in "êâôăĂÂÊÔ" else _half_composed(d) for c in CREATORS
    )
    (tmp_path / "x.csv").write_bytes(decomposed.encode("cp1258"))
    tables = _creators(tmp_path)
    assert [note.numbers["encoding"] for note in tables.notes if note.id == "tables.encoding"] == ["cp1258"]


def _half_composed(decomposed: str) -> str:
    """A Vietnamese letter as the code page writes it: the vowel in one byte, its tone in another."""
    base = unicodedata.normalize("NFC", decomposed[:2]) if len(decomposed) > 2 else decomposed
    return base + decomposed[2:] if len(decomposed) > 2 else decomposed


def test_the_western_code_page(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("creator_id,name,followers\na,Café Müller,1\n".encode("cp1252"))
    assert read(tmp_path).creators["name"].tolist() == ["Café Müller"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "x.csv").write_text(CREATORS.replace(",", delimiter), encoding="utf-8")
    _creators(tmp_path)


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("sep=;\ncreator_id;cost;rating\na;12,5;1\nb;1.234,75;2\n")
    assert read(tmp_path).creators["cost"].tolist() == [12.5, 1234.75]


def test_compressed(tmp_path: Path) -> None:
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(CREATORS.encode()))
    _creators(tmp_path)


def test_blank_lines_nuls_and_quotes(tmp_path: Path) -> None:
    above, below = (
        '\n\ncreator_id,name,followers\n,,\n"007","An Nhiên","1200"\n',
        "\n  ,\t,\n 6854235943953449989\u00a0,",
    )
    text = f"{above}{below}Bảo\0 Trâm,3400\n\n"
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    assert _creators(tmp_path).sources["read"].tolist() == [2]


def test_quoted_newlines_keep_lines_right(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        '"creator\nid",name,joined_at\na,"two\nlines",2026-01-01\nb,x,soon\n,y,2026-01-01\n'
    )
    tables = read(tmp_path)
    assert tables.creators["name"].tolist() == ["two\nlines", "x"]
    assert tables.faults[["line", "value"]].to_numpy().tolist() == [[5, "soon"], [6, ""]]


def test_a_stray_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = "".join(f"c{n},name {n},{n}\n" for n in range(50))
    (tmp_path / "x.csv").write_text(f'creator_id,name,followers\nbad,"unfinished,7\n{rows}')
    tables = read(tmp_path)
    assert len(tables.creators) == 51
    assert tables.creators["name"].tolist()[0] == '"unfinished'
    assert [(note.id, note.numbers["line"]) for note in tables.notes if note.id == "tables.stray-quote"] == [
        ("tables.stray-quote", 2)
    ]


def test_ragged_rows(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("creator_id,name,followers\na\nb,B\nc,C,3,,,\nd,D, Jr.,4\n")
    tables = read(tmp_path)
    assert tables.creators["creator_id"].tolist() == ["a", "b", "c"]
    assert tables.creators["followers"].tolist()[2] == 3
    assert tables.faults[["line", "value"]].to_numpy().tolist() == [[5, "4"]]
    assert accounts_hold(tables)


def _book(path: Path, **sheets: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)


def test_workbooks(tmp_path: Path) -> None:
    stamp = pd.Timestamp("2026-03-01 10:30").to_pydatetime()
    _book(
        tmp_path / "x.xlsx",
        Notes=[["nothing to see"]],
        Orders=[
            ["A report"],
            [],
            ["Order ID", "Order Date", "Value", "Customer"],
            [1001, stamp, 19.5, "007"],
            [1002, stamp, 20, 42],
            [None] * 4,
        ],
        Creators=[["creator_id", "followers"], ["an.nhien", 1200.0]],
        Empty=[],
    )
    tables = read(tmp_path)
    assert tables.conversions[["conversion_id", "person_id"]].to_numpy().tolist() == [["1001", "007"], ["1002", "42"]]
    assert tables.conversions["value"].tolist() == [19.5, 20]
    assert tables.conversions["converted_at"].tolist() == [pd.Timestamp("2026-03-01 10:30Z")] * 2
    assert tables.creators["creator_id"].tolist() == ["an.nhien"]
    assert tables.sources["file"].tolist() == ["x.xlsx [Creators]", "x.xlsx [Orders]"]
    assert any("Notes" in say(note.id, **note.numbers) for note in tables.notes)


def test_lines_of_workbooks_are_its_rows(tmp_path: Path) -> None:
    _book(tmp_path / "x.xlsx", S=[[], ["a report"], ["order id", "order date"], [], ["1", "never"]])
    assert read(tmp_path).faults[["line", "value"]].to_numpy().tolist() == [[5, "never"]]


def test_parquet(tmp_path: Path) -> None:
    import duckdb

    duckdb.sql(
        "SELECT * FROM (VALUES (6854235943953449989, 12.0::DOUBLE, 1.5::FLOAT, TIMESTAMP '2026-03-01 10:00:00', 'VND'),"
        " (7, NULL, 2, NULL, NULL)) t(order_id, user_id, value, order_time, currency)"
    ).write_parquet(str(tmp_path / "x.parquet"))
    tables = read(tmp_path, timezone="UTC")
    assert tables.conversions["conversion_id"].tolist() == ["6854235943953449989"]
    assert tables.conversions["person_id"].tolist() == ["12"]
    assert tables.conversions["value"].tolist() == [1.5]
    assert tables.faults[["line", "column"]].to_numpy().tolist() == [[2, "order_time"]]


@pytest.mark.parametrize(
    "text",
    [
        "follower_id,followed_id,since\na,b,2026-03-01\nb,c,\nc,a,soon\n,a,2026-03-01\n",
        "\ufefffollower_id;followed_id;since\n\" a \";b;2026-03-01 10:00\n\u00a0b;N/A;3\n",
        "follower_id,followed_id\r\na,b\r\nb,c\r\n",
        "follower_id,followed_id\na,b\n\n\nb,c,d\n",
        "follower_id,followed_id\na,\"b\nx\"\nb,c\n",
        "follower_id,followed_id\na,b\nb\n",
        "follower_id,followed_id\n,\n \t,\na,b",
        "follower_id,followed_id\na,\"unclosed\nb,c\nd,e\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("zipped", [False, True])
def test_large_and_small_files_are_read_alike(tmp_path: Path, text: str, zipped: bool) -> None:
    data = text.encode()
    (tmp_path / ("x.csv.gz" if zipped else "x.csv")).write_bytes(gzip.compress(data) if zipped else data)
    small, large = examine(tmp_path).tables, examine(tmp_path, large=0).tables
    pd.testing.assert_frame_equal(small.follows, large.follows)
    pd.testing.assert_frame_equal(small.faults, large.faults)
    pd.testing.assert_frame_equal(small.sources, large.sources)


def test_clean_files_take_the_fast_way(tmp_path: Path) -> None:
    import duckdb

    from influence_graph.tables.delimited import read_delimited

    (tmp_path / "x.csv").write_text("follower_id,followed_id\n" + "a,b\n" * 10)
    with duckdb.connect() as connection:
        assert read_delimited(connection, tmp_path / "x.csv", large=0).line == "place + 1"
        assert read_delimited(connection, tmp_path / "x.csv").line == "line"
