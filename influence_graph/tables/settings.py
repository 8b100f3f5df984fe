"""``tables.toml``: how the user wants the files of a folder read, and the proposal that `check` makes."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from influence_graph.errors import TablesError, UsageError
from influence_graph.tables.headers import fold, looks_local, unique_names
from influence_graph.tables.recognise import Meaning
from influence_graph.tables.schema import SCHEMA
from influence_graph.tables.sheets import Sheet

CONFIG = "tables.toml"
IGNORE = "ignore"
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """What the user says about one file: table, columns, and how its values are written."""

    name: str
    table: str
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    composed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    implied: bool = False
    local_time: bool = False
    day_first: bool | None = None
    decimal: str | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class Settings:
    """What ``tables.toml`` says; nothing where there is none."""

    path: str = CONFIG
    timezone: str | None = None
    rules: tuple[Rule, ...] = ()

    def ignores(self, file: str) -> bool:
        """Whether a whole file is to be left alone."""
        rules = self._named(file)
        return bool(rules) and all(rule.table == IGNORE and rule.sheet is None for rule in rules)

    def rules_for(self, sheet: Sheet) -> tuple[Rule, ...]:
        """The rules that speak of a sheet."""
        return tuple(rule for rule in self._named(sheet.file) if rule.sheet in {None, sheet.part})

    def _named(self, file: str) -> list[Rule]:
        """The rules of the first name (``*.csv`` is one) that fits a file: more careful ones stand above."""
        fitting = [rule for rule in self.rules if fnmatchcase(file, rule.name)]
        return [rule for rule in fitting if rule.name == fitting[0].name]


def find_zone(name: str) -> dt.tzinfo:
    """A time zone by its name (``Asia/Ho_Chi_Minh``) or offset (``+07:00``).

    Raises
    ------
    UsageError
        Nobody knows such a zone.
    """
    if name.upper() in {"UTC", "Z", "GMT"}:
        return dt.UTC
    if offset := _OFFSET.fullmatch(name.strip()):
        sign = -1 if offset[1] == "-" else 1
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours <= 14 and minutes < 60:
            return dt.timezone(sign * dt.timedelta(hours=hours, minutes=minutes))
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UsageError("tables.unknown-timezone", timezone=name) from unknown


def load_settings(path: Path | None) -> Settings:
    """Read a ``tables.toml``.

    Raises
    ------
    TablesError
        The file is missing, is no TOML, or speaks of tables or columns that do not exist.
    """
    if path is None:
        return Settings()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise TablesError("tables.config-unreadable", file=path.name, reason=str(fault)) from fault
    timezone = told.get("timezone")
    if timezone is not None:
        find_zone(str(timezone))
    rules = told.get("file", [])
    if not isinstance(rules, list):
        raise TablesError("tables.config-unreadable", file=path.name, reason="[[file]]")
    return Settings(path.name, timezone, tuple(_rule(path.name, entry) for entry in rules))


def _rule(config: str, entry: Any) -> Rule:
    try:
        rule = Rule(**entry)
        columns = {**rule.columns, **rule.constants, **rule.composed}
    except TypeError as fault:
        raise TablesError(
            "tables.config-unreadable", file=config, reason=str(fault).replace("Rule.__init__() ", "")
        ) from fault
    if rule.table != IGNORE and rule.table not in SCHEMA:
        raise TablesError("tables.config-table", file=config, table=rule.table, tables=", ".join(SCHEMA))
    if rule.table != IGNORE and (unknown := [c for c in columns if c not in SCHEMA[rule.table].names]):
        raise TablesError(
            "tables.config-column",
            file=config,
            column=unknown[0],
            table=rule.table,
            columns=", ".join(SCHEMA[rule.table].names),
        )
    if rule.timezone is not None:
        find_zone(rule.timezone)
    return rule


def follow(rules: Sequence[Rule], sheet: Sheet, settings: Settings) -> tuple[Meaning, ...]:
    """A sheet as the user says it is to be read.

    Raises
    ------
    TablesError
        A header that the rule names is not in the sheet.
    """
    meanings = []
    for rule in rules:
        if rule.table == IGNORE:
            continue
        named = [*rule.columns.values(), *(header for parts in rule.composed.values() for header in parts)]
        row, places = _find_header(sheet, {*map(fold, named)})
        for header in named:
            if fold(header) not in places:
                raise TablesError("tables.config-header", file=settings.path, header=header, sheet=sheet.label)
        columns = {column: places[fold(header)] for column, header in rule.columns.items()}
        ours = SCHEMA[rule.table].names
        spare = ["" if place in columns.values() else header for place, header in enumerate(sheet.head[row])]
        names = unique_names([*ours, *spare])[len(ours) :]
        meanings.append(
            Meaning(
                rule.table,
                row,
                columns,
                rule.constants,
                {column: tuple(places[fold(header)] for header in parts) for column, parts in rule.composed.items()},
                {} if rule.implied else {name: place for place, name in enumerate(names) if name},
                implied=rule.implied,
                local_time=rule.local_time or looks_local(sheet.head[row], sheet.head[row + 1 :]),
                day_first=rule.day_first,
                decimal=rule.decimal,
                timezone=rule.timezone,
            )
        )
    return tuple(meanings)


def _find_header(sheet: Sheet, wanted: set[str]) -> tuple[int, dict[str, int]]:
    """The row that holds most of the wanted headers, and where each header of it stands."""
    rows = [{fold(name): place for place, name in reversed([*enumerate(unique_names(row))])} for row in sheet.head[:25]]
    best = max(range(1 if sheet.named else len(rows)), key=lambda row: len(wanted & rows[row].keys()))
    return best, rows[best]


def quote(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
