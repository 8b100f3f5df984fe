"""Credit of creators who always post together: the group's can be told, the members' can't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.drivers.lift import LEVELS

GROUPS = ("group", "person_id", "driven", "driven_low", "driven_high")


def group_credit(exposure: Exposure, fit: Fit, draws: Draws, pairs: Mapping[int, Sequence[int]]) -> pd.DataFrame:
    """What each group of creators who can't be told apart drove together, with its 90 % interval.

    Parameters
    ----------
    exposure, fit, draws
        Of the driver model.
    pairs : mapping of int to sequence of int
        Authors that can't be told from each other, as `identify.together` finds them.

    Returns
    -------
    DataFrame
        The columns of `GROUPS`: one row a member, the group's credit repeated for each. What a member drove lies
        anywhere between nothing and the group's upper limit: how the draws split it is the prior's doing.
        Cost O(draws * members).
    """
    members = np.array(sorted(pairs), dtype=np.int64)
    place = {int(author): i for i, author in enumerate(members)}
    ends = [(place[one], place[other]) for one, others in pairs.items() for other in others if other in place]
    row, column = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    bonds = csr_array((np.ones(row.size), (row, column)), shape=(members.size, members.size))
    count, group = connected_components(bonds, directed=False) if members.size else (0, members)
    parts = [pd.DataFrame({name: pd.Series(dtype="str" if name == "person_id" else "float64") for name in GROUPS})]
    for number in range(count):
        which = members[group == number]
        point = float(fit.caused[which].sum())
        low, high = np.quantile(draws.caused[:, which].sum(axis=1), LEVELS)
        explained = float(draws.left_out[which].sum())
        parts.append(
            pd.DataFrame(
                {
                    "group": float(number + 1),
                    "person_id": exposure.authors[which],
                    "driven": point,
                    "driven_low": max(min(float(low), point) - explained, 0.0),
                    "driven_high": max(float(high), point),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).astype({"group": "int64"})
