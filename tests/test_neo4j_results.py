"""Results in the graph: whole, or visibly not; of one run, never of two."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mapped
import pandas as pd
import pytest

from influence_graph.errors import StoreError
from influence_graph.map import PEOPLE
from influence_graph.planning import PLANNED
from influence_graph.store import result_statements
from influence_graph.store.graph import Neo4jStore
from influence_graph.store.model import RESULTS
from influence_graph.store.neo4j import Server
from influence_graph.store.results import read_results, write_results

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Graph

    from influence_graph.store.neo4j import Ask

KEY = b"k" * 32
FOUND = (
    "MATCH (n) RETURN labels(n) AS names, properties(n) AS told"
    " UNION ALL MATCH (a)-[r]->(b) WITH r, [n IN [a, b] | CASE WHEN n:Run THEN 'run' ELSE n.id END] AS ends"
    " RETURN [type(r), ends[0], ends[1]] AS names, properties(r) AS told"
)


def test_what_a_map_finds_is_known_to_be_a_result() -> None:
    """Else the next map would leave it standing, and a column of the user's could be called the same."""
    assert {*PEOPLE, *PLANNED} - {"person_id", *result_statements.PERSON_INPUTS} <= RESULTS["Person"]
    assert set(mapped.results()["campaigns"]) - {"campaign_id"} <= RESULTS["Campaign"]


class Interrupted(Exception):
    """Whatever ends a process."""


class Dying(Server):
    """A server whose connection ends after some transactions."""

    def __init__(self, address: Any, left: int) -> None:
        super().__init__(address)
        self.left = left

    def transact(self, work: Callable[[Ask], Any], *, write: bool = True) -> Any:
        if write and not self.left:
            raise Interrupted
        self.left -= write
        return super().transact(work, write=write)


@pytest.fixture
def loaded(graph: Graph) -> Graph:
    Neo4jStore(graph.address, key=KEY).write(mapped.tables())
    return graph


def write(graph: Graph, results: dict[str, pd.DataFrame] | None = None) -> None:
    with Server(graph.address) as server:
        write_results(server, results or mapped.results(), mapped.run())


def everything(graph: Graph) -> list[str]:
    """The graph without what differs between two runs of the same map."""
    told = []
    for names, properties in graph.run(FOUND):
        if names != ["Run"]:
            kept = {name: value for name, value in properties.items() if name not in ("run", "loaded_at")}
            told.append(repr((sorted(map(str, names)), sorted(kept.items()))))
    return sorted(told)


def test_what_is_written_comes_back(loaded: Graph) -> None:
    expected = mapped.results()
    write(loaded)
    with Server(loaded.address) as server:
        found = read_results(server)
    assert found.run
    assert found.run["seed"] == 7
    assert set(found.tables) == set(expected)
    for name in ("mix", "accounts", "influences", "orders"):
        order = list(expected[name].columns[:3])
        pd.testing.assert_frame_equal(
            found.tables[name].sort_values(order, ignore_index=True),
            expected[name].sort_values(order, ignore_index=True),
        )
    people = expected["people"].set_index("person_id").sort_index()
    back = found.tables["people"].set_index("person_id").sort_index()
    pd.testing.assert_frame_equal(back.drop(columns="name"), people.drop(columns="name"), check_dtype=False)
    campaigns = expected["campaigns"].sort_values("campaign_id", ignore_index=True)
    pd.testing.assert_frame_equal(found.tables["campaigns"], campaigns)
    known = expected["credit"].dropna(subset="conversion_id")
    back = found.tables["credit"].dropna(subset="conversion_id")
    keys = ["conversion_id", "person_id"]
    found_credit, credit = (part.set_index(keys)["credit"].sort_index() for part in (back, known))
    pd.testing.assert_series_equal(found_credit, credit)
    nobodys = found.tables["credit"][found.tables["credit"]["conversion_id"].isna()]
    assert nobodys[["campaign_id", "person_id", "credit"]].to_numpy().tolist() == [["spring", "linh", 0.3]]


