"""What an order of each person is worth."""

from __future__ import annotations

import numpy as np

from influence_graph.cascades.model import Floats
from influence_graph.drivers.credit import main_currency
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.sums import summed
from influence_graph.network import Network


def worth(exposure: Exposure, network: Network) -> Floats | None:
    """(n,) float64: expected value of an order of each person, in the main currency; None where none is told.

    Who never bought is worth what an order is worth on average. Who did is drawn to that by how alike people's orders
    are: with the variance s2 within people and t2 between them, n orders of mean m make it
    ``(n m / s2 + M / t2) / (n / s2 + 1 / t2)``; where people do not differ more than their orders do, everybody gets
    the mean. O(orders).

    Parameters
    ----------
    exposure : Exposure
        Its orders.
    network : Network
        Whose people are asked for.
    """
    orders = exposure.orders
    same = orders["currency"].isna() | (orders["currency"] == main_currency(orders))
    told = orders[same & orders["value"].notna() & (orders["count"] > 0)]
    if not len(told):
        return None
    each = (told["value"] / told["count"]).to_numpy(dtype=np.float64)
    count = told["count"].to_numpy(dtype=np.float64)
    mean = float(np.average(each, weights=count))
    place = network.index_of(told["person_id"].fillna(""))
    mine = place >= 0
    place, each = place[mine], each[mine]
    orders_of = summed(np.ones(len(place)), place, network.n_people)
    bought = orders_of > 0
    own = np.divide(summed(each, place, network.n_people), orders_of, out=np.zeros(network.n_people), where=bought)
    value = np.full(network.n_people, mean)
    people, number = int(bought.sum()), len(each)
    if number <= people or people < 2:  # nobody bought twice: nothing tells people from orders
        return value
    within = float(((each - own[place]) ** 2).sum() / (number - people))
    between = float((orders_of[bought] * (own[bought] - each.mean()) ** 2).sum() / (people - 1))
    usual = (number - float((orders_of**2).sum()) / number) / (people - 1)
    spread = max((between - within) / usual, 0.0)
    weight = orders_of * spread / np.maximum(orders_of * spread + within, 1e-300)
    value[bought] += weight[bought] * (own[bought] - mean)
    return np.asarray(np.maximum(value, 0.0))
