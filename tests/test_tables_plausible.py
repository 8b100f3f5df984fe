"""What can be read and can hardly be true is kept, counted and pointed at; what demo made is read as its tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.tables import check, read
from influence_graph.tables.plausible import doubts
from influence_graph.tables.recognise import Meaning

TODAY = pd.Timestamp("2026-03-01", tz="UTC")


def meaning(table: str, column: str) -> Meaning:
    return Meaning(table=table, header=0, columns={column: 0}, extra={})


@given(st.lists(st.datetimes(pd.Timestamp("1971-01-01"), pd.Timestamp("2090-01-01")), min_size=1, max_size=9))
def test_far_times_are_counted(times: list[pd.Timestamp]) -> None:
    values = pd.Series(pd.DatetimeIndex(times, tz="UTC"))
    far = sum(time.year < 2000 or time > pd.Timestamp("2027-03-02") for time in times)
    found = list(doubts({"shared_at": values}, meaning("shares", "shared_at"), ["When"], today=TODAY))
    assert [note.numbers["n"] for note in found] == ([far] if far else [])
    planned = list(doubts({"ends_at": values}, meaning("campaigns", "ends_at"), ["End"], today=TODAY))
    before = sum(time.year < 2000 for time in times)
    assert [note.numbers["n"] for note in planned] == ([before] if before else [])


def test_nobody_has_more_followers_than_there_are_people_and_nothing_is_lost(tmp_path: Path) -> None:
    text = "creator_id,name,followers\nc1,Mai,12000\nc2,Linh,9e12\nc3,Duy,-5\nc4,An,\n"
    (tmp_path / "creators.csv").write_text(text, encoding="utf-8")
    orders = "order_id,customer_id,created_at,total\no1,p1,2025-03-01T10:00:00Z,10\no2,p2,2199-03-01T10:00:00Z,10\n"
    (tmp_path / "orders.csv").write_text(orders, encoding="utf-8")
    tables = read(tmp_path)
    assert tables.creators["followers"].tolist()[:3] == [12000.0, 9e12, -5.0]
    assert len(tables.conversions) == 2
    counted = {note.id: note.numbers["n"] for note in tables.notes}
    assert counted == {"tables.impossible-followers": 2, "tables.far-times": 1}
    remarks = " ".join(check(tmp_path).frame()["remarks"])
    assert "2 rows have fewer than 0 followers" in remarks
    assert "1 row has a time before 2000 or more than a year ahead (2199-03-01)" in remarks


def test_the_folder_of_a_demo_is_read_as_its_tables(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("person_id,role,driven\nc1,creator,3\n", encoding="utf-8")
    assert set(check(tmp_path).frame()["file"]) == {"truth.csv"}  # somebody's own
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "creators.csv").write_text("creator_id,name,followers\nc1,Mai,900\n", encoding="utf-8")
    assert set(check(tmp_path).frame()["file"]) == {"creators.csv"}
