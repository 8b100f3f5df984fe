"""How likely followers pass on what somebody shares: learnt from where the programme's shares came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.cascades import Cascades, Delay, learn
from influence_graph.cascades.model import Floats
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.reshares import Origins
from influence_graph.drivers.sums import summed
from influence_graph.network import Network

COURSES = 8
"""Courses of events over which is averaged where origins are likely rather than known."""
CERTAIN = 1.0 - 1e-9


@dataclass(frozen=True, eq=False)
class Passing:
    """How shares are passed on.

    Attributes
    ----------
    probability : (m,) float64
        That one share moves a follower to share too, for each edge; nothing where nobody is known to have done so.
    passed : (n,) float64
        How many shares of each person are known, or likely, to have been passed on.
    delay : Delay
        From a share to the next that it leads to.
    """

    probability: Floats
    passed: Floats
    delay: Delay

    @property
    def any(self) -> bool:
        """Whether anything is passed on at all."""
        return bool(self.passed.sum() > 0 and self.probability.any())

    def drawn(self, network: Network, rng: np.random.Generator) -> Floats:
        """(m,) float64: the probabilities as they may be instead, given how few shares were seen to be passed on.

        How often shares are passed on at all is Gamma distributed about what was seen, and so is each sharer's part of
        it, with one count added lest somebody who was never passed on were certain never to be.
        """
        total = float(self.passed.sum())
        whole = rng.gamma(total + 0.5) / (total + 0.5)
        own = rng.gamma(self.passed + 1.0) / (self.passed + 1.0)
        return np.minimum(self.probability * whole * own[network.sources], 1.0)


def passing(network: Network, exposure: Exposure, origins: Origins, *, rng: np.random.Generator) -> Passing:
    """Learn how likely shares are passed on, by EM with shrinkage (`cascades.learn`).

    Each share with everything that came down from it is a cascade, and one that nobody passed on is a cascade of one:
    what it did not lead to tells as much. Where origins are likely rather than known, probabilities are averaged over
    `COURSES` courses of events.

    Parameters
    ----------
    network : Network
    exposure, origins
        Of the driver model: its shares, and where each came from.
    rng : numpy.random.Generator
        Draws origins that are not certain.

    Returns
    -------
    Passing
        O(courses * (shares * whom sharers follow + rounds * edges)).
    """
    nothing = Passing(np.zeros(network.n_edges), np.zeros(network.n_people), Delay(window_days=exposure.window))
    if not origins.any or not network.n_edges:
        return nothing
    shares = exposure.shares
    time, author = shares["time"].to_numpy(dtype=np.float64), shares["author"].to_numpy()
    known = bool((origins.chance.data > CERTAIN).all())
    courses = [_course(origins, None if known else rng) for _ in range(1 if known else COURSES)]
    names = exposure.authors.to_numpy(dtype=object)[author]
    learnt = [
        learn(network, Cascades.from_frame(network, _frame(names, time, origin)), window_days=exposure.window)
        for origin in courses
    ]
    place = network.index_of(exposure.authors)
    row = np.repeat(np.arange(len(shares)), np.diff(origins.chance.indptr))
    column, chance = origins.chance.indices, origins.chance.data
    passed = summed(chance, place[author[column]], network.n_people)
    lag = float(np.average(time[row] - time[column], weights=chance))
    return Passing(
        np.mean(learnt, axis=0), passed, Delay(min(max(lag, 0.0), exposure.window), window_days=exposure.window)
    )


def _course(origins: Origins, rng: np.random.Generator | None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(s,) int64: the one origin of each share, -1 for none."""
    drawn = origins.chance if rng is None else origins.draw(rng)
    origin = np.full(drawn.shape[0], -1, dtype=np.int64)
    origin[np.repeat(np.arange(drawn.shape[0]), np.diff(drawn.indptr))] = drawn.indices
    return origin


def _frame(
    names: np.ndarray[tuple[int], np.dtype[np.object_]],
    time: Floats,
    origin: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> pd.DataFrame:
    """Shares as cascades: the share that each came down from, its author and its time, and whom it was had from."""
    root = np.arange(len(origin))
    for at in np.argsort(time, kind="stable"):  # an origin is earlier
        if origin[at] >= 0:
            root[at] = root[origin[at]]
    parent = pd.Series(names[np.maximum(origin, 0)]).where(origin >= 0, None)
    return pd.DataFrame({"cascade": root, "person": names, "time": time, "parent": parent.to_numpy(dtype=object)})
