"""What a map will need, told before it is made: rows, seconds, and memory at its peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.tables.size import Size

_MEMORY = {"base": 0.52, "follows": 150.0, "shares": 1000.0, "conversions": 3500.0, "people": 600.0, "sharers": 5200.0}
"""GiB to begin with, and bytes for each row and person, as worlds of several shapes took (benchmarks/needs.py)."""
_SECONDS = {"base": 12.0, "follows": 4.0, "shares": 25.0, "conversions": 150.0, "people": 15.0, "sharers": 400.0}
"""Seconds to begin with, and microseconds for each row and person, on two processors of a server of 2023."""
MEMORY_WITHIN = 0.3
"""The part by which the memory told may be off either way."""
SECONDS_WITHIN = 2.0
"""How many times faster or slower another computer, or another shape of the data, may be."""
_GIB = 2.0**30
_ENDS = ("", "_low", "_high")


@dataclass(frozen=True)
class Needs:
    """What a map needs.

    Attributes
    ----------
    size : Size
        Rows of each table, and people.
    seconds, seconds_low, seconds_high : float
        From the command typed to its end.
    memory, memory_low, memory_high : float
        GiB at the peak.
    """

    size: Size
    seconds: float
    seconds_low: float
    seconds_high: float
    memory: float
    memory_low: float
    memory_high: float

    def record(self) -> dict[str, Any]:
        """Everything in plain values."""
        people = {name: getattr(self.size, name) for name in ("people", "sharers", "buyers")}
        spans = {f"{what}{end}": getattr(self, what + end) for what in ("seconds", "memory") for end in _ENDS}
        return {"rows": dict(self.size.rows), **people, **spans}

    def frame(self) -> pd.DataFrame:
        """A row a need: what, much, low, high; rows of tables, then seconds and memory (GiB)."""
        import pandas as pd

        rows = [(name, many, many, many) for name, many in self.size.rows.items()]
        rows += [(what, *(getattr(self, what + end) for end in _ENDS)) for what in ("seconds", "memory")]
        return pd.DataFrame(rows, columns=["what", "much", "low", "high"])


def estimate(source: str | Path | Sequence[str | Path], *, config: Path | None = None) -> Needs:
    """What `map_tables` of a source will need, without making it.

    Parameters
    ----------
    source, config
        As `influence_graph.read` takes them.

    Returns
    -------
    Needs
        A straight line in rows and people. O(rows), a few seconds for ten million.

    Raises
    ------
    TablesError
        Nothing is recognised.
    UsageError
        No such file or folder.
    """
    from influence_graph.tables.size import size

    found = size(source, config=config)
    counts = {name: found.rows.get(name, 0) for name in ("follows", "shares", "conversions")}
    counts |= {"people": found.people, "sharers": found.sharers}
    memory = _MEMORY["base"] + sum(_MEMORY[name] * many for name, many in counts.items()) / _GIB
    seconds = _SECONDS["base"] + sum(_SECONDS[name] * many for name, many in counts.items()) / 1e6
    return Needs(
        size=found,
        seconds=seconds,
        seconds_low=seconds / SECONDS_WITHIN,
        seconds_high=seconds * SECONDS_WITHIN,
        memory=memory,
        memory_low=memory * (1 - MEMORY_WITHIN),
        memory_high=memory * (1 + MEMORY_WITHIN),
    )
