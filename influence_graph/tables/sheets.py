"""A file's sheets as text: what the formats have in common, before anything is understood."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from influence_graph.tables.schema import Note

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HEAD = 200
"""Rows looked at to understand a sheet."""
WIDEST = 4000
"""Columns kept of a sheet: nobody's table is wider, and a garbled file may pretend to be."""
SPACES = " \t\r\n\v\f\u00a0\u200b\u202f\ufeff"
"""What counts as empty around, or instead of, a cell's text."""

_serial = count()


@dataclass(frozen=True)
class Sheet:
    """One sheet, in DuckDB, as text.

    Attributes
    ----------
    file, part : str
        Name of the file, and of the sheet in it where there are several (else empty).
    relation : str
        DuckDB table with VARCHAR columns c0, c1, ...; its rowid is the row's position.
    width : int
        Number of columns.
    line : str
        SQL for the line as an editor shows it (1-based) of the row at a `place`.
    cells : str or None
        SQL for the number of cells a row really had, up to the last filled one; None where all have the same.
    head : tuple of tuple of str
        The first rows; where `named`, the names of the columns and then the first rows.
    named : bool
        The format itself names its columns: no row of the relation is a header.
    """

    file: str
    part: str
    relation: str
    width: int
    line: str
    cells: str | None
    head: tuple[tuple[str, ...], ...]
    named: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def label(self) -> str:
        """How the sheet is called where it is spoken of."""
        return f"{self.file} [{self.part}]" if self.part else self.file


def fresh() -> str:
    """A relation name not used before."""
    return f"sheet_{next(_serial)}"


def column_names(width: int) -> list[str]:
    """c0, c1, ... as a relation's columns are called."""
    return [f"c{place}" for place in range(width)]


def store(
    connection: DuckDBPyConnection,
    rows: Sequence[Sequence[str]],
    lines: Iterable[int],
    *,
    file: str,
    part: str = "",
    notes: tuple[Note, ...] = (),
) -> Sheet:
    """Put rows of uneven length into DuckDB, short ones filled up, with the lines they stood on."""
    import numpy as np
    import pandas as pd

    filled = [_filled(row) for row in rows]
    width = min(max(filled[:HEAD], default=0), WIDEST)
    frame = pd.DataFrame(
        {
            **{f"c{p}": np.array([row[p] if p < len(row) else "" for row in rows], dtype=object) for p in range(width)},
            "cells": np.asarray(filled, dtype=np.int64),
            "line": np.fromiter(lines, np.int64, len(rows)),
        }
    )
    relation = fresh()
    connection.register("incoming", frame)
    try:
        connection.execute(f"CREATE TABLE {relation} AS SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")
    head = tuple(tuple(row[:width]) for row in rows[:HEAD])
    return Sheet(file, part, relation, width, "line", "cells", head, notes=notes)


def _filled(row: Sequence[str]) -> int:
    length = len(row)
    while length and not row[length - 1].strip(SPACES):
        length -= 1
    return length
