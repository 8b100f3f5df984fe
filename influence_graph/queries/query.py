"""A question, the statement that answers it, and the parameters both take.

A file of ours runs as it is in Neo4j Browser: a first line `// 07 The question`, then the same in Vietnamese behind
`// vi`, then what each parameter means behind `// name:`, then one statement. The parameters are the literals of a
leading ``WITH 15 AS creators, 30 AS days``: to run it with others, they become parameters of Cypher's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import takewhile

from influence_graph.errors import UsageError
from influence_graph.language import current

Value = bool | int | float | str | date

_HEAD = re.compile(r"// (?P<number>\d\d) (?P<question>\S.*)")
_TRANSLATED = re.compile(r"// (?P<language>[a-z]{2}) (?P<question>\S.*)")
_MEANING = re.compile(r"// (?P<name>\w+): (?P<meaning>\S.*)")
_LITERAL = r"-?\d+(\.\d+)?|true|false|'[^'\\]*'|date\('\d{4}-\d\d-\d\d'\)"
_DEFAULT = re.compile(rf"(?P<literal>{_LITERAL}) AS (?P<name>[a-z]\w*)")


class Language(Enum):
    """What a statement is written in: the endings of its files, and its words that matter here.

    Comments and texts are words of their own: what looks like a parameter or an end inside them is none.
    """

    CYPHER = (
        (".cypher", ".cyp", ".cql"),
        r"""(?P<comment>//[^\n]*|/\*.*?\*/)|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|(?<!\$)`[^`]*`""",
    )
    SQL = ((".sql",), r"""(?P<comment>--[^\n]*|/\*.*?\*/)|'[^']*'|"[^"]*\"""")

    def __init__(self, endings: tuple[str, ...], texts: str) -> None:
        self.endings = endings
        self.words = re.compile(rf"{texts}|\$`(?P<quoted>[^`]+)`|\$(?P<name>\w+)|(?P<end>;)", re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    """Something a query may be told: its type is that of its default; without one it has to be told."""

    name: str
    default: Value | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Query:
    """A question, and the statement that answers it.

    Attributes
    ----------
    name : str
        The file's name without its ending.
    statement : str
        Line by line as in the file, with parameters where the leading WITH has literals.
    language : Language
    parameters : tuple of Parameter
    number : int or None
        Its place in the list; None for a file that does not begin with one.
    questions : mapping of str to str
        What it answers, by language.
    """

    name: str
    statement: str
    language: Language = Language.CYPHER
    parameters: tuple[Parameter, ...] = ()
    number: int | None = None
    questions: Mapping[str, str] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """What it answers, in the language in force where the file tells it."""
        return self.questions.get(current(), self.questions.get("en", ""))


def parse(name: str, text: str, language: Language = Language.CYPHER) -> Query:
    r"""The query of a file's text.

    Raises
    ------
    UsageError
        The text holds no statement, or several.

    Examples
    --------
    >>> query = parse("few", "// 01 Who is there?\nWITH 5 AS people\nMATCH (p:Person) RETURN p LIMIT 5")
    >>> query.question, query.parameters[0].default, query.statement.splitlines()[1]
    ('Who is there?', 5, 'WITH $people AS people')
    """
    statement = _one_statement(name, text, language)
    lines = statement.splitlines()
    remarks = list(takewhile(lambda line: line.startswith("//"), lines))
    questions = {told["language"]: told["question"] for told in map(_TRANSLATED.fullmatch, remarks) if told}
    meanings = {told["name"]: told["meaning"] for told in map(_MEANING.fullmatch, remarks) if told}
    head = _HEAD.fullmatch(remarks[0]) if remarks else None
    if head:
        questions["en"] = head["question"]
    defaults: dict[str, Value] = {}
    if len(remarks) < len(lines):
        lines[len(remarks)], defaults = _parametrised(lines[len(remarks)])
    statement = "\n".join(lines)
    words = language.words.finditer(statement)
    names = dict.fromkeys(told for word in words if (told := word["name"] or word["quoted"]))
    parameters = tuple(Parameter(told, defaults.get(told), meanings.get(told, "")) for told in names)
    return Query(name, statement, language, parameters, int(head["number"]) if head else None, questions)


def _one_statement(name: str, text: str, language: Language) -> str:
    """What stands before the semicolon, if there is one: behind it may be nothing but comments."""
    ends = (word.start() for word in language.words.finditer(text) if word["end"])
    end = next(ends, len(text))
    before, behind = (
        language.words.sub(lambda word: "" if word["comment"] or word["end"] else word[0], part).strip()
        for part in (text[:end], text[end:])
    )
    if behind:
        raise UsageError("queries.several", name=name)
    if not before:
        raise UsageError("queries.empty", name=name)
    return text[:end]


def _parametrised(line: str) -> tuple[str, dict[str, Value]]:
    """A leading WITH of nothing but literals: with parameters in their place, and what the literals were."""
    defaults = {told["name"]: _value(told["literal"]) for told in _DEFAULT.finditer(line)}
    asked = "WITH " + ", ".join(f"${name} AS {name}" for name in defaults)
    if not defaults or _DEFAULT.sub(r"$\g<name> AS \g<name>", line).rstrip() != asked:
        return line, {}
    return asked, defaults


def _value(literal: str) -> Value:
    if literal in ("true", "false"):
        return literal == "true"
    if literal.startswith("date("):
        return date.fromisoformat(literal[len("date('") : -len("')")])
    if literal.startswith("'"):
        return literal[1:-1]
    return float(literal) if "." in literal else int(literal)
