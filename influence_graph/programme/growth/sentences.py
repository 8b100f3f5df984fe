"""Growth in sentences: who moved up, and whether their persuasion holds."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pandas as pd

from influence_graph.language import say
from influence_graph.programme.groups.words import GroupName
from influence_graph.programme.growth.verdict import Verdict
from influence_graph.tables.schema import Note

NAMED = 3
"""How many creators a sentence names: more are read in the table."""
_VERDICTS = MappingProxyType(
    {
        "falls": ("growth.falls", "growth.falls-alone"),
        "rises": ("growth.rises", "growth.rises-alone"),
        "holds": ("growth.holds", "growth.holds-alone"),
        "no evidence": ("growth.no-evidence", "growth.no-evidence-alone"),
    }
)
"""How each verdict is worded: against those who stayed in their tier, and where nobody did."""


class Moved(tuple[tuple[str, str, str], ...]):
    """Creators with the tiers they moved between, worded where they stand in a sentence, and plain in data."""

    def __format__(self, spec: str) -> str:
        """Names with their tiers, in the language in force."""
        told = [say("growth.one", name=name, low=_tier(low), high=_tier(high)) for name, low, high in self]
        return format("; ".join(told), spec)


def _tier(key: str) -> str:
    return format(GroupName("tier", key), "") if key else say("growth.below")


def tell(table: pd.DataFrame, pool: pd.DataFrame, told: Verdict, known: int) -> Iterator[Note]:
    """What there is to say, as `Growth` holds it."""
    if told == "unknown":
        return  # what a history of followers would add is said with the data that are missing
    if told == "nobody":
        yield Note("growth.nobody", {"n": known})
        return
    listed = table[table["is_creator"].astype(bool)]
    largest = listed.assign(times=listed["followers"] / listed["followers_first"].clip(lower=1.0))
    largest = largest.sort_values(["times", "person_id"], ascending=[False, True], kind="stable").head(NAMED)
    rows = largest[["person_id", "name", "from_tier", "to_tier"]].to_dict("records")
    numbers: dict[str, Any] = {"n": len(table), "known": known}
    if rows:
        yield Note("growth.moved", {**numbers, "names": Moved(_named(row) for row in rows)})
    else:
        yield Note("growth.moved-others", numbers)
    yield from _pooled(table, pool, told)
    sudden = int(table["sudden"].astype(bool).sum())
    if sudden:
        yield Note("growth.sudden", {"n": sudden})


def _named(row: dict[Any, Any]) -> tuple[str, str, str]:
    name = row["name"]
    return str(name if isinstance(name, str) and name else row["person_id"]), str(row["from_tier"]), str(row["to_tier"])


def _pooled(table: pd.DataFrame, pool: pd.DataFrame, told: Verdict) -> Iterator[Note]:
    if told not in _VERDICTS:
        yield Note("growth.too-few", {"n": int(table["counted"].astype(bool).sum())})
        return
    by = {row["who"]: row for row in pool.to_dict("records")}
    against = by["against"]
    ends = ("sure_low", "sure_high") if told == "no evidence" else ("low", "high")  # those that leave it open
    numbers = {"n": int(against["people"]), "ratio": float(against["ratio"])}
    numbers |= {name: float(against[end]) for name, end in zip(("low", "high"), ends, strict=True)}
    yield Note(_VERDICTS[told]["stayed" not in by], numbers)
    if "stayed" in by:
        both = {f"{who}_ratio": float(by[who]["ratio"]) for who in ("moved", "stayed")}
        yield Note("growth.beside", {**both, "n": int(by["stayed"]["people"])})
    else:
        yield Note("growth.alone", {})
