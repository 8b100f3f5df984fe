"""What the input tables are, how they are read from whatever files people have, and what in them belongs together."""

from influence_graph.tables.check import FileUnderstanding, Understanding, check
from influence_graph.tables.direction import Direction, direction
from influence_graph.tables.orders import orders
from influence_graph.tables.privacy import protect, pseudonym, pseudonyms
from influence_graph.tables.reading import read
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import DTYPES, FAULTS, SCHEMA, SOURCES, Column, Note, Table, Tables, empty

__all__ = [
    "DTYPES",
    "FAULTS",
    "SCHEMA",
    "SOURCES",
    "Column",
    "Direction",
    "FileUnderstanding",
    "Note",
    "Table",
    "Tables",
    "Understanding",
    "check",
    "direction",
    "empty",
    "orders",
    "protect",
    "pseudonym",
    "pseudonyms",
    "read",
    "resolve",
]
