"""Appeal: cascades that go further than their probabilities say, learnt and planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cascades_seen import NETWORK, Seen, firsts, frame, order_of_edges, rows
from hypothesis import given, settings

from influence_graph.cascades import Appeal, Cascades, appeal, learn, spread
from influence_graph.errors import UsageError
from influence_graph.kernels import contacts as kernels
from influence_graph.network import Network


@given(rows)
@settings(max_examples=40, deadline=None)
def test_chances_of_a_cascade_are_those_of_plain_python(seen: Seen) -> None:
    cascades = Cascades.from_frame(NETWORK, frame(seen))
    chance = np.linspace(0.1, 0.7, NETWORK.n_edges)
    by_edge = dict(zip(order_of_edges(), chance, strict=True))
    truth = [
        sum(p for (u, v), p in by_edge.items() if u in first and (v not in first or first[u][0] < first[v][0]))
        for _, first in sorted(firsts(seen).items())
    ]
    parts = NETWORK.indptr, NETWORK.indices, chance, cascades.pointers, cascades.person, cascades.time
    assert kernels.expected(*parts) == pytest.approx(truth)


def begun(seed: int, level: float, growth: float, shape: float, cascades: int = 1500) -> tuple[Network, pd.DataFrame]:
    """Everybody follows only stars, who each begin; a cascade's appeal moves all chances of 0.02 alike."""
    rng = np.random.default_rng(seed)
    stars, fans = 40, 60
    edges = [(f"s{i}", f"f{i}-{j}") for i in range(stars) for j in range(fans)]
    seen: Seen = []
    for cascade in range(cascades):
        many = int(rng.integers(1, stars + 1))
        drawn = level * many**growth * rng.gamma(shape, 1 / shape)
        for i in rng.choice(stars, many, replace=False):
            moved = np.flatnonzero(rng.random(fans) < 1 - 0.98**drawn)
            seen += [(cascade, f"s{i}", 0, None), *((cascade, f"f{i}-{j}", 1, None) for j in moved)]
    return Network.from_edges(*zip(*edges, strict=True)), frame(seen)


@pytest.mark.parametrize(("level", "growth", "shape"), [(1.0, 0.0, 4.0), (0.3, 0.5, 20.0), (2.0, -0.3, 2.0)])
def test_planted_appeal_is_found(level: float, growth: float, shape: float) -> None:
    network, seen = begun(3, level, growth, shape)
    found = appeal(network, Cascades.from_frame(network, seen), np.full(network.n_edges, 0.02))
    assert found.cascades == 1500
    assert found.growth == pytest.approx(growth, abs=0.08)
    assert found.expected([5, 20]) == pytest.approx(level * np.array([5, 20]) ** growth, rel=0.1)
    assert found.shape == pytest.approx(shape, rel=0.3)


def test_appeal_makes_cascades_as_large_as_they_were() -> None:
    """One probability for all is wrong for large and small cascades alike; with appeal both come out right."""
    network, seen = begun(5, 0.2, 0.8, 30.0)
    chance = learn(network, Cascades.from_frame(network, seen), method="uniform")
    told = appeal(network, Cascades.from_frame(network, seen), chance)
    stars = [f"s{i}" for i in range(40)]
    for many in (2, 40):
        truth = many + many * 60 * np.mean(
            1 - 0.98 ** (0.2 * many**0.8 * np.random.default_rng(0).gamma(30.0, 1 / 30.0, 10_000))
        )
        plain, appealing = (
            spread(network, stars[:many], probability=p, rng=1).mean - many
            for p in (chance, told.probability(chance, many))
        )
        assert appealing == pytest.approx(truth - many, rel=0.1)
        assert abs(plain - truth + many) > 3 * abs(appealing - truth + many)


def test_appeal_of_one_is_no_appeal_and_of_two_is_two_chances() -> None:
    chance = np.array([0.0, 0.1, 1.0])
    assert Appeal(1.0, 0.0, 1.0, 9).probability(chance, 7) == pytest.approx(chance)
    assert Appeal(0.5, 1.0, 1.0, 9).probability(chance, 4) == pytest.approx([0.0, 0.19, 1.0])


def test_what_nobody_could_have_passed_on_has_no_appeal_to_learn() -> None:
    cascades = Cascades.from_frame(NETWORK, frame([(1, "b", 0, None), (1, "c", 0, None)]))
    with pytest.raises(UsageError, match="how well they caught on"):
        appeal(NETWORK, cascades, np.zeros(NETWORK.n_edges))
