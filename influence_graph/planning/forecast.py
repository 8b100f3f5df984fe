"""What is to be expected when some people are activated, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.cascades import Amount
from influence_graph.cascades.model import Floats, Ints, places
from influence_graph.errors import UsageError
from influence_graph.planning.prospects import DRAWS, ROLES, Prospects
from influence_graph.planning.uncertainty import MEASURES, MOST_WORLDS, Doubt, Play, doubt, draw, effort
from influence_graph.tables.schema import Note

LEVELS = (0.05, 0.95)
ALL, UNASSIGNED = "all", "unassigned"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Expected:
    """Something that is expected.

    Attributes
    ----------
    mean : float
        Expected.
    low, high : float
        90 % interval of what is expected: it covers what the data leave open of persuasion and of passing on.
    simulation_error : float
        Standard error of the mean, by how much the simulation may be off.
    campaign_low, campaign_high : float
        Between these lie 90 % of campaigns, were everything else known exactly: what may happen by chance.
    """

    mean: float
    low: float
    high: float
    simulation_error: float
    campaign_low: float
    campaign_high: float


@dataclass(frozen=True)
class Forecast:
    """What is expected when some people share.

    Attributes
    ----------
    people : DataFrame
        Who is activated: person_id, name, platform, is_creator, role, posts, identifiable.
    shares, reach, conversions : Expected
        People who share, those activated among them; people who see a share; orders beyond what comes anyway.
    value : Expected or None
        Of those orders, in `currency`; None where no order tells its value.
    currency : str or None
    days : int or None
        Until when is counted; None for as long as anything comes.
    by_day : DataFrame
        day, and of each measure the mean so far with `_low` and `_high`. Empty without days.
    by_role : DataFrame
        role (and "unassigned"): shares by whoever shares, reach by whoever sees it, conversions and value by whoever
        moved the buyer, each with `_low` and `_high`.
    by_day_and_role : DataFrame
        day, role and the same so far. Empty without days.
    simulations : int
        Of the mean; as many again, and more, for the interval.
    notes : tuple of Note
        What was assumed, and what can't be told.
    """

    people: pd.DataFrame
    shares: Expected
    reach: Expected
    conversions: Expected
    value: Expected | None
    currency: str | None
    days: int | None
    by_day: pd.DataFrame
    by_role: pd.DataFrame
    by_day_and_role: pd.DataFrame
    simulations: int
    notes: tuple[Note, ...]

    def record(self) -> dict[str, Any]:
        """Everything, for JSON: each measure with `_low` and `_high`, and how it was found."""
        told: dict[str, Any] = {"people": self.people.to_dict("records"), "days": self.days, "currency": self.currency}
        for name in MEASURES:
            found: Expected | None = getattr(self, name)
            told[name] = found.mean if found else None
            told[f"{name}_low"], told[f"{name}_high"] = (found.low, found.high) if found else (None, None)
        told["uncertainty"] = {name: asdict(found) for name in MEASURES if (found := getattr(self, name))}
        for table in ("by_day", "by_role", "by_day_and_role"):
            told[table] = getattr(self, table).to_dict("records")
        told["simulations"] = self.simulations
        return told | {"notes": [note.record() for note in self.notes]}


def forecast(
    prospects: Prospects,
    people: Sequence[str],
    *,
    days: int | None = None,
    once: bool = True,
    simulations: int | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Forecast:
    """Simulate what comes of activating these people, under what is known and under what may be instead.

    The mean is simulated with the expected persuasion of everybody and the expected probabilities of passing on. Then
    each of `draws` draws of both is simulated a few times: what the draws differ by, beyond what chance makes of so
    few, is the interval, of everybody and of each role; that of a day is in proportion. Of people whose credit may be
    their fans' habit, or somebody else's, the lower end counts no orders and the upper end as many as the map's own
    upper limit. The method's own error, seen on worlds with planted truth, is added.

    Parameters
    ----------
    prospects : Prospects
    people : sequence of ids
        Whom to activate, all on the first day.
    days : int, optional
        Count until then.
    once : bool, default True
        Whether a person orders at most once in a campaign.
    simulations : int, optional
        Of the mean; so many that it is off by half a percent or so where not given, fewer where more orders come.
    draws : int, default 200
    seed : int
        The same seed gives the same answer on any number of threads.
    progress : callable, optional
        Told ``("planning.simulating", done, of)``.

    Returns
    -------
    Forecast
        O(simulations * edges of who shares).

    Raises
    ------
    UsageError
        Nobody, or somebody who is not in the network.
    """
    network = prospects.network
    seeds = places(network, np.asarray(people, dtype=object))
    if not seeds.size:
        raise UsageError("cascades.no-seeds")
    ids = network.nodes.index[seeds].to_numpy(dtype=object)
    groups = prospects.people[list(ROLES)].fillna(0.0)
    groups[UNASSIGNED] = np.clip(1.0 - groups.sum(axis=1), 0.0, 1.0)
    play = Play(prospects, ids, groups, days, once, seed)
    tell = progress or (lambda *_: None)
    simulations, worlds = effort(prospects, seeds) if simulations is None else (simulations, MOST_WORLDS)
    found = play(prospects.theta, prospects.probability, simulations=simulations)
    tell("planning.simulating", 1, draws + 1)
    means = draw(prospects, play, draws, worlds, seed, lambda done: tell("planning.simulating", done + 1, draws + 1))
    doubted = doubt(prospects, seeds, play, found)
    ends = {name: _ends(name, parts, doubted) for name, parts in means.items()}
    expected = {name: _expected(getattr(found, name), *ends[name][:, 0]) for name in MEASURES}
    course = _course(found.by_day, ends)
    if prospects.value is None:
        course[["value", "value_low", "value_high"]] = np.nan
    everybody, by_role = course[course["role"].eq(ALL)], course[course["role"].ne(ALL)].reset_index(drop=True)
    last = by_role["day"].eq(by_role["day"].max())
    told = prospects.people.loc[ids]
    return Forecast(
        people=pd.DataFrame(
            {
                "person_id": ids,
                **{name: told[name].to_numpy() for name in ("name", "platform", "is_creator", "role")},
                "posts": prospects.posts[seeds],
                "identifiable": told["identifiable"].to_numpy(dtype=object),
            }
        ),
        **{name: expected[name] for name in MEASURES[:3]},
        value=expected["value"] if prospects.value is not None else None,
        currency=prospects.currency if prospects.value is not None else None,
        days=days,
        by_day=pd.DataFrame() if days is None else everybody.drop(columns="role").reset_index(drop=True),
        by_role=by_role[last].drop(columns="day").reset_index(drop=True),
        by_day_and_role=pd.DataFrame() if days is None else by_role,
        simulations=found.simulations,
        notes=(*prospects.notes, *notes_on(prospects, seeds, once=once)),
    )


def notes_on(prospects: Prospects, seeds: Ints, *, once: bool) -> list[Note]:
    """What can't be told of these people."""
    told = prospects.people["identifiable"].fillna("").astype(str).to_numpy()[seeds]
    silent = prospects.people["shares"].to_numpy()[seeds] == 0
    found = []
    if prospects.evident and (unsure := int(prospects.unsure[seeds].sum())):
        found.append(Note("planning.unsure", {"n": unsure}))
    if few := int((told == "too few exposures").sum()):
        found.append(Note("planning.too-few", {"n": few}))
    if never := int(silent.sum()):
        found.append(Note("planning.never-shared", {"n": never}))
    if once and not prospects.orders_once:
        found.append(Note("planning.orders-again", {}))
    return found


def _ends(name: str, parts: Floats, doubted: Doubt) -> Floats:
    """(2, groups) float64: the ends of the interval of each group, as parts of what is expected."""
    low, high = np.quantile(parts, LEVELS, axis=0)
    if name in ("conversions", "value"):
        low, high = low * doubted.low, high * doubted.high
    return np.stack([np.minimum(low, 1.0), np.maximum(high, 1.0)])


def _expected(amount: Amount, low: float, high: float) -> Expected:
    at = amount.mean
    return Expected(at, float(low * at), float(high * at), amount.standard_error, amount.low, amount.high)


def _course(days: pd.DataFrame, ends: dict[str, Floats]) -> pd.DataFrame:
    """Day by day and role by role, everybody first, with the interval of the whole of each in proportion."""
    groups = len(ends["shares"][0])
    told = days[["day"]].assign(role=days["group"])
    for name, (low, high) in ends.items():
        mean = days[name].to_numpy()
        told[name] = mean
        told[f"{name}_low"], told[f"{name}_high"] = (mean * np.tile(end, len(days) // groups) for end in (low, high))
    return told
