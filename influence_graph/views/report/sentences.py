"""Findings as sentences of the report, each in the block it belongs to, the names in it linked to their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from influence_graph.findings import Finding
from influence_graph.views.report.blocks import Piece, Sentence, Sentences, anchor
from influence_graph.views.result import Mapped

_PLACES = (
    ("groups.csv", "groups"),
    ("plan.json", "plan"),
    ("ecosystem", "ecosystem"),
    ("talents.csv", "talents"),
    ("growth.csv", "growth"),
    ("match.csv", "match"),
    ("timing.csv", "timing"),
    ("moves.csv", "course"),
    ("people.csv: community", "mix"),
    ("people.csv: e_value", "checks"),
    ("people.csv: ripple", "sources"),
    ("people.csv", "followers"),
    ("mix.csv", "roles"),
    ("campaigns.csv", "sources"),
    ("run.json", "sources"),
)
"""The block of a finding by what it rests on."""
_BY_SUBJECT = {"limits": "limits", "data": "data", "checks": "checks"}
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
"""Marks around a name and its link while a sentence is worded: letters that no language uses."""
_MARKED = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")
_END = re.compile(r"(?<=[.!?])\s")


def told(result: Mapped, block: str, *, heading: str = "", warning: bool = False) -> Sentences:
    """The sentences that belong into a block, in their order; the headline's stands above and is left out."""
    first = first_finding(result)
    found = (each for each in result.findings if each != first and _place(each) == block)
    return Sentences(tuple(sentence(each) for each in found), heading=heading, warning=warning)


def first_finding(result: Mapped) -> Finding | None:
    """The answer itself."""
    return next((found for found in result.findings if found.about in ("answer", "people")), None)


def _place(found: Finding) -> str:
    if found.about in _BY_SUBJECT:
        return _BY_SUBJECT[found.about]
    return next((block for basis, block in _PLACES if found.basis.startswith(basis)), "limits")


def sentence(found: Finding) -> Sentence:
    """A finding in pieces: the statement, what follows it, and links on the names in both."""
    text = replace(found, numbers=_marked(found.numbers)).text
    bare = _MARKED.sub(lambda name: _OPEN * len(name[0]), text)  # a full stop in a name ends no sentence
    end = _END.search(bare)
    first, rest = (text[: end.start()], text[end.end() :]) if end else (text, "")
    return Sentence(tuple(_pieces(first)), tuple(_pieces(rest)))


def plain(text: str) -> Sentence:
    """A text of our own in pieces: the statement, and what follows it."""
    first, *rest = _END.split(text, maxsplit=1)
    return Sentence((Piece(first),), tuple(Piece(part) for part in rest))


def _marked(numbers: dict[str, Any]) -> dict[str, Any]:
    """The numbers of a finding with its names marked by where they link to."""
    marked = dict(numbers)
    if "best" in numbers:
        marked["best"] = [
            {**item, "name": _mark(anchor("creator", item["person_id"]), item["name"])} for item in numbers["best"]
        ]
    if "person_id" in numbers:
        marked["name"] = _mark(anchor("creator", numbers["person_id"]), numbers["name"])
    for key in ("most", "least"):
        if isinstance(numbers.get(key), str):
            marked[key] = _mark(anchor("campaign", numbers[key]), numbers[key])
    if isinstance(numbers.get("community"), str):
        marked["community"] = _mark(anchor("community", numbers["community"]), numbers["community"])
    return marked


def _mark(to: str, name: str) -> str:
    clean = re.sub(f"[{_OPEN}{_MIDDLE}{_CLOSE}]", "", name)
    return f"{_OPEN}{to}{_MIDDLE}{clean}{_CLOSE}"


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    for name in _MARKED.finditer(text):
        if name.start() > end:
            yield Piece(text[end : name.start()])
        yield Piece(name[2], name[1])
        end = name.end()
    if end < len(text):
        yield Piece(text[end:])
