"""How the rules of credit that everybody uses differ from the driver model, on the same exposures, and why."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.comparison.reasons import REASONS, reasons
from influence_graph.comparison.sentences import tell
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.rules import RULES, credits_by, journeys
from influence_graph.errors import TablesError
from influence_graph.findings import Finding
from influence_graph.map import MapResult, Progress, map_tables
from influence_graph.tables.schema import Tables

__all__ = ["CREATORS", "WORDS", "Comparison", "compare"]

_OURS = ("driven", *RULES)
CREATORS = (
    "person_id", "name", "followers", "driven", "driven_low", "driven_high", "identifiable", *RULES,
    *(f"rank_{rule}" for rule in _OURS), *REASONS,
)  # fmt: skip
"""The columns of a comparison's creators."""
WORDS = MappingProxyType(
    {
        "driven": "comparison.driven",
        "follower_share": "comparison.follower-share",
        "first_touch": "comparison.first-touch",
        "last_touch": "comparison.last-touch",
        "linear": "comparison.linear",
        "time_decay": "comparison.time-decay",
        "position_based": "comparison.position-based",
        "markov": "comparison.markov",
        "shapley": "comparison.shapley",
        "credit_distribution": "comparison.credit-distribution",
        "claimed": "comparison.claimed",
    }
)
"""The message that words each rule, and `driven`: ours."""


@dataclass(frozen=True)
class Comparison:
    """Rules of credit beside the driver model.

    Attributes
    ----------
    creators : DataFrame
        One row a creator who shared or is claimed by orders, the columns of `CREATORS`; who drove most stands first.
        `driven` is ours with its 90 % interval, then conversions by every rule, ranks (1: most), and reasons:
        `exposed` (orders whose buyer had seen a share of theirs), `organic_share` (the part of those that came
        anyway), `overlap` (the part whose buyer had seen somebody else's share as well), and what became of last
        touch's credit: `last_touch_organic` came anyway, `last_touch_others` was driven by others, while
        `last_touch_missed`, which the creator drove, went to others. NaN where unknown.
    rules : DataFrame
        One row for ours (`driven`) and each rule: handed_out (conversions), share (of all), to_creators (the part of
        handed_out that goes to creators), correlation (Spearman's with ours, over creators).
    correlations : DataFrame
        Spearman's rank correlation of each rule with each, over creators that both know.
    findings : list of Finding
        Where rules and model disagree most.
    run : dict
        What the map was made from.
    """

    creators: pd.DataFrame
    rules: pd.DataFrame
    correlations: pd.DataFrame
    findings: list[Finding]
    run: dict[str, Any]


def compare(source: MapResult | Tables, *, progress: Progress | None = None, **how: Any) -> Comparison:
    """Compare every rule of credit with the driver model, creator by creator.

    Parameters
    ----------
    source : MapResult or Tables
        A finished map, or tables to map first.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.
    **how
        Passed to `map_tables`, where tables are given.

    Returns
    -------
    Comparison
        The same for the same map. Cost O(exposures of buyers log) beside the map's.

    Raises
    ------
    TablesError
        Without shares or without orders there is no credit to compare.
    """
    result = map_tables(source, progress=progress, **how) if isinstance(source, Tables) else source
    parameters = result.run["parameters"]
    if progress:
        progress("comparison.stage", 0, 1)
    exposure = expose(result.tables, result.network, window_days=parameters["window_days"], market=parameters["market"])
    if exposure.shares.empty or exposure.orders.empty:
        raise TablesError("comparison.nothing-to-compare")
    told = journeys(exposure)
    credit = credits_by(exposure, result.network, told)
    creators = _creators(result.people, credit, reasons(exposure, told, result.drivers.credit))
    correlations = creators[list(_OURS)].corr(method="spearman", min_periods=3)
    rules = _rules(result.people, credit, correlations["driven"], result.drivers.total["conversions"])
    if progress:
        progress("comparison.stage", 1, 1)
    return Comparison(
        creators=creators,
        rules=rules,
        correlations=correlations,
        findings=list(tell(creators, rules, result.people, result.drivers.total)),
        run=result.run,
    )


def _creators(people: pd.DataFrame, credit: pd.DataFrame, why: pd.DataFrame) -> pd.DataFrame:
    """Creators with everything that is said of them, in the order of the map."""
    by_id = people[people["is_creator"]].set_index("person_id").drop(columns="claimed")
    told = by_id.join(credit).join(why)
    told["claimed"] = told["claimed"].fillna(0.0) if credit["claimed"].notna().any() else np.nan
    told = told[told["driven"].notna() | told["claimed"].gt(0)]
    ranks = told[list(_OURS)].rank(ascending=False, method="min").add_prefix("rank_")
    return told.join(ranks).reset_index()[list(CREATORS)]


def _rules(people: pd.DataFrame, credit: pd.DataFrame, correlation: pd.Series, conversions: float) -> pd.DataFrame:
    """What each rule hands out in all, and how near its ranks are to ours."""
    credit = credit.assign(driven=people.set_index("person_id")["driven"].reindex(credit.index))
    creators = credit.index.isin(people.loc[people["is_creator"], "person_id"])
    handed = credit.sum(min_count=1).reindex(_OURS)
    return pd.DataFrame(
        {
            "rule": list(_OURS),
            "handed_out": handed.to_numpy(),
            "share": (handed / conversions).to_numpy(),
            "to_creators": (credit[creators].sum(min_count=1).reindex(_OURS) / handed).to_numpy(),
            "correlation": correlation.reindex(_OURS).to_numpy(),
        }
    )
