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
from influence_graph.drivers.split import split
from influence_graph.people import ROLES
from influence_graph.programme.match.cells import Cells, alike
from influence_graph.programme.match.evidence import communities_differ, groups_differ, people_differ
from influence_graph.programme.match.pooled import Effects, effects, interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MATRIX = (
    "by", "group", "community", "exposed", "driven", "per_1000", "per_1000_low", "per_1000_high", "times", "times_low",
    "times_high", "beyond", "beyond_low", "beyond_high", "own",
)  # fmt: skip
BY = ("community", "role", "kind", "creator")
"""Whose conversions are told by community: everybody's, a role's, a kind of post's, a creator's."""
CHANCES = MappingProxyType({"community": 0.0163, "role": 0.0163, "kind": 0.0163, "creator": 0.001})
"""How often each of `BY` may be said to differ by community where it doesn't, one in twenty altogether. That of
creators rests on the audiences that the model claims, not on comparing people, and has to be far clearer."""
FEW = 0.5
"""Cells that rest on their own orders by less than this are mostly what is usual."""
NORMAL = 1.6448536269514722
"""Standard deviations from the mean to the ends of a 90 % interval."""
SEEN = 1e-6
"""Fewer people exposed are rounding."""


@dataclass(frozen=True)
class Layer:
    """What some groups drive in each community.

    Attributes
    ----------
    keys : tuple of str
        The groups.
    exposed, driven, rate, rate_low, rate_high, times, times_low, times_high : (communities, groups) float64
        As the columns of `MATRIX`, rates per exposure.
    beyond, beyond_low, beyond_high, own : (communities, groups) float64
        The part of `times` that is peculiar to the group there, and how far it rests on its own orders.
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
    beyond: Floats
    beyond_low: Floats
    beyond_high: Floats
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
    shape: float,
    seed: int,
    listed: int | None = None,
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
    shape : float
        Of the Gamma by which people's persuasion differs.
    seed : int
        Of the intervals of what roles and kinds drive at all.
    listed : int, optional
        Of how many creators, those who drove most, it is told how sure `beyond` is; of all where not given.

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
        "role": groups_differ(driven @ of_author, apart @ of_author, held, found.by_buyer(of_author)[0]),
        "kind": groups_differ(driven, apart, of_kind.toarray(), found.by_buyer()[0]),
        "creator": people_differ(found, about, of_author),
    }
    varied = 1.0 / community.shape
    seen, test = found.exposed.sum(axis=1, keepdims=True), (chance["community"], CHANCES["community"])
    due = dues(even, of_all, shape)
    told = {"community": _layer(("",), seen, due, community.mean, varied, community, level["community"], test)}
    for by, keys, groups in (("role", (*ROLES, "unassigned"), of_role), ("kind", tuple(kinds), of_kind)):
        seen, effect, test = found.exposed @ groups, community.mean * one[by].mean, (chance[by], CHANCES[by])
        due, spread = dues(even, groups, shape), varied + 1.0 / one[by].shape
        told[by] = _layer(keys, seen, due, effect, spread, one[by], level[by], test)
    seen = found.exposed @ of_author
    effect = (found.exposed * about) @ of_author * person.mean
    effect = np.divide(effect, seen, out=np.ones_like(seen), where=seen > 0) * community.mean
    spread = (found.exposed * ((1.0 / one["kind"].shape) @ of_kind.T + (1.0 / beside.shape) @ of_role.T)) @ of_author
    spread = np.divide(spread, seen, out=np.zeros_like(seen), where=seen > 0) + 1.0 / person.shape + varied
    due, test = (seen, np.zeros_like(seen)), (chance["creator"], CHANCES["creator"])
    told["creator"] = _layer(tuple(authors), seen, due, effect, spread, person, level["creator"], test, listed)
    return told


def dues(even: Floats, groups: csr_array, shape: float) -> tuple[Floats, Floats]:
    """What groups would drive in each community if posts worked alike everywhere: it differs by who posts there.

    Parameters
    ----------
    even : (communities, units) float64
        What each unit would drive there.
    groups : (units, groups) csr_array
    shape : float
        Of the Gamma by which people's persuasion differs.

    Returns
    -------
    due, spread : (communities, groups) float64
        Conversions; and the variance of the log of their part of the group's, as each unit's conversions ``d`` are
        known up to a variance of ``d^2 / (d + shape)`` (delta method). O(communities * units * groups).
    """
    driven, squared = even.sum(axis=0), groups.multiply(groups).tocsr()
    due, sure = even @ groups, 1.0 / (driven + shape)
    whole = due.sum(axis=0)
    part = np.divide(1.0, due, out=np.zeros_like(due), where=due > 0)
    of_all = np.divide(1.0, whole, out=np.zeros_like(whole), where=whole > 0)
    own, shared = (even**2 * sure) @ squared, (even * driven * sure) @ squared
    spread = own * part**2 - 2.0 * shared * part * of_all + ((driven**2 * sure) @ squared) * of_all**2
    return due, np.maximum(np.where(due > 0, spread, 0.0), 0.0)


def _one_of(place: Ints, groups: int) -> csr_array:
    """(n, groups): 1 where each stands."""
    return csr_array((np.ones(place.size), (np.arange(place.size), place)), shape=(place.size, groups))


def _levels(
    workings: Workings, drivers: Drivers, held: Floats, kind: Ints, kinds: int, seed: int
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """What groups drive for each exposure over all communities, with the 90 % interval."""
    exposure, fit, total = workings.exposure, workings.fit, drivers.total
    rng, own = np.random.default_rng([seed, 29]), workings.by_post
    author = exposure.shares["author"].to_numpy(dtype=np.int64)
    told = {}
    for by, weights in (("role", held[author]), ("kind", _one_of(kind, kinds))):
        identifiable = drivers.people["identifiable"]
        parts = split(exposure, workings.draws, own, weights, identifiable=identifiable, total=total, rng=rng)
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
    due: tuple[Floats, Floats],
    effect: Floats,
    varied: Floats,
    beyond: Effects,
    level: tuple[Floats, Floats, Floats],
    test: tuple[float, float],
    listed: int | None = None,
) -> Layer:
    """A layer of effects up to a factor: what groups drive over all communities stays what it is.

    An effect compares like with like. So a rate there is the group's over all communities, times the effect, times how
    much the posts seen there do at all against the group's: that is `due` for each exposure, with its spread.
    Intervals join what is unsure of a group at all, of it in a community, and of who posts there, as if all were logs
    of normal amounts.
    """
    usual, doubt = due
    whole, all_due = exposed.sum(axis=0), usual.sum(axis=0)
    mean = (effect * usual).sum(axis=0)
    times = effect * np.divide(all_due, mean, out=np.ones_like(mean), where=mean > 0)
    known = (exposed > 0) & (all_due > 0)
    mix = np.divide(usual * whole, exposed * all_due, out=np.ones_like(times), where=known)
    there, times_low, times_high = exposed >= SEEN, times.copy(), times.copy()
    spread = np.maximum(varied + np.zeros_like(times), 1e-12)[there]
    times_low[there], times_high[there] = interval(times[there], 1.0 / spread)
    rate, low, high = level
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.sqrt(np.log(low / rate) ** 2 + np.log(times_low / times) ** 2 + NORMAL**2 * doubt)
        up = np.sqrt(np.log(high / rate) ** 2 + np.log(times_high / times) ** 2 + NORMAL**2 * doubt)
    at = rate * times * mix
    most = high * times * np.where(mix > 0, mix, 1.0)  # where none was driven at all, as much as usual may be
    most_first = np.argsort(-(at * exposed).sum(axis=0), kind="stable")[:listed]
    beyond_low, beyond_high = (np.full(beyond.mean.shape, np.nan) for _ in range(2))
    ends = interval(beyond.mean[:, most_first], beyond.shape[:, most_first])
    beyond_low[:, most_first], beyond_high[:, most_first] = ends
    return Layer(
        keys=keys,
        exposed=exposed,
        driven=at * exposed,
        rate=at,
        rate_low=at * np.nan_to_num(np.exp(-down)),
        rate_high=np.where(np.isfinite(up) & (at > 0), at * np.exp(up), np.maximum(most, at)),
        times=times,
        times_low=times_low,
        times_high=times_high,
        beyond=beyond.mean,
        beyond_low=beyond_low,
        beyond_high=beyond_high,
        own=beyond.own,
        chance=test[0],
        least=test[1],
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
                others = [getattr(layer, column) for column in MATRIX[MATRIX.index("times") :]]
                row = (layer.exposed[place, group], layer.driven[place, group], *rates)
                rows.append((by, layer.keys[group], community, *row, *(part[place, group] for part in others)))
    return pd.DataFrame(rows, columns=list(MATRIX)).astype(dict.fromkeys(("by", "group", "community"), "str"))
