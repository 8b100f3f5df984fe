"""The statements of a map's results in Cypher: how each table of them stands in the graph.

Whatever they write carries the id of its run. Cells travel in columns, `$cells[column][row]`, like those of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from influence_graph.store.model import LABELS, RESULTS, UNLISTED
from influence_graph.store.statements import quoted

EACH = "UNWIND range(0, $n - 1) AS i"
PERSON_INPUTS = ("name", "platform", "followers")
"""Columns of people that are the user's own: results stand beside them, never over them."""

BEGIN = (
    """
    MATCH (old:Run) WHERE old.status IN ['complete', 'writing']
    SET old.status = CASE old.status WHEN 'complete' THEN 'replaced' ELSE 'interrupted' END
    """,
    """
    CREATE (run:Run {id: $id, at: datetime($at), version: $version, seed: $seed, inputs: $inputs, details: $details,
                     columns: $columns, status: 'writing'})
    """,
)
STILL = "MATCH (run:Run {id: $run, status: 'writing'}) RETURN run.id"
FINISH = "MATCH (run:Run {id: $run, status: 'writing'}) SET run.status = 'complete' RETURN run.id"
COMPLETE = "MATCH (run:Run {status: 'complete'}) RETURN run.id, run.details, run.columns"


def label(name: str) -> str:
    """Give people a label."""
    return f"{EACH} MATCH (p:Person {{id: $cells[0][i]}}) SET p:{name}"


def _forget(name: str, variable: str) -> str:
    told = ", ".join(f"{variable}.{property_} = null" for property_ in sorted(RESULTS[name]))
    return f"SET {told}"


CLEAR = (
    "MATCH ()-[r:DROVE|INFLUENCES|ACCOUNT_OF]->() WHERE r.run <> $run WITH r LIMIT $rows DELETE r RETURN count(*)",
    "MATCH (old:Run)-[:FOUND]->(mix:Mix) WHERE old.id <> $run WITH mix LIMIT $rows DETACH DELETE mix RETURN count(*)",
    f"MATCH (p:Person) WHERE p.run <> $run WITH p LIMIT $rows {_forget('Person', 'p')}"
    f" REMOVE p:{':'.join(LABELS)} RETURN count(*)",
    f"MATCH (c:Conversion) WHERE c.run <> $run WITH c LIMIT $rows {_forget('Conversion', 'c')} RETURN count(*)",
    f"MATCH (c:Campaign) WHERE c.run <> $run WITH c LIMIT $rows {_forget('Campaign', 'c')} RETURN count(*)",
)
"""Each removes up to $rows things of other runs, and tells how many."""


@dataclass(frozen=True)
class Piece:
    """How one table of results stands in the graph.

    Attributes
    ----------
    divided : callable
        From the table, pairs of a statement and the rows whose columns are its cells.
    read : callable
        From the table's columns, the statements that give its rows back, each as the list of its cells.
    order : tuple of str
        By which columns rows are sorted when they are read back.
    ascending : tuple of bool
    """

    divided: Callable[[pd.DataFrame], Iterator[tuple[str, pd.DataFrame]]]
    read: Callable[[Sequence[str]], Sequence[str]]
    order: tuple[str, ...]
    ascending: tuple[bool, ...]


def _sets(variable: str, columns: Sequence[str], first: int = 1) -> str:
    """Set the run, and a property a column from the `first` on."""
    cells = (f"{variable}.{quoted(name)} = $cells[{place}][i]" for place, name in enumerate(columns, first))
    return "SET " + ", ".join([f"{variable}.run = $run", *cells])


