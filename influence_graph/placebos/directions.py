"""Turned round: follows the wrong way, and posts that came after the order. Neither can have been a cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.contacts import Follows
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.quick import fit_quickly
from influence_graph.network import Network
from influence_graph.placebos.answer import Result
from influence_graph.placebos.arrangements import UNTOUCHED, Shuffle, ahead, following
from influence_graph.placebos.chance import p_of, z_of
from influence_graph.placebos.verdicts import FEWEST_ORDERS, SURE, judge

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
TURNS = 20
"""Arrangements that a difference is measured against: follows turned round by the toss of a coin, swapped times."""
Step = Callable[[], None]


def reverse(exposure: Exposure, network: Network, rate: float, *, rng: np.random.Generator, step: Step) -> Result:
    """The same pairs of people with the follow turned round.

    Only follows that are not mutual count, between people who both share and both order: nobody else could be credited
    either way. Both directions are fitted on these follows alone, so that they compare.
    """
    follower, followed, since = _pairs(exposure, network)
    place = network.index_of(exposure.authors)
    author_of = np.full(network.n_people, -1, np.int64)
    author_of[place[place >= 0]] = np.flatnonzero(place >= 0)

    def arrange(turned: Truths) -> Exposure:
        whom = np.where(turned, author_of[follower], followed)
        who = np.where(turned, place[followed], follower)
        follows = Follows.of(who, whom, since, people=network.n_people, authors=len(exposure.authors))
        return following(exposure, follows)

    forth, back = arrange(np.zeros(follower.size, bool)), arrange(np.ones(follower.size, bool))
    model = Hazard(forth, whole=False)
    orders = float(model.weight.sum())
    if min(map(_seen, (forth, back))) < FEWEST_ORDERS:
        return Result("reversed", orders)

    def credit(x: Exposure) -> float:
        step()
        return float(fit_quickly(Hazard(x, whole=False, pieces=model.pieces), rate).caused.sum())

    real, placebo = credit(forth), credit(back)
    tossed = np.array([credit(arrange(rng.random(follower.size) < 0.5)) for _ in range(TURNS)])
    spread = 2.0 * float(tossed.std(ddof=1))  # of real less placebo: a coin turns half of each
    wide = SURE * spread / np.sqrt(2.0)
    z, p = z_of(real, tossed), p_of(real, tossed)
    result = Result("reversed", orders, real, placebo, max(placebo - wide, 0.0), placebo + wide, z=z, p_value=p)
    return judge(result, spread)


def _pairs(exposure: Exposure, network: Network) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Follower (person), followed (author) and date of each follow that can be turned round."""
    follows, events = exposure.follows, exposure.events
    place = network.index_of(exposure.authors)
    buys = np.zeros(network.n_people, bool)
    buys[events.person[events.person >= 0]] = True
    shares = np.zeros(network.n_people, bool)
    shares[place[place >= 0]] = True
    follower, followed = follows.follower, place[follows.author]
    key, back = follower * network.n_people + followed, followed * network.n_people + follower
    kept = buys[follower] & shares[follower] & buys[followed] & ~np.isin(back, key)
    return follower[kept], follows.author[kept], follows.since[kept]


def look_ahead(exposure: Exposure, network: Network, rate: float, *, rng: np.random.Generator, step: Step) -> Result:
    """Posts that came after the order in place of those before it.

    Where interest fades from a launch on, people of one taste make posts before the order fit better than later ones
    though nobody moves anybody. So the difference is measured against that at swapped post times, where nothing but
    such fading is left: of shares alone in their campaign, which have no others to swap with, it knows nothing. Whoever
    follows by their first order is taken to have followed throughout, in either direction.
    """
    follows, events = exposure.follows, exposure.events
    first = np.full(follows.ptr.size - 1, np.inf)
    known = events.person >= 0
    np.minimum.at(first, events.person[known], events.time[known])
    kept = follows.since <= first[follows.follower]
    always = np.full(int(kept.sum()), -np.inf)
    whom, people = follows.author[kept], first.size
    standing = Follows.of(follows.follower[kept], whom, always, people=people, authors=len(exposure.authors))
    before = replace(following(exposure, standing), one_off=False)
    after = ahead(before)
    model = Hazard(before, whole=False)
    orders = float(model.weight.sum())
    if min(map(_seen, (before, after))) < FEWEST_ORDERS:
        return Result("future", orders)
    shuffle = Shuffle.of(before, UNTOUCHED, network)
    pieces = None if shuffle.moves_orders else model.pieces

    def credit(x: Exposure) -> float:
        step()
        return float(fit_quickly(Hazard(x, whole=False, pieces=pieces), rate).caused.sum())

    real, placebo = credit(before), credit(after)
    drawn = [shuffle.draw(rng) for _ in range(TURNS)]
    fakes = np.array([[credit(x), credit(ahead(x))] for x in drawn])
    gaps = fakes[:, 0] - fakes[:, 1]
    wide = SURE * float(fakes[:, 1].std(ddof=1))
    z, p = z_of(real - placebo, gaps), p_of(real - placebo, gaps)
    result = Result("future", orders, real, placebo, max(placebo - wide, 0.0), placebo + wide, z=z, p_value=p)
    return judge(result, float(gaps.std(ddof=1)))


def _seen(exposure: Exposure) -> int:
    """Orders whose buyer had seen anything."""
    return int(np.unique(exposure.links.event[exposure.links.exposed]).size)
