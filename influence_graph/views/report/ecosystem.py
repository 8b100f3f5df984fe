"""Which customers last, and on how few people the programme rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from influence_graph.language import number, say
from influence_graph.views.page import UNKNOWN, amount, known, share
from influence_graph.views.report.blocks import Block, Cell, Column, Gauge, Row, Scale, Table, parts
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names

_WHOLE = Scale(high=1.0)


def ecosystem(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # creators may always be named
    """Sentences, and the rates of each source of customers."""
    shows = parts(told(result, "ecosystem"), _table(result))
    return Block("ecosystem", say("reports.ecosystem-title"), shows, say("reports.ecosystem-lead")) if shows else None


def _table(result: Mapped) -> Table | None:
    found = result.ecosystem
    if found is None or not found.lasting["again"].notna().any():
        return None
    words = {
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
        "organic": say("ecosystem.organic"),
    }
    back = bool(found.lasting["sent_back"].notna().any())
    columns = [
        Column(say("reports.brought-by")),
        Column(say("reports.customers"), "number"),
        Column(say("reports.again", n=found.days or 0), "gauge"),
        Column(say("reports.again-against"), "number"),
        *([Column(say("reports.sent-back"), "gauge")] if back else []),
        *([Column(say("reports.sent-back-against"), "number")] if back else []),
        Column(say("reports.unpaid"), "number"),
    ]
    most = max(float(found.lasting[["again", "again_high"]].max().max()), 1e-9)
    scale = Scale(high=100 * most)
    rows = [_row(words[row["source"]], row, scale, back=back) for row in found.lasting.to_dict("records")]
    return Table("lasting", tuple(columns), tuple(rows), say("reports.lasting-table"), say("reports.against-lead"))


def _row(called: str, row: Mapping[Any, Any], scale: Scale, *, back: bool) -> Row:
    again = [100 * row[name] for name in ("again", "again_low", "again_high")]
    cells = [Cell(called, called), Cell(amount(round(row["customers"])), row["customers"])]
    cells += [_gauged(again, [amount(value) for value in again], scale), _against(row, "again_against", 100, "+.0f")]
    if back:
        rates = [row[name] for name in ("sent_back", "sent_back_low", "sent_back_high")]
        cells += [_gauged(rates, [share(value) for value in rates], _WHOLE)]
        cells += [_against(row, "sent_back_against", 1, "+.1%")]
    cells.append(Cell(share(row["unpaid"]), row["unpaid"]))
    return Row(f"lasting-{row['source']}", tuple(cells))


def _against(row: Mapping[Any, Any], name: str, per: float, spec: str) -> Cell:
    """A difference from organic customers, with the interval that sentences go by."""
    if not known(row[name]):
        return Cell(UNKNOWN)
    middle, low, high = (number(per * row[column], spec) for column in (name, f"{name}_sure_low", f"{name}_sure_high"))
    return Cell(middle, row[name], aside=say("ecosystem.from-to", low=low, high=high))


def _gauged(values: Sequence[float], told: Sequence[str], scale: Scale) -> Cell:
    """A rate with its interval, drawn."""
    middle, low, high = values
    if not known(middle):
        return Cell(UNKNOWN)
    return Cell(
        told[0], middle, aside=f"{told[1]}–{told[2]}", gauge=Gauge(scale.at(middle), scale.at(low), scale.at(high))
    )
