"""The rows of a sheet as text: cells trimmed, what says that nothing is there made nothing."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.tables.numbers import MISSING
from influence_graph.tables.sheets import SPACES, Sheet, column_names, fresh

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Positions = npt.NDArray[np.int64]
WORTH_SHARING = 50_000
"""Rows from which equal texts of a column become one object: a tenth of the memory, and of the time to compare them."""
WORDS = "', '".join(sorted(word.replace("'", "''") for word in MISSING))
# "na" may well be somebody's name.
_NO_ID_WORDS = "', '".join(
    [*sorted(word.replace("'", "''") for word in MISSING - {"na", "?", "/"}), "#ref!", "#value!", "#name?"]
)
_SAYS_NONE = _NO_ID_WORDS.replace("none', '", "")
_ROUNDED = r"\d(?:[.,]\d+)?E\+\d+"


class Rows:
    """The rows of a sheet below its header, without blank ones."""

    def __init__(self, connection: DuckDBPyConnection, sheet: Sheet, start: int) -> None:
        self.connection, self.sheet = connection, sheet
        names = column_names(sheet.width)
        below = f"SELECT *, rowid AS place FROM {sheet.relation} WHERE rowid >= {start}"
        # The cheap test settles nearly every row; CASE keeps the exact one to those that it does not.
        visible = " ".join(f"WHEN ascii({name}) BETWEEN 33 AND 126 THEN true" for name in names)
        exact = " OR ".join(f"trim({name}, $spaces) <> ''" for name in names)
        filled = f"CASE {visible} ELSE coalesce({exact}, false) END"
        self.source, self.start = f"({below})", start
        self.gaps = bool(self.ask(f"SELECT 1 AS blank FROM $rows WHERE NOT {filled} LIMIT 1")["blank"].size)
        if self.gaps:
            self.source = f"({below} AND {filled})"

    def ask(self, sql: str) -> dict[str, npt.NDArray[Any]]:
        """Columns of an answer as arrays; `$rows` in the statement stands for these rows, `place` for their order.

        A statement with a row for each of them says so by ORDER BY: DuckDB keeps the order of a table of a hundred
        thousand rows only where it is told to.
        """
        return cast("dict[str, npt.NDArray[Any]]", self._run(sql).fetchnumpy())

    def _run(self, sql: str) -> DuckDBPyConnection:
        statement = sql.replace("$rows", self.source)
        return self.connection.execute(statement, {"spaces": SPACES} if "$spaces" in statement else {})

    @cached_property
    def places(self) -> Positions:
        """Where in the sheet each row is."""
        if not self.gaps:
            return self.start + np.arange(self.ask("SELECT count(*) AS many FROM $rows")["many"][0])
        return np.asarray(self.ask("SELECT place FROM $rows ORDER BY place")["place"], dtype=np.int64)

    @cached_property
    def lines(self) -> Positions:
        """The line of each row in its file."""
        told = self.ask(f"SELECT {self.sheet.line} AS line FROM $rows ORDER BY place")
        return np.asarray(told["line"], dtype=np.int64)

    @cached_property
    def cells(self) -> Positions:
        """How many cells each row has, up to its last filled one."""
        if self.sheet.cells is None:
            return np.full(len(self), self.sheet.width)
        told = self.ask(f"SELECT {self.sheet.cells} AS cells FROM $rows ORDER BY place")
        return np.asarray(told["cells"], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.places)

    def texts(self, places: Iterable[int], *, none_is_told: Iterable[int | None] = ()) -> dict[int, pd.Series[Any]]:
        """Columns as text, trimmed, missing where a cell is empty or says so.

        In the columns `none_is_told` the word "none" is an answer: a share without a deal is an unpaid one.
        """
        words = {place: _SAYS_NONE if place in none_is_told else _NO_ID_WORDS for place in places}
        often = self._often(words)
        once = [place for place in words if place not in often]
        wanted = ", ".join(f"{known_text(f'c{place}', words[place])} AS t{place}" for place in sorted(once))
        shown = self.ask(f"SELECT {wanted} FROM $rows ORDER BY place") if wanted else {}
        found = {int(name[1:]): pd.Series(_objects(cells), dtype="str") for name, cells in shown.items()}
        return found | {place: self._shared(place, words[place]) for place in often}

    def _often(self, places: Iterable[int]) -> list[int]:
        """Columns of a long table in which texts stand at least twice each, about."""
        if len(self) < WORTH_SHARING:
            return []
        counts = ", ".join(f"approx_count_distinct(c{place}) AS n{place}" for place in sorted(set(places)))
        told = self.ask(f"SELECT {counts} FROM $rows") if counts else {}
        return [int(name[1:]) for name, many in told.items() if many[0] <= 0.5 * len(self)]

    def _shared(self, place: int, words: str) -> pd.Series[Any]:
        """A column as texts of which each is looked at once and becomes one object, wherever it stands."""
        texts, cell = fresh(), f"c{place}"
        self._run(
            f"CREATE TEMP TABLE {texts} AS SELECT cell, row_number() OVER () - 1 AS number"
            f" FROM (SELECT DISTINCT {cell} AS cell FROM $rows)"
        )
        told = self.ask(f"SELECT {known_text('cell', words)} AS text FROM {texts} ORDER BY number")["text"]
        found = self.ask(
            f"SELECT place, number::INTEGER AS number FROM $rows JOIN {texts} ON {cell} IS NOT DISTINCT FROM cell"
        )
        self._run(f"DROP TABLE {texts}")
        stands = np.empty(self.places.max(initial=-1) + 1, dtype=np.int32)
        stands[found["place"]] = found["number"]  # sooner than by an ORDER BY
        return pd.Series(pd.Series(_objects(told), dtype="str").array.take(stands[self.places]))

    def rounded(self, place: int) -> tuple[str, int]:
        """An id that a spreadsheet rounded to 1.23E+11, and how many are; O(rows), and nothing is fetched."""
        known = f"SELECT place, {known_text(f'c{place}', _NO_ID_WORDS)} AS t FROM $rows WHERE contains(c{place}, 'E+')"
        told = self.ask(
            f"SELECT first(t ORDER BY place) AS t, count(*) AS n FROM ({known})"
            f" WHERE regexp_full_match(t, '{_ROUNDED}')"
        )
        return str(told["t"][0]), int(told["n"][0])


def _objects(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Texts, NaN where there is none."""
    return np.asarray(np.ma.filled(cells.astype(object), np.nan), dtype=object)


def known_text(cell: str, words: str) -> str:
    """SQL for a cell's text, NULL where it is empty or says that nothing is there."""
    ends = f"ascii({cell}), ascii(right({cell}, 1))"
    # Trimming every kind of space is slow; most cells visibly have none.
    trimmed = f"CASE WHEN least({ends}) > 32 AND greatest({ends}) < 127 THEN {cell} ELSE trim({cell}, $spaces) END"
    return f"CASE WHEN length({cell}) < 14 AND lower({trimmed}) IN ('{words}') THEN NULL ELSE {trimmed} END"
