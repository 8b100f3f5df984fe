"""How performance runs with follower count: every creator, the curve and its band."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.language import say
from influence_graph.programme.groups import Curve
from influence_graph.views.figures.drawing import MUTED, SOURCES, Chart, axis, legend, powers, steps, styled
from influence_graph.views.page import amount
from influence_graph.views.result import Mapped, called, true

MOST = 400
"""Creators drawn behind the curve at most."""


def performance_by_followers(
    result: Mapped, *, width: int = 880, height: int = 340, most: int = MOST, key: bool = True
) -> Chart | None:
    """Conversions per 1,000 exposures against followers, with the curve through them and its 90 % band.

    Parameters
    ----------
    result : MapResult
        A finished map.
    width, height : int
        Pixels of the plotting area.
    most : int
        Creators drawn at most.
    key : bool
        Say what dots and line are.

    Returns
    -------
    altair.LayerChart or None
        None where nothing is known to be driven, or creators are too few for a curve.
    """
    import altair as alt

    told = drawn_curve(result)
    if told is None:
        return None
    alt.data_transformers.disable_max_rows()
    dots = _creators(result.people, told, most)
    high = float(max(told.points["high"].max(), dots["value"].quantile(0.95) if len(dots) else 0.0)) * 1.05
    dots = dots[dots["value"].le(high)]
    wide = [float(told.points["followers"].min()) * 0.9, float(told.points["followers"].max()) * 1.1]
    x = alt.X(
        "followers:Q",
        scale=alt.Scale(type="log", domain=wide, nice=False),
        title=say("reports.followers"),
        axis=axis(powers(*wide)),
    )
    scale = alt.Scale(domain=[0, high], nice=False)
    y = alt.Y("value:Q", scale=scale, title=say("reports.per-1000-axis"), axis=axis(steps(high, most=5)))
    words = {"creator": say("reports.creator"), "usual": say("reports.usual-at-size")}
    tones = alt.Scale(domain=list(words), range=[MUTED, SOURCES["direct"]])
    colour = alt.Color("mark:N", scale=tones, legend=legend(words, shown=key))
    points = (
        alt.Chart(dots)
        .mark_circle(size=22, opacity=0.45)
        .encode(x=x, y=y, color=colour, description=alt.Description("told:N"))
    )
    usual = told.points.assign(mark="usual")
    band = alt.Chart(usual).mark_area(opacity=0.18)
    band = band.encode(x=x, y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"), color=colour)
    line = alt.Chart(usual).mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour)
    return styled(
        alt.layer(points, band, line).properties(width=width, height=height),
        title=say("reports.performance-title"),
        description=say("reports.performance-description", n=told.people),
    )


def drawn_curve(result: Mapped) -> Curve | None:
    """The curve of driven conversions per 1,000 exposures, where there is one."""
    curves = result.groups.curves if result.groups else ()
    return next((curve for curve in curves if curve.measure == "per_1000" and len(curve.points)), None)


def _creators(people: pd.DataFrame, curve: Curve, most: int) -> pd.DataFrame:
    """Creators within the curve's range, thinned evenly by size."""
    low, high = curve.points["followers"].iloc[[0, -1]]
    rows = people[true(people["is_creator"]) & people["followers"].between(low, high) & people["per_1000"].notna()]
    rows = rows.sort_values(["followers", "person_id"], kind="stable")
    kept = rows.iloc[np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(int)] if len(rows) else rows
    size, rate = kept["followers"].astype(float), kept["per_1000"].astype(float)
    told = [
        say("reports.rate-point", name=name, followers=amount(followers), rate=float(value))
        for name, followers, value in zip(called(kept), size, rate, strict=True)
    ]
    return pd.DataFrame({"followers": size, "value": rate, "mark": "creator", "told": told})