def test_unknown_is_absent_and_the_users_own_is_untouched(loaded: Graph) -> None:
    before = dict(loaded.run("MATCH (c:Creator) RETURN c.id, [c.name, c.followers, c.platform]"))
    write(loaded)
    assert dict(loaded.run("MATCH (c:Creator) RETURN c.id, [c.name, c.followers, c.platform]")) == before
    [(driven, lift)] = loaded.run("MATCH (p:Person {id: 'p1'}) RETURN p.driven, p.lift")
    assert driven is None
    assert lift is None
    [mai] = loaded.run("MATCH (p:Person {id: 'mai'}) RETURN p.driven, p.known_as, p.followers_known")
    assert mai == (2.0, "Mai", 1000.0)
    assert loaded.run("MATCH (p:Person) WHERE p.known_as IS NOT NULL AND NOT p.is_creator RETURN p.id") == []
    assert loaded.run("MATCH (p:Drove1:UGC) RETURN p.id") == [("mai",)]


def test_what_a_map_no_longer_says_is_gone(loaded: Graph) -> None:
    first = mapped.results()
    write(loaded, first)
    people = first["people"]
    second = {
        **first,
        "people": people[people["person_id"] != "duy"].assign(lift=None),
        "credit": first["credit"][first["credit"]["person_id"] != "duy"],
        "influences": first["influences"].iloc[:1],
        "accounts": first["accounts"].iloc[:0],
        "mix": first["mix"].iloc[:2],
    }
    write(loaded, second)
    [(properties,)] = loaded.run("MATCH (p:Person {id: 'duy'}) RETURN properties(p)")
    assert set(properties) == {"id", "name", "followers", "cost", "currency"}
    assert loaded.run("MATCH (p {id: 'duy'}) RETURN [l IN labels(p) WHERE NOT l IN ['Person', 'Creator']]") == [([],)]
    assert loaded.run("MATCH (p:Person) WHERE p.lift IS NOT NULL RETURN p.id") == []
    assert loaded.run("MATCH (:Person {id: 'duy'})-[r:DROVE|INFLUENCES]->() RETURN count(r)") == [(0,)]
    assert loaded.run("MATCH ()-[r:INFLUENCES]->() RETURN count(r)") == [(1,)]
    assert loaded.run("MATCH ()-[r:ACCOUNT_OF]->() RETURN count(r)") == [(0,)]
    assert loaded.run("MATCH (m:Mix) RETURN count(m)") == [(2,)]
    assert loaded.run("MATCH (r:Run) RETURN r.status ORDER BY r.status") == [("complete",), ("replaced",)]


def test_an_interruption_is_visible_wherever_it_strikes_and_healed_by_running_again(loaded: Graph) -> None:
    write(loaded)
    whole = everything(loaded)
    changed = {**mapped.results(), "people": mapped.results()["people"].assign(driven=99.0)}
    struck = 0
    while True:
        try:
            with Dying(loaded.address, struck) as server:
                write_results(server, changed, mapped.run())
            break
        except Interrupted:
            complete = loaded.run("MATCH (run:Run {status: 'complete'}) RETURN count(run)")
            assert complete == [(1 if struck == 0 else 0,)]
            if struck:
                assert loaded.run("MATCH (run:Run {status: 'writing'}) RETURN count(run)") == [(1,)]
                with Server(loaded.address) as server:
                    assert read_results(server).run is None
        struck += 1
    assert struck > 10
    write(loaded)
    assert everything(loaded) == whole


