"""How likely people are to pass on what they see: learnt for every edge from cascades that were seen."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy.special import gammaln

from influence_graph.cascades.model import Floats, Ints
from influence_graph.cascades.observed import Cascades, Contacts, contacts
from influence_graph.drivers.sums import summed
from influence_graph.errors import UsageError
from influence_graph.network import Network

Method = Literal["em", "bernoulli", "jaccard", "partial credit", "weighted cascade", "uniform"]
ROUNDS, SETTLED = 200, 1e-5
LEAST_SHAPE, MOST_SHAPE = 0.02, 200.0
"""Of the Gamma priors: from hardly any shrinkage to all alike."""


def learn(network: Network, cascades: Cascades, *, method: Method = "em", window_days: float = np.inf) -> Floats:
    """The probability that a share moves a follower to share too, for each edge.

    With N the cascades in which an edge had its chance (the source shared, the target had not yet) and K those in
    which it is credited with the target's share:

    - em: K shares each later share out among those who may have caused it, in proportion to their probabilities
      (Saito et al. 2008); a parent that is known gets all. As few edges are seen often, ``(a + K) / (b + N)`` shrinks
      each to its source's persuasion times its target's receptiveness, which are shrunk to the network's in the same
      way. The three Gamma priors are fitted by their own likelihood.
    - bernoulli, jaccard, partial credit: K counts every contact, or shares it out evenly, over the cascades of the
      source, or of either (Goyal, Bonchi & Lakshmanan 2010).
    - weighted cascade: one over the number of people that the target follows. Learns nothing.
    - uniform: the one probability for all that explains what was seen best.

    Parameters
    ----------
    network : Network
    cascades : Cascades
        With parents, without, or with some.
    window_days : float
        Later than this nobody is moved.

    Returns
    -------
    (m,) float64, in [0, 1]
        In the order of the network's edges. O(rounds times edges).

    Raises
    ------
    UsageError
        An unknown method, or a network without edges.

    References
    ----------
    K. Saito, R. Nakano & M. Kimura, Prediction of information diffusion probabilities for independent cascade model,
    2008, https://doi.org/10.1007/978-3-540-85567-5_9. A. Goyal, F. Bonchi & L. V. S. Lakshmanan, Learning influence
    probabilities in social networks, 2010, https://doi.org/10.1145/1718487.1718518

    Examples
    --------
    Ann shared four times, and Bob passed it on twice; one probability for all is what was seen.

    >>> import pandas as pd
    >>> network = Network.from_edges(["ann"], ["bob"])
    >>> who, when = ["ann", "ann", "ann", "ann", "bob", "bob"], [0, 0, 0, 0, 1, 1]
    >>> seen = pd.DataFrame({"cascade": [1, 2, 3, 4, 1, 2], "person": who, "time": when})
    >>> learn(network, Cascades.from_frame(network, seen), method="uniform").round(3).tolist()
    [0.5]
    """
    if method not in get_args(Method):
        raise UsageError("cascades.no-method", method=method, known=", ".join(get_args(Method)))
    if not network.n_edges:
        raise UsageError("cascades.no-edges", people=network.n_people)
    if method == "weighted cascade":
        return 1.0 / np.bincount(network.indices, minlength=network.n_people)[network.indices]
    seen = contacts(network, cascades, window_days=window_days)
    if method == "em":
        return _em(network, seen)
    if method == "uniform":
        return np.full(network.n_edges, _common(seen))
    counted = seen.sure != 0
    later, edge = seen.later[counted], seen.edge[counted]
    weight = np.ones(len(later))
    if method == "partial credit":
        weight = 1.0 / np.bincount(later)[later] if len(later) else weight
    credit = summed(weight, edge, network.n_edges)
    chances = seen.acted[network.sources]
    if method == "jaccard":
        # cascades of either: a target that acted later was credited, one that acted before had no chance left
        both = np.bincount(seen.edge, minlength=network.n_edges) + seen.acted[network.sources] - seen.tried
        chances = chances + seen.acted[network.indices] - both
    return np.minimum(np.divide(credit, chances, out=np.zeros(network.n_edges), where=chances > 0), 1.0)


def shared_out(seen: Contacts, chance: Floats) -> Floats:
    """(k,) float64: how likely each contact moved the later share, given that one of them did (Saito et al. 2008)."""
    each = chance[seen.edge]
    missed = np.bincount(seen.later, weights=np.log1p(-np.minimum(each, 1 - 1e-12))) if len(each) else each
    moved = -np.expm1(missed)[seen.later] if len(each) else each
    unknown = np.divide(each, moved, out=np.zeros(len(each)), where=moved > 0)
    return np.where(seen.sure < 0, np.minimum(unknown, 1.0), seen.sure.astype(np.float64))


def _common(seen: Contacts) -> float:
    """One probability for all edges, by EM."""
    trials = max(float(seen.tried.sum()), 1e-12)
    chance = min(max(len(np.unique(seen.later)) / trials, 1e-9), 0.5)
    for _ in range(ROUNDS):
        before = chance
        chance = min(shared_out(seen, np.full(len(seen.tried), chance)).sum() / trials, 1.0)
        if abs(chance - before) <= SETTLED * chance:
            break
    return float(chance)


def _em(network: Network, seen: Contacts) -> Floats:
    source, target, n = network.sources, network.indices, network.n_people
    base = max(_common(seen), 1e-9)
    persuasion, receptiveness = np.full(n, base), np.ones(n)
    chance = np.full(network.n_edges, base)
    shapes = [1.0, 1.0, 1.0]
    for turn in range(ROUNDS):
        before = chance
        credit = summed(shared_out(seen, chance), seen.edge, network.n_edges)
        by_source = summed(credit, source, n)
        by_target = summed(credit, target, n)
        exposed = summed(seen.tried * receptiveness[target], source, n)
        if turn % 10 == 0:
            shapes[0] = _shape(by_source, exposed * base)
        persuasion = base * _shrunk(by_source, exposed * base, shapes[0])
        received = summed(seen.tried * persuasion[source], target, n)
        if turn % 10 == 0:
            shapes[1] = _shape(by_target, received)
        receptiveness = _shrunk(by_target, received, shapes[1])
        usual = persuasion[source] * receptiveness[target]
        if turn % 10 == 0:
            shapes[2] = _shape(credit, seen.tried * usual)
        chance = np.minimum(usual * _shrunk(credit, seen.tried * usual, shapes[2]), 1.0)
        if np.abs(chance - before).max() <= SETTLED * max(float(chance.max()), 1e-12) and turn % 10 == 9:
            break
    return np.asarray(chance)


def _shrunk(credit: Floats, expected: Floats, shape: float) -> Floats:
    """How many times as much as expected, drawn to 1 by a Gamma prior of mean 1."""
    return np.asarray((shape + credit) / (shape + expected))


def _shape(credit: Floats, expected: Floats) -> float:
    """The shape of the Gamma prior under which these counts are likeliest: a negative binomial."""
    from scipy.optimize import minimize_scalar

    told = expected > 0
    counts: Floats = credit[told]
    means: Floats = expected[told]
    some: Ints = np.flatnonzero(counts > 0)

    def loss(log_shape: float) -> float:
        shape = np.exp(log_shape)
        spread = shape * np.log(shape / (shape + means)).sum()
        seen = counts[some]
        return -float(
            spread + (gammaln(shape + seen) - gammaln(shape) - seen * np.log((shape + means[some]) / means[some])).sum()
        )

    found = minimize_scalar(
        loss, bounds=(np.log(LEAST_SHAPE), np.log(MOST_SHAPE)), method="bounded", options={"xatol": 0.05}
    )
    return float(np.exp(found.x))
