"""What everybody would do if they were activated: orders moved, shares passed on, what an order is worth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.cascades import Conversions, Delay
from influence_graph.cascades.model import Floats, Ints
from influence_graph.drivers import Drivers
from influence_graph.drivers.answers import FLOOR
from influence_graph.drivers.credit import main_currency
from influence_graph.drivers.delay import Delay as OrderDelay
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.drivers.identify import FEW, SURE
from influence_graph.errors import TablesError, UsageError
from influence_graph.language import say
from influence_graph.network import Network
from influence_graph.people.authenticity import down_weight
from influence_graph.planning.habits import contact, exponential, first_posts, standing, usual_persuasion, usual_posts
from influence_graph.planning.passing import Passing, passing
from influence_graph.planning.worth import worth
from influence_graph.tables.schema import Note, Tables

ROLES = ("influencer", "ugc", "advocate")
DRAWS = 200
"""Draws of persuasion and of passing on that intervals rest on."""
DOUBTED = 0.95
"""Whoever counts for less is told of."""


class Mapped(Protocol):
    """A finished map, as far as plans read it."""

    @property
    def tables(self) -> Tables:
        """The input, accounts joined."""

    @property
    def network(self) -> Network:
        """Who could influence whom."""

    @property
    def people(self) -> pd.DataFrame:
        """One row a person, the columns of `people.csv`."""

    @property
    def drivers(self) -> Drivers:
        """The fitted driver model with its workings."""


@dataclass(frozen=True, eq=False)
class Prospects:
    """What the simulation needs to know of everybody, and how sure it is.

    Attributes
    ----------
    network : Network
    people : DataFrame
        In the order of the network, indexed by person_id: name, platform, is_creator, followers, influencer, ugc,
        advocate, role (the largest of these, empty for none), shares (made so far), driven, driven_high,
        identifiable.
    posts : (n,) float64
        Shares that each makes when activated: as many as usual for them in a campaign.
    theta : (n,) float64
        Orders expected of each exposed person and share.
    draws : Draws
        Of the persuasion of those who have shared.
    authors : (a,) int64
        Their places in the network.
    passing : Passing
        How likely shares are passed on.
    value : (n,) float64, optional
        What an order of each is worth, in `currency`; None where no order tells its value.
    currency : str, optional
    delay : Delay
        From share to order.
    wear : float
        Power by which later posts work less.
    contact : (n,) float64
        Part of the people a person has ever reached whom one share reaches: 1 where follows are known.
    standing : (n,) float64
        Part of what is expected of each that doubts about their numbers leave standing (`authenticity`).
    evident : bool
        Whether shares are known to drive orders at all.
    error : float
        Part of what shares drive by which the method itself may err.
    orders_once : bool
        Whether nobody was seen to order twice in a campaign.
    notes : tuple of Note
        What was assumed.
    """

    network: Network
    people: pd.DataFrame
    posts: Floats
    theta: Floats
    draws: Draws
    authors: Ints
    passing: Passing
    value: Floats | None
    currency: str | None
    delay: Delay
    wear: float
    contact: Floats
    standing: Floats
    evident: bool
    error: float
    orders_once: bool
    notes: tuple[Note, ...] = field(default=())

    @cached_property
    def active(self) -> NDArray[np.bool_]:
        """(n,) bool: who has shared, or is listed as a creator: nobody knows what others would do."""
        return np.asarray((self.people["shares"] > 0) | self.people["is_creator"], dtype=bool)

    @cached_property
    def unsure(self) -> NDArray[np.bool_]:
        """(n,) bool: whose orders may be their fans' habit, or somebody else's doing."""
        told = self.people["identifiable"].fillna(SURE)
        return np.asarray(~told.isin((SURE, FEW)), dtype=bool)

    @cached_property
    def theta_high(self) -> Floats:
        """(n,) float64: persuasion under which each would have driven as much as the map's upper limit says."""
        most = self.people["driven_high"].to_numpy(dtype=np.float64)[self.authors]
        theta = self.theta.copy()
        theta[self.authors] = np.fmax(theta[self.authors], most / np.maximum(self.draws.exposed, 1e-9))
        return theta

    @cached_property
    def works(self) -> Floats:
        """(n,) float64: how many first posts the posts of an activation are worth."""
        return first_posts(self.posts, self.wear)

    @property
    def probability(self) -> Floats:
        """(m,) float64: that somebody's activation moves a follower to share too."""
        return self.over_posts(self.passing.probability)

    def over_posts(self, probability: Floats) -> Floats:
        """(m,) float64: the same for all posts of an activation, given it for one share."""
        each = np.log1p(-np.minimum(probability, 1.0 - 1e-12))
        return np.asarray(-np.expm1(self.posts[self.network.sources] * each))

    def hazard(self, theta: Floats) -> Floats:
        """(n,) float64: orders that each person's activation moves a follower to, under this persuasion."""
        return np.asarray(theta * self.works * self.contact * self.standing)

    def conversions(self, *, theta: Floats | None = None, once: bool = True, valued: bool = True) -> Conversions:
        """The second layer of the simulation."""
        hazard = self.hazard(self.theta if theta is None else theta)
        return Conversions(hazard, value=self.value if valued else None, once=once, delay=self.delay)

    def drawn(self, number: int, rng: np.random.Generator) -> Floats:
        """(n,) float64: persuasion as it may be instead, the draw of this number; of strangers to sharing any."""
        theta = self.theta * rng.gamma(self.draws.shape, size=len(self.theta)) / self.draws.shape
        theta[self.authors] = self.draws.theta[number % len(self.draws.theta)]
        return theta

    def posting(self, posts: float | None) -> Prospects:
        """The same if everybody shared so often when activated."""
        return self if posts is None else replace(self, posts=np.full(len(self.posts), float(posts)))


