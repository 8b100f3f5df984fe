"""Places in sorted slices: as Python's own bisection finds them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from influence_graph.kernels.searching import place_above, place_from


@pytest.mark.parametrize("kind", [np.int64, np.float64])
@settings(max_examples=40, deadline=None)
@given(told=some.lists(some.integers(-5, 5), max_size=12), cut=some.tuples(some.integers(0, 12), some.integers(0, 12)))
def test_places_are_those_of_bisection(kind: type, told: list[int], cut: tuple[int, int]) -> None:
    low, high = sorted(min(place, len(told)) for place in cut)
    values = np.sort(np.array(told, dtype=kind))
    for value in range(-6, 7):
        sought = kind(value)
        assert place_from(values, low, high, sought) == bisect_left(values.tolist(), value, low, high)
        assert place_above(values, low, high, sought) == bisect_right(values.tolist(), value, low, high)
