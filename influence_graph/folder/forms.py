"""Tables and records as files: CSV, JSON, Parquet.

In CSV, text that a spreadsheet would run as a formula gets an apostrophe before it; Parquet and JSON hold every text as
it came.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

IDS = frozenset({"person_id", "campaign_id", "key", "group", "id", "source", "target"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_FORMULA = re.compile(r"\s*[=+\-@]")
_BARE = re.compile(r"[@+\-]?[\w.\-]*")


def pseudonymous(people: pd.DataFrame) -> pd.DataFrame:
    """People with everybody but creators under a stable pseudonym and without a name."""
    from influence_graph.tables.privacy import pseudonyms

    others = ~people["is_creator"].astype(bool)
    told = people.copy()
    told.loc[others, "person_id"] = pseudonyms(people.loc[others, "person_id"])
    told.loc[others, "name"] = None
    return told


def as_csv(frame: pd.DataFrame) -> str:
    """A table as CSV text that spreadsheets show and never run.

    Text beginning with ``= + - @`` gets an apostrophe before it. Ids that are a bare handle or number (``@linh``,
    ``-7``) stay as they are: nothing in them can be called, and they must join with the user's own tables.
    """
    import numpy as np
    import pandas as pd

    from influence_graph.tables.distinct import objects

    told = frame.copy()
    for name in told.columns:
        if told[name].dtype == object or told[name].dtype == "str":
            bare = _BARE if name in IDS else None
            codes, once = objects(told[name])
            cells = [_cell(value, bare) for value in once.to_numpy(object)]
            told[name] = pd.Series(cells, dtype=told[name].dtype).take(codes).set_axis(told.index)
        elif told[name].dtype == "float64":
            codes, numbers = pd.factorize(told[name].to_numpy() + 0.0)  # so that nothing is written as -0
            cells = [*(f"{number:.12g}" for number in numbers.tolist()), None]
            told[name] = np.array(cells, dtype=object)[codes]
    return told.to_csv(index=False, lineterminator="\n", float_format="%.12g")


def _cell(value: Any, bare: re.Pattern[str] | None) -> Any:
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub(" ", value)
    formula = _FORMULA.match(text) and not (bare and bare.fullmatch(text))
    return f"'{text}" if formula else text


def as_json(data: Any, *, indent: int | None = 2) -> str:
    """Plain JSON text: unknown is null, times are ISO 8601, names as they are written."""
    return json.dumps(_plain(data), ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if hasattr(value, "tolist"):  # numpy, scalar or array
        return _plain(value.tolist())
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None  # NaN too
    if hasattr(value, "isoformat"):
        return value.isoformat() if value == value else None  # NaT is not itself
    text = str(value)
    return None if text == "<NA>" else text


def as_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet: every text as it came, times as times, unknown as null."""
    import duckdb

    try:
        with duckdb.connect() as memory:
            memory.register("frame", frame)
            memory.execute("COPY frame TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": str(path)})
    except duckdb.IOException as error:
        raise OSError(errno.EIO, str(error).splitlines()[0]) from None
