"""One sheet becomes typed rows of one table; what can't be read is listed, nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.language import say
from influence_graph.tables.headers import zone_named
from influence_graph.tables.numbers import MISSING, read_number
from influence_graph.tables.plausible import doubts
from influence_graph.tables.recognise import Meaning
from influence_graph.tables.rows import Rows
from influence_graph.tables.schema import DTYPES, FAULTS, SCHEMA, Note
from influence_graph.tables.settings import find_zone
from influence_graph.tables.sheets import Sheet
from influence_graph.tables.times import read_time
from influence_graph.tables.typed import Typed, read_numbers, read_times

_FRACTIONS = frozenset({"rating", "promo"})
"""Numbers that are small by nature: 4.125 is four and a bit."""
_SHOWN = 200
"""Characters of a refused value that are shown."""


@dataclass(frozen=True)
class Part:
    """What one sheet gave one table: rows that can stand, and what was refused.

    `faults` also says of each whether its row was refused (else it was kept without the cell).
    `zoneless` names a column whose times say no zone though the sheet looks local.
    """

    label: str
    meaning: Meaning
    frame: pd.DataFrame
    faults: pd.DataFrame
    read: int
    refused: int
    notes: tuple[Note, ...]
    zoneless: str | None = None


def first_row(sheet: Sheet, meaning: Meaning) -> int:
    """Position of the first row that is data: below the header, and below rows that describe the columns."""
    start = meaning.header + 1
    kinds = {place: SCHEMA[meaning.table].kind(column) for column, place in meaning.columns.items()}
    typed = {place: kind for place, kind in kinds.items() if kind in {"number", "time"}}
    rows = sheet.head
    while start < len(rows) - 1 and _describes(rows[start], typed) and not _describes(rows[start + 1], typed):
        start += 1
    return start


def _describes(row: Sequence[str], typed: Mapping[int, str]) -> bool:
    """Whether a row's cells are words about columns that should hold numbers and times."""
    cells = [
        (row[place], kind)
        for place, kind in typed.items()
        if place < len(row) and row[place].strip().lower() not in MISSING
    ]
    unread = [
        cell
        for cell, kind in cells
        if (read_number(cell) if kind == "number" else read_time(cell, day_first=True) or read_number(cell)) is None
    ]
    return bool(cells) and len(unread) == len(cells) and any(len(cell.split()) > 2 for cell in unread)


def load(rows: Rows, sheet: Sheet, meaning: Meaning, headers: Sequence[str], timezone: str | None) -> Part:
    """Read a sheet's rows as its meaning says.

    Parameters
    ----------
    rows : Rows
        The rows below the header.
    headers : sequence of str
        What the columns are called in the file.
    timezone : str, optional
        The zone of times that name none.
    """
    schema, size = SCHEMA[meaning.table], len(rows)
    columns: dict[str, pd.Series[Any]] = {}
    written = {
        c.name: meaning.columns[c.name]
        for c in schema.columns
        if c.kind in {"id", "text"} and c.name in meaning.columns
    }
    composed = (place for parts in meaning.composed.values() for place in parts)
    texts = rows.texts(
        [*written.values(), *meaning.extra.values(), *composed], none_is_told=[meaning.columns.get("deal")]
    )
    unread: dict[str, dict[int, str]] = {}
    notes: list[Note] = []
    zoneless: str | None = None
    for column in schema.columns:
        place = meaning.columns.get(column.name)
        if place is None:
            columns[column.name] = _without(texts, meaning, column.name, column.kind, size)
            continue
        if column.kind in {"id", "text"}:
            columns[column.name] = texts[place]
            if column.kind == "id":
                notes += _mangled(rows, place, headers[place])
            continue
        if column.kind == "number":
            typed = read_numbers(
                rows, place, column=headers[place], decimal=meaning.decimal, whole=column.name not in _FRACTIONS
            )
        else:
            typed, unzoned = _times(rows, place, headers[place], meaning, timezone)
            zoneless = zoneless or (headers[place] if unzoned and meaning.local_time else None)
            if unzoned and not meaning.local_time:
                notes.append(Note("tables.assumed-utc", {"column": headers[place]}))
        columns[column.name], unread[column.name] = typed.values, typed.unread
        notes += typed.notes
    notes += doubts(columns, meaning, headers)
    for name, place in meaning.extra.items():
        columns[name] = texts[place]
    frame = pd.DataFrame(columns, index=pd.RangeIndex(size), copy=False)  # nobody else has them
    if meaning.implied:
        kept, faults, refused = _implied(frame, unread, rows, meaning, headers)
    else:
        kept, faults, refused = _judged(frame, unread, rows, meaning, headers)
    told = tuple(replace(note, numbers={"file": sheet.label, **_tidied(note.numbers)}) for note in notes)
    return Part(
        sheet.label, meaning, kept, faults, len(kept) + refused, refused, told, _tidy(zoneless) if zoneless else None
    )


