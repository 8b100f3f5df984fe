"""Classic surveys of who took something up and whom they name: ``python examples/surveys.py DATA/SURVEY OUT [--map]``.

DATA holds SURVEY_nodes.csv (city or village, id, toa: the period of taking it up, the last for who never did) and
SURVEY_edges.csv (group, ego, alter, alter_in_sample), as netdiffuseR has them: brfarmers, kfamily, medInnovations. Who
names somebody follows them; a place is a campaign of its own, since nobody names people elsewhere. Only the month or
year is known: people are spread over it at random, always the same way, or all would seem to act in its first instant.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from adoptions import Frames, main, tables

WINDOW_DAYS = 1826
"""Years went by between neighbours; the doctors' months are all within."""

MONTHLY = ("medInnovations",)
"""Surveys that tell the month; the others tell the year."""


def read(data: Path) -> Frames:
    """The tables of a survey, by its folder and name."""
    survey = data.name
    people = pd.read_csv(data.with_name(f"{survey}_nodes.csv"))
    people = people.rename(columns={people.columns[0]: "thing"}).astype({"id": int, "thing": int})
    people["person"] = people["thing"].astype(str) + "-" + people["id"].astype(str)
    took = people[people["toa"] < people["toa"].max()]
    period = "MS" if survey in MONTHLY else "YS"
    periods = pd.date_range("1950-01-01", periods=int(took["toa"].max()), freq=period, tz="UTC")
    begin = periods[took["toa"].astype(int) - 1]
    spread = np.random.default_rng(0).random(len(took)) * (365 if period == "YS" else 30)
    firsts = took.assign(at=begin + pd.to_timedelta(spread, unit="D").round("s"))[["person", "thing", "at"]]
    named = pd.read_csv(data.with_name(f"{survey}_edges.csv"))
    named = named[named["alter_in_sample"]]
    group = named["group"].astype(str) + "-"
    ties = pd.DataFrame({"follower": group + named["ego"].astype(str), "followed": group + named["alter"].astype(str)})
    return tables(firsts, ties)


if __name__ == "__main__":
    main(read, window_days=WINDOW_DAYS, about=__doc__)
