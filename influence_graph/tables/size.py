"""How large the tables of a source are, without reading them: rows, and about how many people."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from influence_graph.errors import TablesError
from influence_graph.tables.delimited import LARGE, is_zipped, read_start
from influence_graph.tables.formats import is_parquet, read_sheets, start_of_parquet
from influence_graph.tables.loading import Part
from influence_graph.tables.reading import gather, understand
from influence_graph.tables.settings import Settings, load_settings
from influence_graph.tables.sheets import column_names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_IDS = {
    "follows": ("follower_id", "followed_id"), "shares": ("person_id",), "conversions": ("person_id",),
    "creators": ("creator_id",),
}  # fmt: skip
"""Columns by which people are counted."""


@dataclass(frozen=True)
class Size:
    """How large a source is.

    Attributes
    ----------
    rows : mapping of str to int
        Rows of each table; of large files those that stand in the file, whether or not they can be read.
    people : int
        In the network: who follows or is followed, shares, or stands in the creators table. Of large files within a
        few per cent.
    sharers, buyers : int
        People who shared, and who ordered.
    """

    rows: Mapping[str, int]
    people: int
    sharers: int
    buyers: int


def size(source: str | Path | Sequence[str | Path], *, config: Path | None = None) -> Size:
    """Count rows and people.

    Small files are read; of large ones the first rows are, and the rest is counted: a second or two for ten million
    rows.

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
    rows: dict[str, int] = {}
    met: dict[str, int] = {}
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        for path in files:
            if settings.ignores(path.name):
                continue
            for part, many, people in _counted(connection, path, settings):
                if not part.meaning.implied:
                    rows[part.meaning.table] = rows.get(part.meaning.table, 0) + many
                    met[part.meaning.table] = max(met.get(part.meaning.table, 0), people)
    if not rows:
        raise TablesError("tables.nothing-recognised", files=len(files), first="")
    everybody = max(met.get("follows", 0), met.get("shares", 0), met.get("creators", 0))
    return Size(rows, everybody, met.get("shares", 0), met.get("conversions", 0))


def _counted(connection: DuckDBPyConnection, path: Path, settings: Settings) -> list[tuple[Part, int, int]]:
    """What a file gives each table, how many rows there are, and how many people stand in them."""
    try:
        if path.stat().st_size >= LARGE:
            return _of_large(connection, path, settings)
        sheets = read_sheets(connection, path)
    except (TablesError, OSError):
        return []  # `check` tells what is wrong with it
    parts = [part for sheet in sheets for part in understand(connection, sheet, settings).parts]
    return [(part, part.read, _people(part)) for part in parts]


def _people(part: Part) -> int:
    return max((part.frame[name].nunique() for name in _IDS.get(part.meaning.table, ())), default=0)


def _of_large(connection: DuckDBPyConnection, path: Path, settings: Settings) -> list[tuple[Part, int, int]]:
    """By its first rows, and by a count of all."""
    if is_parquet(path):
        start = start_of_parquet(connection, path)
        rows, names = "read_parquet($path)", ['"' + name.replace('"', '""') + '"' for name in start.head[0]]
    else:
        start, delimiter = read_start(connection, path)
        names = column_names(start.width)
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        rows = (
            f"read_csv($path, auto_detect=false, header=false, delim='{delimiter}', quote='\"', escape='\"',"
            f" ignore_errors=true, compression='{'gzip' if is_zipped(path) else 'none'}', columns={{{columns}}})"
        )
    told = []
    for part in understand(connection, start, settings).parts:
        places = [part.meaning.columns[name] for name in _IDS.get(part.meaning.table, ())]
        people = ", ".join(f"approx_count_distinct({names[place]})" for place in places if place < len(names)) or "0"
        where = {"path": str(path).replace("\\", "/")}
        ((many, *met),) = connection.execute(f"SELECT count(*), {people} FROM {rows}", where).fetchall()
        header = 0 if start.named else part.meaning.header + 1
        told.append((part, many - header, max(met)))
    return told
