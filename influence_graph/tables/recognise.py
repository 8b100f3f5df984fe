"""Which table a sheet is, and which of its columns are ours: by its headers, whatever the file is called.

Aliases live in ``exports/general.toml``, the layouts of platforms in one ``exports/<name>.toml`` each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from influence_graph.tables.columns import Wanted, assign
from influence_graph.tables.headers import fold, looks_local, platform_named, readings, unique_names
from influence_graph.tables.schema import SCHEMA

EXPORTS = Path(__file__).parent / "exports"
HEADER_DEPTH = 25
"""How many rows may stand above a header."""

# Where two tables explain a header equally well, the earlier one is meant.
_PREFERENCE = ("conversions", "shares", "follows", "aliases", "touches", "followers", "creators", "campaigns")
# Beside its key a table must show one of these, or any list with a date or a campaign would look like it.
_TELLING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "campaigns": frozenset({"name", "product", "starts_at", "ends_at", "budget"}),
        "followers": frozenset({"followers", "following"}),
        "touches": frozenset({"person_id", "share_id", "creator_id"}),
    }
)
# Ids that can be made of other columns where an export has none: who posted when is one post.
_COMPOSED: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"shares": {"share_id": ("person_id", "shared_at", "content_id")}}
)
_COUNTED = frozenset({"views", "likes", "comments", "saves", "reshares"})


@dataclass(frozen=True)
class Meaning:
    """What one table takes from one sheet.

    Attributes
    ----------
    table : str
        A name of `SCHEMA`.
    header : int
        Row of the sheet's head that holds the headers.
    columns : Mapping[str, int]
        Our column: position in the sheet.
    constants : Mapping[str, str]
        Our column: the same text in every row.
    composed : Mapping[str, tuple of int]
        Our column: positions whose texts are joined to make it.
    extra : Mapping[str, int]
        Columns that nothing of ours is called like, kept under their own names.
    ignored : tuple of str
        Headers passed over because another column with the same name said more.
    export : str or None
        Title of the platform export, where one was recognised.
    implied : bool
        The table is read from another table's rows (creators named by orders): it only fills gaps.
    local_time : bool
        The source looks as if its times were local ones.
    likely_day_first : bool
        How 03/04/2026 is read where not even all values of a column tell.
    day_first, decimal, timezone
        What the user said in ``tables.toml``; None where they did not.
    """

    table: str
    header: int
    columns: Mapping[str, int]
    constants: Mapping[str, str] = field(default_factory=dict)
    composed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    extra: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    export: str | None = None
    implied: bool = False
    local_time: bool = False
    likely_day_first: bool = True
    day_first: bool | None = None
    decimal: str | None = None
    timezone: str | None = None

    @property
    def known(self) -> frozenset[str]:
        """Our columns that this sheet fills."""
        return frozenset(self.columns) | frozenset(self.constants) | frozenset(self.composed)


@dataclass(frozen=True)
class Export:
    """The layout of one platform's export."""

    title: str
    recognised_by: tuple[tuple[frozenset[str], ...], ...]
    unless: frozenset[str]
    tables: tuple[Mapping[str, Any], ...]
    local_time: bool
    day_first: bool

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether these headers are this export's."""
        present = {reading for header in headers for reading in readings(header)}
        if present & self.unless:
            return False
        return any(all(present & choice for choice in signature) for signature in self.recognised_by)


@cache
def general() -> Mapping[str, Wanted]:
    """What columns are called anywhere, by table."""
    read: Mapping[str, Wanted] = tomllib.loads((EXPORTS / "general.toml").read_text(encoding="utf-8"))
    return read


@cache
def exports() -> tuple[Export, ...]:
    """The platform exports known, one a file."""
    known = []
    for path in sorted(EXPORTS.glob("*.toml")):
        if path.stem == "general":
            continue
        layout = tomllib.loads(path.read_text(encoding="utf-8"))
        signatures = tuple(
            tuple(frozenset(map(fold, choice.split("|"))) for choice in signature)
            for signature in layout["recognised_by"]
        )
        known.append(
            Export(
                layout["title"],
                signatures,
                frozenset(map(fold, layout.get("unless", ()))),
                tuple(layout["table"]),
                bool(layout.get("local_time", False)),
                bool(layout.get("day_first", True)),
            )
        )
    return tuple(known)


def recognise(head: Sequence[Sequence[str]], *, named: bool = False) -> tuple[Meaning, ...]:
    """What a sheet is, from its first rows.

    Parameters
    ----------
    head : sequence of rows
        The first rows, as text.
    named : bool
        Whether the first row is known to hold the headers.

    Returns
    -------
    tuple of Meaning
        The table, then what it implies; empty where no row looks like a header.
    """
    best: tuple[Meaning, ...] = ()
    for row in range(1 if named else min(len(head), HEADER_DEPTH)):
        if any(cell.strip() for cell in head[row]):
            found = _as_header(head[row], head[row + 1 :], row)
            if found and (not best or len(found[0].known) > len(best[0].known)):
                best = found
    return best


