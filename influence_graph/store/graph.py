"""A programme as a graph on a Neo4j server: the same store as a DuckDB file, for people who want to see and ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any

import pandas as pd

from influence_graph.errors import StoreError
from influence_graph.store import Loaded, Progress, Results, statements
from influence_graph.store.address import Address
from influence_graph.store.batches import lock
from influence_graph.store.layout import Layout
from influence_graph.store.loading import upsert
from influence_graph.store.model import FORMAT
from influence_graph.store.neo4j import Ask, Server
from influence_graph.store.records import records, told
from influence_graph.store.statements import PARAMETERS
from influence_graph.store.unloading import Unloading
from influence_graph.tables.privacy import protect
from influence_graph.tables.schema import FAULTS, SCHEMA, SOURCES, Tables, empty


class Neo4jStore:
    """A programme in a database of a Neo4j server.

    People are nodes, whatever tables name them, and so are shares, campaigns, conversions; who follows, shared, made,
    touched whom or what are relationships. One node (:InfluenceGraph) marks the graph as ours and keeps the columns of
    the tables, so that they are read back as they were written.

    Parameters
    ----------
    address : Address
    key : bytes, optional
        Of the hashes of phones and e-mails, see `influence_graph.tables.privacy`; by default that of this machine.

    Notes
    -----
    Every method connects, works, and leaves; each raises StoreError when the server can't be reached or used, or when
    the database holds something else, or what a later version wrote.
    """

    def __init__(self, address: Address, *, key: bytes | None = None) -> None:
        self.address = address
        self.key = key

    def write(self, tables: Tables, *, progress: Progress | None = None) -> Loaded:
        """Add tables in batches: new keys are added, known ones updated cell by cell.

        An empty cell is no news: it never erases what an earlier load knew. What was loaded already changes nothing.
        Killed in the middle, whole batches are there; writing the same tables again adds the rest.

        Parameters
        ----------
        tables : Tables
            As read; phones and e-mails in it are hashed before they are stored.
        progress : callable, optional
            Told the rows done and the rows in all.

        Returns
        -------
        Loaded

        Notes
        -----
        O(rows written + relationships of the people in them).
        """
        tables = protect(tables, key=self.key)
        with self._server() as server:
            self._prepare(server)
            frames = _frames(server, tables)
            layout = server.transact(partial(_register, frames))
            steps = _Steps("store.stage-write", sum(map(len, frames.values())), progress)
            counts = [
                (name, *upsert(server, name, frame, layout, advance=steps.advance)) for name, frame in frames.items()
            ]
        done = pd.DataFrame(counts, columns=["table", "added", "updated", "unchanged", "stored"])
        return Loaded(done[done["table"].isin(SCHEMA)], tables)

    def read(self, *, progress: Progress | None = None) -> Tables:
        """Everything that was ever written, in the types in which it came, rows sorted by their keys.

        Parameters
        ----------
        progress : callable, optional
            Told the rows done and the rows in all.

        Returns
        -------
        Tables
        """
        with self._server() as server:
            layout = self._layout(server)
            frames = Unloading(server, layout, begin=lambda n: _Steps("store.stage-read", n, progress).advance).tables()
        faults = frames.get("faults", pd.DataFrame(columns=list(FAULTS), dtype="str"))
        notes = frames.get("notes", pd.DataFrame(columns=["id", "numbers"]))
        return replace(
            Tables(),
            **{name: frames.get(name, empty(name)) for name in SCHEMA},
            faults=faults.drop(columns=["sha256", "place"], errors="ignore"),
            sources=frames.get("sources", pd.DataFrame(columns=list(SOURCES))),
            notes=told(notes),
        )

    def write_results(
        self, results: Mapping[str, pd.DataFrame], run: Mapping[str, Any], *, progress: Progress | None = None
    ) -> None:
        """Write the results of a map into the graph, in place of those of the map before.

        Parameters
        ----------
        results : mapping of str to DataFrame
            As `influence_graph.map.MapResult.frames` gives them.
        run : mapping
            How the map was made.
        progress : callable, optional

        Notes
        -----
        The node (:Run) says ``complete`` only at the end: until then the graph has no results.
        """
        from influence_graph.store.results import write_results

        with self._server() as server:
            self._layout(server)
            write_results(server, results, run, progress)

    def read_results(self) -> Results:
        """The results of the last map; no tables and no run where there was none."""
        from influence_graph.store.results import read_results

        with self._server() as server:
            self._layout(server)
            return read_results(server)

    def _server(self) -> Server:
        return Server(self.address)

    def _prepare(self, server: Server) -> None:
        """Constraints and indexes, and the mark that the graph is ours."""
        if self._found(server) is None:
            for statement in statements.schema():
                server.change_schema(statement)
            server.write(statements.BEGIN, **PARAMETERS, format=FORMAT)

    def _layout(self, server: Server) -> Layout:
        found = self._found(server)
        if found is None:
            raise StoreError("store.graph-empty", at=self.address.shown)
        return found

    def _found(self, server: Server) -> Layout | None:
        """The layout of the graph, None where there is no node at all; what others wrote is refused."""
        [(format_, columns, full)] = server.read(statements.CENSUS, **PARAMETERS)
        if format_ is None:
            if full:
                raise StoreError("store.graph-foreign", at=self.address.shown)
            return None
        if format_ > FORMAT:
            raise StoreError("store.graph-newer", at=self.address.shown, format=format_, known=FORMAT)
        return Layout.from_json(columns)


class _Steps:
    """Rows done, told to whoever wants to know."""

    def __init__(self, stage: str, rows: int, progress: Progress | None) -> None:
        self._stage, self._rows, self._progress = stage, rows, progress
        self._done = 0
        self._lock = Lock()
        self.advance(0)

    def advance(self, rows: int) -> None:
        with self._lock:
            self._done += rows
            if self._progress is not None:
                self._progress(self._stage, self._done, self._rows)


def _register(frames: Mapping[str, pd.DataFrame], ask: Ask) -> Layout:
    """Make room for the columns of what is about to be written."""
    before = lock(ask)
    layout = Layout.from_json(before)
    for name, frame in frames.items():
        if len(frame):
            layout.register(name, frame)
    if layout.to_json() != before:
        ask(statements.REGISTER, {**PARAMETERS, "columns": layout.to_json()})
    return layout


def _frames(server: Server, tables: Tables) -> dict[str, pd.DataFrame]:
    """All that is to be written, sources last: those of a load that was killed are not on record yet."""
    new = records(tables, set(server.read("MATCH (source:Source) RETURN source.file, source.sha256")))
    faults = new["faults"]
    new["faults"] = faults.assign(place=faults.groupby("file", dropna=False).cumcount())
    return {name: frame.rename(columns=str) for name, frame in ({name: tables[name] for name in SCHEMA} | new).items()}
