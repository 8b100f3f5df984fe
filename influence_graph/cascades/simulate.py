"""What happens when these people share: expected shares, reach and orders, simulated until they are precise enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from influence_graph.cascades.model import (
    Conversions,
    Delay,
    Floats,
    Probability,
    check_thresholds,
    given_network,
    places,
)
from influence_graph.cascades.outcome import Spread, told
from influence_graph.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

    from influence_graph.network import Network

FEWEST, MOST = 256, 200_000
"""Simulations before the first look at the error, and after the last."""
PORTION = 64
"""Simulations of one piece of work: fixed, so that sums are taken in the same order on any number of threads."""
Progress = Callable[[str, int, int], None]
_Portion = tuple[Floats, Floats | None, Floats | None]


def spread(
    network: Network | nx.Graph[Any],
    seeds: ArrayLike,
    *,
    probability: Probability,
    model: Literal["cascade", "threshold"] = "cascade",
    conversions: Conversions | None = None,
    delay: Delay | None = None,
    days: int | None = None,
    groups: pd.DataFrame | None = None,
    simulations: int | None = None,
    precision: float = 0.01,
    rng: np.random.Generator | int | None = None,
    progress: Progress | None = None,
) -> Spread:
    """Simulate what happens when `seeds` share, until the expected number is known precisely enough.

    Independent cascade: whoever shares has one chance with each person they influence, the edge's probability, that
    this person shares too. Linear thresholds: people share once those who influence them and shared weigh more than
    a threshold drawn evenly from 0 to 1; the probabilities are the weights and sum to 1 at most for each person.

    Parameters
    ----------
    network : Network or networkx.Graph
        Edges lead from who influences to who is influenced.
    seeds : (k,) ids
        Who shares first; listed twice counts once.
    probability : float, str or (m,) float64
        In [0, 1]: one for all, an edge attribute by its name, or one for each edge of a `Network`.
    model : {"cascade", "threshold"}
    conversions : Conversions, optional
        Who orders because of a share.
    delay : Delay, optional
        From a share to the next one that it leads to; at once where not given.
    days : int, optional
        Shares and orders count until then, and are told day by day; all of them where not given.
    groups : (n, g) DataFrame, optional
        How far each person belongs to each group (a role, say), in [0, 1]: what is told by day is told for each.
    simulations : int, optional
        How many; as many as `precision` needs where not given.
    precision : float, default 0.01
        Standard error of the mean, as a part of it, at which to stop.
    rng : numpy.random.Generator or int, optional
        The same seed gives the same answer on any number of threads, and the same worlds for any seeds: differences
        between two plans are more precise than either. 0 where not given.
    progress : callable, optional
        Told ``("cascades.simulating", done, of)``.

    Returns
    -------
    Spread
        O(simulations times edges of who shares).

    Raises
    ------
    UsageError
        People who are not in the network, a network without edges, probabilities outside [0, 1].

    References
    ----------
    D. Kempe, J. Kleinberg & É. Tardos, Maximizing the spread of influence through a social network, 2003,
    https://doi.org/10.1145/956750.956769

    Examples
    --------
    Ann's friend Bob passes on half of what she shares, Cuc half of what Bob does: 1 + 1/2 + 1/4.

    >>> from influence_graph import Network
    >>> line = Network.from_edges(["ann", "bob"], ["bob", "cuc"])
    >>> found = spread(line, ["ann"], probability=0.5)
    >>> found.precise, abs(found.mean - 1.75) < 4 * found.standard_error
    (True, True)
    """
    if not 0 < precision < 1:
        raise UsageError("cascades.precision-range", precision=precision)
    if simulations is not None and simulations < 2:
        raise UsageError("cascades.simulations-range", simulations=simulations)
    if days is not None and days < 1:
        raise UsageError("cascades.days-range", days=days)
    network, chances = given_network(network, probability)
    first = places(network, seeds)
    if not first.size:
        raise UsageError("cascades.no-seeds")
    timed = conversions is not None or days is not None or groups is not None
    worlds = np.uint64(np.random.default_rng(0 if rng is None else rng).integers(2**63))
    if model == "threshold":
        if timed or delay:
            raise UsageError("cascades.threshold-alone")
        check_thresholds(network, chances)
    names = ["all", *(() if groups is None else map(str, groups.columns))]
    play = (
        _campaigns(network, chances, first, worlds, conversions, delay or Delay(), days, groups)
        if timed
        else _cascades(network, chances, first, worlds, model)
    )
    asked = 2 if conversions is not None else 0
    totals, by_day, squares = _until(play, simulations, precision, asked, progress)
    return told(totals, by_day, squares, names, asked=asked, precision=precision, orders=conversions is not None)


def _cascades(network: Network, chances: Floats, seeds: NDArray[np.int64], worlds: np.uint64, model: str) -> Any:
    """Plays some worlds, counting who shares."""
    from influence_graph.kernels import cascade

    if model == "threshold":

        def play(begin: int, end: int) -> _Portion:
            sizes = cascade.threshold(network.indptr, network.indices, chances, seeds, worlds, begin, end)
            return sizes[:, None].astype(np.float64), None, None

        return play
    edges = cascade.packed(network.indices, chances)

    def play_independent(begin: int, end: int) -> _Portion:
        sizes = cascade.independent(network.indptr, edges, seeds, worlds, begin, end)
        return sizes[:, None].astype(np.float64), None, None

    return play_independent


def _campaigns(
    network: Network,
    chances: Floats,
    seeds: NDArray[np.int64],
    worlds: np.uint64,
    conversions: Conversions | None,
    delay: Delay,
    days: int | None,
    groups: pd.DataFrame | None,
) -> Any:
    """Plays some worlds day by day, counting everything."""
    from influence_graph.kernels import campaign, cascade

    n = network.n_people
    conversions = conversions or Conversions(np.zeros(n))
    value = conversions.worth(n)
    if groups is not None and len(groups) != n:
        raise UsageError("cascades.each-person", name="groups", given=len(groups), people=n)
    weights = np.ones((n, 1)) if groups is None else np.column_stack([np.ones(n), groups.to_numpy(dtype=np.float64)])
    edges = cascade.packed(network.indices, chances)

    def play(begin: int, end: int) -> _Portion:
        return campaign.campaigns(
            network.indptr, edges, conversions.hazard, value, conversions.once, weights, days or 1,
            np.inf if days is None else float(days), delay.kernel, conversions.delay.kernel, seeds, worlds, begin, end,
        )  # fmt: skip

    return play


def _until(
    play: Callable[[int, int], _Portion],
    simulations: int | None,
    precision: float,
    asked: int,
    progress: Progress | None,
) -> tuple[Floats, Floats | None, Floats | None]:
    """Play worlds until the asked measure is precise; sums are taken portion by portion, in order."""
    portions: list[_Portion] = []
    done, wanted = 0, simulations or FEWEST
    with ThreadPoolExecutor() as pool:
        while done < wanted:
            for portion in pool.map(lambda span: play(*span), list(_spans(done, wanted))):
                portions.append(portion)
                done += len(portion[0])
                if progress:
                    progress("cascades.simulating", done, wanted)
            if simulations is None:
                wanted = _needed(np.concatenate([total[:, asked] for total, *_ in portions]), precision)
    totals = np.concatenate([total for total, *_ in portions])
    by_day = [(one, two) for _, one, two in portions if one is not None and two is not None]
    if not by_day:
        return totals, None, None
    return totals, np.sum([one for one, _ in by_day], axis=0), np.sum([two for _, two in by_day], axis=0)


def _spans(begin: int, end: int) -> Iterator[tuple[int, int]]:
    return ((at, min(at + PORTION, end)) for at in range(begin, end, PORTION))


def _needed(values: Floats, precision: float) -> int:
    """Simulations, all told, that bring the standard error down; those done already where it is."""
    mean, deviation = values.mean(), values.std(ddof=1)
    if deviation <= precision * mean * np.sqrt(len(values)):
        return len(values)
    wanted = 1.05 * (deviation / (precision * mean)) ** 2 if mean > 0 else np.inf
    # from few simulations the deviation itself is uncertain: at most four times as many before looking again
    return int(min(max(wanted, len(values) + PORTION), 4 * len(values), max(MOST, len(values))))
