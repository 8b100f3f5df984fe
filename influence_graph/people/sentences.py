"""Roles in sentences: of everybody together, and of one person, with what was taken as evidence."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from influence_graph.language import say
from influence_graph.measures import audience
from influence_graph.people.anchors import ROLES
from influence_graph.people.paths import NEW, STATES
from influence_graph.tables.schema import Note, Tables

if TYPE_CHECKING:
    from influence_graph.people.answer import Roles

WAYS = 4
"""The strongest ways between roles that are looked at for sentences."""
SETTLED = 0.3
"""Widest interval of somebody's strongest membership that is called settled."""
WORDS = MappingProxyType(
    {
        "influencer": "people.influencer",
        "ugc": "people.ugc",
        "advocate": "people.advocate",
        "buyer": "people.buyer",
        NEW: "people.new",
    }
)
"""The message that words each role and what somebody is before."""
SIGN_WORDS = MappingProxyType(
    {
        "followers": "people.sign-followers",
        "exclusive_reach": "people.sign-exclusive-reach",
        "two_hop_reach": "people.sign-two-hop-reach",
        "posts": "people.sign-posts",
        "engagement": "people.sign-engagement",
        "reshares": "people.sign-reshares",
        "months": "people.sign-months",
        "campaigns": "people.sign-campaigns",
        "unpaid": "people.sign-unpaid",
        "praise": "people.sign-praise",
        "purchases": "people.sign-purchases",
        "referrals": "people.sign-referrals",
    }
)
"""The message that words each sign."""
SCALED = frozenset({"exclusive_reach", "two_hop_reach"})
"""Signs that known follows tell for all declared followers."""


def tell(people: pd.DataFrame, moves: pd.DataFrame, declared: pd.DataFrame, tables: Tables) -> Iterator[Note]:
    """What there is to say of everybody, as `Roles` holds them."""
    roled = people[people["influencer"].notna()]
    if roled.empty:
        yield Note("people.no-evidence", {"n": len(people)})
        return
    yield Note(
        "people.role-mix", {"n": len(roled), "all": len(people), **{role: float(roled[role].mean()) for role in ROLES}}
    )
    known = roled[roled["influencer_low"].notna()]
    if len(known):
        width = pd.Series(0.0, index=known.index)
        main = known[list(ROLES)].idxmax(axis=1)
        for role in ROLES:
            mine = main.eq(role)
            width[mine] = (known[f"{role}_high"] - known[f"{role}_low"])[mine]
        yield Note(
            "people.settled", {"n": int((width <= SETTLED).sum()), "of": len(known), "unknown": len(roled) - len(known)}
        )
    else:
        yield Note("people.no-intervals", {})
    yield from tell_moves(moves)
    for row in declared[declared["named"].notna() & declared["seen"].gt(0)].to_dict("records"):
        numbers = {"declared": str(row["declared_role"]), "role": say(WORDS[row["named"]]), "n": int(row["people"])}
        numbers |= {"part": float(row[row["named"]]), "otherwise": int(row["otherwise"])}
        yield Note("people.declared-seen", numbers)
    if tables.followers.empty:
        yield Note("people.no-history", {})


def tell_moves(moves: pd.DataFrame) -> Iterator[Note]:
    """The strongest ways from role to role, and how many went back on each."""
    between = moves[moves["source"].ne(NEW)].groupby(["source", "target"])["people"].sum()
    if between.empty or between.max() < 1:
        yield Note("people.no-moves", {})
        return
    told: set[frozenset[str]] = set()
    for source, target, amount in between.nlargest(WAYS).reset_index().itertuples(index=False):
        back = float(between.get((target, source), 0.0))
        if frozenset((source, target)) in told:  # the way back stands in the same sentence
            continue
        told.add(frozenset((source, target)))
        words = {"source": say(WORDS[source]), "target": say(WORDS[target])}
        yield Note("people.moved", {**words, "people": float(amount), "back": back})
    if any("buyer" not in way for way in told):  # followers count from the first day, all else as it comes
        yield Note("people.evidence-adds-up", {})


