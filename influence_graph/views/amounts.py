"""Money and dates as the reader's language writes them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from influence_graph.language import current, number
from influence_graph.views.page import UNKNOWN, known

_SYMBOLS = {
    "USD": {"en": "$", "vi": "US$"},
    "EUR": {"en": "€", "vi": "€"},
    "GBP": {"en": "£", "vi": "£"},
    "JPY": {"en": "¥", "vi": "¥"},
    "KRW": {"en": "₩", "vi": "₩"},
    "INR": {"en": "₹", "vi": "₹"},
    "VND": {"en": "₫", "vi": "₫"},
}
"""Every other currency is written by its code."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SPACE = "\u00a0"


def money(value: Any, currency: str | None) -> str:
    """An amount without its cents, a dash where unknown; only the number where no currency is known.

    Examples
    --------
    >>> money(33008.4, "USD"), money(33008.4, None), money(None, "USD")
    ('$33,008', '33,008', '–')
    """
    if not known(value):
        return UNKNOWN
    told = number(float(value), ",.0f")
    if not currency:
        return told
    symbol = _SYMBOLS.get(currency.upper(), {}).get(current())
    if current() == "vi":
        return f"{told}{_SPACE}{symbol or currency.upper()}"
    return f"{symbol}{told}" if symbol else f"{currency.upper()}{_SPACE}{told}"


def day(moment: Any) -> str:
    """A day, a dash where unknown.

    Examples
    --------
    >>> day(pd.Timestamp("2025-01-06T10:00Z"))
    'Jan 6, 2025'
    """
    if moment is None or pd.isna(moment):
        return UNKNOWN
    if current() == "vi":
        return f"{moment.day:02}/{moment.month:02}/{moment.year}"
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def month(moment: Any) -> str:
    """A month: Jan 2025, T1/2025."""
    if current() == "vi":
        return f"T{moment.month}/{moment.year}"
    return f"{_MONTHS[moment.month - 1]} {moment.year}"


def day_of_year(moment: Any) -> str:
    """A day whose year is told elsewhere: Jan 6, 6/1."""
    if current() == "vi":
        return f"{moment.day}/{moment.month}"
    return f"{_MONTHS[moment.month - 1]} {moment.day}"
