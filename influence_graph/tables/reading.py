"""From files to `Tables`: every file is understood, read, typed and merged; nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from influence_graph.errors import InfluenceGraphError, TablesError
from influence_graph.tables.delimited import LARGE, sha256
from influence_graph.tables.formats import read_sheets
from influence_graph.tables.gathering import gather
from influence_graph.tables.loading import Part, first_row, load
from influence_graph.tables.memory import give_back
from influence_graph.tables.merging import merge
from influence_graph.tables.privacy import protect
from influence_graph.tables.recognise import like_posts, nearest, recognise
from influence_graph.tables.rows import Rows
from influence_graph.tables.schema import FAULTS, SCHEMA, SOURCES, Note, Tables
from influence_graph.tables.settings import Settings, find_zone, follow, load_settings
from influence_graph.tables.sheets import Sheet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 2
"""Files looked at side by side: what only one thread can do of one is done while the other is asked for."""
Progress = Callable[[str, int, int], None]
"""Told the stage, how much is done, and how much there is."""


@dataclass(frozen=True)
class Seen:
    """One sheet, and what became of it: its parts, or the reason why there are none."""

    file: str
    label: str
    part: str
    headers: tuple[str, ...]
    parts: tuple[Part, ...]
    sha256: str
    notes: tuple[Note, ...] = ()
    reason: InfluenceGraphError | None = None


@dataclass(frozen=True)
class Examination:
    """Everything found in a source, and the first thing that keeps it from being used."""

    tables: Tables
    seen: tuple[Seen, ...]
    problem: InfluenceGraphError | None


def read(
    source: str | Path | Sequence[str | Path],
    *,
    timezone: str | None = None,
    strict: bool = False,
    config: Path | None = None,
    progress: Progress | None = None,
) -> Tables:
    """Read a folder of tables, or some files, whatever they are called.

    Parameters
    ----------
    source : path or sequence of paths
        A folder (its files, not its subfolders; of what `demo` made, its tables), a file, or several: CSV (plain or
        gzipped, any delimiter and encoding), XLSX and other workbooks, Parquet.
    timezone : str, optional
        Zone of times that name none, as ``Asia/Ho_Chi_Minh`` or ``+07:00``.
    strict : bool
        Stop at the first refused row.
    config : Path, optional
        A ``tables.toml``; without it the one in the folder, where there is one.
    progress : callable, optional
        Told ``("read", files done, files)``.

    Returns
    -------
    Tables
        Rows in SCHEMA's dtypes, times in UTC, one row a key; refused rows and unreadable cells in `faults`.

    Raises
    ------
    TablesError
        Nothing can be read, nothing is recognised, local times need a zone, or (strict) a row is refused.
    UsageError
        No such file or folder, or no such time zone.

    Notes
    -----
    O(cells). Clean columns are read by DuckDB; 2 million follows take a few seconds.
    """
    examination = examine(source, timezone=timezone, strict=strict, config=config, progress=progress)
    if examination.problem is not None:
        raise examination.problem
    return examination.tables


def examine(
    source: str | Path | Sequence[str | Path],
    *,
    timezone: str | None = None,
    strict: bool = False,
    config: Path | None = None,
    progress: Progress | None = None,
    large: int = LARGE,
) -> Examination:
    """Read all there is and say what became of each sheet; problems are reported, not raised."""
    files, folder_config = gather(source)
    settings = load_settings(config or folder_config)
    zone = timezone or settings.timezone
    if zone is not None:
        find_zone(zone)
    if progress is not None:
        progress("read", 0, len(files))
    seen: list[Seen] = []
    for done, found in enumerate(_looked(files, settings, zone, large), start=1):
        seen += found
        if progress is not None:
            progress("read", done, len(files))
    give_back()
    tables = _assemble(seen)
    give_back()
    return Examination(tables, tuple(seen), _problem(seen, strict))


def zone_of(source: str | Path | Sequence[str | Path], config: Path | None = None) -> str | None:
    """The time zone that the ``tables.toml`` of a source names, if any."""
    return load_settings(config or gather(source)[1]).timezone


def _looked(files: Sequence[Path], settings: Settings, timezone: str | None, large: int) -> Iterator[list[Seen]]:
    """What each file holds, in their order."""
    import duckdb

    def look(path: Path) -> list[Seen]:
        with database.cursor() as connection:
            connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
            return _look(connection, path, settings, timezone, large)

    database, pool = duckdb.connect(":memory:"), ThreadPoolExecutor(AT_ONCE)
    try:
        # each in the language that is spoken here
        waiting = [pool.submit(copy_context().run, look, path) for path in files]
        yield from (found.result() for found in waiting)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # who gives up does not wait for a long query


def _look(
    connection: DuckDBPyConnection, path: Path, settings: Settings, timezone: str | None, large: int
) -> list[Seen]:
    """Everything one file holds."""
    import duckdb

    if settings.ignores(path.name):
        return []
    try:
        fingerprint = sha256(path)
        sheets = read_sheets(connection, path, large=large)
    except TablesError as fault:
        return [Seen(path.name, path.name, "", (), (), "", reason=fault)]
    except (duckdb.Error, OSError) as fault:
        reason = TablesError("tables.unreadable", file=path.name, reason=(str(fault).splitlines() or [""])[0])
        return [Seen(path.name, path.name, "", (), (), "", reason=reason)]
    found = []
    for sheet in sheets:
        found.append(understand(connection, sheet, settings, timezone, fingerprint))
        connection.execute(f"DROP TABLE {sheet.relation}")
    return found or [
        Seen(path.name, path.name, "", (), (), fingerprint, reason=TablesError("tables.empty-file", file=path.name))
    ]


def understand(
    connection: DuckDBPyConnection,
    sheet: Sheet,
    settings: Settings,
    timezone: str | None = None,
    fingerprint: str = "",
) -> Seen:
    """What a sheet is, and its rows."""
    rules = settings.rules_for(sheet)
    nothing = Seen(sheet.file, sheet.label, sheet.part, (), (), fingerprint, sheet.notes)
    if not sheet.head:
        return replace(nothing, reason=TablesError("tables.empty-file", file=sheet.label))
    try:
        meanings = follow(rules, sheet, settings) if rules else recognise(sheet.head, named=sheet.named)
    except TablesError as fault:
        return replace(nothing, reason=fault)
    if not meanings:
        return nothing if rules else replace(nothing, reason=_why_not(sheet))
    headers = sheet.head[meanings[0].header]
    start = first_row(sheet, meanings[0])
    described = start - meanings[0].header - 1
    skipped = (Note("tables.description-skipped", {"file": sheet.label, "n": described}),) if described else ()
    posts = () if rules else like_posts(meanings[0], headers, sheet.head[meanings[0].header + 1 :])
    mistaken = (Note("tables.like-posts", {"file": sheet.label, "columns": ", ".join(posts)}),) if posts else ()
    rows = Rows(connection, sheet, start - sheet.named)
    parts = tuple(load(rows, sheet, meaning, headers, timezone) for meaning in meanings)
    return replace(nothing, headers=tuple(headers), parts=parts, notes=sheet.notes + skipped + mistaken)


def _why_not(sheet: Sheet) -> TablesError:
    close = nearest(sheet.head)
    if close is None:
        return TablesError("tables.not-recognised", file=sheet.label)
    table, lacking = close
    if not lacking:
        return TablesError("tables.too-little", file=sheet.label, table=table)
    return TablesError("tables.lacks-columns", file=sheet.label, table=table, columns=", ".join(lacking))


def _assemble(seen: Sequence[Seen]) -> Tables:
    """Parts into tables, with the account of every row."""
    frames: dict[str, Any] = {}
    sources = []
    notes = [note for sheet in seen for note in sheet.notes]
    for table in SCHEMA:
        given = [(sheet, part) for sheet in seen for part in sheet.parts if part.meaning.table == table]
        if not given:
            continue
        frames[table], kept, updated = merge(table, [part for _, part in given])
        if updated:
            notes.append(Note("tables.updated", {"table": table, "n": updated}))
        for (sheet, part), rows in zip(given, kept, strict=True):
            duplicates = part.read - part.refused - rows
            sources.append((part.label, table, part.read, rows, duplicates, part.refused, sheet.sha256))
            notes += part.notes
            if part.refused:
                notes.append(Note("tables.refused", {"file": part.label, "n": part.refused}))
            if cells := len(part.faults) - part.refused:
                notes.append(Note("tables.unread-cells", {"file": part.label, "n": cells}))
    skipped = [sheet for sheet in seen if sheet.reason is not None]
    notes += [Note("tables.file-skipped", {"file": sheet.label, "why": str(sheet.reason)}) for sheet in skipped]
    faults = [part.faults[list(FAULTS)] for sheet in seen for part in sheet.parts if len(part.faults)]
    tables = Tables(
        **frames,
        faults=pd.concat(faults, ignore_index=True) if faults else pd.DataFrame(columns=list(FAULTS), dtype="str"),
        sources=pd.DataFrame(sources, columns=list(SOURCES)),
        notes=tuple(notes),
    )
    return protect(tables)


def _problem(seen: Sequence[Seen], strict: bool) -> InfluenceGraphError | None:
    """What keeps these tables from being used, if anything does."""
    wrong = [sheet.reason for sheet in seen if sheet.reason is not None]
    told = [fault for fault in wrong if fault.message.startswith("tables.config")]
    if told:
        return told[0]
    parts = [part for sheet in seen for part in sheet.parts]
    if not parts:
        return (
            wrong[0]
            if len(wrong) == 1
            else TablesError("tables.nothing-recognised", files=len(wrong), first=str(wrong[0]) if wrong else "")
        )
    for part in parts:
        if part.zoneless is not None:
            return TablesError("tables.needs-timezone", file=part.label, column=part.zoneless)
    if strict:
        for part in parts:
            if part.refused:
                return _first_refused(part)
    return None


def _first_refused(part: Part) -> TablesError:
    """The first row that a part refused, told as an error."""
    fault = part.faults[part.faults["refused"].astype(bool)].iloc[0]
    shown = protect(Tables(faults=pd.DataFrame([fault[list(FAULTS)]]))).faults.iloc[0]  # no address on the screen
    return TablesError("tables.strict", **{str(name): shown[name] for name in FAULTS})
