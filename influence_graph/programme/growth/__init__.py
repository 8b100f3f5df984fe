"""Who moves up a tier, and whether they persuade as well as they grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.contacts import days_between
from influence_graph.drivers.drive import Workings
from influence_graph.drivers.identify import DOUBTFUL
from influence_graph.drivers.lift import LEVELS
from influence_graph.drivers.periods import Held, followers_then, hold, periods
from influence_graph.programme.groups.tiers import Tiers, find_tiers
from influence_graph.programme.growth.moves import MOVES, counts_of, grew_suddenly, moves_up
from influence_graph.programme.growth.sentences import tell
from influence_graph.programme.growth.verdict import POOLED, Verdict, pooled, verdict
from influence_graph.programme.mapped import Mapped
from influence_graph.tables.schema import Note

__all__ = ["GROWTH", "Growth", "Verdict", "growth", "no_growth"]

_SPLIT = ("posts", "exposed", "driven", "per_1000", "per_1000_low", "per_1000_high")
GROWTH = (
    "person_id", "name", "is_creator", *MOVES[1:], "sudden", *(f"{name}_before" for name in _SPLIT),
    *(f"{name}_after" for name in _SPLIT), "ratio", "ratio_low", "ratio_high", "counted",
)  # fmt: skip
"""The columns of growth.csv."""
BESIDE = 200
"""People who did not move with whom movers are compared, at most: more move it no further."""
LEAST = 0.5
"""Where the interval of all that was driven goes below this there may be nothing to compare."""


@dataclass(frozen=True)
class Growth:
    """Who moved up, and what became of their persuasion.

    Attributes
    ----------
    table : DataFrame
        One row for everybody who moved up a tier, earliest first, the columns of `GROWTH`: tiers and when; followers at
        first and at last; growth (part by which followers grow in a month) and its cautious end; sudden (growth that is
        a signal of inflated numbers). Then posts, exposed (people times posts, as many as followed at the time), driven
        and per_1000 (conversions per 1,000 exposed) before and after the move, and ratio (after over before), each
        with ``_low`` and ``_high``. `counted` where somebody counts in `pooled`. NaN where unknown.
    pooled : DataFrame
        who (moved, stayed; against: the first over the second), people, and ratio (how many times as much an exposure
        after does as one before) with its interval. Who stayed is cut at the median day of moves.
    verdict : {"falls", "rises", "holds", "no evidence", "too few", "nobody", "unknown"}
        Whether persuasion holds: "unknown" without a history of follower counts.
    known : int
        People with a history of at least two counts.
    tiers : Tiers
    notes : tuple of Note
        The same in sentences. Only creators are named.

    All intervals are 90 %; the verdict asks for more, see `influence_graph.programme.growth.verdict`.
    """

    table: pd.DataFrame
    pooled: pd.DataFrame
    verdict: Verdict
    known: int
    tiers: Tiers
    notes: tuple[Note, ...]


def growth(
    result: Mapped,
    *,
    tiers: Tiers | str | Path = "wide",
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Growth:
    """Who moved up a tier by the history of follower counts, and whether their posts still drive as much per exposure.

    Posts of the same person before and after the move are compared, each for the people who followed at the time; what
    those who did not move did over the same time is taken off. An order may owe itself to either period, to others or
    to nobody: that is drawn, as the driver model draws it.

    Parameters
    ----------
    result : MapResult
        A finished map.
    tiers : Tiers, str or Path, default "wide"
        How creators are sorted by size, see `influence_graph.find_tiers`.
    seed : int, default 0
        The same seed gives the same intervals.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Growth
        O(history + exposures of buyers + draws * orders of those compared).

    Raises
    ------
    UsageError
        There are no such tiers.
    """
    step = progress or (lambda *_: None)
    chosen = tiers if isinstance(tiers, Tiers) else find_tiers(tiers)
    step("growth.stage", 0, 2)
    counts = counts_of(result.tables.followers)
    several = counts.groupby("creator_id").size() > 1
    table = moves_up(counts, chosen)
    table["sudden"] = grew_suddenly(result.tables, table["person_id"])
    people = result.people.set_index("person_id")
    table["name"] = people["name"].reindex(table["person_id"]).to_numpy()
    table["is_creator"] = people["is_creator"].reindex(table["person_id"]).eq(True).to_numpy(dtype=bool)
    step("growth.stage", 1, 2)
    workings = result.drivers.workings
    table, pool = _compared(table, counts, result, workings, np.random.default_rng([seed, 29]))
    step("growth.stage", 2, 2)
    known = int(several.sum())
    told = verdict(table, pool, known)
    return Growth(table, pool, told, known, chosen, tuple(tell(table, pool, told, known)))


def no_growth() -> pd.DataFrame:
    """A table of nobody."""
    return pd.DataFrame(columns=list(GROWTH))


def _compared(
    table: pd.DataFrame, counts: pd.DataFrame, result: Mapped, workings: Workings | None, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table with what was driven before and after, and all movers together beside those who stayed."""
    table = table.reindex(columns=list(GROWTH))
    table["counted"] = False
    nothing = pd.DataFrame(columns=list(POOLED))
    low = result.drivers.total.get("driven_low")
    if table.empty or workings is None or workings.draws is None or low is None or low < LEAST:
        return table, nothing
    exposure = workings.exposure
    movers = exposure.authors.get_indexer(pd.Index(table["person_id"], dtype="str"))
    posted = movers >= 0
    if not posted.any():
        return table, nothing
    moved = days_between(table["moved_at"], exposure.begin)
    stayed = _stayed(counts, table, workings)
    units = np.concatenate([movers[posted], stayed])
    moments = np.concatenate([moved[posted], np.full(stayed.size, np.median(moved[posted]))])
    told = periods(workings, units, moments, followers_then(counts, workings))
    verdicts = result.drivers.people["identifiable"].reindex(exposure.authors)
    doubtful: NDArray[np.bool_] = np.isin(verdicts.to_numpy(dtype=object)[units], DOUBTFUL)
    kept = (told.exposed > 1e-9).all(axis=1) & ~doubtful
    kept[: posted.sum()] &= ~table.loc[posted, "sudden"].to_numpy(dtype=bool)
    group = np.where(kept, np.arange(units.size) >= posted.sum(), 2).astype(np.int64)  # 2: told, and not pooled
    held = hold(told, group, 3, rng=rng)
    table.loc[posted, "counted"] = kept[: posted.sum()]
    _fill(table, np.flatnonzero(posted), told.posts, told.exposed, held)
    return table, pooled(held.pooled[:, :2], np.bincount(group, minlength=3)[:2])


