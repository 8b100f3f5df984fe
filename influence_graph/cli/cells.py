"""What a store answered, for people's eyes: nodes by their names, numbers in line, intervals beside their number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from math import isfinite
from typing import TYPE_CHECKING, Any

from influence_graph.cli.output import line
from influence_graph.language import number, say
from influence_graph.store.answers import Answer, Node, Path, Relationship

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

SHOWN = 50
"""Rows that are shown: more are read in a file."""
PRECISE = 4
"""Digits behind the point that are shown, at most."""
NARROW, LONGEST = 14, 24
"""Text is broken into lines no shorter than this, where it has to be, and words only where they are longer."""
_GAP = 3
_NAMING = {"Touch": "person_id", "Alias": "alias", "FollowerCount": None}
"""Nodes that name somebody in this property, and again in their key. Whether that is a creator, they do not tell."""
_COARSE, _GROUPED = 100, 10_000
"""Intervals are in whole numbers from the first on, and thousands are marked from the second on: a year's are not."""


def hidden(answer: Answer) -> Answer:
    """The answer with everybody but creators under a stable pseudonym, wherever a node stands for them."""
    return replace(answer, rows=[tuple(map(_hidden, row)) for row in answer.rows])


def _hidden(value: Any) -> Any:
    match value:
        case Node() if "Person" in value.labels and not _is_creator(value) and "id" in value.properties:
            from influence_graph.tables.privacy import pseudonym

            return replace(value, properties={**value.properties, "id": pseudonym(str(value.properties["id"]))})
        case Node() if _NAMING.keys() & set(value.labels):
            return replace(value, properties=_unnamed(value))
        case Path():
            return replace(value, nodes=tuple(map(_hidden, value.nodes)))
        case list():
            return list(map(_hidden, value))
        case dict():
            return {name: _hidden(item) for name, item in value.items()}
    return value


def _unnamed(node: Node) -> dict[str, Any]:
    """The properties of a node that names somebody, under the pseudonym of the person's own node."""
    from influence_graph.tables.privacy import pseudonym

    told = {name: value for name, value in node.properties.items() if name != "key"}
    for label in _NAMING.keys() & set(node.labels):
        name = _NAMING[label]
        if name in told and told.get("kind") != "code":  # only creators have codes
            told[name] = pseudonym(str(told[name]))
    return told


def _is_creator(person: Node) -> bool:
    """A row of the list of creators, or somebody whom the map found to be one: their accounts were such rows."""
    return "Creator" in person.labels or bool(person.properties.get("is_creator"))


def record(value: Any) -> Any:
    """A value for JSON."""
    match value:
        case Node():
            return {"labels": value.labels, "properties": record(dict(value.properties))}
        case Relationship():
            return {"type": value.type, "properties": record(dict(value.properties))}
        case Path():
            return {"nodes": record(list(value.nodes)), "relationships": record(list(value.relationships))}
        case list():
            return list(map(record, value))
        case dict():
            return {name: record(item) for name, item in value.items()}
        case bytes():
            return value.hex()
    return value


def text(value: Any) -> str:
    """A value in one line."""
    match value:
        case None:
            return ""
        case bool():
            return say("cli.yes") if value else say("cli.no")
        case int():
            return number(value, "," if abs(value) >= _GROUPED else "")
        case float():
            return number(value, f",.{_digits(value)}f") if isfinite(value) else ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M") + (value.strftime(" %z") if value.utcoffset() else "")
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Node():
            return _named(value)
        case Relationship():
            return value.type
        case Path():
            return "".join(_steps(value))
        case list():
            return ("; " if any(isinstance(item, Path) for item in value) else ", ").join(map(text, value))
        case dict():
            return ", ".join(f"{name}: {text(item)}" for name, item in value.items())
    return str(value)


def _named(node: Node) -> str:
    """What a node is called: creators and campaigns by name, posts by kind and day, all else by label and id."""
    told = node.properties
    if "Share" in node.labels and told.get("shared_at"):
        return say("cli.post", kind=told.get("kind") or say("cli.a-post"), day=told["shared_at"].date().isoformat())
    if "Conversion" in node.labels:
        return say("cli.order", id=told.get("id", ""))
    name = told.get("known_as") or told.get("name") or told.get("id") or next(map(text, told.values()), "")
    known = {"Person", "Campaign"} & set(node.labels)
    return str(name) if known and name else " ".join([*node.labels, str(name)]).strip()


