"""Who follows the creators of an experiment: their outcomes, and where the orders they add are counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.network import Network

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_EPOCH = pd.Timestamp("1970-01-01", tz="UTC")
_WHOLE = 1e-6
"""People are counted in whole numbers."""
_CELLS = 20_000_000
"""Numbers held at once while effects are spread over audiences."""


@dataclass(frozen=True, eq=False)
class Audience:
    """Who followed which creator of a list when an experiment began.

    Attributes
    ----------
    creators : (n,) Index
        Ids.
    people : (p,) int64
        Everybody who follows at least one of them, by their place in the network, ascending.
    follows : (p, n) sparse float64
        1 where the person follows the creator.
    """

    creators: pd.Index[str]
    people: Ints
    follows: csr_array[np.float64]

    @cached_property
    def size(self) -> Floats:
        """(n,) followers of each creator."""
        return np.asarray(self.follows.sum(axis=0), dtype=np.float64)

    @cached_property
    def followed(self) -> Floats:
        """(p,) creators of the list that each person follows."""
        return np.asarray(self.follows.sum(axis=1), dtype=np.float64)

    @cached_property
    def parts(self) -> csr_array[np.float64]:
        """(p, n) the part of a person's orders that counts for each creator: all they follow, alike."""
        from scipy.sparse import diags_array

        return (diags_array(1.0 / self.followed) @ self.follows).tocsr()

    @cached_property
    def share(self) -> Floats:
        """(n,) followers, each divided among the creators they follow."""
        return np.asarray(self.parts.sum(axis=0), dtype=np.float64)

    @cached_property
    def also_elsewhere(self) -> Floats:
        """(n,) in [0, 1]: part of each creator's followers who follow another creator of the list too."""
        both = (self.followed > 1).astype(np.float64) @ self.follows
        return np.asarray(both / np.maximum(self.size, 1.0), dtype=np.float64)

    @cached_property
    def retained(self) -> Floats:
        """(n,) in [0, 1]: part of the orders a creator adds that counts for that creator."""
        return self.share / np.maximum(self.size, 1.0)

    def outcomes(self, person: Ints, period: Ints, count: Floats, periods: int) -> Floats:
        """(n, periods) orders of each creator's followers, divided among the creators whom the buyer follows.

        Parameters
        ----------
        person, period, count : (orders,)
            The buyer's place in the network, the period of the order (negative for none), and how many orders it is.
        periods : int
            How many periods there are.
        """
        from scipy.sparse import csr_array

        row = np.minimum(np.searchsorted(self.people, person), max(len(self.people) - 1, 0))
        kept = (period >= 0) & (period < periods)
        kept &= (self.people[row] == person) if len(self.people) else False
        bought = csr_array((count[kept], (row[kept], period[kept])), shape=(len(self.people), periods))
        return np.asarray((self.parts.T @ bought).todense(), dtype=np.float64)

    def shared(self, person: Ints, count: Floats) -> float:
        """Part of these orders, among those by followers of the list, whose buyer follows several of it; NaN of none.

        Parameters
        ----------
        person, count : (orders,)
            The buyer's place in the network, and how many orders it is.
        """
        alone = np.isin(person, self.people[self.followed == 1])
        several = np.isin(person, self.people[self.followed > 1])
        orders = count[alone].sum() + count[several].sum()
        return float(count[several].sum() / orders) if orders else float("nan")

    def spread(self, activated: NDArray[np.generic]) -> Floats:
        """Where one added order for each activated creator is counted.

        The order is by any follower of the creator, all alike, and divided as every order is: what is counted for
        other creators leaks to them.

        Parameters
        ----------
        activated : (n,) or (n, k)
            1 for activated; a column an assignment.

        Returns
        -------
        (n,) or (n, k) float64
            Adds up to the number of activated creators.

        Notes
        -----
        O(follows k).
        """
        amount = np.asarray(activated, dtype=np.float64)
        each = (amount.T / np.maximum(self.size, 1.0)).T
        if each.ndim == 1:
            return np.asarray(self.parts.T @ (self.follows @ each), dtype=np.float64)
        step = max(1, _CELLS // max(len(self.people), 1))
        for k in range(0, each.shape[1], step):
            each[:, k : k + step] = np.asarray(self.parts.T @ (self.follows @ each[:, k : k + step]))
        return each

    def only(self, kept: Ints) -> Audience:
        """The audience of some of the creators, by their place."""
        follows = self.follows[:, kept].tocsr()
        rows = np.flatnonzero(np.diff(follows.indptr))
        return Audience(self.creators[kept], self.people[rows], follows[rows].tocsr())

    def apart(self, limit: float) -> Ints:
        """Places of creators of whom none has more than this part of their followers in common with the others left.

        Of those above the limit whoever shares most people is left out, of equals who has fewer followers, until
        nobody is above it. More creators stay than when whoever shares the largest part goes first: those are small
        accounts, and a few large ones would be left.
        """
        by_creator = self.follows.tocsc()
        kept, common = np.ones(len(self.creators), dtype=bool), self.followed.copy()
        several = self.also_elsewhere * self.size
        while (above := kept & (several > limit * self.size + _WHOLE)).any():
            most = int(np.lexsort((self.size, -np.where(above, several, -1.0)))[0])
            kept[most] = False
            followers = by_creator.indices[by_creator.indptr[most] : by_creator.indptr[most + 1]]
            common[followers] -= 1
            several -= np.asarray(self.follows[followers[common[followers] == 1]].sum(axis=0))
        return np.flatnonzero(kept)

    def digest(self, network: Network) -> str:
        """A fingerprint of who follows whom, from which nobody's name can be had; the order of rows is nothing."""
        people = pd.util.hash_array(network.nodes.index.to_numpy(dtype=object)[self.people])
        pairs = self.follows.tocoo()
        creators = pd.util.hash_array(self.creators.to_numpy(dtype=object))
        with np.errstate(over="ignore"):
            mixed = np.sort(people[pairs.row] * np.uint64(0x9E3779B97F4A7C15) ^ creators[pairs.col])
        return sha256(mixed.tobytes()).hexdigest()


def observe(network: Network, creators: pd.Index[str], *, before: pd.Timestamp) -> Audience:
    """The audience that creators have when an experiment begins.

    Follows dated later are left out: whom an activation wins as a follower is an effect of it, and must not change who
    is counted. Follows without a date are taken as standing.

    Parameters
    ----------
    network : Network
        As `influence_graph.network.build` makes it; without follows its edges are touches and reshares that were seen.
    creators : Index
        Ids; whoever is not in the network has no followers.
    before : Timestamp
        When the experiment begins.
    """
    from scipy.sparse import csr_array

    number = np.full(network.n_people, -1, dtype=np.int64)
    place = network.index_of(creators)
    number[place[place >= 0]] = np.flatnonzero(place >= 0)
    creator = number[network.sources]
    late = network.edges.get("since", np.zeros(network.n_edges)) >= (before - _EPOCH) / pd.Timedelta(days=1)
    kept = (creator >= 0) & ~late
    people, row = np.unique(network.indices[kept].astype(np.int64), return_inverse=True)
    ones = np.ones(int(kept.sum()))
    return Audience(creators, people, csr_array((ones, (row, creator[kept])), shape=(len(people), len(creators))))