def nearest(head: Sequence[Sequence[str]]) -> tuple[str, tuple[str, ...]] | None:
    """The table a sheet comes closest to, and what it lacks: for the sentence that says why it was not understood."""
    closest: tuple[int, str, tuple[str, ...]] | None = None
    for row in range(min(len(head), HEADER_DEPTH)):
        for table, wanted in general().items():
            columns, _ = assign(table, wanted, head[row], head[row + 1 :])
            if columns and (closest is None or len(columns) > closest[0]):
                closest = len(columns), table, tuple(set(SCHEMA[table].needed) - set(columns))
    return None if closest is None else (closest[1], tuple(c for c in SCHEMA[closest[1]].needed if c in closest[2]))


def like_posts(meaning: Meaning, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Headers of a list of creators that tell of single posts: what a post is, or when, and how often it was seen."""
    if meaning.table != "creators" or meaning.export is not None:
        return ()
    columns, _ = assign("shares", general()["shares"], headers, rows)
    spare = {name: place for name, place in columns.items() if place not in meaning.columns.values()}
    if not (spare.keys() & {"share_id", "shared_at"} and spare.keys() & _COUNTED):
        return ()
    return tuple(headers[place].strip() for place in sorted(spare.values()))


def _as_header(headers: Sequence[str], rows: Sequence[Sequence[str]], row: int) -> tuple[Meaning, ...]:
    readings_of_it = []
    for name in _PREFERENCE:
        columns, ignored = assign(name, general()[name], headers, rows)
        meaning = Meaning(
            name, row, columns, _constants(name, columns, headers), _compose(name, columns), ignored=ignored
        )
        if _complete(meaning):
            readings_of_it.append((meaning, *_implied_by(meaning, headers, rows)))
    best = max(readings_of_it, key=lambda found: len(found[0].known), default=())
    for export in exports():
        if export.fits(headers):
            found = _by_export(export, headers, rows, row)
            if found and len(found[0].known) + 2 >= (len(best[0].known) if best else 0):
                best = found
                break
    if not best:
        return ()
    local = looks_local(headers, rows)
    first = replace(best[0], extra=_extra(best, headers))
    return tuple(replace(meaning, local_time=meaning.local_time or local) for meaning in (first, *best[1:]))


def _by_export(export: Export, headers: Sequence[str], rows: Sequence[Sequence[str]], row: int) -> tuple[Meaning, ...]:
    found = []
    for layout in export.tables:
        columns, ignored = assign(layout["name"], layout["columns"], headers, rows)
        places = {reading: place for place, header in reversed([*enumerate(headers)]) for reading in readings(header)}
        composed = {
            column: tuple(places[fold(part)] for part in parts if fold(part) in places)
            for column, parts in layout.get("composed", {}).items()
            if column not in columns
        }
        meaning = Meaning(
            layout["name"],
            row,
            columns,
            _constants(layout["name"], columns, headers) | layout.get("constants", {}),
            composed or _compose(layout["name"], columns),
            ignored=ignored,
            export=export.title,
            implied=bool(layout.get("implied", False)),
            local_time=export.local_time,
            likely_day_first=export.day_first,
        )
        if _complete(meaning):
            found.append(meaning)
    return () if not found or found[0].implied else tuple(found)


def _complete(meaning: Meaning) -> bool:
    """Everything needed is there, and more than a key that any list might have."""
    needed = set(SCHEMA[meaning.table].needed) <= meaning.known
    return needed and (meaning.table not in _TELLING or bool(meaning.known & _TELLING[meaning.table]))


def _constants(table: str, columns: Mapping[str, int], headers: Sequence[str]) -> dict[str, str]:
    """The platform, where only the headers name it."""
    platform = platform_named(headers) if table == "creators" and "platform" not in columns else None
    return {} if platform is None else {"platform": platform}


def _compose(table: str, columns: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    return {
        column: tuple(columns[part] for part in parts if part in columns)
        for column, parts in _COMPOSED.get(table, {}).items()
        if column not in columns and all(part in columns for part in parts[:2])
    }


def _implied_by(meaning: Meaning, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Meaning, ...]:
    """Posts that carry their author's follower count describe creators too; a list of creators may name their codes."""
    if meaning.table == "creators":
        columns, _ = assign("conversions", {"code": general()["conversions"]["code"]}, headers, rows)
        if columns.get("code") in (None, *meaning.columns.values()):
            return ()
        whose = {"alias": columns["code"], "person_id": meaning.columns["creator_id"]}
        return (Meaning("aliases", meaning.header, whose, {"kind": "code"}, implied=True),)
    if meaning.table != "shares":
        return ()
    wanted = {column: general()["creators"][column] for column in ("followers", "platform")}
    columns, _ = assign("creators", wanted, headers, rows)
    if "followers" not in columns:
        return ()
    return (Meaning("creators", meaning.header, {"creator_id": meaning.columns["person_id"], **columns}, implied=True),)


def _extra(found: Sequence[Meaning], headers: Sequence[str]) -> dict[str, int]:
    """Columns of the sheet that no table took, under names that are theirs alone."""
    first = found[0]
    taken = {place for meaning in found for place in meaning.columns.values()}
    spare = ["" if place in taken or header in first.ignored else header for place, header in enumerate(headers)]
    # Ours come first, so that a foreign column never passes for one of them.
    ours = SCHEMA[first.table].names
    names = unique_names([*ours, *spare])[len(ours) :]
    return {name: place for place, name in enumerate(names) if name}