def _without(texts: dict[int, pd.Series[Any]], meaning: Meaning, column: str, kind: str, size: int) -> pd.Series[Any]:
    """A column that no header fills: composed of others, the same everywhere, or missing."""
    if parts := meaning.composed.get(column):
        first, *others = (texts[place] for place in parts)
        joined = first.fillna("")
        for other in others:
            joined = joined + "|" + other.fillna("")
        return joined.mask(first.isna())
    if (constant := meaning.constants.get(column)) is not None:
        value = read_number(constant) if kind == "number" else constant
        return pd.Series([value] * size, dtype=DTYPES[kind])
    return pd.Series(index=pd.RangeIndex(size), dtype=DTYPES[kind])


def _times(rows: Rows, place: int, header: str, meaning: Meaning, timezone: str | None) -> tuple[Typed, bool]:
    """A column of times, and whether its zone had to be assumed."""
    told = meaning.timezone or zone_named(header) or timezone
    typed = read_times(
        rows,
        place,
        column=header,
        day_first=meaning.day_first,
        default_day_first=meaning.likely_day_first,
        zone=find_zone(told) if told else dt.UTC,
    )
    return typed, typed.local and told is None


def _mangled(rows: Rows, place: int, header: str) -> list[Note]:
    """Ids that a spreadsheet rounded away can't be repaired, only pointed at."""
    value, many = rows.rounded(place)
    return [Note("tables.rounded-ids", {"column": header, "value": value, "n": many})] if many else []


def _judged(
    frame: pd.DataFrame, unread: dict[str, dict[int, str]], rows: Rows, meaning: Meaning, headers: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Rows that lack what is needed are refused; cells that can't be read are listed and their rows kept."""
    refused = np.zeros(len(frame), dtype=bool)
    found = []
    width = max((place + 1 for place, header in enumerate(headers) if header.strip()), default=0)
    too_many = rows.cells > width if not rows.sheet.named else refused
    if 0 < too_many.sum() <= 0.5 * len(frame):
        # Where every row is wider than the header a column merely has no name; where some are, cells slipped.
        found.append(
            _faults(rows, too_many, "", rows.cells[too_many].astype(str), say("tables.reason-cells", cells=width))
        )
        refused |= too_many
    for column in SCHEMA[meaning.table].needed:
        missing = frame[column].isna().to_numpy() & ~refused
        if missing.any():
            texts = unread.get(column, {})
            header = headers[meaning.columns[column]] if column in meaning.columns else column
            bad = missing & _at(texts, len(frame))
            found.append(_faults(rows, bad, header, _picked(texts, bad), _reason(meaning.table, column)))
            found.append(_faults(rows, missing & ~bad, header, "", say("tables.reason-missing", column=column)))
            refused |= missing
    found += _kept_without(unread, rows, meaning, headers, ~refused)
    return frame[~refused] if refused.any() else frame, _joined(found), int(refused.sum())


def _implied(
    frame: pd.DataFrame, unread: dict[str, dict[int, str]], rows: Rows, meaning: Meaning, headers: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Rows without a key imply nothing: that is no fault of theirs."""
    stands = frame[list(SCHEMA[meaning.table].needed)].notna().all(axis=1).to_numpy()
    return frame[stands], _joined(_kept_without(unread, rows, meaning, headers, stands)), 0


def _kept_without(
    unread: dict[str, dict[int, str]], rows: Rows, meaning: Meaning, headers: Sequence[str], kept: npt.NDArray[np.bool_]
) -> list[pd.DataFrame]:
    found = []
    for column, texts in unread.items():
        if texts and column not in SCHEMA[meaning.table].needed:
            bad = _at(texts, len(kept)) & kept
            reason = say("tables.reason-kept", what=_reason(meaning.table, column))
            found.append(
                _faults(rows, bad, headers[meaning.columns[column]], _picked(texts, bad), reason, refused=False)
            )
    return found


def _reason(table: str, column: str) -> str:
    if SCHEMA[table].kind(column) == "time":
        return say("tables.reason-time", column=column)
    return say("tables.reason-number", column=column)


def _at(texts: dict[int, str], size: int) -> npt.NDArray[np.bool_]:
    marked = np.zeros(size, dtype=bool)
    marked[np.fromiter(texts, np.int64, len(texts))] = True
    return marked


def _picked(texts: dict[int, str], rows: npt.NDArray[np.bool_]) -> list[str]:
    return [str(texts[place])[:_SHOWN] for place in np.flatnonzero(rows).tolist()]


def _faults(
    rows: Rows, at: npt.NDArray[np.bool_], column: str, value: Any, reason: str, *, refused: bool = True
) -> pd.DataFrame:
    lines = rows.lines[at]
    told = {"file": rows.sheet.label, "line": lines, "column": _tidy(column), "value": value, "reason": reason}
    return pd.DataFrame(told | {"refused": refused}, index=range(len(lines)))


def _joined(found: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [faults for faults in found if len(faults)]
    if not filled:
        return pd.DataFrame(columns=[*FAULTS, "refused"])
    return pd.concat(filled, ignore_index=True).sort_values("line", kind="stable", ignore_index=True)


def _tidy(header: str) -> str:
    return " ".join(header.split())


def _tidied(numbers: dict[str, Any]) -> dict[str, Any]:
    return {name: _tidy(value) if name == "column" else value for name, value in numbers.items()}
