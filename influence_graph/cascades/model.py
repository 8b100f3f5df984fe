"""What spreads, and how: probabilities of edges, who orders because of a share, and after which delays."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from influence_graph.drivers.sums import summed
from influence_graph.errors import UsageError
from influence_graph.network import Network

if TYPE_CHECKING:
    import networkx as nx

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Probability = float | str | ArrayLike
ROUNDING = 1e-9
SEARCHED = 50_000
"""Ids among which somebody of a similar name is looked for."""


@dataclass(frozen=True)
class Delay:
    """How long one waits: exponential, truncated at a window, as the driver model has it.

    Attributes
    ----------
    days : float
        One over the rate, as `Drivers.total` tells it; 0 for at once.
    window_days : float
        Nothing comes later.
    """

    days: float = 0.0
    window_days: float = 30.0

    def __post_init__(self) -> None:
        if not (0 <= self.days < np.inf and self.window_days > 0):
            raise UsageError("cascades.delay-range", days=self.days, window=self.window_days)

    @property
    def kernel(self) -> tuple[float, float]:
        """The rate a day (0: at once) and the window, as the loops take them."""
        return (1.0 / self.days if self.days else 0.0), float(self.window_days)


@dataclass(frozen=True, eq=False)
class Conversions:
    """The second layer: everybody who shares moves followers to order.

    Attributes
    ----------
    hazard : (n,) float64
        Orders that a person's shares cause in each follower once all delays are over: theta times the number of
        shares. Not negative.
    value : (n,) float64, optional
        What an order of each person is worth; 1 where not given, so that orders are counted.
    once : bool
        Whether a person orders at most once (a phone), or as often as they are moved to (a coffee).
    delay : Delay
        From share to order.
    """

    hazard: Floats
    value: Floats | None = None
    once: bool = True
    delay: Delay = Delay()

    def __post_init__(self) -> None:
        for name in ("hazard", "value"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, np.asarray(given, dtype=np.float64))

    def worth(self, people: int) -> Floats:
        """(n,) float64: the value of each person's order, after checking that everything fits `people`."""
        for name, given in (("hazard", self.hazard), ("value", self.value)):
            if given is None:
                continue
            if given.shape != (people,):
                raise UsageError("cascades.each-person", name=name, given=given.size, people=people)
            if not np.all((given >= 0) & np.isfinite(given)):
                raise UsageError("cascades.each-positive", name=name, n=int(np.sum(~((given >= 0) & (given < np.inf)))))
        return np.ones(people) if self.value is None else self.value


def given_network(network: Network | nx.Graph[Any], probability: Probability) -> tuple[Network, Floats]:
    """The network and (m,) probabilities of its edges, each in [0, 1].

    Parameters
    ----------
    network : Network or networkx.Graph
        Of a NetworkX graph the probabilities are one number, or an attribute of its edges.
    probability : float, str or (m,) float64 or float32
        One for all, the name of an edge attribute (`weight` among them), or one for each edge in the network's order:
        float32 takes half the memory, and stays what it is.

    Raises
    ------
    UsageError
        A network without edges; probabilities that are missing, outside [0, 1], or not one for each edge.
    """
    if not isinstance(network, Network):
        network = Network.from_networkx(network)
    if not network.n_edges:
        raise UsageError("cascades.no-edges", people=network.n_people)
    if isinstance(probability, str):
        known = {"weight": network.weight, **network.edges}
        if probability not in known:
            raise UsageError("cascades.no-attribute", name=probability, known=", ".join(sorted(known)))
        given = known[probability]
    else:
        given = np.asarray(probability)
        given = given if given.dtype == np.float32 else given.astype(np.float64, copy=False)
        given = np.full(network.n_edges, given) if given.ndim == 0 else given
    if given.shape != (network.n_edges,):
        raise UsageError("cascades.each-edge", given=given.size, edges=network.n_edges)
    if not 0 <= given.min() <= given.max() <= 1 + ROUNDING:  # NaN is neither
        wrong = np.flatnonzero(~((given >= 0) & (given <= 1 + ROUNDING)))
        at, ids = int(wrong[0]), network.nodes.index
        raise UsageError(
            "cascades.probability-range",
            n=wrong.size,
            source=str(ids[network.sources[at]]),
            target=str(ids[network.indices[at]]),
            value=float(given[at]),
        )
    return network, np.minimum(given, 1.0) if given.max() > 1 else given


def check_thresholds(network: Network, weight: Floats) -> None:
    """Raise where the weights of the edges into a person sum to more than 1, as thresholds forbid."""
    into = summed(weight, network.indices, network.n_people)
    over = np.flatnonzero(into > 1 + 1e-6)
    if over.size:
        worst = int(np.argmax(into))
        raise UsageError(
            "cascades.threshold-weights", n=over.size, person=str(network.nodes.index[worst]), value=float(into[worst])
        )


def places(network: Network, people: ArrayLike) -> Ints:
    """(k,) int64: where these people stand in the network, each once, in the given order.

    Raises
    ------
    UsageError
        When somebody is not in the network, with ids that are like theirs.
    """
    asked = [people] if isinstance(people, str) else list(np.asarray(people, dtype=object).ravel())
    if not asked:
        return np.zeros(0, dtype=np.int64)
    found = network.index_of([str(person) for person in asked])
    unknown = [str(person) for person, place in zip(asked, found.tolist(), strict=True) if place < 0]
    if unknown:
        near = get_close_matches(unknown[0], islice(network.nodes.index, SEARCHED), n=3, cutoff=0.6)
        message = "cascades.unknown-near" if near else "cascades.unknown"
        raise UsageError(message, n=len(unknown), person=unknown[0], near=", ".join(near))
    return found[np.sort(np.unique(found, return_index=True)[1])]
