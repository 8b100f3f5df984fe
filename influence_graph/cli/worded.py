"""Commands and options whose help is a message id, worded when it is shown: only then the language is known."""

from __future__ import annotations

from typing import Any

import rich_click as click

from influence_graph.errors import UsageError
from influence_graph.language import say


class _Worded:
    """Holds the id where click holds the text."""

    _message: str | None = None

    def _word(self) -> str | None:
        return say(self._message) if self._message else None

    def _remember(self, message: str | None) -> None:
        self._message = message

    help = property(_word, _remember)


class Option(_Worded, click.RichOption):
    """An option with worded help."""


class Argument(_Worded, click.RichArgument):
    """An argument with worded help."""


class Command(_Worded, click.RichCommand):
    """A command with worded help, usage and complaints."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            Option(["--help"], is_flag=True, is_eager=True, expose_value=False, callback=_show, help="cli.help-help")
        )
        self.add_help_option = False

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line on top of a help page."""
        self.options_metavar = say("cli.usage-options")
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("cli.usage"))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; words that nothing asked for are refused in our own words."""
        ctx.allow_extra_args = True  # so that the complaint about them is ours
        try:
            surplus = super().parse_args(ctx, args)
        except click.UsageError as refused:
            refused.ctx = refused.ctx or ctx  # the parser forgets it at times
            raise
        if surplus and not isinstance(self, click.Group):
            raise UsageError("cli.surplus", words=" ".join(surplus), command=ctx.command_path)
        return surplus


class Group(Command, click.RichGroup):  # type: ignore[misc]  # rich-click's own
    """A group with worded help, which it shows where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; no words at all ask what there is to say."""
        return super().parse_args(ctx, args or ["--help"])

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order they are defined in."""
        return list(self.commands)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line on top of a help page."""
        self.subcommand_metavar = say("cli.usage-command")
        super().format_usage(ctx, formatter)


def _show(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def panels() -> dict[str, Any]:
    """What the frames of the help page say, in the current language."""
    return {
        "arguments_panel_title": say("cli.panel-arguments"),
        "options_panel_title": say("cli.panel-options"),
        "commands_panel_title": say("cli.panel-commands"),
        "default_string": say("cli.default", value="{}"),
        "required_long_string": say("cli.required"),
        "show_arguments": True,
        "text_markup": None,
        "max_width": 100,
    }


def complaint(error: click.ClickException) -> UsageError:
    """What the parser found wrong with the words given, as our own error."""
    from click import exceptions

    command = error.ctx.command_path if isinstance(error, exceptions.UsageError) and error.ctx else "influence-graph"
    if isinstance(error, (exceptions.NoSuchOption, exceptions.NoSuchCommand)):
        word = error.option_name if isinstance(error, exceptions.NoSuchOption) else error.command_name
        if error.possibilities:
            return UsageError("cli.unknown-near", word=word, near=", ".join(error.possibilities), command=command)
        return UsageError("cli.unknown", word=word, command=command)
    if isinstance(error, exceptions.MissingParameter) and error.param is not None:
        return UsageError("cli.missing", word=error.param.get_error_hint(error.ctx).strip("'."), command=command)
    if isinstance(error, exceptions.BadOptionUsage):
        return UsageError("cli.bad-option", word=error.option_name, command=command)
    return UsageError("cli.bad-usage", detail=error.format_message(), command=command)
