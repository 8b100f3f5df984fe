"""How far we are, on stderr: a bar a stage at a terminal; elsewhere a line a stage, and more where one is long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from time import monotonic

from influence_graph.language import number, say

Progress = Callable[[str, int, int], None]
"""Called with the stage's message id, the steps done and their number (0: unknown)."""

MANY = 1000
"""From so many steps on, a bar tells how many are done a second and how long the rest may take."""
SILENT, LOOKING = 3.5, 0.25
"""Seconds without a line after which one tells how far the stage is; and between looks."""
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
        with _Lines() as lines:
            yield lines.show


class _Lines:
    """A line for each stage; while one takes long, further lines from a thread of their own, so that none is silent."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._now: tuple[str, int, int] | None = None
        self._open: dict[str, tuple[int, int]] = {}
        self._told = monotonic()
        self._writing, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._tell_further,), daemon=True)

    def __enter__(self) -> _Lines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def show(self, stage: str, done: int, total: int) -> None:
        """Tell a stage when it begins, and remember how far it is."""
        new = stage not in self._begun
        if new:  # known before the other thread may ask since when
            self._begun[stage] = monotonic()
        self._now = stage, done, total
        self._open.pop(stage, None)
        if not total or done < total:
            self._open[stage] = done, total  # the last that told something stands last
        if new:
            self._write(say(stage))

    def _tell_further(self) -> None:
        while not self._over.wait(LOOKING):
            stages = list(self._open.items())
            now = (stages[-1][0], *stages[-1][1]) if stages else self._now
            if now and monotonic() - self._told >= SILENT:
                stage, done, total = now
                told = {"stage": say(stage), "seconds": number(monotonic() - self._begun[stage])}
                part = {"part": number(done / total, ".0%")} if total else {}
                self._write(f"  {say('cli.further-part' if part else 'cli.further', **told, **part)}")

    def _write(self, line: str) -> None:
        with self._writing:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()
            self._told = monotonic()


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
