"""Which columns each table of a graph has: in which order, of which dtype, and what property each one is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple, Self

import pandas as pd

from influence_graph.store.columns import common_dtype, kept_dtype
from influence_graph.store.model import MODEL

_UNNAMEABLE = re.compile(r"[\0`\\]")
"""What no name of a property holds, or what Cypher would read as more than a name."""


class Column(NamedTuple):
    """A column: what its frame calls it, its property, and the dtype in which it comes back."""

    label: str
    property: str
    dtype: str


class Layout:
    """The columns of all tables, as they came: frames are read back exactly as they were written.

    Parameters
    ----------
    tables : mapping of str to dict of str to Column, optional
    """

    def __init__(self, tables: dict[str, dict[str, Column]] | None = None) -> None:
        self._tables = tables or {}

    @classmethod
    def from_json(cls, told: str) -> Self:
        """The layout that `to_json` wrote down."""
        return cls(
            {name: {column[0]: Column(*column) for column in columns} for name, columns in json.loads(told).items()}
        )

    def to_json(self) -> str:
        """The layout as text."""
        return json.dumps(
            {name: [list(column) for column in columns.values()] for name, columns in self._tables.items()},
            ensure_ascii=False,
        )

    def columns(self, table: str) -> list[Column]:
        """The columns of a table, none where nothing was ever written to it."""
        return list(self._tables.get(table, {}).values())

    def register(self, table: str, frame: pd.DataFrame) -> None:
        """Make room for the columns of a frame: new ones come last, known ones become as wide as they have to."""
        columns = self._tables.setdefault(table, {})
        for place, label in enumerate(map(str, frame.columns)):
            comes = kept_dtype(frame.iloc[:, place])
            if label in columns:
                columns[label] = columns[label]._replace(dtype=common_dtype(columns[label].dtype, comes))
            else:
                columns[label] = Column(label, _property(table, label, columns.values()), comes)


def _property(table: str, label: str, others: Iterable[Column]) -> str:
    """The property of a column: its own name, unless that means something else in the graph."""
    parts = MODEL[table]
    for part in parts:
        if label in part.properties:
            return part.properties[label]
    taken = {column.property for column in others}
    for part in parts:
        taken.update(part.properties.values(), part.reserved)
    name = _UNNAMEABLE.sub("_", label) or "column"
    while name in taken:
        name = f"_{name}"
    return name
