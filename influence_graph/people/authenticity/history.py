"""What an account's own history tells: growth that nothing explains, and followers who leave again.

A post that goes round the world brings followers too, and they see what comes after it. So growth counts only as far as
neither the views at the time nor those of later posts go with it, and by itself it is half a signal at most: what
happened may stand in no table of ours. Whether those who came see what is posted is a signal of its own, and a sharper
one than how an account compares with others: an account is its own peer.
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
LEAST_POSTS = 2
"""Posts before growth, and after it, under which nobody can say whether it is watched."""
WANDER = 0.2
"""What a post gets for each follower wanders by itself over months: its log by about a fifth."""
CLEAR, CERTAIN = 1.0, 3.0
"""Errors under what was usual before, at which a sudden growth begins to count as unwatched and where it counts fully.
Slow growth, which has more reasons, is held to `strength`.
"""
_OF_A_MEDIAN = float(np.sqrt(np.pi / 2.0))
"""Times the error of a mean is that of a median, of what is normal."""


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
        own usual growth, as a ratio; `decay` is the part of that growth which was lost again; `watched` is what a post
        gets for each follower while there are many, against that while there were few; NaN where there is no history,
        or too few posts before or after. O((history + posts) log).
    """
    found = _largest(history[history["followers"] > 0]).reindex(people)
    compared = against_peers(found["jump"], groups)
    sudden = strength(compared["deviation"]).where(found["jump"].ge(LEAST_JUMP) | found["jump"].isna(), 0.0)
    seen = 1.0 - _seen_at_the_time(found, posts)
    unexplained = np.minimum(seen, 1.0 - _came_along(found, posts))
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
        "watched": _watched(history, posts, sudden * seen),
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


def _seen_at_the_time(found: pd.DataFrame, posts: pd.DataFrame) -> pd.Series[float]:
    """How far views at the time explain the growth, from 0 to 1."""
    seen, age = _about(found, posts)
    views, by = seen["organic_views"], seen["person_id"]
    usual = views.groupby(by).median()
    around = age.between(-1.0, DAYS + AROUND)
    extra = (views - by.map(usual)).clip(lower=0.0)[around].groupby(by[around]).sum()
    gained = (found["peak"] - found["before"]).clip(lower=1.0)
    return (FOLLOWED_FOR * extra.reindex(found.index) / gained).clip(0.0, 1.0).fillna(0.0)


def _came_along(found: pd.DataFrame, posts: pd.DataFrame) -> pd.Series[float]:
    """How far later posts that more people saw explain the growth, from 0 to 1."""
    seen, age = _about(found, posts)
    log, by = logs(seen["organic_views"].clip(lower=1.0)), seen["person_id"]
    earlier = log[age > DAYS].groupby(by[age > DAYS]).median().reindex(found.index)
    later = log[age < 0].groupby(by[age < 0]).median().reindex(found.index)
    return ((later - earlier) / found["jump"].clip(lower=LEAST_JUMP)).clip(0.0, 1.0).fillna(0.0)


def _about(found: pd.DataFrame, posts: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Posts with views of whom growth is known, and how many days before the end of the growth each was made."""
    seen = posts.dropna(subset=["organic_views"]).join(found["at"], on="person_id")
    seen = seen[seen["at"].notna()]
    return seen, (seen["at"] - seen["shared_at"]).dt.total_seconds() / 86_400.0


def _watched(history: pd.DataFrame, posts: pd.DataFrame, sudden: pd.Series[float]) -> pd.DataFrame:
    """What a post gets for each follower while there are many, against that while there were few.

    Views are what posts get, engagement where an account's have none. Few and many part at the geometric mean of the
    least and the most followers. Followers who don't watch can't lessen it by more than followers rose, so no more than
    that counts: an account that falls out of favour bought nobody.
    """
    size = history.loc[history["followers"] > 0].groupby("creator_id")["followers"]
    ends = pd.DataFrame({"least": logs(size.min()), "most": logs(size.max())})[size.size() >= LEAST_ROWS]
    told = posts.join(ends, on="person_id")
    told = told[told["least"].notna()]
    who, seen = told["person_id"], told["organic_views"]
    got = seen.where(seen.groupby(who).transform("count") > 0, told["engagement"])
    size_then = logs(told["followers"])
    rate, many = logs(got) - size_then, size_then > (told["least"] + told["most"]) / 2.0
    sides = [rate[side].dropna().groupby(who[side]) for side in (~many, many)]
    few, more = (side.agg(["median", "size"]).reindex(sudden.index) for side in sides)
    change = (more["median"] - few["median"]).where(np.minimum(few["size"], more["size"]) >= LEAST_POSTS)
    around = (rate - rate.groupby([who, many]).transform("median")) ** 2
    scatter = around.groupby(who).mean().reindex(sudden.index) ** 0.5
    scatter = scatter.clip(lower=scatter.median())  # few posts may be alike by luck
    error = ((_OF_A_MEDIAN * scatter) ** 2 * (1.0 / few["size"] + 1.0 / more["size"]) + WANDER**2) ** 0.5
    fallen = (-change).clip(upper=(ends["most"] - ends["least"]).reindex(sudden.index)) / error
    abrupt = sudden * ((fallen - CLEAR) / (CERTAIN - CLEAR)).clip(0.0, 1.0)
    return pd.DataFrame(
        {
            "value": exps(change),
            "typical": change.where(change.isna(), 1.0),
            "strength": abrupt.clip(lower=strength(fallen)),
        }
    )
