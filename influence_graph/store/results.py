"""What a map found, written into the graph and read back: whole, or visibly not.

Everything a map writes carries the id of its run. A run is `writing` from the first moment to the last and `complete`
then; the one before is complete no more as soon as the next one begins. Every transaction of a run ends by asking
whether the run still stands, so one that was overtaken changes nothing any more. So no question ever sees two runs,
and one that was interrupted is healed by mapping again.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import Progress, Results, result_statements
from influence_graph.store.batches import lock
from influence_graph.store.cells import NEVER, cells, column
from influence_graph.store.columns import from_kept, kept_dtype, to_kept
from influence_graph.store.neo4j import Ask, Server
from influence_graph.store.records import plain
from influence_graph.store.result_statements import PIECES, Job, Piece

_ROWS = 20_000
"""Rows of a transaction."""
_LANES = 2
"""Transactions at once: while the server writes one, the next is packed here."""


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
        The server can't be reached or written, another map began to write into this graph meanwhile, or the graph
        lacks people or orders that the results name.

    Notes
    -----
    O(rows written + rows of the map before).
    """
    id_ = uuid.uuid4().hex[:12]
    jobs = [
        job
        for name, piece in PIECES.items()
        if name in results
        for job in piece.jobs(results[name].reset_index(drop=results[name].index.name is None))
        if len(job.rows)
    ]
    steps = _Counter(sum(len(job.rows) for job in jobs), progress)
    renewing = server.transact(partial(_begin, _told(id_, results, run)))
    for job in jobs:
        _write(server, id_, job, renewing, steps.advance)
    _clear(server, id_)
    if not server.write(result_statements.FINISH, run=id_):
        raise StoreError("store.results-overtaken")


def read_results(server: Server) -> Results:
    """The results of the last complete map; no tables and no run where there is none.

    Raises
    ------
    StoreError
        The server can't be reached or read, or a map began to write new results meanwhile.
    """
    found = server.read(result_statements.COMPLETE)
    if not found:
        return Results({}, None)
    [(id_, told, dtypes)] = found
    layout: dict[str, dict[str, str]] = json.loads(dtypes)
    tables = {name: _read(server, id_, piece, layout[name]) for name, piece in PIECES.items() if name in layout}
    if server.read(result_statements.COMPLETE) != found:
        raise StoreError("store.results-changing")
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


def _told(id_: str, results: Mapping[str, pd.DataFrame], run: Mapping[str, Any]) -> dict[str, Any]:
    """What the run says of itself."""
    dtypes = {
        name: {str(label): kept_dtype(frame[label]) for label in frame.columns} for name, frame in results.items()
    }
    return {
        "id": id_,
        "at": str(run.get("at") or pd.Timestamp.now("UTC").isoformat()),
        "version": run.get("version"),
        "seed": run.get("seed"),
        "inputs": _text(run.get("inputs", [])),
        "details": _text(run),
        "columns": _text(dtypes),
    }


def _text(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, default=plain)


def _begin(told: Mapping[str, Any], ask: Ask) -> bool:
    """From here on nothing is complete. Whether there are results of other runs, to be renewed."""
    lock(ask)  # one run begins after another
    for statement in result_statements.BEGIN:
        ask(statement, told)
    return bool(ask(result_statements.ANY, {})[0][0])


def _hold(id_: str, rows: int, ask: Ask) -> None:
    """Let a transaction stand, unless its run was overtaken: then nothing of it does."""
    if not ask(result_statements.STILL, {"run": id_, "n": rows}):
        raise StoreError("store.results-overtaken")


def _write(server: Server, id_: str, job: Job, renewing: bool, advance: Callable[[int], None]) -> None:
    columns = [to_kept(job.rows[label], kept_dtype(job.rows[label])) for label in job.rows.columns]

    def batch(begin: int) -> None:
        told = [one.iloc[begin : begin + _ROWS] for one in columns]
        server.transact(partial(_write_batch, id_, job, told, renewing))
        advance(len(told[0]))

    # Renewed side by side, relationships of one person may make transactions wait for each other for ever.
    lanes = ThreadPoolExecutor(1 if job.renew and renewing else _LANES)
    try:
        list(lanes.map(batch, range(0, len(job.rows), _ROWS)))
    finally:
        lanes.shutdown(cancel_futures=True)


def _write_batch(id_: str, job: Job, columns: Sequence[pd.Series], renewing: bool, ask: Ask) -> None:
    rows = len(columns[0])
    ends = {}
    if job.renew:
        (sources, ends["sources"]), (targets, ends["targets"]) = map(_places, columns[:2])
        told = [sources, targets, *map(cells, columns[2:])]
    else:
        told = list(map(cells, columns))
    done = 0
    if job.renew and renewing:
        [(there,)] = ask(job.renew, {"cells": told, "run": id_, **ends})
        done = len(there)
        left = np.setdiff1d(np.arange(rows), there)
        told = [np.array(one, "object")[left].tolist() for one in told]
    if done < rows:
        [(written,)] = ask(job.write, {"cells": told, "run": id_, **ends})
        if written + done < rows:
            raise StoreError("store.results-unfit")
    _hold(id_, rows, ask)


def _places(names: pd.Series) -> tuple[list[int], list[str]]:
    """Every name once, and where among them each row's is."""
    places, once = pd.factorize(names)
    return places.tolist(), once.tolist()


def _clear(server: Server, id_: str) -> None:
    """Remove what is left of other runs, a batch at a time."""
    for statement in result_statements.CLEAR:
        while server.transact(partial(_clear_batch, id_, statement)):
            pass


def _clear_batch(id_: str, statement: str, ask: Ask) -> int:
    [(removed,)] = ask(statement, {"run": id_, "rows": _ROWS})
    _hold(id_, 0, ask)
    return int(removed)


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
