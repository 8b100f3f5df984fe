"""Reading files of every format and state, and the account of every row."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from influence_graph.errors import ExitCode, TablesError, UsageError
from influence_graph.language import say, speaking
from influence_graph.tables import DTYPES, FAULTS, SCHEMA, SOURCES, Tables, check, read
from influence_graph.tables.reading import examine

CREATORS = "creator_id,name,followers\n007,An Nhiên,1200\n6854235943953449989,Bảo Trâm,3400\n"
IDS = ["007", "6854235943953449989"]


def accounts_hold(tables: Tables) -> bool:
    """read = kept + duplicates + refused for every file, and kept rows are the tables' rows."""
    sources = tables.sources
    balanced = (sources["read"] == sources["kept"] + sources["duplicates"] + sources["refused"]).all()
    return bool(balanced) and all(
        sources.loc[sources["table"] == name, "kept"].sum() == len(tables[name]) for name in SCHEMA
    )


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
    import unicodedata

    decomposed = "".join(
        c if (d := unicodedata.normalize("NFD", c)) == c or c in "êâôăĂÂÊÔ" else _half_composed(d) for c in CREATORS
    )
    (tmp_path / "x.csv").write_bytes(decomposed.encode("cp1258"))
    tables = _creators(tmp_path)
    assert [note.numbers["encoding"] for note in tables.notes if note.id == "tables.encoding"] == ["cp1258"]


def _half_composed(decomposed: str) -> str:
    """A Vietnamese letter as the code page writes it: the vowel in one byte, its tone in another."""
    import unicodedata

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
    above, below = '\n\ncreator_id,name,followers\n,,\n"007","An Nhiên","1200"\n', "\n  ,\t,\n 6854235943953449989\u00a0,"
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


