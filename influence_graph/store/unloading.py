"""A graph back into tables: columns, page by page, in parallel sessions.

A page is a range of keys, so that no answer outgrows the server's memory. Of relationships the numbers of their nodes
are read; a directory then tells once which name each number has, and numpy puts the names in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.store import statements
from influence_graph.store.batches import unpacked
from influence_graph.store.cells import NEVER
from influence_graph.store.columns import from_kept
from influence_graph.store.layout import Column, Layout
from influence_graph.store.model import MODEL, Nodes, Part, Ties
from influence_graph.store.neo4j import Server

_PAGE = 50_000
"""Rows of an answer."""
_SESSIONS = 3
"""Pages asked for at once: while one is unpacked here, the server gathers the next."""
_SAMPLE = 16
"""Keys a page that are looked at to find where it ends."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class _Read:
    """A page: its rows without the ends of relationships, and the numbers of these."""

    rows: pd.DataFrame
    sources: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]


class Unloading:
    """Reads a graph's tables.

    Parameters
    ----------
    server : Server
    layout : Layout
    begin : callable
        Told how many rows there are; what it returns is told of every page how many it had.
    """

    def __init__(self, server: Server, layout: Layout, *, begin: Callable[[int], Advance]) -> None:
        self._server = server
        self._layout = layout
        self._begin = begin

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables that anything was ever written to, their rows sorted by key.

        Notes
        -----
        O(rows) here, O(rows of a page) on the server. What others write meanwhile may be there or not, row by row.
        """
        tables = [table for table in MODEL if self._layout.columns(table)]
        sessions = ThreadPoolExecutor(_SESSIONS)
        try:
            parts = [(table, part) for table in tables for part in MODEL[table]]
            counts = list(sessions.map(self._count, [part for _, part in parts]))
            advance = self._begin(sum(counts))
            asked = {
                (table, part): self._pages(sessions, table, part, rows, advance)
                for (table, part), rows in zip(parts, counts, strict=True)
            }
            read = {wanted: [page.result() for page in pages] for wanted, pages in asked.items()}
            # After the relationships: then whoever came in the meantime is in the directory too.
            labels = {label for _, part in parts if isinstance(part, Ties) for label in ("Person", part.label)}
            names = self._directory(sessions, sorted(labels))
        finally:
            sessions.shutdown(cancel_futures=True)
        return {table: self._table(table, read, names) for table in tables}

    def _count(self, part: Part) -> int:
        [(rows,)] = self._server.read(statements.count(part))
        return int(rows)

    def _number(self, label: str) -> int:
        [(nodes,)] = self._server.read(f"MATCH (n:{label}) RETURN count(n)")
        return int(nodes)

    def _pages(
        self, sessions: ThreadPoolExecutor, table: str, part: Part, rows: int, advance: Advance
    ) -> list[Future[_Read]]:
        columns = self._layout.columns(table)
        if isinstance(part, Ties):
            columns = statements.properties(part, columns)
        label, key = (part.node, part.key) if isinstance(part, Nodes) else ("Person", "id")
        return [
            sessions.submit(self._page, part, columns, bounds, advance) for bounds in self._ranges(label, key, rows)
        ]

    def _ranges(self, label: str, key: str, rows: int) -> Iterator[dict[str, str]]:
        """Ranges of keys with about a page of the rows each."""
        cuts: list[str] = []
        if rows > _PAGE:
            sample = _SAMPLE * ceil(rows / _PAGE)
            share = min(1.0, sample / max(1, self._number(label)))
            [(cuts,)] = self._server.read(statements.quantiles(label, key), share=share, step=_SAMPLE)
        for begin, end in zip([None, *cuts], [*cuts, None], strict=True):
            yield {name: cut for name, cut in (("begin", begin), ("end", end)) if cut is not None}

    def _page(self, part: Part, columns: list[Column], bounds: dict[str, str], advance: Advance) -> _Read:
        statement = statements.page(part, columns, bounds)
        [(rows, *told)] = self._server.read(statement, **bounds, never=NEVER)
        cells, ends = told[: len(columns)], told[len(columns) :] or ((), ())
        sources, targets = (np.array(numbers, np.int64) for numbers in ends)
        advance(rows)
        return _Read(unpacked(cells, columns, rows), sources, targets)

    def _directory(self, sessions: ThreadPoolExecutor, labels: list[str]) -> _Directory:
        asked = [
            sessions.submit(self._server.read, statements.directory(label, bounds), **bounds)
            for label in labels
            for bounds in self._ranges(label, "id", self._number(label))
        ]
        return _Directory([page.result()[0] for page in asked])

    def _table(self, table: str, read: dict[tuple[str, Part], list[_Read]], names: _Directory) -> pd.DataFrame:
        columns = self._layout.columns(table)
        found = []
        for part in MODEL[table]:
            pages = read[table, part]
            if isinstance(part, Nodes):
                found += [page.rows for page in pages]
            else:
                found += [names.placed(page, part) for page in pages]
        empty = unpacked([[] for _ in columns], columns, 0)
        rows = in_order(pd.concat([empty, *found], ignore_index=True)[empty.columns], MODEL[table][0].identity)
        return pd.DataFrame({at.label: from_kept(rows[at.label], at.dtype) for at in columns})


class _Directory:
    """Which name each node's number has."""

    def __init__(self, pages: list[tuple[list[int], list[str]]]) -> None:
        numbers = np.fromiter(chain.from_iterable(numbers for numbers, _ in pages), np.int64)
        order = np.argsort(numbers)
        self._numbers = numbers[order]
        names = list(chain.from_iterable(names for _, names in pages))
        self._names = pd.Series(names, dtype="str").array.take(order)

    def placed(self, page: _Read, part: Ties) -> pd.DataFrame:
        """A page's rows with the names of their ends; without those whose ends were deleted meanwhile."""
        sources, targets = self._places(page.sources), self._places(page.targets)
        there = (sources >= 0) & (targets >= 0)
        ends = {part.source: self._names.take(sources[there]), part.target: self._names.take(targets[there])}
        return page.rows[there].reset_index(drop=True).assign(**ends)

    def _places(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        places = np.searchsorted(self._numbers, numbers)
        found = places < len(self._numbers)
        found[found] = self._numbers[places[found]] == numbers[found]
        return np.where(found, places, -1)


def in_order(rows: pd.DataFrame, key: tuple[str, ...]) -> pd.DataFrame:
    """Rows sorted by their key, missing parts last: a graph keeps no order."""
    ranks = [pd.factorize(rows[name], sort=True, use_na_sentinel=True)[0] for name in reversed(key)]
    last = len(rows)
    return rows.take(np.lexsort([np.where(rank < 0, last, rank) for rank in ranks])).reset_index(drop=True)
