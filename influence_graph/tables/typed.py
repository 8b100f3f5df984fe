"""Columns of text become ids, numbers and times: DuckDB reads what is clean, Python only what it gave up on."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.tables.numbers import MISSING, decimal_mark, is_ambiguous, read_number
from influence_graph.tables.schema import Note
from influence_graph.tables.sheets import SPACES, Sheet, column_names, fresh
from influence_graph.tables.times import is_day_first, read_time

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Positions = npt.NDArray[np.int64]
WORTH_SHARING = 50_000
"""Rows from which equal texts of a column become one object: a tenth of the memory, and of the time to compare them."""
_NO_TIME = np.iinfo(np.int64).min
_FIRST = int(dt.datetime(1970, 1, 1, tzinfo=dt.UTC).timestamp() * 1e6)
_LAST = int(dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp() * 1e6)
_WORDS = "', '".join(sorted(word.replace("'", "''") for word in MISSING))
# "na" may well be somebody's name.
_NO_ID_WORDS = "', '".join(
    [*sorted(word.replace("'", "''") for word in MISSING - {"na", "?", "/"}), "#ref!", "#value!", "#name?"]
)
_SAYS_NONE = _NO_ID_WORDS.replace("none', '", "")
_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_ISO_ZONED = r"\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|z|UTC|[+-]\d{2}(:?\d{2})?)"
_DAY = r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_ROUNDED = r"\d(?:[.,]\d+)?E\+\d+"
_DATE = r"^(\d{1,2})([/.-])(\d{1,2})[/.-]\d{4}\b"


@dataclass(frozen=True)
class Typed:
    """A column read.

    Attributes
    ----------
    values : Series
        One value a row, missing where nothing (readable) stood.
    unread : dict of int to str
        Row: text that could not be read as what the column is.
    notes : tuple of Note
        What had to be decided.
    local : bool
        Times only: some named no zone and had a time of day.
    """

    values: pd.Series[Any]
    unread: dict[int, str]
    notes: tuple[Note, ...] = ()
    local: bool = False


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
        self.source = f"({below})"
        if self.ask(f"SELECT 1 AS blank FROM $rows WHERE NOT {filled} LIMIT 1")["blank"].size:
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
        wanted = ", ".join(f"{_known(f'c{place}', words[place])} AS t{place}" for place in sorted(once))
        shown = self.ask(f"SELECT {wanted} FROM $rows ORDER BY place") if wanted else {}
        found = {int(name[1:]): _objects(cells) for name, cells in shown.items()}
        found |= {place: self._shared(place, words[place]) for place in often}
        return {place: pd.Series(cells, dtype="str") for place, cells in found.items()}

    def _often(self, places: Iterable[int]) -> list[int]:
        """Columns of a long table in which texts stand at least twice each, about."""
        if len(self) < WORTH_SHARING:
            return []
        counts = ", ".join(f"approx_count_distinct(c{place}) AS n{place}" for place in sorted(set(places)))
        told = self.ask(f"SELECT {counts} FROM $rows") if counts else {}
        return [int(name[1:]) for name, many in told.items() if many[0] <= 0.5 * len(self)]

    def _shared(self, place: int, words: str) -> npt.NDArray[Any]:
        """A column as texts of which each is looked at once and becomes one object, wherever it stands."""
        texts, cell = fresh(), f"c{place}"
        self._run(
            f"CREATE TEMP TABLE {texts} AS SELECT cell, row_number() OVER () - 1 AS number"
            f" FROM (SELECT DISTINCT {cell} AS cell FROM $rows)"
        )
        told = self.ask(f"SELECT {_known('cell', words)} AS text FROM {texts} ORDER BY number")["text"]
        numbers = self.ask(
            f"SELECT number FROM $rows JOIN {texts} ON {cell} IS NOT DISTINCT FROM cell ORDER BY place"
        )["number"]
        self._run(f"DROP TABLE {texts}")
        return np.asarray(_objects(told)[numbers])

    def rounded(self, place: int) -> tuple[str, int]:
        """An id that a spreadsheet rounded to 1.23E+11, and how many are; O(rows), and nothing is fetched."""
        known = f"SELECT place, {_known(f'c{place}', _NO_ID_WORDS)} AS t FROM $rows WHERE contains(c{place}, 'E+')"
        told = self.ask(
            f"SELECT first(t ORDER BY place) AS t, count(*) AS n FROM ({known})"
            f" WHERE regexp_full_match(t, '{_ROUNDED}')"
        )
        return str(told["t"][0]), int(told["n"][0])

    def numbers(self, place: int, *, column: str, decimal: str | None = None, whole: bool = True) -> Typed:
        """A column as float64.

        Parameters
        ----------
        decimal : {".", ","}, optional
            The decimal mark, where it is known already.
        whole : bool
            Whether numbers of this kind are counts or money, so that 1.234 means thousands unless the column
            shows otherwise.
        """
        said = f"SELECT place, {_known(f'c{place}', _WORDS)} AS t FROM $rows"
        known = f"SELECT place, t, TRY_CAST(t AS DOUBLE) AS v FROM ({said})"
        grouped = r"(contains(t, '.') AND regexp_full_match(t, '[+-]?[1-9][0-9]{0,2}\.[0-9]{3}'))"
        told = self.ask(f"SELECT coalesce(v, 'nan'::DOUBLE) AS v FROM ({known}) ORDER BY place")
        values = told["v"].astype(np.float64)
        odd = self.ask(
            f"SELECT place, t FROM ({known}) WHERE t IS NOT NULL AND (v IS NULL OR NOT isfinite(v) OR {grouped})"
            " ORDER BY place"
        )
        if not len(odd["place"]):
            return Typed(pd.Series(values), {})
        values[~np.isfinite(values)] = np.nan
        sure = self.ask(f"SELECT t FROM ({known}) WHERE contains(t, '.') AND isfinite(v) AND NOT {grouped} LIMIT 1000")[
            "t"
        ]
        codes, distinct = pd.factorize(odd["t"])
        shown = decimal_mark([*distinct, *sure])
        doubtful = [text for text in distinct if is_ambiguous(text)]
        mark = decimal or shown or (None if whole else ".")
        read = [read_number(text, decimal=mark) for text in distinct]
        at = np.searchsorted(self.places, odd["place"])
        values[at] = np.array([np.nan if value is None else value for value in read])[codes]
        failed = np.array([value is None for value in read])[codes]
        notes: tuple[Note, ...] = ()
        if doubtful and decimal is None:
            meant = read_number(doubtful[0], decimal=mark)
            meant = int(meant) if meant is not None and meant.is_integer() else meant
            notes = (Note("tables.number-decided", {"column": column, "value": doubtful[0], "meant": meant}),)
        return Typed(pd.Series(values), dict(zip(at[failed].tolist(), odd["t"][failed], strict=True)), notes)

    def times(
        self, place: int, *, column: str, day_first: bool | None, default_day_first: bool, zone: dt.tzinfo
    ) -> Typed:
        """A column as datetime64[us, UTC].

        Parameters
        ----------
        day_first : bool, optional
            Whether 03/04/2026 is 3 April, where it is known already.
        default_day_first : bool
            What to assume where not even all values together tell.
        zone : tzinfo
            The zone of times that name none.
        """
        known = f"SELECT place, {_known(f'c{place}', _WORDS)} AS t FROM $rows"
        plain = f"coalesce(c{place}, '') = '' OR regexp_full_match(c{place}, '{_ISO}')"
        notes: tuple[Note, ...] = ()
        reading = default_day_first
        if self.ask(f"SELECT bool_and({plain}) AS plain FROM $rows")["plain"].all():
            absolute, local = "NULL", f"epoch_us(TRY_CAST(c{place} AS TIMESTAMP))"
            source = f"SELECT *, c{place} <> '' AS said FROM $rows"
        else:
            marks, reading, notes = self._order(known, column, day_first, default_day_first)
            absolute, local = _time_sql(marks, reading)
            source = f"SELECT *, t IS NOT NULL AS said, TRY_CAST(t AS DOUBLE) AS d FROM ({known})"
        got = self.ask(
            f"SELECT coalesce({absolute}, {_NO_TIME}) AS a, coalesce({local}, {_NO_TIME}) AS l,"
            f" coalesce(said, false) AS said FROM ({source}) ORDER BY place"
        )
        utc, naive = got["a"].astype(np.int64), got["l"].astype(np.int64)
        missing = (utc == _NO_TIME) & ((naive < _FIRST) | (naive > _LAST))
        naive[missing] = _NO_TIME
        unread: dict[int, str] = {}
        if (missing & got["said"].astype(bool)).any():
            odd = self.ask(f"SELECT place, t FROM ({known}) WHERE t IS NOT NULL ORDER BY place")
            at = np.searchsorted(self.places, odd["place"])
            doubtful = missing[at]
            unread = _read_odd(at[doubtful], odd["t"][doubtful], utc, naive, day_first=reading)
        stamps = _from_zone(utc, naive, zone)
        with_clock = (naive != _NO_TIME) & (naive % 86_400_000_000 != 0)
        return Typed(stamps, unread, notes, local=bool(with_clock.any()))

    def _order(
        self, known: str, column: str, day_first: bool | None, default: bool
    ) -> tuple[list[str], bool, tuple[Note, ...]]:
        """The marks between a column's day, month and year, whether the day is first, and the note on a guess."""
        pairs = self.ask(
            f"SELECT DISTINCT regexp_extract(t, '{_DATE}', 1) AS a, regexp_extract(t, '{_DATE}', 2) AS mark,"
            f" regexp_extract(t, '{_DATE}', 3) AS b FROM ({known}) WHERE regexp_matches(t, '{_DATE}')"
        )
        marks = sorted(set(pairs["mark"]))
        if day_first is not None or not marks:
            return marks, default if day_first is None else day_first, ()
        reading, settled = is_day_first(set(map(int, pairs["a"])), set(map(int, pairs["b"])), default=default)
        guessed = "tables.day-first-guessed" if reading else "tables.month-first-guessed"
        return marks, reading, () if settled else (Note(guessed, {"column": column}),)