def prospects(result: Mapped, *, posts: float | None = None, full_audience: bool = False, seed: int = 0) -> Prospects:
    """Gather what a forecast needs from a finished map.

    Parameters
    ----------
    result : Mapped
        A finished map.
    posts : float, optional
        How often everybody shares when activated; as usual for each where not given.
    full_audience : bool, default False
        Count everybody's audience whole, whatever speaks for inflated numbers.
    seed : int, default 0
        Draws origins of shares that are not certain.

    Raises
    ------
    TablesError
        Nothing was learnt of what a share does, or nobody is known who could see one.
    """
    drivers, network = result.drivers, result.network
    workings = drivers.workings
    if workings is None or workings.draws is None:
        reasons = drivers.total.get("skipped") or [Note("drivers.no-exposure", {})]
        raise TablesError("planning.nothing-learnt", reason=say(reasons[0].id, **reasons[0].numbers))
    if not network.n_edges:
        raise UsageError("cascades.no-edges", people=network.n_people)
    exposure, draws = workings.exposure, workings.draws
    followed, touched = bool(exposure.follows.author.size), bool(exposure.touched.any())
    if not followed and not touched:
        raise TablesError("planning.no-followers")
    people = _people(result, exposure)
    authors = network.index_of(exposure.authors)
    theta = usual_persuasion(network, exposure, draws)
    theta[authors] = draws.theta.mean(axis=0)
    onward = passing(network, exposure, workings.origins, rng=np.random.default_rng([seed, 5]))
    value, currency = worth(exposure, network), main_currency(exposure.orders)
    parameters, total = workings.fit.parameters, drivers.total
    evident = bool(total["driven_low"] and total["driven_low"] > 0)
    notes = _notes(exposure, onward, evident=evident, followed=followed, valued=value is not None)
    unweighted = pd.Series(dtype="float64")
    weight = unweighted if full_audience else down_weight(result.tables, resolved=True, network=network)
    credible = standing(network, exposure, draws, weight)
    if doubted := int((credible < DOUBTED).sum()):
        notes.append(Note("planning.down-weighted", {"n": doubted}))
    return Prospects(
        network=network,
        people=people,
        posts=usual_posts(exposure, network, people),
        theta=theta,
        draws=draws,
        authors=authors,
        passing=onward,
        value=value,
        currency=currency,
        delay=exponential(OrderDelay(parameters.rate, parameters.tail, exposure.window)),
        wear=max(parameters.wear, 0.0),
        contact=np.ones(network.n_people) if followed else contact(exposure, network),
        standing=credible,
        evident=evident,
        error=min(FLOOR * total["conversions"] / max(total["driven"], 1e-9), 1.0),
        orders_once=exposure.one_off,
        notes=tuple(notes),
    ).posting(posts)


def _people(result: Mapped, exposure: Exposure) -> pd.DataFrame:
    network = result.network
    told = result.people.set_index("person_id").reindex(network.nodes.index)
    people = network.nodes[["name", "platform", "is_creator", "followers"]].copy()
    for name in (*ROLES, "driven", "driven_high", "identifiable"):
        people[name] = told[name]
    main = people[list(ROLES)].fillna(0.0)
    people["role"] = main.idxmax(axis=1).where(main.max(axis=1) > 0, "")
    made = exposure.shares.groupby("author").size()
    people["shares"] = pd.Series(made.to_numpy(), index=exposure.authors[made.index]).reindex(people.index).fillna(0)
    return people


def _notes(exposure: Exposure, onward: Passing, *, evident: bool, followed: bool, valued: bool) -> list[Note]:
    notes = [] if evident else [Note("planning.no-evidence", {})]
    if not onward.any:
        notes.append(Note("planning.nothing-passed-on", {}))
    if not followed:
        notes.append(Note("planning.touches-alone", {}))
    beyond = float((exposure.touched + exposure.surplus).sum()) if followed else 0.0
    if beyond > 0:
        part = beyond / max(beyond + float(exposure.shares["audience"].sum()), 1e-9)
        notes.append(Note("planning.beyond-followers", {"part": part}))
    crowd = float(exposure.events.weight[exposure.events.crowd].sum())
    if crowd > 0:
        part = crowd / max(float(exposure.orders["count"].sum()), 1e-9)
        notes.append(Note("planning.anonymous", {"part": part}))
    if not valued:
        notes.append(Note("planning.no-values", {}))
    return notes
