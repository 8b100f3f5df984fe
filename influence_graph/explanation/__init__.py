"""Where one person's credit comes from: the way from their first post to an order, and what makes it doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from influence_graph.drivers.answers import PEOPLE as SAID
from influence_graph.errors import TablesError
from influence_graph.explanation.ledger import ORDERS, PATHS, SHARES, orders_of, paths_of, shares_of
from influence_graph.explanation.sentences import tell
from influence_graph.explanation.who import find_person
from influence_graph.findings import Finding
from influence_graph.map import MapResult
from influence_graph.tables.privacy import pseudonyms

__all__ = ["CREDIT", "Explanation", "explain"]

WAYS = 10
"""Ways of credit that are traced, the strongest first."""
CREDIT = ("person_id", "name", "platform", "is_creator", "followers", *SAID)
"""What an explanation says of the person, in the columns of people.csv."""


@dataclass(frozen=True)
class Explanation:
    """One person's credit, taken apart.

    Attributes
    ----------
    credit : dict
        `CREDIT`: what the map says of them. Unknown is None.
    shares : DataFrame
        One row a share of theirs, in time: share_id, campaign_id, shared_at, kind, audience, driven (orders, directly),
        passed_on (expected number of shares that came from it), downstream (orders by way of those, later shares of
        their own included, which `ripple` leaves out).
    orders : DataFrame
        One row an order with credit for them, the most credited first: conversion_id and buyer (empty where no buyer is
        known), campaign_id, converted_at, credit, others and organic (orders; the three make up the order), claimed_by,
        posts of theirs that the buyer saw, the first_post among them, days_from_first and days_from_last post.
    paths : DataFrame
        The strongest ways of credit, one row a step: path, hop (0: their own post), share_id, person_id, shared_at,
        conversion_id at the end, chance (that each share was passed on from the one before), credit (orders that came
        this way), part (of the order).
    findings : list of Finding
        The same in sentences, what makes it doubtful last.
    run : dict
        What the map was made from.
    """

    credit: dict[str, Any]
    shares: pd.DataFrame
    orders: pd.DataFrame
    paths: pd.DataFrame
    findings: list[Finding]
    run: dict[str, Any]


def explain(
    result: MapResult, person: str, *, names: Literal["creators", "all"] = "creators", most: int = WAYS
) -> Explanation:
    """Explain one person's credit: what they drove, by which posts and ways, and what makes it doubtful.

    Parameters
    ----------
    result : MapResult
        A finished map.
    person : str
        An id, an account joined to somebody, a creator's name, or a pseudonym.
    names : {"creators", "all"}
        Who is named: creators alone (others by stable pseudonyms), or everybody.
    most : int, default 10
        How many ways of credit are traced.

    Returns
    -------
    Explanation
        The same for the same map. Cost O(exposures of buyers).

    Raises
    ------
    UsageError
        Nobody is called so, or several are.
    TablesError
        The map was put together without its workings.
    """
    workings = result.drivers.workings
    if workings is None:
        raise TablesError("explanation.no-workings")
    who = find_person(result, person)
    creators = set(result.network.nodes.index[result.network.nodes["is_creator"].to_numpy(dtype=bool)])

    def shown(ids: pd.Series) -> list[str | None]:
        told = [None if value != value or value is None else str(value) for value in ids.to_numpy(dtype=object)]
        if names == "all":
            return told
        others = sorted({value for value in told if value is not None and value not in creators})
        masks = dict(zip(others, pseudonyms(others), strict=True))
        return [masks.get(value, value) if value is not None else None for value in told]

    author = int(workings.exposure.authors.get_indexer(pd.Index([who]))[0])
    if author < 0:
        shares, orders, paths = (pd.DataFrame(columns=list(columns)) for columns in (SHARES, ORDERS, PATHS))
    else:
        shares = shares_of(result, workings, author)
        orders = orders_of(workings, author, shown)
        paths = paths_of(workings, author, shown, most=most)
    credit = _credit(result, who, named=names == "all" or who in creators) | {"person_id": shown(pd.Series([who]))[0]}
    findings = list(tell(credit, who, shares, orders, result))
    return Explanation(credit, shares, orders, paths, findings, result.run)


def _credit(result: MapResult, who: str, *, named: bool) -> dict[str, Any]:
    """What the map says of somebody; their name only where they may be named."""
    nodes = result.network.nodes.loc[[who]]
    told = {str(column): value for column, value in result.drivers.people.reindex([who]).iloc[0].items()}
    for column in ("name", "platform", "is_creator", "followers"):
        told[column] = nodes[column].iat[0] if named or column != "name" else None
    return {name: _plain(told.get(name)) for name in CREDIT}


def _plain(value: Any) -> Any:
    """A value as plain Python, None where unknown."""
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if isinstance(value, np.generic) else value
