"""The mix of roles: whose people, conversions, value and reach a programme runs on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.people.anchors import ROLES
from influence_graph.tables.schema import Tables
from influence_graph.tables.times import month_of

__all__ = ["mix"]

_COLUMNS = ("scope", "key", "measure", *ROLES, "unassigned")
_SCOPES = ("all", "campaign", "community", "month")
_MEASURES = ("people", "driven", "value", "reach")
_ROUNDING = 1e-9


def mix(people: pd.DataFrame, credit: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Split what everybody brings by their memberships, over all and per campaign, community and month.

    Each amount is multiplied by its person's memberships; what belongs to people without any role is `unassigned`, so
    that the four columns sum to the total of the scope. Conversions that nobody drove are no part of it.

    - people: everybody of `people`; per campaign and month those who shared or ordered in it.
    - driven: conversions credited; value: their value, where known.
    - reach: audiences added, so that a person in two audiences counts twice; per campaign and month of those who
      shared in it.

    Parameters
    ----------
    people : DataFrame
        person_id, influencer, ugc, advocate; audience and community where known.
    credit : DataFrame
        campaign_id, converted_at, person_id (who is credited), credit, value_credit.
    tables : Tables
        Resolved: shares and conversions say who was active where.

    Returns
    -------
    DataFrame
        scope (all, campaign, community, month), key, measure (people, driven, value, reach), influencer, ugc,
        advocate, unassigned. The key is empty for `all`, and for what belongs to no campaign or community; months
        are those of UTC, as 2024-05. O(rows log rows).
    """
    memberships = people[list(ROLES)].fillna(0.0).astype("float64").to_numpy()
    place = pd.Series(np.arange(len(people)), index=people["person_id"])
    everybody = _everybody(people)
    shared = _active(tables.shares, "shared_at").assign(shared=True)
    ordered = _active(tables.counted, "converted_at").assign(shared=False)
    active = pd.concat([shared, ordered], ignore_index=True)
    active = active[active["person_id"].isin(everybody["person_id"])]
    credited = pd.DataFrame(
        {
            "person_id": credit["person_id"],
            "campaign": _text(credit["campaign_id"]),
            "month": _month(credit["converted_at"]),
            "driven": credit["credit"],
            "value": credit["value_credit"],
        }
    ).merge(everybody[["person_id", "community"]], on="person_id", how="left")
    credited["community"] = _text(credited["community"])
    of_credit = _places(place, credited["person_id"])
    parts = []
    for scope in _SCOPES:
        present = everybody if scope in ("all", "community") else _present(active, everybody, scope)
        of_present = _places(place, present["person_id"])
        for measure in _MEASURES:
            amounts = credited if measure in ("driven", "value") else present
            where = of_credit if measure in ("driven", "value") else of_present
            key = amounts[scope] if scope in amounts else pd.Series("", index=amounts.index)
            part = _split(where, key, amounts[measure], memberships)
            parts.append(part.assign(scope=scope, measure=measure))
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    rank = {name: place for place, name in enumerate((*_SCOPES, *_MEASURES))}
    return table.sort_values(
        ["scope", "key", "measure"], key=lambda c: c if c.name == "key" else c.map(rank), ignore_index=True
    )[list(_COLUMNS)]


def _everybody(people: pd.DataFrame) -> pd.DataFrame:
    """Each person once, with what they count for: one head, one audience."""
    unknown = pd.Series(index=people.index, dtype="float64")
    return pd.DataFrame(
        {
            "person_id": people["person_id"],
            "community": _text(people.get("community", unknown)),
            "people": 1.0,
            "reach": people.get("audience", unknown),
        }
    )


def _active(rows: pd.DataFrame, at: str) -> pd.DataFrame:
    """Who was active, in which campaign and month."""
    known = rows[rows["person_id"].notna()]
    where = {"campaign": _text(known["campaign_id"]), "month": _month(known[at])}
    return pd.DataFrame({"person_id": known["person_id"], **where}).drop_duplicates()


def _present(active: pd.DataFrame, everybody: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Each person once in each campaign or month they were active in; their audience where they shared."""
    once = active.groupby(["person_id", scope], as_index=False)["shared"].max()
    told: pd.DataFrame = once.merge(everybody[["person_id", "people", "reach"]], on="person_id")
    told["reach"] = told["reach"].where(told["shared"].astype(bool))
    return told


def _places(place: pd.Series[int], person: pd.Series[str]) -> NDArray[np.int64]:
    """Where each person stands, -1 for who is not among the people."""
    return place.index.get_indexer(pd.Index(person)).astype(np.int64)


def _split(
    place: NDArray[np.int64], key: pd.Series[str], amount: pd.Series[float], memberships: NDArray[np.float64]
) -> pd.DataFrame:
    """Sums of amount by key and role; what no role holds is unassigned. Unknown amounts are left out."""
    known = amount.notna().to_numpy(dtype=bool)
    at = place[known]
    held = np.where((at >= 0)[:, None], memberships[at], 0.0) if len(memberships) else np.zeros((at.size, len(ROLES)))
    rest = 1.0 - held.sum(axis=1)
    split = pd.DataFrame(held, columns=list(ROLES)).assign(unassigned=np.where(rest > _ROUNDING, rest, 0.0))
    amounts = amount[known].to_numpy(dtype="float64")
    keys = key[known].reset_index(drop=True).rename("key")
    summed: pd.DataFrame = split.mul(amounts, axis=0).groupby(keys).sum().reset_index()
    return summed


def _month(times: pd.Series[Any]) -> pd.Series[str]:
    return _text(month_of(times))


def _text(keys: pd.Series[Any]) -> pd.Series[str]:
    """Keys as text, an empty one where there is none."""
    return keys.astype("str").where(keys.notna(), "")
