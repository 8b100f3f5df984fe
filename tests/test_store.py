"""The embedded store: what is written comes back, once, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from influence_graph.errors import StoreError, UsageError
from influence_graph.store import open_store
from influence_graph.store.duckdb import DuckDBStore
from influence_graph.tables.schema import SCHEMA, SOURCES, Note, Tables

KEY = b"k" * 32


def store(tmp_path: Path) -> DuckDBStore:
    return DuckDBStore(tmp_path / "brand.duckdb", key=KEY)


def programme() -> Tables:
    """Something in every table, with what a file can hold: quotes, emoji, empty cells, unknown columns."""
    return Tables(
        creators=table("creators", creator_id=["c1", "c2"], name=["Ánh 🌸", 'O"Hara; DROP'], followers=[1e6, None]),
        aliases=table("aliases", alias=["lan"], kind=["handle"], person_id=["c1"]),
        campaigns=table(
            "campaigns",
            campaign_id=["k"],
            starts_at=["2025-01-01T01:02:03.000004+07:00"],
            Name=[
                "",
            ][:1],
        ),
        follows=table("follows", follower_id=["a", "b"], followed_id=["c1", "c1"], since=[None, "2024-05-05"]),
        followers=table("followers", creator_id=["c1"], at=["2025-01-01"], followers=[-0.0]),
        shares=table(
            "shares", share_id=["s1"], person_id=["c1"], shared_at=["2025-01-02"], views=[1e300], Note=["x"], note=["y"]
        ),
        conversions=table(
            "conversions",
            conversion_id=["o1", "o1", "o2"],
            item_id=["i1", "i2", None],
            converted_at=["2025-01-03"] * 3,
            value=[1.1, 2.2, None],
            **{"cột lạ": ["α", None, ""], "units": [1, 2, 3], "gift": [True, False, True], 'a"b': [0.5, None, 1.5]},
        ),
        touches=table(
            "touches", touched_at=["2025-01-02"] * 2, person_id=["a", None], share_id=["s1", "s1"], kind=["click", None]
        ),
        faults=pd.DataFrame(
            [["o.csv", "4", "value", "1..2", "not a number"]],
            columns=["file", "line", "column", "value", "reason"],
            dtype="str",
        ),
        sources=pd.DataFrame([["o.csv", "conversions", 5, 3, 1, 1, "ab" * 32]], columns=list(SOURCES)),
        notes=(Note("tables.day-first", {"column": "converted_at", "n": 3}), Note("tables.utc")),
    )


def same(one: Tables, other: Tables) -> None:
    for name in (*SCHEMA, "faults", "sources"):
        assert_frame_equal(one[name], other[name])
    assert one.notes == other.notes


def test_what_is_written_is_read(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(programme())
    same(kept.read(), programme())


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(programme())
    counts = kept.write(programme()).counts.set_index("table")
    same(kept.read(), programme())
    assert counts[["added", "updated"]].to_numpy().sum() == 0
    assert counts.loc["conversions", ["unchanged", "stored"]].tolist() == [3, 3]


def test_later_rows_update_by_key_and_empty_cells_erase_nothing(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(programme())
    later = table(
        "conversions", conversion_id=["o2", "o9"], converted_at=["2025-01-03"] * 2, status=["refunded", "paid"]
    )
    counts = kept.write(Tables(conversions=later)).counts.set_index("table").loc["conversions"]
    assert counts.tolist() == [1, 1, 0, 4]
    now = kept.read().conversions
    assert now["conversion_id"].tolist() == ["o1", "o1", "o2", "o9"], "rows keep their places"
    assert now["status"].tolist()[2:] == ["refunded", "paid"]
    assert now["cột lạ"].tolist()[2] == ""
    assert now["value"].tolist()[:2] == [1.1, 2.2]


def test_later_files_may_bring_columns_and_other_types(tmp_path: Path) -> None:
    kept = store(tmp_path)
    first = table("shares", share_id=["1"], person_id=["a"], shared_at=["2025-01-01"], extra=[7], STORE_ROW=["u"])
    second = table("shares", share_id=["2"], person_id=["a"], shared_at=["2025-01-01"], extra=["seven"], Extra=["new"])
    kept.write(Tables(shares=first))
    kept.write(Tables(shares=second))
    shares = kept.read().shares
    assert list(shares.columns) == [*SCHEMA["shares"].names, "extra", "STORE_ROW", "Extra"]
    assert shares["extra"].tolist() == ["7", "seven"]
    assert shares["Extra"].isna().tolist() == [True, False]
    kept.write(Tables(shares=first))
    assert_frame_equal(kept.read().shares, shares)


def test_rows_of_one_key_in_one_load_become_the_last_that_tells(tmp_path: Path) -> None:
    kept = store(tmp_path)
    twice = table("creators", creator_id=["c", "d", "c"], name=["old", "d", "new"], followers=[5, 1, None])
    kept.write(Tables(creators=twice))
    kept.write(Tables(creators=twice))
    creators = kept.read().creators
    assert creators[["creator_id", "name", "followers"]].to_numpy().tolist() == [["c", "new", 5.0], ["d", "d", 1.0]]


def test_every_version_of_a_file_stays_on_record_with_its_faults(tmp_path: Path) -> None:
    kept = store(tmp_path)
    one = programme()
    two = replace(one, sources=one.sources.assign(sha256="cd" * 32, refused=0, kept=4), faults=one.faults[:0])
    for tables in (one, two, one, two):
        kept.write(tables)
    sources = kept.read().sources
    assert sources["sha256"].tolist() == ["ab" * 32, "cd" * 32]
    assert (sources["read"] == sources["kept"] + sources["duplicates"] + sources["refused"]).all()
    assert len(kept.read().faults) == sources["refused"].sum()


def test_addresses_are_hashed_before_they_are_stored(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(Tables(shares=table("shares", share_id=["1"], person_id=["lan@x.vn"], shared_at=["2025-01-01"])))
    assert b"lan@x.vn" not in kept.path.read_bytes()
    assert kept.read().shares["person_id"][0].startswith("email:")


def test_any_client_reads_plain_tables_in_utc(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(programme())
    with duckdb.connect(kept.path, read_only=True) as connection:
        [(at,)] = connection.execute("SELECT starts_at FROM campaigns").fetchall()
    assert at == pd.Timestamp("2024-12-31T18:02:03.000004")


def results(number: int) -> dict[str, pd.DataFrame]:
    people = pd.DataFrame(
        {
            "person_id": pd.Series(["a", "b"], dtype="str"),
            "driven": [float(number), np.nan],
            "beats_followers": pd.array([True, None], dtype="boolean"),
            "core": pd.array([1, None], dtype="Int64"),
            "is_creator": [True, False],
            "mixed": [True, None],
            "numbers": [{"n": 1}, None],
        }
    )
    return {
        "people": people,
        "mix": pd.DataFrame({"scope": pd.Series(dtype="str"), "value": pd.Series(dtype="float64")}),
    }


def test_results_replace_the_results_before(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(programme())
    assert kept.read_results().tables == {}
    assert kept.read_results().run is None
    kept.write_results(results(1) | {"gone": results(1)["people"]}, {"seed": 1})
    run = {"seed": np.int64(2), "seconds": {"network": 0.5}, "inputs": [{"file": "o.csv"}], "version": "0.1.0"}
    kept.write_results(results(2), run)
    found = kept.read_results()
    assert set(found.tables) == {"people", "mix"}
    exact = ["person_id", "driven", "beats_followers", "core", "is_creator"]
    assert_frame_equal(found.tables["people"][exact], results(2)["people"][exact])
    assert found.tables["people"]["mixed"].dtype == "boolean"
    assert found.tables["people"]["numbers"][0] == '{"n": 1}'
    assert_frame_equal(found.tables["mix"], results(2)["mix"])
    assert found.run == {"seed": 2, "seconds": {"network": 0.5}, "inputs": [{"file": "o.csv"}], "version": "0.1.0"}
    same(kept.read(), programme())


def test_results_that_fail_leave_the_results_before(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write_results(results(1), {"seed": 1})
    with pytest.raises(StoreError):
        kept.write_results({"people": results(2)["people"], "bad": pd.DataFrame({"a": ["\ud800"]})}, {"seed": 2})
    assert kept.read_results().run == {"seed": 1}
    assert kept.read_results().tables["people"]["driven"][0] == 1


@pytest.mark.parametrize(
    "name", ["postgresql://u:secret@host", "https://x.databases.example", "mysql://localhost:3306"]
)
def test_other_databases_are_said_to_be_unknown_and_passwords_stay_unsaid(name: str) -> None:
    with pytest.raises(StoreError, match="no kind of store") as raised:
        open_store(name)
    assert "secret" not in str(raised.value)


def test_what_names_no_store_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.duckdb"):
        open_store(str(tmp_path))
    assert isinstance(open_store(tmp_path / "x.DuckDB"), DuckDBStore)


ID = st.sampled_from(["a", "b", "é", " a"])
CELL = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
ROWS = st.lists(st.tuples(ID, st.none() | ID, st.none() | st.floats(allow_nan=False), CELL), max_size=5)


@settings(max_examples=10)
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_loads_follow_a_dictionary_of_rows(tmp_path_factory: pytest.TempPathFactory, loads: list[Any]) -> None:
    """Upserting by key against a Python dictionary, cell by cell."""
    kept = store(tmp_path_factory.mktemp("store"))
    oracle: dict[tuple[str, Any], dict[str, Any]] = {}
    for rows in [*loads, loads[-1]]:
        for order, item, value, unknown in rows:
            cells = oracle.setdefault((order, item), {"value": None, "unknown": None})
            cells.update({name: cell for name, cell in (("value", value), ("unknown", unknown)) if cell is not None})
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        when = ["2025-01-01"] * len(rows)
        frame = table(
            "conversions",
            conversion_id=columns[0],
            item_id=columns[1],
            converted_at=when,
            value=columns[2],
            unknown=columns[3],
        ).astype({"unknown": "str"})
        kept.write(Tables(conversions=frame))
    found = kept.read().conversions
    found = found if "unknown" in found else found.assign(unknown=None)
    told = found[["conversion_id", "item_id", "value", "unknown"]].astype("object")
    rows = told.where(told.notna(), None).to_numpy().tolist()
    assert rows == [[*key, cells["value"], cells["unknown"]] for key, cells in oracle.items()]
