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
    from influence_graph.store.answers import Answer, Row
    from influence_graph.store.neo4j import Server

_STATE = """
OPTIONAL MATCH (ours:InfluenceGraph)
WITH count(ours) > 0 AS ours
OPTIONAL MATCH (run:Run) WHERE run.status IN ['complete', 'writing']
WITH ours, collect(run.status) AS runs, max(run.at) AS mapped
OPTIONAL MATCH (source:Source)
RETURN ours, runs, mapped, max(source.loaded_at) > mapped AS newer
"""
_COMPLETE = "MATCH (run:Run {status: 'complete'}) RETURN run.id"
_MAPPED = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'result_run'"


def run(
    query: Query,
    source: str = "neo4j://",
    given: Mapping[str, str] | None = None,
    *,
    write: bool = False,
    server: Mapping[str, str | None] | None = None,
) -> Answer:
    """Ask a store. The parameters and errors are those of `ask`, which also tells what the answer is worth."""
    return ask(query, source, given, write=write, server=server)[0]


def ask(
    query: Query,
    source: str = "neo4j://",
    given: Mapping[str, str] | None = None,
    *,
    write: bool = False,
    server: Mapping[str, str | None] | None = None,
) -> tuple[Answer, list[str]]:
    """Ask a store, and find out what to know of its results before believing the answer.

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

    Returns
    -------
    answer : Answer
    notices : list of str
        Those of `notices`, and whether a map began or ended meanwhile. That they can't be told is a notice too.

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

            answer = DuckDBStore(source).answer(query.statement, told)
            return answer, _tellable(source, notices(source))
        from influence_graph.store.address import address
        from influence_graph.store.neo4j import Server

        with Server(address(source, **(server or {}))) as neo4j:
            complete = neo4j.read(_COMPLETE)
            answer = neo4j.answer(query.statement, told, write=write)
            return answer, _tellable(neo4j.address.shown, _worth(neo4j, complete))
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

    with Server(address(source, **(server or {}))) as neo4j:
        yield from _worth(neo4j)


def _worth(neo4j: Server, complete: list[Row] | None = None) -> Iterator[str]:
    """What a server's results are worth, to somebody who saw those of the `complete` run a moment ago."""
    at = neo4j.address.shown
    if complete is not None and neo4j.read(_COMPLETE) != complete:
        yield say("queries.changing", at=at)
    [(ours, runs, mapped, newer)] = neo4j.read(_STATE)
    if not ours:
        yield say("queries.foreign", at=at)
    elif "complete" not in runs:
        yield say("queries.interrupted" if "writing" in runs else "queries.never-mapped", at=at)
    elif newer:
        yield say("queries.older", at=at, mapped=mapped)


def _tellable(at: str, notices: Iterator[str]) -> list[str]:
    """Notices, as far as they can be told: whoever has an answer keeps it."""
    told: list[str] = []
    try:
        told.extend(notices)
    except StoreError as error:
        told.append(say("queries.unchecked", at=at, why=error))
    return told
