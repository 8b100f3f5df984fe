"""What a command answers: a drawing for people, JSON and CSV for programs."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from influence_graph.cli.progress import Progress, progress
from influence_graph.errors import InfluenceGraphError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.table import Table

    from influence_graph.tables.schema import Note

_NARROW = 80
"""What a terminal shows in a line where nobody says more."""


@dataclass(frozen=True)
class Answer:
    """What was found.

    Attributes
    ----------
    data : mapping
        Everything, for ``--json``.
    rows : DataFrame or callable
        The main table, for ``--csv``; called for where it is made for that alone.
    drawing : callable
        Called for people alone: what is printed, piece by piece.
    """

    data: Mapping[str, Any]
    rows: pd.DataFrame | Callable[[], pd.DataFrame]
    drawing: Callable[[], Sequence[RenderableType]]


@dataclass(frozen=True)
class Output:
    """How the answer is given: its form, where it goes, and whether progress is shown."""

    form: str
    out: Path | None
    quiet: bool

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Shows stages while its block runs; where nothing shall be shown, nor is told what is compiled."""
        log = logging.getLogger("influence_graph.kernels")
        before = log.level
        if self.quiet:
            log.setLevel(logging.ERROR)
        try:
            with progress(quiet=self.quiet) as show:
                yield show
        finally:
            log.setLevel(before)

    def give(self, answer: Answer) -> None:
        """Print the answer, or write it to the file of ``--out``."""
        if self.out is None:
            self.show(answer)
        else:
            told = io.StringIO()
            self._write(answer, told)
            self.give_text(told.getvalue())

    def give_text(self, text: str) -> None:
        """Print a text, or write it to the file of ``--out``."""
        if self.out is None:
            sys.stdout.write(text)
            return
        try:
            self.out.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            reason = error.strerror or str(error)
            raise InfluenceGraphError("cli.cannot-write", path=self.out, reason=reason) from None

    def show(self, answer: Answer) -> None:
        """Print the answer on stdout (``--out`` means something else to this command)."""
        self._write(answer, sys.stdout)

    def _write(self, answer: Answer, stream: TextIO) -> None:
        if self.form == "json":
            from influence_graph.folder import as_json

            stream.write(as_json(answer.data))
        elif self.form == "csv":
            from influence_graph.folder import as_csv

            stream.write(as_csv(answer.rows() if callable(answer.rows) else answer.rows))
        else:
            draw(answer.drawing(), stream)


def draw(pieces: Sequence[RenderableType], stream: TextIO) -> None:
    """Print pieces one under another, at most 100 wide and 80 where nobody says how wide the reader's screen is."""
    from rich.console import Console

    class Patient(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # `main` knows what to do

    wide = stream.isatty()
    console = Patient(file=stream, width=None if wide else _NARROW, highlight=False, markup=False, emoji=False)
    if wide:
        console.width = min(console.width, 100)
    for piece in pieces:
        console.print(piece)


def table(title: str, *columns: str, rows: Iterable[Sequence[str]], whole: bool = False) -> Table:
    """A table with one column of words and the rest of numbers, which stay whole when it gets narrow.

    Parameters
    ----------
    title, *columns : str
        Worded.
    rows : iterable of sequence of str
        What stands in the cells, as long as `columns`.
    whole : bool
        Whether words run on over more lines where they don't fit, as ours may, or end in an ellipsis, as names do.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    cells = [[line(cell) for cell in row] for row in rows]
    drawn = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(_headings(columns, cells)):
        drawn.add_column(Text(column), justify="right" if place else "left", no_wrap=bool(place))
    for words, *numbers in cells:
        drawn.add_row(Text(words, no_wrap=not whole, overflow="ellipsis"), *map(Text, numbers))
    return drawn


def _headings(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """Headings, over as many lines as it takes where the table would else be too wide and cut names or words."""
    from textwrap import fill

    from rich.cells import cell_len

    widest = [max(map(cell_len, column), default=0) for column in zip(*cells, strict=True)] or [0] * len(columns)
    if sum(max(cell_len(heading), wide) + 3 for heading, wide in zip(columns, widest, strict=True)) <= _NARROW:
        return [*columns]
    words = [max((*map(cell_len, heading.split()), 1)) for heading in columns]
    return [
        fill(heading, max(wide, word), break_long_words=False)
        for heading, wide, word in zip(columns, widest, words, strict=True)
    ]


def paragraphs(notes: Iterable[Note]) -> Iterator[RenderableType]:
    """Notes in words, each with a free line behind it."""
    from rich.text import Text

    for note in notes:
        yield Text(f"{note.text}\n")


def line(text: str) -> str:
    """Text of the user's as one line without control characters, which a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
