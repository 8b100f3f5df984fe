"""What all figures share: colours that follow a page's palette, axes worded in the reader's language, labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.language import number, say

if TYPE_CHECKING:
    import altair as alt

Chart = Any
"""An Altair chart: its configuring methods are declared to return anything."""
Floats = NDArray[np.float64]

# Each colour is one that pages replace by the variable of their light and dark palettes.
PAPER, INK, MUTED, RULE = "#fffffe", "#1a2029", "#5a6573", "#e2e5ea"
VERDICTS = {"beats": "#0a6b52", "even": "#8b95a1", "short": "#c2410c"}
ROLES = {"influencer": "#0072b2", "ugc": "#e69f00", "advocate": "#009e73"}
SOURCES = {"organic": "#c3c9d0", "direct": "#24476d", "ripple": "#c2185b"}
_PAGE = {"paper": PAPER, "ink": INK, "muted": MUTED, "rule": RULE}
VARIABLES = {colour: f"--{name}" for name, colour in (_PAGE | VERDICTS | ROLES | SOURCES).items()}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
SIZE = 13
_LETTER, _LINE = 0.58 * SIZE, 1.3 * SIZE
"""Pixels that a letter and a line of text take, about."""
_LONGEST = 22


def styled(chart: Chart, *, title: str, description: str) -> Chart:
    """A chart in the house's style that says what it is, and what it shows."""
    style = {
        "background": PAPER,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "title": {"anchor": "start", "fontSize": SIZE + 2, "fontWeight": 600, "color": INK, "offset": 14},
        "axis": {
            "gridColor": RULE,
            "domainColor": RULE,
            "labelColor": MUTED,
            "titleColor": MUTED,
            "labelFontSize": SIZE,
            "titleFontSize": SIZE,
            "titleFontWeight": "normal",
            "titlePadding": 10,
        },
    }
    return chart.properties(title=title, description=description).configure(**style)


def legend(words: dict[str, str], *, shown: bool, symbol: str = "circle") -> alt.Legend | None:
    """What each value of a colour or shape means, above the drawing; none where the page around it says so."""
    import altair as alt

    if not shown:
        return None
    expression = "''"
    for value, word in words.items():
        expression = f"datum.value=='{value}'?{_quoted(word)}:{expression}"
    return alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        values=list(words),
        labelExpr=expression,
        labelFontSize=SIZE,
        labelColor=MUTED,
        labelLimit=400,
        symbolType=symbol,
        symbolStrokeWidth=0,
        symbolOpacity=1,
        offset=4,
    )


def verdict_words() -> dict[str, str]:
    """What the colours of creators mean."""
    return {
        "beats": say("reports.verdict-beats"),
        "even": say("reports.verdict-even"),
        "short": say("reports.verdict-short"),
    }


def source_words() -> dict[str, str]:
    """What the colours of sources mean."""
    return {
        "organic": say("reports.organic"),
        "direct": say("reports.direct"),
        "ripple": say("reports.ripple"),
    }


def shortened(name: str, longest: int = _LONGEST) -> str:
    """A name that fits beside a mark."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def axis(words: dict[float, str], **settings: Any) -> alt.Axis:
    """An axis with these words at these places, its grid behind the data."""
    import altair as alt

    return alt.Axis(values=list(words), labelExpr=_expression(words), ticks=False, labelPadding=6, **settings)


def powers(low: float, high: float) -> dict[float, str]:
    """Ticks of a logarithmic axis, one a power of ten, threes between where they would be few: 10K, 1M; 10 N, 1 Tr."""
    exponents = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [10.0**power for power in exponents]
    if sum(low <= tick <= high for tick in ticks) < 4:
        ticks = sorted({*ticks, *(3 * tick for tick in ticks)})
    return {tick: rounded(tick) for tick in ticks if low * 0.999 <= tick <= high * 1.001}


def steps(high: float, *, most: int) -> dict[float, str]:
    """Ticks of an axis of counts that begins at zero: at most so many above it."""
    nice = [factor * 10.0**power for power in range(16) for factor in (1, 2, 5)]
    step = next(step for step in nice if high / step < most + 1)
    step = step if step <= high else max((smaller for smaller in nice if smaller <= high), default=1.0)
    return {step * place: rounded(step * place) for place in range(int(high / step) + 1)}


def rounded(value: float) -> str:
    """A round number, shortly: 300, 10K, 1M; 10 N, 1 Tr."""
    units = [(1e6, say("reports.million")), (1e3, say("reports.thousand")), (1.0, "")]
    unit, suffix = next(((u, s) for u, s in units if value >= u), (1.0, ""))
    part = value / unit
    whole = part >= 1 and abs(part - round(part)) < 1e-9
    return number(part, ",.0f" if whole or part == 0 else ",.1f" if part >= 1 else ".1g") + suffix


def _expression(words: dict[float, str]) -> str:
    """A Vega expression that words ticks."""
    expression = "''"
    for tick, word in words.items():
        near = f"abs(datum.value/{tick!r}-1)<0.01" if tick else "datum.value==0"
        expression = f"{near}?{_quoted(word)}:{expression}"
    return expression


def _quoted(word: str) -> str:
    """A word as Vega's expressions hold it."""
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def place(
    x: Floats,
    y: Floats,
    names: Sequence[str],
    order: Iterable[int],
    *,
    width: float,
    most: int,
    room: Floats,
    covers: int,
) -> dict[int, str]:
    """Names for some marks, as many as fit without touching another name: ``left`` or ``right`` of the mark.

    Parameters
    ----------
    x, y : (n,) float64
        Marks in pixels.
    names : sequence of str
        As they will be drawn.
    order : iterable of int
        Positions of the marks to name, most important first.
    width : float
        Pixels of the drawing: no name may stick out.
    most : int
        Names at most.
    room : (n,) float64
        Pixels between a mark and its name.
    covers : int
        Other marks that a name may cover at most.

    Returns
    -------
    dict of int to str
        Cost O(named * n).
    """
    boxes: list[tuple[float, float, float, float]] = []
    sides: dict[int, str] = {}
    for mark in order:
        if len(sides) == most:
            break
        long = _LETTER * len(names[mark])
        for side, left in (("right", x[mark] + room[mark]), ("left", x[mark] - room[mark] - long)):
            box = (left, y[mark] - _LINE / 2, left + long, y[mark] + _LINE / 2)
            covered = ((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).sum()
            fits = box[0] >= 0 and box[2] <= width and covered <= covers
            if fits and not any(_touch(box, other) for other in boxes):
                boxes.append(box)
                sides[mark] = side
                break
    return sides


def _touch(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def labels(frame: Any, *, x: Any, y: Any) -> list[Chart]:
    """Names beside their marks, with a halo that keeps them legible: a frame's ``label``, ``side`` and ``room``."""
    import altair as alt

    layers = []
    for (side, room), part in frame[frame["side"].ne("")].groupby(["side", "room"]):
        named = alt.Chart(part).encode(x=x, y=y, text=alt.Text("label:N"))
        mark: dict[str, Any] = {"align": "left", "dx": room} if side == "right" else {"align": "right", "dx": -room}
        mark |= {"fontSize": SIZE, "fontWeight": 600}
        layers += [
            named.mark_text(**mark, stroke=PAPER, strokeWidth=4, strokeJoin="round"),
            named.mark_text(**mark, color=INK),
        ]
    return layers
