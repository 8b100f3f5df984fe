"""How deep in the dense middle of the network somebody stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from influence_graph.network import Network


def core_number(network: Network) -> NDArray[np.int64]:
    """The largest k such that the person belongs to a group in which everybody has at least k ties within it.

    NetworkX's definition on a directed graph: ties are followers and followed together, so that a mutual follow
    counts twice. Self-loops, which NetworkX refuses, are left out; weights don't count.

    Returns
    -------
    (n,) int64
        0 for people without ties. O(m).

    References
    ----------
    V. Batagelj & M. Zaversnik, An O(m) algorithm for cores decomposition of networks, 2003,
    https://arxiv.org/abs/cs.DS/0310049

    Examples
    --------
    >>> triangle_and_tail = Network.from_edges(["ann", "bob", "cuc", "cuc"], ["bob", "cuc", "ann", "dan"])
    >>> core_number(triangle_and_tail).tolist()
    [2, 2, 2, 1]
    """
    from influence_graph.kernels import cores, rows

    followed = rows.turned(network.indptr, network.indices)[:2]
    return cores.core_number(*rows.joined(network.indptr, network.indices, *followed))
