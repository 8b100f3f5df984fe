"""Ripple: what the people moved by a share went on to drive, along reshares whose origin is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def parents(share_ids: NDArray[np.object_], parent_ids: NDArray[np.object_], time: Floats) -> Ints:
    """Position of each share's known parent, -1 where there is none or it is not strictly earlier.

    Parameters
    ----------
    share_ids, parent_ids : (s,) ids
        Missing parents as None or NaN.
    time : (s,) float64
        Any unit; a parent that is not earlier can't be the origin, which also rules out circles.
    """
    import pandas as pd

    place = pd.Index(share_ids).get_indexer(pd.Index(parent_ids)) if len(share_ids) else np.zeros(0, np.int64)
    place = np.where(pd.isna(parent_ids), -1, place)
    earlier = time[np.maximum(place, 0)] < time if len(time) else np.zeros(0, bool)
    return np.where((place >= 0) & earlier, place, -1).astype(np.int64)


def ripple(direct: Floats, author: Ints, parent: Ints, authors: int) -> Floats:
    """Credit that each author's shares have downstream of others' shares.

    Every share's direct credit counts once for each distinct other author among its ancestors. It is their credit as
    well as the sharer's, so ripple is never added over people.

    Parameters
    ----------
    direct : (s,) float64
        Conversions driven by each share itself.
    author, parent : (s,) int64
        Author of each share; position of the share it passes on, -1 for none. No circles.
    authors : int

    Returns
    -------
    (authors,) float64
        Conversions. Cost O(shares * depth of the longest chain squared).

    Examples
    --------
    A post of author 0 is passed on by 1, and from there by 2, who drives three conversions.

    >>> ripple(np.array([5.0, 0.0, 3.0]), np.array([0, 1, 2]), np.array([-1, 0, 1]), 3).tolist()
    [3.0, 3.0, 0.0]
    """
    credit = np.zeros(authors)
    share = np.flatnonzero(parent >= 0)
    ancestor = parent[share]
    met = [author[share]]
    while share.size:
        who = author[ancestor]
        fresh = np.all([who != earlier for earlier in met], axis=0)
        np.add.at(credit, who[fresh], direct[share[fresh]])
        onward = parent[ancestor] >= 0
        met = [earlier[onward] for earlier in [*met, who]]
        share, ancestor = share[onward], parent[ancestor[onward]]
    return credit
