"""What works in which community: conversions per 1,000 exposures of roles, kinds of posts and creators there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from influence_graph.drivers.drive import Drivers, Workings
from influence_graph.drivers.identify import DOUBTFUL
from influence_graph.drivers.split import by_post, split
from influence_graph.people import ROLES
from influence_graph.programme.match.cells import Cells, alike
from influence_graph.programme.match.evidence import communities_differ, groups_differ, people_differ
from influence_graph.programme.match.pooled import effects, interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MATRIX = (
    "by", "group", "community", "exposed", "driven", "per_1000", "per_1000_low", "per_1000_high", "times", "times_low",
    "times_high", "own",
)  # fmt: skip
BY = ("community", "role", "kind", "creator")
"""Whose conversions are told by community: everybody's, a role's, a kind of post's, a creator's."""
CHANCES = MappingProxyType({"community": 0.0163, "role": 0.0163, "kind": 0.0163, "creator": 0.001})
"""How often each of `BY` may be said to differ by community where it doesn't, one in twenty altogether. That of
creators rests on the spread that the model claims, not on comparing people, and has to be far clearer."""
FEW = 0.5
"""Cells that rest on their own orders by less than this are mostly what is usual."""

SEEN = 1e-6
"""Fewer people exposed are rounding."""


@dataclass(frozen=True)
class Layer:
    """What some groups drive in each community.

    Attributes
    ----------
    keys : tuple of str
        The groups.
    exposed, driven, rate, rate_low, rate_high, times, times_low, times_high, own : (communities, groups) float64
        As the columns of `MATRIX`, rates per exposure.
    chance, least : float
        How often they would seem to differ as much by community where they don't; below which that is evidence.
    """

    keys: tuple[str, ...]
    exposed: Floats
    driven: Floats
    rate: Floats
    rate_low: Floats
    rate_high: Floats
    times: Floats
    times_low: Floats
    times_high: Floats
    own: Floats
    chance: float
    least: float

    @property
    def evident(self) -> bool:
        """Whether it shows that communities differ in which of these work."""
        return self.chance < self.least


def layers(
    workings: Workings,
    drivers: Drivers,
    people: pd.DataFrame,
    found: Cells,
    kind: Ints,
    kinds: Sequence[str],
    *,
    seed: int,
) -> dict[str, Layer]:
    """Everything of `BY`, by its name.

    Parameters
    ----------
    workings, drivers
        The fitted model.
    people : DataFrame
        Memberships in roles, by person_id.
    found : Cells
    kind : (shares,) int64
        Of `kinds`, in the order of `exposure.shares`.
    kinds : sequence of str
    seed : int
        Of the intervals of what roles and kinds drive at all.

    Returns
    -------
    dict of str to Layer
        A community's effect is beyond none, a role's and a kind's beyond that; a creator's is drawn to what posts of
        the same kinds and people of the same roles do there. O(credit + communities * units + draws * authors).
    """
    authors, units = workings.exposure.authors, found.author.size
    held = people.reindex(authors)[list(ROLES)].astype("float64").fillna(0.0).to_numpy()
    held = np.column_stack([held, np.maximum(1.0 - held.sum(axis=1), 0.0)])
    of_all, of_role = csr_array(np.ones((units, 1))), csr_array(held[found.author])
    of_kind, of_author = _one_of(found.kind, len(kinds)), _one_of(found.author, len(authors))
    driven = found.driven
    even, apart = (alike(driven, found.exposed, everywhere=whether) for whether in (True, False))
    community = effects(found, of_all, everywhere=True)
    one = {"role": effects(found, of_role), "kind": effects(found, of_kind)}
    about = one["kind"].mean @ of_kind.T
    beside = effects(found, of_role, about=about)
    about = np.asarray(about * (beside.mean @ of_role.T))
    person = effects(found, of_author, about=about)
    level = _levels(workings, drivers, held, kind, len(kinds), seed)
    chance = {
        "community": communities_differ(driven @ of_author, even @ of_author),
        "role": groups_differ(driven @ of_author, apart @ of_author, held),
        "kind": groups_differ(driven, apart, of_kind.toarray()),
        "creator": people_differ(found, about, of_author),
    }
    varied = 1.0 / community.shape
    seen = found.exposed.sum(axis=1, keepdims=True)
    whole = _layer(
        ("",),
        seen,
        community.mean,
        varied,
        community.own,
        level["community"],
        chance["community"],
        CHANCES["community"],
    )
    told = {"community": whole}
    for by, keys, groups in (("role", (*ROLES, "unassigned"), of_role), ("kind", tuple(kinds), of_kind)):
        seen, effect = found.exposed @ groups, community.mean * one[by].mean
        told[by] = _layer(
            keys, seen, effect, varied + 1.0 / one[by].shape, one[by].own, level[by], chance[by], CHANCES[by]
        )
    seen = found.exposed @ of_author
    effect = (found.exposed * about) @ of_author * person.mean
    effect = np.divide(effect, seen, out=np.ones_like(seen), where=seen > 0) * community.mean
    spread = (found.exposed * ((1.0 / one["kind"].shape) @ of_kind.T + (1.0 / beside.shape) @ of_role.T)) @ of_author
    spread = np.divide(spread, seen, out=np.zeros_like(seen), where=seen > 0) + 1.0 / person.shape + varied
    told["creator"] = _layer(
        tuple(authors), seen, effect, spread, person.own, level["creator"], chance["creator"], CHANCES["creator"]
    )
    return told


def _one_of(place: Ints, groups: int) -> csr_array:
    """(n, groups): 1 where each stands."""
    return csr_array((np.ones(place.size), (np.arange(place.size), place)), shape=(place.size, groups))


def _levels(
    workings: Workings, drivers: Drivers, held: Floats, kind: Ints, kinds: int, seed: int
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """What groups drive for each exposure over all communities, with the 90 % interval."""
    exposure, fit, total = workings.exposure, workings.fit, drivers.total
    rng, own = np.random.default_rng([seed, 29]), by_post(exposure, fit)
    author = exposure.shares["author"].to_numpy(dtype=np.int64)
    told = {}
    for by, weights in (("role", held[author]), ("kind", _one_of(kind, kinds).toarray())):
        identifiable = drivers.people["identifiable"]
        parts = split(exposure, workings.draws, own, weights, identifiable=identifiable, total=total, rng=rng).table
        rate, low, high = (parts[f"per_1000{end}"].fillna(0.0).to_numpy() / 1000.0 for end in ("", "_low", "_high"))
        told[by] = (rate, low, high)
    all_of_it = max(float(fit.exposed.sum()), 1e-300)
    rate, low, high = (np.array([total[f"driven{end}"] / all_of_it]) for end in ("", "_low", "_high"))
    told["community"] = (rate, low, high)
    people = drivers.people.reindex(exposure.authors)
    rate, low, high = (people[f"per_1000{end}"].to_numpy(dtype=np.float64) / 1000.0 for end in ("", "_low", "_high"))
    doubtful = people["identifiable"].isin(DOUBTFUL).to_numpy()
    most = (people["driven_high"].to_numpy(dtype=np.float64)) / np.maximum(fit.exposed, 1e-9)
    low, high = np.where(doubtful, 0.0, low), np.where(doubtful, np.fmax(high, most), high)
    told["creator"] = (np.nan_to_num(rate), np.nan_to_num(low), np.nan_to_num(high))
    return told


def _layer(
    keys: tuple[str, ...],
    exposed: Floats,
    effect: Floats,
    varied: Floats,
    own: Floats,
    level: tuple[Floats, Floats, Floats],
    chance: float,
    least: float,
) -> Layer:
    """A layer of effects up to a factor: what groups drive over all communities stays what it is.

    Intervals join what is unsure of a group at all and of it in a community, as if both were logs of normal amounts.
    """
    whole = exposed.sum(axis=0)
    mean = (effect * exposed).sum(axis=0)
    times = effect * np.divide(whole, mean, out=np.ones_like(mean), where=mean > 0)
    there, times_low, times_high = exposed >= SEEN, times.copy(), times.copy()
    spread = np.maximum(varied + np.zeros_like(times), 1e-12)[there]
    times_low[there], times_high[there] = interval(times[there], 1.0 / spread)
    rate, low, high = level
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.hypot(np.log(low / rate), np.log(times_low / times))
        up = np.hypot(np.log(high / rate), np.log(times_high / times))
    at = rate * times
    return Layer(
        keys=keys,
        exposed=exposed,
        driven=at * exposed,
        rate=at,
        rate_low=at * np.nan_to_num(np.exp(-down)),
        rate_high=np.where(np.isfinite(up), at * np.exp(up), np.maximum(high * times, at)),
        times=times,
        times_low=times_low,
        times_high=times_high,
        own=own,
        chance=chance,
        least=least,
    )


def table(told: Mapping[str, Layer], communities: Sequence[str], listed: Sequence[int]) -> pd.DataFrame:
    """The matrix in rows, the columns of `MATRIX`: of communities that are told apart, and of the `listed` creators."""
    rows = []
    for by, layer in told.items():
        groups = listed if by == "creator" else range(len(layer.keys))
        for group in groups:
            for place, community in enumerate(communities):
                if not community or layer.exposed[place, group] < SEEN:
                    continue
                rates = (1000.0 * part[place, group] for part in (layer.rate, layer.rate_low, layer.rate_high))
                others = (layer.times, layer.times_low, layer.times_high, layer.own)
                row = (layer.exposed[place, group], layer.driven[place, group], *rates)
                rows.append((by, layer.keys[group], community, *row, *(part[place, group] for part in others)))
    return pd.DataFrame(rows, columns=list(MATRIX)).astype(dict.fromkeys(("by", "group", "community"), "str"))
