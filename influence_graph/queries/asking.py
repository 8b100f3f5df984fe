"""Asking a store: a server in Cypher, a DuckDB file in SQL, and saying what its results are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from influence_graph.errors import StoreError, UsageError
from influence_graph.language import say
from influence_graph.queries.parameters import values
from influence_graph.queries.query import Language, Query
from influence_graph.store import ENDINGS, shown

if TYPE_CHECKING:
    from influence_graph.store.answers import Answer

_STATE = """
OPTIONAL MATCH (ours:InfluenceGraph)
WITH count(ours) > 0 AS ours
OPTIONAL MATCH (run:Run) WHERE run.status IN ['complete', 'writing']
WITH ours, collect(run.status) AS runs, max(run.at) AS mapped
OPTIONAL MATCH (source:Source)
RETURN ours, runs, mapped, max(source.loaded_at) > mapped AS newer
"""
_MAPPED = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'result_run'"


def run(
    query: Query,
    source: str = "neo4j://",
    given: Mapping[str, str] | None = None,
    *,
    write: bool = False,
    server: Mapping[str, str | None] | None = None,
) -> Answer:
    """Ask a store.

    Parameters
    ----------
    query : Query
    source : str, default "neo4j://"
        The URI of a Neo4j server for Cypher, a `.duckdb` file for SQL.
    given : mapping of str to str, optional
        Parameters as typed, see `influence_graph.queries.parameters.values`. They reach the store beside the
        statement, never inside it.
    write : bool, default False
        Let the statement change the graph. Without it, the server itself refuses to.
    server : mapping, optional
        user, password and database, as for `influence_graph.store.open_store`.

    Raises
    ------
    UsageError
        The query is in another language than the source's, or its parameters are not what it asks for.
    StoreError
        The store can't be reached, or refuses the statement: then its line is shown.
    """
    told = values(query, given or {})
    is_file = _is_file(source)
    if is_file != (query.language is Language.SQL):
        raise UsageError("queries.needs-sql" if is_file else "queries.needs-cypher", source=shown(source))
    if is_file and write:
        raise UsageError("queries.no-writing", source=source)
    try:
        if is_file:
            from influence_graph.store.duckdb import DuckDBStore

            return DuckDBStore(source).answer(query.statement, told)
        from influence_graph.store.address import address
        from influence_graph.store.neo4j import Server

        with Server(address(source, **(server or {}))) as neo4j:
            return neo4j.answer(query.statement, told, write=write)
    except StoreError as refused:
        raise _placed(refused, query, source) from refused


def _is_file(source: str) -> bool:
    """Whether the source is a DuckDB file rather than a server."""
    if "://" in source:
        return False
    if not source.casefold().endswith(ENDINGS):
        raise UsageError("queries.load-first", source=source)
    return True


def _placed(refused: StoreError, query: Query, source: str) -> StoreError:
    """A refusal of the statement with the line it is about: nobody counts lines."""
    told = refused.numbers
    if refused.message == "store.statement-writes":
        if query.language is Language.SQL:
            return StoreError("queries.no-writing", source=source)
        return StoreError("queries.writes", name=query.name)
    if refused.message == "store.statement-refused-at" and 1 <= told["line"] <= len(query.statement.splitlines()):
        text = query.statement.splitlines()[told["line"] - 1].strip()
        return StoreError(
            "queries.refused-at",
            name=query.name,
            line=told["line"],
            column=told["column"],
            said=told["said"],
            text=text,
        )
    return refused


def notices(source: str = "neo4j://", *, server: Mapping[str, str | None] | None = None) -> Iterator[str]:
    """What to know of a store's results before believing them: that there are none, or older ones than the tables.

    Raises
    ------
    StoreError
        The store can't be reached.
    """
    if _is_file(source):
        from influence_graph.store.duckdb import DuckDBStore

        if not DuckDBStore(source).answer(_MAPPED).rows:
            yield say("queries.never-mapped", at=source)
        return
    from influence_graph.store.address import address
    from influence_graph.store.neo4j import Server

    at = address(source, **(server or {}))
    with Server(at) as neo4j:
        [(ours, runs, mapped, newer)] = neo4j.read(_STATE)
    if not ours:
        yield say("queries.foreign", at=at.shown)
    elif "complete" not in runs:
        yield say("queries.interrupted" if "writing" in runs else "queries.never-mapped", at=at.shown)
    elif newer:
        yield say("queries.older", at=at.shown, mapped=mapped)
