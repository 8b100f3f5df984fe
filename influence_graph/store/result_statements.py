"""The statements of a map's results in Cypher: how each table of them stands in the graph.

Whatever they write carries the id of its run. Cells travel in columns, `$cells[column][row]`, like those of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from influence_graph.store.model import LABELS, RESULTS, UNLISTED
from influence_graph.store.statements import quoted

PERSON_INPUTS = ("name", "platform", "followers")
"""Columns of people that are the user's own: results stand beside them, never over them."""

BEGIN = (
    """
    MATCH (old:Run) WHERE old.status IN ['complete', 'writing']
    SET old.status = CASE old.status WHEN 'complete' THEN 'replaced' ELSE 'interrupted' END
    """,
    """
    CREATE (run:Run {id: $id, at: datetime($at), version: $version, seed: $seed, inputs: $inputs, details: $details,
                     columns: $columns, status: 'writing', written: 0})
    """,
)
ANY = "RETURN EXISTS { ()-[:DROVE|INFLUENCES|ACCOUNT_OF]->() }"
STILL = """
MATCH (run:Run {id: $run}) SET run.written = run.written + $n
WITH run WHERE run.status = 'writing' RETURN run.id
"""
"""Whether a run is still the one that is written. Setting waits for whoever is ending it, so the answer holds until
the transaction ends."""
FINISH = """
MATCH (run:Run {id: $run}) SET run.written = null
WITH run WHERE run.status = 'writing' SET run.status = 'complete' RETURN run.id
"""
COMPLETE = "MATCH (run:Run {status: 'complete'}) RETURN run.id, run.details, run.columns"

_EACH = "UNWIND range(0, size($cells[0]) - 1) AS i"
_FEW = 1_000
"""Rows for which a statement of their own would not pay."""
_SIZES = ((1000, "Drove1000"), (100, "Drove100"), (10, "Drove10"), (1, "Drove1"))
_ROLES = {"influencer": "Influencer", "ugc": "UGC", "advocate": "Advocate"}


def _forget(label: str, variable: str) -> str:
    told = ", ".join(f"{variable}.{property_} = null" for property_ in sorted(RESULTS[label]))
    return f"SET {told}"


CLEAR = (
    "MATCH ()-[r:DROVE]->() WHERE r.run <> $run WITH r LIMIT $rows DELETE r RETURN count(*)",
    "MATCH ()-[r:INFLUENCES]->() WHERE r.run <> $run WITH r LIMIT $rows DELETE r RETURN count(*)",
    "MATCH ()-[r:ACCOUNT_OF]->() WHERE r.run <> $run WITH r LIMIT $rows DELETE r RETURN count(*)",
    "MATCH (old:Run)-[:FOUND]->(mix:Mix) WHERE old.id <> $run WITH mix LIMIT $rows DETACH DELETE mix RETURN count(*)",
    f"MATCH (p:Person) WHERE p.run <> $run WITH p LIMIT $rows {_forget('Person', 'p')}"
    f" REMOVE p:{':'.join(LABELS)} RETURN count(*)",
    f"MATCH (c:Conversion) WHERE c.run <> $run WITH c LIMIT $rows {_forget('Conversion', 'c')} RETURN count(*)",
    f"MATCH (c:Campaign) WHERE c.run <> $run WITH c LIMIT $rows {_forget('Campaign', 'c')} RETURN count(*)",
)
"""Each removes up to $rows things of other runs, and tells how many."""


@dataclass(frozen=True)
class Job:
    """Rows of one kind on their way into the graph.

    Attributes
    ----------
    write : str
        Writes the rows of $cells, a list a column, and tells how many.
    rows : DataFrame
    renew : str
        Of relationships: instead writes those that are there already, and tells which rows they were. Their first two
        columns travel as $sources and $targets, every name once, and where in them each row's are.
    """

    write: str
    rows: pd.DataFrame
    renew: str = ""


@dataclass(frozen=True)
class Piece:
    """How one table of results stands in the graph.

    Attributes
    ----------
    jobs : callable
        What there is to write of the table.
    read : callable
        From the table's columns, the statements that give its rows back, each as the list of its cells.
    order : tuple of str
        By which columns rows are sorted when they are read back.
    ascending : tuple of bool
    """

    jobs: Callable[[pd.DataFrame], Iterator[Job]]
    read: Callable[[Sequence[str]], Sequence[str]]
    order: tuple[str, ...]
    ascending: tuple[bool, ...]


def _sets(variable: str, properties: Sequence[str], absent: Sequence[str] = (), first: int = 1) -> str:
    """Set the run, a property a column from the `first` on, and remove what is absent."""
    told = [f"{variable}.{quoted(name)} = $cells[{place}][i]" for place, name in enumerate(properties, first)]
    gone = [f"{variable}.{quoted(name)} = null" for name in absent]
    return "SET " + ", ".join([f"{variable}.run = $run", *told, *gone])


