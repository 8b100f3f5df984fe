"""The way to a Neo4j server: every statement goes through here, and every error leaves as a sentence."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from influence_graph.errors import StoreError
from influence_graph.store.address import Address
from influence_graph.store.answers import Answer, Node, Path, Relationship, Row
from influence_graph.store.neo4j_refusals import refusal

OLDEST = (5, 26)
"""The oldest server that is supported."""

_DIALECT = "CYPHER 5 "
"""What our own statements are written in: a database may be set to a later one."""
_CONNECT = 5.0
_ANSWER = 15.0
_PATIENCE = 30.0
_IDLE = 60.0
_AGENT = re.compile(r"Neo4j/(?P<version>(?P<year>\d+)\.(?P<month>\d+)[\w.+-]*)")

Ask = Callable[[str, Mapping[str, Any]], list[Row]]
"""Runs a statement with its parameters inside a transaction."""
Answered = TypeVar("Answered")

# Told nobody, the driver's warnings of retries would end on stderr. Whoever sets logging up still gets them.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class Server:
    """A database on a Neo4j server, connected to when first used and left when the block ends.

    Parameters
    ----------
    address : Address
    patience : float, default 30
        For how many seconds a transaction is begun again when the server asks for it or is away for a moment.

    Raises
    ------
    StoreError
        Every method, whatever goes wrong: unreachable, not let in, too old, the statement refused.

    Notes
    -----
    Threads may share a server: each call takes a session of its own, and sees what earlier calls wrote.
    """

    def __init__(self, address: Address, *, patience: float = _PATIENCE) -> None:
        self.address = address
        self.patience = patience
        self._lock = Lock()
        self._connected: tuple[neo4j.Driver, str] | None = None
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()  # a cluster's readers may lag behind its writers

    def __repr__(self) -> str:
        return f"Server({self.address.shown!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the server; another call would connect again."""
        with self._lock:
            if self._connected:
                self._connected[0].close()
            self._connected = None

    @property
    def version(self) -> str:
        """The server's version, such as 5.26.30."""
        return self._connect()[1]

    def read(self, statement: str, /, **parameters: Any) -> list[Row]:
        """The rows of a statement that changes nothing."""
        return self.transact(lambda ask: ask(statement, parameters), write=False)

    def write(self, statement: str, /, **parameters: Any) -> list[Row]:
        """The rows of a statement in a transaction of its own."""
        return self.transact(lambda ask: ask(statement, parameters))

    def write_all(self, statements: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        """The rows of each of several statements: all of them take effect, or none."""
        return self.transact(lambda ask: [ask(statement, parameters) for statement, parameters in statements])

    def change_schema(self, statement: str) -> None:
        """Make or drop a constraint or an index."""

        def managed(transaction: neo4j.ManagedTransaction) -> None:
            transaction.run(_DIALECT + statement).consume()

        with self._session(neo4j.WRITE_ACCESS) as session:
            try:
                session.execute_write(managed)
            except Neo4jError as error:
                if "AlreadyExists" not in str(error.code):  # another was quicker
                    raise

    def transact(self, work: Callable[[Ask], Answered], *, write: bool = True) -> Answered:
        """Do several things in one transaction: all of them take effect or, where `work` raises, none.

        Parameters
        ----------
        work : callable
            Gets a function that runs a statement and returns its rows. It may be called several times: where the
            server asks for it, the transaction begins again.
        write : bool, default True
            Without it, the server refuses statements that would change something.
        """

        def managed(transaction: neo4j.ManagedTransaction) -> Answered:
            return work(lambda statement, parameters: _rows(transaction.run(_DIALECT + statement, dict(parameters))))

        with self._session(neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS) as session:
            return session.execute_write(managed) if write else session.execute_read(managed)

    def answer(self, statement: str, parameters: Mapping[str, Any] | None = None, *, write: bool = False) -> Answer:
        """Run a user's statement as it stands, in a transaction that it may divide itself.

        Parameters
        ----------
        statement : str
        parameters : mapping, optional
        write : bool, default False
            Without it, the server refuses a statement that would change something.

        Raises
        ------
        StoreError
            ``store.statement-refused-at`` tells line, column and what was said, ``store.statement-refused`` only
            this, ``store.statement-writes`` that it would change something.
        """
        with self._session(neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS) as session:
            result = session.run(statement, dict(parameters or {}))
            columns, rows = tuple(result.keys()), [tuple(map(_plain, row)) for row in _rows(result)]
            counted = vars(result.consume().counters)
        changes = {name: n for name, n in counted.items() if type(n) is int and n and not name.startswith("_")}
        return Answer(columns, rows, changes)

    @contextmanager
    def _session(self, access: str) -> Iterator[neo4j.Session]:
        driver, _ = self._connect()
        with self._told(), self._open(driver, access) as session:
            yield session

    def _open(self, driver: neo4j.Driver, access: str) -> neo4j.Session:
        return driver.session(
            database=self.address.database, default_access_mode=access, bookmark_manager=self._bookmarks, fetch_size=-1
        )

    def _connect(self) -> tuple[neo4j.Driver, str]:
        """The driver, after one try that tells at once what a managed transaction would try again and again."""
        with self._lock:
            if self._connected is None:
                with self._told(UnicodeError):  # a name that no host can have
                    driver = self._driver()
                    try:
                        with self._open(driver, neo4j.READ_ACCESS) as session:
                            agent = session.run("RETURN 1").consume().server.agent
                        self._connected = driver, self._supported(agent)
                    finally:
                        if self._connected is None:
                            driver.close()
            return self._connected

    def _driver(self) -> neo4j.Driver:
        at = self.address
        return neo4j.GraphDatabase.driver(
            at.uri,
            auth=None if at.password is None else (at.user or "", at.password),
            connection_timeout=_CONNECT,
            connection_acquisition_timeout=_ANSWER,
            max_transaction_retry_time=self.patience,
            liveness_check_timeout=_IDLE,
            notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
            user_agent=f"influence-graph/{_version()}",
        )

    def _supported(self, agent: str) -> str:
        found = _AGENT.fullmatch(agent)
        if found is None:
            raise StoreError("store.not-neo4j", at=self.address.shown)
        if (int(found["year"]), int(found["month"])) < OLDEST:
            raise StoreError("store.server-old", at=self.address.shown, version=found["version"])
        return found["version"]

    @contextmanager
    def _told(self, *also: type[Exception]) -> Iterator[None]:
        failures: tuple[type[Exception], ...] = (DriverError, Neo4jError, OSError, *also)
        try:
            yield
        except failures as error:
            raise refusal(error, self.address, connected=self._connected is not None) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise StoreError("store.unsendable", at=self.address.shown, said=str(error)) from error


def _rows(result: neo4j.Result) -> list[Row]:
    return [tuple(values) for values in result.values()]


def _version() -> str:
    try:
        return version("influence-graph")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "0"


def _plain(value: Any) -> Any:
    """A value without the driver: see `Answer`."""
    match value:
        case neo4j.graph.Node():
            return Node(value.element_id, tuple(sorted(value.labels)), _plain(dict(value)))
        case neo4j.graph.Relationship():
            start, end = (node.element_id if node else "" for node in value.nodes)
            return Relationship(value.type, start, end, _plain(dict(value)))
        case neo4j.graph.Path():
            return Path(tuple(map(_plain, value.nodes)), tuple(map(_plain, value.relationships)))
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case neo4j.time.Date() | neo4j.time.DateTime() | neo4j.time.Time():
            return value.to_native()
        case None | bool() | int() | float() | str() | bytes():
            return value
    return value.iso_format() if isinstance(value, neo4j.time.Duration) else str(value)
