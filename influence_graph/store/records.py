"""What was loaded, as tables: the files, what was refused of them, and what was decided while reading."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import pandas as pd

from influence_graph.tables.schema import Note, Tables


def records(tables: Tables, known: Collection[tuple[str, str]]) -> dict[str, pd.DataFrame]:
    """Faults, notes and sources of a load, to be written in this order.

    Parameters
    ----------
    tables : Tables
    known : collection of (file, sha256)
        The sources on record. A file is known by its content: every version stays on record, once, with its faults.
    """
    sha = dict(zip(tables.sources["file"], tables.sources["sha256"], strict=True))
    faults = tables.faults.assign(sha256=tables.faults["file"].map(sha).astype("str"))
    new = pd.Series([(file, sha.get(file)) not in known for file in faults["file"]], faults.index, "bool")
    numbers = [json.dumps(note.numbers, ensure_ascii=False, sort_keys=True, default=plain) for note in tables.notes]
    notes = pd.DataFrame({"id": [note.id for note in tables.notes], "numbers": numbers}, dtype="str")
    return {"faults": faults[new], "notes": notes, "sources": tables.sources}


def told(notes: pd.DataFrame) -> tuple[Note, ...]:
    """The notes as they were before `records`."""
    return tuple(Note(id_, json.loads(numbers)) for id_, numbers in zip(notes["id"], notes["numbers"], strict=True))


def plain(value: Any) -> Any:
    """Numbers of numpy as numbers, everything else as its text."""
    return value.item() if hasattr(value, "item") else str(value)
