"""Prints docs/cli.md: every command with its help, as the program itself words it. `make docs` runs this."""

from __future__ import annotations

from collections.abc import Iterator

import click

from influence_graph.cli.commands import group
from influence_graph.errors import ExitCode
from influence_graph.language import speaking

HEAD = """\
# The commands

Written by `make docs` from the program's own help. SOURCE is a folder of tables, some files, or a `.duckdb` file. Data
go to stdout, progress to stderr.
"""
MEANINGS = {
    ExitCode.FINE: "done",
    ExitCode.OURS: "something else went wrong, such as a full disk: the message says what; a crash is ours to mend",
    ExitCode.USAGE: "the command does not make sense as typed",
    ExitCode.STORE: "a store can't be opened, read or written",
    ExitCode.TABLES: "the tables can't be mapped",
    ExitCode.INTERRUPTED: "interrupted",
}


def page() -> str:
    """The whole page, in Markdown."""
    with speaking("en"), click.Context(group, info_name="influence-graph") as whole:
        return "\n".join([HEAD, *sections(whole), exit_codes()])


def sections(context: click.Context) -> Iterator[str]:
    """A command, then each of its own commands."""
    yield section(context)
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                yield from sections(click.Context(command, context, name))


def section(context: click.Context) -> str:
    """One command: its usage, what it does, its arguments and options."""
    command = context.command
    name = context.command_path.removeprefix("influence-graph ")
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    rows = "\n".join(f"| {word} | {what} |" for word, what in parameters(command, context))
    return f"## {name}\n\n{command.help}\n\n```\n{usage}\n```\n\n| | |\n|---|---|\n{rows}\n"


def parameters(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """What can be typed behind a command, and what it does."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        name, what = record or (parameter.make_metavar(context), getattr(parameter, "help", None) or "")
        yield f"`{name}`".replace("|", "\\|"), " ".join(what.split()).replace("|", "\\|")


def exit_codes() -> str:
    """What the shell is told."""
    rows = "\n".join(f"| {code.value} | {MEANINGS[code]} |" for code in ExitCode)
    return f"## Exit codes\n\n| code | meaning |\n|---|---|\n{rows}\n"


if __name__ == "__main__":
    print(page(), end="")
