"""How we tried to refute this: what was held out, shuffled, and assumed to be missing."""

from __future__ import annotations

from influence_graph.language import say
from influence_graph.views.report.blocks import Block, Sentences
from influence_graph.views.report.sentences import plain, told
from influence_graph.views.result import Mapped, Names

_TESTS = ("backtest.json", "placebo.json")
"""Where the findings of tests that were run rest."""


def checks(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # names nobody
    """The findings of tests that could have proved the map wrong; what there would be to do where none was made."""
    found = told(result, "checks").sentences
    if not any(finding.basis.startswith(_TESTS) for finding in result.findings):
        found = (plain(say("reports.checks-none")), *found)
    said = Sentences((*found, plain(say("reports.checks-experiment"))))
    return Block("checks", say("reports.checks-title"), (said,), say("reports.checks-lead"))
