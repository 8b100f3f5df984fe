"""What the product says, by id: wording lives in gettext catalogues, one domain a room.

A message is an id and its numbers. The part of the id before the first dot names the catalogue:
``say("tables.bad-number", value="1..2")`` is worded by ``<language>/LC_MESSAGES/tables.po``.
Numbers are written the way the reader's language writes them (1,234.5 or 1.234,5).
"""

from __future__ import annotations

import gettext
import math
import os
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "vi")
_current: ContextVar[str] = ContextVar("influence_graph_language", default="en")
_SWAPPED = str.maketrans(",.", ".,")
_NOTHING = re.compile(r"-0(\.0+)?%?")


SUPPORTED = "~"
"""The format of a number, and of the ends of its interval, in as many digits as the interval supports."""
RATE = "~%"
"""The format of a rate: per cent with a decimal, and under one per cent with two digits that tell something."""


class _Measured(float):
    """A number that knows the format which its interval supports."""

    spec: str


class MissingMessage(LookupError):
    """No catalogue words this id: a defect of ours, never of the user's data."""


class _Numbers(string.Formatter):
    """`str.format` whose formatted numbers follow the language's separators."""

    def __init__(self, language: str) -> None:
        self.swap = language == "vi"

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == SUPPORTED:
            format_spec = value.spec if isinstance(value, _Measured) else ",.1f"
        elif format_spec == RATE:
            format_spec = _rate_digits(value)
        text = str(super().format_field(value, format_spec))
        numeric = isinstance(value, (int, float)) or hasattr(value, "dtype")
        if numeric and text.startswith("-") and _NOTHING.fullmatch(text):  # rounded to nothing: without a side
            text = text.replace("-", "+" if "+" in format_spec else "", 1)
        return text.translate(_SWAPPED) if self.swap and numeric and format_spec else text


@cache
def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent
    try:
        return gettext.translation(domain, localedir=str(folder), languages=[language])
    except FileNotFoundError as absent:
        raise MissingMessage(
            f"no compiled catalogue {language}/{domain}: install the package (`pip install .`) or run `make demo`"
        ) from absent


def say(message: str, /, **numbers: Any) -> str:
    """Word a message in the current language.

    Parameters
    ----------
    message : str
        The id, ``domain.name``.
    **numbers
        What the wording refers to. ``n``, where given, also chooses the plural form.

    Raises
    ------
    MissingMessage
        When no catalogue holds the id.
    """
    language = _current.get()
    catalogue = _catalogue(language, message.partition(".")[0])
    text = catalogue.ngettext(message, message, round(numbers["n"])) if "n" in numbers else message
    if text == message:  # no plural forms
        text = catalogue.gettext(message)
    if text == message:
        raise MissingMessage(f"{language} has no wording for {message!r}")
    return _Numbers(language).vformat(text, (), numbers | _measured(numbers))


def supported(low: float, high: float) -> str:
    """The format of a number whose interval this is: two digits of the interval's width, and hundredths at most.

    Examples
    --------
    >>> supported(3.1, 25.4), supported(0.4, 6.3), supported(1.02, 1.4)
    (',.0f', ',.1f', ',.2f')
    """
    wide = abs(high - low)
    return ",.0f" if wide >= 9.95 else ",.1f" if wide >= 0.995 or not wide else ",.2f"


def _measured(numbers: Mapping[str, Any]) -> dict[str, _Measured]:
    """Numbers that stand beside the ends of their interval, and those ends."""
    found = {}
    for end in [name for name in numbers if name.endswith("_low") and f"{name.removesuffix('_low')}_high" in numbers]:
        name = end.removesuffix("_low")
        parts = {part: numbers[part] for part in (name, end, f"{name}_high") if part in numbers}
        if all(isinstance(value, float) for value in parts.values()):
            for part, value in parts.items():
                found[part] = _Measured(value)
                found[part].spec = supported(numbers[end], numbers[f"{name}_high"])
    return found


def _rate_digits(value: float) -> str:
    """The format of a rate.

    Examples
    --------
    >>> [number(rate, RATE) for rate in (0.133, 0.0171, 0.0064, 0.00042, 0.0000031, 0.0)]
    ['13.3%', '1.7%', '0.64%', '0.042%', '0.00031%', '0.0%']
    """
    size = abs(100.0 * value)
    small = 0.0 < size < 0.995
    return f".{1 - math.floor(math.log10(size))}%" if small else ".1%"


def number(value: float, spec: str = ",.0f") -> str:
    """A number as the current language writes it."""
    return _Numbers(_current.get()).format_field(value, spec)


def current() -> str:
    """The language in force, a code of `LANGUAGES`."""
    return _current.get()


def choose(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The language asked for, else the system's where we speak it, else English."""
    told: Sequence[str | None] = (asked, *(environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")))
    for name in told:
        if name:
            code = name.replace("_", "-").partition("-")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said inside the block is worded in this language."""
    token = _current.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _current.reset(token)
