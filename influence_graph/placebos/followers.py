"""Follows without dates: some may have begun with the order they seem to explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.quick import Quick, fit_quickly
from influence_graph.network import Network, build
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MUCH = 0.1
"""The part of the credit from which it is worth a warning."""


def undated(exposure: Exposure) -> bool:
    """Whether follows are known and none of them says since when."""
    since = exposure.follows.since
    return bool(since.size and np.isneginf(since).all())


def without_singles(
    tables: Tables,
    network: Network,
    communities: Ints,
    exposure: Exposure,
    model: Hazard,
    fit: Quick,
    rate: float,
    *,
    market: float | None = None,
) -> dict[str, float]:
    """Credit without people who follow one sharer only, and theirs.

    Whoever bought and followed the creator of the post only then looks like somebody whom that post moved; where
    people follow for that reason alone they follow one.

    Parameters
    ----------
    tables, network, communities
        What everything was made from.
    exposure, model, fit, rate
        Exposures of everybody, and their quick fit at this delay.
    market : float, optional
        People who could buy, as these exposures know it.

    Returns
    -------
    dict of str to float
        driven and orders; single, the part of driven by people who follow one sharer only, and single_people, how
        many there are; driven_without and orders_without, fitted again without these people and their orders.
    """
    follows, events = exposure.follows, exposure.events
    single = np.diff(follows.ptr) == 1
    known = events.person >= 0
    credit = (1.0 - fit.organic) * model.weight
    told = {
        "driven": float(credit[known].sum()),
        "orders": float(model.weight.sum()),
        "single": float(credit[_by_singles(exposure)].sum()),
        "single_people": float(single.sum()),
    }
    gone = network.nodes.index[single]
    gone = gone[~gone.isin(tables.shares["person_id"])]
    fewer = replace(
        tables,
        follows=tables.follows[~tables.follows["follower_id"].isin(gone)],
        conversions=tables.conversions[~tables.conversions["person_id"].isin(gone)],
    )
    if fewer.follows.empty or fewer.conversions.empty:
        return told | {"driven_without": 0.0, "orders_without": 0.0}
    smaller = build(fewer)
    kinds = communities[network.index_of(smaller.nodes.index)]
    again = expose(fewer, smaller, communities=kinds, window_days=exposure.window, market=market)
    rest = Hazard(again, trust_codes=model.trust_codes, whole=False)
    seen = again.links.exposed.any() and rest.weight.any()
    driven = float(fit_quickly(rest, rate).caused.sum()) if seen else 0.0
    return told | {"driven_without": driven, "orders_without": float(rest.weight.sum())}


def late_followers(exposure: Exposure, organic: Floats, total: Mapping[str, Any]) -> Iterator[Note]:
    """How much of the credit is that of people who follow one sharer only, since nobody knows when.

    Parameters
    ----------
    exposure : Exposure
        Of everybody.
    organic : (e,) float64
        Part of each event that no share caused, as the model's fit says.
    total : mapping
        The model's totals.

    Yields
    ------
    Note
        One, where that is a tenth of the credit or more, and there is evidence of any. O(people + orders).
    """
    if not undated(exposure) or not total["driven_low"]:
        return
    theirs = _by_singles(exposure)
    single = float(((1.0 - organic) * exposure.events.weight)[theirs].sum())
    if single >= 1 and single >= MUCH * total["driven"]:
        numbers = {"single": single, "driven": float(total["driven"]), "part": single / float(total["driven"])}
        yield Note("placebos.followers-single", numbers)


def _by_singles(exposure: Exposure) -> NDArray[np.bool_]:
    """(e,) bool: orders of people known to follow one sharer only."""
    person = exposure.events.person
    single = np.diff(exposure.follows.ptr) == 1
    return np.asarray((person >= 0) & single[np.maximum(person, 0)])
