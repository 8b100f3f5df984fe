"""How large the tables of a source are, without reading them: rows, and about how many people."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from influence_graph.errors import TablesError
from influence_graph.tables.delimited import LARGE, is_zipped, read_start
from influence_graph.tables.formats import is_parquet, is_workbook, read_sheets, start_of_parquet
from influence_graph.tables.gathering import gather
from influence_graph.tables.loading import Part
from influence_graph.tables.reading import understand
from influence_graph.tables.settings import Settings, load_settings
from influence_graph.tables.sheets import column_names, fresh

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_IDS = {
    "creators": ("creator_id",), "follows": ("follower_id", "followed_id"), "shares": ("person_id",),
    "touches": ("person_id", "creator_id"), "conversions": ("person_id",),
}  # fmt: skip
"""Columns by which people are counted."""
_NETWORK = frozenset({"creators", "follows", "shares", "touches"})
"""Tables whose people stand in the network."""


@dataclass(frozen=True)
class Size:
    """How large a source is.

    Attributes
    ----------
    rows : mapping of str to int
        Rows of each table; of large files those that stand in the file, whether or not they can be read.
    people : int
        In the network, each counted once: who follows or is followed, shares, touches or is touched, or stands in the
        creators table. Where a file is large within a few per cent.
    sharers, buyers : int
        People who shared, and who ordered; in the same way.
    """

    rows: Mapping[str, int]
    people: int
    sharers: int
    buyers: int


@dataclass(frozen=True)
class _Given:
    """What one file gives one table: how many rows, SQL for their people as one column, and whether all were read."""

    table: str
    rows: int
    people: str
    read: bool


def size(source: str | Path | Sequence[str | Path], *, config: Path | None = None) -> Size:
    """Count rows and people.

    Small files and workbooks are read; of other large files the first rows are, and the rest is counted: a few
    seconds for ten million rows.

    Parameters
    ----------
    source, config
        As `read` takes them.

    Raises
    ------
    TablesError
        Nothing is recognised.
    UsageError
        No such file or folder.
    """
    import duckdb

    files, beside = gather(source)
    settings = load_settings(config or beside)
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        kept = (path for path in files if not settings.ignores(path.name))
        given = [part for path in kept for part in _given(connection, path, settings)]
        if not given:
            raise TablesError("tables.nothing-recognised", files=len(files), first="")
        rows = Counter[str]()
        for part in given:
            rows[part.table] += part.rows
        of = (_NETWORK, {"shares"}, {"conversions"})
        people = (_people(connection, [part for part in given if part.table in tables]) for tables in of)
        return Size(dict(rows), *people)


def _people(connection: DuckDBPyConnection, parts: Sequence[_Given]) -> int:
    """How many different people stand in some parts together: counted where all were read, else sketched."""
    columns = [part.people for part in parts if part.people]
    if not columns:
        return 0
    count = "count(DISTINCT who)" if all(part.read for part in parts) else "approx_count_distinct(who)"
    everybody = " UNION ALL ".join(columns)
    ((many,),) = connection.execute(f"SELECT {count} FROM ({everybody}) WHERE who <> ''").fetchall()
    return int(many)


def _given(connection: DuckDBPyConnection, path: Path, settings: Settings) -> list[_Given]:
    """What a file gives each table."""
    import duckdb

    try:
        if path.stat().st_size >= LARGE and not is_workbook(path):
            return _of_large(connection, path, settings)
        sheets = read_sheets(connection, path)
    except (TablesError, OSError, duckdb.Error):
        return []  # `check` tells what is wrong with it
    parts = [part for sheet in sheets for part in understand(connection, sheet, settings).parts]
    told = [part for part in parts if not part.meaning.implied]
    return [_Given(part.meaning.table, part.read, _kept(connection, part), read=True) for part in told]


def _kept(connection: DuckDBPyConnection, part: Part) -> str:
    """The ids of a part that was read, in a table of their own."""
    import pandas as pd

    columns = [part.frame[name].dropna() for name in _IDS.get(part.meaning.table, ())]
    if not columns:
        return ""
    relation = fresh()
    connection.register("incoming", pd.DataFrame({"who": pd.concat(columns).astype("object")}))
    connection.execute(f"CREATE TABLE {relation} AS SELECT CAST(who AS VARCHAR) AS who FROM incoming")
    connection.unregister("incoming")
    return f"SELECT who FROM {relation}"


def _of_large(connection: DuckDBPyConnection, path: Path, settings: Settings) -> list[_Given]:
    """By its first rows, and by a count of all."""
    file = "'" + str(path).replace("\\", "/").replace("'", "''") + "'"
    if is_parquet(path):
        start = start_of_parquet(connection, path)
        rows, names = f"read_parquet({file})", ['"' + name.replace('"', '""') + '"' for name in start.head[0]]
    else:
        start, delimiter = read_start(connection, path)
        names = column_names(start.width)
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        rows = (
            f"read_csv({file}, auto_detect=false, header=false, delim='{delimiter}', quote='\"', escape='\"',"
            f" ignore_errors=true, compression='{'gzip' if is_zipped(path) else 'none'}', columns={{{columns}}})"
        )
    parts = [part for part in understand(connection, start, settings).parts if not part.meaning.implied]
    ((many,),) = connection.execute(f"SELECT count(*) FROM {rows}").fetchall() if parts else ((0,),)
    told = []
    for part in parts:
        at = part.meaning.columns
        places = [at[name] for name in _IDS.get(part.meaning.table, ()) if name in at]
        ids = ", ".join(f"CAST({names[place]} AS VARCHAR)" for place in places if place < len(names))
        header = 0 if start.named else part.meaning.header + 1
        everybody = f"SELECT unnest([{ids}]) AS who FROM {rows}" if ids else ""
        told.append(_Given(part.meaning.table, many - header, everybody, read=False))
    return told
