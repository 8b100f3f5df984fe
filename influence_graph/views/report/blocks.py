"""What a report is made of: blocks of parts, which one template draws in one style.

A block of the report is a file here with one function ``(result, names) -> Block | None`` that stands in `BLOCKS`;
None where it has nothing to say. Its parts are sentences, figures, tables and paragraphs, in the order in which they
are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from influence_graph.views.page import known
from influence_graph.views.result import Mapped, Names

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class Piece:
    """Some text, and the id of the row or block that it links to (none: empty)."""

    text: str
    to: str = ""


@dataclass(frozen=True)
class Sentence:
    """A statement, and behind it what it rests on and what to do."""

    first: tuple[Piece, ...]
    rest: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Sentences:
    """Statements one below the other; `warning` where they limit what was said."""

    sentences: tuple[Sentence, ...]
    heading: str = ""
    warning: bool = False
    kind: Literal["sentences"] = "sentences"


@dataclass(frozen=True)
class Prose:
    """Paragraphs, or short lines as a list."""

    paragraphs: tuple[str, ...]
    heading: str = ""
    as_list: bool = False
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a sign in one of the palette's colours (a CSS variable's name), and what it means."""

    label: str
    colour: str
    sign: str = "●"


@dataclass(frozen=True)
class Drawing:
    """A figure in two widths, for screens and paper and for phones; `beside` puts the caption at its side."""

    wide: Markup
    narrow: Markup
    caption: str
    legend: tuple[Key, ...] = ()
    beside: bool = False
    kind: Literal["drawing"] = "drawing"


@dataclass(frozen=True)
class Gauge:
    """A bar, or a dot, with its interval and a mark, as percentages of the cell's width; None for what is unknown."""

    at: float | None
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    dot: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a whole: a CSS class for its colour, its name, its percentage, and that worded."""

    role: str
    name: str
    percent: float
    said: str


@dataclass(frozen=True)
class Cell:
    """What a table's cell says. `value` is what the column is sorted by, None for unknown."""

    text: str
    value: Any = None
    aside: str = ""
    gauge: Gauge | None = None
    parts: tuple[Part, ...] = ()
    chip: str = ""

    @property
    def sorts_by(self) -> str:
        """The value as the page's script reads it, empty where unknown."""
        if isinstance(self.value, str):
            return self.value
        return f"{float(self.value):.10g}" if known(self.value) else ""


@dataclass(frozen=True)
class Column:
    """A table's column: its heading, what is in it, and which way the rows already run by it."""

    title: str
    kind: Literal["text", "number", "gauge", "parts"] = "text"
    sorted: Literal["", "ascending", "descending"] = ""
    hidden: bool = False


@dataclass(frozen=True)
class Row:
    """A table's row under an id that sentences link to."""

    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table that can be sorted where it says so; rows after `shown` are folded away until asked for."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    heading: str = ""
    lead: str = ""
    legend: tuple[Key, ...] = ()
    sortable: bool = False
    shown: int = 12
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Block:
    """A part of the report under a heading: `id` is its anchor."""

    id: str
    title: str
    parts: tuple[Sentences | Prose | Drawing | Table, ...] = ()
    lead: str = ""


Build = Callable[[Mapped, Names], Block | None]
"""What makes a block of a finished map."""


@dataclass(frozen=True)
class Scale:
    """Where numbers stand in a gauge: from `low` to `high`, linear or logarithmic."""

    high: float
    low: float = 0.0
    log: bool = False

    def at(self, value: Any) -> float | None:
        """The place in per cent, at the edge for what is beyond it, None where unknown."""
        if not known(value):
            return None
        if self.log:
            part = np.log(max(float(value), 1e-12) / self.low) / np.log(self.high / self.low)
        else:
            part = (float(value) - self.low) / max(self.high - self.low, 1e-12)
        return round(100 * float(np.clip(part, 0, 1)), 2)


def anchor(kind: str, name: Any) -> str:
    """An element's id for somebody or something: the same wherever it is asked for, whatever the name holds.

    Who may not be named goes by their pseudonym here too: without a key, the digest of an id tells whose it is to
    whoever tries all ids.

    Examples
    --------
    >>> anchor("creator", "c1") == anchor("creator", "c1") != anchor("campaign", "c1")
    True
    """
    return f"{kind}-{hashlib.sha256(str(name).encode()).hexdigest()[:10]}"


def anchors(blocks: Iterable[Block]) -> frozenset[str]:
    """Every id that the page has."""
    tables = (part for block in blocks for part in block.parts if isinstance(part, Table))
    rows = {row.id for table in tables for row in table.rows}
    return frozenset(rows | {block.id for block in blocks})


def parts(*given: Sequence[Any] | Any | None) -> tuple[Any, ...]:
    """The parts that have something to show, in order."""
    return tuple(part for part in given if part is not None and not _empty(part))


def _empty(part: Any) -> bool:
    held = {"sentences": "sentences", "prose": "paragraphs", "table": "rows"}.get(part.kind)
    return held is not None and not getattr(part, held)
