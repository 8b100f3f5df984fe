"""What the placebos say, in sentences: most important first, then what could not be tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from influence_graph.tables.schema import Note

_WORDS = MappingProxyType(
    {
        ("time", "survives"): "placebos.time-survives",
        ("time", "partly"): "placebos.time-partly",
        ("time", "vanishes"): "placebos.time-vanishes",
        ("time", "no credit"): "placebos.time-no-credit",
        ("reversed", "survives"): "placebos.reversed-survives",
        ("reversed", "partly"): "placebos.reversed-partly",
        ("reversed", "vanishes"): "placebos.reversed-vanishes",
        ("reversed", "no credit"): "placebos.reversed-no-credit",
        ("future", "survives"): "placebos.future-survives",
        ("future", "partly"): "placebos.future-partly",
        ("future", "vanishes"): "placebos.future-vanishes",
        ("future", "no credit"): "placebos.future-no-credit",
    }
)
HANGS = 0.5
"""Credit hangs on people who follow one sharer only where without them less than this part of it is left."""


def tell(
    tests: pd.DataFrame, people: pd.DataFrame, followers: Mapping[str, float], run: Mapping[str, Any]
) -> Iterator[Note]:
    """The sentences of a placebo.

    Parameters
    ----------
    tests, people, followers, run
        As `Placebo` holds them.

    Yields
    ------
    Note
        O(creators).
    """
    by = {str(row["test"]): {str(name): value for name, value in row.items()} for row in tests.to_dict("records")}
    if all(row["verdict"] == "not tested" for row in by.values()):
        yield Note("placebos.untested", {})
    yield from _test(by["time"], run)
    if by["time"]["verdict"] in ("survives", "partly"):
        yield from _creators(people)
    yield from _test(by["reversed"], run)
    yield from _test(by["future"], run)
    yield from _followers(followers)
    yield from _untested(by, people, run)
    if any(row["verdict"] != "not tested" for row in by.values()):
        yield Note("placebos.quick", {})


def _test(row: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Note]:
    message = _WORDS.get((row["test"], row["verdict"]))
    if message is None:
        return
    numbers = {name: float(row[name]) for name in ("orders", "real", "placebo", "placebo_low", "placebo_high", "z")}
    if row["verdict"] != "no credit":
        lost = {"lost": "surviving", "lost_low": "surviving_low", "lost_high": "surviving_high"}
        numbers |= {name: max(100.0 * row[part], 0.0) for name, part in lost.items()}
        numbers["kept"] = 100.0 - numbers["lost"]
    yield Note(message, numbers | {"shuffles": run["shuffles"]})


def _creators(people: pd.DataFrame) -> Iterator[Note]:
    tested = people.dropna(subset=["survives"])
    stand = int(tested["survives"].sum())
    if stand:
        yield Note("placebos.creators", {"n": stand, "scope": len(tested)})
    elif len(tested):
        yield Note("placebos.creators-none", {"n": len(tested)})


def _followers(told: Mapping[str, float]) -> Iterator[Note]:
    if not told or not told["orders"] or told["driven"] < 1:
        return
    part = told["driven"] / told["orders"]
    numbers = {"n": told["single_people"], "single": told["single"], "driven": told["driven"], "part": part}
    if told["single_people"] and told["orders_without"]:
        numbers["part_without"] = told["driven_without"] / told["orders_without"]
        hangs = numbers["part_without"] < HANGS * part
        yield Note("placebos.followers-hang" if hangs else "placebos.followers-stand", numbers)
    yield Note("placebos.followers-late", {"part": part, "driven": told["driven"]})


def _untested(by: Mapping[str, Mapping[str, Any]], people: pd.DataFrame, run: Mapping[str, Any]) -> Iterator[Note]:
    untested = {test for test, row in by.items() if row["verdict"] == "not tested"}
    if run["anonymous"] == run["orders"]:
        yield Note("placebos.no-buyers", {})
        return
    if run["anonymous"] + run["unlinked"] == run["orders"]:
        yield Note("placebos.unlinked" if run["follows"] else "placebos.unseen", {"n": run["unlinked"]})
        return
    if "time" in untested:
        yield Note("placebos.time-untested", {})
    elif alone := int(people["z"].isna().sum()):
        yield Note("placebos.alone", {"n": alone})
    if not run["follows"]:
        yield Note("placebos.no-follows", {})
    else:
        if "reversed" in untested:
            yield Note("placebos.reversed-untested", {})
        if "future" in untested:
            yield Note("placebos.future-untested", {})
    if run["anonymous"]:
        yield Note("placebos.anonymous", {"n": run["anonymous"], "orders": run["orders"]})
