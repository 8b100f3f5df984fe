"""What the input tables are: names, columns, kinds, keys. One declaration, read by every room."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from influence_graph.language import say

Kind = Literal["id", "text", "number", "time"]
"""How a column is read: `id` and `text` as str, `number` as float64, `time` as datetime64[us, UTC]."""

DTYPES = MappingProxyType({"id": "str", "text": "str", "number": "float64", "time": "datetime64[us, UTC]"})


@dataclass(frozen=True)
class Column:
    """A column: its name, how it is read, and whether a row is refused without it."""

    name: str
    kind: Kind
    needed: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its columns and the key by which later rows replace earlier ones."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a row is refused."""
        return tuple(column.name for column in self.columns if column.needed)

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in order."""
        return tuple(column.name for column in self.columns)

    def kind(self, name: str) -> Kind:
        """How a column is read."""
        return next(column.kind for column in self.columns if column.name == name)


def _table(name: str, key: str, columns: str) -> Table:
    """`columns` reads ``name:kind`` with a ``!`` behind what is needed."""
    read = []
    for word in columns.split():
        column, _, kind = word.partition(":")
        read.append(Column(column, kind.rstrip("!") or "text", kind.endswith("!")))  # type: ignore[arg-type]
    return Table(name, tuple(read), tuple(key.split()))


SCHEMA: MappingProxyType[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "creators",
                "creator_id",
                "creator_id:id! name:text platform:text followers:number cost:number currency:text"
                " declared_role:text joined_at:time",
            ),
            _table("aliases", "alias kind", "alias:id! kind:text! person_id:id!"),
            _table(
                "campaigns",
                "campaign_id",
                "campaign_id:id! name:text product:text starts_at:time ends_at:time budget:number currency:text"
                " promo:number",
            ),
            _table("follows", "follower_id followed_id", "follower_id:id! followed_id:id! since:time"),
            _table("followers", "creator_id at", "creator_id:id! at:time! followers:number following:number"),
            _table(
                "shares",
                "share_id",
                "share_id:id! person_id:id! shared_at:time! campaign_id:id content_id:id parent_share_id:id kind:text"
                " deal:text cost:number views:number boosted_views:number likes:number comments:number saves:number"
                " reshares:number rating:number",
            ),
            _table(
                "conversions",
                "conversion_id item_id",
                "conversion_id:id! item_id:id person_id:id converted_at:time! campaign_id:id value:number"
                " currency:text status:text refund_of:id code:id claimed_by:id commission:number count:number",
            ),
            _table(
                "touches",
                "touched_at person_id share_id creator_id kind",
                "touched_at:time! person_id:id share_id:id creator_id:id kind:text",
            ),
        )
    }
)


def empty(name: str) -> pd.DataFrame:
    """A table without rows: every column of the schema, in its dtype."""
    return pd.DataFrame({c.name: pd.Series(dtype=DTYPES[c.kind]) for c in SCHEMA[name].columns})


FAULTS = ("file", "line", "column", "value", "reason")
SOURCES = ("file", "table", "read", "kept", "duplicates", "refused", "sha256")


@dataclass(frozen=True)
class Note:
    """Something that was decided or noticed, as a message id with numbers."""

    id: str
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The note in words, in the language that is spoken."""
        return say(self.id, **self.numbers)

    def record(self) -> dict[str, Any]:
        """The note for JSON, worded."""
        return {"id": self.id, "numbers": self.numbers, "text": self.text}


@dataclass(frozen=True)
class Tables:
    """Everything the user gave, read, typed, and deduplicated.

    Every frame has all columns of its `SCHEMA` entry in the dtypes of `DTYPES` (missing: NaN or NaT), then the
    unknown columns as they came, and a RangeIndex. Times are UTC. Nothing here is changed in place.

    Attributes
    ----------
    faults : DataFrame
        One row for each refused row: file, line (1-based, as a text editor shows it), column, value, reason.
    sources : DataFrame
        One row a file: file, table, read, kept, duplicates, refused, sha256. read = kept + duplicates + refused.
    notes : tuple of Note
        Decisions taken while reading, for the user to see.
    """

    creators: pd.DataFrame = field(default_factory=lambda: empty("creators"))
    aliases: pd.DataFrame = field(default_factory=lambda: empty("aliases"))
    campaigns: pd.DataFrame = field(default_factory=lambda: empty("campaigns"))
    follows: pd.DataFrame = field(default_factory=lambda: empty("follows"))
    followers: pd.DataFrame = field(default_factory=lambda: empty("followers"))
    shares: pd.DataFrame = field(default_factory=lambda: empty("shares"))
    conversions: pd.DataFrame = field(default_factory=lambda: empty("conversions"))
    touches: pd.DataFrame = field(default_factory=lambda: empty("touches"))
    faults: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FAULTS), dtype="str"))
    sources: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SOURCES)))
    notes: tuple[Note, ...] = ()

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The orders that count, see `orders`: made once, for many ask."""
        from influence_graph.tables.orders import orders

        return orders(self.conversions)

    def __getitem__(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = getattr(self, name)
        return frame
