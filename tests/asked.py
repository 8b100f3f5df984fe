"""The programme of `mapped` on a real server, to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mapped
import pytest
import server

from influence_graph import queries
from influence_graph.store.answers import Answer, Node
from influence_graph.store.answers import Path as Way
from influence_graph.store.graph import Neo4jStore

NODES_DRAWN = 300
"""So many Neo4j Browser draws."""


@pytest.fixture(scope="module")
def graph(require: Callable[[str, object, str], None]) -> Iterator[server.Graph]:
    """The programme of `mapped`, loaded and with its results written back."""
    with server.alone(require) as there:
        store = Neo4jStore(there.address)
        store.write(mapped.tables())
        store.write_results(mapped.results(), mapped.run())
        yield there


@pytest.fixture
def ask(graph: server.Graph) -> Callable[..., Answer]:
    login = {"user": graph.user, "password": graph.password}
    return lambda name, **given: queries.run(queries.find(name), graph.uri, given, server=login)


def rows(answer: Answer, *columns: str) -> list[tuple[Any, ...]]:
    places = [answer.columns.index(column) for column in columns] or range(len(answer.columns))
    return [tuple(row[place] for place in places) for row in answer.rows]


def nodes(value: Any) -> Iterator[Node]:
    """Those that are drawn of a value."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, Way):
        yield from value.nodes
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)
