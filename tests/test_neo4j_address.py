"""Which server is meant, who we are to it, and that no server gets the password of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.store import local_neo4j
from influence_graph.store.address import Address, address
from influence_graph.store.local_neo4j import Status

AURA = "neo4j+s://abc123.databases.neo4j.io"
HERE = "neo4j://127.0.0.1:7688"


@pytest.fixture
def aura(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody with a database in the cloud, as Neo4j Aura's own file of credentials sets it."""
    told = {"URI": AURA, "USERNAME": "cloud", "PASSWORD": "of-the-cloud", "DATABASE": "abc123"}
    for name, value in told.items():
        monkeypatch.setenv(f"NEO4J_{name}", value)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine, whose password is kept."""
    status = Status(HERE, "http://127.0.0.1:7475/browser/", "neo4j", "5.26.30", True, Path("home"))
    monkeypatch.setattr(local_neo4j, "status", lambda: status)
    monkeypatch.setattr(local_neo4j, "password", lambda: "of-this-machine")


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine that ran once."""
    status = Status(HERE, None, "neo4j", "5.26.30", False, Path("home"))
    monkeypatch.setattr(local_neo4j, "status", lambda: status)
    monkeypatch.setattr(local_neo4j, "password", lambda: "of-this-machine")


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"])
@pytest.mark.parametrize(
    ("place", "uri"),
    [
        ("graph.example", "graph.example:7687"),
        ("graph.example:9999/", "graph.example:9999"),
        ("[2001:db8::1]:7688", "[2001:db8::1]:7688"),
        ("graph.example?policy=eu", "graph.example:7687?policy=eu"),
    ],
)
def test_every_scheme_and_place_that_the_driver_knows(scheme: str, place: str, uri: str) -> None:
    there = address(f"{scheme}://{place}", password="x")
    assert there == Address(f"{scheme}://{uri}", "neo4j", "x", None)
    assert there.shown == f"{scheme}://{uri.partition('?')[0]}"


@pytest.mark.parametrize(
    "source",
    [
        "neo4j://user:pass-word",
        "neo4j://host:pass-word@",
        "bolt://",
        "bolt://:7687",
        "neo4j://host:0",
        "neo4j://host:99999",
        "neo4j://host:7687/movies",
        "neo4j://two hosts",
        "http://host:7474",
        "host:7687",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(source: str) -> None:
    with pytest.raises(StoreError) as raised:
        address(source)
    assert raised.value.message == "store.bad-address"
    assert raised.value.exit_code == ExitCode.STORE
    for language in LANGUAGES:
        with speaking(language):
            assert "pass-word" not in str(raised.value)
            assert "\n" not in str(raised.value)


def test_an_environment_that_names_no_server_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "https://user:pass-word@console.neo4j.io")
    for source in ("neo4j://", "neo4j://graph.example"):
        with pytest.raises(StoreError, match="NEO4J_URI") as raised:
            address(source)
        assert "pass-word" not in str(raised.value)


def test_credentials_in_the_uri_are_taken_out_of_it() -> None:
    there = address("neo4j://an%40na:p%3Ass@word@graph.example:7688")
    assert there == Address("neo4j://graph.example:7688", "an@na", "p:ss@word", None)
    assert "ss@word" not in repr(there) + there.shown


def test_options_win_over_the_uri_and_the_uri_over_the_environment(aura: None) -> None:
    uri = AURA.replace("://", "://ana:in-the-uri@")
    assert address(uri) == Address(f"{AURA}:7687", "ana", "in-the-uri", "abc123")
    told = address(uri, user="bo", password="told", database="other")
    assert told == Address(f"{AURA}:7687", "bo", "told", "other")
    assert address(AURA) == Address(f"{AURA}:7687", "cloud", "of-the-cloud", "abc123")


def test_no_host_at_all_is_the_environments_server(aura: None, running: None) -> None:
    assert address("neo4j://") == Address(f"{AURA}:7687", "cloud", "of-the-cloud", "abc123")


def test_no_server_is_sent_anothers_password(aura: None, running: None) -> None:
    assert address("neo4j://elsewhere.example").password is None
    assert address("neo4j://localhost:7690").password is None
    assert address(HERE) == Address(HERE, "neo4j", "of-this-machine", None)


def test_the_environments_credentials_are_for_any_server_where_it_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "told")
    assert address("neo4j://graph.example") == Address("neo4j://graph.example:7687", "neo4j", "told", None)


@pytest.mark.parametrize("source", ["neo4j://", HERE, "bolt://localhost:7688", "bolt://[::1]:7688"])
def test_the_server_on_this_machine_is_known(running: None, source: str) -> None:
    there = address(source)
    assert (there.user, there.password) == ("neo4j", "of-this-machine")
    assert there.uri == (HERE if source == "neo4j://" else source)


def test_its_password_is_for_its_user_alone(running: None) -> None:
    assert address(HERE, user="ana").password is None
    assert address(HERE, password="told").password == "told"
    assert address("neo4j://", password="told") == Address(HERE, "neo4j", "told", None)


def test_a_server_that_does_not_run_is_not_looked_for(stopped: None) -> None:
    with pytest.raises(StoreError) as raised:
        address("neo4j://")
    assert raised.value.message == "store.no-server"
    assert address(HERE).password is None  # another server may have its port by now
