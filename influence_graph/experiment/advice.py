"""What a strategist has to know of an experiment: what to do, what it can show, what it showed, what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import pandas as pd

from influence_graph.experiment.designs import Design
from influence_graph.experiment.power import LEVEL
from influence_graph.experiment.ranges import Range
from influence_graph.experiment.readings import Reading
from influence_graph.tables.schema import Note

WEAK = 0.5
"""An experiment that sees no lift smaller than this is called weak."""
MUCH_SHARED = 0.3
"""Part of the orders that are divided among creators from which a list further apart is advised."""
FEWEST = 12
"""Creators in six pairs: of their 64 draws the two extremes are 3 %; five pairs never reach 5 %."""
LONGEST_DAYS = 730
CHANGED = 0.01
"""Past orders that differ by less are late cancellations."""
_NAMED = 5
_LEFT = {
    "unknown": "experiment.left-unknown",
    "ambiguous": "experiment.left-ambiguous",
    "no followers": "experiment.left-unfollowed",
    "apart": "experiment.left-apart",
}


def shown(moment: pd.Timestamp) -> str:
    """A moment as a day, with the hour where it is not midnight."""
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"


def on_design(design: Design) -> tuple[Note, ...]:
    """What a design can show, what blurs it, and who is left out."""
    return (*_sees(design), *_rests_on(design), *_left_out(design))


def to_do(design: Design) -> tuple[Note, ...]:
    """What is to be done and not to be done until the experiment is read."""
    last = design.end - pd.Timedelta(microseconds=1)
    days = {"start": shown(design.start), "last": f"{last:%Y-%m-%d}"}
    return (
        Note("experiment.do-activate", {"n": design.take, **days}),
        Note("experiment.do-leave", {"n": len(design.creators) - design.take, **days}),
        Note("experiment.do-nothing-else"),
        Note("experiment.do-not-change"),
    )


def _sees(design: Design) -> Iterator[Note]:
    power, blocks = design.power, design.blocks
    told = {"effect": power.effect, "part": power.part, "expected": power.expected}
    if not isfinite(power.effect) and len(blocks.sizes) < FEWEST // 2:
        yield Note("experiment.sees-nothing", {"n": len(design.creators), "fewest": FEWEST})
    elif not isfinite(power.effect):
        yield Note("experiment.sees-nothing-uneven")
    else:
        yield Note("experiment.sees-little" if power.part >= WEAK else "experiment.sees", told)
        more = {"creators": power.creators, "listed": len(design.creators), "days": power.days, "now": design.days}
        yield Note("experiment.half" if power.days <= LONGEST_DAYS else "experiment.half-creators", more)


def _rests_on(design: Design) -> Iterator[Note]:
    past = design.history
    if (gap := design.start - pd.Timestamp(past["until"])) > pd.Timedelta(days=design.days):
        ended = {"until": past["until"][:10], "start": shown(design.start), "gap": gap / pd.Timedelta(days=1)}
        yield Note("experiment.far-start", ended)
    if past["days"] < design.days:
        yield Note("experiment.short-history", {"have": past["days"], "asked": design.days})
    if design.power.periods:
        yield Note("experiment.played", {"n": design.power.periods, "days": past["days"]})
    else:
        yield Note("experiment.imagined", {"days": design.days})
    if past["shared"] > 0:
        shared = {"shared": past["shared"], "retained": design.retained}
        yield Note("experiment.much-shared" if past["shared"] >= MUCH_SHARED else "experiment.shared", shared)
    if past["unknown"] > 0:
        yield Note("experiment.unknown-buyers", {"unknown": past["unknown"]})
    if design.basis == "undated follows":
        yield Note("experiment.undated-follows")
    if design.basis == "touches":
        yield Note("experiment.by-touches")


def _left_out(design: Design) -> Iterator[Note]:
    for reason, of in design.left_out.groupby("reason", sort=True)["listed"]:
        yield Note(_LEFT[str(reason)], {"n": len(of), "names": _named(tuple(of))})


def on_reading(reading: Reading) -> tuple[Note, ...]:
    """What an experiment showed, what the model says beside it, and what makes it doubtful."""
    return (*_verdict(reading), *_beside_model(reading), *_compliance(reading), *_doubts(reading))


def _verdict(reading: Reading) -> Iterator[Note]:
    told = {
        "effect": reading.effect.worded(),
        "total": reading.total.worded(",.0f"),
        "lift": reading.lift.worded(".0%"),
        "p": reading.p_value,
    }
    if not isfinite(reading.effect.value):
        yield Note("experiment.untold", {"p": reading.p_value})
    elif reading.p_value > LEVEL:
        yield Note("experiment.no-evidence", told)
        if isfinite(least := reading.design.power.effect):
            yield Note("experiment.could-see", {"least": least})
    else:
        yield Note("experiment.found-more" if reading.effect.value > 0 else "experiment.found-less", told)
    drawn = {"n": reading.draws, "p": reading.p_value}
    yield Note("experiment.all-draws" if reading.exact else "experiment.some-draws", drawn)


def _beside_model(reading: Reading) -> Iterator[Note]:
    if reading.model is None or not isfinite(reading.effect.value):
        return
    said = {"experiment": reading.total.worded(",.0f"), "model": reading.model.worded(",.0f")}
    yield Note(_agreement(reading.total, reading.model), said)


def _agreement(experiment: Range, model: Range) -> str:
    if experiment.holds(model.value):
        return "experiment.model-not-refuted" if experiment.holds(0.0) else "experiment.model-agrees"
    if experiment.meets(model):
        return "experiment.model-near"
    return "experiment.model-too-high" if model.value > experiment.value else "experiment.model-too-low"


def _compliance(reading: Reading) -> Iterator[Note]:
    told = reading.counted
    if told["posts"].isna().any():
        yield Note("experiment.posts-unknown")
        return
    posted = told["posts"].gt(0).to_numpy(dtype=bool)
    activated = told["activate"].to_numpy(dtype=bool)
    if silent := int((activated & ~posted).sum()):
        yield Note("experiment.silent", {"n": silent, "of": int(activated.sum())})
    if unasked := int((~activated & posted).sum()):
        yield Note("experiment.unasked", {"n": unasked, "of": int((~activated).sum())})
    if reading.on_posters is not None and isfinite(reading.on_posters.value):
        yield Note("experiment.on-posters", {"effect": reading.on_posters.worded()})
    elif silent or unasked:
        yield Note("experiment.as-drawn")


def _doubts(reading: Reading) -> Iterator[Note]:
    design = reading.design
    if reading.days_seen < design.days:
        yield Note("experiment.unfinished", {"seen": reading.days_seen, "days": design.days, "end": shown(design.end)})
    if lost := int((~reading.creators["counted"]).sum()):
        yield Note("experiment.blocks-lost", {"n": lost, "of": len(reading.creators), "gone": _named(reading.gone)})
    if reading.moved:
        size: dict[str, Any] = {"n": reading.moved}
        yield Note("experiment.audiences-changed", size) if reading.moved > 0 else Note("experiment.follows-changed")
    then, now = float(design.history["orders"]), reading.past_orders
    if abs(now - then) > CHANGED * then:
        yield Note("experiment.past-changed", {"then": then, "now": now})


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