PAUSING = """
import sys, time
import mapped
from influence_graph.store.address import address
from influence_graph.store.neo4j import Server
from influence_graph.store.results import write_results

class Pausing(Server):
    left = 5
    def transact(self, work, *, write=True):
        self.left -= write
        if not self.left:
            print("half", flush=True)
            sys.stdin.readline()
        return super().transact(work, write=write)

uri, user, password = sys.argv[1:]
with Pausing(address(uri, user=user, password=password), patience=1) as server:
    write_results(server, mapped.results(), mapped.run())
"""


def test_a_server_that_is_killed_half_way_shows_it_and_is_healed(loaded: Graph) -> None:
    write(loaded)
    whole = everything(loaded)
    command = [sys.executable, "-c", PAUSING, loaded.uri, loaded.user, loaded.password]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == "half\n"
        loaded.kill()
        _, said = process.communicate("\n", timeout=120)
    assert process.returncode
    assert "StoreError" in said
    assert loaded.password not in said
    loaded.up()
    assert loaded.run("MATCH (run:Run {status: 'complete'}) RETURN count(run)") == [(0,)]
    assert loaded.run("MATCH (run:Run {status: 'writing'}) RETURN count(run)") == [(1,)]
    write(loaded)
    assert everything(loaded) == whole


def test_of_two_maps_at_once_the_later_stands_wherever_it_comes_between(loaded: Graph) -> None:
    class Overtaken(Server):
        """In whose middle another map is written."""

        def __init__(self, address: Any, left: int) -> None:
            super().__init__(address)
            self.left = left

        def transact(self, work: Callable[[Ask], Any], *, write: bool = True) -> Any:
            if write and not self.left:
                with Server(self.address) as another:
                    write_results(another, mapped.results(), {**mapped.run(), "seed": 8})
            self.left -= write
            return super().transact(work, write=write)

    write(loaded)
    whole = everything(loaded)
    changed = {**mapped.results(), "people": mapped.results()["people"].assign(driven=99.0)}
    between = 1  # 0 would be before the first begins
    while True:
        with Overtaken(loaded.address, between) as server:
            try:
                write_results(server, changed, mapped.run())
                break
            except StoreError as error:
                assert error.message == "store.results-overtaken"
        assert loaded.run("MATCH (run:Run {status: 'complete'}) RETURN run.seed") == [(8,)]
        assert everything(loaded) == whole
        between += 2
    assert between > 10


def test_a_transaction_that_is_under_way_when_another_map_begins_leaves_nothing(loaded: Graph) -> None:
    class Late(Server):
        """In the middle of whose writing of people another map begins."""

        def transact(self, work: Callable[[Ask], Any], *, write: bool = True) -> Any:
            def told(ask: Ask) -> Any:
                def asked(statement: str, parameters: Any) -> Any:
                    if statement == result_statements.STILL:
                        with Dying(self.address, 1) as another, pytest.raises(Interrupted):
                            write_results(another, mapped.results(), mapped.run())
                    return ask(statement, parameters)

                return work(asked)

            return super().transact(told, write=write)

    with Late(loaded.address) as server, pytest.raises(StoreError) as raised:
        write_results(server, mapped.results(), mapped.run())
    assert raised.value.message == "store.results-overtaken"
    assert loaded.run("MATCH (run:Run) RETURN run.status ORDER BY run.status") == [("interrupted",), ("writing",)]
    assert loaded.run("MATCH (n) WHERE n.run IS NOT NULL RETURN count(n)") == [(0,)]


def test_transactions_may_begin_again(loaded: Graph) -> None:
    class Unlucky(Server):
        """Whose every transaction comes to nothing the first time."""

        def transact(self, work: Callable[[Ask], Any], *, write: bool = True) -> Any:
            def in_vain(ask: Ask) -> None:
                work(ask)
                raise Interrupted

            with pytest.raises(Interrupted):
                super().transact(in_vain, write=write)
            return super().transact(work, write=write)

    write(loaded)
    whole = everything(loaded)
    for _ in range(2):  # first they are made, then renewed
        with Unlucky(loaded.address) as server:
            write_results(server, mapped.results(), mapped.run())
        assert everything(loaded) == whole


