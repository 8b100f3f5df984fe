"""A map with a plan: whom to activate next."""

from __future__ import annotations

from dataclasses import replace

from influence_graph.errors import InfluenceGraphError
from influence_graph.findings import Finding
from influence_graph.map.result import MapResult
from influence_graph.map.run import Progress
from influence_graph.planning import Rates, look_ahead
from influence_graph.tables.schema import Note


def looking_ahead(
    result: MapResult,
    budget: float,
    rates: Rates | None,
    currency: str | None,
    seed: int,
    step: Progress,
) -> MapResult:
    """The map with a plan, or with the reason why there is none."""
    parameters = {**result.run["parameters"], "budget": budget}
    try:
        outlook = look_ahead(result, budget=budget, rates=rates, currency=currency, seed=seed, progress=step)
    except InfluenceGraphError as refused:
        why = Note(refused.message, refused.numbers)
        found = [*result.findings, Finding(why.id, why.numbers, "plan.json")]
        run = {**result.run, "parameters": parameters, "skipped": [*result.run["skipped"], why.record()]}
        return replace(result, findings=found, run=run)
    found = [Finding(note.id, note.numbers, "plan.json") for note in outlook.notes()]
    notes = {note.id: note for note in (*outlook.plan.notes, *outlook.curve.notes)}.values()
    found += [Finding(note.id, note.numbers, "plan.json", "limits") for note in notes]
    run = {**result.run, "parameters": parameters}
    return replace(result, findings=[*result.findings, *found], run=run, outlook=outlook)
