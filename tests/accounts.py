"""The account of every row that was read."""

from __future__ import annotations

from influence_graph.tables import SCHEMA, Tables


def accounts_hold(tables: Tables) -> bool:
    """read = kept + duplicates + refused for every file, and the rows kept are the tables' rows."""
    sources = tables.sources
    balanced = (sources["read"] == sources["kept"] + sources["duplicates"] + sources["refused"]).all()
    kept = sources.groupby("table")["kept"].sum()
    return bool(balanced) and all(kept.get(name, 0) == len(tables[name]) for name in SCHEMA)
