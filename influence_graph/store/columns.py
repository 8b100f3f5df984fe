"""How the columns of a frame are kept in a store, and how they come back as they were."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd
from pandas.api import types

SQL = {
    "str": "VARCHAR",
    "float64": "DOUBLE",
    "int64": "BIGINT",
    "bool": "BOOLEAN",
    "boolean": "BOOLEAN",
    "Int64": "BIGINT",
    "datetime64[us]": "TIMESTAMP",
    "datetime64[us, UTC]": "TIMESTAMP",
}
"""SQL type of each dtype we keep. Instants are kept as UTC without a zone, so that no session's zone can move them."""
_NUMBERS = ("bool", "boolean", "int64", "Int64", "float64")


def kept_dtype(column: pd.Series) -> str:
    """The dtype of `SQL` a column comes back in: its own, or the nearest that loses nothing."""
    dtype = column.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "datetime64[us, UTC]"
    if types.is_datetime64_any_dtype(dtype):
        return "datetime64[us]"
    if str(dtype) in SQL:
        return str(dtype)
    if types.is_float_dtype(dtype):
        return "float64"
    if types.is_integer_dtype(dtype) and not str(dtype).casefold().startswith("uint64"):
        return "int64" if str(dtype).islower() else "Int64"
    if types.is_object_dtype(dtype) and column.notna().any() and types.infer_dtype(column, skipna=True) == "boolean":
        return "boolean"
    return "str"


def common_dtype(one: str, other: str) -> str:
    """A dtype that holds the values of both."""
    if one == other:
        return one
    if one in _NUMBERS and other in _NUMBERS:
        for wide in ("float64", "Int64"):
            if wide in (one, other):
                return wide
        return "Int64" if "int64" in (one, other) else "boolean"
    return "str"


def to_kept(column: pd.Series, dtype: str) -> pd.Series:
    """A column as stores keep it where it comes back in `dtype`: instants in UTC without a zone, numbers with gaps."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    if dtype.startswith("datetime64"):
        return column.astype("datetime64[us]")
    if dtype == "str":
        if types.is_object_dtype(column.dtype):
            column = column.map(_as_text, na_action="ignore")
        return column.astype("str")
    return column.astype(types.pandas_dtype({"bool": "boolean", "int64": "Int64"}.get(dtype, dtype)))


def from_kept(column: pd.Series, dtype: str) -> pd.Series:
    """A column as it was before `to_kept`."""
    if dtype == "datetime64[us, UTC]":
        return column.astype("datetime64[us]").dt.tz_localize("UTC")
    if dtype in ("bool", "int64") and column.isna().any():  # a later load came without this column
        dtype = {"bool": "boolean", "int64": "Int64"}[dtype]
    back: pd.Series = column.astype(types.pandas_dtype(dtype))
    return back


def sql_names(labels: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A name in SQL for each label: SQL tells neither case apart nor knows empty names."""
    used = {name.casefold() for name in taken}
    names = {}
    for label in labels:
        base = name = label.replace("\0", "") or "column"
        number = 2
        while name.casefold() in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name.casefold())
        names[label] = name
    return names


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list | tuple) else str(value)
