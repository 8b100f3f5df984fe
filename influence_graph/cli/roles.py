"""`roles`: who is how much of what, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.map import opened
from influence_graph.cli.options import answers, connecting, naming, option, reading
from influence_graph.cli.output import Answer, Output, line, paragraphs, table
from influence_graph.cli.worded import Argument, Command
from influence_graph.language import number, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from influence_graph.people import Roles
    from influence_graph.tables.schema import Note

SHOWN = 6


@click.command("roles", cls=Command, help="cli.help-roles")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@option("--explain", "person", metavar="PERSON", help="cli.help-explain-role")
@option("--anchors", type=click.Path(path_type=Path), metavar="FILE", help="cli.help-anchors")
@answers()
@connecting
@reading
@naming
def roles(
    source: tuple[str, ...],
    person: str | None,
    anchors: Path | None,
    output: Output,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
) -> None:
    """`influence-graph roles SOURCE...`."""
    from influence_graph.people import read_anchors, roles

    settings = read_anchors(anchors) if anchors else None
    with output.progress() as show:
        tables, _ = opened(source, show, server, reading)
        found = roles(tables, config=settings, progress=show)
    output.give(_everybody(found, names) if person is None else _one(found, person, names))


def _everybody(found: Roles, names: Literal["creators", "all"]) -> Answer:
    from influence_graph.folder import pseudonymous
    from influence_graph.tables.privacy import pseudonyms

    people = found.people if names == "all" else pseudonymous(found.people)
    called = dict(zip(found.people["person_id"], people["person_id"], strict=True))
    own = found.paths["person_id"]
    lacking = sorted(set(own) - called.keys())  # can't be, as long as all who share have a row
    called |= dict(zip(lacking, pseudonyms(lacking), strict=True))
    return Answer(
        data={
            "people": people.to_dict("records"),
            "paths": found.paths.assign(person_id=own.map(called)).to_dict("records"),
            "moves": found.moves.to_dict("records"),
            "declared": found.declared.to_dict("records"),
            "notes": [note.record() for note in found.notes],
            "settings": _settings(found),
        },
        rows=people,
        drawing=lambda: list(_draw_everybody(found, people)),
    )


def _draw_everybody(found: Roles, people: pd.DataFrame) -> Iterator[RenderableType]:

    from influence_graph.people import ROLES
    from influence_graph.people.sentences import WORDS

    yield from paragraphs(found.notes)
    headings = say("cli.person"), say("cli.membership"), say("cli.evidence"), say("cli.campaigns-seen")
    for role in ROLES:
        most = people[people[role].gt(0)].assign(sure=people[f"{role}_low"].fillna(0.0) * people[f"evidence_{role}"])
        most = most.sort_values(["sure", f"evidence_{role}"], ascending=False, kind="stable").head(SHOWN)
        rows = [
            [_called(row), _held(row, role), number(row[f"evidence_{role}"], ".2f"), _count(row["blocks"])]
            for row in most.to_dict("records")
        ]
        if rows:
            yield table(say("cli.strongest", role=say(WORDS[role])), *headings, rows=rows)


def _one(found: Roles, person: str, names: Literal["creators", "all"]) -> Answer:
    from influence_graph.explanation.who import find_person
    from influence_graph.folder import pseudonymous
    from influence_graph.people import tell_person

    who = find_person(found, person)
    mine = found.people[found.people["person_id"].eq(who)]
    shown = mine if names == "all" else pseudonymous(mine)
    row = shown.to_dict("records")[0] if len(shown) else {"person_id": person}
    notes = list(tell_person(found, who, called=_called(row)))
    path = found.paths[found.paths["person_id"].eq(who)].assign(person_id=row["person_id"])
    return Answer(
        data={
            "person": row,
            "signs": found.signs.reindex([who]).iloc[0].to_dict(),
            "path": path.to_dict("records"),
            "notes": [note.record() for note in notes],
            "settings": _settings(found),
        },
        rows=shown,
        drawing=lambda: list(_draw_one(notes)),
    )


def _draw_one(notes: list[Note]) -> Iterator[RenderableType]:
    from rich.text import Text

    for note in notes:
        text = note.text
        indent = len(text) - len(text.lstrip())
        yield Text(" " * indent + line(text.lstrip()))


def _settings(found: Roles) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(found.config)


def _called(row: Mapping[Any, Any]) -> str:
    """Their name, where it is known and may be told, else their id or pseudonym."""
    name = row.get("name")
    return str(name if isinstance(name, str) and name else row["person_id"])


def _held(row: Mapping[Any, Any], role: str) -> str:
    low, high = row[f"{role}_low"], row[f"{role}_high"]
    told = number(row[role], ".2f")
    return f"{told} ({number(low, '.2f')}–{number(high, '.2f')})" if low == low else told


def _count(value: float) -> str:
    return number(value) if value == value else ""
