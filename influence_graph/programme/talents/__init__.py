"""Who outside the programme could be its next UGC creators, advocates and rising micros, and which content to reuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.network import Network
from influence_graph.people import RoleAnchors
from influence_graph.people.evidence import on_scale
from influence_graph.programme.mapped import Mapped
from influence_graph.programme.talents.content import CONTENT, content
from influence_graph.programme.talents.sentences import FACTS, fact, tell, unknown
from influence_graph.programme.talents.signs import KINDS, MICRO, known, outside, signs
from influence_graph.tables.schema import Note

__all__ = ["CONTENT", "KINDS", "TALENTS", "Talents", "talents"]

TALENTS = (
    "kind", "rank", "person_id", "name", "is_creator", "score", "score_low", "clear", *FACTS, "unknown", "followers",
    "reach", "reach_new", "community",
)  # fmt: skip
"""The columns of talents.csv."""
SHOWN = 50
"""People of each kind that are told, the surest first."""
FULL_GROWTH = 0.4
"""Growth a month, in log units, that counts in full: half as many again."""
MATERIAL = 0.05
"""Growth a month, in log units, under which nobody is called rising."""
FAR = 2.5
"""Robust standard deviations above the median at which the lower end of a score has to lie: in twenty worlds where all
are alike nobody's did."""


@dataclass(frozen=True)
class Talents:
    """People outside the programme, and content to reuse.

    Attributes
    ----------
    table : DataFrame
        One row a person and kind (ugc, advocate, rising), the columns of `TALENTS`, ranked by `score_low`: score is the
        mean of what speaks for the kind, each between 0 and 1, and score_low the same with each at its cautious end.
        `clear` where that is far above the usual. Three facts and what is unknown, in words; reach: observed
        followers, reach_new: those of them whom nobody in the programme reaches.
    content : DataFrame
        The columns of `CONTENT`.
    notes : tuple of Note
        The same in sentences. Nobody but creators is named.
    outside : int
        People who were looked at.
    """

    table: pd.DataFrame
    content: pd.DataFrame
    notes: tuple[Note, ...]
    outside: int


def talents(result: Mapped, *, progress: Callable[[str, int, int], None] | None = None) -> Talents:
    """Find people outside the programme who could be part of it, and content worth paying to show.

    Outside is who is no creator of the programme, or has posted unpaid and never otherwise. Ranked is by the lower end
    of what speaks for somebody, so that a single lucky post counts for little.

    Parameters
    ----------
    result : MapResult
        A finished map.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Talents
        The same for the same map. O(rows of the tables).
    """
    step = progress or (lambda *_: None)
    step("talents.stage", 0, 2)
    ids = known(result)
    places = outside(result, ids)
    who = ids[places]
    told = {sign: each.set_axis(who) for sign, each in signs(result, ids, places).items()}
    step("talents.stage", 1, 2)
    people = result.people.reset_index(drop=True).reindex(places).set_axis(who)
    history = result.tables.followers.dropna(subset=["followers"]).sort_values("at", kind="stable")
    latest = history.drop_duplicates("creator_id", keep="last").set_index("creator_id")["followers"]
    people["followers"] = people["followers"].fillna(latest.reindex(who)).astype("float64")
    reach, fresh = _reach(result.network, who)
    parts = []
    for kind, names in KINDS.items():
        ranked = _ranked(kind, {name: told[name] for name in names}, people)
        rows = ranked.head(SHOWN)
        each_of = _records(told, rows.index)
        facts = [fact(kind, each) for each in each_of]
        rows = rows.assign(kind=kind, rank=np.arange(1.0, len(rows) + 1))
        for place, name in enumerate(FACTS):
            rows[name] = pd.Series([each[place] for each in facts], index=rows.index, dtype="str")
        rows["unknown"] = pd.Series([unknown(kind, each) for each in each_of], index=rows.index, dtype="str")
        parts.append(rows)
    table = pd.concat(parts)
    own = people.reindex(table.index)
    for name in ("name", "followers", "community"):
        table[name] = own[name].to_numpy()
    table["is_creator"] = own["is_creator"].eq(True).fillna(False).to_numpy(dtype=bool)
    table["reach"], table["reach_new"] = (_at(result.network, each, table.index) for each in (reach, fresh))
    table = table.rename_axis("person_id").reset_index()[list(TALENTS)]
    pieces, usual = content(result)
    step("talents.stage", 2, 2)
    return Talents(table, pieces, tuple(tell(table, pieces, usual, len(who))), len(who))


