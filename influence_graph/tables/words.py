"""Words of a column: what stands in many rows is looked at once, and phrases are known however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Meaning = TypeVar("Meaning")


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


def known_phrases(meaning: Meaning, listed: str) -> dict[str, Meaning]:
    """The phrases of a list with commas, each with what it means."""
    return {" ".join(words.split()): meaning for words in listed.split(",")}


def phrase(
    text: str, vocabulary: Mapping[str, Meaning], alone: Mapping[str, Meaning] = MappingProxyType({})
) -> Meaning | None:
    """What a text means by the longest known phrase it begins with, without case, accents and punctuation.

    Phrases of `alone` say something only where nothing follows them.
    """
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    words = re.sub(r"[\W_]+", " ", bare).split()
    if (found := alone.get(" ".join(words))) is not None:
        return found
    for end in range(len(words), 0, -1):
        if (found := vocabulary.get(" ".join(words[:end]))) is not None:
            return found
    return None
