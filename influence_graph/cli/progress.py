"""How far we are, on stderr: a bar a stage at a terminal, a line a stage elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from influence_graph.language import say

Progress = Callable[[str, int, int], None]
"""Called with the stage's message id, the steps done and their number (0: unknown)."""


def stage(message: str, show: Progress) -> Progress:
    """Shows every step of a function that names its parts in its own way as one stage."""
    return lambda _part, done, total: show(message, done, total)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show stages while the block runs."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _lines()


def _lines() -> Progress:
    begun: set[str] = set()

    def show(stage: str, *_: int) -> None:
        if stage not in begun:
            begun.add(stage)
            sys.stderr.write(f"{say(stage)}\n")
            sys.stderr.flush()

    return show


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(stage), total=None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield show
