"""Roles over time: what a person was to the programme by the end of each month, and how many move which way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.people.anchors import ROLES
from influence_graph.people.history import Record
from influence_graph.tables.schema import Note

STATES = ("buyer", "advocate", "ugc", "influencer")
"""From the first order on, in the order in which a brand hopes that people go."""
NEW = "new"
MOVES = ("month", "source", "target", "people")
MONTHS = 24
"""The latest months that are told."""
MOST_ROWS = 150_000
"""Rows times months up to which a map tells the course of roles by itself."""


@dataclass(frozen=True)
class Course:
    """How roles came about, by month.

    Attributes
    ----------
    months : DataFrame
        month, people (who had shared or ordered by its end, of those who ever share), then how many of them were buyer,
        advocate, ugc and influencer: sums of memberships, less than `people` where nothing tells yet.
    moves : DataFrame
        As `moves` gives it.
    """

    months: pd.DataFrame
    moves: pd.DataFrame


def course(record: Record) -> Course | None:
    """What people had become by each month's end, and how many moved.

    None where nothing happened, and where it would take long: then `course_left` says so. O(months x rows).
    """
    if not _months(record) or course_left(record):
        return None
    told = paths(record)
    by = told.groupby("month", sort=True)
    months = by[list(STATES)].sum()
    months.insert(0, "people", by.size())
    return Course(months.reset_index(), moves(told))


def course_left(record: Record) -> Note | None:
    """That a map leaves the course of roles to `influence_graph.roles`, beyond `MOST_ROWS`; None where it does not."""
    rows = len(record.tables.shares) + len(record.bought) + len(record.tables.touches)
    months = _months(record)
    return Note("people.course-left", {"rows": rows, "months": months}) if rows * months > MOST_ROWS else None


def _months(record: Record) -> int:
    """How many months would be told: from the first share or order to the last, and `MONTHS` at most."""
    times = pd.concat([record.tables.shares["shared_at"], record.bought["converted_at"]])
    if times.empty:
        return 0
    return min(int(12 * (times.max().year - times.min().year) + times.max().month - times.min().month + 1), MONTHS)


def paths(record: Record) -> pd.DataFrame:
    """What everybody who ever shared had become by the end of each month.

    By then they are what all they had done until then says: a buyer, as long as they have ordered and nothing speaks
    for a role; else their memberships. Followers are those of the history at that time, where there is one.

    Returns
    -------
    DataFrame
        person_id, month (2024-05, UTC), buyer, advocate, ugc, influencer (sum 1, or 0 all four where nothing tells
        yet), by person and month, from each person's first share or order on, over the latest 24 months.
        O(months x rows).
    """
    shares, bought, touches = record.tables.shares, record.bought, record.tables.touches
    times = pd.concat([shares["shared_at"], bought["converted_at"]])
    if times.empty:
        return pd.DataFrame({"person_id": pd.Series(dtype="str"), "month": pd.Series(dtype="str")}).assign(
            **dict.fromkeys(STATES, pd.Series(dtype="float64"))
        )
    first, last = (f"{moment:%Y-%m}" for moment in (times.min(), times.max()))
    parts = []
    for month in pd.period_range(first, last, freq="M")[-MONTHS:]:
        end = pd.Timestamp((month + 1).start_time, tz="UTC")
        until = [
            (rows < end).to_numpy() for rows in (shares["shared_at"], bought["converted_at"], touches["touched_at"])
        ]
        here = pd.Index(np.union1d(shares["person_id"][until[0]], bought["person_id"][until[1]]), dtype="str")
        found = record.seen(*until, followers=_followers(record.tables.followers, end)).reindex(here)
        state = found[list(ROLES)].fillna(0.0)
        state["buyer"] = ((state.sum(axis=1) == 0) & here.isin(bought["person_id"][until[1]])).astype("float64")
        parts.append(state[list(STATES)].rename_axis("person_id").reset_index().assign(month=str(month)))
    told = pd.concat(parts, ignore_index=True)[["person_id", "month", *STATES]]
    return told.sort_values(["person_id", "month"], ignore_index=True)


def _followers(history: pd.DataFrame, end: pd.Timestamp) -> pd.Series[float]:
    """Followers at a time: the last count until then, or the first there is."""
    known = history.dropna(subset=["followers"]).sort_values("at", kind="stable")
    until = known[known["at"] < end].drop_duplicates("creator_id", keep="last")
    counts = pd.concat([until, known]).drop_duplicates("creator_id").set_index("creator_id")["followers"]
    return counts.astype("float64")


def moves(paths: pd.DataFrame) -> pd.DataFrame:
    """How many people moved from what to what from one month to the next.

    Nobody is put into a box: where an advocate by 0.9 and UGC creator by 0.1 becomes one by 0.4 and 0.6, half a person
    moved. What somebody lost goes to what they gained, in proportion.

    Parameters
    ----------
    paths : DataFrame
        As `paths` gives it.

    Returns
    -------
    DataFrame
        month, source, target (buyer, advocate, ugc, influencer; source new: who was not there before), people, without
        rows of none.
    """
    state = paths[list(STATES)].to_numpy(dtype=np.float64)
    same = np.zeros(len(paths), dtype=bool)
    same[1:] = (paths["person_id"].to_numpy()[1:] == paths["person_id"].to_numpy()[:-1]) if len(paths) else False
    before = np.where(same[:, None], np.roll(state, 1, axis=0), 0.0)
    gained, lost = np.maximum(state - before, 0.0), np.maximum(before - state, 0.0)
    fresh = np.maximum(gained.sum(axis=1) - lost.sum(axis=1), 0.0)  # from nothing at all
    part = gained / np.maximum(gained.sum(axis=1, keepdims=True), 1e-300)
    rows = []
    for place, source in enumerate((*STATES, NEW)):
        amount = part * (lost[:, place] if source != NEW else fresh)[:, None]
        summed = pd.DataFrame(amount, columns=list(STATES)).groupby(paths["month"].to_numpy()).sum()
        rows.append(summed.rename_axis("month").reset_index().melt("month", var_name="target", value_name="people"))
        rows[-1]["source"] = source
    told = pd.concat(rows, ignore_index=True)
    told = told[told["people"] > 1e-9].sort_values(["month", "source", "target"], ignore_index=True)
    return told[list(MOVES)]
