"""What the strategist asks of the whole: a stage a question, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from influence_graph.findings import Finding
from influence_graph.people.sentences import tell_moves
from influence_graph.programme.ecosystem import Ecosystem, ecosystem
from influence_graph.programme.groups import Groups, Tiers, groups
from influence_graph.programme.growth import Growth, growth
from influence_graph.programme.match import Match, match
from influence_graph.programme.talents import Talents, talents
from influence_graph.programme.timing import Timing, timing

if TYPE_CHECKING:
    from influence_graph.map.run import Stages
    from influence_graph.people.paths import Course
    from influence_graph.programme.mapped import Programme
    from influence_graph.tables.schema import Note


@dataclass(frozen=True)
class Answers:
    """By the names `MapResult` has for them; None of what was not asked, or could not be."""

    groups: Groups | None = None
    timing: Timing | None = None
    ecosystem: Ecosystem | None = None
    talents: Talents | None = None
    growth: Growth | None = None
    match: Match | None = None


def ask(programme: Programme, *, tiers: Tiers, timezone: str | None, seed: int, stage: Stages) -> Answers:
    """Every question that the tables allow."""
    performance = hours = grown = None
    if len(programme.tables.shares):
        with stage("map.stage-groups"):
            performance = groups(programme, tiers=tiers, seed=seed)
        with stage("map.stage-timing"):
            hours = timing(programme, timezone=timezone, tiers=tiers, own_hours=False, seed=seed)
    with stage("map.stage-ecosystem"):
        rests = ecosystem(programme)
    with stage("map.stage-talents"):
        hidden = talents(programme)
    if len(programme.tables.followers):
        with stage("map.stage-growth"):
            grown = growth(programme, tiers=tiers, seed=seed)
    with stage("map.stage-match"):
        matched = match(programme, timezone=timezone, own_hours=False, seed=seed)
    return Answers(performance, hours, rests, hidden, grown, matched)


def answered(told: Answers, course: Course | None) -> Iterator[Finding]:
    """What the answers say, each with the table it rests on; what another finding says already is not said twice."""
    yield from _of(told.groups.notes if told.groups else (), "groups.csv")
    yield from _of(told.ecosystem.notes if told.ecosystem else (), "ecosystem")
    yield from _of(told.talents.notes if told.talents else (), "talents.csv")
    if told.timing and len(told.timing.delays):  # else nothing was driven, which is said
        yield from _of([note for note in told.timing.notes if note.id != "timing.delay"], "timing.csv")
    yield from _of(tell_moves(course.moves) if course else (), "moves.csv")
    yield from _of(told.growth.notes if told.growth else (), "growth.csv")
    matched = told.match.notes if told.match else ()
    yield from _of([note for note in matched if note.id != "match.nothing"], "match.csv")


def _of(notes: Iterable[Note], basis: str) -> Iterator[Finding]:
    return (Finding(note.id, note.numbers, basis, "people") for note in notes)
