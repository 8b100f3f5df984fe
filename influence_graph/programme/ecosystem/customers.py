"""Whose customers come back, and whose orders are sent back: each order is partly this role's, partly nobody's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.credit import by_order
from influence_graph.drivers.drive import Drivers, Workings
from influence_graph.drivers.em import maximise, settle, start
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.network import Network
from influence_graph.people import ROLES
from influence_graph.tables.orders import orders
from influence_graph.tables.schema import Tables
from influence_graph.tables.statuses import standing
from influence_graph.tables.times import month_of

Floats = NDArray[np.float64]
DAYS = (365, 180, 90, 60, 30)
"""How long customers are watched: the longest of these for which at least half of them can be."""
SETTLED_DAYS = 30
"""An order younger than this may yet be sent back."""
PARTS = (*ROLES, "unassigned", "organic")


def brought(credit: pd.DataFrame, people: pd.DataFrame, ordered: pd.DataFrame) -> pd.DataFrame:
    """By whom each order was brought, in parts that sum to 1: each role, people without any, and organic.

    Parameters
    ----------
    credit : DataFrame
        conversion_id, person_id (who drove), credit.
    people : DataFrame
        person_id and memberships.
    ordered : DataFrame
        conversion_id and count.

    Returns
    -------
    DataFrame
        Indexed by conversion_id, in the order of `ordered`; the columns of `PARTS`.
    """
    held = people.set_index("person_id")[list(ROLES)].astype("float64").fillna(0.0)
    known = credit[credit["conversion_id"].notna()]
    part = held.reindex(known["person_id"]).fillna(0.0).mul(known["credit"].to_numpy(), axis=0)
    part["unassigned"] = known["credit"].to_numpy() - part.sum(axis=1)
    by = part.groupby(known["conversion_id"].to_numpy()).sum().reindex(ordered["conversion_id"], fill_value=0.0)
    by = by.div(ordered["count"].to_numpy(), axis=0).clip(lower=0.0)
    by["organic"] = 1.0 - by.sum(axis=1)
    return by.clip(lower=0.0)[list(PARTS)]


def returning(tables: Tables, drivers: Drivers, people: pd.DataFrame) -> tuple[pd.DataFrame, int] | None:
    """Every customer whose first order can be watched long enough, and how often they came back by themselves.

    Who follows those who post much is driven to order again by their next posts: that is no loyalty, and what those
    posts are expected to drive is taken off.

    Returns
    -------
    (DataFrame, int), or None
        Indexed by person: parts by which the first order was brought (`PARTS`), month of it, again: further orders
        within so many days of it, less what posts of people they follow are expected to drive in that time, of: who
        drove the first order, or themselves. The days. None where too few can be watched for 30 days.
        O(customers x whom they follow).
    """
    counted = tables.counted
    own = counted[counted["person_id"].notna()]
    first = own.drop_duplicates("person_id", keep="first")  # orders stand in time
    room = _days(counted["converted_at"].max() - first["converted_at"])
    days = next((days for days in DAYS if len(room) and (room >= days).mean() >= 0.5), None)
    if days is None or drivers.workings is None:
        return None
    later = own.merge(first[["person_id", "conversion_id", "converted_at"]], on="person_id", suffixes=("", "_first"))
    gap = _days(later["converted_at"] - later["converted_at_first"])
    later = later[later["conversion_id"].ne(later["conversion_id_first"]) & (gap <= days)]
    first = first[(room >= days).to_numpy()]
    told = brought(drivers.credit, people, first).set_index(first["person_id"].to_numpy())
    told["month"] = month_of(first["converted_at"]).to_numpy()
    further = later.groupby("person_id")["count"].sum().reindex(told.index).fillna(0.0).to_numpy()
    told["again"] = further - _driven_again(drivers.workings, first, days, drivers.total["delay_median_days"])
    told["of"] = main_driver(drivers.credit, first).to_numpy()
    return told, days


def main_driver(credit: pd.DataFrame, ordered: pd.DataFrame) -> pd.Series[str]:
    """Who drove most of each order, where that was more likely than not, else its buyer: whose luck it shares."""
    most = credit[credit["credit"] > 0.5].sort_values("credit").drop_duplicates("conversion_id", keep="last")
    by = most.set_index("conversion_id")["person_id"].reindex(ordered["conversion_id"]).to_numpy(dtype=object)
    told: pd.Series[str] = pd.Series(by, index=ordered.index).fillna(ordered["person_id"])
    return told


def _driven_again(workings: Workings, first: pd.DataFrame, days: int, lag: float) -> Floats:
    """(customers,) float64: orders that posts are expected to drive within so many days of a first order.

    A post counts whole where half of what it drives has come (`lag` days after it) within those days.
    """
    exposure, follows = workings.exposure, workings.exposure.follows
    begun = np.maximum(np.asarray(_days(first["converted_at"] - exposure.begin), dtype=np.float64) - lag, 0.0)
    person = _person_of(exposure, first["conversion_id"])
    inside = np.maximum(person, 0)
    number = np.where(person >= 0, follows.ptr[inside + 1] - follows.ptr[inside], 0)
    who = np.repeat(np.arange(len(first)), number)
    author = follows.author[np.arange(who.size) + (follows.ptr[inside] - np.cumsum(number) + number)[who]]
    span = float(exposure.shares["time"].max()) + days + 1.0
    key = np.sort(exposure.shares["author"].to_numpy() * span + exposure.shares["time"].to_numpy())
    ends = (np.minimum(begun[who] + more, span - 0.5) for more in (0, days))
    before, after = (np.searchsorted(key, author * span + end) for end in ends)
    sold = workings.fit.parameters.theta[author] * (after - before)
    return np.asarray(np.bincount(who, weights=sold, minlength=len(first)), dtype=np.float64)


def _person_of(exposure: Exposure, order: pd.Series[str]) -> NDArray[np.int64]:
    """The number in the network of who placed each order, -1 for who is not part of it."""
    place = pd.Index(exposure.orders["conversion_id"]).get_indexer(pd.Index(order))
    event = np.where(place >= 0, exposure.events.of_order[place], -1)
    return np.where(event >= 0, exposure.events.person[event], -1)


def _days(spans: pd.Series) -> pd.Series[float]:
    days: pd.Series[float] = spans.dt.total_seconds() / 86_400.0
    return days


def sent_back(tables: Tables, network: Network, drivers: Drivers, people: pd.DataFrame) -> pd.DataFrame | None:
    """Every order that was delivered, by whom it was brought, and whether money went back for it.

    Orders that were fully refunded count for nothing elsewhere; here they are shared out like all others, by the
    fitted model.

    Returns
    -------
    DataFrame, or None
        Indexed by order: parts by which it was brought (`PARTS`), month, of (who drove it, or its buyer), back (1.0 or
        0.0). Orders of the last 30 days are left out. None where no order was refunded.
    """
    rows = tables.conversions.reset_index(drop=True)
    takes = rows["refund_of"].notna() | (rows["value"] < 0)
    refunded = rows["status"].map({s: standing(s) == "refunded" for s in rows["status"].dropna().unique()}).eq(True)
    of = rows["refund_of"].fillna(rows["conversion_id"])
    back = set(of[takes]) | set(rows.loc[refunded & ~takes, "conversion_id"])
    if not back or drivers.workings is None:
        return None
    gross = rows[~takes].reset_index(drop=True)
    gross["status"] = gross["status"].mask(gross["conversion_id"].isin(back), "paid")
    placed = replace(tables, conversions=gross)
    counted = orders(gross)
    credit = drivers.credit
    if len(counted) != len(drivers.workings.exposure.orders):
        credit = _shared_out(placed, network, drivers.workings)
    counted = counted[counted["person_id"].notna()]
    counted = counted[(counted["converted_at"].max() - counted["converted_at"]).dt.days >= SETTLED_DAYS]
    if counted.empty or not counted["conversion_id"].isin(back).any():
        return None
    told = brought(credit, people, counted)
    told["month"] = month_of(counted["converted_at"]).to_numpy()
    told["of"] = main_driver(credit, counted).to_numpy()
    told["back"] = told.index.isin(back).astype(np.float64)
    return told


def _shared_out(tables: Tables, network: Network, workings: Workings) -> pd.DataFrame:
    """All orders placed among their causes: the organic curve is fitted anew, persuasion stays what was found."""
    was = workings.exposure
    market = was.population if was.surplus.any() else None
    exposure = expose(tables, network, communities=was.communities, window_days=was.window, market=market)
    model = Hazard(exposure)
    parameters = maximise(model, start(model)).parameters
    fit = settle(model, replace(parameters, theta=workings.fit.parameters.theta))
    return by_order(exposure, fit)