def _from_zone(utc: Positions, naive: Positions, zone: dt.tzinfo) -> pd.Series[Any]:
    """Absolute times and those of a zone as one column in UTC; an hour that a clock skipped is the next one."""
    has = naive != _NO_TIME
    merged = np.where(has, naive, utc)
    if zone is not dt.UTC and has.any():
        local = pd.DatetimeIndex(naive[has].view("datetime64[us]"))
        zoned = local.tz_localize(zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward")
        merged[has] = zoned.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]").view(np.int64)
    return pd.Series(pd.DatetimeIndex(merged.view("datetime64[us]")).tz_localize("UTC"))


def _objects(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Texts, NaN where there is none."""
    return np.asarray(np.ma.filled(cells.astype(object), np.nan), dtype=object)


def _known(cell: str, words: str) -> str:
    """SQL for a cell's text, NULL where it is empty or says that nothing is there."""
    ends = f"ascii({cell}), ascii(right({cell}, 1))"
    # Trimming every kind of space is slow; most cells visibly have none.
    trimmed = f"CASE WHEN least({ends}) > 32 AND greatest({ends}) < 127 THEN {cell} ELSE trim({cell}, $spaces) END"
    return f"CASE WHEN length({cell}) < 14 AND lower({trimmed}) IN ('{words}') THEN NULL ELSE {trimmed} END"


def _time_sql(marks: list[str], day_first: bool) -> tuple[str, str]:
    """SQL for microseconds since 1970, of texts t that are numbers d: absolute ones, and those without a zone."""
    order = "%d{0}%m{0}%Y" if day_first else "%m{0}%d{0}%Y"
    clocks = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
    formats = ", ".join(f"'{order.format(mark)}{clock}'" for mark in marks for clock in clocks)
    dated = f"try_strptime(t, [{formats}])" if formats else "CAST(NULL AS TIMESTAMP)"
    scaled = " ".join(
        f"WHEN d >= {low} AND d < {low} * 50 THEN CAST(d * {factor} AS BIGINT)"
        for low, factor in (("1e8", "1e6"), ("1e11", "1e3"), ("1e14", "1"), ("1e17", "1e-3"))
    )
    absolute = (
        f"CASE WHEN d IS NOT NULL THEN CASE WHEN regexp_full_match(t, '{_DAY}([01]\\d|2[0-3])?') THEN NULL {scaled} END"
        f" WHEN regexp_full_match(t, '{_ISO_ZONED}') THEN epoch_us(TRY_CAST(t AS TIMESTAMPTZ)) END"
    )
    local = (
        f"CASE WHEN d >= 20000 AND d < 80000 THEN CAST(round((d - 25569) * 86400) AS BIGINT) * 1000000"
        f" WHEN d IS NOT NULL AND regexp_full_match(t, '{_DAY}') THEN epoch_us(try_strptime(t, '%Y%m%d'))"
        f" WHEN d IS NOT NULL THEN NULL"
        f" WHEN regexp_full_match(t, '{_ISO}') THEN epoch_us(TRY_CAST(t AS TIMESTAMP))"
        f" ELSE epoch_us({dated}) END"
    )
    return absolute, local


def _read_odd(
    at: Positions, texts: npt.NDArray[Any], utc: Positions, naive: Positions, *, day_first: bool
) -> dict[int, str]:
    """Read what DuckDB could not, in place; what nobody can read is returned."""
    codes, distinct = pd.factorize(texts)
    read = [read_time(str(text), day_first=day_first) for text in distinct]
    moments = np.full(len(distinct), _NO_TIME)
    zoned = np.zeros(len(distinct), dtype=bool)
    for place, found in enumerate(read):
        if found is not None and 1970 <= found[0].year < 2100:
            moments[place] = (found[0] - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
            zoned[place] = found[1]
    utc[at] = np.where(zoned, moments, _NO_TIME)[codes]
    naive[at] = np.where(zoned, _NO_TIME, moments)[codes]
    failed = (moments == _NO_TIME)[codes]
    return dict(zip(at[failed].tolist(), texts[failed], strict=True))