def _steps(path: Path) -> Iterator[str]:
    yield _named(path.nodes[0])
    for before, step, after in zip(path.nodes, path.relationships, path.nodes[1:], strict=False):
        forth = step.start == before.id
        yield f" ─{step.type}→ {_named(after)}" if forth else f" ←{step.type}─ {_named(after)}"


def _digits(value: float) -> int:
    """Digits behind the point that a number needs."""
    return len(f"{value:.{PRECISE}f}".rstrip("0").partition(".")[2])


@dataclass(frozen=True)
class Column:
    """A column as it is shown: its heading, what stands in its cells, and whether those are numbers."""

    heading: str
    cells: tuple[str, ...]
    is_number: bool

    @property
    def widest(self) -> int:
        """How wide it is where nothing is broken but the heading."""
        return max(*map(len, self.heading.split()), *map(len, self.cells))

    @property
    def narrowest(self) -> int:
        """How wide it has to be: numbers are never broken, texts between words."""
        if self.is_number:
            return self.widest
        words = max((len(word) for cell in self.cells for word in cell.split()), default=0)
        text = max(min(self.widest, NARROW), min(words, LONGEST))
        return max(*map(len, self.heading.split()), text)


def columns(answer: Answer, *, rows: int = SHOWN) -> list[Column]:
    """The columns of an answer's first rows; `x`, `x_low` and `x_high` as one."""
    told = {name: [row[place] for row in answer.rows[:rows]] for place, name in enumerate(answer.columns)}
    numbers = {name for name, values in told.items() if any(map(_is_number, values)) and all(map(_may_be, values))}
    between = {name: (f"{name}_low", f"{name}_high") for name in numbers}
    between = {name: ends for name, ends in between.items() if set(ends) <= numbers}
    ends = {end for pair in between.values() for end in pair}
    shown = []
    for name, values in told.items():
        if name in between:
            low, high = (told[end] for end in between[name])
            spec = _spec([*values, *low, *high])
            cells = [_range(*parts, spec) for parts in zip(values, low, high, strict=True)]
        elif name not in ends:
            spec = _spec(values) if name in numbers else ""
            cells = [_number(value, spec) if spec else text(value) for value in values]
        else:
            continue
        heading = re.sub(r"_percent$", " %", name).replace("_", " ")
        shown.append(Column(line(heading), tuple(map(line, cells)), name in numbers))
    return shown


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _may_be(value: Any) -> bool:
    return value is None or _is_number(value)


def _spec(values: Sequence[float | None]) -> str:
    """A format for all numbers of a column: with the digits of the most precise, so that points stand in line."""
    known = [value for value in values if value is not None]
    grouped = "," if any(abs(value) >= _GROUPED for value in known) else ""
    return f"{grouped}.{max(map(_digits, known))}f"


def _number(value: float | None, spec: str) -> str:
    return "" if value is None or not isfinite(value) else number(value, spec)


def _range(value: float | None, low: float | None, high: float | None, spec: str) -> str:
    """A number with its interval behind it; from 100 on, nobody reads what stands behind the point."""
    if value is not None and abs(value) >= _COARSE:
        spec = re.sub(r"\.\d+f", ".0f", spec)
    middle, least, most = (_number(part, spec) for part in (value, low, high))
    return f"{middle} ({least or '?'}–{most or '?'})" if least or most else middle


class Grid:
    """Columns side by side where the screen is wide enough, else row after row with each column on its line."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        spare = options.max_width - sum(column.narrowest + _GAP for column in self.columns) + _GAP
        yield from self._table(spare) if spare >= 0 else self._records()

    def _table(self, spare: int) -> Iterator[RenderableType]:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        widths = [column.narrowest for column in self.columns]
        for _ in range(spare):  # each letter of room to the column that lacks most
            lacking = [column.widest - width for column, width in zip(self.columns, widths, strict=True)]
            if max(lacking) > 0:
                widths[lacking.index(max(lacking))] += 1
        drawn = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column, width in zip(self.columns, widths, strict=True):
            drawn.add_column(Text(column.heading), justify="right" if column.is_number else "left", width=width)
        for row in zip(*(column.cells for column in self.columns), strict=True):
            drawn.add_row(*(Text(cell, overflow="fold") for cell in row))
        yield drawn

    def _records(self) -> Iterator[RenderableType]:
        from rich.table import Table
        from rich.text import Text

        for row in zip(*(column.cells for column in self.columns), strict=True):
            drawn = Table.grid(padding=(0, 2))
            for column, cell in zip(self.columns, row, strict=True):
                drawn.add_row(Text(column.heading, style="dim"), Text(cell, overflow="fold"))
            yield drawn
            yield Text("")
