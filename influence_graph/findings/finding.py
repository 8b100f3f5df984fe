"""A finding: a statement as a message id and its numbers, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from influence_graph.language import say

About = Literal["answer", "people", "limits", "data", "checks"]
"""Which part of the report a finding belongs to; `checks` are tests that could have proved the map wrong."""

_ITEMS = MappingProxyType(
    {
        "findings.beaters": "findings.beaters-item",
        "findings.largest": "findings.largest-item",
        "findings.no-conversions": "findings.no-conversions-item",
        "findings.ripple": "findings.ripple-item",
    }
)


@dataclass(frozen=True)
class Finding:
    """A statement, its numbers, and what it rests on.

    Attributes
    ----------
    id : str
        Message id in the `findings` catalogue.
    numbers : dict
        Plain Python values: counts, fractions in 0..1, names; `best` lists the creators that the sentence names.
    basis : str
        The output file and columns that hold the evidence.
    about : {"answer", "people", "limits", "data", "checks"}
        The part of the report it belongs to.
    """

    id: str
    numbers: dict[str, Any]
    basis: str
    about: About = "answer"

    @property
    def text(self) -> str:
        """The sentence, in the language in force."""
        worded = dict(self.numbers)
        if self.id in _ITEMS:
            named = [say(_ITEMS[self.id], **item) for item in self.numbers["best"]]
            worded["best"] = "; ".join(named) or say("findings.unnamed")
        return say(self.id, **worded)

    def record(self) -> dict[str, Any]:
        """The finding as `findings.json` holds it."""
        return {"id": self.id, "numbers": self.numbers, "basis": self.basis, "text": self.text}


def known(value: Any) -> bool:
    """Whether a number is there: neither None nor NaN."""
    return value is not None and value == value
