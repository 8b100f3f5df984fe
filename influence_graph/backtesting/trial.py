"""One backtest while it runs: what is held out, what is learnt, which control has to be passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.backtesting.claims import Claim, claims, unjudged
from influence_graph.backtesting.controls import needs_direction, one_way
from influence_graph.backtesting.description import POSITIONS, Described, description, positions
from influence_graph.backtesting.intervals import Interval, intraclass, per_order
from influence_graph.backtesting.paired import (
    COMMON,
    ORGANIC,
    OWN,
    TAUGHT,
    Lesson,
    gain_of_other_moments,
    learn,
    lessons,
    steps,
)
from influence_graph.backtesting.parts import (
    LEAST_UNITS,
    Fold,
    campaign_folds,
    campaign_units,
    known_orders,
    plain,
    time_fold,
)
from influence_graph.backtesting.prediction import log_scale
from influence_graph.backtesting.result import Backtest
from influence_graph.backtesting.side_by_side import Pace, side_by_side
from influence_graph.drivers.answers import FLOOR
from influence_graph.drivers.contacts import list_touches
from influence_graph.drivers.drive import LEAST_KNOWN, LEAST_KNOWN_ORDERS
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.network import Network
from influence_graph.placebos.arrangements import Shuffle
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_AGAINST: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "shares": (COMMON, ORGANIC),
        "timing": (COMMON, "exchanged moments"),
        "direction": ("one-way follows", "swapped follows"),
        "creators": (OWN, COMMON),
        "own_over_followers": (OWN, "followers"),
    }
)
"""The two models of each comparison; scores are compared with one theta for all."""


@dataclass(frozen=True)
class Exchanged:
    """Folds of exposures whose sharers exchanged their moments, and whether orders moved with them."""

    folds: list[Fold]
    moves_orders: bool


class Trial:
    """A backtest of one programme.

    Parameters
    ----------
    tables, network, measures
        Resolved, built from them, and measured.
    how : mapping
        window_days and market.
    seed : int
    progress : callable
    exposure : Exposure, optional
        Of all this, where it is at hand.
    """

    def __init__(
        self,
        tables: Tables,
        network: Network,
        measures: pd.DataFrame,
        *,
        how: Mapping[str, Any],
        seed: int,
        progress: Callable[[str, int, int], None],
        exposure: Exposure | None = None,
        stirred: bool = False,
    ) -> None:
        self.tables, self.network, self.measures = tables, network, measures
        self.how, self.seed, self.progress, self.stirred = how, seed, progress, stirred
        told = self.expose(network) if exposure is None else exposure
        self.reason = too_little(told)
        self.touches = list_touches(tables, told.shares, network, told.orders, told.begin)
        self.exposure = plain(told)
        self.units = [] if self.reason else campaign_units(self.exposure)
        self.by = "campaigns" if len(self.units) >= LEAST_UNITS else "time"
        self.done, self.of = 0, 1

    def run(self) -> Backtest:
        """Hold out, learn, judge."""
        folds = [] if self.reason else self.cut(self.exposure)
        if not folds:
            nothing = pd.DataFrame()
            told = self.reason or unjudged("backtesting.too-little", orders=known_orders(self.exposure))
            return Backtest(told, nothing, nothing, nothing, {}, {})
        units, direction = sum(len(fold.parts) for fold in folds), needs_direction(self.exposure, self.network)
        self.of = (1 + 2 * direction) * steps(folds) + TAUGHT + 1 + units
        self.progress("backtesting.stage", 0, self.of)
        places = positions(self.exposure, self.network, self.measures)
        scores = {name: log_scale(places[name]) for name in POSITIONS}
        followers = scores["followers"]
        known = {name: score for name, score in scores.items() if score.any()}
        learnt, described, exchanged = self.taught_and_described(folds, known, places, followers)
        table = pd.concat([lesson.units for lesson in learnt], ignore_index=True)
        orders = table["orders"].to_numpy()
        gains = _gains(table)
        gains["timing"] = gains["shares"] - self.other_moments(exchanged, learnt, followers)
        if direction:
            gains["direction"] = self.directed(followers, units)
        compared = {name: per_order(gains[name], orders) for name in [*_AGAINST, *POSITIONS] if name in gains}
        credited = float(table["credited"].sum() / orders.sum())
        everywhere = float(self.exposure.orders["count"].sum())
        taught = 0.0 if self.by == "campaigns" else folds[0].taught.orders
        held = {
            "by": self.by,
            "units": units,
            "trainings": len(folds),
            "orders": float(orders.sum()),
            "left_out": everywhere - float(orders.sum()) - taught,
            "credited": credited,
            "horizon_days": described.horizon,
            "described_from": described.begins,
        }
        verdict = list(claims(compared, credited=credited, floor=FLOOR, units=units, stirred=self.stirred))
        return Backtest(verdict, _steps(compared), described.table, table, _alike(learnt), held)

    def taught_and_described(
        self, folds: Sequence[Fold], scores: Mapping[str, Floats], places: dict[str, Floats], followers: Floats
    ) -> tuple[list[Lesson], Described, Exchanged]:
        """What each fold taught, the descriptive table, and exchanged moments: nothing waits for anything else."""

        def describe(pace: Pace) -> Described:
            return description(
                self.exposure, self.network, places, self.units, rng=self.rng(1), log_followers=followers,
                progress=pace.along(TAUGHT),
            )  # fmt: skip

        def exchange(pace: Pace) -> Exchanged:
            shuffle = Shuffle.of(self.exposure, self.touches, self.network, market=self.how["market"])
            folds = self.cut(shuffle.draw(self.rng(2)))
            pace.step()
            return Exchanged(folds, moves_orders=shuffle.moves_orders)

        works: list[Callable[[Pace], Any]] = [
            describe, *lessons(folds, scores, log_followers=followers, rng=self.rng(0)), exchange
        ]  # fmt: skip
        described, *taught, exchanged = side_by_side(works, self.tick)
        return taught, described, exchanged

    def expose(self, network: Network) -> Exposure:
        """Exposures over a network of the same people, with communities told apart as everywhere."""
        community = self.measures["community"].fillna(-1).to_numpy(dtype=np.int64)
        return expose(self.tables, network, communities=community, **self.how)

    def cut(self, exposure: Exposure) -> list[Fold]:
        """The folds of an exposure, by campaigns or by time; none where there is too little."""
        if self.by == "campaigns":
            return campaign_folds(exposure, self.units)
        fold = time_fold(exposure)
        return [fold] if fold else []

    def other_moments(self, exchanged: Exchanged, taught: Sequence[Lesson], followers: Floats) -> Floats:
        """(units,) float64: what one theta gains where sharers of a campaign exchanged their moments.

        Orders that are one act with a share move with it, and with them what people buy by themselves: then all of it
        is learnt anew.
        """
        if exchanged.moves_orders:
            return self.anew(exchanged.folds, followers)
        return gain_of_other_moments(exchanged.folds, taught, tick=self.tick)

    def directed(self, followers: Floats, units: int) -> Floats:
        """(units,) float64: what one theta gains more where only follows that are not returned count than swapped.

        Nothing, where all are returned.
        """
        there, back = (one_way(self.network, swapped=swapped) for swapped in (False, True))
        if not there.n_edges:
            return np.zeros(units)
        gained, swapped = (self.anew(self.cut(plain(self.expose(network))), followers) for network in (there, back))
        return gained - swapped

    def anew(self, folds: Sequence[Fold], followers: Floats) -> Floats:
        """(units,) float64: what one theta gains, all of it learnt anew."""
        taught = learn(folds, {}, log_followers=followers, rng=self.rng(3), tick=self.tick)
        return _gains(pd.concat([lesson.units for lesson in taught], ignore_index=True))["shares"]

    def tick(self) -> None:
        """One step further."""
        self.done += 1
        self.progress("backtesting.stage", min(self.done, self.of), self.of)

    def rng(self, part: int) -> np.random.Generator:
        """A generator for each part of the work: what one draws does not move the next."""
        return np.random.default_rng([self.seed, 7, part])


def untested(exposure: Exposure | None) -> Note | None:
    """Why campaigns can't be held out, if so; time still may."""
    if exposure is None:
        return Note("backtesting.nothing", {})
    reason = too_little(exposure)
    if reason:
        return Note(reason[0].id, reason[0].numbers)
    units = len(campaign_units(exposure))
    enough = units >= LEAST_UNITS
    return None if enough else Note("backtesting.skipped-campaigns", {"n": units, "least": LEAST_UNITS})


