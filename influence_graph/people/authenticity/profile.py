"""What an account's own page tells, where a list of accounts has it: no picture, no description, not a single post."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.tables.headers import fold
from influence_graph.tables.numbers import read_number
from influence_graph.tables.schema import SCHEMA

_PARTS = {
    "picture": ("profilepic", "profilepicture", "haspicture", "avatar", "anhdaidien"),
    "description": ("description", "descriptionlength", "bio", "biolength", "biography", "mota", "tieusu"),
    "posts": ("posts", "postcount", "mediacount", "totalposts", "baidang", "sobaidang"),
}
"""What lists call them, folded: columns that nobody asked for."""
LEAST_TOLD = 2
"""Parts that have to be known."""


def bare_profile(creators: pd.DataFrame, people: pd.Index) -> pd.DataFrame:
    """The part of an account's page that is empty.

    Parameters
    ----------
    creators : DataFrame
        The creators table with the columns that nobody asked for.
    people : Index
        Creators.

    Returns
    -------
    DataFrame
        value and typical (the median) in [0, 1], strength, which is the part itself; NaN where fewer than two of
        picture, description and number of posts are known. O(people).
    """
    listed = creators.drop_duplicates("creator_id").set_index("creator_id").reindex(people)
    empty = pd.DataFrame({part: _is_empty(listed, names) for part, names in _PARTS.items()}, index=people)
    value = empty.mean(axis=1).where(empty.notna().sum(axis=1) >= LEAST_TOLD)
    return pd.DataFrame({"value": value, "typical": value.median(), "strength": value})


def _is_empty(listed: pd.DataFrame, names: tuple[str, ...]) -> pd.Series[float]:
    """1 where the column of one of these names says nothing or 0, 0 where it says something, NaN without it."""
    extra = listed.columns.difference(list(SCHEMA["creators"].names), sort=False)
    column = next((column for column in extra if fold(str(column)) in names), None)
    if column is None:
        return pd.Series(np.nan, index=listed.index)
    return listed[column].map(_says_nothing).astype("float64")


def _says_nothing(value: object) -> bool:
    text = str(value).strip()
    number = read_number(text)
    return text.casefold() in ("false", "no", "không") or (number is not None and not number > 0)
