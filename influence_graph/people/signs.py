"""What the tables tell of a person as influencer, UGC creator and advocate, each sign in its own units.

No credit from the driver model enters here, since these numbers later split that credit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_graph.drivers.sums import summed, unique
from influence_graph.people.anchors import RoleAnchors
from influence_graph.people.numbered import NEVER, Floats, Ints, Numbered, Truths


@dataclass(frozen=True)
class Part:
    """Some rows of a record, by where they stand: all where None."""

    shares: Truths | None = None
    bought: Truths | None = None
    touches: Truths | None = None
    followers: Floats | None = None

    def of_shares(self, rows: Truths) -> Ints:
        """Shares of the part of which something holds."""
        return np.flatnonzero(rows if self.shares is None else rows & self.shares)


def signs(record: Numbered, part: Part | None = None, *, anchors: RoleAnchors) -> pd.DataFrame:
    """Every sign of everybody with any activity: a share, an order that counts, or a row of the creators table.

    Parameters
    ----------
    record : Numbered
    part : Part, optional
        The rows that are known, and as many followers as there were; all of them where not given.
    anchors : RoleAnchors
        What counts as a positive rating, how many make a tier, how many exposures are assumed.

    Returns
    -------
    DataFrame
        By the number of each person; a column for each sign, in the units that `RoleAnchors` names; NaN where the
        tables can't tell. O(rows + people).
    """
    part = part or Part()
    shares = record.shares
    there = part.of_shares(np.ones(shares.person.size, dtype=bool))
    bought = np.flatnonzero(np.ones(record.bought.person.size, dtype=bool) if part.bought is None else part.bought)
    active = record.listed.copy()
    for person in (shares.person[there], record.bought.person[bought]):
        active[person[person >= 0]] = True
    known = record.followers if part.followers is None else part.followers
    size = np.where(np.isnan(known), record.audience, known)
    told = {
        **_reach(record, size),
        **_creation(record, part, there, size, anchors),
        **_repetition(record, part, there, anchors),
        "purchases": _purchases(record, there, bought, anchors),
        "referrals": _referrals(record, part),
    }
    people = np.flatnonzero(active)
    return pd.DataFrame({name: sign[people] for name, sign in told.items()}, index=pd.Index(people, name="person_id"))


def _reach(record: Numbered, followers: Floats) -> dict[str, Floats]:
    """Followers, and what the observed follows say of all of them: where more are declared, they are a sample."""
    with np.errstate(invalid="ignore", divide="ignore"):
        unseen = np.maximum(followers / record.audience, 1.0)
        further = {"exclusive_reach": record.exclusive_reach * unseen, "two_hop_reach": record.two_hop_reach * unseen}
    return {"followers": followers, **further}


def _creation(record: Numbered, part: Part, there: Ints, followers: Floats, anchors: RoleAnchors) -> dict[str, Floats]:
    """Original posts, what they stir up compared with others of the same size, and how often they are passed on."""
    shares, n = record.shares, len(record.people)
    original = part.of_shares(shares.original)
    author = shares.person[original]
    engagement = _mean(author, shares.stirred[original], n)
    with np.errstate(invalid="ignore", divide="ignore"):
        tier = np.floor(np.log10(np.maximum(followers, 1.0)))
    known, usual = np.isfinite(engagement) & np.isfinite(tier), np.full(n, np.nan)
    for each in np.unique(tier[known]):
        alike = known & (tier == each)
        if alike.sum() >= anchors.tier_members:
            usual[alike] = np.median(engagement[alike])

    audience = np.where(np.isnan(record.audience), followers, record.audience)
    viewed = shares.viewed[original]
    viewed = np.where(np.isnan(viewed), np.append(audience, np.nan)[author], viewed)
    return {
        "posts": _if_told(_counts(author, n), there.size > 0),
        "engagement": engagement / np.where(usual > 0, usual, np.nan),
        "reshares": _passed_on(record, part, there, original, viewed, anchors),
    }


def _passed_on(
    record: Numbered, part: Part, there: Ints, original: Ints, viewed: Floats, anchors: RoleAnchors
) -> Floats:
    """Reshares received per exposure: those that name what they pass on; where none does, those counted on posts."""
    shares, n = record.shares, len(record.people)
    if not shares.passed.any():
        told = ~np.isnan(shares.counted[original])
        original, viewed = original[told], viewed[told]
        received = _sums(shares.person[original], shares.counted[original], n)
        known = original.size > 0
    else:
        first = np.full(shares.posts, -1, dtype=np.int64)
        referred = original[shares.post[original] >= 0][::-1]
        first[shares.post[referred]] = shares.person[referred]
        passed = part.of_shares(shares.parent >= 0)
        origin = first[shares.parent[passed]]
        received = _counts(origin[origin != shares.person[passed]], n)
        known = bool(shares.passed[there].any())
    author, seen = shares.person[original], ~np.isnan(viewed)
    exposures = _sums(author[seen], viewed[seen], n)
    exposures[_counts(author[seen], n) == 0] = np.nan
    return _if_told(received / (exposures + anchors.exposures_assumed), known)


def _counts(person: Ints, n: int) -> Floats:
    """(n,) float64: how often each stands there."""
    return np.bincount(person[person >= 0], minlength=n).astype(np.float64)


def _sums(person: Ints, values: Floats, n: int) -> Floats:
    """(n,) float64: sums by person."""
    known = person >= 0
    return summed(values[known], person[known], n)


def _mean(person: Ints, values: Floats, n: int) -> Floats:
    """(n,) float64: means of what is known, NaN where nothing is."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return _sums(person[known], values[known], n) / _counts(person[known], n)


