"""A word for each test, by the same rules for all."""

from __future__ import annotations

from dataclasses import replace

from influence_graph.drivers.answers import FLOOR
from influence_graph.placebos.answer import Result

SURE = 1.645
"""Standard deviations of a 90 % interval to either side."""
CHANCE = 0.05
"""One in twenty passes by chance."""
MOST = 0.5
"""Credit survives where more than chance of it does, and at least this part."""
FEWEST_ORDERS = 20
"""Orders by people who saw something, under which nothing is tested."""


def judge(result: Result, spread: float) -> Result:
    """The test with the surviving part of the credit and its verdict.

    Parameters
    ----------
    result : Result
        With real and placebo credit and p_value.
    spread : float
        Standard deviation of real less placebo credit.
    """
    if result.real <= max(FLOOR * result.orders, 2.0):  # as much as the method credits where nobody influences anybody
        return replace(result, verdict="no credit")
    part = 1.0 - result.placebo / result.real
    wide = SURE * spread / result.real
    told = replace(result, surviving=part, surviving_low=part - wide, surviving_high=min(part + wide, 1.0))
    if not result.p_value <= CHANCE:
        return replace(told, verdict="vanishes")
    return replace(told, verdict="survives" if part >= MOST else "partly")
