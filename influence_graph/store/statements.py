"""The model's statements in Cypher: what a table's rows become, and how they are found and told again.

Cells travel in columns, not row by row: a list a column packs, crosses and unpacks several times as fast as a record a
row. Times travel as numbers, exact to the microsecond. Every value is a parameter; the names in a statement are the
model's own and the user's headers, quoted and freed of whatever could end the quotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from influence_graph.store.layout import Column
from influence_graph.store.model import MODEL, PRODUCT, UNLISTED, Nodes, Part, Ties

EACH = "UNWIND range(0, size($places) - 1) AS i"
LANES = 2
"""Batches of relationships that are written at once. Every person who follows or touches is in one lane."""
LOCK = """
MATCH (graph:InfluenceGraph {product: $product})-[turn:TURN]->(graph)
WHERE turn.lane IN $lanes
WITH graph, turn ORDER BY turn.lane
SET turn.lane = turn.lane
RETURN graph.columns
"""
"""Writers take turns, transaction by transaction: what a load finds missing stays missing until it has added it."""

CENSUS = """
OPTIONAL MATCH (graph:InfluenceGraph {product: $product})
RETURN graph.format, graph.columns, EXISTS { MATCH () }
"""
BEGIN = """
MERGE (graph:InfluenceGraph {product: $product})
ON CREATE SET graph.format = $format, graph.columns = '{}'
FOREACH (lane IN $lanes | MERGE (graph)-[:TURN {lane: lane}]->(graph))
"""
REGISTER = "MATCH (graph:InfluenceGraph {product: $product}) SET graph.columns = $columns"


def schema() -> Iterator[str]:
    """Constraints and indexes, before anything else: they make `MERGE` safe and quick."""
    unique = {(part.label, part.key): None for parts in MODEL.values() for part in parts if isinstance(part, Nodes)}
    for label, key in [*unique, ("Content", "id"), ("InfluenceGraph", "product")]:
        name = f"{label.casefold()}_{key}"
        yield f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"
    for key in ("id", "refund_of"):
        yield f"CREATE INDEX conversion_{key} IF NOT EXISTS FOR (n:Conversion) ON (n.{key})"
    # Most programmes join no accounts: by its index the server knows the type that every question follows.
    yield "CREATE INDEX account_of_run IF NOT EXISTS FOR ()-[r:ACCOUNT_OF]-() ON (r.run)"


PARAMETERS = {"product": PRODUCT, "lanes": list(range(LANES))}


def quoted(name: str) -> str:
    """A property as Cypher writes it; the layout frees names of what quoting can't hold."""
    return f"`{name}`"


def properties(part: Part, columns: Sequence[Column]) -> list[Column]:
    """The columns that are properties of a part's rows."""
    return [column for column in columns if column.label not in part.cells]


def _cells(columns: Sequence[Column]) -> str:
    """The i-th row of $cells as a map."""
    told = []
    for place, column in enumerate(columns):
        cell = f"$cells[{place}][i]"
        if column.dtype.startswith("datetime64"):
            seconds, rest = f"$cells[{place}][0][i]", f"$cells[{place}][1][i]"
            cell = f"CASE WHEN {seconds} IS NULL THEN null ELSE datetime.fromEpoch({seconds}, {rest}) END"
        told.append(f"{quoted(column.property)}: {cell}")
    return "{" + ", ".join(told) + "}"


def _told(part: Part, columns: Sequence[Column]) -> str:
    """The columns of the nodes or relationships in `rows`, each as a list; an empty one where no row has a cell."""
    lists = []
    for column in columns:
        told = cell = f"row.{quoted(column.property)}"
        if isinstance(part, Nodes) and column.label in part.links:
            link = part.links[column.label]
            lists.append(f"[row IN rows | head([{link.pattern('row', f'other:{link.label}')} | other.id])]")
            continue
        if column.dtype.startswith("datetime64"):
            told = f"coalesce({cell}.epochSeconds * 1000000 + {cell}.microsecond, $never)"
        some = f"any(row IN rows WHERE {cell} IS NOT NULL)"
        lists.append(f"CASE WHEN {some} THEN [row IN rows | {told}] ELSE [] END")
    return ", ".join(lists)


def _rows(part: Nodes, name: str) -> str:
    """The condition under which a node is a row, and not only somebody whom rows refer to; often none."""
    return f"{name}.{UNLISTED} IS NULL" if part.referred else ""


def ends(label: str) -> str:
    """Make the nodes of $keys that are not there yet; where each one is."""
    return (
        f"UNWIND range(0, size($keys) - 1) AS i MERGE (n:{label} {{id: $keys[i]}}){_unlisted(label, 'n')}"
        f" WITH i, n ORDER BY i RETURN collect(elementId(n))"
    )


def _unlisted(label: str, name: str) -> str:
    referred = {part.label for parts in MODEL.values() for part in parts if isinstance(part, Nodes) and part.referred}
    return f" ON CREATE SET {name}.{UNLISTED} = true" if label in referred else ""


def seek_nodes(part: Nodes, columns: Sequence[Column]) -> str:
    """The rows of $keys that are there."""
    return (
        f"UNWIND $keys AS key MATCH (n:{part.node} {{{part.key}: key}}){_where('n', part.key, (), _rows(part, 'n'))}"
        f" WITH collect(n) AS rows RETURN [row IN rows | elementId(row)], {_told(part, columns)}"
    )


