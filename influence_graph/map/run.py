"""What made a map, and how long each stage took: run.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from threading import Lock
from time import perf_counter
from typing import Any

from influence_graph.drivers import Drivers
from influence_graph.findings import Finding
from influence_graph.tables.memory import give_back
from influence_graph.tables.schema import Note, Tables

Progress = Callable[[str, int, int], None]
"""Called with the stage's message id, the steps done and their number (0: unknown)."""


def tell_run(
    read: Tables,
    tables: Tables,
    drivers: Drivers,
    findings: Sequence[Finding],
    *,
    parameters: Mapping[str, Any],
    seed: int,
    seconds: Mapping[str, float],
    skipped: Sequence[Note],
) -> dict[str, Any]:
    """What run.json says."""
    of = read.sources
    rows = int(of.loc[of["table"].eq("conversions"), "read"].sum()) if len(of) else len(read.conversions)
    told = {name: value for name, value in drivers.total.items() if name not in ("notes", "skipped")}
    missing = [found.record() for found in findings if found.about == "data" and "missing-" in found.id]
    kept = float(tables.counted["count"].sum())
    without = (*drivers.total.get("skipped", ()), *skipped)
    return {
        "version": _version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "inputs": of.to_dict("records"),
        "conversions_read": rows,
        "conversions_kept": int(kept) if kept.is_integer() else kept,
        "parameters": dict(parameters),
        "seconds": dict(seconds),
        "totals": told,
        "skipped": [*(note.record() for note in without), *missing],
        "notes": [note.record() for note in (*tables.notes, *drivers.total.get("notes", ()))],
    }


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("influence-graph")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "0"


class Stages:
    """Times the stages and tells their progress, one after the other or side by side."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress or (lambda *_: None)
        self._telling = Lock()
        self._heed: tuple[Callable[[], None], ...] = ()
        self.seconds: dict[str, float] = {}

    def beside(self, check: Callable[[], None]) -> Stages:
        """The same stages for one of several works at once: `check` raises when the others have given up."""
        stages = copy(self)
        stages._heed = (*self._heed, check)
        return stages

    @contextmanager
    def __call__(self, stage: str) -> Iterator[Callable[[str, int, int], None]]:
        """While the block runs; it is given what to call with its progress."""
        begun = perf_counter()
        self._tell(stage, 0, 0)
        yield lambda _part, done, total: self._tell(stage, done, total)
        give_back()
        self._tell(stage, 1, 1)
        self.seconds[self._name(stage)] = round(perf_counter() - begun, 3)

    def _tell(self, stage: str, done: int, total: int) -> None:
        for check in self._heed:
            check()
        with self._telling:
            self.seconds.setdefault(self._name(stage), 0.0)  # in the order in which they begin
            self._progress(stage, done, total)

    @staticmethod
    def _name(stage: str) -> str:
        return stage.removeprefix("map.stage-")
