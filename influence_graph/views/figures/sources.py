"""Where conversions came from, campaign by campaign, over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from influence_graph.findings import credited
from influence_graph.language import say
from influence_graph.views.amounts import day, day_of_year, month
from influence_graph.views.figures.drawing import (
    INK,
    MUTED,
    PAPER,
    SIZE,
    SOURCES,
    Chart,
    axis,
    legend,
    shortened,
    source_words,
    steps,
    styled,
)
from influence_graph.views.page import amount, share
from influence_graph.views.result import Mapped, campaign_names

MOST = 8
"""Campaigns drawn, those with most conversions: the table holds all."""
_WHOLE, _ONE = 150, 58
"""Heights in pixels: of all campaigns together, and of each."""
_DAYS, _WEEKS = 45, 500
"""Days that are drawn day by day, and week by week."""


def conversions_by_source(result: Mapped, *, width: int = 880, most: int = MOST, key: bool = True) -> Chart | None:
    """Conversions over time by what caused them: nobody's share, a first-hand share, or one that was passed on.

    Parameters
    ----------
    result : MapResult
        A finished map.
    width : int
        Pixels of the plotting area; its height follows from the number of campaigns.
    most : int
        Campaigns drawn at most.
    key : bool
        Say what the colours mean.

    Returns
    -------
    altair.VConcatChart or None
        None where nothing was ordered. All campaigns together on top, then each on one scale of their own. Where the
        total driven can't be told from none, everything is drawn in one colour.
    """
    import altair as alt

    sources = result.drivers.sources
    if sources.empty or not sources[list(SOURCES)].to_numpy().sum() > 0:
        return None
    alt.data_transformers.disable_max_rows()
    split = credited(result.drivers.total)
    names = campaign_names(result)
    sources = sources.assign(campaign=sources["campaign_id"].astype("str").fillna(""))
    size = sources.groupby("campaign")[list(SOURCES)].sum().sum(axis=1).sort_values(ascending=False, kind="stable")
    starts = sources.groupby("campaign")["day"].min()
    chosen = sorted(size.index[:most], key=lambda campaign: (starts[campaign], campaign))
    span = Span(sources["day"].min(), sources["day"].max())
    panels = [(say("reports.all-campaigns"), sources)] if len(size) > 1 else []
    called = {each: names.get(each, each) or say("views.no-campaign") for each in chosen}
    panels += [(name, sources[sources["campaign"].eq(each)]) for each, name in called.items()]
    bars = [_bars(part, span, split) for _, part in panels]
    highest = max((float(part["high"].max()) for part in bars[len(size) > 1 :]), default=1.0)
    charts = []
    for row, ((name, part), bar) in enumerate(zip(panels, bars, strict=True)):
        whole = row == 0
        top = float(bar["high"].max()) if whole else highest
        height = _WHOLE if whole else _ONE
        title = _title(name, part, split, longest=60 if width > 500 else 22)
        last = row == len(panels) - 1
        charts.append(_panel(bar, title, top, span, width, height, last=last, key=key and split))
    description = _description(result, len(size), split)
    return styled(alt.vconcat(*charts, spacing=10), title=say("reports.sources-title"), description=description)


class Span(NamedTuple):
    """The first and the last day."""

    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def days(self) -> int:
        """How many there are."""
        return int((self.last - self.first).days) + 1

    @property
    def step(self) -> str:
        """What a bar stands for: a day, a week or a month."""
        return "D" if self.days <= _DAYS else "W" if self.days <= _WEEKS else "M"


def _bars(sources: pd.DataFrame, span: Span, split: bool) -> pd.DataFrame:
    """One row a bar's part: from and to (days since the first), low and high (orders), source, and what it tells."""
    period = sources["day"].dt.tz_localize(None).dt.to_period({"D": "D", "W": "W-SUN", "M": "M"}[span.step])
    summed = sources.groupby(period)[list(SOURCES)].sum()
    first = span.first.tz_localize(None)
    rows = []
    for when, each in zip(pd.PeriodIndex(summed.index), summed.to_dict("records"), strict=True):
        begin, end = (when.start_time - first).days, (when.end_time - first).days + 1
        parts = {str(source): float(n) for source, n in each.items()}
        if not split:
            parts = {"organic": sum(parts.values())}
        told = _told(when, span.step, parts, split)
        low = 0.0
        for source in SOURCES:
            if parts.get(source, 0.0) > 0.004:
                rows.append((begin, end, low, low + parts[source], source, told))
                low += parts[source]
    return pd.DataFrame(rows, columns=["from", "to", "low", "high", "source", "told"])


