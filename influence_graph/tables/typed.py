"""Columns of text become numbers and times: DuckDB reads what is clean, Python only what it gave up on."""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.tables.numbers import decimal_mark, is_ambiguous, read_number
from influence_graph.tables.rows import WORDS, Positions, Rows, known_text
from influence_graph.tables.schema import Note
from influence_graph.tables.times import is_day_first, read_time

_NO_TIME = np.iinfo(np.int64).min
_FIRST = int(dt.datetime(1970, 1, 1, tzinfo=dt.UTC).timestamp() * 1e6)
_LAST = int(dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp() * 1e6)
_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_ISO_ZONED = r"\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|z|UTC|[+-]\d{2}(:?\d{2})?)"
_DAY = r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
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


def read_numbers(rows: Rows, place: int, *, column: str, decimal: str | None = None, whole: bool = True) -> Typed:
    """A column as float64.

    Parameters
    ----------
    decimal : {".", ","}, optional
        The decimal mark, where it is known already.
    whole : bool
        Whether numbers of this kind are counts or money, so that 1.234 means thousands unless the column
        shows otherwise.
    """
    said = f"SELECT place, {known_text(f'c{place}', WORDS)} AS t FROM $rows"
    known = f"SELECT place, t, TRY_CAST(t AS DOUBLE) AS v FROM ({said})"
    grouped = r"(contains(t, '.') AND regexp_full_match(t, '[+-]?[1-9][0-9]{0,2}\.[0-9]{3}'))"
    told = rows.ask(
        f"SELECT coalesce(v, 'nan'::DOUBLE) AS v, CASE WHEN v IS NULL OR NOT isfinite(v) OR {grouped} THEN t END AS odd"
        f" FROM ({known}) ORDER BY place"
    )
    values = told["v"].astype(np.float64)
    at = np.flatnonzero(~np.ma.getmaskarray(told["odd"]))
    if not len(at):
        return Typed(pd.Series(values), {})
    odd = np.ma.getdata(told["odd"])[at]
    values[~np.isfinite(values)] = np.nan
    sure = rows.ask(f"SELECT t FROM ({known}) WHERE contains(t, '.') AND isfinite(v) AND NOT {grouped} LIMIT 1000")["t"]
    codes, distinct = pd.factorize(odd)
    shown = decimal_mark([*distinct, *sure])
    doubtful = [text for text in distinct if is_ambiguous(text)]
    mark = decimal or shown or (None if whole else ".")
    read = [read_number(text, decimal=mark) for text in distinct]
    values[at] = np.array([np.nan if value is None else value for value in read])[codes]
    failed = np.array([value is None for value in read])[codes]
    notes: tuple[Note, ...] = ()
    if doubtful and decimal is None:
        meant = read_number(doubtful[0], decimal=mark)
        other = next(each for each in (read_number(doubtful[0], decimal=way) for way in ".,") if each != meant)
        decided = {"column": column, "value": doubtful[0], "meant": meant, "other": other}
        notes = (Note("tables.number-decided", decided),)
    return Typed(pd.Series(values), dict(zip(at[failed].tolist(), odd[failed], strict=True)), notes)


def read_times(
    rows: Rows, place: int, *, column: str, day_first: bool | None, default_day_first: bool, zone: dt.tzinfo
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
    known = f"SELECT place, {known_text(f'c{place}', WORDS)} AS t FROM $rows"
    plain = f"coalesce(c{place}, '') = '' OR regexp_full_match(c{place}, '{_ISO}')"
    notes: tuple[Note, ...] = ()
    reading = default_day_first
    if rows.ask(f"SELECT bool_and({plain}) AS plain FROM $rows")["plain"].all():
        absolute, local = "NULL", f"epoch_us(TRY_CAST(c{place} AS TIMESTAMP))"
        source = f"SELECT *, c{place} <> '' AS said FROM $rows"
    else:
        marks, reading, notes = _order(rows, known, column, day_first, default_day_first)
        absolute, local = _time_sql(marks, reading)
        source = f"SELECT *, t IS NOT NULL AS said, TRY_CAST(t AS DOUBLE) AS d FROM ({known})"
    got = rows.ask(
        f"SELECT coalesce({absolute}, {_NO_TIME}) AS a, coalesce({local}, {_NO_TIME}) AS l,"
        f" coalesce(said, false) AS said FROM ({source}) ORDER BY place"
    )
    utc, naive = got["a"].astype(np.int64), got["l"].astype(np.int64)
    missing = (utc == _NO_TIME) & ((naive < _FIRST) | (naive > _LAST))
    naive[missing] = _NO_TIME
    unread: dict[int, str] = {}
    if (missing & got["said"].astype(bool)).any():
        odd = rows.ask(f"SELECT place, t FROM ({known}) WHERE t IS NOT NULL ORDER BY place")
        at = np.searchsorted(rows.places, odd["place"])
        doubtful = missing[at]
        unread = _read_odd(at[doubtful], odd["t"][doubtful], utc, naive, day_first=reading)
    stamps = _from_zone(utc, naive, zone)
    with_clock = (naive != _NO_TIME) & (naive % 86_400_000_000 != 0)
    return Typed(stamps, unread, notes, local=bool(with_clock.any()))


def _order(
    rows: Rows, known: str, column: str, day_first: bool | None, default: bool
) -> tuple[list[str], bool, tuple[Note, ...]]:
    """The marks between a column's day, month and year, whether the day is first, and the note on a guess."""
    pairs = rows.ask(
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