def add_nodes(part: Nodes, columns: Sequence[Column]) -> str:
    """Add rows; where each one is. Somebody may have been referred to before."""
    label = f"n:{part.row_label}, " if part.row_label else ""
    listed = f"n.{UNLISTED} = null, " if part.referred else ""
    stamp = f"n.{part.stamp} = datetime(), " if part.stamp else ""
    return (
        f"UNWIND range(0, size($keys) - 1) AS i MERGE (n:{part.label} {{{part.key}: $keys[i]}})"
        f" SET {label}{listed}{stamp}n += {_cells(columns)} WITH i, n ORDER BY i RETURN collect(elementId(n))"
    )


def change_nodes(columns: Sequence[Column]) -> str:
    """Update rows."""
    return f"{EACH} MATCH (n) WHERE elementId(n) = $places[i] SET n += {_cells(columns)}"


def link(part: Nodes, column: str) -> str:
    """Lead rows to whom their cells name."""
    to = part.links[column]
    return (
        f"{EACH} MATCH (n) WHERE elementId(n) = $places[i]"
        f" MERGE (other:{to.label} {{id: $others[i]}}){_unlisted(to.label, 'other')}"
        f" CREATE {to.pattern('n', 'other')}"
    )


def unlink(part: Nodes, column: str) -> str:
    """Forget to whom a row's cell led."""
    to = part.links[column]
    return (
        "UNWIND $places AS place MATCH (n) WHERE elementId(n) = place"
        f" MATCH {to.pattern('n', f':{to.label}', 'r')} DELETE r"
    )


def references(part: Nodes) -> tuple[str, str, str]:
    """For rows whose reference changed: forget where it led, lead it anew; for new rows: lead here who refers here."""
    to = part.reference
    if to is None:
        raise LookupError(part.label)
    found = "UNWIND $places AS place MATCH (n) WHERE elementId(n) = place"
    return (
        f"{found} MATCH (n)-[r:{to.type}]->() DELETE r",
        f"{found} MATCH (to:{part.label} {{{to.property}: n.{to.column}}}) MERGE (n)-[:{to.type}]->(to)",
        f"{found} MATCH (by:{part.label} {{{to.column}: n.{to.property}}}) MERGE (by)-[:{to.type}]->(n)",
    )


def seek_ties(part: Ties, columns: Sequence[Column]) -> str:
    """The relationships of the people at $places."""
    return (
        "UNWIND $places AS place MATCH (a) WHERE elementId(a) = place"
        f" MATCH (a)-[r:{part.type}]->(:{part.label}) WITH collect(r) AS rows"
        " RETURN [row IN rows | elementId(row)], [row IN rows | startNode(row).id], [row IN rows | endNode(row).id], "
        + _told(part, columns)
    )


def add_ties(part: Ties, columns: Sequence[Column]) -> str:
    """Add relationships; how many. Whoever is no longer where he was found gets none.

    Without labels: given one, the planner would look every name up in the index, at twice the cost of the whole.
    """
    return (
        f"{EACH} MATCH (a) WHERE elementId(a) = $places[i] AND a.id = $sources[i]"
        " MATCH (b) WHERE elementId(b) = $others[i] AND b.id = $targets[i]"
        f" CREATE (a)-[:{part.type} {_cells(columns)}]->(b) RETURN count(*)"
    )


def change_ties(columns: Sequence[Column]) -> str:
    """Update relationships."""
    return f"{EACH} MATCH ()-[r]->() WHERE elementId(r) = $places[i] SET r += {_cells(columns)}"


def count(part: Part) -> str:
    """How many rows there are."""
    if isinstance(part, Ties):
        return f"MATCH ()-[r:{part.type}]->(:{part.label}) RETURN count(r)"
    return f"MATCH (n:{part.node}){_where('n', part.key, (), _rows(part, 'n'))} RETURN count(n)"


def quantiles(label: str, key: str) -> str:
    """Keys that cut a label's nodes into pages of about the same size: every $step-th of a sample."""
    return (
        f"MATCH (n:{label}) WHERE n.{key} IS NOT NULL AND rand() < $share WITH n.{key} AS key ORDER BY key"
        " WITH collect(key) AS keys RETURN [i IN range($step, size(keys) - 1, $step) | keys[i]]"
    )


def page(part: Part, columns: Sequence[Column], bounds: Iterable[str]) -> str:
    """The rows from $begin on and before $end; of relationships, those of the people between."""
    if isinstance(part, Nodes):
        # People may add nodes by hand: one without its key is no row.
        found = f"MATCH (n:{part.node}){_where('n', part.key, bounds, _rows(part, 'n'), f'n.{part.key} IS NOT NULL')}"
        return f"{found} WITH collect(n) AS rows RETURN size(rows), {_told(part, columns)}"
    # id() is deprecated, yet both dialects of Cypher have it, and neither names nor elementId(), which are texts, are
    # half as fast. Numbers are used anew only after nodes were deleted, which nobody does to a graph that is read.
    found = f"MATCH (a:Person){_where('a', 'id', bounds)} MATCH (a)-[r:{part.type}]->(b:{part.label})"
    ends = "collect(id(a)) AS sources, collect(id(b)) AS targets"
    told = ", ".join(filter(None, ["size(rows)", _told(part, columns), "sources", "targets"]))
    return f"{found} WITH collect(r) AS rows, {ends} RETURN {told}"


def directory(label: str, bounds: Iterable[str]) -> str:
    """Number and name of each node from $begin on and before $end."""
    return f"MATCH (n:{label}){_where('n', 'id', bounds, 'n.id IS NOT NULL')} RETURN collect(id(n)), collect(n.id)"


def _where(name: str, key: str, bounds: Iterable[str], *conditions: str) -> str:
    signs = {"begin": ">=", "end": "<"}
    told = [*(f"{name}.{key} {signs[bound]} ${bound}" for bound in bounds), *filter(None, conditions)]
    return f" WHERE {' AND '.join(told)}" if told else ""
