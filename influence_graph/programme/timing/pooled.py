"""Effects of labels, drawn towards none and, for each community, towards what all have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.parts import LEAST, run_tasks
from influence_graph.programme.timing.within import Apart, Posts, apart

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIZES = (0.0, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0)
"""Standard deviations of log effects that are weighed against each other."""
ROUNDS = 4
"""Steps of Newton towards the effects."""


@dataclass(frozen=True)
class Effects:
    """Log effects of labels.

    Attributes
    ----------
    middle : (labels,) float64
    spread : (labels, labels) float64
        Their covariance.
    chance : float
        How often labels that do not matter would look as different, see `Apart.chance`.
    posts : (labels,) int64
        Posts of people with two or more.
    """

    middle: Floats
    spread: Floats
    chance: float
    posts: Ints


def effects(posts: Posts, label: Ints, labels: int, communities: Sequence[Posts] = ()) -> tuple[Effects, list[Effects]]:
    """Effects of labels on what a post drives: of all orders, and of each community's.

    Log effects are Gaussian about 0, a community's about those of all communities; how far they spread, the data
    say (empirical Bayes).

    Parameters
    ----------
    posts : Posts
    label : (shares,) int64
        Below `labels`.
    labels : int
    communities : sequence of Posts
        The same posts with the orders of each community.

    Returns
    -------
    Effects, list of Effects
        O(exposures of buyers + authors * labels ** 2) for each community, and (communities * labels) ** 3.
    """
    plain = apart(posts, label, labels)
    one, none, one_each = plain, np.zeros((labels, labels)), np.eye(labels)
    for _ in range(ROUNDS):
        base = _size([_evidence(size**2 * one_each, none, [one]) for size in SIZES]) ** 2 * one_each
        (found,) = _posterior(base, none, [one])
        one = apart(posts, label, labels, about=found[0])
    whole = Effects(*found, plain.chance, plain.posts)
    first = each = _all_apart(label, labels, [(some, None) for some in communities])
    told: list[tuple[Floats, Floats]] = []
    for _ in range(ROUNDS if each else 0):
        own = _size([_evidence(base, size**2 * one_each, each) for size in SIZES]) ** 2 * one_each
        told = _posterior(base, own, each)
        middles = [middle for middle, _ in told]
        each = _all_apart(label, labels, list(zip(communities, middles, strict=True)))
    return whole, [Effects(*effect, one.chance, one.posts) for effect, one in zip(told, first, strict=True)]


def _all_apart(label: Ints, labels: int, each: Sequence[tuple[Posts, Floats | None]]) -> list[Apart]:
    """`apart` of some posts about some effects, side by side."""
    tasks = [partial(apart, posts, label, labels, about=about) for posts, about in each]
    return run_tasks(tasks, many=label.size > LEAST)


def _size(evidence: Sequence[float]) -> float:
    """How far effects spread: the mean over `SIZES`, each as likely as it makes the data."""
    likely = np.exp(np.array(evidence) - max(evidence))
    return float(np.sqrt(likely @ np.square(SIZES) / likely.sum()))


def _stacked(base: Floats, own: Floats, each: Sequence[Apart]) -> tuple[Floats, Floats, Floats, Floats]:
    """Prior covariance, gain, covariance and data of all communities, one below the other."""
    n, labels = len(each), base.shape[0]
    prior = np.kron(np.ones((n, n)), base) + np.kron(np.eye(n), own)
    gain, spread = np.zeros(prior.shape), np.zeros(prior.shape)
    for place, one in enumerate(each):
        block = slice(place * labels, (place + 1) * labels)
        gain[block, block] = one.gain
        spread[block, block] = one.spread + (1e-4 * np.trace(one.spread) / labels + 1e-9) * np.eye(labels)
    return prior, gain, spread, np.concatenate([one.told for one in each])


def _evidence(base: Floats, own: Floats, each: Sequence[Apart]) -> float:
    """Log marginal likelihood of the data, up to a constant."""
    prior, gain, spread, data = _stacked(base, own, each)
    total = gain @ prior @ gain.T + spread
    return float(-0.5 * (np.linalg.slogdet(total)[1] + data @ np.linalg.solve(total, data)))


def _posterior(base: Floats, own: Floats, each: Sequence[Apart]) -> list[tuple[Floats, Floats]]:
    """Mean and covariance of each community's effects."""
    prior, gain, spread, data = _stacked(base, own, each)
    pull = np.linalg.solve(gain @ prior @ gain.T + spread, gain @ prior).T
    middle, left = pull @ data, prior - pull @ gain @ prior
    labels = base.shape[0]
    blocks = [slice(place * labels, (place + 1) * labels) for place in range(len(each))]
    return [(middle[block], left[block, block]) for block in blocks]
