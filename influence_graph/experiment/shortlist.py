"""Whom a strategist has in mind: a list of creators, by id, handle, code or name, and who of them can take part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from influence_graph.errors import TablesError, UsageError
from influence_graph.network import Network
from influence_graph.tables.formats import read_sheets
from influence_graph.tables.headers import fold, readings
from influence_graph.tables.recognise import general
from influence_graph.tables.schema import Tables
from influence_graph.tables.sheets import Sheet, column_names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_YES = frozenset({"true", "1", "yes"})


@dataclass(frozen=True)
class Shortlist:
    """Who is listed.

    Attributes
    ----------
    creators : Index
        Ids, sorted, each once.
    left_out : tuple of (str, str)
        What was listed and names nobody, and why: unknown, or ambiguous.
    """

    creators: pd.Index[str]
    left_out: tuple[tuple[str, str], ...] = ()


class Directory:
    """Finds people by whatever a list calls them: an id, a handle, a code, a name; the closest reading counts."""

    def __init__(self, tables: Tables, network: Network) -> None:
        ids = network.nodes.index
        self._ids = frozenset(ids)
        handles = zip(ids.map(_handle), ids, strict=True)
        aliases = zip(tables.aliases["alias"].map(_handle), tables.aliases["person_id"], strict=True)
        named = network.nodes["name"].dropna()
        names = zip(named.str.strip().str.casefold(), named.index, strict=True)
        self._readings = [_grouped(pairs) for pairs in (handles, aliases, names)]

    def find(self, text: str) -> frozenset[str]:
        """Whom a text names: nobody, one, or several."""
        if text in self._ids:
            return frozenset({text})
        forms = (_handle(text), _handle(text), text.strip().casefold())
        found = (reading.get(form) for reading, form in zip(self._readings, forms, strict=True))
        return next((people & self._ids for people in found if people and people & self._ids), frozenset())


def _handle(text: str) -> str:
    return text.strip().removeprefix("@").casefold()


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for form, person in pairs:
        groups[form].add(person)
    return {form: frozenset(people) for form, people in groups.items()}


def shortlist(listed: Sequence[str] | Path | None, tables: Tables, network: Network) -> Shortlist:
    """Who is on a list.

    Parameters
    ----------
    listed : sequence of str, Path or None
        The list, or a CSV, Excel or text file in one of whose columns it stands (a map's people.csv too); None for all
        creators.
    tables : Tables
        Resolved.
    network : Network
        Built from them.

    Raises
    ------
    UsageError
        There is no such file.
    TablesError
        It can't be read, or no column of it names anybody of the tables.
    """
    if listed is None:
        everybody = network.nodes.index[network.nodes["is_creator"].to_numpy(dtype=bool)]
        return Shortlist(everybody.sort_values())
    directory = Directory(tables, network)
    texts = _column(listed, directory) if isinstance(listed, Path) else [text for text in listed if text.strip()]
    found = {text: directory.find(text) for text in dict.fromkeys(texts)}
    left_out = tuple((text, "ambiguous" if people else "unknown") for text, people in found.items() if len(people) != 1)
    creators = sorted({person for people in found.values() if len(people) == 1 for person in people})
    return Shortlist(pd.Index(creators, dtype="str"), left_out)


def _column(path: Path, directory: Directory) -> list[str]:
    """The cells of the column that names most creators; of equals the first."""
    if not path.is_file():
        raise UsageError("experiment.no-such-list", path=path)
    columns = [column for sheet in _sheets(path) for column in _cells(sheet)]
    found = [sum(bool(directory.find(cell)) for cell in column) for column in columns]
    if not any(found):
        raise TablesError("experiment.nobody-listed", path=path)
    cells = columns[found.index(max(found))]
    return cells[1:] if not directory.find(cells[0]) and _is_header(cells[0]) else cells


def _sheets(path: Path) -> Iterator[list[tuple[str, ...]]]:
    """The rows of every sheet of a file, as text, the names of its columns among them."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for sheet in read_sheets(connection, path):
            yield [*([sheet.head[0]] if sheet.named else []), *_rows(connection, sheet)]


def _rows(connection: DuckDBPyConnection, sheet: Sheet) -> list[tuple[str, ...]]:
    columns = ", ".join(f"coalesce({name}, '')" for name in column_names(sheet.width))
    statement = f"SELECT {columns} FROM {sheet.relation} ORDER BY rowid"  # noqa: S608  the names are made by us
    return connection.execute(statement).fetchall()


def _cells(rows: list[tuple[str, ...]]) -> Iterator[list[str]]:
    """The filled cells of each column; of a map's people the creators alone."""
    if not rows:
        return
    headers = [fold(cell) for cell in rows[0]]
    if "iscreator" in headers:
        place = headers.index("iscreator")
        rows = [rows[0], *(row for row in rows[1:] if row[place].strip().casefold() in _YES)]
    for column in zip(*rows, strict=True):
        if cells := [cell.strip() for cell in column if cell.strip()]:
            yield cells


def _is_header(cell: str) -> bool:
    """Whether a text is what columns of creators are called, rather than a name that nobody knows."""
    names = {fold(word) for words in general()["creators"].values() for word in words}
    return bool({*readings(cell)} & (names | {"personid", "person"}))