def tell_person(found: Roles, person_id: str, *, called: str) -> Iterator[Note]:
    """One person's roles: memberships, every piece of evidence and how it was counted, and how it came about.

    Parameters
    ----------
    found : Roles
    person_id : str
    called : str
        The name or pseudonym that they are shown under.

    Yields
    ------
    Note
        Words with the numbers of the settings in force: the anchors of each sign, the signs of each role, alpha.
    """
    rows = found.people[found.people["person_id"].eq(person_id)]
    if rows.empty:
        yield Note("people.one-nothing", {"name": called})
        return
    row = rows.iloc[0]
    if row["influencer"] == row["influencer"]:
        yield Note("people.one", {"name": called, **{role: float(row[role]) for role in ROLES}})
        yield from _sure(row, called)
    else:
        yield Note("people.one-none", {"name": called})
    if isinstance(row["declared_role"], str):
        yield Note("people.one-declared", {"name": called, "declared": row["declared_role"]})
    for role, signs in found.config.evidence.items():
        known = row[f"evidence_{role}"]
        names = ", ".join(_called(found, sign) for sign in signs)
        if known == known:
            yield Note("people.evidence-said", {"role": say(WORDS[role]), "signs": names, "evidence": float(known)})
        else:
            yield Note("people.evidence-unknown", {"role": say(WORDS[role]), "signs": names})
        for sign in signs:
            yield _sign(found, person_id, sign, row[f"evidence_{sign}"])
    yield Note("people.alpha-said", {"alpha": float(found.config.alpha)})
    yield from _way(found.paths[found.paths["person_id"].eq(person_id)], called)


def _sure(row: pd.Series, called: str) -> Iterator[Note]:
    if row["influencer_low"] == row["influencer_low"]:
        ends = {f"{role}_{end}": float(row[f"{role}_{end}"]) for role in ROLES for end in ("low", "high")}
        yield Note("people.one-sure", {"n": int(row["blocks"]), **ends})
    else:
        yield Note("people.one-unsure", {"name": called})


def _sign(found: Roles, person_id: str, sign: str, evidence: float) -> Note:
    """A sign with its number and what that number is measured against."""
    value = float(found.signs[sign].loc[person_id])
    lower, upper = getattr(found.config, sign)
    words = {"sign": _called(found, sign), "lower": float(lower), "upper": float(upper)}
    if value != value:
        return Note("people.sign-unknown", words)
    if sign == "reshares":  # nobody reads ten-thousandths
        words, value = words | {"lower": 1000 * lower, "upper": 1000 * upper}, 1000 * value
        return Note("people.sign-per-1000", {**words, "value": round(value, 2), "evidence": float(evidence)})
    told = {**words, "value": round(value, 2), "evidence": float(evidence)}
    if sign in SCALED and (scale := _scaled(found, person_id)):
        return Note(
            "people.sign-scaled", {**told, **scale, "value": round(value), "seen": round(value * scale["part"])}
        )
    return Note("people.sign", told)


def _called(found: Roles, sign: str) -> str:
    """A sign's words, which for reshares tell who counted them."""
    return say("people.sign-reshares-counted" if sign == "reshares" and found.counted else SIGN_WORDS[sign])


def _scaled(found: Roles, person_id: str) -> dict[str, float]:
    """By which part of a person's followers the rest are judged; nothing where all of them are known."""
    known = float(audience(found.network)[found.network.index_of([person_id])[0]])
    followers = float(found.signs["followers"].loc[person_id])
    return {"known": known, "followers": followers, "part": known / followers} if 0 < known < followers else {}


def _way(path: pd.DataFrame, called: str) -> Iterator[Note]:
    """How memberships came about: months in which something moved by a tenth."""
    before = None
    for row in path.to_dict("records"):
        state = {name: float(row[name]) for name in STATES}
        if sum(state.values()) and (before is None or max(abs(state[k] - before[k]) for k in STATES) >= 0.1):
            before = state
            yield Note("people.one-month", {"name": called, "month": row["month"], **state})