def _people(people: pd.DataFrame) -> Iterator[Job]:
    """Whoever knows the same columns goes together: of most people most is unknown, and need not travel."""
    own = people[["person_id", *(name for name in people if name not in ("person_id", *PERSON_INPUTS))]].assign(
        known_as=people["name"].fillna(people["person_id"]).where(people["is_creator"].astype(bool)),
        followers_known=people["followers"],
        labels=_labels(people),
    )
    for rows in _alike(own):
        told = [name for name in rows.columns[1:] if name != "labels" and rows[name].notna().any()]
        absent = sorted(RESULTS["Person"] - {*told, "run"})
        sets = _sets("p", told, absent)
        if rows["labels"].notna().any():
            told.append("labels")
            sets += f", p:$([name IN split(coalesce($cells[{len(told)}][i], ''), ' ') WHERE name <> ''])"
        write = f"{_EACH} MERGE (p:Person {{id: $cells[0][i]}}) REMOVE p:{':'.join(LABELS)} {sets} RETURN count(*)"
        yield Job(write, rows[["person_id", *told]])


def _labels(people: pd.DataFrame) -> pd.Series:
    """Labels by which Neo4j Browser colours and sizes people: the largest part of their role, and what they drove."""
    parts = people[list(_ROLES)].astype("float64").fillna(0.0)
    role = parts.idxmax(axis="columns").map(_ROLES).where(parts.max(axis="columns") > 0)
    driven = people["driven"].astype("float64")
    size = np.select([driven >= least for least, _ in _SIZES], [name for _, name in _SIZES], "")
    both: pd.Series = (role.fillna("").astype("str") + " " + size).str.strip()
    return both.where(both != "")


