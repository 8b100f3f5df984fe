"""Where a programme is kept between runs. Stores take and give plain frames.

`open_store` finds the store behind a name, `load` reads tables into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from influence_graph.errors import StoreError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.tables.schema import Tables

__all__ = ["Loaded", "Results", "Store", "load", "open_store", "shown"]

Progress = Callable[[str, int, int], None]
"""Called with a message id that names the stage, the steps done and their number."""

ENDINGS = (".duckdb", ".ddb")
SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


@dataclass(frozen=True)
class Loaded:
    """What one load did.

    Attributes
    ----------
    counts : DataFrame
        One row a table: table, added, updated, unchanged (rows of this load), stored (rows there now).
    tables : Tables
        What was loaded, with its faults, sources and notes.
    """

    counts: pd.DataFrame
    tables: Tables


@dataclass(frozen=True)
class Results:
    """The results of the last map a store keeps: its tables by name, and how it was made (None before any map)."""

    tables: Mapping[str, pd.DataFrame]
    run: Mapping[str, Any] | None


class Store(Protocol):
    """What every store can do."""

    def write(self, tables: Tables, *, progress: Progress | None = None) -> Loaded:
        """Add tables: new keys are added, known ones updated. What a killed load left undone, the next one finishes."""
        ...

    def read(self, *, progress: Progress | None = None) -> Tables:
        """Everything that was ever written, as `influence_graph.tables.read` gives it."""
        ...

    def write_results(
        self, results: Mapping[str, pd.DataFrame], run: Mapping[str, Any], *, progress: Progress | None = None
    ) -> None:
        """Replace the results of the previous map. Until all is written, there are none: never half of them."""
        ...

    def read_results(self) -> Results:
        """The results of the last map."""
        ...


def open_store(
    source: str | Path, *, user: str | None = None, password: str | None = None, database: str | None = None
) -> Store:
    """The store behind a name. Nothing is opened before it is read or written.

    Parameters
    ----------
    source : str or Path
        A `.duckdb` file, which need not exist yet, or the URI of a Neo4j server: ``neo4j://host:port`` and its kin;
        ``neo4j://`` alone is the server of NEO4J_URI, else the one that `influence-graph neo4j up` started.
    user, password, database : str, optional
        Of the server; by default NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, else what `neo4j up` keeps.

    Raises
    ------
    StoreError
        For databases that this version does not reach.
    UsageError
        When `source` names no store.
    """
    scheme, separator, _ = str(source).partition("://")
    if separator:
        if scheme.casefold() not in SCHEMES:  # the rest may carry a password: it is not repeated
            raise StoreError("store.unreachable-kind", scheme=scheme)
        from influence_graph.store.address import address
        from influence_graph.store.graph import Neo4jStore

        return Neo4jStore(address(str(source), user=user, password=password, database=database))
    if not str(source).casefold().endswith(ENDINGS):
        raise UsageError("store.no-store", source=str(source))
    from influence_graph.store.duckdb import DuckDBStore

    return DuckDBStore(source)


def shown(source: str | Path) -> str:
    """A store's name without the user and password that a URI may carry."""
    scheme, separator, rest = str(source).partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else str(source)


def load(
    source: str | Path | Sequence[str | Path],
    to: str | Path,
    *,
    timezone: str | None = None,
    strict: bool = False,
    config: Path | None = None,
    progress: Progress | None = None,
    server: Mapping[str, str | None] | None = None,
) -> Loaded:
    """Read tables and keep them in a store.

    The same files twice change nothing; later files add rows and update the ones they name again. Killed in the
    middle, a file holds what it held before, a server what had arrived: the same load again completes it.

    Parameters
    ----------
    source : path or sequence of paths
        A folder of tables, or files.
    to : str or Path
        The store, see `open_store`.
    timezone, strict, config
        As for `influence_graph.tables.read`.
    progress : callable, optional
    server : mapping, optional
        user, password and database of a server, as for `open_store`.

    Returns
    -------
    Loaded

    Raises
    ------
    TablesError
        The tables can't be read.
    StoreError
        The store can't be opened or written.

    Notes
    -----
    O(rows read + rows stored).
    """
    store = open_store(to, **(server or {}))
    from influence_graph import tables

    paths = [Path(source)] if isinstance(source, str | Path) else [Path(path) for path in source]
    read = tables.read(
        paths[0] if len(paths) == 1 else paths, timezone=timezone, strict=strict, config=config, progress=progress
    )
    return store.write(read, progress=progress)
