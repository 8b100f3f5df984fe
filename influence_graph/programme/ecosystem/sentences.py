"""A programme's ecosystem in sentences: on how few it rests, who lasts, and whether that can be told at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from types import MappingProxyType
from typing import Any

import pandas as pd

from influence_graph.language import say
from influence_graph.people import ROLES
from influence_graph.programme.ecosystem.lasting import FAMILY, NORMAL, Rates
from influence_graph.tables.schema import Note

WORDS = MappingProxyType(
    {
        "influencer": "ecosystem.influencer",
        "ugc": "ecosystem.ugc",
        "advocate": "ecosystem.advocate",
        "organic": "ecosystem.organic",
    }
)
"""The message that words each source of customers."""


PER = 100.0
"""Customers whose further orders are told."""
LEAST = 0.5
"""Where the interval of all that was driven goes below this there may be nothing to tell apart."""
MATERIAL = 0.1
"""Part of what was driven by which a role has to change to be worth a sentence."""


def tell(
    total: Mapping[str, Any],
    spread: pd.DataFrame,
    out: pd.DataFrame,
    months: pd.DataFrame,
    lasting: pd.DataFrame,
    repeat: Rates | None,
    returns: Rates | None,
    days: int | None,
) -> Iterator[Note]:
    """What there is to say, as `Ecosystem` holds it; the answer to what lasts stands first."""
    low = total.get("driven_low")
    if low is None or low < LEAST:
        return  # the answer says so already
    yield from _verdict(repeat, returns, days)
    yield from _rests(spread, out)
    yield from _over_time(months)
    known = lasting.dropna(subset=["unpaid"])
    if len(known) and known["shares"].sum() >= 1:
        row = known.nlargest(1, "unpaid").iloc[0]
        whole = float((known["unpaid"] * known["shares"]).sum() / known["shares"].sum())
        numbers = {"role": say(WORDS[str(row["source"])]), "part": float(row["unpaid"]), "whole": whole}
        yield Note("ecosystem.unpaid", numbers)


def _verdict(repeat: Rates | None, returns: Rates | None, days: int | None) -> Iterator[Note]:
    """Which role brings lasting sales: the one sentence, and what stands behind it."""
    if repeat is None or days is None:
        yield Note("ecosystem.too-short", {})
    else:
        yield from _again(repeat, days)
    if returns is None:
        yield Note("ecosystem.no-refunds", {})
        return
    told = _judged(returns)
    for row in told[told["against"].abs() > FAMILY * told["error"]].to_dict("records"):
        message = "ecosystem.sent-back-more" if row["against"] > 0 else "ecosystem.sent-back-less"
        yield Note(message, _numbers(row, returns))
    if not (told["against"].abs() > FAMILY * told["error"]).any():
        between = _between(told, returns)
        yield Note("ecosystem.sent-back-between", between) if between else Note("ecosystem.sent-back-alike", {})


def _again(repeat: Rates, days: int) -> Iterator[Note]:
    told = _judged(repeat)
    if told.empty:
        yield Note("ecosystem.too-few", {"days": days})
        return
    more = told[told["against"] > FAMILY * told["error"]]
    if len(more):
        best = more.nlargest(1, "against").iloc[0]
        yield Note("ecosystem.lasting", {**_numbers(best.to_dict(), repeat, PER), "days": days})
        yield from _beside(str(best["source"]), told, repeat)
    elif between := _between(told, repeat, PER):
        yield Note("ecosystem.lasting-between", {**between, "days": days})
        yield from _higher_still(between, told, repeat)
    else:
        yield Note("ecosystem.lasting-alike", {"days": days, **_range(told)})
    for row in told[told["against"] < -FAMILY * told["error"]].to_dict("records"):
        yield Note("ecosystem.lasting-less", {**_numbers(row, repeat, PER), "days": days})


def _beside(best: str, told: pd.DataFrame, repeat: Rates) -> Iterator[Note]:
    """Whether the best is clearly above the role that comes next."""
    others = told[told["source"].ne(best)]
    if others.empty:
        return
    following = str(others.nlargest(1, "rate")["source"].iloc[0])
    rate = repeat.table.set_index("source")["rate"]
    apart, error = (PER * value for value in repeat.apart(best, following))
    message = "ecosystem.above-next" if apart > FAMILY * error else "ecosystem.level-with-next"
    ends = {"least": apart - NORMAL * error, "most": apart + NORMAL * error}
    roles = {"role": say(WORDS[best]), "other": say(WORDS[following])}
    yield Note(message, {**roles, "rate": PER * float(rate[following]), **ends})


def _between(told: pd.DataFrame, found: Rates, per: float = 1.0) -> dict[str, Any] | None:
    """The two roles that are most surely apart, the one with more first; None where no two clearly are.

    What tells customers whom somebody brought from those whom nobody did is the same for all roles, so that two roles
    can be clearly apart while neither is from organic customers.
    """
    surest, pair = FAMILY, None
    for one, other in permutations(told["source"], 2):
        apart, error = found.apart(one, other)
        if apart > surest * error:
            surest, pair = apart / error, (one, other)
    if pair is None:
        return None
    apart, error = (per * value for value in found.apart(*pair))
    by = found.table.set_index("source")
    numbers = {"role": say(WORDS[pair[0]]), "other": say(WORDS[pair[1]]), "organic": per * float(by["rate"]["organic"])}
    for name, source in zip(("", "other_"), pair, strict=True):
        numbers |= {f"{name}{key}": per * float(by[key][source]) for key in ("rate", "low", "high")}
    return numbers | {"least": apart - NORMAL * error, "most": apart + NORMAL * error}


def _higher_still(between: Mapping[str, Any], told: pd.DataFrame, repeat: Rates) -> Iterator[Note]:
    """A third role that may be the best: it stands higher, though not surely above either of two that are apart."""
    top = str(told.nlargest(1, "rate")["source"].iloc[0])
    if PER * float(told["rate"].max()) > between["rate"]:
        by = repeat.table.set_index("source")
        numbers = {key: PER * float(by[key][top]) for key in ("rate", "low", "high")}
        yield Note("ecosystem.higher-still", {"role": say(WORDS[top]), "other": between["role"], **numbers})


def _judged(found: Rates) -> pd.DataFrame:
    table = found.table
    return table[table["source"].isin(ROLES) & table["against"].notna()]


def _range(told: pd.DataFrame) -> dict[str, float]:
    """How far above or below the organic rate any role may be."""
    return {"least": PER * float(told["against_low"].min()), "most": PER * float(told["against_high"].max())}


def _numbers(row: Mapping[Any, Any], found: Rates, per: float = 1.0) -> dict[str, Any]:
    table = found.table
    organic = float(table.loc[table["source"].eq("organic"), "rate"].iloc[0])
    keys = ("rate", "low", "high", "against_low", "against_high")
    told: dict[str, Any] = {"role": say(WORDS[row["source"]]), "organic": per * organic}
    return told | {key: per * float(row[key]) for key in keys}


def _rests(spread: pd.DataFrame, out: pd.DataFrame) -> Iterator[Note]:
    if len(spread):
        by = spread.set_index("measure")
        numbers = {name: float(by["value"][name]) for name in ("gini", "effective", "top_10")}
        ends = {f"effective_{end}": float(by[end]["effective"]) for end in ("low", "high")}
        yield Note("ecosystem.rests", {**numbers, **ends})
    for row in out.to_dict("records"):
        numbers = {key: float(row[key]) for key in ("lost", "lost_low", "lost_high")}
        if row["people"] == 1:
            yield Note("ecosystem.without-one", {"name": str(row["names"][0]), **numbers})
        else:
            yield Note("ecosystem.without-top", {"n": int(row["people"]), **numbers})


def _over_time(months: pd.DataFrame) -> Iterator[Note]:
    """Roles whose part of what was driven surely changed by a tenth of it or more from the first month to the last."""
    if len(months) < 2:
        return
    first, last = months.iloc[0], months.iloc[-1]
    for role in ROLES:
        rose, fell = last[f"{role}_low"] > first[f"{role}_high"], last[f"{role}_high"] < first[f"{role}_low"]
        if (rose or fell) and abs(last[role] - first[role]) >= MATERIAL:
            numbers: dict[str, Any] = {"role": say(WORDS[role]), "first": first["month"], "last": last["month"]}
            for name, row in (("before", first), ("after", last)):
                numbers |= {f"{name}{end}": float(row[f"{role}{end}"]) for end in ("", "_low", "_high")}
            yield Note("ecosystem.moved", numbers)
