"""Who was paid for a share, as far as the table tells."""

from __future__ import annotations

import pandas as pd

_PAID = ("fee", "commission")


def is_paid(shares: pd.DataFrame) -> pd.Series[bool]:
    """Known to be paid: a fee or commission was agreed on, or it cost something."""
    return shares["deal"].str.lower().isin(_PAID) | (shares["cost"] > 0)


def is_unpaid(shares: pd.DataFrame) -> pd.Series[bool]:
    """Known to be unpaid: a gift is neither."""
    deal = shares["deal"].str.lower()
    return ((deal == "none") | (deal.isna() & shares["cost"].notna())) & ~is_paid(shares)
