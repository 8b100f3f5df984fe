"""What every batch of a load does: it waits for its turn, unpacks what the graph tells, and packs what it writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store.cells import NEVER, cells, column
from influence_graph.store.layout import Column
from influence_graph.store.neo4j import Ask
from influence_graph.store.statements import LOCK, PARAMETERS

Counts = tuple[int, int]
"""Rows added and rows updated."""
Batches = Iterator[tuple[int, Counts]]
"""After each batch, its size and what it did."""


def lock(ask: Ask, *lanes: int) -> str:
    """Wait until no other load is in the middle of a batch in these lanes, or in any; the layout of the graph.

    The turn is over with the transaction, so that a batch sees all that was written before it, and whatever it finds
    missing stays missing until it has added it.
    """
    found = ask(LOCK, PARAMETERS | ({"lanes": lanes} if lanes else {}))
    if not found:
        raise StoreError("store.graph-changed")
    return str(found[0][0])


def unpacked(told: Sequence[list[Any]], columns: Sequence[Column], rows: int) -> pd.DataFrame:
    """Columns of the graph as a frame of kept columns with so many rows; an empty one has no cell in any.

    Raises
    ------
    StoreError
        Somebody put something else into the graph: a text where numbers are.
    """
    return pd.DataFrame(
        {at.label: _unpacked(values, at, rows) for at, values in zip(columns, told, strict=True)}, index=range(rows)
    )


def _unpacked(values: list[Any], at: Column, rows: int) -> pd.Series:
    gap = NEVER if at.dtype.startswith("datetime64") else None
    try:
        return column(values or [gap] * rows, at.dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise StoreError("store.graph-cell", property=at.property, kind=at.dtype) from error


def packed(rows: pd.DataFrame, columns: Sequence[Column]) -> list[list[Any]]:
    """Kept columns as a parameter."""
    return [cells(rows[column.label]) for column in columns]
