"""The mix of roles: whose people, conversions, value and reach a programme runs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.sums import unique
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
    ids, everybody = pd.Index(people["person_id"]), np.arange(len(people))
    unknown = pd.Series(index=people.index, dtype="float64")
    reach = people.get("audience", unknown).to_numpy(dtype=np.float64, na_value=np.nan)
    rows = (tables.shares, "shared_at"), (tables.counted, "converted_at"), (credit, "converted_at")
    shared, ordered, credited = (ids.get_indexer(pd.Index(each["person_id"])) for each, _ in rows)
    community, groups = _keys(people.get("community", unknown))
    keys = {
        "campaign": _split_up(*(each["campaign_id"] for each, _ in rows)),
        "month": _split_up(*(month_of(each[at]) for each, at in rows)),
    }
    parts = []
    for scope in _SCOPES:
        if scope in keys:
            (of_share, of_order, of_credit), names = keys[scope]
            who, key, active = _present(shared, of_share, ordered, of_order, len(names))
            reached = np.where(active, reach[who], np.nan)
        else:
            names = groups if scope == "community" else [""]
            own = community if scope == "community" else np.zeros(len(people), dtype=np.int64)
            who, key, reached = everybody, own, reach
            of_credit = np.append(own, len(groups) - 1 if scope == "community" else 0)[credited]
        amounts = {
            "people": (who, key, np.ones(who.size)),
            "driven": (credited, of_credit, credit["credit"].to_numpy(dtype=np.float64)),
            "value": (credited, of_credit, credit["value_credit"].to_numpy(dtype=np.float64)),
            "reach": (who, key, reached),
        }
        split = ((measure, _split(*amounts[measure], names, memberships)) for measure in _MEASURES)
        parts += [part.assign(scope=scope, measure=measure) for measure, part in split]
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    rank = {name: place for place, name in enumerate((*_SCOPES, *_MEASURES))}
    return table.sort_values(
        ["scope", "key", "measure"], key=lambda c: c if c.name == "key" else c.map(rank), ignore_index=True
    )[list(_COLUMNS)]


def _keys(values: pd.Series[Any]) -> tuple[NDArray[np.int64], list[str]]:
    """The number of each value, and each as text; an empty one where there is none."""
    codes, met = pd.factorize(values)
    return np.where(codes < 0, len(met), codes), [*pd.Series(met).astype("str"), ""]


def _split_up(*columns: pd.Series[Any]) -> tuple[list[NDArray[np.int64]], list[str]]:
    """Columns as numbers of the same texts."""
    codes, names = _keys(pd.concat(columns, ignore_index=True))
    return np.split(codes, np.cumsum([len(column) for column in columns])[:-1]), names


def _present(
    shared: NDArray[np.int64], of_share: NDArray[np.int64], ordered: NDArray[np.int64], of_order: NDArray[np.int64],
    keys: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:  # fmt: skip
    """Each person once in each campaign or month they were active in, and whether they shared there."""
    posts, orders = ((who * keys + key)[who >= 0] for who, key in ((shared, of_share), (ordered, of_order)))
    active = unique(np.concatenate([posts, orders]))
    sharing = np.zeros(active.size, dtype=bool)
    sharing[np.searchsorted(active, unique(posts))] = True
    return active // keys, active % keys, sharing


def _split(
    place: NDArray[np.int64],
    key: NDArray[np.int64],
    amount: NDArray[np.float64],
    names: Sequence[str],
    memberships: NDArray[np.float64],
) -> pd.DataFrame:
    """Sums of amount by key and role; what no role holds is unassigned. Unknown amounts are left out."""
    known = ~np.isnan(amount)
    at = place[known]
    held = np.where((at >= 0)[:, None], memberships[at], 0.0) if len(memberships) else np.zeros((at.size, len(ROLES)))
    rest = 1.0 - held.sum(axis=1)
    split = pd.DataFrame(held, columns=list(ROLES)).assign(unassigned=np.where(rest > _ROUNDING, rest, 0.0))
    summed: pd.DataFrame = split.mul(amount[known], axis=0).groupby(key[known]).sum()
    summed.insert(0, "key", pd.Series([names[each] for each in summed.index], index=summed.index, dtype="str"))
    return summed
