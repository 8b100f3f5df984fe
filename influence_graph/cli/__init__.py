"""The command line: parse, call one function of the library, print.

`main` is all that is imported to begin with, so that a mistyped command or Ctrl-C is answered at once.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

from influence_graph.cli.interrupt import listening
from influence_graph.errors import ExitCode, InfluenceGraphError
from influence_graph.language import LANGUAGES, MissingMessage, choose, say, speaking


def _language(arguments: Sequence[str]) -> str | None:
    """What `--lang` says, read before anything is parsed: help and errors speak it too."""
    told = None
    for word, following in pairwise([*arguments, ""]):
        if word == "--":
            break
        if word == "--lang":
            told = following
        elif word.startswith("--lang="):
            told = word.partition("=")[2]
    return told if told in LANGUAGES else None  # the parser refuses what we do not speak


def main(arguments: Sequence[str] | None = None, *, heard: Sequence[int] = ()) -> NoReturn:
    """Run one command and leave the program with its exit code (`answer`)."""
    code = answer(sys.argv[1:] if arguments is None else arguments, heard=heard)
    if code == ExitCode.INTERRUPTED:
        # Everything is unwound. Python itself would leave by the signal where Ctrl-C met an import, not by our code.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def answer(words: Sequence[str], *, heard: Sequence[int] = ()) -> int:
    """Run one command.

    Once a command has said what it did, a key that was pressed a moment before changes nothing.

    Parameters
    ----------
    words : sequence of str
        What stands behind the program's name.
    heard : sequence of int
        Grows by Ctrl-C that was pressed before this listens.

    Returns
    -------
    int
        An `ExitCode`. Errors are one sentence on stderr; a traceback is shown with ``--debug`` alone.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name no old terminal can show is no reason to fail
    with speaking(choose(_language(words))), listening() as interrupt:
        try:
            if heard:
                raise KeyboardInterrupt
            from influence_graph.cli.commands import run

            code = run(words)
            sys.stdout.flush()
            interrupt.answer()
            return code
        except BrokenPipeError:  # the reader (`| head`) has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.FINE
        except BaseException as error:
            interrupt.answer()
            if interrupt.pressed or isinstance(error, KeyboardInterrupt):
                return _tell(say("cli.interrupted"), ExitCode.INTERRUPTED)
            if not isinstance(error, Exception):
                raise
            if "--debug" in words:
                traceback.print_exc()
            return _explain(error)


def _explain(error: Exception) -> ExitCode:
    """One sentence about what went wrong, and the exit code that belongs to it."""
    if isinstance(error, InfluenceGraphError):
        return _tell(str(error), error.exit_code)
    if isinstance(error, MissingMessage):  # then nothing can be worded
        return _tell(str(error), ExitCode.OURS)
    if isinstance(error, MemoryError):
        return _tell(say("cli.out-of-memory"), ExitCode.OURS)
    detail = " ".join(str(error).split())
    return _tell(say("cli.unexpected", kind=type(error).__name__, detail=detail), ExitCode.OURS)


def _tell(sentence: str, code: ExitCode) -> ExitCode:
    sys.stderr.write(f"{sentence}\n")
    return code
