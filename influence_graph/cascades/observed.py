"""Cascades as they were seen: who shared what when, and who may have moved whom to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.cascades.model import Floats, Ints
from influence_graph.errors import UsageError
from influence_graph.network import Network
from influence_graph.tables.schema import Tables

_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Cascades:
    """First shares of people of a network, by cascade and then by time.

    Attributes
    ----------
    pointers : (c + 1,) int64
        Where each cascade begins and ends.
    person : (a,) int64
        Places in the network; each person once in a cascade.
    time : (a,) float64
        Days.
    parent : (a,) int64
        Place of whom they had it from, -1 where that is not known.
    """

    pointers: Ints
    person: Ints
    time: Floats
    parent: Ints

    def __len__(self) -> int:
        return len(self.pointers) - 1

    @classmethod
    def from_frame(cls, network: Network, shares: pd.DataFrame) -> Cascades:
        """Read cascades from a table with the columns cascade, person, time (days or dates) and perhaps parent.

        Of several shares by one person in a cascade the first counts. Rows without a cascade or a time, and people
        who are not in the network, are left out.

        Raises
        ------
        UsageError
            No row is left.
        """
        time = shares["time"]
        if not pd.api.types.is_numeric_dtype(time):
            time = (time - time.min()) / _DAY
        parent = shares["parent"] if "parent" in shares else pd.Series(None, index=shares.index, dtype="object")
        place = network.index_of(shares["person"].to_numpy(dtype=object))
        from_whom = network.index_of(parent.to_numpy(dtype=object))
        kept = (place >= 0) & shares["cascade"].notna().to_numpy() & time.notna().to_numpy()
        if not kept.any():
            raise UsageError("cascades.nothing-seen")
        cascade = pd.factorize(shares["cascade"][kept], sort=True)[0]
        when = time.to_numpy(dtype=np.float64)[kept]
        person, from_whom = place[kept], np.where(parent.isna().to_numpy(), -1, from_whom)[kept]
        order = np.lexsort((person, when, cascade))
        first = order[~pd.DataFrame({"c": cascade[order], "p": person[order]}).duplicated().to_numpy()]
        pointers = np.concatenate([[0], np.cumsum(np.bincount(cascade[first]))]).astype(np.int64)
        return cls(pointers, person[first], when[first], from_whom[first])

    @classmethod
    def from_tables(cls, network: Network, tables: Tables) -> Cascades:
        """Read cascades from a programme's shares.

        A cascade is a share with everything that passes it on, where parents are told; else the shares of one
        content; else those of one campaign. Shares that are none of these tell nothing of who passes on what.
        """
        shares = tables.shares.drop_duplicates("share_id", keep="last").sort_values("shared_at", kind="stable")
        ids = pd.Index(shares["share_id"])
        parent = ids.get_indexer(pd.Index(shares["parent_share_id"]))
        parent = np.where(shares["parent_share_id"].isna().to_numpy() | (parent >= np.arange(len(ids))), -1, parent)
        root = np.arange(len(ids))
        for at in np.flatnonzero(parent >= 0):  # parents come first
            root[at] = root[parent[at]]
        has_child = np.zeros(len(ids), dtype=bool)
        has_child[parent[parent >= 0]] = True
        chained = has_child | (parent >= 0)
        own = pd.Series(ids[root], index=shares.index).where(chained)
        content = shares["content_id"].where(shares["content_id"].notna(), shares["campaign_id"])
        who = shares["person_id"].to_numpy(dtype=object)
        frame = pd.DataFrame(
            {
                "cascade": own.fillna(content),
                "person": who,
                "time": shares["shared_at"],
                "parent": pd.Series(who[parent] if len(who) else who).where(parent >= 0).to_numpy(dtype=object),
            }
        )
        return cls.from_frame(network, frame)


@dataclass(frozen=True, eq=False)
class Contacts:
    """Who may have moved whom: earlier shares by people whom the later sharer follows.

    Attributes
    ----------
    later : (k,) int64
        Position of the later share, ascending.
    edge : (k,) int64
        Edge of the network along which it may have been moved.
    sure : (k,) int8
        1 where the parent is known to be this one, 0 where it is known to be another, -1 where nothing is known.
    tried : (m,) float64
        Cascades in which each edge had its chance: its source shared, and its target had not yet.
    acted : (n,) float64
        Cascades in which each person shared.
    """

    later: Ints
    edge: Ints
    sure: NDArray[np.int8]
    tried: Floats
    acted: Floats


def contacts(network: Network, cascades: Cascades, *, window_days: float = np.inf) -> Contacts:
    """Find who may have moved whom. O(sum over shares of whom the sharer follows)."""
    from influence_graph.kernels import contacts as kernels

    turned = network.reversed()
    edge = np.argsort(network.indices, kind="stable")
    acted = np.bincount(cascades.person, minlength=network.n_people).astype(np.float64)
    tried = acted[network.sources]
    none = np.zeros(0, dtype=np.int64)
    common = turned.indptr, turned.indices, edge, cascades.pointers, cascades.person, cascades.time, window_days
    number = kernels.contacts(*common, False, none, none, none, tried)
    pointers = np.zeros(len(cascades.person) + 1, dtype=np.int64)
    earlier, along = np.empty(number, dtype=np.int64), np.empty(number, dtype=np.int64)
    kernels.contacts(*common, True, pointers, earlier, along, tried)
    later = np.repeat(np.arange(len(cascades.person)), np.diff(pointers))
    parent = cascades.parent[later]
    sure = np.where(parent < 0, -1, cascades.person[earlier] == parent).astype(np.int8)
    return Contacts(later, along, sure, np.maximum(tried, 0.0), acted)