def test_frames_have_the_schemas_columns_and_dtypes(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("creator_id,mood\na,good\n")
    tables = read(tmp_path)
    for name, table in SCHEMA.items():
        frame = tables[name]
        assert frame.columns.tolist()[: len(table.names)] == [*table.names]
        assert {column.name: str(frame[column.name].dtype) for column in table.columns} == {
            column.name: DTYPES[column.kind] for column in table.columns
        }
        assert frame.index.equals(pd.RangeIndex(len(frame)))
    assert tables.creators["mood"].tolist() == ["good"]
    assert tables.faults.columns.tolist() == [*FAULTS]
    assert tables.sources.columns.tolist() == [*SOURCES]
    assert tables.sources["sha256"].str.len().tolist() == [64]


def test_refused_rows_and_unreadable_cells_are_listed(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "order id,order time,value,commission\n1,2026-03-01,#VALOR!,\n,2026-03-01,5,\n"
        "3,someday,5,\n4,2026-03-01,5,N/A\n5,,1,x\n"
    )
    tables = read(tmp_path)
    assert tables.conversions["conversion_id"].tolist() == ["1", "4"]
    assert tables.faults[["file", "line", "column", "value"]].to_numpy().tolist() == [
        ["orders.csv", 2, "value", "#VALOR!"],
        ["orders.csv", 3, "order id", ""],
        ["orders.csv", 4, "order time", "someday"],
        ["orders.csv", 6, "order time", ""],
    ]
    assert tables.faults["reason"].tolist() == [
        "value is not a number; the row was kept without it",
        "conversion_id is missing",
        "converted_at is not a date or time",
        "converted_at is missing",
    ]
    assert tables.sources[["read", "kept", "duplicates", "refused"]].to_numpy().tolist() == [[5, 2, 0, 3]]
    with speaking("vi"):
        assert read(tmp_path).faults["reason"].tolist()[1] == "thiếu conversion_id"


def test_strict_stops_at_the_first_refused_row(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order id,order time,value\n1,2026-03-01,odd\n2,someday,5\n,,\n3,,5\n")
    with pytest.raises(TablesError, match=r"orders.csv, line 3: .*someday") as stopped:
        read(tmp_path, strict=True)
    assert stopped.value.exit_code == ExitCode.TABLES


def test_later_rows_update_earlier_ones_cell_by_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("creator_id,name,cost,followers\na,Old name,100,10\nb,B,200,20\nb,B,200,20\n")
    (tmp_path / "b.csv").write_text("creator_id,name,followers\na,New name,15\nc,C,30\n")
    tables = read(tmp_path)
    assert tables.creators[["creator_id", "name", "cost", "followers"]].fillna(0).to_numpy().tolist() == [
        ["b", "B", 200, 20], ["a", "New name", 100, 15], ["c", "C", 0, 30],
    ]  # fmt: skip
    assert tables.sources[["read", "kept", "duplicates"]].to_numpy().tolist() == [[3, 1, 2], [2, 2, 0]]
    assert [note.numbers["n"] for note in tables.notes if note.id == "tables.updated"] == [1]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CREATORS, encoding="utf-8")
    once = read(tmp_path)
    (tmp_path / "b.csv").write_text(CREATORS, encoding="utf-8")
    twice = read(tmp_path)
    pd.testing.assert_frame_equal(once.creators, twice.creators)
    assert twice.sources["kept"].tolist() == [0, 2]
    assert not [note for note in twice.notes if note.id == "tables.updated"]


def test_order_lines_share_an_id_and_stay(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "order id,sku,order time,value\n1,A,2026-03-01,5\n1,B,2026-03-01,6\n1,A,2026-03-01,5\n"
    )
    assert read(tmp_path).conversions[["item_id", "value"]].to_numpy().tolist() == [["B", 6], ["A", 5]]


def test_files_may_be_listed(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "sub" / "b.csv"
    second.parent.mkdir()
    first.write_text("creator_id,followers\na,1\n")
    second.write_text("creator_id,followers\na,2\n")
    assert read([first, second]).creators["followers"].tolist() == [2]
    assert read([str(second), str(first)]).creators["followers"].tolist() == [1]
    assert read(second).creators["followers"].tolist() == [2]


def test_a_folder_says_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CREATORS, encoding="utf-8")
    (tmp_path / "songs.csv").write_text("title,length\nx,3\n")
    (tmp_path / "nothing.csv").write_bytes(b"")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not really")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(CREATORS.encode() * 100)[:60])
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "~$a.xlsx").write_bytes(b"lock")
    tables = read(tmp_path)
    left_out = [say(note.id, **note.numbers) for note in tables.notes if note.id == "tables.file-skipped"]
    assert [next(name for name in ("broken", "cut", "nothing", "songs") if name in text) for text in left_out] == [
        "broken", "cut", "nothing", "songs",
    ]  # fmt: skip
    assert len(tables.creators) == 2


