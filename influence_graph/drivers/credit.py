"""Credit laid out: by share, by order, by campaign, and from person to person. It always adds up to the orders."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.sums import summed
from influence_graph.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 1e-6
"""Credit under a millionth of an order is left out of lists."""


def strength(exposure: Exposure, fit: Fit) -> Floats:
    """(x,) float64: how strongly each exposure works at the moment of the order behind it, up to a common factor."""
    delay = Delay(fit.parameters.rate, fit.parameters.tail, exposure.window)
    worn = (exposure.turn**-fit.parameters.wear)[exposure.links.share]
    return np.asarray(delay.shape(exposure.links.age) * exposure.links.weight * worn)


def by_exposure(exposure: Exposure, fit: Fit) -> tuple[Floats, Ints]:
    """(x,) float64: conversions that each exposure drove, a link's credit split by their delays; (x,) its event."""
    links = exposure.links
    part, link = _part_of_link(exposure, fit)
    credit = fit.responsibility * exposure.events.weight[links.event]
    return part * credit[link], links.event[link]


def _part_of_link(exposure: Exposure, fit: Fit) -> tuple[Floats, Ints]:
    """(x,) float64: the part of its link's credit that each exposure has; (x,) its link."""
    links = exposure.links
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    part = strength(exposure, fit)
    whole = summed(part, link, links.author.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole[link] > 0, part / whole[link], 0.0), link


def by_share(exposure: Exposure, fit: Fit) -> Floats:
    """(shares,) float64: conversions that each share drove."""
    return summed(by_exposure(exposure, fit)[0], exposure.links.share, len(exposure.shares))


def main_currency(orders: pd.DataFrame) -> str | None:
    """The currency of most orders; values in others are not added to it."""
    told = orders["currency"].dropna()
    return str(told.mode().iat[0]) if len(told) else None


def _event_value(exposure: Exposure) -> Floats:
    """(e,) float64: value of each event's orders in the main currency, NaN where no value is known at all."""
    orders = exposure.orders
    currency = main_currency(orders)
    value = orders["value"].where(orders["currency"].isna() | (orders["currency"] == currency))
    if value.notna().sum() == 0:
        return np.full(exposure.events.time.size, np.nan)
    of = exposure.events.of_order
    return summed(value.fillna(0.0).to_numpy()[of >= 0], of[of >= 0], exposure.events.time.size)


def value(exposure: Exposure, fit: Fit) -> Floats:
    """(authors,) float64: value driven, in the main currency; NaN where no order tells its value."""
    links = exposure.links
    each = fit.responsibility * _event_value(exposure)[links.event]
    return summed(each, links.author, len(exposure.authors)) + (0.0 if links.author.size else np.nan)


def value_by_share(exposure: Exposure, fit: Fit) -> Floats:
    """(shares,) float64: value that each share drove, in the main currency; NaN where no order tells its value."""
    part, link = _part_of_link(exposure, fit)
    each = fit.responsibility * _event_value(exposure)[exposure.links.event]
    driven = summed(part * each[link], exposure.links.share, len(exposure.shares))
    return driven + (0.0 if link.size else np.nan)


def by_order(exposure: Exposure, fit: Fit) -> pd.DataFrame:
    """One row for each order and creator credited with it; orders without buyer share a row per time bin."""
    links, events, orders = exposure.links, exposure.events, exposure.orders
    event = links.event
    credit = fit.responsibility * events.weight[event]
    kept = credit > LEAST
    first = np.full(events.time.size, -1, np.int64)
    known = np.flatnonzero(events.of_order >= 0)
    first[events.of_order[known][::-1]] = known[::-1]
    row = first[event[kept]]
    ids = orders["conversion_id"].to_numpy(dtype=object)[row]
    alone = np.bincount(events.of_order[known], minlength=events.time.size) == 1
    ids[~alone[event[kept]]] = None
    return pd.DataFrame(
        {
            "conversion_id": pd.Series(ids, dtype="str"),
            "campaign_id": orders["campaign_id"].iloc[row].reset_index(drop=True),
            "converted_at": orders["converted_at"].iloc[row].reset_index(drop=True),
            "person_id": pd.Series(exposure.authors[links.author[kept]], dtype="str"),
            "credit": credit[kept],
            "value_credit": (fit.responsibility * _event_value(exposure)[event])[kept],
        }
    )


