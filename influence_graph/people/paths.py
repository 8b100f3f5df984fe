"""Roles over time: what a person was to the programme by the end of each month, and how many move which way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.people.history import Record
from influence_graph.people.numbered import Floats
from influence_graph.people.signs import Part

STATES = ("buyer", "advocate", "ugc", "influencer")
"""From the first order on, in the order in which a brand hopes that people go."""
NEW = "new"
MOVES = ("month", "source", "target", "people")
MONTHS = 24
"""The latest months that are told."""


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
    """What people had become by each month's end, and how many moved; None where nothing happened. O(months x rows)."""
    told = _by_number(record)
    if told.empty:
        return None
    by = told.groupby("month", sort=True)
    months = by[list(STATES)].sum()
    months.insert(0, "people", by.size())
    return Course(months.reset_index().astype({"month": "str"}), moves(told))


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
    told = _by_number(record)
    ids = record.of_sharers.numbered.people[told["person_id"]]
    return told.assign(person_id=pd.Series(ids, dtype="str"), month=told["month"].astype("str"))


def _by_number(record: Record) -> pd.DataFrame:
    """The same by people's numbers among those who ever shared, which are in order of their ids."""
    theirs = record.of_sharers
    shares, bought, touches = theirs.tables.shares["shared_at"], theirs.bought["converted_at"], theirs.tables.touches
    times = pd.concat([shares, bought])
    if times.empty:
        return pd.DataFrame({"person_id": pd.Series(dtype="int64"), "month": pd.Series(dtype="str")}).assign(
            **dict.fromkeys(STATES, pd.Series(dtype="float64"))
        )
    numbered, then = theirs.numbered, _followers(theirs)
    first, last = (f"{moment:%Y-%m}" for moment in (times.min(), times.max()))
    months = pd.period_range(first, last, freq="M")[-MONTHS:]
    people, states = [], []
    for month in months:
        end = pd.Timestamp((month + 1).start_time, tz="UTC")
        shared, placed, touched = ((rows < end).to_numpy() for rows in (shares, bought, touches["touched_at"]))
        ordered = np.zeros(len(numbered.people), dtype=bool)
        ordered[numbered.bought.person[placed]] = True
        here = ordered.copy()
        here[numbered.shares.person[shared]] = True
        found = theirs.seen(Part(shared, placed, touched, then(end)))
        state = np.zeros((here.size, len(STATES)))
        state[found.index, 1:] = found[list(STATES[1:])].fillna(0.0)
        state[:, 0] = (state.sum(axis=1) == 0) & ordered
        people.append(np.flatnonzero(here))
        states.append(state[here])
    who = np.concatenate(people)
    order = np.argsort(who, kind="stable")
    told = pd.DataFrame(np.concatenate(states)[order], columns=list(STATES))
    of = np.repeat(np.arange(len(months)), [each.size for each in people])[order]
    names = pd.Index(months.astype("str"))
    told.insert(0, "month", pd.Series(pd.Categorical.from_codes(of.tolist(), names)))
    told.insert(0, "person_id", who[order])
    return told


def _followers(record: Record) -> Callable[[pd.Timestamp], Floats]:
    """Tells everybody's followers at a time: the last count until then, or the first there is, or those declared."""
    history = record.tables.followers.dropna(subset=["followers"]).sort_values("at", kind="stable")
    person = record.numbered.people.get_indexer(pd.Index(history["creator_id"]))
    known = person >= 0
    person, at = person[known], history["at"][known]
    counts = history["followers"].to_numpy(dtype=np.float64)[known]
    begun = record.numbered.followers.copy()
    begun[person[::-1]] = counts[::-1]

    def then(end: pd.Timestamp) -> Floats:
        until, told = (at < end).to_numpy(), begun.copy()
        told[person[until]] = counts[until]
        return told

    return then


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
    who = paths["person_id"].to_numpy()
    same[1:] = who[1:] == who[:-1]
    before = np.where(same[:, None], np.roll(state, 1, axis=0), 0.0)
    gained, lost = np.maximum(state - before, 0.0), np.maximum(before - state, 0.0)
    fresh = np.maximum(gained.sum(axis=1) - lost.sum(axis=1), 0.0)  # from nothing at all
    part = gained / np.maximum(gained.sum(axis=1, keepdims=True), 1e-300)
    rows = []
    month, names = pd.factorize(paths["month"], sort=True)
    for place, source in enumerate((*STATES, NEW)):
        amount = part * (lost[:, place] if source != NEW else fresh)[:, None]
        summed = pd.DataFrame(amount, columns=list(STATES)).groupby(month).sum()
        summed.insert(0, "month", pd.Series(np.asarray(names)[summed.index], index=summed.index, dtype="str"))
        rows.append(summed.melt("month", var_name="target", value_name="people"))
        rows[-1]["source"] = source
    told = pd.concat(rows, ignore_index=True)
    told = told[told["people"] > 1e-9].sort_values(["month", "source", "target"], ignore_index=True)
    return told[list(MOVES)]
