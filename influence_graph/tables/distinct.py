"""Texts that stand in many rows: what they are, and which stands where. In pieces, so that others get their turn."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import count, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

PIECE = 100_000
"""Rows looked at in one go: longer, and Python would hear nothing else meanwhile."""
_LONGEST = 100
LONG = 2_000_000
"""Cells from which a compiled loop is worth loading."""


def distinct(texts: pd.Series[Any]) -> set[str]:
    """The different texts of a column, missing ones left out. O(rows)."""
    found: set[Any] = set()
    for piece in _pieces(objects(texts)[1].dropna()):
        found.update(piece)
    return found if texts.dtype == "str" else {text for text in found if isinstance(text, str)}


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
    """The number of each cell, and the cells, each object once: a tenth of the time where equal texts are one object.

    Where a text stands tells which object it is, without a look at the text. O(rows), in one go.
    """
    cells = np.ascontiguousarray(column.to_numpy(object))
    at = np.ctypeslib.as_array((ctypes.c_ssize_t * len(cells)).from_address(cells.ctypes.data))
    if len(cells) < LONG:
        codes, met = pd.factorize(at)
        first = np.empty(len(met), dtype=np.int64)
        first[codes] = np.arange(len(cells))  # wherever it stands, it is the same object
    else:
        from influence_graph.kernels.equals import equals

        codes, first = equals(at)
    return codes, pd.Series(cells[first], dtype=object)


def look_up(column: pd.Series[Any], texts: Iterable[str]) -> npt.NDArray[np.int64]:
    """Where each cell stands among different texts, -1 where it does not. O(rows + texts)."""
    place = {text: number for number, text in enumerate(texts)}
    return _asked(lambda piece: map(place.get, piece, repeat(-1)), column)


def alike(one: pd.Series[Any], other: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """In which rows two columns hold the same text; what is missing is like nothing. O(rows)."""
    met: defaultdict[Any, int] = defaultdict(count().__next__)
    theirs = _met(met, other)
    texts = {text: number for text, number in met.items() if isinstance(text, str)}
    return np.asarray(theirs == _asked(lambda piece: map(texts.get, piece, repeat(-1)), one))


def places(column: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], int]:
    """A number for each cell, the same where they are equal or missing, and how many numbers there are. O(rows)."""
    if column.dtype != "str":
        codes, values = pd.factorize(column, use_na_sentinel=False)
        return codes.astype(np.int64), len(values)
    met: defaultdict[Any, int] = defaultdict(count().__next__)
    return _met(met, column), len(met)


def _met(met: defaultdict[Any, int], column: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """The number of each cell, in the order in which they were met."""
    return _asked(lambda piece: map(met.__getitem__, piece), column)


def _asked(ask: Callable[[list[Any]], Iterable[int]], column: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """What texts are asked for, each object once, and in the order in which they stand."""
    codes, once = objects(column)
    told = [np.fromiter(ask(piece), np.int64, len(piece)) for piece in _pieces(once)]
    return np.concatenate(told)[codes] if told else codes


def _pieces(column: pd.Series[Any]) -> Iterator[list[Any]]:
    """The cells, so many at a time that others get their turn between."""
    cells = column.to_numpy(object)
    return (cells[begin : begin + PIECE].tolist() for begin in range(0, len(cells), PIECE))


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
