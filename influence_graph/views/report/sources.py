"""Where conversions came from: sentences, the figure over time, and every campaign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from influence_graph.drivers.credit import main_currency
from influence_graph.findings import credited
from influence_graph.language import say
from influence_graph.views.amounts import day, money
from influence_graph.views.figures import conversions_by_source
from influence_graph.views.figures.drawing import SOURCES
from influence_graph.views.figures.sources import MOST
from influence_graph.views.page import amount, known, share
from influence_graph.views.report.blocks import Block, Cell, Column, Part, Row, Table, anchor, parts
from influence_graph.views.report.drawings import draw, source_keys
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, campaign_names

ROWS = 200
"""Rows of the campaigns' table: `campaigns.csv` holds them all."""
_ON_PHONES = {"width": 290, "most": 5}


def sources(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # names nobody
    """Conversions by source, per campaign and over time."""
    split = credited(result.drivers.total)
    campaigns = result.campaigns[result.campaigns["conversions"].gt(0)]
    caption = [say("reports.sources-caption") if split else say("reports.sources-caption-whole")]
    if len(campaigns) > MOST:
        caption.append(say("reports.sources-most", shown=MOST, n=len(campaigns)))
    ripple = float(result.drivers.sources["ripple"].sum()) > 0.5
    figure = draw(
        conversions_by_source,
        result,
        name="sources",
        caption=" ".join(caption),
        legend=source_keys(ripple=ripple) if split else (),
        narrow=_ON_PHONES,
    )
    shows = parts(told(result, "sources"), figure, _campaigns(result, split=split))
    lead = say("reports.sources-lead") if split else ""
    return Block("sources", say("reports.sources-title"), shows, lead) if shows else None


def _campaigns(result: Mapped, *, split: bool) -> Table:
    rows = result.campaigns.sort_values("conversions", ascending=False, kind="stable").head(ROWS)
    by = result.drivers.sources.assign(key=_keys(result.drivers.sources["campaign_id"]))
    amounts = by.groupby("key")[list(SOURCES)].sum() if split else None
    within = _intervals(result)
    told = result.tables.campaigns.assign(key=_keys(result.tables.campaigns["campaign_id"]))
    when = told.drop_duplicates("key").set_index("key")[["starts_at", "ends_at"]]
    names, currency = campaign_names(result), main_currency(result.tables.counted)
    columns = (
        Column(say("reports.campaign")),
        Column(say("reports.shares"), "number"),
        Column(say("reports.conversions"), "number", "descending"),
        Column(say("reports.driven"), "number"),
        Column(say("reports.driven-share"), "number"),
        Column(say("reports.sources-title"), "parts", hidden=True),
        Column(say("reports.value"), "number"),
    )
    keys = _keys(rows["campaign_id"])
    named = keys.map(lambda key: names.get(key, key))
    ids = named.where(~named.duplicated(), named + keys).map(lambda name: anchor("campaign", name))
    return Table(
        "campaigns",
        columns,
        tuple(
            _campaign(row, place, key, name, amounts, within, when, currency)
            for row, place, key, name in zip(rows.to_dict("records"), ids, keys, named, strict=True)
        ),
        heading=say("reports.campaigns"),
        lead=" ".join(
            [
                say("reports.campaigns-lead", n=len(result.campaigns), shown=len(rows)),
                *([say("reports.campaigns-intervals")] if within else []),
            ]
        ),
        sortable=True,
    )


def _intervals(result: Mapped) -> dict[str, tuple[float, float]]:
    """Between how many conversions each campaign's posts drove, where that was worked out."""
    if result.groups is None:
        return {}
    told = result.groups.table
    told = told[told["by"].eq("campaign") & told["driven_low"].notna() & told["driven_high"].notna()]
    return dict(zip(_keys(told["group"]), zip(told["driven_low"], told["driven_high"], strict=True), strict=True))


def _keys(ids: pd.Series[Any]) -> pd.Series[str]:
    """Campaign ids as text, an empty one for none."""
    return ids.astype("str").fillna("")


def _campaign(
    row: dict[Any, Any],
    place: str,
    key: str,
    name: str,
    split: pd.DataFrame | None,
    within: Mapping[str, tuple[float, float]],
    when: pd.DataFrame,
    currency: str | None,
) -> Row:
    called = name or say("views.no-campaign")
    orders = row["conversions"]
    low, high = within.get(key, (None, None))
    driven = row["driven"] if split is not None or known(low) else None
    dates = ""
    if key in when.index and when.loc[key].notna().any():
        dates = f"{day(when.loc[key, 'starts_at'])} – {day(when.loc[key, 'ends_at'])}"
    amounts = split.loc[key].to_dict() if split is not None and key in split.index else {}
    return Row(
        place,
        (
            Cell(called, called, aside=dates),
            Cell(amount(row["shares"]), row["shares"]),
            Cell(amount(row["conversions"]), row["conversions"]),
            _told(amount, driven, low, high),
            _told(share, *(None if each is None or not orders else each / orders for each in (driven, low, high))),
            Cell("", parts=_parts(amounts)),
            Cell(money(row["value"], currency), row["value"]),
        ),
    )


def _told(written: Callable[[Any], str], value: Any, low: float | None, high: float | None) -> Cell:
    """A number above its interval; the interval alone where it begins at 0, since its middle is no answer then."""
    within = f"{written(low)}–{written(high)}" if known(low) and known(high) else ""
    return Cell(written(value), value, within) if low or not within else Cell(within, value)


def _parts(amounts: Mapping[Any, float]) -> tuple[Part, ...]:
    whole = sum(amounts.values())
    names = {"organic": say("reports.organic"), "direct": say("reports.direct"), "ripple": say("reports.ripple")}
    return tuple(
        Part(source, name, round(100 * float(amounts[source]) / whole, 2), share(amounts[source] / whole))
        for source, name in names.items()
        if whole > 0 and amounts.get(source, 0) > 0
    )
