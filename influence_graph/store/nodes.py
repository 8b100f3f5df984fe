"""Rows that are nodes: written beside what the graph knows of them, and led to whom their cells name."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.store import statements
from influence_graph.store.batches import Batches, Counts, lock, packed, unpacked
from influence_graph.store.cells import NEVER, keys
from influence_graph.store.layout import Column
from influence_graph.store.model import Nodes
from influence_graph.store.neo4j import Ask, Server
from influence_graph.store.news import News, news
from influence_graph.store.statements import properties

_BATCH = 5_000
"""Rows of a transaction: enough to be quick, few enough for the memory of a small server."""


def write_nodes(server: Server, part: Nodes, rows: pd.DataFrame, columns: list[Column]) -> Batches:
    """Write rows that are nodes, batch by batch.

    Parameters
    ----------
    server : Server
    part : Nodes
    rows : DataFrame
        Kept columns, one row a key.
    columns : list of Column
        Those of `rows`.
    """
    for begin in range(0, len(rows), _BATCH):
        batch = rows[begin : begin + _BATCH].reset_index(drop=True)
        yield len(batch), server.transact(partial(_write, part, batch, columns))


def _write(part: Nodes, batch: pd.DataFrame, columns: list[Column], ask: Ask) -> Counts:
    lock(ask)
    names = keys(batch[list(part.identity)])
    [(there, *told)] = ask(statements.seek_nodes(part, columns), {"keys": names.tolist(), "never": NEVER})
    found = news(batch, unpacked(told, columns, len(there)), part.identity)
    its = properties(part, columns)
    added, changed = np.flatnonzero(found.added), np.flatnonzero(found.changed)
    places = np.array(there, "object")[found.known] if there else np.empty(len(batch), "object")
    if len(added):
        new = {"keys": names[added].tolist(), "cells": packed(found.rows.iloc[added], its)}
        [(places[added],)] = ask(statements.add_nodes(part, its), new)
    if len(changed):
        cell = {"places": places[changed].tolist(), "cells": packed(found.rows.iloc[changed], its)}
        ask(statements.change_nodes(its), cell)
    _lead(part, found, places, ask)
    return len(added), len(changed)


def _lead(part: Nodes, found: News, places: npt.NDArray[np.object_], ask: Ask) -> None:
    """The relationships of new and changed rows."""
    old = ~found.added
    for label in part.links.keys() & found.told.keys():
        tells = found.told[label]
        if (moved := tells & old).any():
            ask(statements.unlink(part, label), {"places": places[moved].tolist()})
        if tells.any():
            others = found.rows[label][tells].tolist()
            ask(statements.link(part, label), {"places": places[tells].tolist(), "others": others})
    if part.reference:
        forget, lead, led = statements.references(part)
        tells = found.told.get(part.reference.column, np.zeros_like(old))
        for statement, which in ((forget, tells & old), (lead, tells), (led, found.added)):
            if which.any():
                ask(statement, {"places": places[which].tolist()})
