"""What a statement answers, in plain values: whoever shows it needs no driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Node:
    """A node of a graph: its labels in alphabetical order and its properties."""

    id: str = field(repr=False)
    labels: tuple[str, ...]
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Relationship:
    """A relationship of a graph, from the node `start` to the node `end`, by their ids."""

    type: str
    start: str = field(repr=False)
    end: str = field(repr=False)
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Path:
    """A way through a graph: one node more than relationships, whichever way those point."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


@dataclass(frozen=True)
class Answer:
    """What a statement gave.

    Attributes
    ----------
    columns : tuple of str
    rows : list of tuple
        None, bool, int, float, str, bytes, times of `datetime`, lists and mappings of them, `Node`, `Relationship` and
        `Path`; anything else as text.
    changes : mapping of str to int
        How many of what it changed, as the server counts: ``nodes_created`` and so on. Empty: it changed nothing.
    """

    columns: tuple[str, ...]
    rows: list[Row]
    changes: Mapping[str, int]
