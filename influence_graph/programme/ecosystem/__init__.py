"""What a programme rests on: how few people, which roles, and whether the customers they bring come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.people import ROLES, RoleAnchors
from influence_graph.people.signs import recommending
from influence_graph.programme.ecosystem.concentration import concentration, effective, gini, knockout
from influence_graph.programme.ecosystem.customers import returning, sent_back
from influence_graph.programme.ecosystem.lasting import Rates, rates
from influence_graph.programme.ecosystem.months import months
from influence_graph.programme.ecosystem.sentences import tell
from influence_graph.programme.mapped import Mapped
from influence_graph.tables.deals import Deals
from influence_graph.tables.privacy import pseudonyms
from influence_graph.tables.schema import Note

__all__ = ["Ecosystem", "ecosystem", "effective", "gini"]

_RATES = "rate low high against against_low against_high against_sure_low against_sure_high".split()
LASTING = (
    "source",
    "customers",
    *(f"{name}_{part}".removesuffix("_rate") for name in ("again", "sent_back") for part in _RATES),
    "shares",
    "unpaid",
)
"""The columns of ecosystem.csv."""


@dataclass(frozen=True)
class Ecosystem:
    """What a programme rests on.

    Attributes
    ----------
    concentration : DataFrame
        measure (gini, effective, top_1, top_10), value, low, high, over everybody who shared.
    knockout : DataFrame
        people, names, direct and lost (parts of what was driven), each with ``_low`` and ``_high``. Who is no creator
        has a pseudonym.
    months : DataFrame
        month, driven, and the part of each role in it with its interval.
    lasting : DataFrame
        One row a source (influencer, ugc, advocate, organic): customers (expected number, in parts); again (further
        orders by themselves per customer within `days`) with ``_low``, ``_high``, and again_against (less the organic
        rate) with its interval, and with the one that sentences go by, ``_sure_low``, ``_sure_high``; sent_back
        likewise, a part of orders; shares (recommendations, in parts, of which it is known whether they were paid) and
        unpaid (the part that was not). NaN where it can't be told.
    days : int or None
        How long each customer was watched.
    notes : tuple of Note
        The same in sentences.
    """

    concentration: pd.DataFrame
    knockout: pd.DataFrame
    months: pd.DataFrame
    lasting: pd.DataFrame
    days: int | None
    notes: tuple[Note, ...]


def ecosystem(result: Mapped, *, progress: Callable[[str, int, int], None] | None = None) -> Ecosystem:
    """What a programme rests on, and which roles bring customers who come back.

    Parameters
    ----------
    result : MapResult
        A finished map.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Ecosystem
        The same for the same map. Cost O(draws x people who shared + orders); where orders were refunded, one more
        fit without draws.
    """
    step = progress or (lambda *_: None)
    step("ecosystem.stage", 0, 3)
    drivers, workings, creators = result.drivers, result.drivers.workings, result.people[result.people["is_creator"]]
    named = dict(zip(creators["person_id"], creators["name"].fillna(creators["person_id"]), strict=True))
    fitted = workings is not None and workings.draws is not None
    spread = pd.DataFrame() if workings is None else concentration(workings)
    out = pd.DataFrame() if workings is None else knockout(workings)
    if len(out):
        out.insert(1, "names", [_called(who, named) for who in out.pop("person_ids")])
    by_month = months(drivers, result.people)
    step("ecosystem.stage", 1, 3)
    watched = returning(result.tables, drivers, result.people) if fitted else None
    step("ecosystem.stage", 2, 3)
    back = sent_back(result.tables, result.network, drivers, result.people) if fitted else None
    repeat = None
    if watched is not None:
        told = watched[0]
        repeat = rates(told, told["again"].to_numpy(), _number(told["month"]), _number(told["of"]))
    returns = None
    if back is not None:
        returns = rates(back, back["back"].to_numpy(), _number(back["month"]), _number(back["of"]))
    lasting = _lasting(repeat, returns, _free(result))
    days = watched[1] if watched is not None else None
    step("ecosystem.stage", 3, 3)
    notes = tuple(tell(drivers.total, spread, out, by_month, lasting, repeat, returns, days))
    return Ecosystem(spread, out, by_month, lasting, days, notes)


def _number(keys: pd.Series) -> np.ndarray:
    return np.asarray(pd.factorize(keys, sort=True)[0], dtype=np.float64)


def _called(who: list[str], named: dict[str, str]) -> list[str]:
    """Creators by name, others by pseudonym."""
    masks = dict(zip(who, pseudonyms(who), strict=True))
    return [str(named.get(person, masks[person])) for person in who]


def _lasting(repeat: Rates | None, returns: Rates | None, free: pd.DataFrame) -> pd.DataFrame:
    """All that is told of each source in one row."""
    told = pd.DataFrame(index=pd.Index([*ROLES, "organic"], name="source"))
    told["customers"] = np.nan if repeat is None else repeat.table.set_index("source")["customers"]
    for name, found in (("again", repeat), ("sent_back", returns)):
        known = None if found is None else found.table.set_index("source")
        for column in _RATES:
            into = f"{name}_{column}".removesuffix("_rate")
            told[into] = np.nan if known is None else known[column]
    return told.join(free).reset_index()


def _free(result: Mapped) -> pd.DataFrame:
    """Recommendations of each role of which it is known whether they were paid, and the part that was not."""
    shares = recommending(result.tables.shares, RoleAnchors())
    deals = Deals.of(shares)
    held = result.people.set_index("person_id")[list(ROLES)].astype("float64").fillna(0.0)
    part = held.reindex(shares["person_id"]).fillna(0.0).to_numpy()
    known, unpaid = part[deals.unpaid | deals.paid].sum(axis=0), part[deals.unpaid].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame({"shares": known, "unpaid": np.where(known > 0, unpaid / known, np.nan)}, index=list(ROLES))
