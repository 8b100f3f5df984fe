"""Words of a column that stand in many rows: each is looked at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def holds(column: pd.Series[Any], words: Collection[str]) -> NDArray[np.bool_]:
    """(n,) bool: where a text, in lower case, is one of these words. O(rows)."""
    codes, texts = pd.factorize(column)
    among = pd.Series(texts, dtype="str").str.lower().isin(words).to_numpy(dtype=bool)
    return np.asarray(np.append(among, False)[codes])


def plain(column: pd.Series[Any]) -> pd.Series[str]:
    """Texts in lower case without space around them, missing ones kept. O(rows)."""
    codes, texts = pd.factorize(column)
    told = pd.Series(texts, dtype="str").str.strip().str.lower().to_numpy(object)
    return pd.Series(np.append(told, np.nan)[codes], index=column.index, name=column.name, dtype="str")
