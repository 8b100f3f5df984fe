"""What DuckDB refuses, in one clear sentence: what happened, where, what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

from influence_graph.errors import StoreError

_HOLDER = re.compile(r"lock is held in (?P<holder>.+?) \(PID (?P<pid>\d+)\)")
_PLACE = re.compile(r"^LINE (?P<line>\d+): (?P<text>.*)\n(?P<before> *)\^", re.MULTILINE)
_SAYINGS = (
    (r"could not set lock|used by another process", "store.locked"),
    (r"different configuration|unique file handle|already attached", "store.open-here"),
    (r"no space left|out of disk|disk full|file too large|disk quota|failed to offload|EFBIG|ENOSPC", "store.full"),
    (r"not a valid duckdb|is a directory|sqlite", "store.not-a-database"),
    (r"read-only|permission denied|operation not permitted", "store.not-writable"),
    (r"version number|newer version|storage version|serializ", "store.newer-duckdb"),
    (r"corrupt|checksum|could not read enough|invalidated", "store.damaged"),
    (r"no such file or directory", "store.no-folder"),
)

HELD = ("store.locked", "store.locked-by", "store.open-here")
"""Refusals of a file that somebody else has open."""


def refusal(error: Exception, path: Path) -> StoreError:
    """The sentence for an error of DuckDB.

    Parameters
    ----------
    error : Exception
        As DuckDB raised it.
    path : Path
        The store.
    """
    said = str(error)
    for saying, message in _SAYINGS:
        if re.search(saying, said, re.IGNORECASE):
            if message == "store.locked":
                return _locked(said, path)
            return StoreError(message, path=str(path))
    return StoreError("store.failed", path=str(path), said=said.splitlines()[0] if said else type(error).__name__)


def statement_refusal(error: Exception, path: Path) -> StoreError:
    """The sentence for what DuckDB refuses in a statement of the user's, with its place where that is told.

    Parameters
    ----------
    error : Exception
        As DuckDB raised it.
    path : Path
        The store.
    """
    message, place = str(error), _PLACE.search(str(error))
    if "read-only mode" in message:
        return StoreError("store.statement-writes")
    told = {"at": str(path), "said": message.splitlines()[0].rstrip(".!")}
    if place is None:
        return StoreError("store.statement-refused", **told)
    column = len(place["before"]) - len(f"LINE {place['line']}: ") + 1
    return StoreError("store.statement-refused-at", **told, line=int(place["line"]), column=max(column, 1))


def _locked(said: str, path: Path) -> StoreError:
    held = _HOLDER.search(said)
    if held is None:
        return StoreError("store.locked", path=str(path))
    holder = os.path.basename(held["holder"])  # noqa: PTH119 -- another system's path, perhaps
    return StoreError("store.locked-by", path=str(path), holder=holder, pid=int(held["pid"]))
