"""A new store is there whole, or not at all: neither its file nor its log nor the folders made for them."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest
from test_store_refusals import child, tables

from influence_graph.errors import StoreError
from influence_graph.store.duckdb import DuckDBStore


@pytest.mark.skipif(sys.platform == "win32", reason="limits a process's files")
def test_a_full_disk_leaves_no_trace_of_a_new_store(tmp_path: Path) -> None:
    """Full before the file is there, while it is made, and while it is filled."""
    code = """
        import resource
        from test_store_refusals import tables, DuckDBStore, StoreError
        big = tables(60000)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        for limit in (0, 12_288, 600_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            try:
                DuckDBStore(argv[0]).write(big)
            except StoreError as error:
                print(limit, error.message, os.listdir(argv[1]))
    """
    told, errors = child(code, tmp_path / "new" / "deep" / "brand.duckdb", tmp_path).communicate(timeout=60)
    limits = (0, 12_288, 600_000)
    assert told.splitlines() == [f"{limit} store.full []" for limit in limits], errors


def test_what_was_given_up_leaves_no_new_store_but_what_others_put_there(tmp_path: Path) -> None:
    def give_up(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            (tmp_path / "new" / "others").write_text("kept")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DuckDBStore(tmp_path / "new" / "deep" / "brand.duckdb").write(tables(3), progress=give_up)
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "others"]


def test_a_store_that_another_makes_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "brand.duckdb"
    others = []

    def look(_store: DuckDBStore) -> None:
        others.append(duckdb.connect(path))

    monkeypatch.setattr(DuckDBStore, "_look", look)
    with pytest.raises(StoreError) as raised:
        DuckDBStore(path).write(tables(1))
    assert raised.value.message == "store.open-here"
    assert path.exists()
    others[0].close()
