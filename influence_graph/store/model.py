"""The tables as a graph: which rows are nodes and which relationships, and which cells lead to others.

One declaration, read by loading and unloading alike. A row goes to the first part of its table that it has the ends
of. Relationships are the only truth for who and which: a cell that is one is no property besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from influence_graph.tables.schema import SCHEMA

PRODUCT = "influence-graph"
FORMAT = 1
"""Version of the layout below. A graph of a later one is refused, never guessed at."""

UNLISTED = "unlisted"
"""Property of a campaign or share that is known only because another row refers to it: no row of its table."""

RESULTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Person": frozenset(
            """is_creator audience audience_basis driven driven_low driven_high driven_value claimed per_1000
            per_1000_low per_1000_high expected lift lift_low lift_high activity persuasion beats_followers q_value
            persuasive identifiable ripple influencer ugc advocate strength pagerank betweenness core community
            ripple_low ripple_high e_value e_value_low followers_known known_as plan_place plan_cost plan_currency
            plan_gain run""".split()
        ),
        "Conversion": frozenset("organic counted_count counted_value run".split()),
        "Campaign": frozenset("shares conversions organic driven organic_share value run".split()),
    }
)
"""Properties in which a map's results are written back, by label: no column of the user may be called so."""
LABELS = ("Influencer", "UGC", "Advocate", "Drove1", "Drove10", "Drove100", "Drove1000")
"""Labels that a map gives to people besides, so that Neo4j Browser can colour and size them."""


@dataclass(frozen=True)
class Link:
    """A cell that is a relationship to the node it names: the type, and the label at the other end."""

    type: str
    label: str
    incoming: bool = False

    def pattern(self, row: str, other: str, name: str = "") -> str:
        """The relationship as Cypher draws it, between a row's node and the other end."""
        left, right = ("<-", "-") if self.incoming else ("-", "->")
        return f"({row}){left}[{name}:{self.type}]{right}({other})"


@dataclass(frozen=True)
class Reference:
    """A cell that may name several nodes of its own label, whichever came first: kept as it is, and drawn besides."""

    column: str
    type: str
    property: str


@dataclass(frozen=True, eq=False)
class Nodes:
    """Rows that are nodes.

    Attributes
    ----------
    label : str
    identity : tuple of str
        The columns that tell one row from another.
    key : str
        The property that holds them, unique; where they are several, joined.
    properties : mapping of str to str
        The properties of columns that are not called like them.
    links : mapping of str to Link
        The columns that are relationships.
    reference : Reference, optional
    row_label : str, optional
        What a node is called besides where it is a row, and not only somebody whom rows refer to.
    referred : bool
        Whether rows may refer to such a node before its own row comes.
    stamp : str, optional
        The property that tells when a row first came.
    """

    label: str
    identity: tuple[str, ...]
    key: str = "key"
    properties: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    reference: Reference | None = None
    row_label: str | None = None
    referred: bool = False
    stamp: str | None = None

    @property
    def node(self) -> str:
        """The labels of a row."""
        return f"{self.label}:{self.row_label}" if self.row_label else self.label

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a row is none of these."""
        return self.identity if self.key != "key" else ()

    @property
    def cells(self) -> frozenset[str]:
        """Columns that are no properties."""
        return frozenset(self.links) | frozenset(column for column, name in self.properties.items() if name == self.key)

    @property
    def reserved(self) -> frozenset[str]:
        """Properties that no column of the user may be called."""
        return frozenset({self.key, UNLISTED, self.stamp or self.key}) | RESULTS.get(self.label, frozenset())


@dataclass(frozen=True, eq=False)
class Ties:
    """Rows that are relationships from a person to whom `target` names."""

    type: str
    source: str
    target: str
    identity: tuple[str, ...]
    label: str = "Person"
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a row is none of these."""
        return self.source, self.target

    @property
    def cells(self) -> frozenset[str]:
        """Columns that are no properties."""
        return frozenset(self.needed)

    @property
    def reserved(self) -> frozenset[str]:
        """Properties that no column of the user may be called."""
        return frozenset()


Part = Nodes | Ties

_TOUCH = SCHEMA["touches"].key
MODEL: Mapping[str, tuple[Part, ...]] = MappingProxyType(
    {
        "creators": (
            Nodes("Person", ("creator_id",), "id", {"creator_id": "id"}, row_label="Creator"),
        ),
        "aliases": (
            Nodes("Alias", ("alias", "kind"), links={"person_id": Link("OF", "Person")}),
        ),
        "campaigns": (
            Nodes("Campaign", ("campaign_id",), "id", {"campaign_id": "id"}, referred=True),
        ),
        "follows": (
            Ties("FOLLOWS", "follower_id", "followed_id", ("follower_id", "followed_id")),
        ),
        "followers": (
            Nodes("FollowerCount", ("creator_id", "at"), links={"creator_id": Link("HAD", "Person", incoming=True)}),
        ),
        "shares": (
            Nodes(
                "Share",
                ("share_id",),
                "id",
                {"share_id": "id"},
                {
                    "person_id": Link("SHARED", "Person", incoming=True),
                    "campaign_id": Link("IN", "Campaign"),
                    "content_id": Link("ABOUT", "Content"),
                    "parent_share_id": Link("RESHARE_OF", "Share"),
                },
                referred=True,
            ),
        ),
        "conversions": (
            Nodes(
                "Conversion",
                ("conversion_id", "item_id"),
                properties={"conversion_id": "id"},
                links={"person_id": Link("MADE", "Person", incoming=True), "campaign_id": Link("IN", "Campaign")},
                reference=Reference("refund_of", "REFUNDS", "id"),
            ),
        ),
        "touches": (
            Ties("TOUCHED", "person_id", "share_id", _TOUCH, "Share", {"touched_at": "at"}),
            Ties("TOUCHED", "person_id", "creator_id", _TOUCH, "Person", {"touched_at": "at"}),
            Nodes("Touch", _TOUCH, properties={"touched_at": "at"}),
        ),
        "faults": (
            Nodes("Fault", ("file", "sha256", "place")),
        ),
        "sources": (
            Nodes("Source", ("file", "table", "sha256"), stamp="loaded_at"),
        ),
        "notes": (
            Nodes("Note", ("id", "numbers")),
        ),
    }
)  # fmt: skip
"""The parts of each table, and of the three that say what was loaded."""
