"""Credit distribution: credit flows back along who follows whom, as far as their past answers justify it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, eye_array
from scipy.sparse.linalg import spsolve_triangular

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.rules.journeys import Journeys
from influence_graph.drivers.sums import summed
from influence_graph.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDING = 1e-9
"""A mean of equal delays may miss them by this part of itself."""


@dataclass(frozen=True)
class Actions:
    """Who did something when, and which earlier actions by people they follow may have moved them to it.

    Attributes
    ----------
    user : (a,) int64
        Who acts; one number for all that a person does.
    time : (a,) float64
        Days.
    times : (a,) float64
        How often it was done at that moment.
    orders : (a,) float64
        Conversions that the action is; 0 for a share.
    earlier, later : (m,) int64
        Positions of the two actions that each step of influence joins.
    """

    user: Ints
    time: Floats
    times: Floats
    orders: Floats
    earlier: Ints
    later: Ints


def distribute(actions: Actions) -> Floats:
    """Conversions that each action led to, over any number of steps.

    The credit that action a of u gives to each of the N actions before it by people whom u follows, v among them, is

        gamma_vu = infl(u) / N * exp(-(t_u - t_v) / tau_vu),

    with tau_vu the mean delay from v's action to u's, and infl(u) the part of u's actions that came within the usual
    delay of at least one of them. Credit flows on from there, ``Gamma_v = sum over u of gamma_vu (orders_u +
    Gamma_u)``: one sparse triangular solve.

    Parameters
    ----------
    actions : Actions
        A step leads to a strictly later action.

    Returns
    -------
    (a,) float64
        What an order is split into is less than the order; a step further back, the same conversions count again.
        O(steps log steps).

    References
    ----------
    Goyal, Bonchi & Lakshmanan (2011), A data-based approach to social influence maximization,
    https://doi.org/10.14778/2047485.2047492

    Examples
    --------
    Everybody who sees ann's post orders, a day or three days later: the usual delay is each buyer's own.

    >>> told = Actions(np.array([0, 1, 2]), np.array([0.0, 1.0, 3.0]), np.ones(3), np.array([0.0, 1.0, 1.0]),
    ...                earlier=np.array([0, 0]), later=np.array([1, 2]))
    >>> distribute(told).round(3).tolist()
    [0.736, 0.0, 0.0]
    """
    a, users = actions.user.size, int(actions.user.max(initial=-1)) + 1
    earlier, later = actions.earlier, actions.later
    if not earlier.size:
        return np.zeros(a)
    delay, times = actions.time[later] - actions.time[earlier], actions.times[later]
    pairs, pair = np.unique(actions.user[earlier] * users + actions.user[later], return_inverse=True)
    usual = summed(times * delay, pair, pairs.size) / summed(times, pair, pairs.size)
    moved = np.zeros(a)
    moved[later[delay <= usual[pair] * (1.0 + ROUNDING)]] = 1.0
    done = np.maximum(summed(actions.times, actions.user, users), 1e-300)
    influenced = summed(moved * actions.times, actions.user, users) / done
    sources = np.bincount(later, minlength=a)
    gamma = influenced[actions.user[later]] / sources[later] * np.exp(-delay / usual[pair])
    by_time = np.argsort(actions.time, kind="stable")
    place = np.empty(a, np.int64)
    place[by_time] = np.arange(a)
    flow = csr_array(coo_array((gamma, (place[earlier], place[later])), shape=(a, a)))
    direct = flow @ actions.orders[by_time]
    credit = spsolve_triangular(csr_array(eye_array(a) - flow), direct, lower=False, unit_diagonal=True)
    return np.asarray(credit)[place]


def credit_distribution(exposure: Exposure, network: Network, journeys: Journeys) -> Floats:
    """Conversions that came down from each creator, whoever passed the word on.

    An action is somebody's first share in a campaign, or an order. Such a share may answer those that people whom its
    author follows began within the window before; an order answers all whose shares its buyer saw. What one person
    shares and orders counts as done by two, each with usual delays of its own. Orders of the crowd take no part:
    nobody knows how they answer.

    Parameters
    ----------
    exposure : Exposure
    network : Network
        What the exposure was made from.
    journeys : Journeys
        Of the same exposure.

    Returns
    -------
    (authors,) float64
        Their sum counts an order again for each step that its credit goes back. O(touches + follows of sharers, log).

    See Also
    --------
    distribute : the formula.
    """
    keys, node = np.unique(exposure.share_key, return_inverse=True)
    author = keys // (len(exposure.campaigns) + 1)
    begun = np.full(keys.size, np.inf)
    np.minimum.at(begun, node, exposure.shares["time"].to_numpy())
    sharers = np.asarray(network.index_of(exposure.authors), dtype=np.int64)
    passed = _answers(exposure, keys, begun, sharers)

    known = np.flatnonzero(~journeys.crowd)
    moved = node[journeys.share[journeys.single]] + keys.size * journeys.of_touch[journeys.single]
    ordered, earlier = np.divmod(np.unique(moved), max(keys.size, 1))
    orders = journeys.orders[known]
    credit = distribute(
        Actions(
            user=np.concatenate([author, len(exposure.authors) + exposure.events.person[known]]),
            time=np.concatenate([begun, exposure.events.time[known]]),
            times=np.concatenate([np.ones(keys.size), orders]),
            orders=np.concatenate([np.zeros(keys.size), orders]),
            earlier=np.concatenate([passed[0], earlier]),
            later=np.concatenate([passed[1], keys.size + np.searchsorted(known, ordered)]),
        )
    )
    return summed(credit[: keys.size], author, len(exposure.authors))


def _answers(exposure: Exposure, keys: Ints, begun: Floats, sharers: Ints) -> tuple[Ints, Ints]:
    """Pairs of a campaign's first shares of which the later may answer the earlier: its author follows the other's."""
    follows, campaigns = exposure.follows, len(exposure.campaigns) + 1
    person = sharers[keys // campaigns]
    number = np.where(person >= 0, follows.ptr[person + 1] - follows.ptr[person], 0)
    later = np.repeat(np.arange(keys.size), number)
    offset = np.arange(later.size) - np.repeat(np.cumsum(number) - number, number)
    bond = np.repeat(follows.ptr[person], number) + offset
    wanted = follows.author[bond] * campaigns + keys[later] % campaigns
    earlier = np.minimum(np.searchsorted(keys, wanted), max(keys.size - 1, 0))
    fits = keys[earlier] == wanted
    earlier, later, since = earlier[fits], later[fits], follows.since[bond[fits]]
    delay = begun[later] - begun[earlier]
    fits = (delay > 0) & (delay < exposure.window) & (since <= begun[later])
    return earlier[fits], later[fits]