def too_little(exposure: Exposure) -> list[Claim]:
    """Why nothing can be judged, if so."""
    orders = float(exposure.orders["count"].sum())
    if not orders or exposure.shares.empty:
        return unjudged("backtesting.nothing")
    known, least = known_orders(exposure), max(LEAST_KNOWN * orders, LEAST_KNOWN_ORDERS)
    if known < least:
        if orders < LEAST_KNOWN_ORDERS:
            return unjudged("backtesting.too-little", orders=known)
        named = float(exposure.orders.loc[exposure.orders["person_id"].notna(), "count"].sum())
        message = "backtesting.no-buyers" if named < least else "backtesting.buyers-unseen"
        return unjudged(message, known=known, orders=orders)
    if not exposure.links.exposed.any():
        return unjudged("backtesting.no-exposure")
    return unjudged("backtesting.alone") if exposure.shares["author"].nunique() < 2 else []


def _gains(table: pd.DataFrame) -> dict[str, Floats]:
    """(units,) float64 for each comparison whose models stand in the table: log likelihood of one less the other's."""
    pairs = dict(_AGAINST) | {name: (name, COMMON) for name in POSITIONS}
    return {
        name: (table[model] - table[against]).to_numpy()
        for name, (model, against) in pairs.items()
        if model in table and against in table
    }


def _steps(told: Mapping[str, Interval]) -> pd.DataFrame:
    """The comparisons as a table."""
    rows = []
    for name, gain in told.items():
        model, against = _AGAINST.get(name, (name, COMMON))
        bounds = {"gain": gain.mean, "low": gain.low, "high": gain.high}
        likelier = dict(zip(("likelier", "likelier_low", "likelier_high"), np.expm1([*bounds.values()]), strict=True))
        rows.append({"step": name, "model": model, "against": against, **bounds, **likelier})
    return pd.DataFrame(rows)


def _alike(taught: Sequence[Lesson]) -> dict[str, Any]:
    """Intraclass correlation of what each creator drove per exposure in each held-out part."""
    orders = np.stack([each for lesson in taught for each in lesson.caused])
    size = np.stack([each for lesson in taught for each in lesson.exposed])
    seen = size > 1e-9
    told = intraclass(orders[seen] / size[seen], size[seen], np.nonzero(seen)[1])
    if told is None:
        return {}
    icc = {"icc": told.icc.mean, "icc_low": told.icc.low, "icc_high": told.icc.high}
    return icc | {name: getattr(told, name) for name in ("between", "within", "cascades", "creators")}
