"""The commands, each imported when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import rich_click as click
from click.exceptions import Exit

from influence_graph.cli.options import heard, option
from influence_graph.cli.worded import Group, complaint, panels
from influence_graph.errors import ExitCode

_ROOMS = {
    "demo": "demo", "check": "tables", "load": "tables", "map": "map", "drivers": "drivers", "compare": "compare",
    "placebo": "placebo", "backtest": "backtest", "roles": "roles", "groups": "groups",
    "authenticity": "authenticity", "ecosystem": "ecosystem", "talents": "talents", "timing": "timing",
    "growth": "growth",
    "match": "match",
    "spread": "planning", "plan": "plan", "queries": "queries", "query": "queries",
    "experiment": "experiment", "export": "export", "neo4j": "neo4j",
}  # fmt: skip
"""Which file of this folder holds a command."""


class _Commands(Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order a newcomer meets them."""
        return list(_ROOMS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, its file imported now."""
        if cmd_name not in _ROOMS:
            return None
        command: click.Command = getattr(import_module(f"influence_graph.cli.{_ROOMS[cmd_name]}"), cmd_name)
        return command


def _version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from influence_graph import __version__

        click.echo(f"influence-graph {__version__}")
        ctx.exit()


@click.group("influence-graph", cls=_Commands, help="cli.help")
@heard
@option("--version", is_flag=True, expose_value=False, callback=_version, help="cli.help-version")
def group() -> None:
    """`influence-graph`: nothing to do before a command."""


def run(words: Sequence[str]) -> int:
    """Parse and run; what the parser refuses becomes our own error."""
    try:
        with group.make_context("influence-graph", list(words), rich_help_config=panels()) as context:
            group.invoke(context)
    except Exit as left:
        return left.exit_code
    except click.ClickException as refused:
        raise complaint(refused) from None
    return ExitCode.FINE
