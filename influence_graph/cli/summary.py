"""A finished map in a screen: who beats their follower count, who does not, what is organic, which roles carry it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from influence_graph.cli.output import table
from influence_graph.language import number, say, supported

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.map import MapResult

BEATERS = 8
LARGEST = 5
ANSWERS = CHECKS = LIMITS = 3
_SHOWN = ["person_id", "name", "followers", "audience", "driven", "driven_low", "driven_high", "expected", "lift"]
_SHOWN += ["lift_low", "lift_high", "q_value", "identifiable"]
_ROLES = ["influencer", "ugc", "advocate", "unassigned"]


def beaters(people: pd.DataFrame) -> pd.DataFrame:
    """Creators who beat their follower count, the surest lift first."""
    return people[_creators(people) & people["beats_followers"].eq(True).fillna(False)].nlargest(BEATERS, "lift_low")


def largest(people: pd.DataFrame) -> pd.DataFrame:
    """The largest accounts that do not beat their follower count."""
    return people[_creators(people) & people["beats_followers"].eq(False).fillna(False)].nlargest(LARGEST, "followers")


def widest(people: pd.DataFrame) -> pd.DataFrame:
    """Who reaches most: all there is to say where no conversion can be credited."""
    return people[_creators(people) & people["audience"].gt(0)].nlargest(BEATERS, "audience")


def rows(people: pd.DataFrame) -> pd.DataFrame:
    """The lists as one table, for programs."""
    import pandas as pd

    lists = {"beats": beaters(people), "largest": largest(people), "widest": widest(people)}
    return pd.concat([part[_SHOWN].assign(list=name) for name, part in lists.items()])[["list", *_SHOWN]]


def draw(result: MapResult) -> Iterator[RenderableType]:
    """The screen, piece by piece."""
    from rich.text import Text

    from influence_graph.findings import credited
    from influence_graph.measures import drawn

    for finding in [found for found in result.findings if found.about == "answer"][:ANSWERS]:
        yield Text(f"{finding.text}\n")
    for finding in [found for found in result.findings if found.about == "checks"][:CHECKS]:
        yield Text(f"{finding.text}\n")
    yield from _lists(result.people)
    if beaters(result.people)["lift_low"].le(1).any():  # beside such an interval the verdict looks wrong
        for finding in [found for found in result.findings if found.id == "findings.beaters-reach"]:
            yield Text(f"{finding.text}\n", style="dim")
    yield from _mix(result.mix, split=credited(result.drivers.total))
    for finding in [found for found in result.findings if found.basis == "plan.json"][:1]:
        yield Text(f"{finding.text}\n")
    for finding in [found for found in result.findings if found.about == "limits"][:LIMITS]:
        yield Text(f"{finding.text}\n", style="dim")
    if note := drawn(result.run.get("measures", {})):
        yield Text(f"{note.text}\n", style="dim")


def _lists(people: pd.DataFrame) -> Iterator[RenderableType]:
    creator, followers, driven = say("cli.creator"), say("cli.followers"), say("cli.driven")
    beating, large, reach = (part.to_dict("records") for part in (beaters(people), largest(people), widest(people)))
    if beating:
        told = [(named(row), count(row["followers"]), span(row, "driven"), span(row, "lift")) for row in beating]
        yield table(say("cli.beaters"), creator, followers, driven, say("cli.lift"), rows=told)
    if large:
        told = [(named(row), count(row["followers"]), span(row, "driven"), count(row["expected"])) for row in large]
        yield table(say("cli.largest"), creator, followers, driven, say("cli.expected"), rows=told)
    if reach and people["driven"].fillna(0).le(0).all():
        seen = [(named(row), count(row["followers"]), count(row["audience"])) for row in reach]
        yield table(say("cli.widest"), creator, followers, say("cli.audience"), rows=seen)


def _mix(mix: pd.DataFrame, *, split: bool) -> Iterator[RenderableType]:
    """The parts of each role; of what was driven only where something was, for how nothing splits is not said."""
    whole = mix[mix["scope"].eq("all")].set_index("measure")[_ROLES]
    whole = whole if split else whole.drop(index=["driven", "value"], errors="ignore")
    whole = whole[whole.sum(axis="columns").gt(0)]
    words = {
        "people": say("cli.mix-people"),
        "driven": say("cli.mix-driven"),
        "value": say("cli.mix-value"),
        "reach": say("cli.mix-reach"),
    }
    told = [
        [words.get(str(measure), str(measure)), *(number(part, ".0%") for part in amounts / amounts.sum())]
        for measure, amounts in whole.iterrows()
    ]
    if told:
        roles = (say("cli.influencer"), say("cli.ugc"), say("cli.advocate"), say("cli.unassigned"))
        yield table(say("cli.mix"), say("cli.measure"), *roles, rows=told)


def _creators(people: pd.DataFrame) -> pd.Series[bool]:
    return people["is_creator"].astype(bool)


def named(row: Mapping[Any, Any]) -> str:
    """What a creator is called."""
    return str(row["name"] if isinstance(row["name"], str) and row["name"] else row["person_id"])


def count(value: float) -> str:
    """A count, empty where unknown."""
    return number(value) if value == value else ""


def span(row: Mapping[Any, Any], column: str) -> str:
    """A number with its interval, where there is one."""
    value, low, high = (row[name] for name in (column, f"{column}_low", f"{column}_high"))
    if value != value:
        return ""
    if low != low or high != high:
        return number(value, ",.1f" if abs(value) < 100 else ",.0f")
    spec = supported(low, high)
    return f"{number(value, spec)} ({number(low, spec)}–{number(high, spec)})"
