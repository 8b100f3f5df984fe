"""What a user typed, as the values a query asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from influence_graph.errors import UsageError
from influence_graph.queries.query import Parameter, Query, Value

LARGEST = 2**63 - 1
"""The largest whole number of Cypher and SQL."""

_WHOLE = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def values(query: Query, given: Mapping[str, str]) -> dict[str, Value]:
    """The value of each parameter: as told, else its default.

    What is told is read as its default's type. Where there is no default, it is read as what it looks like: true or
    false, a whole number, a number, a date (2026-03-01), else text. Quotes make it text: ``"'42'"``. So do leading
    zeros, as in a telephone number.

    Raises
    ------
    UsageError
        The query has no such parameter, or one that has to be told, or the value is of another type.

    Examples
    --------
    >>> query = Query("q", "...", parameters=(Parameter("days", 30), Parameter("since")))
    >>> values(query, {"since": "2026-03-01"})
    {'days': 30, 'since': datetime.date(2026, 3, 1)}
    """
    names = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in names:
            if not names:
                raise UsageError("queries.no-parameters", query=query.name, name=name)
            raise UsageError("queries.no-parameter", query=query.name, name=name, names=", ".join(names))
    return {parameter.name: _value(query, parameter, given.get(parameter.name)) for parameter in query.parameters}


def _value(query: Query, parameter: Parameter, told: str | None) -> Value:
    if told is None:
        if parameter.default is None:
            raise UsageError("queries.untold", query=query.name, name=parameter.name)
        return parameter.default
    if parameter.default is None:
        return _guessed(told)
    return _typed(parameter.name, type(parameter.default), told)


def _typed(name: str, kind: type[Value], told: str) -> Value:
    if kind is str:
        return told
    if kind is bool:
        if told not in ("true", "false"):
            raise UsageError("queries.not-truth", name=name, value=told)
        return told == "true"
    if kind is int:
        if not _is_whole(told):
            raise UsageError("queries.not-whole", name=name, value=told)
        return int(told)
    if kind is float:
        if not _NUMBER.fullmatch(told):
            raise UsageError("queries.not-number", name=name, value=told)
        return float(told)
    if (day := _date(told)) is None:
        raise UsageError("queries.not-date", name=name, value=told)
    return day


def _guessed(told: str) -> Value:
    if len(told) > 1 and told[0] == told[-1] and told[0] in "'\"":
        return told[1:-1]
    if told in ("true", "false"):
        return told == "true"
    if _is_whole(told):
        return int(told)
    if _NUMBER.fullmatch(told):
        return float(told)
    return _date(told) or told


def _is_whole(told: str) -> bool:
    return bool(_WHOLE.fullmatch(told)) and len(told) < 25 and -LARGEST - 1 <= int(told) <= LARGEST


def _date(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if _DATE.fullmatch(told) else None
    except ValueError:
        return None
