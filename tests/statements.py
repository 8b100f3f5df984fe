"""A map of four creators whose every number can be read off, and what is found in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from sketch import Sketch, full_map, people_frame

from influence_graph.findings import Finding, find


def by_id(sketch: Sketch, **more: object) -> dict[str, Finding]:
    found = find(sketch.drivers, sketch.people, sketch.mix, sketch.tables, **more)
    assert len({finding.id for finding in found}) == len(found)
    return {finding.id: finding for finding in found}


def small_map() -> Sketch:
    """Four creators whose every number can be read off."""
    people = people_frame(4).assign(
        name=pd.array(["Ann", "Bob", "Cúc", None], dtype="str"),
        followers=[100.0, 9_000.0, 5_000.0, 40.0],
        driven=[30.0, 10.0, 60.0, 1.0],
        expected=[1.0, 64.0, 35.0, 1.0],
        lift=[30.0, 0.2, 1.7, 1.0],
        lift_low=[12.0, 0.1, 0.8, 0.1],
        lift_high=[50.0, 0.4, 3.0, 4.0],
        beats_followers=pd.array([True, False, False, False], dtype="boolean"),
        persuasive=pd.array([True, False, False, pd.NA], dtype="boolean"),
        identifiable=pd.array(["yes", "yes", "fan effect", "too few exposures"], dtype="str"),
        claimed=[50.0, 40.0, np.nan, np.nan],
        ripple=[0.2, 7.0, 0.0, np.nan],
        community=[0.0, 1.0, 1.0, 1.0],
    )
    return replace(full_map(4, 10), people=people)
