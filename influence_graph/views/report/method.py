"""How this was found, in plain words."""

from __future__ import annotations

from influence_graph.findings import credited
from influence_graph.language import number, say
from influence_graph.views.page import amount, known
from influence_graph.views.report.blocks import Block, Sentences
from influence_graph.views.report.sentences import plain
from influence_graph.views.result import Mapped, Names


def method(result: Mapped, names: Names) -> Block:  # noqa: ARG001  # names nobody
    """What was done to the data, and what the words mean."""
    total = result.drivers.total
    window = result.run.get("parameters", {}).get("window_days", 30)
    delay = total.get("delay_days")
    told = [say("reports.method-credit", window=amount(window))]
    if total.get("conversions") and not credited(total):
        told.insert(0, say("reports.method-no-evidence"))
    if delay is not None and known(delay):
        told.append(say("reports.method-delay", delay=number(float(delay), ",.1f")))
    told += [
        say("reports.method-fans"),
        say("reports.method-lift"),
        say("reports.method-roles"),
        say("reports.method-limits"),
    ]
    return Block("method", say("reports.method-title"), (Sentences(tuple(map(plain, told))),))
