"""The table of groups: a row for each group of each grouping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.split import by_group, split
from influence_graph.kernels import groups as kernels
from influence_graph.network import Network
from influence_graph.programme.groups.engagement import RATES, typical, weighted_quantile
from influence_graph.programme.groups.membership import Grouping
from influence_graph.programme.groups.money import efficiency, spending
from influence_graph.programme.mapped import Mapped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
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
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Posts with what each drove, and what each group drove; unknown where no map was made or nobody ordered."""
    workings = mapped.drivers.workings if mapped else None
    if mapped is None or workings is None or not len(mapped.tables.shares) or not mapped.drivers.total["conversions"]:
        unknown = posts.assign(driven=np.nan, driven_value=np.nan, exposed=np.nan, audience=np.nan)
        return unknown, [pd.DataFrame(np.nan, range(len(each.keys)), columns=list(_CREDIT)) for each in grouped]
    exposure, total = workings.exposure, mapped.drivers.total
    told = mapped.drivers.people["identifiable"]
    own = workings.by_post
    parts = [
        split(exposure, workings.draws, own, each.weights, identifiable=told, total=total, rng=rng) for each in grouped
    ]
    return posts.assign(**own), parts


def rows(
    posts: pd.DataFrame,
    people: pd.DataFrame,
    grouped: Sequence[Grouping],
    credit: Sequence[pd.DataFrame],
    mapped: Mapped | None,
    *,
    currency: str | None,
    emv: tuple[float, float] | None,
) -> pd.DataFrame:
    """The table of groups, the columns of `GROUPS`; `people` by author."""
    network = mapped.network if mapped and len(mapped.tables.follows) else None
    place = network.index_of(people["person_id"]) if network else None
    sums: list[dict[str, Floats]] = [{} for _ in grouped]
    for name, amount in _amounts(posts):
        for each, grouping in zip(sums, grouped, strict=True):
            each[name] = by_group(amount, grouping.weights)
    told = pd.concat(
        [
            _grouping(posts, people, grouping, each, part, network, place)
            for grouping, each, part in zip(grouped, sums, credit, strict=True)
        ],
        ignore_index=True,
    )
    told = told.assign(currency=currency)
    columns = list(GROUPS)
    if emv is not None:
        told = told.assign(emv_low=told["views"] / 1000.0 * emv[0], emv_high=told["views"] / 1000.0 * emv[1])
        columns += ["emv_low", "emv_high"]
    return told[columns].astype(dict.fromkeys(("by", "group", "currency"), "str"))


def _amounts(posts: pd.DataFrame) -> Iterator[tuple[str, Floats]]:
    """What of each post is summed by group, by name."""
    for name in ("organic_views", "boosted_views", "stirred"):
        told = posts[name].to_numpy(dtype=np.float64)
        yield f"known {name}", np.isfinite(told).astype(np.float64)
        yield f"all {name}", np.nan_to_num(told)
    yield from spending(posts)


def _grouping(
    posts: pd.DataFrame,
    people: pd.DataFrame,
    grouping: Grouping,
    sums: Mapping[str, Floats],
    credit: pd.DataFrame,
    network: Network | None,
    place: Ints | None,
) -> pd.DataFrame:
    """The rows of one grouping; `people` by author, with their `place` in the network."""
    held, author = _held(grouping, posts["author"].to_numpy()), posts["author"].to_numpy()
    of_people, audience = pd.DataFrame(held), people["audience"].to_numpy(dtype=np.float64)
    told = {
        "by": [grouping.by] * len(grouping.keys),
        "group": list(grouping.keys),
        "people": of_people.sum().to_numpy(),
        "posts": by_group(np.ones(len(posts)), grouping.weights),
        "followers": [_median(people["followers"], weight) for weight in held.T],
        "audience": _known(by_group(np.isfinite(audience) * 1.0, held), by_group(np.nan_to_num(audience), held)),
        "reach": _reach(held, place, network),
    }
    for name, column in (("views", "organic_views"), ("boosted_views", "boosted_views"), ("engagement", "stirred")):
        told[name] = _known(sums[f"known {column}"], sums[f"all {column}"])
    for rate in RATES:
        usual = typical(posts[rate], author, grouping, people[rate].to_numpy(dtype=np.float64))
        told |= {f"{rate}{end}": usual[end.lstrip("_") or "value"].to_numpy() for end in _SPREAD}
    driven, valued = (bool(posts[name].notna().any()) for name in ("driven", "driven_value"))
    spent = efficiency(sums, credit, driven=driven, valued=valued)
    return pd.concat([pd.DataFrame(told), credit, spent], axis="columns")


def _held(grouping: Grouping, author: Ints) -> Floats:
    """(people, groups): how far each author belongs to each group."""
    if not grouping.hard:
        return pd.DataFrame(grouping.weights.toarray()).groupby(author).mean().to_numpy()
    held = np.zeros((int(author.max(initial=-1)) + 1, len(grouping.keys)))
    post, group = grouping.entries()
    held[author[post], group] = 1.0
    return held


def _known(known: Floats, sums: Floats) -> Floats:
    """(groups,) float64: sums of what is known, NaN where nothing is."""
    return np.where(known > 0, sums, np.nan)


def _median(values: pd.Series[float], weight: Floats) -> float:
    inside = values.notna().to_numpy() & (weight > 0)
    if not inside.any():
        return np.nan
    some = values.to_numpy(dtype=np.float64)[inside]
    return float(weighted_quantile(some, weight[inside], np.array([0.5]))[0])


def _reach(held: Floats, place: Ints | None, network: Network | None) -> Floats:
    """(groups,) float64: different people who follow any member; by the largest membership among those they follow."""
    if network is None or place is None:
        return np.full(held.shape[1], np.nan)
    reached = []
    for weight in held.T:
        members, most = (place >= 0) & (weight > 0), np.zeros(network.n_people)
        kernels.reach(network.indptr, network.indices, place[members], weight[members], most)
        reached.append(most.sum())
    return np.array(reached)
