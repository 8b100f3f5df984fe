"""Tables into a graph: in batches, each found, compared and written in one transaction that is retried as a whole.

Writers take turns (`statements.LOCK`), so a batch sees all that others wrote before it; and whatever a batch finds
there already it leaves alone. So the same rows twice change nothing, a load that was killed is finished by running it
again, and loads at the same time end in the same graph as one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import statements
from influence_graph.store.cells import LONGEST, NEVER, cells, column, keys, unfound, unkept
from influence_graph.store.columns import to_kept
from influence_graph.store.layout import Column, Layout
from influence_graph.store.model import MODEL, Nodes, Part, Ties
from influence_graph.store.neo4j import Ask, Server
from influence_graph.store.news import News, Upserted, news, once
from influence_graph.store.statements import PARAMETERS, properties
from influence_graph.tables.schema import SCHEMA

_NODES, _TIES = 5_000, 20_000
"""Rows of a transaction: enough to be quick, few enough for the memory of a small server."""

Counts = tuple[int, int]
"""Rows added and rows updated."""


def upsert(
    server: Server, table: str, frame: pd.DataFrame, layout: Layout, *, advance: Callable[[int], None]
) -> Upserted:
    """Add rows of new keys, and update rows of known ones where they tell something else.

    Parameters
    ----------
    server : Server
    table : str
        One of `MODEL`.
    frame : DataFrame
    layout : Layout
        In which the frame's columns are registered.
    advance : callable
        Told how many rows are done, batch by batch.

    Returns
    -------
    Upserted

    Notes
    -----
    O(rows written + relationships of the people in them).
    """
    if not len(frame):
        return Upserted(0, 0, 0, _stored(server, table))
    added = updated = 0
    rows = once(frame, MODEL[table][0].identity)
    advance(len(frame) - len(rows))
    columns = [column for column in layout.columns(table) if column.label in frame]
    rows = pd.DataFrame({column.label: to_kept(rows[column.label], column.dtype) for column in columns})
    _check(table, rows)
    for part, its in _divided(table, rows):
        done = _nodes(server, part, its, columns) if isinstance(part, Nodes) else _ties(server, part, its, columns)
        for size, (new, changed) in done:
            added, updated = added + new, updated + changed
            advance(size)
    return Upserted(added, updated, len(rows) - added - updated, _stored(server, table))


def _stored(server: Server, table: str) -> int:
    return sum(server.read(statements.count(part))[0][0] for part in MODEL[table])


def _check(table: str, rows: pd.DataFrame) -> None:
    ids = {column.name for column in SCHEMA[table].columns if column.kind == "id"} if table in SCHEMA else set()
    for label, cell in rows.items():
        if isinstance(cell.dtype, pd.StringDtype):
            if (text := unkept(cell)) is not None:
                raise StoreError("store.text-broken", table=table, column=str(label), text=ascii(text)[:60])
            if label in ids and (text := unfound(cell)) is not None:
                raise StoreError("store.id-long", table=table, column=str(label), text=text[:40], limit=LONGEST)


def _divided(table: str, rows: pd.DataFrame) -> Iterator[tuple[Part, pd.DataFrame]]:
    """The rows of each part of a table."""
    for part in MODEL[table]:
        fits = rows[list(part.needed)].notna().all(axis=1)
        yield part, rows[fits]
        rows = rows[~fits]
    if len(rows):
        raise StoreError("store.row-nowhere", table=table, columns=", ".join(MODEL[table][0].needed), n=len(rows))


def lock(ask: Ask) -> str:
    """Wait until no other load is in the middle of a batch; the layout of the graph."""
    found = ask(statements.LOCK, PARAMETERS)
    if not found:
        raise StoreError("store.graph-changed")
    return str(found[0][0])


def _frame(told: tuple[Any, ...], columns: list[Column]) -> pd.DataFrame:
    return pd.DataFrame({at.label: column(values, at.dtype) for at, values in zip(columns, told, strict=True)})


def _written(columns: list[Column], rows: pd.DataFrame) -> list[list[Any]]:
    return [cells(rows[column.label]) for column in columns]


def _nodes(server: Server, part: Nodes, rows: pd.DataFrame, columns: list[Column]) -> Iterator[tuple[int, Counts]]:
    """Write the rows that are nodes; after each batch, its size and what it did."""
    for begin in range(0, len(rows), _NODES):
        batch = rows[begin : begin + _NODES].reset_index(drop=True)
        yield len(batch), server.transact(partial(_write_nodes, part, batch, columns))


def _write_nodes(part: Nodes, batch: pd.DataFrame, columns: list[Column], ask: Ask) -> Counts:
    lock(ask)
    names = keys(batch[list(part.identity)])
    [(there, *told)] = ask(statements.seek_nodes(part, columns), {"keys": names.tolist(), "never": NEVER})
    found = news(batch, _frame(tuple(told), columns), part.identity)
    its = properties(part, columns)
    added, changed = np.flatnonzero(found.added), np.flatnonzero(found.changed)
    places = np.array(there, "object")[found.known] if there else np.empty(len(batch), "object")
    if len(added):
        new = {"keys": names[added].tolist(), "cells": _written(its, found.rows.iloc[added])}
        [(places[added],)] = ask(statements.add_nodes(part, its), new)
    if len(changed):
        cell = {"places": places[changed].tolist(), "cells": _written(its, found.rows.iloc[changed])}
        ask(statements.change_nodes(its), cell)
    _lead(part, found, places, ask)
    return len(added), len(changed)


def _lead(part: Nodes, found: News, places: npt.NDArray[np.object_], ask: Ask) -> None:
    """The relationships of new and changed rows."""
    old = ~found.added
    for label in part.links.keys() & found.told.keys():
        tells = found.told[label]
        if (moved := tells & old).any():
            ask(statements.unlink(part, label), {"places": places[moved].tolist()})
        if tells.any():
            others = found.rows[label][tells].tolist()
            ask(statements.link(part, label), {"places": places[tells].tolist(), "others": others})
    if part.reference:
        forget, lead, led = statements.references(part)
        tells = found.told.get(part.reference.column, np.zeros_like(old))
        for statement, which in ((forget, tells & old), (lead, tells), (led, found.added)):
            if which.any():
                ask(statement, {"places": places[which].tolist()})


def _ties(server: Server, part: Ties, rows: pd.DataFrame, columns: list[Column]) -> Iterator[tuple[int, Counts]]:
    """Write the rows that are relationships; after each batch, its size and what it did."""
    if not len(rows):
        return
    rows = rows.sort_values([part.source, part.target], ignore_index=True)  # a person's rows meet in a batch
    people = _Places(server, "Person", rows[part.source], *([rows[part.target]] if part.label == "Person" else []))
    others = people if part.label == "Person" else _Places(server, part.label, rows[part.target])
    for begin in range(0, len(rows), _TIES):
        batch = rows[begin : begin + _TIES].reset_index(drop=True)
        ends = people.of(batch[part.source]), others.of(batch[part.target])
        yield len(batch), server.transact(partial(_write_ties, part, batch, columns, *ends))


class _Places:
    """Where the nodes of some names are: made where they are missing, and looked up once a load, not once a row."""

    def __init__(self, server: Server, label: str, *names: pd.Series) -> None:
        self._names = pd.Index(pd.concat(names).unique())
        places = []
        for begin in range(0, len(self._names), _TIES):
            wanted = self._names[begin : begin + _TIES].tolist()
            places += server.transact(partial(self._make, statements.ends(label), wanted))
        self._places = np.array(places, "object")

    @staticmethod
    def _make(statement: str, wanted: list[str], ask: Ask) -> list[str]:
        lock(ask)
        [(places,)] = ask(statement, {"keys": wanted})
        made: list[str] = places
        return made

    def of(self, names: pd.Series) -> npt.NDArray[np.object_]:
        """Where the node of each name is."""
        found: npt.NDArray[np.object_] = self._places[self._names.get_indexer(names)]
        return found


def _write_ties(
    part: Ties,
    batch: pd.DataFrame,
    columns: list[Column],
    sources: npt.NDArray[np.object_],
    targets: npt.NDArray[np.object_],
    ask: Ask,
) -> Counts:
    lock(ask)
    its = properties(part, columns)
    people = {"places": list(dict.fromkeys(sources.tolist())), "never": NEVER}
    [(there, begins, ends, *told)] = ask(statements.seek_ties(part, its), people)
    kept = _frame(tuple(told[: len(its)]), its)
    kept = kept.assign(**{part.source: column(begins, "str"), part.target: column(ends, "str")})
    found = news(batch, kept, part.identity)
    added, changed = np.flatnonzero(found.added), np.flatnonzero(found.changed)
    if len(added):
        new = {
            "places": sources[added].tolist(),
            "others": targets[added].tolist(),
            "sources": batch[part.source][added].tolist(),
            "targets": batch[part.target][added].tolist(),
            "cells": _written(its, found.rows.iloc[added]),
        }
        [(made,)] = ask(statements.add_ties(part, its), new)
        if made < len(added):
            raise StoreError("store.graph-changed")
    if len(changed):
        which = np.array(there, "object")[found.known[changed]].tolist()
        ask(statements.change_ties(its), {"places": which, "cells": _written(its, found.rows.iloc[changed])})
    return len(added), len(changed)
