"""Texts that stand in many rows: what they are, and which stands where. In pieces, so that others get their turn."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterable
from itertools import count, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

PIECE = 500_000
"""Rows looked at in one go: longer, and Python would hear nothing else meanwhile."""
_WORTH_SHARING = 500_000
_LONGEST = 100


def distinct(texts: pd.Series[Any]) -> set[str]:
    """The different texts of a column, missing ones left out. O(rows)."""
    found: set[Any] = set()
    cells = texts.to_numpy(object)
    for begin in range(0, len(cells), PIECE):
        found.update(cells[begin : begin + PIECE].tolist())
    return {text for text in found if isinstance(text, str)}


def shared(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same cells, equal texts of a long column being one object: a tenth of the memory where they stand often.

    Parameters
    ----------
    cells : (n,) object
        Texts, and NaN where there is none.
    """
    if len(cells) < _WORTH_SHARING:
        return cells
    once: dict[Any, Any] = {}
    kept = np.empty_like(cells)
    for begin in range(0, len(cells), PIECE):
        piece = cells[begin : begin + PIECE]
        for cell in set(piece.tolist()).difference(once):
            alone = _copied(cell)
            once[alone] = alone
        if len(once) > 0.5 * (begin + len(piece)):
            return cells  # ids of rows: nothing to share
        kept[begin : begin + PIECE] = [*map(once.__getitem__, piece.tolist())]
    return kept


def _copied(cell: Any) -> Any:
    """A text on new ground: one of those that came together would keep the memory of all."""
    return cell.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass") if isinstance(cell, str) else cell


def numbered(columns: Iterable[pd.Series[Any]]) -> tuple[list[npt.NDArray[np.int64]], npt.NDArray[Any]]:
    """All columns as numbers of the same texts.

    Returns
    -------
    codes : list of (n,) int64
        Of each column; -1 where it is missing.
    texts : (k,) object
        Sorted. O(rows + k log k).
    """
    met: defaultdict[Any, int] = defaultdict(count().__next__)
    first = [_met(met, column) for column in columns]
    cells = [*met]
    texts = ordered(cell for cell in cells if isinstance(cell, str))
    place = np.full(len(cells), -1, dtype=np.int64)
    place[np.fromiter(map(met.__getitem__, texts), np.int64, len(texts))] = np.arange(len(texts))
    return [place[codes] for codes in first], texts


def objects(column: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], pd.Series[Any]]:
    """The number of each cell, and the cells, each object once: a third of the time where equal texts are one object.

    Where a text stands tells which object it is, without a look at the text. O(rows), in one go.
    """
    cells = np.ascontiguousarray(column.to_numpy(object))
    at = np.ctypeslib.as_array((ctypes.c_ssize_t * len(cells)).from_address(cells.ctypes.data))
    codes, met = pd.factorize(at)
    first = np.empty(len(met), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(cells))[::-1]
    return codes, pd.Series(cells[first], dtype=object)


def look_up(column: pd.Series[Any], texts: Iterable[str]) -> npt.NDArray[np.int64]:
    """Where each cell stands among different texts, -1 where it does not. O(rows + texts)."""
    place = {text: number for number, text in enumerate(texts)}
    cells = column.to_numpy(object)
    codes = np.empty(len(cells), dtype=np.int64)
    for begin in range(0, len(cells), PIECE):
        piece = cells[begin : begin + PIECE].tolist()
        codes[begin : begin + PIECE] = np.fromiter(map(place.get, piece, repeat(-1)), np.int64, len(piece))
    return codes


def places(column: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], int]:
    """A number for each cell, the same where they are equal or missing, and how many numbers there are. O(rows)."""
    if column.dtype != "str":
        codes, values = pd.factorize(column, use_na_sentinel=False)
        return codes.astype(np.int64), len(values)
    met: defaultdict[Any, int] = defaultdict(count().__next__)
    return _met(met, column), len(met)


def _met(met: defaultdict[Any, int], column: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """The number of each cell, in the order in which they were met."""
    cells = column.to_numpy(object)
    codes = np.empty(len(cells), dtype=np.int64)
    for begin in range(0, len(cells), PIECE):
        piece = cells[begin : begin + PIECE].tolist()
        codes[begin : begin + PIECE] = np.fromiter(map(met.__getitem__, piece), np.int64, len(piece))
    return codes


def ordered(texts: Iterable[str]) -> npt.NDArray[Any]:
    """(k,) object: texts in the order of their letters' numbers, as Python sorts them."""
    cells = np.array(list(texts), dtype=object)
    lengths = np.fromiter(map(len, cells), np.int64, len(cells))
    if len(cells) < PIECE or lengths.max(initial=0) > _LONGEST or any("\0" in text for text in cells):
        return np.sort(cells)
    fixed = np.empty(len(cells), f"U{lengths.max()}")
    for begin in range(0, len(cells), PIECE):
        fixed[begin : begin + PIECE] = cells[begin : begin + PIECE]
    return np.asarray(cells[np.argsort(fixed)])