def _records(told: dict[str, pd.DataFrame], who: pd.Index[Any]) -> list[dict[str, dict[str, float]]]:
    """Every sign of each of these people."""
    columns = {sign: each.reindex(who).to_numpy(dtype=np.float64).tolist() for sign, each in told.items()}
    return [
        {sign: {"value": rows[place][0], "low": rows[place][1]} for sign, rows in columns.items()}
        for place in range(len(who))
    ]


def _ranked(kind: str, told: dict[str, pd.DataFrame], people: pd.DataFrame) -> pd.DataFrame:
    """score, score_low and clear of everybody of whom anything speaks for a kind, the surest first."""
    value = pd.DataFrame({name: _on_scale(name, each["value"]) for name, each in told.items()})
    low = pd.DataFrame({name: _on_scale(name, each["low"]) for name, each in told.items()})
    first = next(iter(told))
    there = told[first]["value"].gt(0).reindex(people.index).fillna(False)
    if kind == "ugc":  # to post is not enough: somebody has to have liked it or passed it on
        there &= value.drop(columns=first).notna().any(axis=1)
    if kind == "rising":
        there &= people["followers"].lt(MICRO).fillna(False)
    value, low = value[there], low[there]
    score = value.mean(axis=1)
    least = low.where(value.notna()).fillna(0.0).sum(axis=1) / value.notna().sum(axis=1)
    ranked = pd.DataFrame({"score": score, "score_low": least.clip(lower=0.0)})
    if kind == "rising":  # by followers alone: engagement is known of few, and less surely
        ranked["clear"] = _clear(value[first], low[first]) & (low[first] * FULL_GROWTH >= MATERIAL)
    else:
        ranked["clear"] = _clear(score, least)
    ranked = ranked[ranked["score_low"] > 0]
    return ranked.sort_values(["score_low", "score"], ascending=False, kind="stable")


def _on_scale(sign: str, values: pd.Series[Any]) -> pd.Series[float]:
    """A sign between its anchors, those of roles."""
    if sign.endswith("_growth"):
        return (values / FULL_GROWTH).clip(0.0, 1.0)
    return on_scale(values, getattr(RoleAnchors(), {"orders": "purchases"}.get(sign, sign)))


def _clear(score: pd.Series[float], least: pd.Series[float]) -> pd.Series[bool]:
    """Whose score, at its lower end, is far above the usual: `FAR` robust standard deviations (median and MAD)."""
    spread = 1.4826 * (score - score.median()).abs().median()
    return (least > score.median() + FAR * spread) & (spread > 0)


def _reach(network: Network, who: pd.Index[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) float64 each: observed followers of everybody, and those of them whom nobody inside reaches."""
    place = network.index_of(who)
    listed = network.nodes["is_creator"].to_numpy(dtype=bool, copy=True)
    listed[place[place >= 0]] = False
    kept = network.sources != network.indices
    source, target = network.sources[kept], network.indices[kept]
    reached = np.zeros(network.n_people, dtype=bool)
    reached[target[listed[source]]] = True
    every, fresh = (
        np.bincount(source[part], minlength=network.n_people).astype(np.float64)
        for part in (np.ones(source.size, dtype=bool), ~reached[target])
    )
    return every, fresh


def _at(network: Network, amount: NDArray[np.float64], who: pd.Index[Any]) -> NDArray[np.float64]:
    """Amounts of these people, NaN of who is not in the network."""
    return np.asarray(np.append(amount, np.nan)[network.index_of(who)])
