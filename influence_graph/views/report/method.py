"""How this was found, in plain words."""

from __future__ import annotations

from influence_graph.findings import credited
from influence_graph.language import number, say
from influence_graph.measures import drawn
from influence_graph.views.page import amount
from influence_graph.views.report.blocks import Block, Sentences
from influence_graph.views.report.sentences import plain
from influence_graph.views.result import Mapped, Names


def method(result: Mapped, names: Names) -> Block:  # noqa: ARG001  # names nobody
    """What was done to the data, and what the words mean."""
    total = result.drivers.total
    window = result.run.get("parameters", {}).get("window_days", 30)
    mean, median = total.get("delay_days"), total.get("delay_median_days")
    told = [say("reports.method-credit", window=amount(window))]
    if total.get("conversions") and not credited(total):
        told.insert(0, say("reports.method-no-evidence"))
    if mean is not None and median is not None:
        days = {"delay": number(float(mean), ",.1f"), "median": number(float(median), ",.1f")}
        told.append(say("reports.method-delay", **days))
    told += [say("reports.method-fans"), say("reports.method-lift"), say("reports.method-roles")]
    if note := drawn(result.run.get("measures", {})):
        told.append(note.text)
    told.append(say("reports.method-limits"))
    return Block("method", say("reports.method-title"), (Sentences(tuple(map(plain, told))),))
