"""Tables into a graph, in batches that are each found, compared and written in one transaction.

The transaction is retried as a whole where the server asks for it, and what a batch finds there already it leaves
alone. So the same rows twice change nothing, a load that was killed is finished by running it again, and loads at the
same time end in the same graph as one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import statements
from influence_graph.store.batches import Batches
from influence_graph.store.cells import LONGEST, unfound, unkept
from influence_graph.store.columns import to_kept
from influence_graph.store.layout import Column, Layout
from influence_graph.store.model import MODEL, Nodes, Part
from influence_graph.store.neo4j import Server
from influence_graph.store.news import Upserted, once
from influence_graph.store.nodes import write_nodes
from influence_graph.store.ties import write_ties
from influence_graph.tables.schema import SCHEMA


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
        Told of every batch how many rows it had.

    Returns
    -------
    Upserted

    Notes
    -----
    O(rows written + relationships of the people in them).
    """
    if not len(frame):
        return Upserted(0, 0, 0, _stored(server, table))
    rows = once(frame, MODEL[table][0].identity)
    advance(len(frame) - len(rows))
    columns = [column for column in layout.columns(table) if column.label in frame]
    rows = pd.DataFrame({column.label: to_kept(rows[column.label], column.dtype) for column in columns})
    _check(table, rows)
    added = updated = 0
    for part, its in _divided(table, rows):
        for size, (new, changed) in _written(server, part, its, columns):
            added, updated = added + new, updated + changed
            advance(size)
    return Upserted(added, updated, len(rows) - added - updated, _stored(server, table))


def _written(server: Server, part: Part, rows: pd.DataFrame, columns: list[Column]) -> Batches:
    if isinstance(part, Nodes):
        return write_nodes(server, part, rows, columns)
    return write_ties(server, part, rows, columns)


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
