"""Input tables, written down in a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from influence_graph.tables.schema import DTYPES, SCHEMA


def table(name: str, /, **columns: Sequence[Any]) -> pd.DataFrame:
    """A frame as reading gives it: all columns of the table, typed, then unknown ones."""
    raw = pd.DataFrame({column: pd.Series(list(values), dtype="object") for column, values in columns.items()})
    known = {
        column.name: _typed(
            raw[column.name] if column.name in raw else pd.Series(None, raw.index, "object"), column.kind
        )
        for column in SCHEMA[name].columns
    }
    rest = {column: raw[column].infer_objects() for column in raw if column not in known}
    return pd.DataFrame(known | rest, index=raw.index)


def _typed(values: pd.Series, kind: str) -> pd.Series:
    if kind == "time":
        return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")
    return values.astype(DTYPES[kind])
