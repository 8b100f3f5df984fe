"""Money and dates are written as the reader's language writes them: held to the locale data of Babel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.language import speaking
from influence_graph.views.amounts import day, money, month

FORMS = {"en": "¤#,##0", "vi": "#,##0\u00a0¤"}


@pytest.mark.parametrize("currency", "USD EUR GBP JPY KRW INR VND".split())
@given(value=st.integers(0, 10**12))
def test_money_is_written_as_in_the_locale(currency: str, value: int) -> None:
    for language, form in FORMS.items():
        with speaking(language):
            told = format_currency(value, currency, format=form, locale=language, currency_digits=False)
            assert money(value, currency) == told


def test_other_currencies_are_written_by_their_code_and_unknown_amounts_are_a_dash() -> None:
    assert money(1234.6, "thb") == "THB\u00a01,235"
    with speaking("vi"):
        assert money(1234.6, "SGD") == "1.235\u00a0SGD"
    assert [money(value, "USD") for value in (None, np.nan)] == ["–", "–"]


@given(st.dates(min_value=pd.Timestamp("1990-01-01").date(), max_value=pd.Timestamp("2090-12-31").date()))
def test_days_are_written_as_in_the_locale(date: object) -> None:
    moment = pd.Timestamp(str(date), tz="UTC")
    assert day(moment) == format_date(moment, "medium", locale="en")
    assert month(moment) == format_date(moment, "MMM y", locale="en")
    with speaking("vi"):
        assert day(moment) == format_date(moment, "dd/MM/y", locale="vi")


def test_an_unknown_day_is_a_dash() -> None:
    assert [day(None), day(pd.NaT)] == ["–", "–"]
