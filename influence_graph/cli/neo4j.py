"""`neo4j up | status | open | down`: a Neo4j server on this machine, with Neo4j Browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from influence_graph.cli.options import answers, heard, option
from influence_graph.cli.output import Answer, Output
from influence_graph.cli.worded import Command, Group
from influence_graph.errors import StoreError
from influence_graph.language import say

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.store.local_neo4j import Status

_home = option("--home", type=click.Path(path_type=Path), metavar="DIR", help="cli.help-home")


@click.group("neo4j", cls=Group, help="cli.help-neo4j")
@heard
def neo4j() -> None:
    """`influence-graph neo4j`: nothing to do before one of the commands below."""


@neo4j.command("up", cls=Command, help="cli.help-neo4j-up")
@_home
@answers()
def up(output: Output, home: Path | None) -> None:
    """`influence-graph neo4j up`."""
    from influence_graph.store import local_neo4j

    first = local_neo4j.password(home) is None
    with output.progress() as show:
        there = local_neo4j.up(home, progress=show)
    _give(output, there, lambda: _entrance(there, show_password=first))


@neo4j.command("status", cls=Command, help="cli.help-neo4j-status")
@_home
@answers()
def status(output: Output, home: Path | None) -> None:
    """`influence-graph neo4j status`."""
    from influence_graph.store import local_neo4j

    there = local_neo4j.status(home)
    _give(output, there, lambda: _entrance(there) if there.running else say("cli.neo4j-stopped", home=there.home))


@neo4j.command("open", cls=Command, help="cli.help-neo4j-open")
@_home
@answers()
def open_(output: Output, home: Path | None) -> None:
    """`influence-graph neo4j open`."""
    from influence_graph.store import local_neo4j

    there = local_neo4j.status(home)
    if not there.running or there.uri is None:
        raise StoreError("store.local-stopped")
    if has_display(os.environ, sys.platform):
        import webbrowser

        # With this the page asks for the password alone.
        webbrowser.open(f"{there.browser}?connectURL={there.uri.replace('://', f'://{there.user}@')}")
    _give(output, there, lambda: _entrance(there))


@neo4j.command("down", cls=Command, help="cli.help-neo4j-down")
@_home
@answers()
def down(output: Output, home: Path | None) -> None:
    """`influence-graph neo4j down`."""
    from influence_graph.store import local_neo4j

    with output.progress() as show:
        show("cli.stage-down", 0, 0)
        there = local_neo4j.down(home)
    _give(output, there, lambda: say("cli.neo4j-stopped", home=there.home))


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser has a screen to open on; without, Python might start one inside the terminal."""
    return platform in ("darwin", "win32") or any(
        environment.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    )


def _give(output: Output, there: Status, words: Callable[[], str]) -> None:
    if output.form == "text":
        output.give_text(f"{words()}\n")  # unwrapped: a path or command that is cut in two can't be copied
    else:
        record = asdict(there)
        output.give(Answer(record, lambda: _frame(record), list))


def _frame(record: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([record])


def _entrance(there: Status, *, show_password: bool = False) -> str:
    """Where the server is and how to enter it. The password itself is told once, later the file it is in."""
    from influence_graph.store import local_neo4j

    password, file = local_neo4j.password(there.home), there.home / "password"
    if password is None:
        how = say("cli.neo4j-password-lost", file=file)
    elif show_password:
        how = say("cli.neo4j-password", password=password, file=file)
    else:
        how = say("cli.neo4j-password-kept", file=file)
    default = there.home == local_neo4j.status().home
    following = say("cli.neo4j-next" if default else "cli.neo4j-next-home", uri=there.uri)
    return f"{say('cli.neo4j-running', **asdict(there), password=how)}\n{following}"
