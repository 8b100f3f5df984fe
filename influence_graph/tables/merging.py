"""Parts of a table from several files become one: later rows update earlier ones by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_graph.tables.distinct import places
from influence_graph.tables.loading import Part
from influence_graph.tables.schema import DTYPES, SCHEMA, empty

_MOST = 2**62
"""Keys are numbered anew before their numbers grow beyond this."""


def merge(table: str, parts: Sequence[Part]) -> tuple[pd.DataFrame, list[int], int]:
    """All parts of one table, one row a key.

    Parameters
    ----------
    table : str
        A name of `SCHEMA`.
    parts : sequence of Part
        In the order in which they count: later rows update earlier ones, cell by cell where they say something.
        Implied parts come last whatever their place: they only fill what is missing.

    Returns
    -------
    (DataFrame, list of int, int)
        The table, how many rows of each part it kept, and how many rows said something else than a later one.

    Notes
    -----
    O(n) hashing of keys.
    """
    told = [place for place, part in enumerate(parts) if not part.meaning.implied]
    implied = [place for place, part in enumerate(parts) if part.meaning.implied]
    kept = [0] * len(parts)
    frame, owner, updated = _collapse(table, [(place, parts[place].frame) for place in told])
    _count(kept, owner)
    if implied:
        guessed, owner, _ = _collapse(table, [(place, parts[place].frame) for place in implied])
        frame, added = _fill(table, frame, guessed)
        _count(kept, owner[added])
    return _typed(table, frame), kept, updated


def _count(kept: list[int], owner: npt.NDArray[np.int64]) -> None:
    for place, rows in zip(*np.unique(owner, return_counts=True), strict=True):
        kept[int(place)] += int(rows)


def _collapse(
    table: str, frames: Sequence[tuple[int, pd.DataFrame]]
) -> tuple[pd.DataFrame, npt.NDArray[np.int64], int]:
    """One row a key, the part that each row came from, and how many rows were updated by a different one."""
    if not frames:
        return empty(table), np.empty(0, dtype=np.int64), 0
    filled = [frame for _, frame in frames if len(frame)] or [frames[0][1]]
    whole = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0].reset_index(drop=True)
    owner = np.repeat([place for place, _ in frames], [len(frame) for _, frame in frames]).astype(np.int64)
    key = list(SCHEMA[table].key)
    keys = _numbered(whole, key)
    rising = np.sort(keys.to_numpy())  # a fifth of the time of looking for each among those before it
    if not (rising[1:] == rising[:-1]).any():
        return whole, owner, 0
    superseded = keys.duplicated(keep="last").to_numpy()
    again = whole[keys.duplicated(keep=False).to_numpy()]
    different = int(superseded.sum()) - int(again.duplicated(keep="last").sum())
    if different:
        groups = keys[again.index]
        said = again.drop(columns=key).groupby(groups).last()
        final = again.index[~groups.duplicated(keep="last")]
        whole = whole.copy()
        for column in said.columns:
            whole.loc[final, column] = said[column].loc[groups[final]].array
    return whole[~superseded].reset_index(drop=True), owner[~superseded], different


def _numbered(frame: pd.DataFrame, key: Sequence[str]) -> pd.Series[int]:
    """A number for each row, the same where the keys are; hashing each text once is what takes the time."""
    numbers = np.zeros(len(frame), dtype=np.int64)
    many = 1
    for column in key:
        codes, here = places(frame[column])
        if many * here >= _MOST:
            numbers, first = pd.factorize(numbers)
            many = len(first)
        numbers = numbers * here + codes
        many *= max(here, 1)
    return pd.Series(numbers)


def _fill(table: str, frame: pd.DataFrame, guessed: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Add keys that only implied rows know, and fill cells that nobody told."""
    key = list(SCHEMA[table].key)
    numbers = _numbered(pd.concat([frame[key], guessed[key]], ignore_index=True), key)
    own, theirs = numbers.iloc[: len(frame)].set_axis(frame.index), numbers.iloc[len(frame) :]
    by_key = guessed.set_axis(theirs, axis="index")
    filled = frame.copy()
    for column in by_key.columns.intersection(frame.columns).difference(key, sort=False):
        if by_key[column].notna().any():
            filled[column] = frame[column].where(frame[column].notna(), own.map(by_key[column]))
    new = ~theirs.isin(own).to_numpy()
    both = [part for part in (filled, guessed[new]) if len(part)]
    return (pd.concat(both, ignore_index=True) if both else filled), new


def _typed(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the schema in their order and dtypes, then what else there was."""
    schema = SCHEMA[table]
    known: dict[str, Any] = {
        column.name: frame[column.name].astype(DTYPES[column.kind])  # type: ignore[call-overload]
        for column in schema.columns
    }
    extra = {name: frame[name].astype("str") for name in frame.columns if name not in known}
    return pd.DataFrame(known | extra, index=pd.RangeIndex(len(frame)), copy=False)
