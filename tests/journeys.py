"""Small journeys for tests, and every rule of credit in plain Python: slow, without a line of the code it checks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise, permutations, product

import numpy as np
from hypothesis import strategies as st

from influence_graph.drivers.rules import Journeys

START, ORDER, NOTHING = "start", "order", "nothing"


@dataclass(frozen=True)
class Journey:
    """What one buyer saw, as (creator, days before the order), how often it ended in an order, and how often not."""

    seen: tuple[tuple[int, int], ...]
    orders: int = 1
    lost: int = 0

    @property
    def creators(self) -> set[int]:
        return {creator for creator, _ in self.seen}

    @property
    def moments(self) -> list[list[int]]:
        """Creators seen at each moment, the oldest first."""
        by_age = defaultdict(list)
        for creator, age in self.seen:
            by_age[age].append(creator)
        return [by_age[age] for age in sorted(by_age, reverse=True)]


def small(creators: int = 4) -> st.SearchStrategy[list[Journey]]:
    """A few journeys of a few creators, with shares of the same moment and shares seen again."""
    seen = st.lists(st.tuples(st.integers(0, creators - 1), st.integers(1, 5)), max_size=4).map(tuple)
    return st.lists(st.builds(Journey, seen, st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=6)


def laid_out(told: Sequence[Journey], creators: int = 4) -> Journeys:
    """The same as the rules take them."""
    rows = [sorted(journey.seen, key=lambda touch: -touch[1]) for journey in told]
    flat = [touch for row in rows for touch in row]
    return Journeys(
        ptr=np.cumsum([0, *map(len, rows)]),
        author=np.array([creator for creator, _ in flat], dtype=np.int64),
        share=np.arange(len(flat)),
        age=np.array([age for _, age in flat], dtype=np.float64),
        weight=np.ones(len(flat)),
        orders=np.array([journey.orders for journey in told], dtype=np.float64),
        lost=np.array([journey.lost for journey in told], dtype=np.float64),
        crowd=np.zeros(len(told), dtype=bool),
        authors=creators,
        in_days=True,
    )


# ------------------------------------------------------------------------------------------- a journey, split by a rule


def first(journey: Journey) -> Counter[int]:
    return _even(journey.moments[0])


def last(journey: Journey) -> Counter[int]:
    return _even(journey.moments[-1])


def linear(journey: Journey) -> Counter[int]:
    return _even([creator for creator, _ in journey.seen])


def decay(journey: Journey) -> Counter[int]:
    return _scaled(_added((creator, 0.5 ** (age / 7)) for creator, age in journey.seen))


def position(journey: Journey) -> Counter[int]:
    moments = journey.moments
    parts = [(_even(moments[0]), 0.4), (_even(moments[-1]), 0.4)]
    between = [creator for moment in moments[1:-1] for creator in moment]
    if between:
        parts.append((_even(between), 0.2))
    return _scaled(_added((creator, part * weight) for split, weight in parts for creator, part in split.items()))


def _even(creators: Sequence[int]) -> Counter[int]:
    return _added((creator, 1 / len(creators)) for creator in creators)


def _added(pairs: Iterator[tuple[int, float]]) -> Counter[int]:
    total: Counter[int] = Counter()
    for creator, part in pairs:
        total[creator] += part  # type: ignore[assignment]
    return total


def _scaled(parts: Counter[int]) -> Counter[int]:
    whole = sum(parts.values())
    return Counter({creator: part / whole for creator, part in parts.items()})


SPLITS = {
    "first_touch": first,
    "last_touch": last,
    "linear": linear,
    "time_decay": decay,
    "position_based": position,
}


def shapley(told: Sequence[Journey], creators: int = 4) -> list[float]:
    """The mean over all orders of arrival of what each adds: a coalition wins the orders that need nobody else."""

    def wins(coalition: set[int]) -> int:
        return sum(journey.orders for journey in told if journey.seen and journey.creators <= coalition)

    value, arrivals = [0.0] * creators, list(permutations(range(creators)))
    for arrival in arrivals:
        here: set[int] = set()
        for creator in arrival:
            value[creator] += (wins(here | {creator}) - wins(here)) / len(arrivals)
            here.add(creator)
    return value


# ---------------------------------------------------------------------------------------------------- the Markov chain


def removal(told: Sequence[Journey], creators: int = 4) -> list[float]:
    """Removal effects by their definition: the chain solved anew, in fractions, without each creator."""
    steps: defaultdict[object, Counter[object]] = defaultdict(Counter)
    for journey in told:
        walks = [[*chain(*walk)] for walk in product(*map(permutations, journey.moments))]
        for walk, (end, often) in product(walks, ((ORDER, journey.orders), (NOTHING, journey.lost))):
            for here, there in pairwise([START, *walk, end] if walk else []):
                steps[here][there] += Fraction(often, len(walks))  # type: ignore[assignment]
    whole = _chance(steps, None)
    orders = sum(journey.orders for journey in told if journey.seen)
    if not orders:
        return [0.0] * creators
    effect = [1 - _chance(steps, creator) / whole for creator in range(creators)]
    return [float(orders * each / sum(effect)) for each in effect]


def _chance(steps: dict[object, Counter[object]], removed: int | None) -> Fraction:
    """Chance that a walk ends in an order, steps to the removed creator leading nowhere: Gauss' elimination."""
    states = [state for state in steps if state != removed and sum(steps[state].values())]
    rows = []
    for state in states:
        whole = sum(steps[state].values())
        row = [Fraction(state == other) - Fraction(steps[state][other]) / whole for other in states]
        rows.append([*row, Fraction(steps[state][ORDER]) / whole])
    for place in range(len(rows)):
        pivot = next(row for row in range(place, len(rows)) if rows[row][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [cell / rows[place][place] for cell in rows[place]]
        for other in range(len(rows)):
            if other != place:
                rows[other] = [a - rows[other][place] * b for a, b in zip(rows[other], rows[place], strict=True)]
    return rows[states.index(START)][-1] if START in states else Fraction(0)
