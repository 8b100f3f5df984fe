"""Rows of many files become tables: refused, updated, configured, and every one accounted for."""

from __future__ import annotations

import gzip
import json
from datetime import UTC
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from influence_graph.errors import ExitCode, TablesError, UsageError
from influence_graph.language import say, speaking
from influence_graph.tables import DTYPES, FAULTS, SCHEMA, SOURCES, check, read, reading
from influence_graph.tables.rows import Rows
from influence_graph.tables.sheets import Sheet
from influence_graph.tables.typed import read_numbers, read_times

CREATORS = "creator_id,name,followers\n007,An Nhiên,1200\n6854235943953449989,Bảo Trâm,3400\n"
IDS = ["007", "6854235943953449989"]


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


def test_files_side_by_side_are_what_they_are_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        rows = f"{number},2026-03-01,5\n,2026-03-01,\n1,2026-03-0{number + 1},{number}\n"
        (tmp_path / f"orders{number}.csv").write_text(f"order id,order time,value\n{rows}")
    found = []
    for at_once in (1, 4):
        monkeypatch.setattr(reading, "AT_ONCE", at_once)
        with speaking("vi"):
            found.append(read(tmp_path))
    one, other = found
    assert one.notes == other.notes
    values = dict(zip(one.conversions["conversion_id"], one.conversions["value"], strict=True))
    assert values == {str(number): 7 if number == 1 else 5 for number in range(8)}  # the last file counts
    assert one.faults["file"].tolist() == [f"orders{number}.csv" for number in range(8)]
    for name in ("conversions", "faults", "sources"):
        pd.testing.assert_frame_equal(one[name], other[name])
    with speaking("en"):
        assert read(tmp_path).faults["reason"].unique().tolist() != other.faults["reason"].unique().tolist()


def test_texts_that_stand_often_are_one_object_wherever_blank_rows_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influence_graph.tables.rows.WORTH_SHARING", 3)
    names = ["an", "", "bo", "an", "", "cy", "bo", "an"] * 3
    (tmp_path / "follows.csv").write_text(
        "follower_id,followed_id\n"
        + "".join(f"{name},{name and 'zoe'}{i}\n" if name else " , \n" for i, name in enumerate(names))
    )
    follows = read(tmp_path).follows
    assert follows["follower_id"].tolist() == [name for name in names if name]
    assert follows["followed_id"].tolist() == [f"zoe{i}" for i, name in enumerate(names) if name]
    assert len({id(text) for text in follows["follower_id"]}) == 3


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


def test_the_columns_of_a_large_sheet_keep_to_their_rows() -> None:
    """Above 122,880 rows DuckDB works in parallel, and each column is read by a statement of its own."""
    rows = 130_000
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE sheet AS SELECT 'p' || i AS c0, CAST(i AS VARCHAR) AS c1,"
            " strftime(TIMESTAMP '2025-01-01' + INTERVAL (i) SECOND, '%Y-%m-%d %H:%M:%S') AS c2,"
            " CASE WHEN i % 1000 = 0 THEN i || ',5' ELSE '0' END AS c3,"
            f" CASE WHEN i % 7 > 0 THEN ' g' || i % 7 END AS c4 FROM range({rows}) r(i)"
        )
        sheet = Sheet("x.csv", "", "sheet", 5, "place + 1", None, ())
        read = Rows(connection, sheet, 0)
        texts, counts = read.texts([0, 4]), read_numbers(read, 1, column="n").values
        odd = read_numbers(read, 3, column="half").values
        times = read_times(read, 2, column="at", day_first=True, default_day_first=True, zone=UTC).values
    at = np.arange(rows)
    assert texts[0].str.slice(1).astype(int).tolist() == at.tolist()
    assert texts[4].fillna("").tolist() == [f"g{number % 7}" if number % 7 else "" for number in range(rows)]
    assert len({id(text) for text in texts[4].dropna().to_numpy(object)}) == 6  # a text that stands often is one object
    assert np.array_equal(counts, at)
    assert np.array_equal(odd, np.where(at % 1000 == 0, at + 0.5, 0.0))
    assert np.array_equal((times - pd.Timestamp("2025-01-01", tz="UTC")) / pd.Timedelta(seconds=1), at)
