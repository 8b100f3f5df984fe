"""What the total says of time: how long orders take, whether later posts still work, at which hour people buy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from influence_graph.findings.finding import Finding, known

BUSY = 1.5
"""How many times as often as usual people buy in the busiest hour, where it is worth a sentence."""


def delay(total: Mapping[str, Any]) -> Iterator[Finding]:
    """How long orders take to follow a share, in hours where half of them take less than a day."""
    basis = "run.json: totals, delay"
    if not (known(total.get("delay_median_days")) and known(total.get("delay_days"))):
        return
    days = {"median": float(total["delay_median_days"]), "mean": float(total["delay_days"])}
    if days["median"] < 1.0:
        yield Finding("findings.delay-hours", {**days, "hours": 24.0 * days["median"]}, basis)
    else:
        yield Finding("findings.delay", days, basis)
    if total.get("delay_family") == "heavy tail":
        yield Finding("findings.delay-late", days, basis, "limits")


def wear(total: Mapping[str, Any], *, credited: bool) -> Iterator[Finding]:
    """Whether later posts of a campaign work less, where that was asked; where nothing is credited, nobody knows."""
    basis, told = "run.json: totals, wear_out", total.get("wear_out")
    if told and credited:
        low, high = float(told["second_low"]), float(told["second_high"])
        if told["evident"] == "less":
            numbers = {"second": float(told["second"]), "low": low, "high": high, "fifth": float(told["fifth"])}
            yield Finding("findings.wear", numbers, basis)
        elif told["evident"] == "more":
            yield Finding("findings.wear-more", {"second": -float(told["second"]), "low": -high, "high": -low}, basis)
        else:
            yield Finding("findings.wear-none", {"fewer": high, "more": -low}, basis)
    elif "wear_out" in total:
        yield Finding("findings.wear-untold", {}, basis, "limits")


def rhythm(total: Mapping[str, Any]) -> Iterator[Finding]:
    """The busiest hour, where it stands out."""
    hours = total.get("rhythm")
    if hours and max(hours) >= BUSY:
        busiest = max(range(len(hours)), key=hours.__getitem__)
        numbers = {"hour": busiest, "times": float(hours[busiest])}
        yield Finding("findings.rhythm", numbers, "run.json: totals, rhythm", "limits")
