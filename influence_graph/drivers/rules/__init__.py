"""What strategists use today: rules of credit, on the same exposures as the driver model.

None of them has an organic part: what would have come anyway is handed to somebody. `credits_by` applies them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.audience import are_creators, declared_followers
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.rules.counts import claims, follower_share
from influence_graph.drivers.rules.distribution import credit_distribution
from influence_graph.drivers.rules.journeys import Journeys, from_paths, journeys
from influence_graph.drivers.rules.markov import removal_effect
from influence_graph.drivers.rules.touches import (
    first_touch,
    last_touch,
    linear,
    position_based,
    shapley,
    time_decay,
)
from influence_graph.network import Network

__all__ = ["OF_CROWD", "RULES", "SPLITS", "Journeys", "credits_by", "from_paths", "journeys", "removal_effect"]

SPLITS: Mapping[str, Callable[[Journeys], NDArray[np.float64]]] = MappingProxyType(
    {
        "first_touch": first_touch,
        "last_touch": last_touch,
        "linear": linear,
        "time_decay": time_decay,
        "position_based": position_based,
        "shapley": shapley,
    }
)
"""Rules that split each order between the touches before it."""
RULES = (
    "follower_share", "first_touch", "last_touch", "linear", "time_decay", "position_based", "markov", "shapley",
    "credit_distribution", "claimed",
)  # fmt: skip
"""All rules, by the columns in which their credit stands."""
OF_CROWD = frozenset({"follower_share", "linear", "time_decay", "claimed"})
"""Rules that have a meaning for orders without a buyer."""


def credits_by(exposure: Exposure, network: Network, told: Journeys | None = None) -> pd.DataFrame:
    """Conversions that each rule credits to everybody who shared, or whom an order's claim names.

    Parameters
    ----------
    exposure : Exposure
        What the driver model is fitted to.
    network : Network
        What the exposure was made from.
    told : Journeys, optional
        Of this exposure, where they are at hand.

    Returns
    -------
    DataFrame
        Indexed by person_id, a column for each of `RULES`. NaN where a rule has no meaning: followers or claims are
        unknown, or no order has a known buyer. Cost as the rules state, little beside the fit.
    """
    told = journeys(exposure) if told is None else told
    authors = exposure.authors
    credit = pd.DataFrame(index=authors, columns=list(RULES), dtype="float64")
    for name, split in SPLITS.items():
        credit[name] = told.hand_out(split(told))
    credit["markov"] = removal_effect(told)
    credit["credit_distribution"] = credit_distribution(exposure, network, told)
    if told.crowd.all():
        credit[[name for name in RULES if name not in OF_CROWD]] = np.nan
    followers = np.where(are_creators(network, authors), declared_followers(network, authors.to_series()), np.nan)
    credit["follower_share"] = follower_share(followers, told.with_touch)
    everybody = authors.union(pd.Index(exposure.orders["claimed_by"].dropna().unique(), dtype="str"), sort=False)
    credit = credit.reindex(everybody)
    credit["claimed"] = claims(exposure.orders, everybody)
    credit.index.name = "person_id"
    return credit
