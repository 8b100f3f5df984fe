"""The embedded default: one DuckDB file, opened late and closed early, one transaction a load."""

# ruff: noqa: S608 -- the names in statements are this file's own

from __future__ import annotations

import json
import os.path
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import Loaded, Progress, Results
from influence_graph.store.answers import Answer
from influence_graph.store.kept import Kept
from influence_graph.store.records import plain, records, told
from influence_graph.store.refusals import HELD, refusal, statement_refusal
from influence_graph.tables.privacy import protect
from influence_graph.tables.schema import FAULTS, SCHEMA, SOURCES, Tables, empty

FORMAT = 1
"""Version of the layout below. A file of a later one is refused, never guessed at."""

_ALONE = {"autoload_known_extensions": "false", "autoinstall_known_extensions": "false"}
_RESULT = "result_"
_RUN = "result_run"
_META = "store_meta"


class DuckDBStore:
    """A programme in one DuckDB file.

    The file holds a SQL table for each input table, with all its columns, known or not; `faults`, `sources` and
    `notes`; and the results of the last map as `result_people` and so on. Any DuckDB client reads it.

    Parameters
    ----------
    path : str or Path
        The file; made by the first write.
    key : bytes, optional
        Of the hashes of phones and e-mails, see `influence_graph.tables.privacy`; by default that of this machine.

    Notes
    -----
    Every method opens the file, works, and closes it; each raises StoreError when the file is held by another
    process, is no such store, is of a later version, or can't be written. Reading needs no right to write.
    """

    def __init__(self, path: str | Path, *, key: bytes | None = None) -> None:
        self.path = Path(path)
        self.key = key

    def write(self, tables: Tables, *, progress: Progress | None = None) -> Loaded:
        """Add tables in one transaction: new keys are added, known ones updated cell by cell.

        An empty cell is no news: it never erases what an earlier load knew. What was loaded already changes nothing.

        Parameters
        ----------
        tables : Tables
            As read; phones and e-mails in it are hashed before they are stored.
        progress : callable, optional

        Returns
        -------
        Loaded

        Notes
        -----
        O(rows written + rows stored).
        """
        tables = protect(tables, key=self.key)
        counts = []
        with self._writing() as kept:
            for done, (name, table) in enumerate(SCHEMA.items(), start=1):
                counts.append((name, *kept.upsert(name, tables[name], table.key)))
                if progress is not None:
                    progress("store.stage-write", done, len(SCHEMA))
            _record(kept, tables)
        return Loaded(pd.DataFrame(counts, columns=["table", "added", "updated", "unchanged", "stored"]), tables)

    def read(self, *, progress: Progress | None = None) -> Tables:  # noqa: ARG002 -- it takes no time worth showing
        """Everything that was ever written, in the types and order in which it came.

        Returns
        -------
        Tables
            Equal to what was written where it was written once.
        """
        with self._reading() as kept:
            frames = {name: kept.frame(name, like=empty(name)) for name in SCHEMA}
            faults = kept.frame("faults", like=pd.DataFrame(columns=list(FAULTS), dtype="str"))
            sources = kept.frame("sources", like=pd.DataFrame(columns=list(SOURCES)))
            notes = kept.frame("notes", like=pd.DataFrame(columns=["id", "numbers"], dtype="str"))
        faults = faults[[column for column in faults if column != "sha256"]]
        return replace(Tables(), **frames, faults=faults, sources=sources, notes=told(notes))

    def write_results(
        self,
        results: Mapping[str, pd.DataFrame],
        run: Mapping[str, Any],
        *,
        progress: Progress | None = None,  # noqa: ARG002 -- it takes no time worth showing
    ) -> None:
        """Replace the results of the previous map in one transaction.

        Parameters
        ----------
        results : mapping of str to DataFrame
            Each becomes the SQL table ``result_<name>``. A named index becomes a column.
        run : mapping
            How the map was made; becomes `result_run`, one row an entry, values as JSON.
        """
        with self._writing() as kept:
            for name in kept.names():
                if name.startswith(_RESULT):
                    kept.drop(name)
            for name, frame in results.items():
                kept.create(_RESULT + name, frame.reset_index(drop=frame.index.name is None))
            entries = [(name, json.dumps(value, ensure_ascii=False, default=plain)) for name, value in run.items()]
            kept.create(_RUN, pd.DataFrame(entries, columns=["name", "value"], dtype="str"))

    def read_results(self) -> Results:
        """The results of the last map; no tables and no run where there was none."""
        with self._reading() as kept:
            frames = {name: kept.frame(name) for name in kept.names() if name.startswith(_RESULT)}
        run = frames.pop(_RUN, None)
        told = None if run is None else {n: json.loads(v) for n, v in zip(run["name"], run["value"], strict=True)}
        return Results({name.removeprefix(_RESULT): frame for name, frame in frames.items()}, told)

    def answer(self, statement: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Run a user's SQL, which can neither change this file nor read or write another.

        Parameters
        ----------
        statement : str
        parameters : mapping, optional

        Raises
        ------
        StoreError
            ``store.statement-refused-at`` tells line, column and what was said, ``store.statement-refused`` only
            this, ``store.statement-writes`` that it would change something.
        """
        if not self.path.exists():
            raise StoreError("store.missing", path=str(self.path))
        with self._open(read_only=True) as connection:
            self._is_new(connection)
            connection.execute("SET enable_external_access = false")
            try:
                connection.execute(statement, dict(parameters or {}) or None)
                names = [column[0] for column in connection.description or ()]
                return Answer(_distinct(names), connection.fetchall(), {})
            except duckdb.Error as error:
                raise statement_refusal(error, self.path) from error

    @contextmanager
    def _writing(self) -> Iterator[Kept]:
        with _whole(self.path) as made:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError("store.no-folder", path=str(self.path)) from error
            with self._open(read_only=False) as connection:
                connection.begin()
                kept = Kept(connection)
                if not self._is_new(connection):
                    made.clear()  # somebody else wrote it meanwhile
                else:
                    kept.prepare()
                    connection.execute(f"CREATE TABLE {_META} (name VARCHAR, value VARCHAR)")
                    values = f"('product', 'influence-graph'), ('format', '{FORMAT}')"
                    connection.execute(f"INSERT INTO {_META} VALUES {values}")
                yield kept
                connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[Kept]:
        if not self.path.exists():
            raise StoreError("store.missing", path=str(self.path))
        with self._open(read_only=True) as connection:
            yield Kept(None) if self._is_new(connection) else Kept(connection)

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        self._look()
        try:
            # Closing rolls back whatever was not committed; where the disk is full, closing itself may fail.
            with duckdb.connect(self.path, read_only=read_only, config=dict(_ALONE)) as connection:
                yield connection
        except duckdb.Error as error:
            raise refusal(error, self.path) from error

    def _look(self) -> None:
        """DuckDB would ask the network for an extension before it called another program's file foreign."""
        try:
            with self.path.open("rb") as file:
                begins = file.read(12)
        except OSError:
            return  # not there yet, or not for us: connecting tells
        if begins[8:] != b"DUCK":
            raise StoreError("store.not-a-database", path=str(self.path))

    def _is_new(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether nothing was stored yet; a file of somebody else's, or of a later version, is refused."""
        names = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if not names:
            return True
        if _META not in names:
            raise StoreError("store.foreign", path=str(self.path))
        told = dict(connection.execute(f"SELECT name, value FROM {_META}").fetchall())
        if int(told.get("format", 0)) > FORMAT:
            raise StoreError("store.newer", path=str(self.path), format=int(told["format"]), known=FORMAT)
        return False


@contextmanager
def _whole(path: Path) -> Iterator[list[Path]]:
    """What was not there before the block, of a store and its folders, is there after it only where it ends well."""
    made = [place for place in (Path(f"{path}.wal"), path, *path.parents) if not os.path.lexists(place)]
    try:
        yield made
    except BaseException as error:
        if not (isinstance(error, StoreError) and error.message in {*HELD, "store.foreign", "store.newer"}):
            for place in made:
                with suppress(OSError):  # not made after all, or a folder in which something else came to be
                    place.rmdir() if place.is_dir() else place.unlink()
        raise


def _record(kept: Kept, tables: Tables) -> None:
    known = kept.frame("sources", like=pd.DataFrame(columns=list(SOURCES)))
    new = records(tables, set(zip(known["file"], known["sha256"], strict=True)))
    kept.append("faults", new["faults"])
    kept.upsert("sources", new["sources"], ("file", "table", "sha256"))
    kept.upsert("notes", new["notes"], ("id", "numbers"))


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Columns of joined tables may share a name: from the second on they are numbered."""
    before = (names[:place].count(name) for place, name in enumerate(names))
    return tuple(f"{name}_{n + 1}" if n else name for name, n in zip(names, before, strict=True))