def test_relationships_that_a_map_finds_again_are_renewed(loaded: Graph) -> None:
    ties = "MATCH ()-[r:DROVE|INFLUENCES]->(:Person|Conversion|Campaign) RETURN elementId(r) ORDER BY elementId(r)"
    write(loaded)
    before = loaded.run(ties)
    results = mapped.results()
    write(loaded, {**results, "influences": results["influences"].assign(credit=0.125)})
    assert loaded.run(ties) == before
    assert loaded.run("MATCH ()-[r:INFLUENCES]->() RETURN DISTINCT r.credit") == [(0.125,)]


@pytest.mark.parametrize(
    ("table", "column"), [("credit", "conversion_id"), ("credit", "person_id"), ("influences", "target")]
)
def test_results_that_name_what_the_graph_lacks_are_not_complete(loaded: Graph, table: str, column: str) -> None:
    results = mapped.results()
    frame = results[table].copy()
    frame.loc[frame["conversion_id"].first_valid_index() if "conversion_id" in frame else 0, column] = "nobody-knows"
    with pytest.raises(StoreError) as raised:
        write(loaded, {**results, table: frame})
    assert raised.value.message == "store.results-unfit"
    assert loaded.run("MATCH (run:Run) RETURN run.status") == [("writing",)]
    assert loaded.run("MATCH (n {id: 'nobody-knows'}) RETURN count(n)") == [(0,)]


def test_results_that_change_while_they_are_read_are_not_mixed(loaded: Graph) -> None:
    class Slow(Server):
        left = 3

        def transact(self, work: Callable[[Ask], Any], *, write: bool = True) -> Any:
            self.left -= 1
            if not self.left:
                with Server(self.address) as another:
                    write_results(another, mapped.results(), mapped.run())
            return super().transact(work, write=write)

    write(loaded)
    with Slow(loaded.address) as server, pytest.raises(StoreError) as raised:
        read_results(server)
    assert raised.value.message == "store.results-changing"


def test_people_are_written_alike_however_many_know_the_same(loaded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    write(loaded)
    whole = everything(loaded)
    monkeypatch.setattr(result_statements, "_FEW", 0)  # whoever knows the same columns apart, not all together
    write(loaded)
    assert everything(loaded) == whole


def test_progress_counts_every_row_once(loaded: Graph) -> None:
    told: list[tuple[str, int, int]] = []
    with Server(loaded.address) as server:
        write_results(server, mapped.results(), mapped.run(), lambda *step: told.append(step))
    stages, done, rows = zip(*told, strict=True)
    assert set(stages) == {"store.stage-results"}
    assert list(done) == sorted(done)
    assert {done[-1]} == set(rows)


def test_columns_of_the_users_that_are_called_like_results_are_kept(graph: Graph) -> None:
    tables = mapped.tables()
    tables = replace(tables, creators=tables.creators.assign(driven="often", run="daily"))
    store = Neo4jStore(graph.address, key=KEY)
    store.write(tables)
    write(graph)
    back = store.read().creators.set_index("creator_id")
    assert set(back["driven"]) == {"often"}
    assert set(back["run"]) == {"daily"}


def test_an_account_that_only_a_claim_names_is_nobody(loaded: Graph) -> None:
    results = mapped.results()
    claimed = pd.DataFrame({"account": ["@Mai.claims"], "person_id": ["mai"]}, dtype="str")
    write(loaded, {**results, "accounts": pd.concat([results["accounts"], claimed], ignore_index=True)})
    assert loaded.run("MATCH (p {id: '@Mai.claims'}) RETURN p.id") == []
    assert loaded.run("MATCH ()-[r:ACCOUNT_OF]->() RETURN count(r)") == [(len(results["accounts"]),)]
    assert loaded.run("MATCH (run:Run {status: 'complete'}) RETURN count(run)") == [(1,)]
