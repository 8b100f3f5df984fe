"""Whom to activate: people chosen greedily on reverse reachable sets, held against simple rules on fresh ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import ceil, log, log2
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from influence_graph.cascades import rules as simple
from influence_graph.cascades.choice import Choice, Judged, judge, told
from influence_graph.cascades.greedy import again, ceiling, choosable, greedy, narrow
from influence_graph.cascades.limits import Limits, Terms, terms
from influence_graph.cascades.model import Conversions, Delay, Ints, Probability, given_network
from influence_graph.cascades.sets import Sets, source
from influence_graph.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

    from influence_graph.network import Network

FIRST, LOOKS = 2**14, 11
"""Sets before the first look, and how often they may double; looks that would come too early are left out."""
MOST_ENTRIES = 25_000_000
"""No look begins with more people in the sets than this: it may make twice as many, in each of two halves."""
AGAIN, SPARE = 4, 16_000_000
"""Where so many times the people in the sets, and the edges that drawing them jumps about in, are no more than this,
the choice itself is made on so many times the sets in the end: that takes a moment, and luck plays less of a part."""
NARROWED = 8_000_000
"""Before more people than this stand in the sets, a look is taken at who may be left out."""
GREEDY = "greedy"
Progress = Callable[[str, int, int], None]


def maximise(
    network: Network | nx.Graph[Any],
    limits: Limits,
    *,
    probability: Probability,
    model: Literal["cascade", "threshold"] = "cascade",
    conversions: Conversions | None = None,
    delay: Delay | None = None,
    days: int | None = None,
    rules: Mapping[str, ArrayLike] | None = None,
    certificate: float = 0.8,
    precision: float = 0.005,
    delta: float = 0.01,
    entries: int | None = None,
    rng: np.random.Generator | int | None = None,
    progress: Progress | None = None,
) -> Choice:
    """Choose the people whose sharing brings the most orders (or shares) within the limits.

    Half of the sets are for choosing, half for judging. More are drawn until the estimate is precise, the certificate
    is reached and no simple rule is better; or until more would not make the bounds much better, or memory should not
    hold more. If a simple rule is better even then, its choice is returned. With a budget the better of the most gain
    for its cost, the most gain, and the best single person is taken.

    Parameters
    ----------
    network, probability, model, conversions, delay, days
        As for `spread`.
    limits : Limits
        How many people, or which budget, or which target; roles, costs, who must and must not be part of it.
    rules : mapping of name to (n,) float64, optional
        Further simple rules: the higher the score, the sooner somebody is chosen.
    certificate : float, default 0.8
        Part of the best possible to be certain of.
    precision : float, default 0.005
        Standard error of what the plan brings, as a part of it.
    delta : float, default 0.01
        How likely the certificate may fail.
    entries : int, optional
        No more sets are begun once one half has had so many people in it: time grows with it, and with a budget
        memory; 25 million where not given.
    rng : numpy.random.Generator or int, optional
        The same seed gives the same answer on any number of threads. 0 where not given.
    progress : callable, optional
        Told ``("cascades.choosing", looks done, most looks)``.

    Returns
    -------
    Choice
        The greedy choice of a number of people brings at least 1 - 1/e of the best there is, that within a budget
        half of it; with quotas there is no such promise. The certificate needs none, and is usually far better: by
        linear programming one knows nearly what no choice could exceed. O(size of the sets).

    Raises
    ------
    UsageError
        No plan within the limits; probabilities outside [0, 1]; a network without edges.

    References
    ----------
    J. Tang et al., Online processing algorithms for influence maximization, 2018,
    https://doi.org/10.1145/3183713.3183749. C. Borgs et al., Maximizing social influence in nearly optimal time, 2014,
    https://doi.org/10.1137/1.9781611973402.70. S. Khuller, A. Moss & J. Naor, The budgeted maximum coverage problem,
    1999, https://doi.org/10.1016/S0020-0190(99)00031-9

    Examples
    --------
    >>> from influence_graph import Network
    >>> stars = Network.from_edges(["ann"] * 3 + ["bob"] * 2, ["cuc", "dan", "eve", "dan", "eve"])
    >>> choice = maximise(stars, Limits(people=2), probability=1.0)
    >>> choice.people["person_id"].tolist(), round(choice.expected, 2)
    (['ann', 'bob'], 5.0)
    """
    if not (0 < certificate < 1 and 0 < precision < 1 and 0 < delta < 1):
        raise UsageError("cascades.certainty-range", certificate=certificate, precision=precision, delta=delta)
    network, chances = given_network(network, probability)
    within = terms(limits, network)
    generator = np.random.default_rng(0 if rng is None else rng)
    worlds = generator.integers(2**63, size=2)
    by_rule = {
        name: simple.chosen(score, within) for name, score in simple.scores(network, within, rules or {}, generator)
    }
    of = source(network, chances, threshold=model == "threshold", conversions=conversions, delay=delay, days=days)
    may = choosable(within, network.n_people)
    choosing, judging = (Sets(of, np.uint64(world), may) for world in worlds)
    a = log(3 * (LOOKS + 1) * (1 + len(by_rule)) / delta)
    look, most_entries = 0, MOST_ENTRIES if entries is None else entries
    while True:
        choosing.grow(FIRST << look)
        with ThreadPoolExecutor() as pool:
            chosen = pool.submit(_bounded, choosing, within, limits.target, precision)
            judging.grow(FIRST << look)
            picks, most = chosen.result()
        judged = _judged(judging, by_rule | {GREEDY: picks}, within, limits.target)
        best = _best(judged, limits.target)
        plan = judged[best]
        if progress:
            progress("cascades.choosing", look + 1, LOOKS)
        drawn = max(choosing.drawn, judging.drawn)
        precise, last = not plan.vague(precision), look + 1 >= LOOKS or drawn > most_entries
        if precise or last:
            if most is None:
                most = ceiling(choosing, within, plan.order, within.budget if limits.target is None else plan.cost)
            low, high = of.total * _lower(plan.met, a) / plan.sets, of.total * _upper(most, a) / plan.sets
            good = best == GREEDY and low >= certificate * high
            # how far chance alone keeps the bounds apart: when that is little, more sets won't make them better
            certain = low * most * judging.worth >= (1 - min(6 * precision, 0.03)) * plan.expected * high
            if good or certain or last:
                break
        ahead = min(_ahead(plan, precision), LOOKS - 1 - look, 1 + int(log2(most_entries / max(drawn, 1))))
        if within.alike and limits.target is None:
            most_left = narrow(choosing, judging, within, picks, by_rule)
            ahead = ahead if most_left or drawn << ahead < NARROWED else min(ahead, 2)
        look += ahead
    if limits.target is not None and plan.expected < limits.target:
        raise UsageError("cascades.target-far", target=limits.target, reached=plan.expected)
    if best == GREEDY and limits.target is None and AGAIN * (choosing.drawn + network.n_edges) <= SPARE:
        more = AGAIN * len(choosing.ends)
        if within.alike and len(picks):
            order = again(choosing, within, picks, more)
        else:
            choosing.grow(more)
            order = greedy(choosing, within, None)
        judged |= _judged(judging, {GREEDY: order}, within, None)
        best = _best(judged, None)
        low = of.total * _lower(judged[best].met, a) / judged[best].sets
    return told(network, judging, within, judged, best, low=low, high=high, delta=delta)


def several(
    network: Network,
    asked: Mapping[str, Sequence[Limits]],
    *,
    probability: Probability,
    conversions: Conversions | None = None,
    delay: Delay | None = None,
    days: int | None = None,
    precision: float = 0.005,
    rng: np.random.Generator | int | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, list[Judged]], Sets]:
    """Choose within many limits on the same sets, so that the choices can be compared.

    Parameters
    ----------
    network, probability, conversions, delay, days, rng, progress
        As for `maximise`.
    asked : mapping of name to sequence of Limits
        Series of limits, each with a budget or a number of people.
    precision : float, default 0.005
        Standard error of what the last limits of each series bring, as a part of what those of the best series do.

    Returns
    -------
    dict of name to list of Judged
        The choices of each series, in its order.
    Sets
        On which they are judged, and which no choice has seen.

    Raises
    ------
    UsageError
        As `maximise`.
    """
    network, chances = given_network(network, probability)
    within = {name: [terms(limits, network) for limits in series] for name, series in asked.items()}
    generator = np.random.default_rng(0 if rng is None else rng)
    of = source(network, chances, conversions=conversions, delay=delay, days=days)
    may = np.any([choosable(each, network.n_people) for series in within.values() for each in series], axis=0)
    choosing, judging = (Sets(of, np.uint64(worlds), may) for worlds in generator.integers(2**63, size=2))
    tell = progress or (lambda *_: None)
    for look in range(LOOKS):
        choosing.grow(FIRST << look)
        judging.grow(FIRST << look)
        ends = [judge(judging, greedy(choosing, series[-1], None), series[-1], None) for series in within.values()]
        tell("cascades.choosing", look + 1, LOOKS)
        enough = max(end.standard_error for end in ends) <= precision * max(end.expected for end in ends)
        if enough or max(choosing.drawn, judging.drawn) > MOST_ENTRIES // 4:
            break
    found = {
        name: [judge(judging, greedy(choosing, limits, None), limits, None) for limits in series]
        for name, series in within.items()
    }
    tell("cascades.choosing", LOOKS, LOOKS)
    return found, judging


def _ahead(plan: Judged, precision: float) -> int:
    """After how many doublings the plan will be known precisely enough; at least one."""
    wanted = (plan.sets / max(plan.met, 1) - 1) / precision**2
    return max(ceil(log2(max(wanted / plan.sets, 1))), 1)


def _judged(judging: Sets, orders: Mapping[str, Ints], limits: Terms, target: float | None) -> dict[str, Judged]:
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda order: judge(judging, order, limits, target), orders.values())
        return dict(zip(orders, found, strict=True))


def _best(judged: Mapping[str, Judged], target: float | None) -> str:
    return min(judged, key=lambda name: (judged[name].order_by(target), name != GREEDY))


def _bounded(sets: Sets, limits: Terms, target: float | None, precision: float) -> tuple[Ints, float | None]:
    """Who is chosen on these sets, and the most of them that any choice could meet: None where that can wait."""
    picks = greedy(sets, limits, target)
    if target is not None or judge(sets, picks, limits, None).vague(precision):
        return picks, None
    return picks, ceiling(sets, limits, picks, limits.budget)


def _lower(met: float, a: float) -> float:
    """Sets that are met on average, at least, with probability ``1 - exp(-a)``."""
    return float(max((max(np.sqrt(met + 2 * a / 9) - np.sqrt(a / 2), 0.0)) ** 2 - a / 18, 0.0))


def _upper(met: float, a: float) -> float:
    return float((np.sqrt(met + a / 2) + np.sqrt(a / 2)) ** 2)
