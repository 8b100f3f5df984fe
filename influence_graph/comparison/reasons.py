"""Why a rule and the model disagree about somebody: orders that came anyway, and audiences shared with others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.rules import SPLITS, Journeys
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
REASONS = (
    "exposed", "organic_share", "overlap", "last_touch_organic", "last_touch_others", "last_touch_missed",
)  # fmt: skip


def reasons(exposure: Exposure, told: Journeys, credit: pd.DataFrame) -> pd.DataFrame:
    """What stands behind the credit of each author, over orders with a known buyer.

    Last touch's credit is what would have come anyway (`last_touch_organic`), what others drove (`last_touch_others`),
    and what the author drove; the author's driven orders are these and `last_touch_missed`.

    Parameters
    ----------
    exposure : Exposure
    told : Journeys
        Of this exposure.
    credit : DataFrame
        The model's credit by order and creator, as `Drivers.credit`.

    Returns
    -------
    DataFrame
        Indexed by person_id, the columns of `REASONS`; NaN where nobody with a known buyer was exposed.
        O(touches log touches).
    """
    authors = len(exposure.authors)
    credit = credit[credit["conversion_id"].notna()]
    order = pd.Index(exposure.orders["conversion_id"]).get_indexer(pd.Index(credit["conversion_id"]))
    event, author = exposure.events.of_order[order], exposure.authors.get_indexer(pd.Index(credit["person_id"]))
    known = ~told.crowd[event]
    event, author, driven = event[known], author[known], credit["credit"].to_numpy(dtype=np.float64)[known]
    organic = told.orders - summed(driven, event, told.orders.size)

    pair = told.of_touch[told.single] * authors + told.author[told.single]
    seen, who = np.divmod(np.unique(pair), max(authors, 1))
    several = np.bincount(seen, minlength=told.orders.size) > 1
    exposed = summed(told.orders[seen], who, authors)

    last = SPLITS["last_touch"](told)
    own = last * _credit_of_touches(told, event, author, driven)
    came_anyway = told.hand_out(last * _part(organic, told.orders)[told.of_touch])
    theirs = summed(own, told.author, authors)
    figures = {
        "exposed": exposed,
        "organic_share": _part(summed(organic[seen], who, authors), exposed),
        "overlap": _part(summed((told.orders * several)[seen], who, authors), exposed),
        "last_touch_organic": came_anyway,
        "last_touch_others": told.hand_out(last) - came_anyway - theirs,
        "last_touch_missed": summed(driven, author, authors) - theirs,
    }
    frame = pd.DataFrame(figures, index=pd.Index(exposure.authors, name="person_id"))
    return frame.where(frame["exposed"] > 0).assign(exposed=exposed)


def _credit_of_touches(told: Journeys, event: NDArray[np.int64], author: NDArray[np.int64], driven: Floats) -> Floats:
    """(touches,) float64: what the model credits, in the touch's order, to its author."""
    keys = event * told.authors + author
    by_key = np.argsort(keys, kind="stable")
    wanted = told.of_touch * told.authors + told.author
    place = np.minimum(np.searchsorted(keys, wanted, sorter=by_key), max(keys.size - 1, 0))
    if not keys.size:
        return np.zeros(wanted.size)
    found = by_key[place]
    return np.asarray(np.where(keys[found] == wanted, driven[found], 0.0))


def _part(some: Floats, whole: Floats) -> Floats:
    """A part of a whole, NaN of nothing."""
    return np.asarray(np.divide(some, whole, out=np.full(whole.size, np.nan), where=whole > 0))
