"""Files of every format we read, as sheets of text."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

import datetime as dt
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence_graph.errors import TablesError
from influence_graph.tables.delimited import LARGE, read_delimited
from influence_graph.tables.sheets import HEAD, WIDEST, Sheet, column_names, fresh, store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".dat", ".psv", ".gz", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".pq"}
)
"""Endings of the files a folder is searched for; what a file is, its content tells."""
_PARQUET = b"PAR1"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_sheets(connection: DuckDBPyConnection, path: Path, *, large: int = LARGE) -> list[Sheet]:
    """Every sheet of a file.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the sheets are put.
    path : Path
        CSV and its relatives (plain or gzipped), an Excel or OpenDocument workbook, or Parquet.
    large : int
        Bytes from which DuckDB's CSV reader is tried.

    Raises
    ------
    TablesError
        The file can't be read as any of these.
    """
    try:
        magic = _magic(path)
        if magic.startswith(_PARQUET):
            return [_parquet(connection, path)]
        if magic.startswith(_WORKBOOKS):
            return _workbook(connection, path)
        return [read_delimited(connection, path, large=large)]
    except (OSError, EOFError, zlib.error, MemoryError) as fault:
        raise TablesError("tables.unreadable", file=path.name, reason=_first_line(fault)) from fault


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, whatever it is called."""
    return _magic(path).startswith(_PARQUET)


def is_workbook(path: Path) -> bool:
    """Whether a file is an Excel or OpenDocument workbook, whatever it is called."""
    return _magic(path).startswith(_WORKBOOKS)


def start_of_parquet(connection: DuckDBPyConnection, path: Path) -> Sheet:
    """The first rows of a Parquet file as a sheet."""
    return _parquet(connection, path, most=HEAD)


def _magic(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(8)


def _workbook(connection: DuckDBPyConnection, path: Path) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        pages = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
        contents = [(name, page.start, page.to_python(skip_empty_area=True)) for name, page in pages]
    except (CalamineError, ValueError) as fault:
        raise TablesError("tables.unreadable", file=path.name, reason=_first_line(fault)) from fault
    filled = [(name, start, rows) for name, start, rows in contents if rows]
    sheets = []
    for name, start, rows in filled:
        top = (start[0] if start else 0) + 1
        kept = [(line, row) for line, row in enumerate(([*map(_shown, row)] for row in rows), top) if any(row)]
        part = name if len(filled) > 1 else ""
        sheets.append(
            store(connection, [row for _, row in kept], (line for line, _ in kept), file=path.name, part=part)
        )
    return sheets


def _shown(value: Any) -> str:
    """A cell as its reader means it: whole numbers without a fraction, times in ISO."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**63 else repr(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return str(value).strip()


def _parquet(connection: DuckDBPyConnection, path: Path, *, most: int | None = None) -> Sheet:
    import duckdb

    relation = fresh()
    try:
        source = connection.read_parquet(str(path))
        names = source.columns[:WIDEST]
        texts = [_as_text(name, str(kind)) for name, kind in zip(names, source.types, strict=False)]
        shown = ", ".join(f"{text} AS c{place}" for place, text in enumerate(texts))
        source.create_view(f"{relation}_source")
        limit = "" if most is None else f" LIMIT {most}"
        connection.execute(f"CREATE TABLE {relation} AS SELECT {shown} FROM {relation}_source{limit}")
        connection.execute(f"DROP VIEW {relation}_source")
        listed = ", ".join(column_names(len(names)))
        first = connection.execute(f"SELECT {listed} FROM {relation} LIMIT {HEAD}").fetchall()
    except duckdb.Error as fault:
        raise TablesError("tables.unreadable", file=path.name, reason=_first_line(fault)) from fault
    head = (tuple(names), *(tuple(cell or "" for cell in row) for row in first))
    return Sheet(path.name, "", relation, len(names), "place + 1", None, head, named=True)


def _as_text(name: str, kind: str) -> str:
    """SQL that shows a column as text; ids that pandas made floats lose their ``.0`` again."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind in {"DOUBLE", "FLOAT"}:
        return (
            f"CASE WHEN isfinite({quoted}) AND {quoted} = floor({quoted}) AND abs({quoted}) < 9e15"
            f" THEN CAST(CAST({quoted} AS BIGINT) AS VARCHAR)"
            f" WHEN isfinite({quoted}) THEN CAST({quoted} AS VARCHAR) END"
        )
    return f"CAST({quoted} AS VARCHAR)"


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
