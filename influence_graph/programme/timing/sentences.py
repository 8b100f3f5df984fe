"""When to post, in sentences: the hours, fatigue and delays, or that nothing shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtrc  # scipy.stats takes half a second to load

from influence_graph.language import say
from influence_graph.programme.groups.compared import LEAST_PEOPLE
from influence_graph.programme.groups.membership import Grouping
from influence_graph.programme.groups.words import GroupName
from influence_graph.tables.schema import Note

Floats = NDArray[np.float64]
COMPARED = ("tier", "role", "platform", "kind")
"""Groupings whose delays are told."""
CHANCE = 0.05
"""How often all groupings together may name a difference of delays where there is none."""
LEAST_ORDERS = 30.0
"""Orders driven under which a group's delay is not compared."""
FLOOR = 0.2
"""Part by which medians may differ by the method's own error, seen in worlds where all delays are alike."""
DAYS = (
    "timing.monday",
    "timing.tuesday",
    "timing.wednesday",
    "timing.thursday",
    "timing.friday",
    "timing.saturday",
    "timing.sunday",
)
"""The messages that word the days, Monday first."""
_BEST = MappingProxyType(
    {
        (True, True): ("timing.best", "timing.best-in"),
        (False, True): ("timing.best-hours", "timing.best-hours-in"),
        (True, False): ("timing.best-day", "timing.best-day-in"),
    }
)
"""The message by whether a day and whether hours are known to be best, for the whole programme and for a community."""
_SLOWER = MappingProxyType(
    {
        "tier": "timing.tier-slower",
        "role": "timing.role-slower",
        "platform": "timing.platform-slower",
        "kind": "timing.kind-slower",
    }
)


class Day(int):
    """A day of the week that is worded where it stands in a sentence, and stays a number in data."""

    def __format__(self, spec: str) -> str:
        """Its name in the language in force."""
        return format(say(DAYS[self]), spec)


def tell(
    total: Mapping[str, Any],
    delays: pd.DataFrame,
    compared: Sequence[tuple[Grouping, Floats]],
    best: pd.DataFrame,
    fatigue: Mapping[str, Any] | None,
    timezone: str | None,
    *,
    learnt: bool,
) -> Iterator[Note]:
    """What there is to say, as `Timing` holds it: hours first, then fatigue, then delays."""
    yield from _hours(best)
    if timezone is None:
        yield Note("timing.utc", {})
    yield from _fatigue(fatigue)
    if fatigue is not None and fatigue["evident"] and not learnt:
        yield Note("timing.fatigue-cautious", {})
    yield from _delays(total, delays, compared)


def _hours(best: pd.DataFrame) -> Iterator[Note]:
    if best.empty or best["chance"].isna().iloc[0]:
        yield Note("timing.few-posts", {})
        return
    evident = best[best["evident"].astype(bool)]
    for row in evident.to_dict("records"):
        numbers: dict[str, Any] = {key: float(row[key]) for key in ("gain", "gain_low", "gain_high")}
        by_day, by_hours = pd.notna(row["day"]), pd.notna(row["from_hour"])
        if by_day:
            numbers["day"] = Day(row["day"])
        if by_hours:
            numbers |= {"from_hour": int(row["from_hour"]), "to_hour": int(row["to_hour"])}
        whole, within = _BEST[by_day, by_hours]
        yield Note(within, {"community": row["community"], **numbers}) if row["community"] else Note(whole, numbers)
    if evident.empty:
        numbers = {key: float(best[key].iloc[0]) for key in ("gain_high", "chance")}
        yield Note("timing.no-hours", numbers)


def _fatigue(told: Mapping[str, Any] | None) -> Iterator[Note]:
    if told is None:
        yield Note("timing.fatigue-unknown", {})
        return
    keys = ("second", "second_low", "second_high", "fifth", "fifth_low", "fifth_high")
    if told["evident"] is None:
        yield Note("timing.no-fatigue", {"least": -float(told["second_high"]), "most": -float(told["second_low"])})
    else:
        yield Note(
            "timing.fatigue" if told["evident"] == "less" else "timing.keener",
            {key: abs(float(told[key])) for key in keys},
        )


def chance_alike(draws: Floats, freedom: float) -> float:
    """How often groups of one delay would look as different as these.

    Parameters
    ----------
    draws : (draws, groups) float64, above 0
        Medians of two groups or more.
    freedom : float
        Of the F by which a Wald test on their logs is judged, as their spread is known from so few people.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> draws = np.exp(np.random.default_rng(0).normal(0.0, 0.1, (400, 3)))
    >>> chance_alike(draws, 90.0) > 0.5, chance_alike(draws * [1.0, 1.0, 3.0], 90.0) < 0.001
    (True, True)
    """
    logs = np.log(draws)
    apart = logs[:, 1:] - logs[:, :1]
    groups = apart.shape[1]
    spread = np.atleast_2d(np.cov(apart, rowvar=False)) + 1e-12 * np.eye(groups)
    middle = apart.mean(axis=0)
    return float(fdtrc(groups, freedom, middle @ np.linalg.solve(spread, middle) / groups))


def _comparable(keys: Sequence[str], draws: Floats, people: Floats) -> NDArray[np.int64]:
    """Places of the groups that can be compared: known, of enough people, and with something driven in every draw."""
    if not len(draws):
        return np.empty(0, np.int64)
    lively = np.isfinite(draws).all(axis=0) & (np.nan_to_num(draws).min(axis=0) > 0)
    named = np.array([bool(key) for key in keys], dtype=bool)
    return np.flatnonzero(named & lively & (people >= LEAST_PEOPLE))


def _apart(rows: pd.DataFrame) -> bool:
    """Whether the slowest group's median is above the quickest by more than the method itself may err."""
    return bool(rows["median"].max() > (1.0 + FLOOR) * rows["median"].min())


def _delays(
    total: Mapping[str, Any], delays: pd.DataFrame, compared: Sequence[tuple[Grouping, Floats]]
) -> Iterator[Note]:
    yield Note("timing.delay", {"median": float(total["delay_median_days"]), "mean": float(total["delay_days"])})
    tested = []
    for grouping, draws in compared:
        rows = delays[delays["by"].eq(grouping.by)].reset_index(drop=True)
        people = rows["effective"].where(rows["driven"] >= LEAST_ORDERS, 0.0)
        places = _comparable(grouping.keys, draws, people.to_numpy(dtype=np.float64))
        if len(places) > 1:
            some = rows.iloc[places]
            tested.append((grouping, some, chance_alike(draws[:, places], float((some["effective"] - 1.0).sum()))))
    told = [(one, some) for one, some, chance in tested if chance < CHANCE / len(tested) and _apart(some)]
    for grouping, rows in told:
        slow, quick = rows.nlargest(1, "median").iloc[0], rows.nsmallest(1, "median").iloc[0]
        told_of: dict[str, Any] = {}
        for name, row in (("slow", slow), ("quick", quick)):
            told_of[name] = GroupName(grouping.by, row["group"])
            told_of |= {f"{name}_{key}": float(row[key]) for key in ("median", "median_low", "median_high")}
        yield Note(_SLOWER[grouping.by], told_of)
    if tested and not told:
        yield Note("timing.delays-alike", {})
