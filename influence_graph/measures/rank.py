"""PageRank, turned so that rank flows to who influences."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from influence_graph.errors import UsageError
from influence_graph.network import Network


def pagerank(network: Network, *, alpha: float = 0.85, tol: float = 1e-10) -> NDArray[np.float64]:
    """The share of attention that ends with each person when everybody passes theirs on to whom they follow.

    PageRank gives a page's rank to the pages it points to. Our edges point from who is followed to who follows, so
    that rank on them as they stand would flow from creators down to their followers, and the most attentive follower
    would come first. It is therefore taken on the reversed graph, follower to followed, as
    ``networkx.pagerank(graph.reverse())`` does: followers of much-followed people count for more than others.

    Parameters
    ----------
    alpha : float in [0, 1)
        How much of their rank people pass on; the rest is spread over all. Who follows nobody spreads all of it.
    tol : float
        Stop when the total change of a step is under `tol` (NetworkX: under n times its `tol`). Convergence is
        certain: each step shrinks the error by `alpha`.

    Returns
    -------
    (n,) float64, in [0, 1], sum 1
        O(m log tol / log alpha).

    Raises
    ------
    UsageError
        When `alpha` or `tol` is out of range.

    References
    ----------
    L. Page, S. Brin, R. Motwani & T. Winograd, The PageRank citation ranking, Stanford 1999,
    http://ilpubs.stanford.edu:8090/422/

    Examples
    --------
    Three people follow ann, who gets all the rank that they pass on: a = 0.8875 / 1.6375.

    >>> pagerank(Network.from_edges(["ann"] * 3, ["bob", "cuc", "dan"])).round(3).tolist()
    [0.542, 0.153, 0.153, 0.153]
    """
    if not (0 <= alpha < 1 and 0 < tol < 1):
        raise UsageError("measures.pagerank-range", alpha=alpha, tol=tol)
    from influence_graph.kernels import rank

    if not network.n_people:
        return np.zeros(0)
    steps = math.ceil(math.log(tol / 2) / math.log(alpha)) + 1 if alpha > 0 else 1
    alike = np.full(network.n_people, 1.0 / network.n_people)
    weight = np.zeros(0) if np.all(network.weight == 1) else network.weight
    weight.setflags(write=False)
    return rank.pagerank(network.indptr, network.indices, weight, alike, alike, alike, alpha, tol, steps)[0]
