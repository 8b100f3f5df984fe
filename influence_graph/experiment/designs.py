"""The design of an experiment as it was drawn, and the file that keeps it until it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.errors import UsageError
from influence_graph.experiment.blocks import Blocks
from influence_graph.experiment.outcomes import Periods
from influence_graph.experiment.power import Power

FORMAT = 1
"""Of design.json; one of another number is refused."""
FILE = "design.json"
CREATORS = {
    "block": "int64", "creator_id": "str", "name": "str", "activate": "bool", "probability": "float64",
    "expected": "float64", "followers": "int64", "shared": "float64",
}  # fmt: skip
LEFT_OUT = ("listed", "reason")
"""The columns of what a design lists, with their types."""


@dataclass(frozen=True, eq=False)
class Design:
    """An experiment as it was drawn, with all that is needed to read it later.

    Attributes
    ----------
    creators : DataFrame
        One row a creator: block (from 1), creator_id, name, activate, probability (of being activated), expected
        (orders in the window if nobody is activated), followers (observed, not declared), shared
        (part of them who follow another creator of the list too). Sorted by block, the activated first.
    start : Timestamp
        When it begins.
    days : int
        How long it runs.
    seed : int
        Of the draw.
    apart : float or None
        The part of their followers that creators were allowed to share.
    power : Power
        What it can see.
    history : mapping
        What this rests on: begin, days and number of the periods looked back at, orders in them by followers of the
        list, shared (part of those by people who follow several), unknown (part of all orders in them whose buyer
        nobody knows), until (when the last order before the start came).
    retained : float
        Part of what an activation adds that is counted for the activated creator; the rest leaks to the others.
    basis : str
        follows, undated follows, or touches where no follows are known.
    digest : str
        Fingerprint of who follows whom.
    left_out : DataFrame
        listed, reason (unknown, ambiguous, no followers, apart).
    version : str
        Of the program.
    """

    creators: pd.DataFrame
    start: pd.Timestamp
    days: int
    seed: int
    apart: float | None
    power: Power
    history: Mapping[str, Any]
    retained: float
    basis: str
    digest: str
    left_out: pd.DataFrame
    version: str

    @property
    def end(self) -> pd.Timestamp:
        """When the window ends; that moment is outside."""
        return self.start + pd.Timedelta(days=self.days)

    @property
    def take(self) -> int:
        """How many are activated."""
        return int(self.creators["activate"].sum())

    @property
    def blocks(self) -> Blocks:
        """The blocks of `creators`, in its order."""
        return Blocks(self.creators["block"].to_numpy(np.int64) - 1, activates_one=2 * self.take <= len(self.creators))

    @property
    def past(self) -> Periods:
        """The periods it looked back at."""
        return Periods(pd.Timestamp(self.history["begin"]), self.history["days"], self.history["number"])

    def record(self) -> dict[str, Any]:
        """All of it as plain data, for design.json."""
        told = ("days", "seed", "apart", "retained", "basis", "digest", "version")
        return {
            "format": FORMAT,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "take": self.take,
            **{name: getattr(self, name) for name in told},
            "power": vars(self.power),
            "history": dict(self.history),
            "creators": self.creators.to_dict("records"),
            "left_out": self.left_out.to_dict("records"),
        }


def open_design(path: Path) -> Design:
    """Read a design that was written before.

    Parameters
    ----------
    path : Path
        Of design.json, or of the folder that holds it.

    Raises
    ------
    UsageError
        It is not there, or no design that this version can read.
    """
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        raise UsageError("experiment.no-design", path=file)
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise UsageError("experiment.other-format", path=file, version=told["version"])
        power: dict[str, Any] = {name: np.inf if value is None else value for name, value in told["power"].items()}
        design = Design(
            creators=pd.DataFrame(told["creators"], columns=list(CREATORS)).astype(CREATORS),
            start=pd.Timestamp(told["start"]),
            power=Power(**power),
            left_out=pd.DataFrame(told["left_out"], columns=list(LEFT_OUT), dtype="str"),
            **{name: told[name] for name in ("days", "seed", "apart", "history", "retained", "basis", "digest")},
            version=told["version"],
        )
        if not design.blocks.allow(design.creators["activate"].to_numpy(dtype=bool)):
            raise ValueError(file)
        return design
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise UsageError("experiment.bad-design", path=file) from error
