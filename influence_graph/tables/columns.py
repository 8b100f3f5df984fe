"""Which header of a sheet is which column of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from influence_graph.tables.headers import fold, handle_share, numeric_share, readings
from influence_graph.tables.schema import SCHEMA

Wanted = Mapping[str, Sequence[str]]
"""Headers by column, best first; ``column?`` lists weaker ones."""

# Nearly every list has an "id" or a "name", and many a price: a weak id needs one of these beside it.
_PROVING = frozenset({"followers", "platform"})


def assign(
    table: str, wanted: Wanted, headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Positions of a table's columns among headers, and the headers that lost to another of the same name.

    A header called exactly like a column is that column's. Of several candidates the most telling is taken: for
    numbers the one that is plainly numeric most often, for weak ids the one that looks most like handles.

    Parameters
    ----------
    table : str
        A name of `SCHEMA`.
    wanted : mapping
        What each column may be called.
    headers, rows : sequences of str
        The row of headers and some rows below it.
    """
    said = [readings(header) for header in headers]
    exact: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    for place, ways in enumerate(said):
        for way, name in enumerate(ways):
            (loose if way else exact).setdefault(name, []).append(place)
    taken: dict[str, int] = {}
    ignored: list[str] = []

    def candidates(names: Sequence[str]) -> list[int]:
        folded = [fold(name) for name in names]
        places = dict.fromkeys(place for found in (exact, loose) for name in folded for place in found.get(name, ()))
        return [place for place in places if place not in taken.values()]

    def cells(place: int) -> list[str]:
        return [row[place] for row in rows if place < len(row)]

    def choose(column: str, places: list[int], *, weak: bool) -> int:
        kind = SCHEMA[table].kind(column)
        if kind == "number":
            return max(places, key=lambda place: numeric_share(cells(place)))
        if kind == "id" and weak:
            return max(places, key=lambda place: handle_share(cells(place)))
        return next((place for place in places if any(map(str.strip, cells(place)))), places[0])

    for column, names, weak in _rounds(table, wanted, candidates):
        unproven = weak and column in SCHEMA[table].key and not _PROVING & taken.keys()
        if unproven or column in taken or not (places := candidates(names)):
            continue
        taken[column] = choose(column, places, weak=weak)
        ignored += [headers[place] for place in places if place != taken[column] and said[place] == said[taken[column]]]
    return taken, tuple(ignored)


def _rounds(
    table: str, wanted: Wanted, candidates: Callable[[Sequence[str]], list[int]]
) -> list[tuple[str, Sequence[str], bool]]:
    """In which order columns choose: exact names, aliases, weak ids, then the names that the weak ids left."""
    schema = SCHEMA[table]
    weak_ids = [c for c in schema.key if wanted.get(f"{c}?") and not candidates((c, *wanted.get(c, ())))]
    later = {"name"} if weak_ids else set()
    now = [column for column in schema.names if column in wanted and column not in later]
    return [
        *((column, (column,), False) for column in now if schema.kind(column) != "number"),
        *((column, (column, *wanted[column]), False) for column in now),
        *((column, wanted[f"{column}?"], True) for column in weak_ids),
        *((column, (column, *wanted[column]), False) for column in sorted(later & set(wanted))),
        *((column, wanted[f"{column}?"], True) for column in later & {c.rstrip("?") for c in wanted if c[-1] == "?"}),
    ]