def _people(people: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    told = [name for name in people if name not in ("person_id", *PERSON_INPUTS)]
    rows = people[["person_id", *told]].assign(
        known_as=people["name"].fillna(people["person_id"]).where(people["is_creator"].astype(bool)),
        followers_known=people["followers"],
    )
    sets = _sets("p", [str(name) for name in rows.columns[1:]])
    yield f"{EACH} MERGE (p:Person {{id: $cells[0][i]}}) REMOVE p:{':'.join(LABELS)} {sets}", rows


def _people_read(columns: Sequence[str]) -> list[str]:
    own = {"person_id": "id", "followers": "followers_known"}
    cells = ", ".join(f"p.{quoted(own.get(name, name))}" for name in columns)
    return [f"MATCH (p:Person {{run: $run}}) RETURN [{cells}]"]


def _credit(credit: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Of orders with a buyer by order; what is known of the rest is the campaign."""
    drove = "CREATE (p)-[:DROVE {credit: $cells[2][i], value_credit: $cells[3][i], run: $run}]->(c)"
    known = credit["conversion_id"].notna()
    columns = ["conversion_id", "person_id", "credit", "value_credit"]
    yield f"{EACH} MATCH (p:Person {{id: $cells[1][i]}}) {_first_line(0)} {drove}", credit.loc[known, columns]
    rest = credit[~known].groupby(["campaign_id", "person_id"], dropna=False, sort=True, as_index=False)
    summed = rest[["credit", "value_credit"]].sum(min_count=1)
    of_one = summed["campaign_id"].notna()
    matched = f"{EACH} MATCH (p:Person {{id: $cells[1][i]}})"
    yield f"{matched} MATCH (c:Campaign {{id: $cells[0][i]}}) {drove}", summed[of_one]
    yield f"{matched} MATCH (c:Run {{id: $run}}) {drove}", summed[~of_one]


def _first_line(place: int) -> str:
    """An order's first line: credit is by order, and its lines are nodes of their own."""
    return f"CALL (i) {{ MATCH (c:Conversion {{id: $cells[{place}][i]}}) RETURN c ORDER BY c.key LIMIT 1 }}"


def _credit_read(columns: Sequence[str]) -> list[str]:
    of = {"person_id": "p.id", "credit": "d.credit", "value_credit": "d.value_credit"}
    at = "coalesce(c.converted_at.epochSeconds * 1000000 + c.converted_at.microsecond, $never)"
    order = of | {"conversion_id": "c.id", "converted_at": at, "campaign_id": "head([(c)-[:IN]->(k:Campaign) | k.id])"}
    nobody = of | {"conversion_id": "null", "converted_at": "$never"}
    return [
        f"MATCH (p:Person)-[d:DROVE {{run: $run}}]->(c:{to}) RETURN ["
        + ", ".join(cells[name] for name in columns)
        + "]"
        for to, cells in (
            ("Conversion", order),
            ("Campaign", nobody | {"campaign_id": "c.id"}),
            ("Run", nobody | {"campaign_id": "null"}),
        )
    ]


def _orders(orders: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    columns = [name for name in orders if name != "conversion_id"]
    names = ["organic" if name == "organic" else f"counted_{name}" for name in columns]
    yield f"{EACH} {_first_line(0)} {_sets('c', names)}", orders[["conversion_id", *columns]]


def _orders_read(columns: Sequence[str]) -> list[str]:
    own = {"conversion_id": "id", "organic": "organic"}
    cells = ", ".join(f"c.{own.get(name, f'counted_{name}')}" for name in columns)
    return [f"MATCH (c:Conversion {{run: $run}}) RETURN [{cells}]"]


def _campaigns(campaigns: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """On each campaign; what belongs to none stands on the run."""
    columns = [str(name) for name in campaigns if name != "campaign_id"]
    known = campaigns["campaign_id"].notna()
    write = f"{EACH} MERGE (c:Campaign {{id: $cells[0][i]}}) ON CREATE SET c.{UNLISTED} = true {_sets('c', columns)}"
    yield write, campaigns.loc[known, ["campaign_id", *columns]]
    without = [f"without_campaign_{name}" for name in columns]
    cells = ", ".join(f"r.{quoted(name)} = $cells[{place}][i]" for place, name in enumerate(without))
    yield f"{EACH} MATCH (r:Run {{id: $run}}) SET {cells}", campaigns.loc[~known, columns]


def _campaigns_read(columns: Sequence[str]) -> list[str]:
    of = ", ".join("c.id" if name == "campaign_id" else f"c.{quoted(name)}" for name in columns)
    none = ", ".join("null" if name == "campaign_id" else f"r.{quoted(f'without_campaign_{name}')}" for name in columns)
    return [
        f"MATCH (c:Campaign {{run: $run}}) RETURN [{of}]",
        f"MATCH (r:Run {{id: $run}}) WHERE r.without_campaign_conversions IS NOT NULL RETURN [{none}]",
    ]


def _mix(mix: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    cells = ", ".join(f"{quoted(name)}: $cells[{place}][i]" for place, name in enumerate(mix.columns))
    yield f"MATCH (run:Run {{id: $run}}) {EACH} CREATE (run)-[:FOUND]->(:Mix {{{cells}}})", mix


def _mix_read(columns: Sequence[str]) -> list[str]:
    cells = ", ".join(f"mix.{quoted(name)}" for name in columns)
    return [f"MATCH (:Run {{id: $run}})-[:FOUND]->(mix:Mix) RETURN [{cells}]"]


def _between(type_: str, source: str, target: str) -> Piece:
    """A table whose rows are relationships between people, with the rest of its columns as properties."""

    def divided(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
        rest = [str(name) for name in frame if name not in (source, target)]
        cells = "".join(f", {quoted(name)}: $cells[{place}][i]" for place, name in enumerate(rest, 2))
        ends = "MATCH (a:Person {id: $cells[0][i]}) MATCH (b:Person {id: $cells[1][i]})"
        yield f"{EACH} {ends} CREATE (a)-[:{type_} {{run: $run{cells}}}]->(b)", frame[[source, target, *rest]]

    def read(columns: Sequence[str]) -> list[str]:
        own = {source: "a.id", target: "b.id"}
        cells = ", ".join(own.get(name, f"r.{quoted(name)}") for name in columns)
        return [f"MATCH (a:Person)-[r:{type_} {{run: $run}}]->(b:Person) RETURN [{cells}]"]

    return Piece(divided, read, (source, target), (True, True))


PIECES: Mapping[str, Piece] = MappingProxyType(
    {
        "people": Piece(_people, _people_read, ("driven", "followers", "person_id"), (False, False, True)),
        "accounts": _between("ACCOUNT_OF", "account", "person_id"),
        "orders": Piece(_orders, _orders_read, ("conversion_id",), (True,)),
        "credit": Piece(_credit, _credit_read, ("conversion_id", "campaign_id", "person_id"), (True, True, True)),
        "influences": _between("INFLUENCES", "source", "target"),
        "campaigns": Piece(_campaigns, _campaigns_read, ("campaign_id",), (True,)),
        "mix": Piece(_mix, _mix_read, ("scope", "key", "measure"), (True, True, True)),
    }
)
"""The tables of a map, in the order in which they are written."""