def _stayed(counts: pd.DataFrame, table: pd.DataFrame, workings: Workings) -> NDArray[np.int64]:
    """(m,) int64: authors with a history who did not move up, evenly thinned by how many they exposed."""
    known = counts["creator_id"].drop_duplicates()
    number = workings.exposure.authors.get_indexer(pd.Index(known[~known.isin(table["person_id"])], dtype="str"))
    number = np.sort(number[number >= 0])
    ranked = number[np.argsort(-workings.fit.exposed[number], kind="stable")]
    return ranked[np.unique(np.linspace(0, max(ranked.size - 1, 0), min(ranked.size, BESIDE)).astype(np.int64))]


def _fill(
    table: pd.DataFrame, rows: NDArray[np.int64], posts: NDArray[np.float64], exposed: NDArray[np.float64], held: Held
) -> None:
    """Write what is known of each mover's posts into their row."""
    of, index = slice(len(rows)), table.index[rows]
    rates = {"before": 1000.0 * held.before[:, of], "after": 1000.0 * (held.before * held.ratio)[:, of]}
    for period, (name, rate) in enumerate(rates.items()):
        seen = exposed[of, period] > 1e-9  # who was exposed to nothing is known by what is usual alone
        table.loc[index, f"posts_{name}"] = posts[of, period]
        table.loc[index, f"exposed_{name}"] = exposed[of, period]
        table.loc[index, f"driven_{name}"] = held.driven[:, of, period].mean(axis=0)
        _spread(table, index[seen], ("per_1000", f"_{name}"), rate[:, seen])
    both: NDArray[np.bool_] = (exposed[of] > 1e-9).min(axis=1)
    _spread(table, index[both], ("ratio", ""), held.ratio[:, of][:, both])


def _spread(table: pd.DataFrame, index: pd.Index, name: tuple[str, str], draws: NDArray[np.float64]) -> None:
    """The median of draws and their 90 % interval."""
    if len(index):
        low, high = np.quantile(draws, LEVELS, axis=0)
        for end, values in (("", np.median(draws, axis=0)), ("_low", low), ("_high", high)):
            table.loc[index, f"{name[0]}{end}{name[1]}"] = values