def by_campaign(exposure: Exposure, fit: Fit) -> pd.DataFrame:
    """Organic and driven conversions of each campaign; those of no campaign stand last under an empty id."""
    orders, events = exposure.orders, exposure.events
    count = orders["count"].to_numpy(dtype=np.float64)
    organic = (
        np.where(events.of_order >= 0, fit.organic[np.maximum(events.of_order, 0)] if fit.organic.size else 1.0, 1.0)
        * count
    )
    campaigns = len(exposure.campaigns)
    place = np.where(orders["campaign"] < 0, campaigns, orders["campaign"]).astype(np.int64)
    currency = main_currency(orders)
    worth = orders["value"].where(orders["currency"].isna() | (orders["currency"] == currency))
    known = summed(worth.notna(), place, campaigns + 1)
    total = summed(count, place, campaigns + 1)
    organic_by = summed(organic, place, campaigns + 1)
    shared = exposure.shares["campaign"].to_numpy(dtype=np.int64)
    frame = pd.DataFrame(
        {
            "campaign_id": [*exposure.campaigns, np.nan],
            "shares": np.bincount(np.where(shared < 0, campaigns, shared), minlength=campaigns + 1),
            "conversions": total,
            "organic": organic_by,
            "driven": total - organic_by,
            "organic_share": np.divide(organic_by, total, out=np.full(campaigns + 1, np.nan), where=total > 0),
            "value": np.where(known > 0, summed(worth.fillna(0.0), place, campaigns + 1), np.nan),
        }
    )
    frame["campaign_id"] = frame["campaign_id"].astype("str")
    used = frame["campaign_id"].notna() | (frame["conversions"] > 0) | (frame["shares"] > 0)
    return frame[used].reset_index(drop=True)


def influences(exposure: Exposure, fit: Fit, network: Network, origins: csr_array) -> pd.DataFrame:
    """Who moved whom: creators and the buyers credited to them, sharers and those who passed their shares on."""
    links, events, shares = exposure.links, exposure.events, exposure.shares
    place, ids = network.index_of(exposure.authors), network.nodes.index
    if (place < 0).any():  # a network of other tables
        ids = ids.append(exposure.authors[place < 0])
        place[place < 0] = np.arange(network.n_people, len(ids))
    event = links.event
    known = (events.person[event] >= 0) & (fit.responsibility > LEAST)
    author = shares["author"].to_numpy()
    passed, origin, chance = np.repeat(np.arange(len(shares)), np.diff(origins.indptr)), origins.indices, origins.data
    apart = author[origin] != author[passed]
    passed, origin, chance = passed[apart], origin[apart], chance[apart]
    source = np.concatenate([place[links.author[known]], place[author[origin]]])
    target = np.concatenate([events.person[event[known]], place[author[passed]]])
    onward = chance / np.bincount(author, minlength=1)[author[origin]]
    probability = np.concatenate([-np.expm1(-fit.parameters.theta[links.author[known]]), onward])
    credit = np.concatenate(
        [(fit.responsibility * events.weight[event])[known], chance * by_share(exposure, fit)[passed]]
    )
    # People of the network are sorted by id, so that pairs in order of their places are in order of their ids.
    pair, at = np.unique(source * len(ids) + target, return_inverse=True)
    first, second = np.divmod(pair, max(len(ids), 1))
    return pd.DataFrame(
        {
            "source": pd.Series(ids[first], dtype="str"),
            "target": pd.Series(ids[second], dtype="str"),
            "probability": np.minimum(summed(probability, at, pair.size), 1.0),
            "credit": summed(credit, at, pair.size),
        }
    )