def _alike(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows by which of their columns are known; those that are few together."""
    known = np.packbits(rows.notna().to_numpy(), axis=1)
    kind, _ = pd.factorize(np.array([row.tobytes() for row in known], "object"))
    kind = np.where(np.bincount(kind)[kind] < _FEW, -1, kind)
    for one in np.unique(kind):
        yield rows[kind == one]


def _people_read(columns: Sequence[str]) -> list[str]:
    own = {"person_id": "id", "followers": "followers_known"}
    cells = ", ".join(f"p.{quoted(own.get(name, name))}" for name in columns)
    return [f"MATCH (p:Person {{run: $run}}) RETURN [{cells}]"]


_FIRST_LINE = "CALL (i) {{ MATCH (n:Conversion {{id: {name}}}) RETURN n ORDER BY n.key LIMIT 1 }}"
"""An order's first line: credit is by order, and its lines are nodes of their own."""
_FOUND = {
    "Person": "MATCH (n:Person {{id: {name}}})",
    "Campaign": "MATCH (n:Campaign {{id: {name}}})",
    "Conversion": _FIRST_LINE,
    "Run": "MATCH (n:Run {{id: $run}})",
}


def _ties(type_: str, label: str, rows: pd.DataFrame) -> Job:
    """Relationships from people, rows of source, target and properties. Each end is looked for once a batch."""
    ends = (
        f"UNWIND range(0, size($sources) - 1) AS i {_FOUND['Person'].format(name='$sources[i]')}"
        " WITH i, n ORDER BY i WITH collect(n) AS sources"
        f" UNWIND range(0, size($targets) - 1) AS i {_FOUND[label].format(name='$targets[i]')}"
        " WITH sources, i, n ORDER BY i WITH sources, collect(n) AS targets"
        # Where somebody is missing, the places no longer fit: then nothing is written.
        " WHERE size(sources) = size($sources) AND size(targets) = size($targets)"
        f" {_EACH} WITH i, sources[$cells[0][i]] AS a, targets[$cells[1][i]] AS b"
    )
    sets = _sets("r", rows.columns[2:].tolist(), first=2)
    return Job(
        f"{ends} CREATE (a)-[r:{type_}]->(b) {sets} RETURN count(*)",
        # By target, since few people lead to one and many to another: what a batch touches stays small.
        rows.sort_values(list(rows.columns[1::-1]), kind="stable"),
        f"{ends} MATCH (a)-[r:{type_}]->(b) {sets} RETURN collect(DISTINCT i)",
    )


def _credit(credit: pd.DataFrame) -> Iterator[Job]:
    """Of orders with a buyer by order; what is known of the rest is the campaign."""
    known = credit["conversion_id"].notna()
    told = ["credit", "value_credit"]
    by_order = credit[known].groupby(["person_id", "conversion_id"], as_index=False)[told].sum(min_count=1)
    yield _ties("DROVE", "Conversion", by_order)
    rest = credit[~known].groupby(["person_id", "campaign_id"], dropna=False, as_index=False)[told].sum(min_count=1)
    of_one = rest["campaign_id"].notna()
    yield _ties("DROVE", "Campaign", rest[of_one])
    yield _ties("DROVE", "Run", rest[~of_one].fillna({"campaign_id": ""}))


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


def _orders(orders: pd.DataFrame) -> Iterator[Job]:
    columns = [name for name in orders if name != "conversion_id"]
    properties = ["organic" if name == "organic" else f"counted_{name}" for name in columns]
    write = f"{_EACH} {_FIRST_LINE.format(name='$cells[0][i]')} {_sets('n', properties)} RETURN count(*)"
    yield Job(write, orders[["conversion_id", *columns]])


def _orders_read(columns: Sequence[str]) -> list[str]:
    own = {"conversion_id": "id", "organic": "organic"}
    cells = ", ".join(f"c.{own.get(name, f'counted_{name}')}" for name in columns)
    return [f"MATCH (c:Conversion {{run: $run}}) RETURN [{cells}]"]


def _campaigns(campaigns: pd.DataFrame) -> Iterator[Job]:
    """On each campaign; what belongs to none stands on the run."""
    columns = [str(name) for name in campaigns if name != "campaign_id"]
    known = campaigns["campaign_id"].notna()
    found = f"{_EACH} MERGE (c:Campaign {{id: $cells[0][i]}}) ON CREATE SET c.{UNLISTED} = true"
    yield Job(f"{found} {_sets('c', columns)} RETURN count(*)", campaigns.loc[known, ["campaign_id", *columns]])
    cells = ", ".join(f"r.{quoted(f'without_campaign_{name}')} = $cells[{n}][i]" for n, name in enumerate(columns))
    yield Job(f"{_EACH} MATCH (r:Run {{id: $run}}) SET {cells} RETURN count(*)", campaigns.loc[~known, columns])


def _campaigns_read(columns: Sequence[str]) -> list[str]:
    of = ", ".join("c.id" if name == "campaign_id" else f"c.{quoted(name)}" for name in columns)
    none = ", ".join("null" if name == "campaign_id" else f"r.{quoted(f'without_campaign_{name}')}" for name in columns)
    return [
        f"MATCH (c:Campaign {{run: $run}}) RETURN [{of}]",
        f"MATCH (r:Run {{id: $run}}) WHERE r.without_campaign_conversions IS NOT NULL RETURN [{none}]",
    ]


def _mix(mix: pd.DataFrame) -> Iterator[Job]:
    cells = ", ".join(f"{quoted(name)}: $cells[{place}][i]" for place, name in enumerate(mix.columns))
    made = f"CREATE (run)-[:FOUND]->(:Mix {{{cells}}})"
    yield Job(f"MATCH (run:Run {{id: $run}}) {_EACH} {made} RETURN count(*)", mix)


def _mix_read(columns: Sequence[str]) -> list[str]:
    cells = ", ".join(f"mix.{quoted(name)}" for name in columns)
    return [f"MATCH (:Run {{id: $run}})-[:FOUND]->(mix:Mix) RETURN [{cells}]"]


def _accounts(accounts: pd.DataFrame) -> Iterator[Job]:
    """Accounts that stand for somebody else. One that only an order's claim names is nobody in the graph."""
    write = (
        f"{_EACH} OPTIONAL MATCH (a:Person {{id: $cells[0][i]}}) OPTIONAL MATCH (b:Person {{id: $cells[1][i]}})"
        " FOREACH (known IN CASE WHEN a IS NULL OR b IS NULL THEN [] ELSE [1] END |"
        " MERGE (a)-[r:ACCOUNT_OF]->(b) SET r.run = $run) RETURN count(*)"
    )
    yield Job(write, accounts[["account", "person_id"]])


def _accounts_read(columns: Sequence[str]) -> list[str]:
    cells = ", ".join({"account": "a.id", "person_id": "b.id"}[name] for name in columns)
    return [f"MATCH (a:Person)-[:ACCOUNT_OF {{run: $run}}]->(b:Person) RETURN [{cells}]"]


def _influences(influences: pd.DataFrame) -> Iterator[Job]:
    rest = [str(name) for name in influences if name not in ("source", "target")]
    yield _ties("INFLUENCES", "Person", influences[["source", "target", *rest]])


def _influences_read(columns: Sequence[str]) -> list[str]:
    own = {"source": "a.id", "target": "b.id"}
    cells = ", ".join(own.get(name, f"r.{quoted(name)}") for name in columns)
    return [f"MATCH (a:Person)-[r:INFLUENCES {{run: $run}}]->(b:Person) RETURN [{cells}]"]


PIECES: Mapping[str, Piece] = MappingProxyType(
    {
        "people": Piece(_people, _people_read, ("driven", "followers", "person_id"), (False, False, True)),
        "accounts": Piece(_accounts, _accounts_read, ("account",), (True,)),
        "orders": Piece(_orders, _orders_read, ("conversion_id",), (True,)),
        "credit": Piece(_credit, _credit_read, ("conversion_id", "campaign_id", "person_id"), (True, True, True)),
        "influences": Piece(_influences, _influences_read, ("source", "target"), (True, True)),
        "campaigns": Piece(_campaigns, _campaigns_read, ("campaign_id",), (True,)),
        "mix": Piece(_mix, _mix_read, ("scope", "key", "measure"), (True, True, True)),
    }
)
"""The tables of a map, in the order in which they are written."""
