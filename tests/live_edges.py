"""Every world that can be: the slow truth about small graphs, in plain Python (Kempe, Kleinberg & Tardos 2003)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from math import prod

Edge = tuple[str, str]


def cascades(chances: Mapping[Edge, float]) -> Iterator[tuple[float, list[Edge]]]:
    """Worlds of the independent cascade: how likely each is, and its open edges."""
    for opened in product((False, True), repeat=len(chances)):
        likely = prod(p if is_open else 1 - p for p, is_open in zip(chances.values(), opened, strict=True))
        if likely:
            yield likely, [edge for edge, is_open in zip(chances, opened, strict=True) if is_open]


def thresholds(weights: Mapping[Edge, float]) -> Iterator[tuple[float, list[Edge]]]:
    """Worlds of linear thresholds: everybody keeps one edge into them by its weight, or none with what is left."""
    into: dict[str, list[tuple[float, list[Edge]]]] = {}
    for (source, target), weight in weights.items():
        into.setdefault(target, []).append((weight, [(source, target)]))
    for kept in into.values():
        kept.append((1 - sum(weight for weight, _ in kept), []))
    for choice in product(*into.values()):
        likely = prod(weight for weight, _ in choice)
        if likely > 0:
            yield likely, [edge for _, edges in choice for edge in edges]


def reached(seeds: Collection[str], opened: Collection[Edge]) -> set[str]:
    """Everybody whom open edges lead to from the seeds."""
    found, before = set(seeds), -1
    while len(found) > before:
        before = len(found)
        found |= {target for source, target in opened if source in found}
    return found


def expected(
    seeds: Collection[str], worlds: Iterator[tuple[float, list[Edge]]], worth: Callable[[set[str]], float] = len
) -> float:
    """The expected worth of who is reached."""
    return sum(likely * worth(reached(seeds, opened)) for likely, opened in worlds)


def orders(
    edges: Collection[Edge], hazard: Mapping[str, float], value: Mapping[str, float], *, once: bool
) -> Callable[[set[str]], float]:
    """What sharers bring: each follower orders once if moved by any of them, or as often as moved."""
    from math import exp

    def worth(sharers: set[str]) -> float:
        moved = {v: sum(hazard[u] for u, w in edges if w == v and u in sharers) for v in value}
        return sum(value[v] * (1 - exp(-rate) if once else rate) for v, rate in moved.items())

    return worth
