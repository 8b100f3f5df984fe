"""What each role drove, month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.drivers import Drivers
from influence_graph.people import ROLES
from influence_graph.tables.times import month_of

LEVELS = (0.05, 0.95)


def months(drivers: Drivers, people: pd.DataFrame) -> pd.DataFrame:
    """The share of each role in what was driven, by month, with its 90 % interval over the model's draws.

    Returns
    -------
    DataFrame
        month (2024-05, UTC), driven (conversions, by people of any role), then for each role its part of them, with
        ``_low`` and ``_high``. Months in which under one conversion was driven are left out.
        O(draws x people x months).
    """
    workings = drivers.workings
    columns = ["month", "driven", *(f"{role}{end}" for role in ROLES for end in ("", "_low", "_high"))]
    if workings is None or workings.draws is None or drivers.credit.empty:
        return pd.DataFrame(columns=columns)
    authors = workings.exposure.authors
    held = people.set_index("person_id").reindex(authors)[list(ROLES)].fillna(0.0).to_numpy(dtype=np.float64)
    month = month_of(drivers.credit["converted_at"])
    credit = drivers.credit.groupby([month, "person_id"])["credit"].sum().unstack()
    credit = credit.reindex(columns=authors).fillna(0.0)
    caused, drawn = workings.fit.caused, workings.draws.caused
    moved = np.divide(drawn, caused, out=np.zeros(drawn.shape), where=caused > 1e-9)
    rows = []
    for name, amounts in zip(credit.index, credit.to_numpy(), strict=True):
        by_role = amounts[:, None] * held
        driven = float(by_role.sum())
        if driven < 1.0:
            continue
        each = moved @ by_role
        each = each[each.sum(axis=1) > 0]
        parts = np.quantile(each / each.sum(axis=1, keepdims=True), LEVELS, axis=0)
        told = np.vstack([by_role.sum(axis=0) / driven, parts]).T.ravel()
        rows.append((name, driven, *told))
    return pd.DataFrame(rows, columns=columns)
