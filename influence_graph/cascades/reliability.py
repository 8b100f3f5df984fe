"""How good learnt probabilities are, on cascades that they were not learnt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.cascades.learn import shared_out
from influence_graph.cascades.model import Floats
from influence_graph.cascades.observed import Cascades, contacts
from influence_graph.drivers.sums import summed
from influence_graph.network import Network

LEAST = 1e-6
"""Probabilities count as at least this, and at most 1 less it: nobody can be that sure, and a zero would cost all."""


@dataclass(frozen=True)
class Reliability:
    """How good probabilities are.

    Attributes
    ----------
    log_likelihood : float
        Of who shared after people they follow did, and who did not: the higher, the better.
    moved : int
        Shares that somebody may have moved.
    table : DataFrame
        Edges by their probability: low, high (of the bin), trials (chances that they had), predicted and observed
        (the part of them that was taken); where both agree the probabilities are calibrated.
    """

    log_likelihood: float
    moved: int
    table: pd.DataFrame


def reliability(
    network: Network, probability: Floats, cascades: Cascades, *, window_days: float = np.inf, bins: int = 10
) -> Reliability:
    """Hold probabilities against cascades that they were not learnt from.

    What is observed counts shares after a single contact in full, and shares others out as in learning.

    Parameters
    ----------
    network : Network
    probability : (m,) float64, in [0, 1]
    cascades : Cascades
    window_days : float
        As in learning.
    bins : int
        Of about as many trials each.

    Returns
    -------
    Reliability
        O(edges + contacts).
    """
    chance = np.clip(probability, LEAST, 1 - LEAST)
    seen = contacts(network, cascades, window_days=window_days)
    missed = np.log1p(-chance)
    trials = seen.tried - np.bincount(seen.edge, minlength=network.n_edges)
    together = np.bincount(seen.later, weights=missed[seen.edge]) if len(seen.later) else np.zeros(0)
    moved = np.unique(seen.later)
    told = float(trials @ missed + np.log(-np.expm1(together[moved])).sum())
    credit = summed(shared_out(seen, chance), seen.edge, network.n_edges)
    return Reliability(told, len(moved), _table(np.asarray(probability), seen.tried, credit, bins))


def _table(probability: Floats, trials: Floats, credit: Floats, bins: int) -> pd.DataFrame:
    tried = np.flatnonzero(trials > 0)
    order = tried[np.argsort(probability[tried], kind="stable")]
    reached = np.cumsum(trials[order])
    values, place = np.unique(probability[order], return_inverse=True)
    # edges of one probability stay together
    last = reached[np.append(np.flatnonzero(np.diff(place)), len(place) - 1)] if len(order) else reached
    bin_of = np.minimum((bins * (last - 1e-9) / last[-1]).astype(np.int64), bins - 1)[place] if len(order) else place
    frame = pd.DataFrame(
        {
            "bin": bin_of, "low": values[place], "high": values[place], "trials": trials[order],
            "predicted": trials[order] * probability[order], "observed": credit[order],
        }
    )  # fmt: skip
    table = frame.groupby("bin").agg(
        {"low": "min", "high": "max", "trials": "sum", "predicted": "sum", "observed": "sum"}
    )
    table[["predicted", "observed"]] = table[["predicted", "observed"]].div(table["trials"], axis=0)
    return table.reset_index(drop=True)
