"""When to post: how long orders take, at which hours posts drive most, and whether people tire of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.drivers.drive import Workings
from influence_graph.drivers.tastes import Tastes
from influence_graph.errors import UsageError
from influence_graph.programme.communities import community_names
from influence_graph.programme.groups.membership import Grouping, groupings
from influence_graph.programme.groups.posts import mapped_posts
from influence_graph.programme.groups.tiers import Tiers, find_tiers
from influence_graph.programme.mapped import Mapped
from influence_graph.programme.timing.calendar import PLANNED, calendar
from influence_graph.programme.timing.delays import WAITS, delays
from influence_graph.programme.timing.fatigue import fatigue
from influence_graph.programme.timing.hours import BEST_COLUMNS, SLOT_COLUMNS, hours, slot_of
from influence_graph.programme.timing.sentences import COMPARED, tell
from influence_graph.tables.privacy import pseudonyms
from influence_graph.tables.schema import Note
from influence_graph.tables.settings import find_zone

__all__ = ["Timing", "timing"]

LEAST = 0.5
"""Where the interval of all that was driven goes below this there may be nothing to tell apart."""
LISTED = 10
"""People in the calendar where nobody is named: the creators who drove most."""


@dataclass(frozen=True)
class Timing:
    """When posts work.

    Attributes
    ----------
    delays : DataFrame
        by (tier, role, platform, kind), group, people, effective (as many of equal weight), driven, and
        days from post to order: median, and most (when nine of ten have come), with ``_low`` and ``_high``.
    hours : DataFrame
        One row a slot of the week for the whole programme (community "") and each community: day (0 is Monday),
        from_hour, to_hour (local), posts, exposed (people times posts), driven, per_1000 (conversions driven per 1,000
        exposed) with low and high, and against (the part by which that is above a slot drawn at random) with
        low_against and high_against. Drawn towards no difference.
    best : DataFrame
        The slot of the surest gain for each community: evident (whether hours matter at all), chance (how often hours
        that don't would look as different), gain with gain_low and gain_high. Where only the day matters as far as can
        be told, or only the hours, the other is NA.
    fatigue : dict or None
        By which part less the second and the fifth post of a creator in a campaign and window do than the first, as
        `influence_graph.drivers.wear.tell_wear` says it; None where it can't be told.
    calendar : DataFrame
        person_id, name, community, post, day, from_hour, to_hour: no day where nothing shows that hours matter.
    zone : str
        The time zone of days and hours.
    notes : tuple of Note
        The same in sentences.

    All intervals are 90 %.
    """

    delays: pd.DataFrame
    hours: pd.DataFrame
    best: pd.DataFrame
    fatigue: dict[str, Any] | None
    calendar: pd.DataFrame
    zone: str
    notes: tuple[Note, ...]


def timing(
    result: Mapped,
    *,
    timezone: str | None = None,
    people: Sequence[str] = (),
    tiers: Tiers | str | Path = "wide",
    own_hours: bool = True,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Timing:
    """When posts work: delay by group, hours of the week by community, fatigue, and a calendar from these.

    Parameters
    ----------
    result : MapResult
        A finished map.
    timezone : str, optional
        Where the audience lives (``Asia/Ho_Chi_Minh``, ``+07:00``): days and hours are told by its clock, UTC where not
        given.
    people : sequence of str
        Whom to plan for, by person_id; the creators who drove most where empty.
    tiers : Tiers, str or Path, default "wide"
        How creators are sorted by size.
    own_hours : bool, default True
        Look for good hours in each community too, not in the programme alone, which takes longer.
    seed : int, default 0
        The same seed gives the same intervals.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Timing
        O(communities * exposures of buyers + draws * people).

    Raises
    ------
    UsageError
        There is no such time zone, or somebody is not in the map.
    """
    step = progress or (lambda *_: None)
    zone, chosen = timezone or "UTC", tiers if isinstance(tiers, Tiers) else find_tiers(tiers)
    clock = find_zone(zone)
    unknown = sorted(set(people) - set(result.people["person_id"]))
    if unknown:
        raise UsageError("timing.no-such-person", person=unknown[0])
    drivers = result.drivers
    workings = drivers.workings
    if workings is None or workings.draws is None or not (drivers.total.get("driven_low") or 0.0) >= LEAST:
        none = pd.DataFrame(columns=list(SLOT_COLUMNS)), pd.DataFrame(columns=list(BEST_COLUMNS))
        plan = pd.DataFrame(columns=list(PLANNED))
        return Timing(pd.DataFrame(columns=list(WAITS)), *none, None, plan, zone, (Note("timing.nothing", {}),))
    posts = mapped_posts(result)
    step("timing.stage", 0, 3)
    grouped = groupings(posts, chosen, by=COMPARED)
    waits, draws = delays(workings, grouped, rng=np.random.default_rng([seed, 23]))
    step("timing.stage", 1, 3)
    kinds = community_names(result, workings)
    slots = slot_of(posts["shared_at"].dt.tz_convert(clock))
    week = hours(workings, slots, kinds if own_hours else [""] * len(kinds))
    step("timing.stage", 2, 3)
    learnt = drivers.total.get("wear_out")
    worn = fatigue(workings, learnt)
    creators = result.people[result.people["is_creator"]]
    asked = list(people) or creators.nlargest(LISTED, "driven")["person_id"].tolist()
    plan = _called(calendar(asked, *_homes(creators, workings, kinds), posts, week.table, week.best), creators)
    step("timing.stage", 3, 3)
    compared: list[tuple[Grouping, Any]] = list(zip(grouped, draws, strict=True))
    notes = tell(drivers.total, waits, compared, week.best, worn, timezone, learnt=learnt is not None)
    return Timing(waits, week.table, week.best, worn, plan, zone, tuple(notes))


def _homes(creators: pd.DataFrame, workings: Workings, kinds: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Names of creators, and the community that most followers of each author are in."""
    known = creators.dropna(subset="name")
    named = dict(zip(known["person_id"], known["name"], strict=True))
    followers = Tastes(workings.exposure).followers
    homes = zip(workings.exposure.authors, followers.argmax(axis=1), followers.sum(axis=1), strict=True)
    return named, {person: kinds[kind] if size else "" for person, kind, size in homes}


def _called(plan: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """The calendar with pseudonyms for who is no creator."""
    known = plan["person_id"].isin(creators["person_id"])
    masks = pd.Series(pseudonyms(plan["person_id"]), index=plan.index)
    return plan.assign(person_id=plan["person_id"].where(known, masks), name=plan["name"].where(known, masks))
