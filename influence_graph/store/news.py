"""What a load tells that the store does not know yet, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd


class Upserted(NamedTuple):
    """Rows a load added, changed and found as they were, and rows stored now."""

    added: int
    updated: int
    unchanged: int
    stored: int


def once(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """One row a key: of each column the last cell that tells something. Keys compare as a whole, missing parts too."""
    if not frame.duplicated(list(key)).any():
        return frame
    return frame.groupby(list(key), dropna=False, sort=False, as_index=False).last()[frame.columns]


@dataclass(frozen=True)
class News:
    """A batch of rows beside what is kept of them.

    Attributes
    ----------
    rows : DataFrame
        The rows as they are from now on: where a cell came empty, what was known stays.
    known : (n,) int64
        Where each row's kept one stands, -1 where there is none.
    told : mapping of str to (n,) bool
        For each column, where it tells something else than what is kept.
    """

    rows: pd.DataFrame
    known: npt.NDArray[np.int64]
    told: dict[str, npt.NDArray[np.bool_]]

    @property
    def added(self) -> npt.NDArray[np.bool_]:
        """Which rows are new."""
        return self.known < 0

    @property
    def changed(self) -> npt.NDArray[np.bool_]:
        """Which rows are known and tell something else."""
        told: npt.NDArray[np.bool_] = np.logical_or.reduce(list(self.told.values()))
        return ~self.added & told


def news(came: pd.DataFrame, kept: pd.DataFrame, key: Sequence[str]) -> News:
    """Compare rows with what is kept of them.

    Parameters
    ----------
    came : DataFrame
        Rows of a load, one a key.
    kept : DataFrame
        What is kept of them, perhaps among others: the same columns in the same dtypes.
    key : sequence of str

    Notes
    -----
    O(rows of both).
    """
    known = _places(came, kept, list(key))
    there = known >= 0
    rows, told = {}, {}
    for name in came.columns:
        comes, was = came[name], kept[name].take(np.where(there, known, 0)) if len(kept) else None
        tells = comes.notna().to_numpy()
        if was is None or name in key:
            rows[name], told[name] = comes, tells & ~there
            continue
        was = was.set_axis(came.index).where(there)
        same = (comes == was).fillna(False).to_numpy(bool)
        rows[name], told[name] = comes.where(tells, was), tells & ~same
    return News(pd.DataFrame(rows, index=came.index), known, told)


def _places(came: pd.DataFrame, kept: pd.DataFrame, key: list[str]) -> npt.NDArray[np.int64]:
    """Where each row of `came` stands in `kept`; pandas takes missing parts of a key for equal."""
    if not len(kept):
        return np.full(len(came), -1)
    standing = kept[key].assign(place=range(len(kept))).drop_duplicates(key)
    return came[key].merge(standing, how="left", on=key)["place"].fillna(-1).to_numpy(np.int64)
