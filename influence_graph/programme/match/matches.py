"""Right content, right people, right time: one table of community, creator, kind of post and slot of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.programme.match.additions import Audience
from influence_graph.programme.match.cells import Cells
from influence_graph.programme.match.matrix import Layer

Floats = NDArray[np.float64]
MATCHES = (
    "community", "rank", "person_id", "name", "is_creator", "kind", "day", "from_hour", "to_hour", "posts", "expected",
    "low", "high", "reach", "fresh", "per_1000", "per_1000_low", "per_1000_high", "times", "own",
)  # fmt: skip
"""The columns of match.csv."""
OVERLAPS = ("community", "person_id", "other_id", "shared", "part")
_RATES = {"per_1000": "rate", "per_1000_low": "rate_low", "per_1000_high": "rate_high"}


def matches(
    best: pd.DataFrame,
    overlap: pd.DataFrame,
    told: Mapping[str, Layer],
    found: Cells,
    names: Sequence[str],
    people: pd.DataFrame,
    who: Audience,
    week: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who adds most, with the kind of post and the hours that work best there.

    Parameters
    ----------
    best, overlap : DataFrame
        As `additions.additions` gives them.
    told : mapping of str to Layer
    found : Cells
    names : sequence of str
        What communities are called.
    people : DataFrame
        In the order of the network, indexed by person_id: name, is_creator.
    who : Audience
    week : DataFrame
        The best slots, as `timing.hours` gives them.

    Returns
    -------
    DataFrame, DataFrame
        The columns of `MATCHES` and of `OVERLAPS`. Somebody's kind of post is the one that most of their exposure is
        of, or, where it shows that communities differ in kinds, that of theirs which does best there.
    """
    evident = week[week["evident"].astype(bool)].set_index("community") if len(week) else week
    rows = []
    for row in best.to_dict("records"):
        community, person = int(row["community"]), int(row["place"])
        author = int(who.author[person])
        kind = _kind(told["kind"], found, community, author)
        slot, sooner = _slot(evident, names[community])
        about = people.iloc[person]
        one: dict[str, object] = {"community": names[community], "rank": row["rank"], "person_id": people.index[person]}
        one |= {"name": about["name"], "is_creator": bool(about["is_creator"]), "kind": kind, "posts": row["posts"]}
        one |= dict(zip(("day", "from_hour", "to_hour"), slot, strict=True))
        one |= {end: row[end] * by for end, by in zip(("expected", "low", "high"), sooner, strict=True)}
        one |= {"reach": row["reach"], "fresh": row["fresh"]}
        layer = told["creator"]
        for column, name in _RATES.items():
            one[column] = 1000.0 * getattr(layer, name)[community, author] if author >= 0 else np.nan
        one["times"] = layer.times[community, author] if author >= 0 else who.unknown[community]
        one["own"] = layer.own[community, author] if author >= 0 else 0.0
        rows.append(one)
    table = pd.DataFrame(rows, columns=list(MATCHES))
    whole = dict.fromkeys(("rank", "day", "from_hour", "to_hour", "reach", "fresh"), "Int64")
    amounts = dict.fromkeys(("posts", "expected", "low", "high", *_RATES, "times", "own"), "float64")
    texts = dict.fromkeys(("community", "person_id", "name", "kind"), "str")
    ids = people.index.to_numpy(dtype=object)
    pairs = pd.DataFrame(
        {
            "community": [names[int(place)] for place in overlap["community"]],
            "person_id": ids[overlap["place"].to_numpy(dtype=np.int64)],
            "other_id": ids[overlap["other"].to_numpy(dtype=np.int64)],
            "shared": overlap["shared"].to_numpy(),
            "part": overlap["part"].to_numpy(),
        },
        columns=list(OVERLAPS),
    )
    return table.astype({**whole, **amounts, **texts, "is_creator": "bool"}), pairs


def suited(layer: Layer, found: Cells, authors: int) -> Floats:
    """(communities, authors) float64: how many times as much as their usual mixture everybody's best kind does there.

    1 where it does not show that communities differ in kinds. O(communities * units).
    """
    better = np.ones((len(found.exposed), authors))
    if not layer.evident or not found.author.size:
        return better
    author, first = np.unique(found.author, return_index=True)  # units stand by author
    seen, works = found.exposed, layer.times[:, found.kind]
    whole, mean = (np.add.reduceat(part, first, axis=1) for part in (seen, works * seen))
    best = np.maximum.reduceat(np.where(seen > 0, works, 0.0), first, axis=1)
    better[:, author] = np.divide(best * whole, mean, out=np.ones_like(mean), where=mean > 0)
    return better


def _kind(layer: Layer, found: Cells, community: int, author: int) -> str:
    """The kind of post for somebody in a community."""
    mine = np.flatnonzero(found.author == author)
    if not mine.size:
        return ""
    seen, kinds = found.exposed[community, mine], found.kind[mine]
    if not layer.evident or seen.sum() <= 0:
        return layer.keys[int(kinds[seen.argmax()])]
    return layer.keys[int(kinds[np.where(seen > 0, layer.times[community, kinds], -1.0).argmax()])]


def _slot(evident: pd.DataFrame, community: str) -> tuple[tuple[object, ...], tuple[float, float, float]]:
    """Day and hours, as far as something shows them, and by what they multiply what is expected with its ends."""
    at = community if community in evident.index else ""
    if at not in evident.index:
        return (pd.NA, pd.NA, pd.NA), (1.0, 1.0, 1.0)
    row = evident.loc[[at]].iloc[0].to_dict()
    gain, low, high = (1.0 + float(row[name]) for name in ("gain", "gain_low", "gain_high"))
    return (row["day"], row["from_hour"], row["to_hour"]), (gain, low, high)
