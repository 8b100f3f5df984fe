"""What can go wrong with a server: one clear sentence each, of what a real server says where one can be made to."""

from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import mapped
import pytest
from bolt import scripted
from neo4j import GraphDatabase
from program import run

from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.store import local_neo4j, neo4j
from influence_graph.store.address import Address
from influence_graph.store.graph import Neo4jStore
from influence_graph.store.neo4j import Server

if TYPE_CHECKING:
    from server import Graph

    from influence_graph.store.neo4j import Ask

SECRET = "pass-word-nobody-may-see"
PATIENCE = 1.0
MATCHED = "MATCH (n:Left {n: $n}) SET n.seen = true"


def refused(message: str, work: Callable[[], Any]) -> StoreError:
    """The error that `work` ends with: one sentence in each language, and no password wherever one looks."""
    with pytest.raises(StoreError) as raised:
        work()
    error = raised.value
    assert error.message == message, str(error)
    assert error.exit_code == ExitCode.STORE
    for language in LANGUAGES:
        with speaking(language):
            sentence = str(error)
        assert "\n" not in sentence
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert SECRET not in "".join(traceback.format_exception(error))
    return error


def asked(uri: str, password: str | None = SECRET, statement: str = "RETURN 2", **address: Any) -> Callable[[], Any]:
    """Asks a server for the first time."""

    def ask() -> None:
        with Server(Address(uri, address.pop("user", "neo4j"), password, **address), patience=PATIENCE) as server:
            server.write(statement)

    return ask


def at(graph: Graph, scheme: str, port: int | None = None) -> str:
    return f"{scheme}://127.0.0.1:{port or urlsplit(graph.uri).port}"


@pytest.fixture
def nobodys_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_who_is_not_let_in_is_told_why(graph: Graph) -> None:
    error = refused("store.wrong-password", asked(graph.uri))
    assert "neo4j" in str(error)
    refused("store.no-password", asked(graph.uri, None))


@contextmanager
def another(graph: Graph, name: str, password: str) -> Iterator[None]:
    """A second user of the server, for the block, with a password and whether it has to be changed."""
    with GraphDatabase.driver(graph.uri, auth=(graph.user, graph.password)) as driver:
        driver.execute_query(f"CREATE OR REPLACE USER {name} SET PASSWORD {password}", database_="system")
        try:
            yield
        finally:
            driver.execute_query(f"DROP USER {name}", database_="system")


def test_who_guesses_passwords_is_told_to_wait(graph: Graph) -> None:
    with another(graph, "guest", "'a-guest-s-own' CHANGE NOT REQUIRED"):
        for _ in range(3):
            refused("store.wrong-password", asked(graph.uri, user="guest"))
        refused("store.too-many-passwords", asked(graph.uri, user="guest"))


def test_a_password_that_has_to_be_changed_first_is_told(graph: Graph) -> None:
    with another(graph, "newcomer", f"'{SECRET}' CHANGE REQUIRED"):
        refused("store.password-expired", asked(graph.uri, user="newcomer"))


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_a_database_that_is_missing_is_named(graph: Graph, scheme: str) -> None:
    error = refused("store.no-database", asked(at(graph, scheme), graph.password, database="nonesuch"))
    assert "nonesuch" in str(error)
    refused("store.system-database", asked(at(graph, scheme), graph.password, database="system"))


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_what_is_no_bolt_port_is_told_from_no_server(graph: Graph, scheme: str, nobodys_port: int) -> None:
    browser = local_neo4j.status(graph.home).browser
    assert browser
    refused("store.no-bolt", asked(at(graph, scheme, urlsplit(browser).port), graph.password))
    refused("store.encryption", asked(at(graph, f"{scheme}+s"), graph.password))
    refused("store.encryption", asked(at(graph, f"{scheme}+ssc"), graph.password))
    refused("store.unreachable", asked(at(graph, scheme, nobodys_port)))
    refused("store.no-host", asked(f"{scheme}://no-such-host.invalid:7687"))
    refused("store.no-host", asked(f"{scheme}://{'long' * 20}.example:7687"))


def test_a_server_that_says_nothing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j, "_ANSWER", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        refused("store.unreachable", asked(f"bolt://127.0.0.1:{silent.getsockname()[1]}"))
        assert time.monotonic() - begun < 10