def _if_told(sign: Floats, told: bool) -> Floats:
    """The sign, or unknown for everybody where the tables don't tell it."""
    return sign if told else np.full(sign.size, np.nan)


def recommending(shares: pd.DataFrame, anchors: RoleAnchors) -> pd.DataFrame:
    """Shares that don't speak against what they are about: a monthly one-star reviewer recommends nothing."""
    return shares[_recommends(shares["rating"].to_numpy(dtype=np.float64), anchors)]


def _recommends(ratings: Floats, anchors: RoleAnchors) -> Truths:
    return ~(ratings < anchors.positive * _scale(ratings))


def _scale(ratings: Floats) -> float:
    highest = np.fmax.reduce(ratings, initial=-np.inf) if np.isfinite(ratings).any() else np.nan
    return next((scale for scale in (1.0, 5.0, 10.0) if highest <= scale), 100.0)


def _repetition(record: Numbered, part: Part, there: Ints, anchors: RoleAnchors) -> dict[str, Floats]:
    """Coming back to recommend, in how many months, campaigns and posts, and ratings given.

    Coming back because somebody pays is a contract, not advocacy: shares known to be paid don't count.
    """
    shares, n = record.shares, len(record.people)
    free = part.of_shares(~shares.paid)
    free = free[_recommends(shares.rating[free], anchors)]
    # One month of data, or a single campaign, can't tell who comes back.
    several = {"months": shares.month[there], "campaigns": shares.campaign[there]}
    distinct = {
        "months": _distinct(shares.in_month[free], shares.of_month, n),
        "campaigns": _distinct(shares.in_campaign[free], shares.of_campaign, n),
    }
    told = _counts(shares.person[part.of_shares(shares.told)], n) > 0
    rated = part.of_shares(~np.isnan(shares.rating))
    rating = shares.rating[rated]
    praise = np.where(rating >= anchors.positive * _scale(rating), 1.0, -1.0)
    rates = _counts(shares.person[rated], n) > 0
    return {
        **{name: _if_told(distinct[name], _differ(each[each >= 0])) for name, each in several.items()},
        "unpaid": np.where(told, _counts(shares.person[free[shares.unpaid[free]]], n), np.nan),
        "praise": np.where(rates, _sums(shares.person[rated], praise, n), np.nan),
    }


def _distinct(pair: Ints, of: Ints, n: int) -> Floats:
    """(n,) float64: how many of each person's pairs there are."""
    seen = np.zeros(of.size + 1, dtype=bool)
    seen[pair] = True
    return _counts(of[seen[:-1]], n)


def _differ(values: Ints) -> bool:
    return bool(values.size and values.max() > values.min())


def _purchases(record: Numbered, there: Ints, rows: Ints, anchors: RoleAnchors) -> Floats:
    """Own orders that came before a share about the same campaign, or where either names no campaign."""
    shares, bought, n = record.shares, record.bought, len(record.people)
    recommends = there[_recommends(shares.rating[there], anchors)]
    if not rows.size or not recommends.size:
        return np.full(n, np.nan)
    buys = np.zeros(n + 1, dtype=bool)
    buyer, campaign = bought.person[rows], bought.campaign[rows]
    buys[buyer] = True
    buys[-1] = False
    own = recommends[buys[shares.person[recommends]]]
    author, at, nowhere = shares.person[own], shares.at[own], shares.campaign[own] < 0
    last = np.full(n, NEVER)
    last_of_none, last_of = last.copy(), np.full(shares.of_campaign.size + 1, NEVER)
    np.maximum.at(last, author, at)
    np.maximum.at(last_of_none, author[nowhere], at[nowhere])
    np.maximum.at(last_of, shares.in_campaign[own], at)
    last_of[-1] = NEVER  # of no campaign at all
    until = np.maximum(last_of[bought.in_campaign[rows]], last_of_none[buyer])
    until = np.maximum(until, np.where(campaign < 0, last[buyer], NEVER))
    return _sums(buyer, np.where(bought.at[rows] < until, bought.count[rows], 0.0), n)


def _referrals(record: Numbered, part: Part) -> Floats:
    """Different people who clicked on, or used the code of, somebody whom nobody paid for it. Views refer nobody."""
    shares, touches, n = record.shares, record.touches, len(record.people)
    kept = np.arange(touches.row.size) if part.touches is None else np.flatnonzero(part.touches[touches.row])
    if not kept.size:
        return np.full(n, np.nan)
    last = np.full(shares.posts + 1, -1, dtype=np.int64)  # the last: of no post
    there = part.of_shares(shares.post >= 0)
    last[shares.post[there]] = there
    row = last[touches.post[kept]]
    paid = np.zeros(n + 1, dtype=bool)
    alone = part.of_shares(shares.paid)
    alone = alone[(shares.post[alone] < 0) | (last[shares.post[alone]] == alone)]
    paid[shares.person[alone]] = True
    paid[-1] = False
    author = np.where(row >= 0, shares.person[row], -1)
    source = np.where(touches.creator[kept] == -1, author, touches.creator[kept])
    hired = np.where(row >= 0, shares.paid[row], paid[np.maximum(source, -1)])
    freely = ~hired & (source >= 0) & (source != touches.place[kept])
    pairs = unique(source[freely] * touches.touchers + touches.toucher[kept][freely])
    return _counts(pairs // max(touches.touchers, 1), n)
