"""One real Neo4j server for the whole test session, empty and alone for each test that asks for it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import sample
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from influence_graph.errors import StoreError
from influence_graph.store import local_neo4j
from influence_graph.store.local_neo4j import java
from influence_graph.store.local_neo4j.home import Home, Record

if TYPE_CHECKING:
    from influence_graph.store.address import Address

PLACE = "INFLUENCE_GRAPH_TEST_SERVER"
"""Environment variable by which the processes of a test session know the one server's place."""

PREFIX = "influence-graph-tests-"


@dataclass(frozen=True)
class Graph:
    """The server. It is the default one of whoever has XDG_DATA_HOME set to `place`."""

    place: Path

    @property
    def home(self) -> Path:
        return self.place / "influence-graph" / "neo4j"

    @property
    def uri(self) -> str:
        uri = local_neo4j.status(self.home).uri
        assert uri
        return uri

    @property
    def user(self) -> str:
        return local_neo4j.status(self.home).user

    @cached_property
    def password(self) -> str:
        password = local_neo4j.password(self.home)
        assert password
        return password

    @property
    def address(self) -> Address:
        from influence_graph.store.address import address

        return address(self.uri, user=self.user, password=self.password)

    @property
    def pid(self) -> int:
        record = Home(self.home).record()
        assert record
        assert record.pid
        return record.pid

    def up(self) -> None:
        """Start it on ports of its own: those that everybody takes first may be taken while it is down."""
        home = Home(self.home)
        home.make()
        if home.record() is None:
            bolt, http = sample(range(20_000, 30_000), 2)
            home.write(Record(bolt, http))
        local_neo4j.up(self.home)

    def kill(self) -> None:
        """As a power cut would."""
        process = psutil.Process(self.pid)
        process.kill()
        assert java.has_ended(process, 60)

    def run(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What the server answers, asked past the package."""
        from neo4j import GraphDatabase

        with (
            GraphDatabase.driver(self.uri, auth=(self.user, self.password)) as driver,
            driver.session() as session,
        ):
            return [tuple(record.values()) for record in session.run(statement, parameters)]

    def empty(self) -> None:
        """Neither nodes nor constraints nor indexes."""
        for (name,) in self.run("SHOW CONSTRAINTS YIELD name"):
            self.run(f"DROP CONSTRAINT `{name}`")
        for (name,) in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
            self.run(f"DROP INDEX `{name}`")
        self.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 20000 ROWS")


@contextmanager
def turn(place: Path) -> Iterator[None]:
    """The block has the server for itself: Community has one database, a parallel test session several processes."""
    held = sqlite3.connect(place / "turn", timeout=3600, isolation_level=None)
    try:
        held.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        held.close()


@contextmanager
def alone(require: Callable[[str, object, str], None]) -> Iterator[Graph]:
    """The server with an empty database, for the block alone."""
    there = Graph(place())
    with turn(there.place):
        try:
            there.up()
        except StoreError as error:
            if error.message not in ("store.local-extra", "store.local-offline"):
                raise
            require("neo4j", False, str(error))
        there.empty()
        yield there


def provide(config: pytest.Config) -> None:
    """Make a place for the server before any worker starts; remove it, and stop the server, when all are done."""
    if hasattr(config, "workerinput"):
        return
    for left in Path(gettempdir()).glob(f"{PREFIX}*"):  # by a session that was killed
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX).partition("-")[0])):
            remove(left)
    made = Path(mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    os.environ[PLACE] = str(made)
    config.add_cleanup(lambda: remove(made))


def remove(place: Path) -> None:
    local_neo4j.down(Graph(place).home)
    shutil.rmtree(place, ignore_errors=True)


def place() -> Path:
    return Path(os.environ[PLACE])
