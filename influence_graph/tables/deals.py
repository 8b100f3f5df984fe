"""Who was paid for a share, as far as the table tells."""

from __future__ import annotations

import pandas as pd

from influence_graph.tables.words import holds

_PAID = ("fee", "commission")


def is_paid(shares: pd.DataFrame) -> pd.Series[bool]:
    """Known to be paid: a fee or commission was agreed on, or it cost something."""
    return (shares["cost"] > 0) | holds(shares["deal"], _PAID)


def is_unpaid(shares: pd.DataFrame) -> pd.Series[bool]:
    """Known to be unpaid: a gift is neither."""
    free = (shares["deal"].isna() & shares["cost"].notna()) | holds(shares["deal"], ("none",))
    return free & ~is_paid(shares)
