"""`demo`: a sample world with planted truth, mapped, and what was found beside what was planted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.map import mapped, summary
from influence_graph.cli.options import Whole, answers, option
from influence_graph.cli.output import Answer, Output, table
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    from influence_graph.map import MapResult
    from influence_graph.world import World

CREATORS = 0.015
"""Share of a world's people who are creators."""
PROGRAM = "influence-graph"
LEAST = 200
"""A smaller world has no three creators, and nothing to tell apart."""


@click.command("demo", cls=Command, help="cli.help-demo")
@click.argument("folder", default="demo", type=click.Path(path_type=Path), cls=Argument, help="cli.help-folder")
@answers(out="cli.help-out-demo", metavar="DIR")
@option("--people", type=Whole(), default=20_000, show_default=True, metavar="NUMBER", help="cli.help-people")
@option("--seed", type=Whole(), default=0, show_default=True, metavar="NUMBER", help="cli.help-seed")
def demo(folder: Path, output: Output, people: int, seed: int) -> None:
    """`influence-graph demo [FOLDER]`."""
    from influence_graph.folder import check_out, write

    if people < LEAST:
        raise UsageError("cli.demo-small", people=people, least=LEAST)
    out = output.out or folder / "map"
    check_out(out)
    if any((folder / "tables").glob("*")) and not (folder / "truth.csv").exists():
        raise UsageError("cli.demo-taken", path=folder / "tables")
    with output.progress() as show:
        show("cli.stage-world", 0, 0)
        world = _world(folder, people, seed)
        show("cli.stage-world", 1, 1)
        result, _ = mapped([str(folder / "tables")], show, drawn=True, seed=seed)
        write(result, out, progress=show)
    told, found = summary(result, out), _compare(world, result)
    output.show(Answer({**told.data, "planted": found}, told.rows, lambda: [*told.drawing(), *_draw(found, folder)]))


def _world(folder: Path, people: int, seed: int) -> World:
    """Make the world and write it, the truth first: it marks the folder as ours."""
    from influence_graph.folder import as_csv, whole
    from influence_graph.world import make

    world = make("demo", people=people, creators=round(people * CREATORS), seed=seed)
    with whole(folder) as draft:
        (draft / "truth.csv").write_text(as_csv(world.truth), encoding="utf-8", newline="\n")
    with whole(folder / "tables") as draft:
        world.write(draft)
    return world


def _compare(world: World, result: MapResult) -> dict[str, Any]:
    """Planted and found, side by side."""
    truth = world.truth[world.truth["role"].eq("creator")].set_index("person_id")
    found = result.people.set_index("person_id").reindex(truth.index)
    both = found["driven"].notna()
    planted, total = world.planted, result.run["totals"]
    return {
        "driven_share": planted["driven"] / planted["conversions"],
        "driven_share_found": 1 - total["organic_share"],
        "driven_share_low": 1 - total["organic_share_high"],
        "driven_share_high": 1 - total["organic_share_low"],
        "rank_correlation": float(truth.loc[both, "driven"].corr(found.loc[both, "driven"], method="spearman")),
        "top_planted": len(_top(truth["driven"])),
        "top_found": len(_top(truth["driven"]) & _top(found["driven"])),
    }


def _top(driven: Any) -> set[str]:
    return set(driven.dropna().nlargest(20).index)


def _draw(found: dict[str, Any], folder: Path) -> list[Any]:
    from rich.text import Text

    share = "{} ({}–{})".format(
        *(number(found[name], ".0%") for name in ("driven_share_found", "driven_share_low", "driven_share_high"))
    )
    rows = [
        (say("cli.truth-share"), number(found["driven_share"], ".0%"), share),
        (say("cli.truth-top"), number(found["top_planted"]), number(found["top_found"])),
        (say("cli.truth-rank"), "", number(found["rank_correlation"], ".2f")),
    ]
    told = table(say("cli.truth"), "", say("cli.planted"), say("cli.found"), rows=rows)
    places = {"tables": folder / "tables", "truth": folder / "truth.csv"}
    return [told, Text(say("cli.truth-where", program=_program(), **places))]


def _program() -> str:
    """What to type to call this program: its name, or where it lies when the name alone is not found."""
    here = Path(sys.argv[0])
    return PROGRAM if which(PROGRAM) or here.stem != PROGRAM else os.path.relpath(here)
