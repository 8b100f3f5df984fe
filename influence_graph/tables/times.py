"""Times as people and platforms write them, where DuckDB's own reading gave up."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_MONTHS = {
    name: month
    for month, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?\s*(?P<half>[ap]\.?m\.?|sa\b|ch\b)?"
)
_ZONE = re.compile(r"\s*(?:(?P<utc>z|utc|gmt)|(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?)$")
_YMD = re.compile(r"(?P<year>(?:19|20)\d{2})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})")
_ABC = re.compile(r"(?P<first>\d{1,2})[-/. ](?P<second>\d{1,2})[-/. ](?P<year>\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/. ]+(?P<month>[a-z]{3,9})\.?,?[-/. ]+(?P<year>\d{4})")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]{3,9})\.?[-/. ]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+(?P<year>\d{4})")
_VIETNAMESE = re.compile(r"(?:ngay )?(?P<day>\d{1,2}),? (?:thang|thg) ?(?P<month>\d{1,2}),? (?:nam )?(?P<year>\d{4})")
_HOUR_ONLY = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})?")


def read_time(text: str, *, day_first: bool) -> tuple[dt.datetime, bool] | None:
    """One time, or None where there is none to be read.

    Parameters
    ----------
    text : str
        As it was written: 24 h or 12 h clock before or behind the date, months as numbers or words.
    day_first : bool
        Whether 03/04/2026 is 3 April.

    Returns
    -------
    (datetime, bool) or None
        Without zone; True where the text named its zone, and then the time is UTC.

    Examples
    --------
    >>> read_time("03/04/2026 02:15 PM", day_first=True)[0].isoformat()
    '2026-04-03T14:15:00'
    >>> read_time("Mar 5, 2026, 2:15:00 PM GMT+0700", day_first=False)
    (datetime.datetime(2026, 3, 5, 7, 15), True)
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    plain = " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
    try:
        clock = _CLOCK.search(plain)
        if clock is None:
            date = _date(plain.strip(" ,"), day_first)
            return None if date is None else (date, False)
        rest = plain[clock.end() :]
        zone = _ZONE.match(rest) if rest.strip() else None
        around = plain[: clock.start()] + " " + (rest[zone.end() :] if zone else rest)
        date = _date(
            re.sub(r"\bt$|^t\b|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?|\b(?:luc|at)\b", " ", around).strip(" ,-t"),
            day_first,
        )
        if date is None:
            return None
        moment = date + _time_of_day(clock)
        if zone is None:
            return moment, False
        offset = dt.timedelta(hours=int(zone["hours"] or 0), minutes=int(zone["minutes"] or 0))
        return moment - (-offset if zone["sign"] == "-" else offset), True
    except (ValueError, OverflowError):
        return None


def _time_of_day(clock: re.Match[str]) -> dt.timedelta:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    half = (clock["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        # 14:05 PM is what spreadsheets make of a 24 h clock: the hour already says it.
        half = ""
    if half:
        hour = hour % 12 + (12 if half in {"p", "c"} else 0)
    dt.time(hour, minute, second)
    return dt.timedelta(
        hours=hour, minutes=minute, seconds=second, microseconds=int((clock["fraction"] or "").ljust(6, "0")[:6])
    )


def _date(text: str, day_first: bool) -> dt.datetime | None:
    if found := _YMD.fullmatch(text):
        return dt.datetime(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _ABC.fullmatch(text):
        first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
        # A value that only makes sense one way is read that way, whatever the rest of the column does.
        day, month = (first, second) if (day_first or first > 12) and second <= 12 else (second, first)
        return dt.datetime(year + 2000 if year < 100 else year, month, day)
    for pattern in (_VIETNAMESE, _DAY_MONTH, _MONTH_DAY):
        if found := pattern.fullmatch(text):
            month = int(found["month"]) if found["month"].isdigit() else _MONTHS.get(found["month"], 0)
            return dt.datetime(int(found["year"]), month, int(found["day"]))
    if found := _HOUR_ONLY.fullmatch(text):
        return dt.datetime(int(found["year"]), int(found["month"]), int(found["day"]), int(found["hour"] or 0))
    return None


def is_day_first(firsts: set[int], seconds: set[int], *, default: bool) -> tuple[bool, bool]:
    """Whether a column writes the day before the month, from the first and the second numbers of all its dates.

    Returns
    -------
    (bool, bool)
        The reading, and whether the values themselves settled it.
    """
    if max(firsts, default=0) > 12 or max(seconds, default=0) > 12:
        return max(firsts, default=0) > 12, True
    # Days change faster than months: of two readings the one with more different days is likelier.
    if abs(len(firsts) - len(seconds)) > 2:
        return len(firsts) > len(seconds), False
    return default, False


def month_number(times: pd.Series[Any]) -> pd.Series[Any]:
    """The month of each time, of its own zone, counted from January of year 0; missing where there is none. O(n)."""
    number: pd.Series[Any] = times.dt.year * 12 + times.dt.month - 1
    return number


def month_of(times: pd.Series[Any]) -> pd.Series[Any]:
    """The month of each time, of its own zone, as 2024-05; missing where there is none. O(n), a text a month."""
    number = month_number(times)
    told = {at: f"{int(at) // 12:04d}-{int(at) % 12 + 1:02d}" for at in number.dropna().unique()}
    named: pd.Series[Any] = number.map(told).astype("str")
    return named
