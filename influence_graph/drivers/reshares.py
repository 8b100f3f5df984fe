"""Where each share came from: known parents, and what the driver model makes of shares without one.

Shares are taken as orders are elsewhere: a person shares by themselves, or because they saw somebody's share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.audience import are_creators
from influence_graph.drivers.contacts import list_touches
from influence_graph.drivers.credit import by_exposure
from influence_graph.drivers.em import Fit, maximise, start
from influence_graph.drivers.events import list_events
from influence_graph.drivers.exposure import Exposure, campaign_ends
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.links import Reach, list_links
from influence_graph.network import Network
from influence_graph.tables.deals import Deals
from influence_graph.tables.schema import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
PASSED_ON = ("reshare", "duet")
"""Kinds of shares that have an origin, known or not."""
LEAST_SHARES = 50
"""Shares without a known parent that it takes to learn anything from."""
LEAST_PART, LEAST_SIGMAS = 0.02, 3.0
"""Evidence that shares are passed on: at least this part of them, this many standard errors from none. In forty
worlds where nobody passed on what nobody called a reshare, 2.7 was the most."""
LEAST_CHANCE = 1e-3
"""A likelihood of origin below this counts as none."""
LEAST_STEPS, STEPS, COST_OF_STEPS = 40, 200, 4e7
"""Steps of EM, and links times steps that they may cost: with many shares the last digits tell nothing."""


@dataclass(frozen=True)
class Origins:
    """Where shares came from.

    Attributes
    ----------
    chance : (s, s) csr_array
        Chance that the share of a row was passed on from the share of a column, in the order of `Exposure.shares`.
        1 for a known parent; a row's sum is at most 1, the rest is that its author shared unmoved.
    known : int
        Shares that the data say were passed on.
    learnt : float
        Expected number of others that were passed on; 0 where there is no evidence that any was.
    sigmas : float
        How many standard errors `learnt` lies from none, people taken as the unit.
    """

    chance: csr_array
    known: int
    learnt: float
    sigmas: float

    @property
    def any(self) -> bool:
        """Whether anything is known to have been passed on, or found to be likely."""
        return self.chance.nnz > 0

    def draw(self, rng: np.random.Generator) -> csr_array:
        """One course of events: each share with its one origin or none, as likely as they are.

        How often shares are passed on is itself uncertain; known parents stay.
        """
        whole = np.asarray(self.chance.sum(axis=1)).ravel()
        rate = rng.gamma(self.sigmas**2) / self.sigmas**2 if self.sigmas > 0 else 1.0
        moved = rate * whole / np.maximum(1.0 - whole + rate * whole, 1e-300)
        moved[whole > 1.0 - 1e-9] = 1.0
        drawn = np.flatnonzero((rng.random(whole.size) < moved) & (whole > 0))
        ptr, steps = self.chance.indptr, np.concatenate([[0.0], np.cumsum(self.chance.data)])
        at = steps[ptr[drawn]] + rng.random(drawn.size) * (steps[ptr[drawn + 1]] - steps[ptr[drawn]])
        entry = np.clip(np.searchsorted(steps, at, side="right") - 1, ptr[drawn], ptr[drawn + 1] - 1)
        place = (np.ones(drawn.size), (drawn, self.chance.indices[entry]))
        return csr_array(place, shape=self.chance.shape)


def parents(share_ids: pd.Series[str], parent_ids: pd.Series[str], time: Floats) -> Ints:
    """Position of each share's known parent, -1 where there is none or it is not strictly earlier.

    Parameters
    ----------
    share_ids, parent_ids : (s,) ids
        Missing parents as NaN.
    time : (s,) float64
        Any unit; a parent that is not earlier can't be the origin, which also rules out circles.
    """
    found, named = np.full(len(time), -1, np.int64), np.flatnonzero(pd.notna(parent_ids))
    if not named.size:
        return found
    place = pd.Index(share_ids).get_indexer(pd.Index(parent_ids)[named])
    earlier = (place >= 0) & (time[place] < time[named])
    found[named[earlier]] = place[earlier]
    return found


def find_origins(tables: Tables, network: Network, exposure: Exposure) -> Origins:
    """Share every share out among what may have moved its author to it: earlier shares that they saw, or none.

    A known parent is certain, and so is that a share called a reshare or a duet has one among those its author saw.
    Other shares that were paid for are the programme's doing, as are those of listed creators where no deal is told:
    they come from nowhere. What is left is fitted by itself, so nothing is added where exports tell every reshare.
    Fits are by EM with one rate for all.

    Parameters
    ----------
    tables, network, exposure
        As the driver model reads them.

    Returns
    -------
    Origins
        Of others' shares alone, strictly earlier and within the window. O(steps * authors whom sharers follow).
    """
    shares = exposure.shares
    parent = parents(shares["share_id"], shares["parent_share_id"], shares["time"].to_numpy())
    known = np.flatnonzero(parent >= 0)
    called, free = _orphans(tables, network, exposure, parent)
    rows, columns, chances = [known], [parent[known]], [np.ones(known.size)]
    learnt = sigmas = 0.0
    derived = _shares_as_orders(tables, network, exposure, called)
    if derived is not None:
        model = Hazard(derived)
        model.certain[:] = True
        _add(derived, maximise(model, start(model, driven=0.5), most=_steps(derived)), rows, columns, chances)
    derived = _shares_as_orders(tables, network, exposure, free) if free.sum() >= LEAST_SHARES else None
    if derived is not None:
        model = Hazard(derived)
        fit = maximise(model, start(model, driven=0.05), most=_steps(derived))
        sigmas = _sigmas(derived, fit)
        if sigmas >= LEAST_SIGMAS and fit.caused.sum() >= LEAST_PART * len(derived.orders):
            learnt = _add(derived, fit, rows, columns, chances)
    place = (np.concatenate(rows), np.concatenate(columns))
    matrix = csr_array((np.concatenate(chances), place), shape=(len(shares), len(shares)))
    return Origins(matrix, int(called.sum()) + known.size, learnt, sigmas if learnt else 0.0)


def _orphans(tables: Tables, network: Network, exposure: Exposure, parent: Ints) -> tuple[Truths, Truths]:
    """Shares without a known parent: those called passed on, and others that nobody is known to have paid for."""
    shares = exposure.shares
    rows = tables.shares[["kind", "deal", "cost"]].take(shares["row"].to_numpy())
    person = _sharers(network, exposure)
    listed = _listed(tables, network)[person]
    orphan = (parent < 0) & (person >= 0)
    called = orphan & rows["kind"].isin(PASSED_ON).to_numpy()
    unpaid = Deals.of(rows).none | (rows["deal"].isna().to_numpy() & ~listed)
    return called, orphan & ~called & unpaid


def _sharers(network: Network, exposure: Exposure) -> Ints:
    """(shares,) int64: who shared, by number in the network."""
    return np.asarray(network.index_of(exposure.authors)[exposure.shares["author"]])


def _listed(tables: Tables, network: Network) -> Truths:
    """(people,) bool: who stands in the list of creators."""
    return are_creators(network, network.nodes.index) & (len(tables.creators) > 0)


def _shares_as_orders(tables: Tables, network: Network, exposure: Exposure, which: Truths) -> Exposure | None:
    """What sharers were exposed to before they shared; None where they had seen nothing."""
    shares = exposure.shares
    person = _sharers(network, exposure)
    orders = shares[which].assign(conversion_id=shares["share_id"][which], count=1.0, claimed_by=np.nan)
    campaigns = len(exposure.campaigns)
    ends = np.append(campaign_ends(exposure.closes[:-1], orders, exposure.ends[-1]), exposure.ends[-1])
    seen = shares.assign(end=ends[shares["campaign"]])
    nobody, unseen = np.zeros(len(orders), bool), np.zeros(len(shares))
    events = list_events(orders, person[which], nobody, exposure.authors, seen, exposure.window)
    touches = list_touches(tables, seen, network, exposure.orders, exposure.begin)
    touches = touches[touches["person"].to_numpy() != person[touches["share"].to_numpy(dtype=np.int64)]]
    links = list_links(events, Reach(exposure.follows, touches, unseen, 0.0), seen, campaigns, orders, exposure.window)
    if not links.exposed.any():
        return None
    kinds = int(exposure.communities.max(initial=0)) + 1  # listed creators share otherwise than others
    communities = exposure.communities + kinds * _listed(tables, network)
    return replace(
        exposure, shares=seen, orders=orders, events=events, links=links, surplus=unseen, ends=ends, one_off=False,
        communities=communities, population=float(network.n_people),
    )  # fmt: skip


def _add(derived: Exposure, fit: Fit, rows: list[Ints], columns: list[Ints], chances: list[Floats]) -> float:
    """Add how likely each share came from each that its author saw; returns how many were passed on."""
    links = derived.links
    part, event = by_exposure(derived, fit)
    share = np.empty(derived.events.time.size, np.int64)
    share[derived.events.of_order] = derived.orders.index
    kept = part >= LEAST_CHANCE
    rows.append(share[event[kept]])
    columns.append(links.share[kept])
    chances.append(part[kept])
    return float(part[kept].sum())


def _steps(derived: Exposure) -> int:
    return int(np.clip(COST_OF_STEPS / max(derived.links.author.size, 1), LEAST_STEPS, STEPS))


def _sigmas(exposure: Exposure, found: Fit) -> float:
    """How many standard errors the common rate lies from nothing; the shares of one person count as one observation.

    The observed information about the log rate (Louis 1982, https://doi.org/10.1111/j.2517-6161.1982.tb01203.x)
    against the spread of its score over people (White 1982, https://doi.org/10.2307/1912526).
    """
    moved = 1.0 - found.organic
    by_person = np.bincount(exposure.events.person, moved)
    spread = float(np.sqrt((by_person**2).sum()))
    return float((moved**2).sum()) / spread if spread > 0 else 0.0
