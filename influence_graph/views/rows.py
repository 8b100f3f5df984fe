"""The rows of the report's tables: drivers with their bars, the role mix, campaigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from influence_graph.language import number, say
from influence_graph.views.page import amount, known, share
from influence_graph.views.result import Mapped, called, true, verdicts

DRIVER_ROWS = 200
"""Rows of the driver table: `people.csv` holds everybody."""
MIX_ROWS = 12
"""Rows a scope of the mix table, largest first."""
ROLES = ("influencer", "ugc", "advocate", "unassigned")


def drivers(people: pd.DataFrame) -> dict[str, Any]:
    """The rows of the driver table, strongest first, and the scale of their bars."""
    creators = people[true(people["is_creator"])]
    measured = "driven" if creators["driven"].notna().any() else "audience"
    rows = creators.sort_values([measured, "person_id"], ascending=[False, True]).head(DRIVER_ROWS)
    if measured == "driven":
        top = max(float(rows[["driven", "driven_high", "expected"]].max().max()), 1e-9)
    else:
        top = max(float(rows["audience"].max()), 1e-9) if len(rows) else 1.0
    told = rows.assign(called=called(rows), verdict=verdicts(rows))
    count = {"shown": len(rows), "n": len(creators)}
    if measured == "driven":
        words = (say("views.creators-driven"), say("views.creators-driven-lead", **count), say("views.driven"))
    else:
        words = (say("views.creators-audience"), say("views.creators-audience-lead", **count), say("views.audience"))
    return {
        **dict(zip(("title", "lead", "measure"), words, strict=True)),
        "rows": [_driver(row, measured, top) for row in told.to_dict("records")],
        "measured": measured,
        "roles": bool(rows["influencer"].notna().any()),
        "claims": bool(rows["claimed"].notna().any()),
    }


def _driver(row: Mapping[Any, Any], measured: str, top: float) -> dict[str, Any]:
    low, high = (row["driven_low"], row["driven_high"]) if measured == "driven" else (None, None)
    return {
        "name": row["called"],
        "platform": row["platform"] if isinstance(row["platform"], str) else "",
        "followers": row["followers"],
        "value": row[measured],
        "low": low,
        "high": high,
        "bar": _percent(row[measured], top),
        "from": _percent(low, top),
        "to": _percent(high, top),
        "mark": _percent(row["expected"], top) if measured == "driven" else None,
        "expected": row["expected"],
        "lift": row["lift"],
        "lift_span": _lift_span(row["lift_low"], row["lift_high"]),
        "claimed": row["claimed"],
        "verdict": row["verdict"],
        "said": _verdict(str(row["verdict"])),
        "roles": _shares(row) if known(row["influencer"]) else [],
    }


def _lift_span(low: Any, high: Any) -> str:
    return f"{number(low, ',.1f')}–{number(high, ',.1f')}" if known(low) and known(high) else ""


def _percent(value: Any, top: float) -> float | None:
    return round(100 * min(max(float(value) / top, 0), 1), 2) if known(value) else None


def _verdict(verdict: str) -> str:
    return {
        "beats": say("views.verdict-beats"),
        "short": say("views.verdict-short"),
        "even": say("views.verdict-even"),
        "fan": say("views.verdict-fan"),
        "together": say("views.verdict-together"),
        "few": say("views.verdict-few"),
        "unknown": say("views.verdict-unknown"),
    }[verdict]


def _shares(row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """The parts of a role mix, each with its name and percentage."""
    names = {
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
        "unassigned": say("views.unassigned"),
    }
    amounts = {role: float(row[role]) for role in ROLES if role in row and known(row[role])}
    whole = sum(amounts.values())
    return [
        {"role": role, "name": names[role], "percent": round(100 * part / whole, 2), "said": share(part / whole)}
        for role, part in amounts.items()
        if whole > 0
    ]


def mix(result: Mapped) -> Iterator[dict[str, Any]]:
    """The mix, scope by scope; a scope's rows by size, months by time."""
    amounts = result.mix.assign(whole=result.mix[list(ROLES)].astype(float).sum(axis=1))
    amounts = amounts[amounts["whole"].gt(0)]
    measure = "driven" if amounts["measure"].eq("driven").any() else "people"
    measures = {
        "people": say("views.measure-people"),
        "driven": say("views.measure-driven"),
        "value": say("views.measure-value"),
        "reach": say("views.measure-reach"),
    }
    whole = amounts[amounts["scope"].eq("all")]
    yield _mix_group(say("views.mix-all"), whole, [measures.get(str(m), str(m)) for m in whole["measure"]])
    names = _campaign_names(result)
    for scope, title in (
        ("campaign", say("views.mix-campaign", measure=measures[measure])),
        ("community", say("views.mix-community", measure=measures[measure])),
        ("month", say("views.mix-month", measure=measures[measure])),
    ):
        rows = amounts[amounts["scope"].eq(scope) & amounts["measure"].eq(measure)]
        keys = rows["key"].fillna("").astype(str)
        rows = rows.loc[keys.sort_values().index[-MIX_ROWS:]] if scope == "month" else rows.nlargest(MIX_ROWS, "whole")
        yield _mix_group(title, rows, [_mix_key(scope, str(key), names) for key in keys[rows.index]])


def _mix_key(scope: str, key: str, names: Mapping[str, str]) -> str:
    if scope == "campaign":
        return names.get(key, key) or say("views.no-campaign")
    return say("views.community", community=key.removesuffix(".0")) if scope == "community" else key


def _mix_group(title: str, rows: pd.DataFrame, labels: list[str]) -> dict[str, Any]:
    told = [
        {"label": label, "whole": amount(row["whole"]), "parts": _shares(row)}
        for label, row in zip(labels, rows.to_dict("records"), strict=True)
    ]
    return {"title": title, "rows": told}


def _campaign_names(result: Mapped) -> dict[str, str]:
    table = result.tables.campaigns.dropna(subset=["name"])
    return dict(zip(table["campaign_id"].astype(str), table["name"].astype(str), strict=True))


def campaigns(result: Mapped) -> Iterator[dict[str, Any]]:
    """The campaigns, most conversions first, each with the part that was driven."""
    names = _campaign_names(result)
    frame = result.campaigns.sort_values("conversions", ascending=False)
    for row in frame.to_dict("records"):
        key = "" if not known(row["campaign_id"]) else str(row["campaign_id"])
        organic = row["organic_share"]
        yield {
            **{name: row[name] for name in ("shares", "conversions", "driven", "organic", "value")},
            "name": names.get(key, key) or say("views.no-campaign"),
            "driven_share": 1 - organic if known(organic) else None,
            "percent": round(100 * (1 - organic), 2) if known(organic) else None,
        }
