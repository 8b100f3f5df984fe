"""The table of groups: a row for each group of each grouping."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.split import Split, by_group, by_post, split
from influence_graph.network import Network
from influence_graph.programme.groups.engagement import RATES, typical, weighted_quantile
from influence_graph.programme.groups.membership import Grouping
from influence_graph.programme.groups.money import efficiency
from influence_graph.programme.mapped import Mapped

Floats = NDArray[np.float64]
_SPREAD = ("", "_low", "_high", "_q25", "_q75")
_CREDIT = (
    "exposed", "driven", "driven_low", "driven_high", "driven_value", "per_1000", "per_1000_low", "per_1000_high",
)  # fmt: skip
_MONEY = (
    "currency", "cost", "priced_posts", "cost_per_driven", "cost_per_driven_low", "cost_per_driven_high", "cpm",
    "cost_per_engagement", "roas", "roas_low", "roas_high",
)  # fmt: skip
GROUPS = (
    "by", "group", "people", "posts", "followers", "audience", "reach", "views", "boosted_views", "engagement",
    *(f"{rate}{end}" for rate in RATES for end in _SPREAD), *_CREDIT, *_MONEY,
)  # fmt: skip
"""The columns of groups.csv, a contract."""


def no_groups() -> pd.DataFrame:
    """The table where there is not a post."""
    return pd.DataFrame(columns=list(GROUPS), dtype="float64")


def credited(
    posts: pd.DataFrame, grouped: Sequence[Grouping], mapped: Mapped | None, rng: np.random.Generator
) -> tuple[pd.DataFrame, list[Split]]:
    """Posts with what each drove, and what each group drove; unknown where no map was made or nobody ordered."""
    workings = mapped.drivers.workings if mapped else None
    if mapped is None or workings is None or not len(mapped.tables.shares) or not mapped.drivers.total["conversions"]:
        unknown = posts.assign(driven=np.nan, driven_value=np.nan, exposed=np.nan, audience=np.nan)
        empty = [pd.DataFrame(np.nan, index=range(len(each.keys)), columns=list(_CREDIT)) for each in grouped]
        return unknown, [Split(table, np.empty((0, len(table)))) for table in empty]
    exposure, fit, total = workings.exposure, workings.fit, mapped.drivers.total
    told = mapped.drivers.people["identifiable"]
    own = by_post(exposure, fit)
    parts = [
        split(exposure, workings.draws, own, each.weights, identifiable=told, total=total, rng=rng) for each in grouped
    ]
    return posts.assign(**own), parts


def rows(
    posts: pd.DataFrame,
    grouped: Sequence[Grouping],
    credit: Sequence[Split],
    mapped: Mapped | None,
    *,
    currency: str | None,
    emv: tuple[float, float] | None,
) -> pd.DataFrame:
    """The table of groups, the columns of `GROUPS`."""
    network = mapped.network if mapped and len(mapped.tables.follows) else None
    people = posts.groupby(posts["author"].to_numpy())[["person_id", "followers", "audience"]].first()
    told = pd.concat(
        [_grouping(posts, people, each, part.table, network) for each, part in zip(grouped, credit, strict=True)],
        ignore_index=True,
    )
    told = told.assign(currency=currency)
    columns = list(GROUPS)
    if emv is not None:
        told = told.assign(emv_low=told["views"] / 1000.0 * emv[0], emv_high=told["views"] / 1000.0 * emv[1])
        columns += ["emv_low", "emv_high"]
    return told[columns].astype(dict.fromkeys(("by", "group", "currency"), "str"))


def _grouping(
    posts: pd.DataFrame, people: pd.DataFrame, grouping: Grouping, credit: pd.DataFrame, network: Network | None
) -> pd.DataFrame:
    """The rows of one grouping; `people` by author."""
    weights, author, stirred = grouping.sparse, posts["author"].to_numpy(), posts["stirred"]
    of_people = _held(grouping, author)
    told = {
        "by": [grouping.by] * len(grouping.keys),
        "group": list(grouping.keys),
        "people": of_people.sum().to_numpy(),
        "posts": grouping.weights.sum(axis=0),
        "followers": [_median(people["followers"], of_people[place]) for place in range(len(grouping.keys))],
        "audience": _sums(of_people.to_numpy(), people["audience"]),
        "reach": _reach(of_people, people["person_id"], network, hard=grouping.hard),
        "views": _sums(weights, posts["organic_views"]),
        "boosted_views": _sums(weights, posts["boosted_views"]),
        "engagement": _sums(weights, stirred),
    }
    for rate in RATES:
        usual = typical(posts[rate], author, grouping)
        told |= {f"{rate}{end}": usual[end.lstrip("_") or "value"].to_numpy() for end in _SPREAD}
    spent = efficiency(posts, weights, stirred, credit)
    return pd.concat([pd.DataFrame(told), credit, spent], axis="columns")


def _held(grouping: Grouping, author: NDArray[np.int64]) -> pd.DataFrame:
    """(people, groups): how far each author belongs to each group."""
    if not grouping.hard:
        return pd.DataFrame(grouping.weights).groupby(author).mean()
    held = np.zeros((int(author.max(initial=-1)) + 1, len(grouping.keys)))
    post, group = grouping.sparse.nonzero()
    held[author[post], group] = 1.0
    return pd.DataFrame(held)


def _sums(weights: Floats | csr_array, values: pd.Series[float]) -> Floats:
    """(groups,) float64: sums of what is known, NaN where nothing is."""
    told = np.asarray(values, dtype=np.float64)
    known = by_group(np.isfinite(told).astype(np.float64), weights)
    return np.where(known > 0, by_group(np.nan_to_num(told), weights), np.nan)


def _median(values: pd.Series[float], weight: pd.Series[float]) -> float:
    inside = (values.notna() & (weight > 0)).to_numpy()
    if not inside.any():
        return np.nan
    some, weights = values.to_numpy(dtype=np.float64)[inside], weight.to_numpy(dtype=np.float64)[inside]
    return float(weighted_quantile(some, weights, np.array([0.5]))[0])


def _reach(held: pd.DataFrame, person: pd.Series[str], network: Network | None, *, hard: bool) -> Floats:
    """(groups,) float64: different people who follow any member; by the largest membership among those they follow."""
    if network is None:
        return np.full(held.shape[1], np.nan)
    place = network.index_of(person)
    known = np.flatnonzero(place >= 0)
    start, end = network.indptr[place[known]], network.indptr[place[known] + 1]
    number = end - start
    edges = np.repeat(start - np.concatenate([[0], np.cumsum(number)[:-1]]), number) + np.arange(number.sum())
    follower, member = network.indices[edges], np.repeat(known.astype(np.int32), number)
    weights, reached = held.to_numpy(dtype=np.float64), []
    for weight in weights.T:
        most = np.zeros(network.n_people)
        if hard:
            most[follower[(weight > 0)[member]]] = 1.0
        else:
            np.maximum.at(most, follower, weight[member])
        reached.append(most.sum())
    return np.array(reached)
