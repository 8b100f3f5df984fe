"""What an account's own history tells: growth that nothing explains, and followers who leave again.

A post that goes round the world brings followers too, and they see what comes after it. So growth counts only as far as
neither the views at the time nor those of later posts go with it, and by itself it is half a signal at most: what
happened may stand in no table of ours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.people.authenticity.peers import against_peers, exps, logs, strength

DAYS = 14.0
"""Growth is looked at over this many days."""
AROUND = 21.0
"""Posts up to so many days before growth may explain it."""
FOLLOWED_FOR = 0.2
"""New followers for each view beyond the usual that a post may well bring: a generous one in five."""
LEAST_JUMP = np.log(1.15)
"""Growth by less than fifteen per cent in a fortnight is no jump, however even others grow."""
LOST_FROM, LOST_TO = 0.1, 0.5
"""Parts of a jump that are lost again, at which decay begins to count and where it counts fully."""
ALONE = 0.5
"""How strong growth is at most by itself."""
LEAST_ROWS = 4
"""Rows under which a history tells nothing."""


def by_history(
    history: pd.DataFrame, posts: pd.DataFrame, people: pd.Index, groups: list[pd.Series[str]]
) -> dict[str, pd.DataFrame]:
    """Signals that a history of follower counts gives.

    Parameters
    ----------
    history : DataFrame
        The followers table.
    posts : DataFrame
        As `posts_with_followers` gives them.
    people : Index
        Creators.
    groups : list of Series
        Their peers.

    Returns
    -------
    dict of str to DataFrame
        By signal: value, typical, strength. `growth` is the most that followers grew by in a fortnight beyond their
        own usual growth, as a ratio; `decay` is the part of that growth which was lost again; NaN where there is no
        history. O(history log history + posts).
    """
    found = _largest(history[history["followers"] > 0]).reindex(people)
    compared = against_peers(found["jump"], groups)
    sudden = strength(compared["deviation"]).where(found["jump"].ge(LEAST_JUMP) | found["jump"].isna(), 0.0)
    unexplained = 1.0 - _explained(found, posts)
    decay = ((found["lost"] - LOST_FROM) / (LOST_TO - LOST_FROM)).clip(0.0, 1.0)
    return {
        "growth": pd.DataFrame(
            {
                "value": exps(found["jump"]),
                "typical": exps(compared["typical"]),
                "strength": ALONE * sudden * unexplained,
            }
        ),
        "decay": pd.DataFrame(
            {
                "value": found["lost"].where(found["jump"].ge(LEAST_JUMP)),
                "typical": 0.0,
                "strength": decay * sudden,
            }
        ),
    }


def _largest(history: pd.DataFrame) -> pd.DataFrame:
    """Of each creator, the largest growth in a fortnight beyond their usual: its log (jump), when it ended (at),
    followers before it and at its peak, and the part of it that was lost again.
    """
    rows = history.sort_values(["creator_id", "at"], kind="stable")
    rows = rows.drop_duplicates(["creator_id", "at"], keep="last").reset_index(drop=True)
    rows = rows[rows.groupby("creator_id")["at"].transform("size") >= LEAST_ROWS].reset_index(drop=True)
    by = rows["creator_id"]
    code = pd.factorize(by)[0].astype(np.int64)
    day = (rows["at"] - rows["at"].min()).dt.total_seconds().to_numpy(dtype=np.float64) / 86_400.0
    size = rows["followers"].to_numpy(dtype=np.float64)
    log, place = np.log(size), np.arange(len(rows))
    first = np.searchsorted(code, code, side="left")
    paces = pd.Series(np.diff(log, prepend=np.nan) / np.maximum(np.diff(day, prepend=np.nan), 1e-9))
    pace = paces.where(place > first).groupby(code).transform("median").to_numpy(dtype=np.float64)
    key = code * (float(day.max(initial=0.0)) + DAYS + 1.0) + day
    start = np.maximum(np.minimum(np.searchsorted(key, key - DAYS, side="left"), place - 1), first)
    grown = pd.Series(log - log[start] - pace * (day - day[start]))
    end = grown.groupby(code).idxmax().to_numpy(dtype=np.int64)
    least = pd.Series(size[::-1]).groupby(code[::-1]).cummin().to_numpy(dtype=np.float64)[::-1]
    before, peak = size[start[end]], size[end]
    lost = np.divide(peak - least[end], peak - before, out=np.full(end.size, np.nan), where=peak > before)
    told = {"jump": grown.to_numpy()[end], "at": rows["at"].iloc[end].array, "before": before, "peak": peak}
    return pd.DataFrame(told, index=pd.Index(by.iloc[end], name="person_id")).assign(lost=lost)


def _explained(found: pd.DataFrame, posts: pd.DataFrame) -> pd.Series[float]:
    """How far posts explain the growth, from 0 to 1: by views at the time, or by later posts that more people saw."""
    seen = posts.dropna(subset=["organic_views"]).join(found[["jump", "at", "before", "peak"]], on="person_id")
    seen = seen[seen["at"].notna()]
    age = (seen["at"] - seen["shared_at"]).dt.total_seconds() / 86_400.0
    views, by = seen["organic_views"], seen["person_id"]
    usual = views.groupby(by).median()
    around = age.between(-1.0, DAYS + AROUND)
    extra = (views - by.map(usual)).clip(lower=0.0)[around].groupby(by[around]).sum()
    gained = (found["peak"] - found["before"]).clip(lower=1.0)
    by_views = (FOLLOWED_FOR * extra.reindex(found.index) / gained).clip(0.0, 1.0)
    log = logs(views.clip(lower=1.0))
    earlier = log[age > DAYS].groupby(by[age > DAYS]).median().reindex(found.index)
    later = log[age < 0].groupby(by[age < 0]).median().reindex(found.index)
    came_along = ((later - earlier) / found["jump"].clip(lower=LEAST_JUMP)).clip(0.0, 1.0)
    explained: pd.Series[float] = pd.concat([by_views, came_along], axis=1).max(axis=1).fillna(0.0)
    return explained
