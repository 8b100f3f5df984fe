"""Frames as SQL tables inside one open transaction: kept whole, updated by key, given back as they were."""

# ruff: noqa: S608 -- every name that comes from data is quoted, every value bound

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import pandas as pd

from influence_graph.store.columns import SQL, common_dtype, from_kept, kept_dtype, quoted, sql_names, to_kept
from influence_graph.store.news import Upserted, once

ROW = "store_row"
"""Where a row stood when it came: SQL tables have no order of their own, and frames do."""
_COLUMNS = "store_columns"
_INCOMING = "incoming"


class _Column(NamedTuple):
    label: str
    name: str
    dtype: str


class Kept:
    """The frames of one connection.

    Parameters
    ----------
    connection : DuckDBPyConnection, optional
        Open, in a transaction; None stands for a store that nothing was written to.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection | None) -> None:
        self._connection = connection

    def prepare(self) -> None:
        """Make the table of columns: what each is called, in which place, and in which dtype it comes back."""
        self._run(f"CREATE TABLE {_COLUMNS} (kept VARCHAR, label VARCHAR, name VARCHAR, dtype VARCHAR, place BIGINT)")

    def names(self) -> list[str]:
        """The frames that are kept."""
        if self._connection is None:
            return []
        return [name for (name,) in self._run(f"SELECT DISTINCT kept FROM {_COLUMNS} ORDER BY kept").fetchall()]

    def drop(self, kept: str) -> None:
        """Forget a frame."""
        self._run(f"DROP TABLE {quoted(kept)}")
        self._run(f"DELETE FROM {_COLUMNS} WHERE kept = ?", kept)

    def frame(self, kept: str, *, like: pd.DataFrame | None = None) -> pd.DataFrame:
        """A frame as it was kept; `like`, where it never was."""
        columns = self._columns(kept)
        if not columns:
            return pd.DataFrame() if like is None else like
        listed = ", ".join(quoted(column.name) for column in columns)
        raw = self._run(f"SELECT {listed} FROM {quoted(kept)} ORDER BY {ROW}").df()
        return pd.DataFrame(
            {column.label: from_kept(raw.iloc[:, place], column.dtype) for place, column in enumerate(columns)}
        )

    def create(self, kept: str, frame: pd.DataFrame) -> None:
        """Keep a new frame, be it without rows."""
        self._register(kept, frame)
        self._insert(kept)

    def append(self, kept: str, frame: pd.DataFrame) -> None:
        """Add rows behind the rows that are there."""
        if len(frame):
            self.create(kept, frame)

    def upsert(self, kept: str, frame: pd.DataFrame, key: Sequence[str]) -> Upserted:
        """Add rows of new keys, and update rows of known ones where they tell something else.

        Keys compare as a whole, missing parts included. An empty cell tells nothing; of several rows of one key the
        last cell that tells something counts.
        """
        stored = self._count(kept)
        if not len(frame):
            return Upserted(0, 0, 0, stored)
        frame = once(frame, key)
        names = self._register(kept, frame)
        if not stored:
            return Upserted(self._insert(kept), 0, 0, len(frame))
        same = " AND ".join(f"kept.{names[part]} IS NOT DISTINCT FROM {_INCOMING}.{names[part]}" for part in key)
        rest = [name for label, name in names.items() if label not in key]
        cells = {name: f"coalesce({_INCOMING}.{name}, kept.{name})" for name in rest}
        updated = 0
        if cells:
            told = ", ".join(f"{name} = {cell}" for name, cell in cells.items())
            news = " OR ".join(f"kept.{name} IS DISTINCT FROM {cell}" for name, cell in cells.items())
            changed = f"UPDATE {quoted(kept)} AS kept SET {told} FROM {_INCOMING} WHERE {same} AND ({news})"
            updated = self._number(changed)
        added = self._insert(kept, f"WHERE NOT EXISTS (SELECT 1 FROM {quoted(kept)} AS kept WHERE {same})")
        return Upserted(added, updated, len(frame) - added - updated, stored + added)

    def _columns(self, kept: str) -> list[_Column]:
        if self._connection is None:
            return []
        rows = self._run(f"SELECT label, name, dtype FROM {_COLUMNS} WHERE kept = ? ORDER BY place", kept).fetchall()
        return [_Column(*row) for row in rows]

    def _count(self, kept: str) -> int:
        return self._number(f"SELECT count(*) FROM {quoted(kept)}") if self._columns(kept) else 0

    def _register(self, kept: str, frame: pd.DataFrame) -> dict[str, str]:
        """Show `frame` to SQL as `incoming`, in a table that has its columns; the quoted name of each label."""
        columns = {column.label: column for column in self._columns(kept)}
        if not columns:
            self._run(f"CREATE TABLE {quoted(kept)} ({ROW} BIGINT)")
        labels = [str(label) for label in frame.columns]
        taken = [ROW, *(column.name for column in columns.values())]
        new = sql_names((label for label in labels if label not in columns), taken)
        shown = {}
        for place, label in enumerate(labels):
            comes = kept_dtype(frame.iloc[:, place])
            if label in new:
                columns[label] = self._add(kept, _Column(label, new[label], comes), place=len(columns))
            elif (wide := common_dtype(columns[label].dtype, comes)) != columns[label].dtype:
                columns[label] = self._widen(kept, columns[label]._replace(dtype=wide))
            shown[columns[label].name] = to_kept(frame.iloc[:, place], columns[label].dtype)
        # Views over a frame live as long as the connection does: each replaces the last.
        self._open.register(_INCOMING, pd.DataFrame(shown | {ROW: range(len(frame))}, index=frame.index))
        return {label: quoted(columns[label].name) for label in labels}

    def _add(self, kept: str, column: _Column, *, place: int) -> _Column:
        self._run(f"ALTER TABLE {quoted(kept)} ADD COLUMN {quoted(column.name)} {SQL[column.dtype]}")
        self._run(f"INSERT INTO {_COLUMNS} VALUES (?, ?, ?, ?, ?)", kept, *column, place)
        return column

    def _widen(self, kept: str, column: _Column) -> _Column:
        self._run(f"ALTER TABLE {quoted(kept)} ALTER COLUMN {quoted(column.name)} TYPE {SQL[column.dtype]}")
        self._run(f"UPDATE {_COLUMNS} SET dtype = ? WHERE kept = ? AND name = ?", column.dtype, kept, column.name)
        return column

    def _insert(self, kept: str, where: str = "") -> int:
        behind = self._number(f"SELECT coalesce(max({ROW}) + 1, 0) FROM {quoted(kept)}")
        return self._number(
            f"INSERT INTO {quoted(kept)} BY NAME"
            f" SELECT * REPLACE ({ROW} + {behind} AS {ROW}) FROM {_INCOMING} {where} ORDER BY {_INCOMING}.{ROW}"
        )

    @property
    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise LookupError("nothing was written to this store")
        return self._connection

    def _run(self, statement: str, *values: object) -> duckdb.DuckDBPyConnection:
        return self._open.execute(statement, list(values))

    def _number(self, statement: str) -> int:
        """The single number a statement answers: a count, for one that changes rows."""
        [(number,)] = self._run(statement).fetchall()
        return int(number)
