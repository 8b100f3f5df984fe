"""What chance alone would credit, held to plain counting."""

from __future__ import annotations

import bisect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence_graph.placebos.answer import Result
from influence_graph.placebos.chance import p_of, z_and_q, z_of
from influence_graph.placebos.verdicts import judge


def by_definition(real: list[float], fakes: list[list[float]]) -> tuple[list[float], list[float]]:
    """z and q as their docstring tells them, number by number."""
    m, n = len(fakes), len(real)
    spreads = [float(np.std([fake[i] for fake in fakes], ddof=1)) for i in range(n)]
    quiet = float(np.quantile([s for s in spreads if s > 0], 0.25))

    def z(value: float, others: list[float]) -> float:
        spread = float(np.std(others, ddof=1))
        scale = (spread**2 * (1 + 1 / len(others)) + quiet**2) ** 0.5
        return (value - sum(others) / len(others)) / scale

    found = [z(real[i], [fake[i] for fake in fakes]) for i in range(n)]
    null = sorted(
        z(fakes[k][i], [fakes[other][i] for other in range(m) if other != k]) for k in range(m) for i in range(n)
    )

    def false(threshold: float) -> float:
        passed = sum(value >= threshold for value in found)
        return min(1.0, (len(null) - bisect.bisect_left(null, threshold) + passed) / (m + 1) / passed)

    return found, [min(false(t) for t in found if t <= own) for own in found]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 8), st.integers(1, 6))
def test_z_and_q_are_what_they_say(seed: int, m: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    fakes, real = rng.gamma(0.7, 3.0, (m, n)), rng.gamma(0.7, 6.0, n)
    z, q = z_and_q(real, fakes)
    slow_z, slow_q = by_definition(real.tolist(), fakes.tolist())
    assert z == pytest.approx(slow_z)
    assert q == pytest.approx(slow_q)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 1000.0))
def test_z_and_q_know_neither_order_nor_unit(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    fakes, real = rng.gamma(0.7, 3.0, (12, 7)), rng.gamma(0.7, 6.0, 7)
    z, q = z_and_q(real, fakes)
    creators, draws = rng.permutation(7), rng.permutation(12)
    again = z_and_q(unit * real[creators], unit * fakes[draws][:, creators])
    assert again[0] == pytest.approx(z[creators], rel=1e-6)
    assert again[1] == pytest.approx(q[creators])


def test_z_and_p_of_a_total_by_hand() -> None:
    fakes = np.array([1.0, 2.0, 3.0, 6.0])
    assert p_of(3.0, fakes) == 3 / 5  # 3 and 6 reach it, and the real one itself
    assert p_of(7.0, fakes) == 1 / 5
    assert z_of(8.0, fakes) == pytest.approx((8 - 3) / (14 / 3 * 5 / 4 + 1) ** 0.5)


def test_where_nothing_but_chance_is_at_work_few_stand() -> None:
    """By the pooled count one claim or more in at most one in twenty tables, however skewed the credit is."""
    rng = np.random.default_rng(3)
    size = rng.gamma(0.5, 4.0, 60)
    any_stands = [
        (z_and_q(draws[0], draws[1:])[1] <= 0.05).any()
        for draws in (rng.gamma(0.4, size, (41, 60)) for _ in range(200))
    ]
    assert np.mean(any_stands) <= 0.07


def test_verdicts_go_by_chance_and_by_how_much_survives() -> None:
    def word(real: float, placebo: float, p_value: float) -> str:
        return judge(Result("time", 1000.0, real, placebo, p_value=p_value), spread=10.0).verdict

    assert word(9.0, 0.0, 0.02) == "no credit"
    assert word(200.0, 40.0, 0.06) == "vanishes"
    assert word(200.0, 150.0, 0.05) == "partly"
    assert word(200.0, 40.0, 0.02) == "survives"
    told = judge(Result("time", 1000.0, 200.0, 40.0, p_value=0.02), spread=10.0)
    assert told.surviving == pytest.approx(0.8)
    assert (told.surviving_low, told.surviving_high) == pytest.approx((0.8 - 0.08225, 0.8 + 0.08225))
