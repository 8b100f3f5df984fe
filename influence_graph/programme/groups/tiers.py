"""Sizes of creators by name, and what others engage: kept in TOML files, since there is no standard."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.errors import UsageError

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Tiers:
    """Tiers by follower count.

    Attributes
    ----------
    name : str
        What the set is called: that of a preset, or of the user's file.
    begins : mapping of str to float
        From how many followers on each tier holds, rising; a tier ends where the next one begins.

    Raises
    ------
    UsageError
        There are no tiers, one begins below 0, or two begin alike.
    """

    name: str
    begins: Mapping[str, float]

    def __post_init__(self) -> None:
        starts = list(self.begins.values())
        numbers = all(isinstance(each, int | float) and not isinstance(each, bool) and each >= 0 for each in starts)
        if not starts or not numbers or any(one >= other for one, other in pairwise(starts)):
            raise UsageError("groups.bad-tiers", name=self.name)

    def of(self, followers: pd.Series) -> pd.Series:
        """The tier of each follower count; NaN where it is unknown, or below the first tier."""
        place = np.searchsorted(np.array(list(self.begins.values()), dtype=np.float64), followers, side="right") - 1
        names = np.array([*self.begins, None], dtype=object)
        known = (followers.notna() & (place >= 0)).to_numpy()
        return pd.Series(names[np.where(known, place, len(self.begins))], index=followers.index, dtype="str")


def find_tiers(asked: str | Path = "wide") -> Tiers:
    """Tiers of a preset, or of the user's own file.

    Parameters
    ----------
    asked : str or Path
        ``wide`` (micro from 10,000 to 100,000 followers), ``narrow`` (from 5,000 to 20,000), or a TOML file with a
        table ``[tiers]`` of names and the follower counts from which they hold.

    Raises
    ------
    UsageError
        There is no such preset or file, or the file holds no tiers.
    """
    presets = _read(_HERE / "tiers.toml")
    if str(asked) in presets:
        return Tiers(str(asked), presets[str(asked)])
    path = Path(asked)
    if not path.is_file():
        raise UsageError("groups.no-tiers", asked=str(asked), presets=", ".join(presets))
    try:
        told = _read(path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError("groups.unreadable-tiers", path=str(path), reason=" ".join(str(error).split())) from None
    tiers = told.get("tiers")
    if not isinstance(tiers, Mapping):
        raise UsageError("groups.bad-tiers", name=str(path))
    return Tiers(str(path), tiers)


@cache
def benchmarks() -> pd.DataFrame:
    """platform, tier, benchmark (a rate), year, source: what is quoted of others."""
    rows = _read(_HERE / "benchmarks.toml")["benchmark"]
    return pd.DataFrame(rows).rename(columns={"rate": "benchmark"})


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
