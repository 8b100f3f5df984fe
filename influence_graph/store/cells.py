"""Columns on their way to a graph and back, and the keys by which it knows rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.store.columns import to_kept

NEVER = int(np.iinfo(np.int64).min)
"""Microseconds that stand for no time, as in numpy."""

LONGEST = 8000
"""Bytes of a text that Neo4j can still find by."""
_WIDEST = 4
"""Bytes of a character at most."""
_BETWEEN, _ESCAPE, _MISSING = "\x1f", "\x1e", "\x1e0"


def cells(column: pd.Series) -> list[Any]:
    """The cells of a kept column as parameters; times as their seconds and the nanoseconds above them."""
    if column.dtype.kind == "M":
        micros = column.astype("datetime64[us]").to_numpy().view(np.int64)
        seconds, rest = np.divmod(micros, 1_000_000)
        never = micros == NEVER
        return [_with_gaps(seconds, never), (rest * 1000).tolist()]
    if column.dtype.kind == "f":
        return _with_gaps(column.to_numpy(), column.isna().to_numpy())
    told = column.astype("object")
    return list(told.where(told.notna(), None).tolist())


def unkept(texts: pd.Series) -> str | None:
    """A text that holds half of a character, which nothing outside this process can read; None where there is none."""
    there: list[str] = texts.dropna().tolist()
    try:
        "".join(there).encode()
    except UnicodeEncodeError:
        return next(text for text in there if not _whole(text))
    return None


def unfound(texts: pd.Series) -> str | None:
    """A text that is too long for Neo4j to find a node by; None where there is none."""
    there: list[str] = texts.dropna().tolist()
    longest = max(there, key=len, default="")
    return longest if len(longest.encode()) > LONGEST else None


def column(values: Sequence[Any], dtype: str) -> pd.Series:
    """A kept column from the values that the graph gave."""
    if dtype.startswith("datetime64"):
        return pd.Series(np.array(values, np.int64).view("datetime64[us]"))
    if dtype == "float64":
        return pd.Series(values, dtype="float64")
    return to_kept(pd.Series(values, dtype="object"), dtype)


def keys(rows: pd.DataFrame) -> pd.Series:
    """One text for each row: the single column, or several joined so that other cells never make the same text.

    Missing parts at the end are left out: an order without items is known by its own id. A text too long to be found
    by gives way to its digest.
    """
    parts = [_part(rows.iloc[:, place]) for place in range(rows.shape[1])]
    if len(parts) == 1:
        return rows.iloc[:, 0].astype("str")
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + _BETWEEN + part
    joined = joined.str.replace(f"({_BETWEEN}{_MISSING})+$", "", regex=True)
    return joined.where(joined.str.len() * _WIDEST <= LONGEST, joined.map(_digest)).astype("str")


def _part(column: pd.Series) -> pd.Series:
    if column.dtype.kind == "M":
        texts = pd.Series(column.to_numpy().view(np.int64), column.index).astype("str")
        return texts.where(column.notna(), _MISSING)
    texts = column.astype("str").astype("object")
    texts = texts.str.replace(_ESCAPE, _ESCAPE * 2, regex=False).str.replace(_BETWEEN, _ESCAPE + _BETWEEN, regex=False)
    return texts.where(column.notna(), _MISSING)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _with_gaps(values: npt.NDArray[Any], gaps: npt.NDArray[np.bool_]) -> list[Any]:
    if gaps.any():
        values = values.astype("object")
        values[gaps] = None
    return list(values.tolist())


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
