"""Values that can be read and can hardly be true: they are kept, counted, and pointed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.tables.recognise import Meaning
from influence_graph.tables.schema import SCHEMA, Note

FIRST_YEAR = 2000
"""Nobody shared or ordered online before it; an empty cell often becomes 1970."""
AHEAD = pd.Timedelta(days=366)
"""Further ahead than this is a slip, except in campaigns, which may be planned."""
ALIVE = 8.3e9
"""People in the world: nobody has more followers."""
_PEOPLE = ("followers", "following")


def doubts(
    columns: Mapping[str, pd.Series[Any]],
    meaning: Meaning,
    headers: Sequence[str],
    *,
    today: pd.Timestamp | None = None,
) -> Iterator[Note]:
    """Times far from any campaign and follower counts that nobody can have, a note a column with the rows counted.

    Parameters
    ----------
    columns : mapping of str to Series
        The typed columns of one table, by our names.
    meaning : Meaning
        Where each stands in the file.
    headers : sequence of str
        What the file calls its columns.
    today : Timestamp, optional
        With its zone; now where not given.
    """
    now = pd.Timestamp.now("UTC") if today is None else today
    for name, place in meaning.columns.items():
        values, kind = columns[name], SCHEMA[meaning.table].kind(name)
        if kind == "time":
            odd = values.lt(pd.Timestamp(FIRST_YEAR, 1, 1, tz="UTC"))
            if meaning.table != "campaigns":
                odd |= values.gt(now + AHEAD)
            if odd.any():
                numbers = {"n": int(odd.sum()), "value": str(values[odd].iloc[0].date()), "year": str(FIRST_YEAR)}
                yield Note("tables.far-times", {"column": headers[place], **numbers})
        elif name in _PEOPLE:
            odd = values.lt(0) | values.gt(ALIVE)
            if odd.any():
                numbers = {"n": int(odd.sum()), "value": float(np.asarray(values[odd])[0])}
                yield Note("tables.impossible-followers", {"column": headers[place], **numbers})
