"""Right content, right people, right time: what works in which community, and who adds most there next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.drive import Workings
from influence_graph.errors import UsageError
from influence_graph.programme.communities import community_names
from influence_graph.programme.groups.membership import common
from influence_graph.programme.groups.posts import mapped_posts
from influence_graph.programme.mapped import Mapped
from influence_graph.programme.match.additions import additions, audience
from influence_graph.programme.match.cells import cells
from influence_graph.programme.match.matches import MATCHES, OVERLAPS, matches, suited
from influence_graph.programme.match.matrix import BY, MATRIX, layers, table
from influence_graph.programme.match.sentences import tell
from influence_graph.programme.timing.hours import BEST_COLUMNS, hours, may_matter, slot_of
from influence_graph.tables.schema import Note
from influence_graph.tables.settings import find_zone

__all__ = ["MATCHES", "MATRIX", "OVERLAPS", "Match", "match"]

EVIDENCE = ("by", "chance", "evident")
LEAST = 0.5
"""Where the interval of all that was driven goes below this there may be nothing to tell apart."""
LISTED = 300
"""Creators in the matrix, those who drove most."""


@dataclass(frozen=True)
class Match:
    """What works where.

    Attributes
    ----------
    table : DataFrame
        Right content, right people, right time: for each community those who add most to it, the columns of
        `MATCHES`. `kind` of post, and the slot of the week where hours matter (no day and no hour: any); posts of an
        activation;
        `expected` conversions that it adds in this community beside who is active and those who stand above, with
        `low` and `high`; `reach`: followers in the community, `fresh`: those of them whom nobody active or above
        reaches, empty where everybody is active; and the creator's own cell of the matrix.
    matrix : DataFrame
        One row a community and a group of each of ``community``, ``role``, ``kind`` and ``creator``, the columns of
        `MATRIX`: people times posts exposed, conversions driven, and those per 1,000 exposed; `times` as many as the
        same people's posts of the group drive over all communities, and the part of that which is `beyond` what all
        posts do there (a creator's: beyond what their kinds of posts and their role do); `own`, from 0 to 1, how far
        that rests on orders of the cell rather than on what is usual.
    overlap : DataFrame
        The columns of `OVERLAPS`: of each pair of people in `table`, how many of the community follow both, and which
        part of the first's followers there that is.
    evidence : DataFrame
        by, chance (how often communities that do not matter would seem to matter as much), evident.
    active : int
        People who are active already. Where that is everybody who could be, `table` is as if nobody else were.
    zone : str
        The time zone of days and hours.
    notes : tuple of Note
        The same in sentences.

    All intervals are 90 %.
    """

    table: pd.DataFrame
    matrix: pd.DataFrame
    overlap: pd.DataFrame
    evidence: pd.DataFrame
    active: int
    zone: str
    notes: tuple[Note, ...]


def match(
    result: Mapped,
    *,
    community: Sequence[str] = (),
    active: Sequence[str] | None = None,
    top: int = 5,
    timezone: str | None = None,
    own_hours: bool = True,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Match:
    """Which roles, creators and kinds of posts work in which community, and who adds most in each next.

    Parameters
    ----------
    result : MapResult
        A finished map.
    community : sequence of str
        Which to tell of, as people.csv numbers them; all that the model tells apart where empty.
    active : sequence of str, optional
        Who is active already, by person_id; where not given, who posted in the window before the data end.
    top : int, default 5
        People a community.
    timezone : str, optional
        Where the audience lives: days and hours are told by its clock, UTC where not given.
    own_hours : bool, default True
        Look for good hours in each community too, not in the programme alone, which takes longer.
    seed : int, default 0
        The same seed gives the same intervals.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Match
        O(exposures of buyers + communities * posts + follows).

    Raises
    ------
    UsageError
        There is no such community, person or time zone.
    """
    step = progress or (lambda *_: None)
    zone = timezone or "UTC"
    clock = find_zone(zone)
    unknown = sorted(set(active or ()) - set(result.people["person_id"]))
    if unknown:
        raise UsageError("match.no-such-person", person=unknown[0])
    workings = result.drivers.workings
    names = community_names(result, workings) if workings else []
    known = [name for name in names if name]
    why = _nothing(result, workings, known)
    if why is not None or workings is None or workings.draws is None:
        rows, matrix, pairs, evidence = (pd.DataFrame(columns=list(c)) for c in (MATCHES, MATRIX, OVERLAPS, EVIDENCE))
        return Match(rows, matrix, pairs, evidence, 0, zone, (why,) if why else ())
    missing = sorted(set(community) - set(known))
    if missing:
        raise UsageError("match.no-such-community", community=missing[0], known=", ".join(known))
    step("match.stage", 0, 3)
    posts = mapped_posts(result)
    label = common(posts["kind"].str.strip().str.lower()).fillna("").astype(str)
    kinds, kind = np.unique(label.to_numpy(dtype=object).astype(str), return_inverse=True)
    held = result.people.set_index("person_id")
    found = cells(workings, kind, len(names))
    shape, keys = workings.draws.shape, [str(name) for name in kinds]
    told = layers(workings, result.drivers, held, found, kind, keys, shape=shape, seed=seed, listed=LISTED)
    step("match.stage", 1, 3)
    wanted = [place for place, name in enumerate(names) if name and (not community or name in community)]
    there = _everybody(result, workings)
    busy = _active(result, workings, active)
    free = ((there["shares"] > 0) | there["is_creator"]).to_numpy(dtype=bool)
    full = not (free & ~busy).any()  # then: what would one more activation of each add?
    beside = busy & (not full)
    better = suited(told["kind"], found, len(workings.exposure.authors))
    better[:, _authors(result, workings, beside)] = 1.0  # who is active posts what they post
    who = audience(workings.exposure, workings.draws, result.network, there, told["creator"], told["community"], better)
    best, overlap = additions(who, beside, free & ~beside, wanted, top)
    if full:
        best["fresh"] = pd.NA  # beside whom, where all are active?
    step("match.stage", 2, 3)
    slots = slot_of(posts["shared_at"].dt.tz_convert(clock))
    week = pd.DataFrame(columns=list(BEST_COLUMNS))
    if own_hours or may_matter(workings, slots):
        week = hours(workings, slots, names if own_hours else [""] * len(names)).best
    rows, pairs = matches(best, overlap, told, found, names, there, who, week)
    shown = np.argsort(-told["creator"].driven.sum(axis=0), kind="stable")[:LISTED]
    matrix = table(told, [name if place in wanted else "" for place, name in enumerate(names)], shown.tolist())
    everywhere = table({"community": told["community"]}, names, [])
    evidence = pd.DataFrame([(by, told[by].chance, told[by].evident) for by in BY], columns=list(EVIDENCE))
    stability = result.measures.attrs.get("community", {}).get("stability", np.nan)
    step("match.stage", 3, 3)
    active_too = None if full else int(busy.sum())
    notes = tell(matrix, everywhere, evidence, rows, week, stability=stability, active=active_too, timezone=timezone)
    return Match(rows, matrix, pairs, evidence, int(busy.sum()), zone, tuple(notes))


def _nothing(result: Mapped, workings: Workings | None, known: Sequence[str]) -> Note | None:
    """Why there is nothing to match, if so."""
    if not (result.drivers.total.get("driven_low") or 0.0) >= LEAST or workings is None or workings.draws is None:
        return Note("match.nothing", {})
    if not workings.exposure.follows.author.size:
        return Note("match.no-follows", {})
    return None if known else Note("match.no-communities", {})


def _everybody(result: Mapped, workings: Workings) -> pd.DataFrame:
    """name, is_creator and shares of everybody, in the order of the network."""
    exposure = workings.exposure
    people = result.network.nodes[["name", "is_creator"]].copy()
    people["is_creator"] = people["is_creator"].eq(True).fillna(False).astype(bool)
    made = np.bincount(exposure.shares["author"], minlength=len(exposure.authors))
    people["shares"] = pd.Series(made, index=exposure.authors).reindex(people.index).fillna(0.0)
    return people


def _active(result: Mapped, workings: Workings, asked: Sequence[str] | None) -> NDArray[np.bool_]:
    """(n,) bool: who is active, in the order of the network."""
    network, exposure = result.network, workings.exposure
    if asked is None:
        time = exposure.shares["time"].to_numpy()
        recent = exposure.shares["author"].to_numpy()[time >= time.max(initial=0.0) - exposure.window]
        asked = exposure.authors[np.unique(recent)].tolist()
    place = network.index_of(pd.Index(list(asked), dtype="str"))
    told = np.zeros(network.n_people, dtype=bool)
    told[place[place >= 0]] = True
    return told


def _authors(result: Mapped, workings: Workings, people: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(authors,) bool: of whom of the network `people` says so."""
    return np.asarray(people[result.network.index_of(workings.exposure.authors)])
