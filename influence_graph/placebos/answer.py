"""What placebos say: a row a test, a row a creator, and what could not be tested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from influence_graph.tables.schema import Note

Verdict = Literal["survives", "partly", "vanishes", "no credit", "not tested"]
TESTS = (
    "test", "orders", "real", "placebo", "placebo_low", "placebo_high", "surviving", "surviving_low", "surviving_high",
    "z", "p_value", "verdict",
)  # fmt: skip
"""The columns of a placebo's tests."""
PEOPLE = ("person_id", "name", "shares", "driven", "by_chance", "z", "q_value", "survives")
"""The columns of a placebo's people."""


@dataclass(frozen=True)
class Result:
    """One test: orders looked at, real credit, what the placebo is credited, how far apart, and a word for it."""

    test: str
    orders: float = 0.0
    real: float = np.nan
    placebo: float = np.nan
    placebo_low: float = np.nan
    placebo_high: float = np.nan
    surviving: float = np.nan
    surviving_low: float = np.nan
    surviving_high: float = np.nan
    z: float = np.nan
    p_value: float = np.nan
    verdict: Verdict = "not tested"


@dataclass(frozen=True)
class Placebo:
    """How much of the credit survives when what is credited could not be a cause.

    Attributes
    ----------
    tests : DataFrame
        A row for each test (time, reversed, future), the columns of `TESTS`: orders with a known buyer, real and
        placebo credit in orders with the placebo's 90 % range, the part of credit that survives (1 - placebo / real)
        with its 90 % interval, z, p_value (the part of arrangements, the real one among them, that are as far), and the
        verdict: survives, partly, vanishes, no credit, not tested. NaN where not tested.
    people : DataFrame
        A row for each creator who shared, the columns of `PEOPLE`: orders driven by the quick estimate, what it
        gives by chance at other creators' times, z, q_value, and whether the credit survives (q_value <= 0.05);
        unknown where nobody else shared in the creator's campaigns.
    followers : dict
        Follows without dates: orders credited (driven) of all (orders), and the same without people who follow one
        sharer only; single, the credit of these; empty where follows are dated or none are known.
    notes : tuple of Note
        What the tests say, most important first, and what they can't.
    run : dict
        shuffles, turns, seed, window_days, delay_days (mean days from post to order within the window, at which all was
        fitted: an exponential learnt from the real data) and the like.
    """

    tests: pd.DataFrame
    people: pd.DataFrame
    followers: dict[str, float]
    notes: tuple[Note, ...]
    run: dict[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """As placebo.json holds it."""
        return {
            "tests": self.tests.to_dict("records"),
            "people": self.people.to_dict("records"),
            "followers": self.followers,
            "findings": [note.record() for note in self.notes],
            "run": self.run,
        }