def _told(when: Any, step: str, parts: Mapping[str, float], split: bool) -> str:
    whole = sum(parts.values())
    label = month(when.start_time) if step == "M" else day(when.start_time)
    if step == "W":
        label = f"{day_of_year(when.start_time)} – {day(when.end_time)}"
    if not split:
        return say("reports.bar-whole", when=label, all=amount(whole))
    return say("reports.bar", when=label, all=amount(whole), **{name: amount(parts[name]) for name in SOURCES})


def _panel(
    bars: pd.DataFrame, title: Any, top: float, span: Span, width: int, height: int, *, last: bool, key: bool
) -> Chart:
    import altair as alt

    domain = [min(0.0, float(bars["from"].min())), max(float(span.days), float(bars["to"].max()))]
    dates = axis(_dates(span, most=8 if width > 500 else 3), grid=False, labels=last)
    x = alt.X("from:Q", scale=alt.Scale(domain=domain, nice=False), title=None, axis=dates)
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[0, top * 1.06], nice=False),
        title=None,
        axis=axis(steps(top, most=3 if height > 100 else 1), domain=False),
    )
    tones = alt.Scale(domain=list(SOURCES), range=list(SOURCES.values()))
    return (
        alt.Chart(bars)
        .mark_rect(stroke=PAPER, strokeWidth=0.7)
        .encode(
            x=x,
            x2=alt.X2("to:Q"),
            y=y,
            y2=alt.Y2("high:Q"),
            color=alt.Color("source:N", scale=tones, legend=legend(source_words(), shown=key, symbol="square")),
            description=alt.Description("told:N"),
            tooltip=[alt.Tooltip("told:N", title=say("reports.conversions"))],
        )
        .properties(width=width, height=height, title=title)
    )


def _title(name: str, sources: pd.DataFrame, split: bool, *, longest: int) -> Any:
    import altair as alt

    whole = sources[list(SOURCES)].to_numpy().sum()
    driven = sources[["direct", "ripple"]].to_numpy().sum()
    told = say("reports.panel-whole", n=round(whole))
    if split:
        told = say("reports.panel", n=round(whole), driven=share(driven / whole))
    return alt.TitleParams(
        [shortened(name, longest)], subtitle=[told], anchor="start", fontSize=SIZE, fontWeight=600, color=INK,
        subtitleFontSize=SIZE, subtitleColor=MUTED, offset=8, subtitlePadding=2, frame="group",
    )  # fmt: skip


def _dates(span: Span, *, most: int) -> dict[float, str]:
    """Where and how the time axis is worded: days, or the first of months."""
    first, last = (moment.tz_localize(None) for moment in span)
    if span.step == "D":
        every = max(-(-span.days // most), 1)
        return {float(at): day_of_year(first + pd.Timedelta(days=at)) for at in range(0, span.days, every)}
    starts = pd.date_range(first, last, freq="MS")
    every = max(-(-len(starts) // most), 1)
    return {float((start - first).days): month(start) for start in starts[::every]}


def _description(result: Mapped, campaigns: int, split: bool) -> str:
    total = result.drivers.sources[list(SOURCES)].sum()
    if not split:
        return say("reports.sources-description-whole", campaigns=campaigns, all=amount(total.sum()))
    numbers = {name: amount(total[name]) for name in SOURCES}
    return say("reports.sources-description", campaigns=campaigns, all=amount(total.sum()), **numbers)