def test_a_connection_that_is_lost_is_told_unless_the_server_comes_back_in_time(graph: Graph) -> None:
    with Server(graph.address, patience=PATIENCE) as hasty, Server(graph.address, patience=300) as patient:
        patient.write("CREATE (:Left {n: 1})")
        assert hasty.read("RETURN 1") == [(1,)]
        graph.kill()
        up = threading.Thread(target=graph.up)
        try:
            refused("store.connection-lost", lambda: hasty.read("RETURN 1"))
        finally:
            up.start()
        assert patient.read("MATCH (n:Left) RETURN n.n") == [(1,)]
        up.join()


def test_a_graph_of_something_else_is_left_alone(graph: Graph) -> None:
    graph.run("CREATE (:Movie {title: 'The Matrix'})")
    store = Neo4jStore(graph.address)
    for work in (
        lambda: store.write(mapped.tables()),
        store.read,
        lambda: store.write_results(mapped.results(), mapped.run()),
        store.read_results,
    ):
        refused("store.graph-foreign", work)
    assert graph.run("MATCH (n) RETURN labels(n), properties(n)") == [(["Movie"], {"title": "The Matrix"})]


def test_a_constraint_that_is_broken_is_told_in_the_servers_words(graph: Graph) -> None:
    graph.run("CREATE CONSTRAINT FOR (n:Left) REQUIRE n.n IS UNIQUE")
    graph.run("CREATE (:Left {n: 1})")
    error = refused("store.constraint", asked(graph.uri, graph.password, "CREATE (:Left {n: 1})"))
    assert "`n` = 1" in str(error)


@pytest.mark.parametrize(
    ("statement", "line", "column", "word"),
    [
        ("MATCH (n)\n  RETRUN n", 2, 3, "RETRUN"),
        ("MATCH (n) RETURN m", 1, 18, "m"),
        ("MATCH (n)\nWHERE n.at > 1 + date('2026-01-01')\nRETURN n", 2, 18, "Date"),
        ("RETURN 1 / 0", None, None, "zero"),
        ("RETURN $name", None, None, "name"),
        ("CALL no.such()", None, None, "no.such"),
    ],
)
def test_a_statement_is_refused_with_line_and_column(
    graph: Graph, statement: str, line: int | None, column: int | None, word: str
) -> None:
    with Server(graph.address) as server:
        message = "store.statement-refused" if line is None else "store.statement-refused-at"
        error = refused(message, lambda: server.answer(statement))
    assert word in error.numbers["said"]
    assert (error.numbers.get("line"), error.numbers.get("column")) == (line, column)


def test_reading_never_writes(graph: Graph) -> None:
    with Server(graph.address) as server:
        for statement in ("CREATE (:Left)", "CREATE INDEX FOR (n:Left) ON (n.n)"):
            refused("store.statement-writes", lambda told=statement: server.answer(told))
            refused("store.statement-writes", lambda told=statement: server.read(told))
    assert graph.run("MATCH (n) RETURN count(n)") == [(0,)]


def test_what_no_server_takes_is_told(graph: Graph) -> None:
    with Server(graph.address) as server:
        for value in (2**63, ["half \ud83d of a character"]):
            refused("store.unsendable", lambda told=value: server.read("RETURN $it", it=told))


