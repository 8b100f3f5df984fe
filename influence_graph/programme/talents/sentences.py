"""Talents in sentences: how many stand out, and what speaks for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pandas as pd

from influence_graph.language import say
from influence_graph.programme.talents.signs import KINDS
from influence_graph.tables.schema import Note

FACTS = ("fact_1", "fact_2", "fact_3")
WORDS = MappingProxyType({"ugc": "talents.ugc", "advocate": "talents.advocate", "rising": "talents.rising"})
"""The message that words each kind of talent."""
_SIGNS = MappingProxyType(
    {
        "posts": "talents.fact-posts",
        "engagement": "talents.fact-engagement",
        "reshares": "talents.fact-reshares",
        "months": "talents.fact-months",
        "unpaid": "talents.fact-unpaid",
        "orders": "talents.fact-orders",
        "referrals": "talents.fact-referrals",
        "audience_growth": "talents.fact-audience-growth",
        "engagement_growth": "talents.fact-engagement-growth",
    }
)
_UNKNOWN = MappingProxyType(
    {
        "posts": "talents.sign-posts",
        "engagement": "talents.sign-engagement",
        "reshares": "talents.sign-reshares",
        "months": "talents.sign-months",
        "unpaid": "talents.sign-unpaid",
        "orders": "talents.sign-orders",
        "referrals": "talents.sign-referrals",
        "audience_growth": "talents.sign-audience-growth",
        "engagement_growth": "talents.sign-engagement-growth",
    }
)

_LEAST = MappingProxyType({"engagement": 1.05, "audience_growth": 0.01, "engagement_growth": 0.01})
"""Up to here a sign speaks for nobody."""
_COUNTED = frozenset({"posts", "months", "unpaid", "orders", "referrals"})
"""Signs that are counts."""


Sign = Mapping[str, float]
"""A sign of somebody: its value, and `low`, its cautious end."""


def fact(kind: str, told: Mapping[str, Sign]) -> list[str | None]:
    """Three things that speak for somebody, in words: those of the kind first; None where fewer are known."""
    others = (sign for signs in KINDS.values() for sign in signs if sign not in KINDS[kind])
    known = (sign for sign in (*KINDS[kind], *others) if told[sign]["value"] > _LEAST.get(sign, 0.0))
    words = [_word(sign, told[sign]) for sign in known][: len(FACTS)]
    return [*words, *[None] * (len(FACTS) - len(words))]


def _word(sign: str, row: Sign) -> str:
    value, low = float(row["value"]), float(row["low"]) if row["low"] == row["low"] else 0.0
    if sign in _COUNTED:
        return say(_SIGNS[sign], n=round(value))
    if sign == "reshares":
        value, low = 1000 * value, 1000 * low
    return say(_SIGNS[sign], value=value, low=low)


def unknown(kind: str, told: Mapping[str, Sign]) -> str:
    """What the tables do not tell of somebody, in words."""
    return ", ".join(say(_UNKNOWN[sign]) for sign in KINDS[kind] if told[sign]["value"] != told[sign]["value"])


def tell(table: pd.DataFrame, content: pd.DataFrame, usual: float, outside: int) -> Iterator[Note]:
    """What there is to say, as `Talents` holds it; `usual`: conversions per 1,000 exposures over all content."""
    for kind in KINDS:
        rows = table[table["kind"].eq(kind)]
        clear = rows[rows["clear"].astype(bool)]
        if len(clear):
            numbers = {"n": len(clear), "kind": say(WORDS[kind]), "outside": outside}
            yield Note("talents.found", {**numbers, "fresh": float(clear["reach_new"].fillna(0).sum())})
        elif len(rows):
            yield Note("talents.none-clear", {"n": len(rows), "kind": say(WORDS[kind])})
        else:
            yield Note("talents.none", {"kind": say(WORDS[kind])})
    if len(content):
        best = content.iloc[0]
        numbers = {"content": str(best["content_id"]), "rate": float(best["per_1000"]), "usual": usual}
        ends = {"low": float(best["per_1000_low"]), "high": float(best["per_1000_high"])}
        surely = ends["low"] > usual
        yield Note("talents.content" if surely else "talents.content-alike", {**numbers, **ends})
