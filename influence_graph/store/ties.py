"""Rows that are relationships: most of what there is in a large programme, so in several lanes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import statements
from influence_graph.store.batches import Batches, Counts, lock, packed, unpacked
from influence_graph.store.cells import NEVER, column
from influence_graph.store.layout import Column
from influence_graph.store.model import Ties
from influence_graph.store.neo4j import Ask, Server
from influence_graph.store.news import news
from influence_graph.store.statements import LANES, properties

_BATCH = 20_000
"""Rows of a transaction: enough to be quick, few enough for the memory of a small server."""
_FROM, _TO = "place of the source", "place of the target"
"""Columns beside those of the rows: where the nodes at both ends are."""


def write_ties(server: Server, part: Ties, rows: pd.DataFrame, columns: list[Column]) -> Batches:
    """Write rows that are relationships, batch by batch, each lane in a thread of its own.

    Lanes share no source, so that none waits for another's turn; targets the server locks only while it commits, in an
    order in which nobody waits for ever.

    Parameters
    ----------
    server : Server
    part : Ties
    rows : DataFrame
        Kept columns, one row a key.
    columns : list of Column
        Those of `rows`.
    """
    rows = _placed(server, part, rows)
    lanes = pd.util.hash_array(rows[part.source].to_numpy("object")) % LANES
    threads = [ThreadPoolExecutor(1) for _ in range(LANES)]
    try:
        asked = {}
        for lane, thread in enumerate(threads):
            its = rows[lanes == lane]
            for begin in range(0, len(its), _BATCH):
                batch = its[begin : begin + _BATCH].reset_index(drop=True)
                asked[thread.submit(server.transact, partial(_write, part, batch, columns, lane))] = len(batch)
        for done in as_completed(asked):
            yield asked[done], done.result()
    finally:
        for thread in threads:
            thread.shutdown(cancel_futures=True)


def _placed(server: Server, part: Ties, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows and where their ends are, a person's rows together."""
    if part.label == "Person":
        which, places = _places(server, "Person", pd.concat([rows[part.source], rows[part.target]]))
        sources, targets = which[: len(rows)], places[which[len(rows) :]]
    else:
        sources, places = _places(server, "Person", rows[part.source])
        which, others = _places(server, part.label, rows[part.target])
        targets = others[which]
    return rows.assign(**{_FROM: places[sources], _TO: targets}).take(np.argsort(sources, kind="stable"))


def _places(server: Server, label: str, names: pd.Series) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Which of the distinct names each one is, and where their nodes are, made where they are missing.

    Looked up once a load, not once a row.
    """
    which, distinct = pd.factorize(names)
    places: list[str] = []
    for begin in range(0, len(distinct), _BATCH):
        wanted = distinct[begin : begin + _BATCH].tolist()
        places += server.transact(partial(_make, statements.ends(label), wanted))
    return which, np.array(places, "object")


def _make(statement: str, wanted: list[str], ask: Ask) -> list[str]:
    lock(ask)
    [(places,)] = ask(statement, {"keys": wanted})
    return list(places)


def _write(part: Ties, batch: pd.DataFrame, columns: list[Column], lane: int, ask: Ask) -> Counts:
    lock(ask, lane)
    its = properties(part, columns)
    [(there, sources, targets, *told)] = ask(
        statements.seek_ties(part, its), {"places": batch[_FROM].unique().tolist(), "never": NEVER}
    )
    ends = {part.source: column(sources, "str"), part.target: column(targets, "str")}
    kept = unpacked(told, its, len(there)).assign(**ends)
    found = news(batch[[column.label for column in columns]], kept, part.identity)
    added, changed = np.flatnonzero(found.added), np.flatnonzero(found.changed)
    if len(added):
        new = batch.iloc[added]
        cell: dict[str, Any] = {"cells": packed(new, its)}
        names = {"places": _FROM, "others": _TO, "sources": part.source, "targets": part.target}
        [(made,)] = ask(statements.add_ties(part, its), cell | {name: new[at].tolist() for name, at in names.items()})
        if made < len(added):
            raise StoreError("store.graph-changed")
    if len(changed):
        places = np.array(there, "object")[found.known[changed]].tolist()
        ask(statements.change_ties(its), {"places": places, "cells": packed(found.rows.iloc[changed], its)})
    return len(added), len(changed)
