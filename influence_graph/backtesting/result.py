"""What a backtest found: the verdict, the comparisons it rests on, and what was held out."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from influence_graph.backtesting.claims import Claim
from influence_graph.language import say

UNITS = MappingProxyType({"campaigns": "backtesting.in-campaigns", "time": "backtesting.in-stretches"})
"""The message that words what was held out at once."""
WORDS = MappingProxyType(
    {
        "shares": "backtesting.step-shares",
        "timing": "backtesting.step-timing",
        "direction": "backtesting.step-direction",
        "creators": "backtesting.step-creators",
        "own_over_followers": "backtesting.step-own-over-followers",
        "followers": "backtesting.followers",
        "degree": "backtesting.degree",
        "pagerank": "backtesting.pagerank",
        "betweenness": "backtesting.betweenness",
        "core": "backtesting.core",
        "last_touch": "backtesting.last-touch",
        "markov": "backtesting.markov",
        "shapley": "backtesting.shapley",
        "credit_distribution": "backtesting.credit-distribution",
        "past_starts": "backtesting.past-starts",
        "same_per_post": "backtesting.same-per-post",
        "by_cascade": "backtesting.by-cascade",
        "theta": "backtesting.theta",
    }
)
"""The message that words each comparison and score."""


@dataclass(frozen=True)
class Backtest:
    """What held-out orders say of the driver model and of every score.

    Attributes
    ----------
    claims : list of Claim
        The verdict: whether shares drive conversions, whether creators differ, whether followers predict as well.
    steps : DataFrame
        One row a paired comparison: step, model, against, gain (log likelihood per held-out order) with low and high
        (90 % over units), likelier, likelier_low, likelier_high (the same as what it makes of an order's chance, 0.1 is
        one tenth more).
    scores : DataFrame
        How well each score of the past tells the future: see `prediction.describe`. Descriptive only.
    units : DataFrame
        What was held out, one row each: name, orders, credited, and the log likelihood under each model.
    alike : dict
        Intraclass correlation of creators' rates over campaigns: icc, icc_low, icc_high, between, within, cascades,
        creators. Empty where there is none.
    held : dict
        How it was held out: by ("campaigns" or "time"), units, trainings, orders, left_out (orders that no part
        holds: of no campaign, or without a known buyer), credited, horizon_days, described_from; and sample, where
        not all was judged: part (of the people who never share), people (part of all), orders and of (orders).
    seconds : float
    """

    claims: list[Claim]
    steps: pd.DataFrame
    scores: pd.DataFrame
    units: pd.DataFrame
    alike: dict[str, Any]
    held: dict[str, Any]
    seconds: float = field(default=0.0, compare=False)

    @property
    def judged(self) -> bool:
        """Whether there was enough to hold anything out."""
        return self.claims[0].answer != "not judged"

    @property
    def notes(self) -> list[str]:
        """What to know beside the verdict: how alike creators' campaigns are, and what was held out."""
        told = []
        if self.alike:
            bounds = {"low": self.alike["icc_low"], "high": self.alike["icc_high"]}
            counts = {name: self.alike[name] for name in ("creators", "cascades")}
            told.append(say("backtesting.alike", icc=self.alike["icc"], **bounds, **counts))
        if self.held:
            units = say(UNITS[self.held["by"]], n=self.held["units"])
            told.append(say("backtesting.held", orders=self.held["orders"], left=self.held["left_out"], units=units))
        if sample := self.held.get("sample"):
            told.append(say("backtesting.sampled", **sample))
        return told

    def record(self) -> dict[str, Any]:
        """Everything in plain values, as `backtest.json` holds it."""
        return {
            "verdict": [claim.record() for claim in self.claims],
            "steps": self.steps.to_dict("records"),
            "scores": self.scores.to_dict("records"),
            "units": self.units.to_dict("records"),
            "alike": self.alike,
            "held": self.held,
            "seconds": self.seconds,
        }
