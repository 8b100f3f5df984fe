"""What a person's credit is made of: their shares, their orders, and the ways between the two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.credit import by_exposure, by_share
from influence_graph.drivers.drive import Workings
from influence_graph.drivers.ripple import downstream
from influence_graph.drivers.sums import summed
from influence_graph.explanation.paths import ways
from influence_graph.map import MapResult

Shown = Callable[[pd.Series], list[str | None]]
"""Ids of people as they may be shown."""
SHARES = ("share_id", "campaign_id", "shared_at", "kind", "audience", "driven", "passed_on", "downstream")
ORDERS = (
    "conversion_id", "campaign_id", "converted_at", "buyer", "credit", "others", "organic", "claimed_by", "posts",
    "first_post", "days_from_first", "days_from_last",
)  # fmt: skip
PATHS = ("path", "hop", "share_id", "person_id", "shared_at", "conversion_id", "chance", "credit", "part")
LEAST = 1e-6


def shares_of(result: MapResult, workings: Workings, author: int) -> pd.DataFrame:
    """One row a share of the author: `driven` directly, how often it was `passed_on`, and what came `downstream`."""
    x, chance = workings.exposure, workings.origins.chance
    mine = np.flatnonzero(x.shares["author"].to_numpy() == author)
    direct = by_share(x, workings.fit)
    told = x.shares.iloc[mine]
    kinds = result.tables.shares.drop_duplicates("share_id").set_index("share_id")
    campaigns = np.array([*x.campaigns, None], dtype=object)
    frame = pd.DataFrame(
        {
            "share_id": told["share_id"],
            "campaign_id": pd.Series(campaigns[told["campaign"]], told.index, dtype="str"),
            "shared_at": x.begin + pd.to_timedelta(told["time"], unit="D").dt.round("s"),
            "kind": kinds["kind"].reindex(told["share_id"]).to_numpy(),
            "audience": told["audience"].where(told["basis"].ne("")),
            "driven": direct[mine],
            "passed_on": summed(chance.data, chance.indices, len(x.shares))[mine],
            "downstream": (downstream(direct, chance, x.shares["time"].to_numpy()) - direct)[mine],
        }
    )
    return frame.sort_values(["shared_at", "share_id"]).reset_index(drop=True)[list(SHARES)]


def orders_of(workings: Workings, author: int, shown: Shown) -> pd.DataFrame:
    """One row an order credited to the author, the most credited first.

    `credit`, `others` and `organic` share the order out; `posts` of the author were seen before it.
    """
    x, fit = workings.exposure, workings.fit
    credit, event = by_exposure(x, fit)
    mine = x.shares["author"].to_numpy()[x.links.share] == author
    seen = pd.DataFrame({"event": event[mine], "credit": credit[mine], "age": x.links.age[mine]})
    seen = seen.assign(share=x.links.share[mine])
    by = seen.groupby("event").agg(
        credit=("credit", "sum"), posts=("share", "size"), days_from_first=("age", "max"), days_from_last=("age", "min")
    )
    by = by[by["credit"] > LEAST]
    first = seen.sort_values("age").drop_duplicates("event", keep="last").set_index("event")["share"]
    place, weight = by.index.to_numpy(), x.events.weight[by.index]
    rows, alone = _orders(workings, place)
    organic = fit.organic[place] * weight
    frame = pd.DataFrame(
        {
            "conversion_id": rows["conversion_id"].where(alone),
            "campaign_id": rows["campaign_id"],
            "converted_at": rows["converted_at"],
            "buyer": pd.Series(shown(rows["person_id"].where(alone)), dtype="str"),
            "credit": by["credit"].to_numpy(),
            "others": np.maximum(weight - organic - by["credit"].to_numpy(), 0.0),
            "organic": organic,
            "claimed_by": pd.Series(shown(rows["claimed_by"]), dtype="str"),
            "posts": by["posts"].to_numpy(),
            "first_post": x.shares["share_id"].to_numpy()[first.reindex(place)],
            "days_from_first": by["days_from_first"].to_numpy(),
            "days_from_last": by["days_from_last"].to_numpy(),
        }
    )
    order = frame.sort_values(["credit", "converted_at", "conversion_id"], ascending=[False, True, True], kind="stable")
    return order.reset_index(drop=True)[list(ORDERS)]


def paths_of(workings: Workings, author: int, shown: Shown, *, most: int) -> pd.DataFrame:
    """The strongest ways of credit, a row a step: hop 0 is the author's own post, the last step holds the order."""
    x = workings.exposure
    found = ways(workings, author, most=most)
    steps = [(number, hop, share) for number, way in enumerate(found, 1) for hop, share in enumerate(way.shares)]
    number, hop, share = np.array(steps, dtype=np.int64).reshape(-1, 3).T
    of = number - 1
    event = np.array([way.event for way in found], dtype=np.int64)
    rows, alone = _orders(workings, event)
    ids = rows["conversion_id"].where(alone).to_numpy(dtype=object)
    credit = np.array([way.credit for way in found])
    told = x.shares.iloc[share].reset_index(drop=True)
    return pd.DataFrame(
        {
            "path": number,
            "hop": hop,
            "share_id": told["share_id"],
            "person_id": pd.Series(shown(told["person_id"]), dtype="str"),
            "shared_at": x.begin + pd.to_timedelta(told["time"], unit="D").dt.round("s"),
            "conversion_id": pd.Series(ids[of], dtype="str"),
            "chance": np.array([way.chance for way in found])[of],
            "credit": credit[of],
            "part": (credit / x.events.weight[event])[of],
        }
    )[list(PATHS)]


def _orders(workings: Workings, event: NDArray[np.int64]) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """An order of each event, and whether it is the only one: orders without a buyer share theirs."""
    x = workings.exposure
    known = np.flatnonzero(x.events.of_order >= 0)
    first = np.zeros(x.events.time.size, np.int64)
    first[x.events.of_order[known][::-1]] = known[::-1]
    alone = (np.bincount(x.events.of_order[known], minlength=first.size) == 1) & ~x.events.crowd
    return x.orders.iloc[first[event]].reset_index(drop=True), alone[event]
