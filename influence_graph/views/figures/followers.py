"""Who punches above their follower count, and who below."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from influence_graph.language import say
from influence_graph.views.figures.drawing import (
    INK,
    MUTED,
    PAPER,
    SIZE,
    VERDICTS,
    Chart,
    Floats,
    axis,
    labels,
    legend,
    place,
    powers,
    shortened,
    styled,
    verdict_words,
)
from influence_graph.views.page import amount, span
from influence_graph.views.result import Mapped, called, true, verdicts

FLOOR = 0.1
"""A logarithm has no zero: who drove less than this is drawn on the edge."""
MOST = 900
"""More could not be told apart, and would make the page too heavy to send on."""
_NAMED = {"beats": 14, "short": 6}
_PAD = 14.0


def driven_against_followers(
    result: Mapped, *, width: int = 880, height: int = 480, most: int = MOST, key: bool = True
) -> Chart | None:
    """Driven conversions against followers, with what each size promises.

    Parameters
    ----------
    result : MapResult
        A finished map.
    width, height : int
        Pixels of the plotting area.
    most : int
        Creators drawn at most.
    key : bool
        Say what the colours mean.

    Returns
    -------
    altair.LayerChart or None
        None where no creator has both followers and driven conversions, else those of `drawn`. Points above the line
        beat their follower count; vertical lines are 90 % intervals; the coloured triangles are clear cases.
    """
    import altair as alt

    points = _points(drawn(result.people, most=most))
    if points.empty:
        return None
    alt.data_transformers.disable_max_rows()
    wide = [*_padded(points["followers"].min(), points["followers"].max(), width)]
    tall = [FLOOR, _padded(FLOOR, max(float(points["high"].max()), 1.0), height)[1]]
    points = _with_labels(points, wide, tall, width, height)
    scale_y = alt.Scale(type="log", domain=tall, nice=False)
    x = alt.X(
        "followers:Q",
        scale=alt.Scale(type="log", domain=wide, nice=False),
        title=say("reports.followers"),
        axis=axis(powers(*wide)),
    )
    y = alt.Y("drawn:Q", scale=scale_y, title=say("reports.driven-axis"), axis=axis(powers(*tall)))
    tones = alt.Scale(domain=list(VERDICTS), range=list(VERDICTS.values()))
    shapes = alt.Scale(domain=list(VERDICTS), range=["triangle-up", "circle", "triangle-down"])
    meaning = legend(verdict_words(), shown=key)
    base = alt.Chart(points)
    bars = base.mark_rule(strokeWidth=1.3).encode(
        x=x,
        y=alt.Y("low:Q", scale=scale_y),
        y2=alt.Y2("high:Q"),
        color=alt.Color("verdict:N", scale=tones, legend=meaning),
        opacity=alt.condition(alt.datum.verdict == "even", alt.value(0.16), alt.value(0.36)),
    )
    dots = base.mark_point(filled=True).encode(
        x=x,
        y=y,
        color=alt.Color("verdict:N", scale=tones, legend=meaning),
        shape=alt.Shape("verdict:N", scale=shapes, legend=meaning),
        opacity=alt.condition(alt.datum.verdict == "even", alt.value(0.75), alt.value(1)),
        size=alt.condition(alt.datum.verdict == "even", alt.value(30), alt.value(78)),
        description=alt.Description("told:N"),
        tooltip=_tooltip(),
    )
    layers = [*_expected(points, wide, tall, x), bars, dots, *labels(points, x=x, y=y)]
    return styled(
        alt.layer(*layers).properties(width=width, height=height),
        title=say("reports.followers-title"),
        description=_description(result),
    )


def drawn(people: pd.DataFrame, *, most: int = MOST) -> pd.DataFrame:
    """The creators whom the figure shows: clear cases first, the others thinned evenly from most to least driven.

    Parameters
    ----------
    people : DataFrame
        The columns of `people.csv`.
    most : int
        Rows at most.

    Returns
    -------
    DataFrame
        The rows that have both followers and driven conversions, in their order.
    """
    rows = people[true(people["is_creator"]) & people["followers"].gt(0) & people["driven"].notna()]
    if len(rows) <= most:
        return rows
    falling = rows.sort_values("driven", ascending=False, kind="stable")
    clear = verdicts(falling).isin({"beats", "short"})
    chosen = _thinned(falling.index[clear], most // 2)
    others = _thinned(falling.index[~clear], most - len(chosen))
    return rows[rows.index.isin(chosen.union(others))]


def _thinned(index: pd.Index[Any], most: int) -> pd.Index[Any]:
    """At most so many, at even steps."""
    return index if len(index) <= most else index[np.linspace(0, len(index) - 1, most).astype(int)]


def _points(rows: pd.DataFrame) -> pd.DataFrame:
    verdict = verdicts(rows).where(lambda told: told.isin(list(VERDICTS)), "even")
    columns = (rows[name] for name in ("followers", "driven", "driven_low", "driven_high"))
    points = pd.DataFrame(
        {
            "name": called(rows),
            "followers": rows["followers"].astype(float),
            "driven": rows["driven"].astype(float),
            "drawn": rows["driven"].clip(lower=FLOOR),
            "low": rows["driven_low"].fillna(rows["driven"]).clip(lower=FLOOR),
            "high": rows["driven_high"].fillna(rows["driven"]).clip(lower=FLOOR),
            "expected": rows["expected"],
            "lift_low": rows["lift_low"],
            "verdict": verdict,
            "told": [
                say("reports.point", name=name, followers=amount(f), driven=amount(d), span=span(low, high))
                for name, f, d, low, high in zip(called(rows), *columns, strict=True)
            ],
        }
    )
    # The clear cases are drawn last, on top.
    return points.sort_values("verdict", key=lambda told: told.ne("even"), kind="stable").reset_index(drop=True)


def _padded(low: float, high: float, pixels: float) -> tuple[float, float]:
    """The ends of a logarithmic axis that leave some pixels beside the data."""
    wide = max(np.log10(high / low), 0.3)
    middle, more = np.log10(high * low) / 2, wide / 2 * (1 + 2 * _PAD / pixels)
    return float(10 ** (middle - more)), float(10 ** (middle + more))


def _with_labels(
    points: pd.DataFrame, wide: list[float], tall: list[float], width: float, height: float
) -> pd.DataFrame:
    """Names for the surest and the largest, as many as fit without touching one another."""
    x: Floats = np.log(points["followers"] / wide[0]).to_numpy() / np.log(wide[1] / wide[0]) * width
    y: Floats = height - np.log(points["drawn"] / tall[0]).to_numpy() / np.log(tall[1] / tall[0]) * height
    beats = points.loc[points["verdict"].eq("beats"), "lift_low"].sort_values(ascending=False).index
    short = points.loc[points["verdict"].eq("short"), "followers"].sort_values(ascending=False).index
    order = [*beats[: _NAMED["beats"]], *short[: _NAMED["short"]]]
    names = points["name"].map(shortened)
    room = np.full(len(points), 9.0)
    sides = place(x, y, list(names), order, width=width, most=9 if width > 500 else 4, room=room, covers=1)
    return points.assign(label=names, side=[sides.get(row, "") for row in range(len(points))], room=room)


def _expected(points: pd.DataFrame, wide: list[float], tall: list[float], x: Any) -> list[Chart]:
    """The dashed line of what each size promises, and its name; nothing where nothing is expected."""
    import altair as alt

    rate = (points["expected"] / points["followers"]).median()
    if not rate > 0 or rate * wide[1] <= tall[0]:
        return []
    ends = np.array([max(wide[0], tall[0] / rate), min(wide[1], tall[1] / rate)])
    line = pd.DataFrame({"followers": ends, "drawn": rate * ends})
    stroke = alt.Chart(line).mark_line(color=INK, strokeWidth=1.5, strokeDash=[6, 4]).encode(x=x, y=alt.Y("drawn:Q"))
    named = alt.Chart(line.head(1)).encode(x=x, y=alt.Y("drawn:Q"))
    mark: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 12, "dy": 8, "fontSize": SIZE}
    mark["text"] = say("reports.expected-line")
    return [
        stroke,
        named.mark_text(**mark, stroke=PAPER, strokeWidth=4, strokeJoin="round"),
        named.mark_text(**mark, color=MUTED),
    ]


def _tooltip() -> list[Any]:
    """What a notebook shows under the pointer."""
    import altair as alt

    return [
        alt.Tooltip("name:N", title=say("reports.creator")),
        alt.Tooltip("followers:Q", title=say("reports.followers"), format=",.0f"),
        alt.Tooltip("driven:Q", title=say("reports.driven"), format=",.1f"),
        alt.Tooltip("expected:Q", title=say("reports.expected"), format=",.1f"),
    ]


def _description(result: Mapped) -> str:
    verdict = verdicts(result.people)
    return say(
        "reports.followers-description",
        creators=int(true(result.people["is_creator"]).sum()),
        beats=int(verdict.eq("beats").sum()),
        short=int(verdict.eq("short").sum()),
    )
