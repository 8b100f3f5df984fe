"""How far we are, on stderr: a bar a stage at a terminal, a line a stage elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from influence_graph.language import number, say

Progress = Callable[[str, int, int], None]
"""Called with the stage's message id, the steps done and their number (0: unknown)."""

MANY = 1000
"""From so many steps on, a bar tells how many are done a second and how long the rest may take."""
BYTES = frozenset({"store.stage-download", "store.stage-download-rest"})
"""Stages whose steps are bytes."""


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
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Pace(ProgressColumn):
        """Steps a second and the time that is left; nothing where the steps are few or their number unknown."""

        max_refresh = 0.5
        _left = TimeRemainingColumn(compact=True)

        def render(self, task: Task) -> Text:
            if task.finished or not task.speed or (task.total or 0) < MANY:
                return Text("")
            left = self._left.render(task).plain
            if task.fields["stage"] in BYTES:
                done, whole = (number(bytes_ / 1e6, ",.0f") for bytes_ in (task.completed, task.total or 0))
                return Text(say("cli.pace-bytes", done=done, whole=whole, left=left), style="dim")
            return Text(say("cli.pace", rate=number(task.speed), left=left), style="dim")

    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        Pace(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(stage), total=None, stage=stage)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield show
