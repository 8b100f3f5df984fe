"""When to post: for each person the best slots of the community that most of their audience is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

PLANNED = ("person_id", "name", "community", "post", "day", "from_hour", "to_hour")
MOST = 7
"""Posts that are planned for a person in a campaign at most: one a day of a week."""


def calendar(
    people: Sequence[str],
    names: Mapping[str, str],
    home: Mapping[str, str],
    shares: pd.DataFrame,
    hours: pd.DataFrame,
    best: pd.DataFrame,
) -> pd.DataFrame:
    """As many slots for each person as they usually have posts in a campaign, the surest gain first.

    Parameters
    ----------
    people : sequence of str
    names, home : mapping of str to str
        What to call each, and the community of most of their audience, "" for none.
    shares : DataFrame
        person_id and campaign_id of all posts.
    hours, best : DataFrame
        As `Timing` holds them.

    Returns
    -------
    DataFrame
        The columns of `PLANNED`, a row a post; no day nor hour where nothing shows that hours matter. Two posts of a
        person are on different days.
    """
    theirs = shares[shares["person_id"].isin(people)]
    number = theirs.groupby(["person_id", "campaign_id"], dropna=False).size().groupby("person_id").median()
    evident = set(best.loc[best["evident"].astype(bool), "community"])
    rows = []
    for person in people:
        posts = int(np.clip(round(float(number.get(person, 1.0))), 1, MOST))
        community = home.get(person, "")
        asked = community if community in evident else "" if "" in evident else None
        slots = hours[hours["community"].eq(asked)] if asked is not None else hours.head(0)
        slots = slots.sort_values(["low_against", "against", "day", "from_hour"], ascending=[False, False, True, True])
        days = slots.drop_duplicates("day")[["day", "from_hour", "to_hour"]].head(posts).to_numpy(dtype=np.float64)
        for post in range(posts):
            slot = days[post] if post < len(days) else (np.nan, np.nan, np.nan)
            rows.append((person, names.get(person, person), community, post + 1, *slot))
    told = pd.DataFrame(rows, columns=list(PLANNED))
    return told.astype(dict.fromkeys(("day", "from_hour", "to_hour"), "Int64"))