def test_two_that_wait_for_each_other_end_in_a_sentence(graph: Graph) -> None:
    graph.run("CREATE (:Left {n: 1}), (:Left {n: 2})")
    meet = threading.Barrier(2, timeout=60)
    failed: list[StoreError] = []

    def cross(first: int, second: int) -> None:
        def work(ask: Ask) -> None:
            ask(MATCHED, {"n": first})
            meet.wait()
            ask(MATCHED, {"n": second})

        try:
            server.transact(work)
        except StoreError as error:
            failed.append(error)

    with Server(graph.address, patience=0) as server:
        threads = [threading.Thread(target=cross, args=order) for order in ((1, 2), (2, 1))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [error.message for error in failed] == ["store.busy"]


def test_work_that_somebody_stopped_is_told_so(graph: Graph) -> None:
    def stop() -> None:
        for _ in range(600):
            running = graph.run("SHOW TRANSACTIONS YIELD transactionId, currentQuery")
            for name, statement in running:
                if statement.startswith("UNWIND"):
                    graph.run(f"TERMINATE TRANSACTIONS '{name}'")
                    return
            time.sleep(0.05)

    stopping = threading.Thread(target=stop)
    stopping.start()
    with Server(graph.address) as server:
        refused("store.stopped", lambda: server.answer("UNWIND range(1, 100000000000) AS i RETURN sum(i)"))
    stopping.join()


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("Neo.ClientError.Security.Forbidden", "Access denied.", "store.forbidden"),
        ("Neo.ClientError.Security.TokenExpired", "", "store.wrong-password"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "", "store.read-only"),
        ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", "", "store.read-only"),
        ("Neo.ClientError.Cluster.NotALeader", "", "store.read-only"),
        ("Neo.TransientError.Database.DatabaseUnavailable", "", "store.database-away"),
        ("Neo.ClientError.Database.HomeDatabaseNotFound", "", "store.no-home-database"),
        ("Neo.ClientError.Transaction.TransactionTimedOut", "", "store.timed-out"),
        ("Neo.ClientError.Transaction.LockAcquisitionTimeout", "", "store.busy"),
        ("Neo.TransientError.General.OutOfMemoryError", "", "store.server-memory"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "", "store.server-memory"),
        ("Neo.DatabaseError.Transaction.TransactionLogError", "No space left on device", "store.server-full"),
        ("Neo.DatabaseError.General.UnknownError", "It broke.", "store.server-failed"),
    ],
)
def test_what_community_never_says_is_told_as_well(code: str, message: str, expected: str) -> None:
    with scripted(code=code, message=message) as uri:
        error = refused(expected, asked(uri))
    assert uri in str(error)
    assert message.rstrip(".") in str(error) or expected == "store.server-full"


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Neo4j/5.25.1", "store.server-old"),
        ("Neo4j/4.4.40", "store.server-old"),
        ("Neo4j/v5.11.0 compatible graph database server - Memgraph", "store.not-neo4j"),
        ("FalkorDB/4.2", "store.not-neo4j"),
    ],
)
def test_a_server_that_is_too_old_or_another_product_is_refused(agent: str, expected: str) -> None:
    with scripted(agent=agent) as uri:
        error = refused(expected, asked(uri))
    assert error.numbers.get("version") in (None, agent.removeprefix("Neo4j/"))


@pytest.mark.parametrize("version", ["5.26.0", "5.27-aura", "2025.01.0", "2026.10.1"])
def test_versions_from_the_oldest_to_the_newest_are_welcome(version: str) -> None:
    with scripted(agent=f"Neo4j/{version}") as uri, Server(Address(uri, "neo4j", SECRET)) as server:
        assert server.version == version


def test_no_password_leaves_the_program(graph: Graph, tmp_path: Path) -> None:
    words = ("map", graph.uri, "--out", tmp_path / "map", "--debug")
    given = run(*words, NEO4J_PASSWORD=SECRET, PYTHONWARNINGS="default")
    inside = run("map", graph.uri.replace("://", f"://neo4j:{SECRET}@"), *words[2:], PYTHONWARNINGS="default")
    for done in (given, inside):
        assert done.returncode == ExitCode.STORE
        assert "Traceback" in done.stderr
        assert SECRET not in done.stdout + done.stderr
    assert SECRET not in repr(Server(Address(graph.uri, "neo4j", SECRET)))
    assert SECRET not in repr(Address(graph.uri, "neo4j", SECRET))


def test_the_driver_says_nothing_by_itself(graph: Graph, capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []  # pytest listens: without it the driver's warnings would be on stderr
    try:
        with warnings.catch_warnings(), Server(graph.address, patience=PATIENCE) as server:
            warnings.simplefilter("error")
            server.read("MATCH (n:Nonesuch) RETURN n.nothing, id(n)")
            refused("store.unreachable", asked("neo4j://127.0.0.1:9"))
            with scripted(code="Neo.TransientError.General.DatabaseUnavailable") as uri:
                refused("store.database-away", asked(uri))
    finally:
        root.handlers = handlers
    assert capfd.readouterr() == ("", "")


def test_a_host_that_swallows_everything_is_not_waited_for_long() -> None:
    begun = time.monotonic()
    with pytest.raises(StoreError):
        asked("neo4j://192.0.2.1:7687")()
    assert time.monotonic() - begun < 16
