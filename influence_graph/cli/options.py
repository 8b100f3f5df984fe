"""The options that commands share: how the answer is given, how tables are read, how the map is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from influence_graph.cli.output import Output
from influence_graph.cli.worded import Option
from influence_graph.errors import UsageError
from influence_graph.language import LANGUAGES, say

Function = TypeVar("Function", bound=Callable[..., Any])
EXCEL = (".xlsx", ".xls")
"""Endings by which Excel expects a workbook, and refuses text."""


class OneOf(click.Choice):  # type: ignore[type-arg]
    """A choice whose refusal is worded in the user's language."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The choice, or our own error."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            choices = ", ".join(map(str, self.choices))
            raise UsageError("cli.not-one-of", option=_name(param), word=value, choices=choices) from None


class Positive(click.FloatRange):
    """A number above zero."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or our own error."""
        try:
            number = float(super().convert(value, param, ctx))
        except click.BadParameter:
            number = float("nan")
        if not 0 < number < float("inf"):
            raise UsageError("cli.not-positive", option=_name(param), word=value)
        return number

    def _describe_range(self) -> str:
        return ""


class Whole(click.IntRange):
    """A whole number, zero or more."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or our own error."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            raise UsageError("cli.not-whole", option=_name(param), word=value) from None

    def _describe_range(self) -> str:
        return ""


class Part(click.FloatRange):
    """A part of a whole, from 0 to 1."""

    def __init__(self) -> None:
        super().__init__(min=0, max=1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The part, or our own error."""
        try:
            part = float(super().convert(value, param, ctx))
        except click.BadParameter:
            part = float("nan")
        if part != part:
            raise UsageError("cli.not-a-part", option=_name(param), word=value)
        return part

    def _describe_range(self) -> str:
        return ""


def _name(param: click.Parameter | None) -> str:
    return (param.metavar if isinstance(param, click.Argument) else None) or (param.opts[-1] if param else "")


def option(*names: str, **settings: Any) -> Callable[[Function], Function]:
    """An option whose help is a message id."""
    return click.option(*names, cls=Option, **settings)


def _all(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        for add in reversed(options):  # as decorators stand: the first shown on top
            function = add(function)
        return function

    return decorate


heard = _all(
    option("--lang", type=OneOf(LANGUAGES), expose_value=False, help="cli.help-lang"),
    option("--debug", is_flag=True, expose_value=False, help="cli.help-debug"),
)
"""What `main` hears before anything is parsed; here for help and to refuse what does not exist."""


def is_store(source: str | Path) -> bool:
    """Whether a source is a store rather than files."""
    from influence_graph.store import ENDINGS

    return "://" in str(source) or str(source).casefold().endswith(ENDINGS)


def answers(*, out: str = "cli.help-out", metavar: str = "FILE") -> Callable[[Function], Function]:
    """How the answer is given: every command takes these, and gets them as one `Output`."""

    def decorate(function: Function) -> Function:
        @wraps(function)
        def command(form: str, out: Path | None, quiet: bool, **given: Any) -> Any:
            if form == "csv" and out is not None and out.suffix.lower() in EXCEL:
                raise UsageError("cli.csv-named-excel", path=out)
            return function(output=Output(form=form, out=out, quiet=quiet), **given)

        options = _all(
            option("--out", type=click.Path(path_type=Path), metavar=metavar, help=out),
            option("--json", "form", flag_value="json", default="text", help="cli.help-json"),
            option("--csv", "form", flag_value="csv", help="cli.help-csv"),
            option("--quiet", is_flag=True, help="cli.help-quiet"),
            heard,
        )
        return options(command)  # type: ignore[return-value]

    return decorate


def connecting(function: Function) -> Function:
    """How a server is reached: the command gets `server`, a mapping for `influence_graph.store.open_store`.

    A password is asked for or comes from NEO4J_PASSWORD: on the command line others could read it.
    """

    @wraps(function)
    def command(user: str | None, ask: bool, database: str | None, **given: Any) -> Any:
        password = click.prompt(say("cli.password"), hide_input=True, err=True) if ask else None
        return function(server={"user": user, "password": password, "database": database}, **given)

    options = _all(
        option("--user", metavar="NAME", help="cli.help-user"),
        option("--password", "ask", is_flag=True, help="cli.help-password"),
        option("--database", metavar="NAME", help="cli.help-database"),
    )
    return options(command)  # type: ignore[return-value]


zoned = _all(
    option("--timezone", metavar="ZONE", help="cli.help-timezone"),
    option("--config", type=click.Path(path_type=Path), metavar="FILE", help="cli.help-config"),
)
"""How tables are understood."""


def reading(function: Function) -> Function:
    """How tables are read: the command gets `reading`, a mapping for `influence_graph.tables.read`."""

    @wraps(function)
    def command(timezone: str | None, config: Path | None, strict: bool, **given: Any) -> Any:
        return function(reading={"timezone": timezone, "config": config, "strict": strict}, **given)

    return _all(zoned, option("--strict", is_flag=True, help="cli.help-strict"))(command)  # type: ignore[return-value]


exposing = _all(
    option(
        "--window",
        "window_days",
        type=Positive(),
        default=30.0,
        show_default=True,
        metavar="DAYS",
        help="cli.help-window",
    ),
    option("--market", type=Positive(), metavar="PEOPLE", help="cli.help-market"),
)
"""Who may have seen what before an order."""

seeding = option("--seed", type=Whole(), default=0, show_default=True, metavar="NUMBER", help="cli.help-seed")

trusting = option("--trust-codes", is_flag=True, help="cli.help-trust-codes")

mapping = _all(exposing, trusting, option("--wear-out", is_flag=True, help="cli.help-wear-out"), seeding)
"""How the map is made."""

sizing = option("--tiers", default="wide", show_default=True, metavar="NAME|FILE", help="cli.help-tiers")
"""How creators are sorted by size."""

naming = option(
    "--names", type=OneOf(("creators", "all")), default="creators", show_default=True, help="cli.help-names"
)
"""Who is named in what is written."""
