"""What a map found, written into the graph and read back: whole, or visibly not.

Everything a map writes carries the id of its run. A run is `writing` from the first moment to the last and `complete`
then; the one before is complete no more as soon as the next one begins. So no question ever sees two runs, and one
that was interrupted is healed by mapping again.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import Progress, Results, result_statements
from influence_graph.store.cells import NEVER, cells, column
from influence_graph.store.columns import from_kept, kept_dtype, to_kept
from influence_graph.store.neo4j import Ask, Server
from influence_graph.store.records import plain
from influence_graph.store.result_statements import PIECES, Piece
from influence_graph.store.statements import LOCK, PARAMETERS

_ROWS = 10_000
"""Rows of a transaction."""
_LANES = 2
"""Transactions at once: while the server writes one, the next is packed here."""
_LABELS = ((1000, "Drove1000"), (100, "Drove100"), (10, "Drove10"), (1, "Drove1"))
_ROLES = {"influencer": "Influencer", "ugc": "UGC", "advocate": "Advocate"}


@dataclass(frozen=True)
class _Job:
    """Rows of one kind on their way into the graph."""

    statement: str
    rows: pd.DataFrame


def write_results(
    server: Server, results: Mapping[str, pd.DataFrame], run: Mapping[str, Any], progress: Progress | None = None
) -> None:
    """Write the results of a map in place of those of the map before.

    Parameters
    ----------
    server : Server
    results : mapping of str to DataFrame
        As `influence_graph.map.MapResult.frames` gives them.
    run : mapping
        How the map was made; `at` is its time.
    progress : callable, optional
        Told the rows done and the rows in all.

    Raises
    ------
    StoreError
        The server can't be reached or written, or another map began to write into this graph meanwhile.

    Notes
    -----
    O(rows written + rows of the map before).
    """
    id_ = uuid.uuid4().hex[:12]
    jobs = list(_jobs(results))
    steps = _Counter(sum(len(job.rows) for job in jobs), progress)
    _begin(server, id_, run, results)
    _clear(server, id_)
    for job in jobs:
        _write(server, id_, job, steps.advance)
    _clear(server, id_)
    if not server.write(result_statements.FINISH, run=id_):
        raise StoreError("store.results-overtaken")


def read_results(server: Server) -> Results:
    """The results of the last complete map; no tables and no run where there is none."""
    found = server.read(result_statements.COMPLETE)
    if not found:
        return Results({}, None)
    [(id_, told, dtypes)] = found
    layout: dict[str, dict[str, str]] = json.loads(dtypes)
    tables = {name: _read(server, id_, piece, layout[name]) for name, piece in PIECES.items() if name in layout}
    return Results(tables, json.loads(told))


class _Counter:
    def __init__(self, rows: int, progress: Progress | None) -> None:
        self._rows, self._progress = rows, progress
        self._done = 0
        self._lock = threading.Lock()

    def advance(self, rows: int) -> None:
        with self._lock:
            self._done += rows
            if self._progress is not None:
                self._progress("store.stage-results", self._done, self._rows)


def _begin(server: Server, id_: str, run: Mapping[str, Any], results: Mapping[str, pd.DataFrame]) -> None:
    """From here on nothing is complete."""
    dtypes = {
        name: {str(label): kept_dtype(frame[label]) for label in frame.columns} for name, frame in results.items()
    }
    told = {
        "id": id_,
        "at": str(run.get("at") or pd.Timestamp.now("UTC").isoformat()),
        "version": run.get("version"),
        "seed": run.get("seed"),
        "inputs": _text(run.get("inputs", [])),
        "details": _text(run),
        "columns": _text(dtypes),
    }

    def begin(ask: Ask) -> None:
        ask(LOCK, PARAMETERS)
        for statement in result_statements.BEGIN:
            ask(statement, told)

    server.transact(begin)


def _text(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, default=plain)


def _jobs(results: Mapping[str, pd.DataFrame]) -> Iterator[_Job]:
    """What there is to write, in the order in which it can be."""
    for name, piece in PIECES.items():
        if name in results:
            frame = results[name]
            for statement, rows in piece.divided(frame.reset_index(drop=frame.index.name is None)):
                if len(rows):
                    yield _Job(statement, rows)
    if "people" in results:
        yield from _labels(results["people"])


def _labels(people: pd.DataFrame) -> Iterator[_Job]:
    """Labels by which Neo4j Browser colours and sizes people: the largest part of their role, and what they drove."""
    ids = people[["person_id"]]
    parts = people[list(_ROLES)].astype("float64").fillna(0.0)
    known = parts.max(axis="columns") > 0
    role = parts.idxmax(axis="columns").where(known)
    for name, label in _ROLES.items():
        yield _Job(result_statements.label(label), ids[role == name])
    driven, above = people["driven"].astype("float64"), float("inf")
    for least, label in _LABELS:
        yield _Job(result_statements.label(label), ids[(driven >= least) & (driven < above)])
        above = least


def _write(server: Server, id_: str, job: _Job, advance: Callable[[int], None]) -> None:
    columns = [to_kept(job.rows[label], kept_dtype(job.rows[label])) for label in job.rows.columns]

    def batch(begin: int) -> None:
        told = [cells(one.iloc[begin : begin + _ROWS]) for one in columns]
        server.transact(partial(_write_batch, job.statement, {"cells": told, "run": id_, "n": len(told[0])}))
        advance(len(told[0]))

    lanes = ThreadPoolExecutor(_LANES)
    try:
        list(lanes.map(batch, range(0, len(job.rows), _ROWS)))
    finally:
        lanes.shutdown(cancel_futures=True)


def _write_batch(statement: str, told: Mapping[str, Any], ask: Ask) -> None:
    if not ask(result_statements.STILL, {"run": told["run"]}):
        raise StoreError("store.results-overtaken")
    ask(statement, told)


def _clear(server: Server, id_: str) -> None:
    """Remove everything that other runs wrote, a batch at a time."""
    for statement in result_statements.CLEAR:
        while server.write(statement, run=id_, rows=_ROWS)[0][0]:
            pass


def _read(server: Server, id_: str, piece: Piece, dtypes: Mapping[str, str]) -> pd.DataFrame:
    """A table as it was written, sorted as its piece says."""
    rows = [row for statement in piece.read(list(dtypes)) for (row,) in server.read(statement, run=id_, never=NEVER)]
    values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(dtypes)
    frame = pd.DataFrame(
        {
            name: from_kept(column(list(told), dtype), dtype)
            for (name, dtype), told in zip(dtypes.items(), values, strict=True)
        }
    )
    return frame.sort_values(list(piece.order), ascending=list(piece.ascending), kind="stable", ignore_index=True)