def test_progress_is_told(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(CREATORS, encoding="utf-8")
    told: list[tuple[str, int, int]] = []
    read(tmp_path, progress=lambda *step: told.append(step))
    assert told == [("read", 0, 2), ("read", 1, 2), ("read", 2, 2)]


def _told(rule: bytes) -> dict[str, bytes]:
    """A good file, and a ``tables.toml`` that says something about it."""
    return {"x.csv": CREATORS.encode(), "tables.toml": b'[[file]]\nname = "x.csv"\n' + rule}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no tables"),
        ({"x.csv": b""}, "is empty"),
        ({"x.csv": b"\n\n\n"}, "is empty"),
        ({"x.csv": b"a,b\n1,2\n"}, "was not recognised"),
        ({"x.csv": b"person_id,converted_at,value\n"}, "no column for conversion_id"),
        ({"x.csv": b"a,b\n", "y.csv": b""}, "None of 2 files"),
        ({"x.parquet": b"PAR1 is not enough PAR1"}, "can't be read"),
        ({"x.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, "can't be read"),
        ({"x.csv": CREATORS.encode(), "tables.toml": b"[[["}, "tables.toml can't be used"),
        ({"x.csv": CREATORS.encode(), "tables.toml": b"file = 3"}, "tables.toml can't be used"),
        (_told(b'table = "people"'), "speaks of a table people"),
        (_told(b'tabel = "creators"'), "can't be used"),
        (_told(b'table = "creators"\ncolumns = {age = "x"}'), "a column age"),
        (_told(b'table = "creators"\ncolumns = {creator_id = "who"}'), '"who"'),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_one_sentence(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TablesError) as refused:
        read(tmp_path)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    with speaking("vi"):
        assert str(refused.value) != refused.value.message


def test_what_does_not_exist_is_a_matter_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(UsageError):
        read([])
    (tmp_path / "x.csv").write_text(CREATORS, encoding="utf-8")
    with pytest.raises(UsageError, match="Mars/Olympus"):
        read(tmp_path, timezone="Mars/Olympus")


def test_headers_alone_are_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("order id,order time\n")
    tables = read(tmp_path)
    assert len(tables.conversions) == 0
    assert tables.sources["read"].tolist() == [0]


def test_tables_toml_overrides(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('A list\nwho,when,how many\nx,03/04/2026 10:00,"1,234"\n')
    (tmp_path / "skip.csv").write_text(CREATORS, encoding="utf-8")
    (tmp_path / "tables.toml").write_text(
        'timezone = "Asia/Ho_Chi_Minh"\n[[file]]\nname = "skip.csv"\ntable = "ignore"\n'
        '[[file]]\nname = "*.csv"\ntable = "followers"\nday_first = false\ndecimal = ","\n'
        '[file.columns]\ncreator_id = "who"\nat = "When"\nfollowers = "how many"\n'
    )
    tables = read(tmp_path)
    row = tables.followers.iloc[0]
    assert (row["creator_id"], row["at"], row["followers"]) == ("x", pd.Timestamp("2026-03-04 03:00Z"), 1.234)
    assert not len(tables.creators)
    assert read(tmp_path, timezone="UTC").followers["at"].iloc[0] == pd.Timestamp("2026-03-04 10:00Z")


def test_the_proposal_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text('code,"KOC\n",Followed by\nX1,a,3\n')
    (tmp_path / "posts.csv").write_text("author,posted at,Likes,Likes,Followers\na,2026-03-01T10:00:00Z,1K,1000,500\n")
    (tmp_path / "other.csv").write_text('"say ""what"" \\ \t",é\n1,2\n', encoding="utf-8")
    before = check(tmp_path)
    (tmp_path / "tables.toml").write_text(before.proposal, encoding="utf-8")
    after = check(tmp_path)
    for name in SCHEMA:
        ours = list(SCHEMA[name].names)
        pd.testing.assert_frame_equal(before.tables[name][ours], after.tables[name][ours])
    assert before.problem is after.problem is None
    assert [file.table for file in before.files] == ["aliases", "creators", None, "shares", "creators"]
    assert [file.table for file in after.files] == ["aliases", "creators", "shares", "creators"]


def test_check_says_what_was_understood_and_what_more_would_help(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("order id,order time,value,colour\n1,2026-03-01,1.234,red\n2,never,5,blue\n")
    (tmp_path / "y.csv").write_text("nothing,known\n1,2\n")
    understanding = check(tmp_path)
    assert understanding.mappable
    orders, unknown = understanding.files
    assert (orders.table, orders.rows, orders.refused, orders.extra) == ("conversions", 2, 1, ("colour",))
    assert dict(orders.columns) == {"conversion_id": "order id", "converted_at": "order time", "value": "value"}
    assert unknown.table is None
    assert unknown.reason is not None
    assert [note.id.removeprefix("tables.adds-") for note in understanding.missing] == [
        name for name in SCHEMA if name != "conversions"
    ]
    for language in ("en", "vi"):
        with speaking(language):
            frame = understanding.frame()
            json.dumps(frame.to_dict("records"))
            assert frame["file"].tolist() == ["x.csv", "y.csv"]
            assert all(say(note.id, **note.numbers) for note in understanding.missing)


def test_creators_alone_are_nothing_to_map(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(CREATORS, encoding="utf-8")
    assert not check(tmp_path).mappable


def test_rounded_ids_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("order id,order time\n5.76786E+17,2026-03-01\n1,2026-03-01\n")
    (note,) = read(tmp_path).notes
    assert (note.id, note.numbers["value"], note.numbers["n"]) == ("tables.rounded-ids", "5.76786E+17", 1)


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
