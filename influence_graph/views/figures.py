"""Figures as Altair charts, for pages (inline SVG) and notebooks alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence_graph.language import current, number, say
from influence_graph.views.page import amount, span
from influence_graph.views.result import called, true, verdicts

if TYPE_CHECKING:
    import altair as alt
    from markupsafe import Markup

Chart = Any
"""An Altair chart: its configuring methods are declared to return anything."""

# Each colour is one that pages replace by the variable of their light and dark palettes.
PAPER, INK, MUTED, RULE = "#fffffe", "#1a2029", "#5a6573", "#e2e5ea"
VERDICT_COLOURS = {"beats": "#0a6b52", "even": "#8b95a1", "short": "#c2410c"}
_VARIABLES = {
    PAPER: "--paper",
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    VERDICT_COLOURS["beats"]: "--beats",
    VERDICT_COLOURS["even"]: "--even",
    VERDICT_COLOURS["short"]: "--short",
}
_FLOOR = 0.1
"""A logarithm has no zero: who drove less than this is drawn on the edge."""
_LABELLED = 8
MOST_POINTS = 1_500
"""More could not be told apart, and would make the page too heavy to send on."""


def driven_against_followers(people: pd.DataFrame, *, width: int = 760, height: int = 440) -> Chart | None:
    """Driven conversions against followers, with what each size promises.

    Parameters
    ----------
    people : DataFrame
        The columns of `people.csv`.
    width, height : int
        Pixels of the plotting area.

    Returns
    -------
    altair.LayerChart or None
        None where no creator has both followers and driven conversions, else those of `drawn`. Points above the line
        beat their follower count; vertical lines are 90 % intervals; the filled, coloured points are clear cases.
    """
    import altair as alt

    points = _points(people)
    if points.empty:
        return None
    alt.data_transformers.disable_max_rows()
    log_x = alt.Scale(type="log", nice=False, padding=14)
    log_y = alt.Scale(type="log", domainMin=_FLOOR, nice=False, padding=10)
    x = alt.X("followers:Q", scale=log_x, title=say("views.axis-followers"), axis=_axis(points["followers"]))
    y = alt.Y("drawn:Q", scale=log_y, title=say("views.axis-driven"), axis=_axis(points["drawn"]))
    tones = alt.Scale(domain=list(VERDICT_COLOURS), range=list(VERDICT_COLOURS.values()))
    colour = alt.Color("verdict:N", scale=tones, legend=None)
    base = alt.Chart(points)
    faint = alt.condition(alt.datum.verdict == "even", alt.value(0.2), alt.value(0.42))
    bars = base.mark_rule(strokeWidth=1.4).encode(
        x=x, y=alt.Y("low:Q", scale=log_y), y2="high:Q", color=colour, opacity=faint
    )
    shapes = alt.Scale(domain=list(VERDICT_COLOURS), range=["triangle-up", "circle", "triangle-down"])
    dots = base.mark_point(filled=True, opacity=0.95).encode(
        x=x,
        y=y,
        color=colour,
        shape=alt.Shape("verdict:N", scale=shapes, legend=None),
        size=alt.condition(alt.datum.verdict == "even", alt.value(34), alt.value(74)),
        description="told:N",
    )
    named = alt.Chart(points[points["label"].ne("")]).encode(x=x, y=y, text="label:N")
    place: dict[str, Any] = {"align": "left", "dx": 9, "dy": -1, "fontSize": 12, "fontWeight": 600}
    halo = named.mark_text(**place, stroke=PAPER, strokeWidth=4, strokeJoin="round")
    layers = [_expected_line(points, x), bars, dots, halo, named.mark_text(**place, color=INK)]
    return _styled(alt.layer(*[layer for layer in layers if layer is not None]).properties(width=width, height=height))


def drawn(people: pd.DataFrame) -> pd.DataFrame:
    """The creators whom the figure shows: clear cases first, the others thinned evenly from most to least driven.

    Parameters
    ----------
    people : DataFrame
        The columns of `people.csv`.

    Returns
    -------
    DataFrame
        At most `MOST_POINTS` of the rows that have both followers and driven conversions, in their order.
    """
    rows = people[true(people["is_creator"]) & people["followers"].gt(0) & people["driven"].notna()]
    if len(rows) <= MOST_POINTS:
        return rows
    falling = rows.sort_values("driven", ascending=False, kind="stable")
    clear = verdicts(falling).isin({"beats", "short"})
    chosen = _thinned(falling.index[clear], MOST_POINTS // 2)
    others = _thinned(falling.index[~clear], MOST_POINTS - len(chosen))
    return rows[rows.index.isin(chosen.union(others))]


def _thinned(index: pd.Index[Any], most: int) -> pd.Index[Any]:
    """At most so many, at even steps."""
    return index if len(index) <= most else index[np.linspace(0, len(index) - 1, most).astype(int)]


def svg(chart: Any, *, title: str, description: str, key: str) -> Markup:
    """A chart as inline SVG that follows the page's palette and tells a screen reader what it shows.

    Parameters
    ----------
    chart : altair chart
        Coloured in the constants of this module.
    title, description : str
        What it is, and what it shows.
    key : str
        Makes element ids unique within the page.
    """
    import vl_convert
    from markupsafe import Markup, escape

    locale = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]} if current() == "vi" else None
    text = vl_convert.vegalite_to_svg(chart.to_dict(), format_locale=locale)
    text = re.sub(r' (role|aria-roledescription|aria-hidden|pointer-events|class)="[^"]*"', "", text)
    text = re.sub(r' aria-label="', ' data-told="', text)
    text = re.sub(r"(id=\"|url\(#|href=\"#)", rf"\g<1>{key}-", text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(f'"{colour}"', f'"var({variable})"')
    head, _, rest = text.partition(">")
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    named = f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
    return Markup(f'{head} role="img" aria-labelledby="{key}-title {key}-desc">{named}{rest}')  # noqa: S704  # Vega escapes


def _points(people: pd.DataFrame) -> pd.DataFrame:
    rows = drawn(people)
    verdict = verdicts(rows).where(lambda told: told.isin(list(VERDICT_COLOURS)), "even")
    names = called(rows)
    told = [
        say("views.point", name=name, followers=amount(f), driven=amount(d), span=span(low, high))
        for name, f, d, low, high in zip(
            names, rows["followers"], rows["driven"], rows["driven_low"], rows["driven_high"], strict=True
        )
    ]
    points = pd.DataFrame(
        {
            "followers": rows["followers"].astype(float),
            "drawn": rows["driven"].clip(lower=_FLOOR),
            "low": rows["driven_low"].fillna(rows["driven"]).clip(lower=_FLOOR),
            "high": rows["driven_high"].fillna(rows["driven"]).clip(lower=_FLOOR),
            "expected": rows["expected"],
            "verdict": verdict,
            "told": told,
        }
    )
    points["label"] = _labels(points, names, rows["lift_low"])
    # The clear cases are drawn last, on top.
    return points.sort_values("verdict", key=lambda told: told.ne("even"), kind="stable").reset_index(drop=True)


def _labels(points: pd.DataFrame, names: pd.Series[str], lift_low: pd.Series[float]) -> pd.Series[str]:
    """Names for the surest and the largest, as many as fit without touching one another."""
    labels = pd.Series("", index=points.index, dtype="str")
    beats = lift_low[points["verdict"].eq("beats")].sort_values(ascending=False).index[:_LABELLED]
    short = points.loc[points["verdict"].eq("short"), "followers"].sort_values(ascending=False).index[:3]
    across, up = np.log10(points["followers"]), np.log10(points["drawn"])
    room = (0.26 * max(float(np.ptp(across)), 0.1), 0.055 * max(float(np.ptp(up)), 0.1))
    for row in [*beats, *short]:
        others = labels.index[labels.ne("")]
        touches = (across[others] - across[row]).abs().lt(room[0]) & (up[others] - up[row]).abs().lt(room[1])
        if not touches.any() and len(labels[labels.ne("")]) < _LABELLED:
            labels[row] = names[row] if len(names[row]) <= 22 else names[row][:21] + "…"
    return labels


def _expected_line(points: pd.DataFrame, x: Any) -> Chart | None:
    import altair as alt

    rate = (points["expected"] / points["followers"]).median()
    if not rate > 0:
        return None
    ends = np.array([points["followers"].min(), points["followers"].max()])
    line = pd.DataFrame({"followers": ends, "drawn": rate * ends})
    line = line[line["drawn"].ge(_FLOOR)] if (line["drawn"] >= _FLOOR).all() else _cut(line, rate)
    stroke = (
        alt.Chart(line).mark_line(color=INK, strokeWidth=1.5, strokeDash=[6, 4], clip=True).encode(x=x, y="drawn:Q")
    )
    word = (
        alt.Chart(line.tail(1))
        .mark_text(align="right", dx=-4, dy=-10, fontSize=12, color=MUTED, text=say("views.expected-line"))
        .encode(x=x, y="drawn:Q")
    )
    return alt.layer(stroke, word)


def _cut(line: pd.DataFrame, rate: float) -> pd.DataFrame:
    """The line from where it enters the picture."""
    followers = line["followers"].clip(lower=_FLOOR / rate)
    return pd.DataFrame({"followers": followers, "drawn": rate * followers})


def _axis(values: pd.Series[float]) -> alt.Axis:
    """One tick a power of ten, worded shortly; a grid that stays behind the data."""
    import altair as alt

    low, high = (int(np.floor(np.log10(values.min()))), int(np.ceil(np.log10(values.max()))))
    ticks = [10.0**power for power in range(low, high + 1)]
    if len(ticks) < 4:
        ticks = sorted({*ticks, *(3 * tick for tick in ticks)})
    return alt.Axis(values=ticks, labelExpr=_worded(ticks), tickSize=0, labelPadding=6)


def _worded(ticks: list[float]) -> str:
    """A Vega expression that words ticks as the language does: 10K, 1M; 10 N, 1 Tr."""
    steps = [(1e6, say("views.million")), (1e3, say("views.thousand")), (1.0, "")]
    words = {}
    for tick in ticks:
        unit, suffix = next(((u, s) for u, s in steps if tick >= u), (1.0, ""))
        words[tick] = number(tick / unit, ",.0f" if tick >= 1 else ".1g") + suffix
    expression = "''"
    for tick, word in words.items():
        expression = f"abs(datum.value/{tick!r}-1)<0.01?'{word}':{expression}"
    return expression


def _styled(chart: Chart) -> Chart:
    font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
    return (
        chart.configure(background="transparent", font=font, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=RULE,
            domainColor=RULE,
            labelColor=MUTED,
            titleColor=MUTED,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            titlePadding=10,
        )
    )
