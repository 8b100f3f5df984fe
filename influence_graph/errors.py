"""One tree of errors and their exit codes.

Every error is a message id with its numbers, worded on demand: what happened, where, what to do.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from influence_graph.language import say


class ExitCode(IntEnum):
    """What the command line returns to the shell."""

    FINE = 0
    OURS = 1
    USAGE = 2
    STORE = 3
    TABLES = 4
    INTERRUPTED = 130


class InfluenceGraphError(Exception):
    """Something the user can act on.

    Parameters
    ----------
    message : str
        Message id, worded by `influence_graph.language.say`.
    **numbers
        What the wording refers to.
    """

    exit_code = ExitCode.OURS

    def __init__(self, message: str, /, **numbers: Any) -> None:
        super().__init__(message)
        self.message = message
        self.numbers = numbers

    def __str__(self) -> str:
        return say(self.message, **self.numbers)


class UsageError(InfluenceGraphError):
    """The command or call does not make sense as given."""

    exit_code = ExitCode.USAGE


class StoreError(InfluenceGraphError):
    """A store can't be opened, read or written."""

    exit_code = ExitCode.STORE


class TablesError(InfluenceGraphError):
    """The input tables can't be mapped."""

    exit_code = ExitCode.TABLES
