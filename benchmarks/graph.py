"""A programme in Neo4j, beside the plain way: ``python -m benchmarks graph [--people N]`` writes results/graph.md.

The server is one of the project's own in a home of its own. Both sides of every ratio run in turn, on the same server
and the same people, and the median of the repetitions counts. Beside the seconds by the clock stand those that the
processors worked, here and on the server: where others use the machine too, they say what the clock can't.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

import neo4j
import numpy as np
import pandas as pd
import psutil

from influence_graph import world
from influence_graph.map import map_tables
from influence_graph.store import local_neo4j
from influence_graph.store.address import address
from influence_graph.store.graph import Neo4jStore
from influence_graph.store.local_neo4j.home import Home
from influence_graph.store.neo4j import Server
from influence_graph.store.results import write_results
from influence_graph.tables.schema import Tables

RESULTS = Path(__file__).parent / "results"
ROUNDS = 3
BATCH = 10_000
SCORED = 100_000
SCORED_SECONDS = 5
COMPARED = 300_000
"""Follows that both sides of a ratio load and read, of all that the programme has."""
PLAIN_LOAD = """
UNWIND $rows AS row MATCH (a:Person {id: row.source}) MATCH (b:Person {id: row.target}) MERGE (a)-[:FOLLOWS]->(b)
"""
PLAIN_READ = "MATCH (a:Person)-[:FOLLOWS]->(b:Person) RETURN a.id AS source, b.id AS target"


class Taken(NamedTuple):
    """Seconds by the clock, and those the processors worked in this process and in the server."""

    clock: float
    here: float
    there: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s ({self.here:.1f} + {self.there:.1f})"


def typical(taken: list[Taken]) -> Taken:
    """The median of each."""
    return Taken(*map(median, zip(*taken, strict=True)))


class Bench:
    """A server, what is loaded into it, and the lines that come out."""

    def __init__(self, home: Path, people: int) -> None:
        status, password = local_neo4j.up(home), local_neo4j.password(home)
        assert status.uri
        assert password
        self.address = address(status.uri, user=status.user, password=password)
        self.driver = neo4j.GraphDatabase.driver(status.uri, auth=(status.user, password))
        self.store = Neo4jStore(self.address, key=b"k" * 32)
        record = Home(home).record()
        assert record
        self.process = psutil.Process(record.pid)
        part = people / 100_000
        made = world.make(
            people=people, creators=people // 5, campaigns=12, driven=28_000 * part, organic=22_000 * part,
            mean_follows=10.0,
        )  # fmt: skip
        self.tables = made.tables

    def seconds(self, work: Callable[[], object]) -> Taken:
        """How long it takes."""
        clock, here, there = perf_counter(), process_time(), self._worked()
        work()
        return Taken(perf_counter() - clock, process_time() - here, self._worked() - there)

    def _worked(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def run(self, statement: str) -> None:
        """Run a statement that divides itself."""
        with self.driver.session() as session:
            session.run(statement).consume()

    def empty(self, what: str = "MATCH (n)") -> None:
        """Delete everything, or what is said."""
        variable = what[what.rindex("(" if "[" not in what else "[") + 1]
        delete = "DETACH DELETE" if variable == "n" else "DELETE"
        self.run(f"{what} CALL ({variable}) {{ {delete} {variable} }} IN TRANSACTIONS OF 20000 ROWS")

    def lines(self) -> Iterator[tuple[str, str, str, str, bool | None]]:
        """What, ours, the plain way, ratio or bar, and whether it was held."""
        yield from self.follows()
        yield from self.whole()

    def follows(self) -> Iterator[tuple[str, str, str, str, bool]]:
        """Loading and reading FOLLOWS alone."""
        compared = self.tables.follows.head(COMPARED)
        alone = replace(Tables(), follows=compared.assign(since=pd.Series(pd.NaT, dtype="datetime64[us, UTC]")))
        many = len(compared)
        self.store.write(alone)  # everybody is there from now on, as they are for the plain way
        ours, plain, read, iterated = [], [], [], []
        for _ in range(ROUNDS):
            self.empty("MATCH ()-[r:FOLLOWS]->()")
            plain.append(self.seconds(lambda: self.plain_load(compared)))
            self.empty("MATCH ()-[r:FOLLOWS]->()")
            ours.append(self.seconds(lambda: self.store.write(alone)))
            read.append(self.seconds(self.store.read))
            iterated.append(self.seconds(lambda: self.plain_read(many)))
        yield self.line(f"load {many:,} FOLLOWS", many, ours, plain, 1.5)
        yield self.line(f"read {many:,} FOLLOWS", many, read, iterated, 5.0)
        self.empty()

    @staticmethod
    def line(
        what: str, many: int, ours: list[Taken], plain: list[Taken], bar: float
    ) -> tuple[str, str, str, str, bool]:
        """A ratio of medians."""
        ours_, plain_ = typical(ours), typical(plain)
        ratio = plain_.clock / ours_.clock
        worked = (plain_.here + plain_.there) / (ours_.here + ours_.there)
        paces = [f"{taken}, {many / taken.clock:,.0f}/s" for taken in (ours_, plain_)]
        against = f"{ratio:.1f} times as fast (bar {bar:g}), {worked:.1f} by the processors' work"
        return what, paces[0], paces[1], against, ratio >= bar

    def plain_load(self, follows: pd.DataFrame) -> None:
        """UNWIND, MATCH, MATCH, MERGE in batches through one session."""
        with self.driver.session() as session:
            for begin in range(0, len(follows), BATCH):
                batch = follows.iloc[begin : begin + BATCH]
                pairs = zip(batch["follower_id"], batch["followed_id"], strict=True)
                rows = [{"source": source, "target": target} for source, target in pairs]
                session.execute_write(lambda transaction, rows=rows: transaction.run(PLAIN_LOAD, rows=rows).consume())

    def plain_read(self, many: int) -> None:
        """A record a relationship."""
        with self.driver.session() as session:
            found = [(record["source"], record["target"]) for record in session.run(PLAIN_READ)]
        assert len(found) == many

    def whole(self) -> Iterator[tuple[str, str, str, str, bool | None]]:
        """A whole programme: loaded, read, mapped, written back; then the scores alone."""
        sizes = ", ".join(f"{len(self.tables[name]):,} {name}" for name in ("follows", "shares", "conversions"))
        yield f"load {sizes}", str(self.seconds(lambda: self.store.write(self.tables))), "", "", None
        again = self.seconds(lambda: self.store.write(self.tables))
        yield "the same again, which changes nothing", str(again), "", "", None
        found: dict[str, Any] = {}
        yield "read it back", str(self.seconds(lambda: found.update(tables=self.store.read()))), "", "", None
        yield "map it", str(self.seconds(lambda: found.update(result=map_tables(found["tables"])))), "", "", None
        frames, run = found["result"].frames, found["result"].run
        rows = ", ".join(f"{len(frames[name]):,} {name}" for name in ("people", "credit", "influences"))
        for what in (f"write back {rows}", "write back again"):
            yield what, str(self.seconds(lambda: self.store.write_results(frames, run))), "", "", None
        rng = np.random.default_rng(0)
        everybody = pd.concat([self.tables.follows["follower_id"], self.tables.follows["followed_id"]]).unique()
        ids = rng.permutation(everybody)[:SCORED]
        scores = frames["people"].iloc[rng.integers(0, len(frames["people"]), len(ids))].assign(person_id=ids)
        with Server(self.address) as server:
            # The first time, credit and influences of the whole map go too.
            first, *taken = [
                self.seconds(lambda: write_results(server, {"people": scores}, {"seed": 0})) for _ in range(ROUNDS + 1)
            ]
        yield "scores alone in place of all that the map found", str(first), "", "", None
        told, held = ", ".join(map(str, taken)), typical(taken).clock <= SCORED_SECONDS
        yield f"scores of {len(scores):,} people", told, "", f"bar {SCORED_SECONDS} s", held


def _library(name: str) -> str:
    """A library and its version; some are used where they are present."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"without {name}"


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks graph", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=RESULTS / "graph.md")
    asked = parser.parse_args(arguments)
    libraries = ", ".join(map(_library, ("influence-graph", "neo4j", "neo4j-rust-ext", "numpy", "pandas")))
    told = [
        "# A programme in Neo4j",
        "",
        f"`python -m benchmarks graph --people {asked.people}` on Python {platform.python_version()},"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores for server and client together;"
        f" Neo4j {local_neo4j.jars.VERSION}; {libraries}. Median of {ROUNDS} rounds where there is a"
        f" ratio; load before: {os.getloadavg()[0]:.1f}, priority {os.nice(0)}. Behind the seconds: what the processors"
        " worked, here + on the server.",
        "",
        "| what | ours | the plain way | against the bar | held |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory(prefix="influence-graph-", ignore_cleanup_errors=True) as home:
        try:
            for *cells, held in Bench(Path(home), asked.people).lines():
                told.append("| " + " | ".join([*cells, {True: "yes", False: "no", None: ""}[held]]) + " |")
                print(told[-1], flush=True)
        finally:
            local_neo4j.down(Path(home))
    told += [
        "",
        "The plain way to load: `UNWIND $rows AS row MATCH (a) MATCH (b) MERGE (a)-[:FOLLOWS]->(b)` in batches of"
        f" {BATCH:,} through one session, everybody being there. The plain way to read: a record a relationship.",
    ]
    asked.out.write_text("\n".join(told) + "\n", encoding="utf-8")
