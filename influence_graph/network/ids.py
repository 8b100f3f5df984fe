"""Ids of people: as text, and as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.distinct import numbered, objects


def as_text(values: Any) -> pd.Series[Any]:
    """Ids as text, missing ones kept missing."""
    given = pd.Series(values if hasattr(values, "dtype") else list(values))
    if not pd.api.types.is_integer_dtype(given):
        return given.astype("str")
    codes, numbers = pd.factorize(given)  # each is worded once
    return pd.Series(np.append(pd.Series(numbers).astype("str").to_numpy(object), np.nan)[codes], dtype="str")


def distinct_ids(*columns: pd.Series[Any]) -> tuple[list[NDArray[np.int64]], NDArray[Any]]:
    """Columns of ids as numbers, -1 where one is missing, of all different ids, which are sorted. O(rows)."""
    told = [objects(column) for column in columns]
    codes, texts = numbered([once for _, once in told])
    return [code[number] for code, (number, _) in zip(codes, told, strict=True)], texts
