"""What people did, by numbers in place of ids: arrays that every look at a part of the rows shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.audience import organic_part
from influence_graph.tables.deals import Deals
from influence_graph.tables.schema import Tables
from influence_graph.tables.times import month_number
from influence_graph.tables.words import holds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
ECHOES = ("reshare", "comment")
"""Kinds of shares that say nothing of one's own."""
NEVER, ALWAYS = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True)
class Shares:
    """One number a share of everything that roles rest on.

    Attributes
    ----------
    person, at, month, campaign : (shares,) int64
        Who, the microsecond, the month since year 0, which campaign; -1 for none (`at`: `NEVER`).
    post, parent : (shares,) int64
        Among the ids that anything refers to; -1 for one that nothing refers to, and for no parent.
    passed, original, paid, unpaid, told : (shares,) bool
        Names a parent; is neither that nor an echo; paid, or by who knows what deal; known not to be; either is known.
    stirred, viewed, counted, rating : (shares,) float64
        Organic reactions, organic views, organic reshares as counted, and the rating given, NaN where unknown.
    in_month, in_campaign : (shares,) int64
        Which pair of a person and a month, or campaign, each is of; the last number is that of none.
    of_month, of_campaign : (pairs,) int64
        Whose pair each is.
    posts : int
        Ids that anything refers to.
    """

    person: Ints
    at: Ints
    month: Ints
    campaign: Ints
    post: Ints
    parent: Ints
    passed: Truths
    original: Truths
    paid: Truths
    unpaid: Truths
    told: Truths
    stirred: Floats
    viewed: Floats
    counted: Floats
    rating: Floats
    in_month: Ints
    in_campaign: Ints
    of_month: Ints
    of_campaign: Ints
    posts: int


@dataclass(frozen=True)
class Bought:
    """Orders that count of people who are known: buyer, microsecond, campaign (-1: none), its pair, and how many."""

    person: Ints
    at: Ints
    campaign: Ints
    in_campaign: Ints
    count: Floats


@dataclass(frozen=True)
class Touches:
    """Clicks and codes of people who are known, views left out.

    Attributes
    ----------
    row : (touches,) int64
        Where each stands in the table.
    toucher : (touches,) int64
        Who, among all of them; `place`: among the people, -1 where not.
    creator, post : (touches,) int64
        Of whom and of which share, -1 where untold; -2 for a creator who is told and not among the people.
    touchers, rows : int
        How many there are, and of how many rows of the table.
    """

    row: Ints
    toucher: Ints
    place: Ints
    creator: Ints
    post: Ints
    touchers: int
    rows: int


@dataclass(frozen=True)
class Numbered:
    """A record by numbers.

    Attributes
    ----------
    people : (n,) Index
        The id of each number, sorted: everybody with a share, an order or a row of the creators table.
    listed : (n,) bool
        Who has a row there.
    followers, audience, exclusive_reach, two_hop_reach : (n,) float64
        Declared, and as `measures` has them; NaN where unknown.
    shares, bought, touches
        What they did.
    """

    people: pd.Index[Any]
    listed: Truths
    followers: Floats
    audience: Floats
    exclusive_reach: Floats
    two_hop_reach: Floats
    shares: Shares
    bought: Bought
    touches: Touches

    @classmethod
    def of(cls, tables: Tables, bought: pd.DataFrame, followers: pd.Series[Any], measures: pd.DataFrame) -> Numbered:
        """Number everybody, every share that something refers to and every campaign. O(rows log rows)."""
        shares, listed = tables.shares, tables.creators["creator_id"]
        (in_shares, in_bought, in_list), people = _together(shares["person_id"], bought["person_id"], listed)
        there = np.zeros(len(people), dtype=bool)
        there[in_list[in_list >= 0]] = True
        reach = (
            measures.reindex(people) if len(tables.follows) else pd.DataFrame(index=people, columns=measures.columns)
        )
        seen = {
            name: reach[name].to_numpy(dtype=np.float64, na_value=np.nan)
            for name in ("audience", "exclusive_reach", "two_hop_reach")
        }
        touches, told = tables.touches, tables.touches["person_id"].notna().to_numpy(dtype=bool)
        row = np.flatnonzero(told & ~holds(touches["kind"], ("view",)))
        refer = pd.Index(pd.concat([shares["parent_share_id"], touches["share_id"].iloc[row]]).dropna().unique())
        (of_share, of_order), _ = _together(shares["campaign_id"], bought["campaign_id"])
        made = _shares(shares, in_shares, of_share, refer)
        orders = Bought(
            person=in_bought,
            at=_moments(bought["converted_at"], ALWAYS),
            campaign=of_order,
            in_campaign=_pair_of(in_bought, of_order, made),
            count=bought["count"].to_numpy(dtype=np.float64),
        )
        size = _at(followers, followers.index.get_indexer(people))
        clicks = _touches(touches.iloc[row], row, people, refer, len(touches))
        return cls(people, there, size, **seen, shares=made, bought=orders, touches=clicks)

    def of_sharers(self) -> tuple[Numbered, Truths]:
        """The same of those who ever shared, and (orders,) bool: which orders are theirs. O(rows)."""
        shares, bought, touches = self.shares, self.bought, self.touches
        kept = np.zeros(len(self.people), dtype=bool)
        kept[shares.person[shares.person >= 0]] = True
        number = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)  # the last: nobody stays nobody
        theirs = np.append(kept, False)[bought.person]
        creator = np.where(touches.creator >= 0, number[np.maximum(touches.creator, -1)], touches.creator)
        creator[(touches.creator >= 0) & (creator < 0)] = -2
        told = Numbered(
            people=self.people[kept],
            listed=self.listed[kept],
            followers=self.followers[kept],
            audience=self.audience[kept],
            exclusive_reach=self.exclusive_reach[kept],
            two_hop_reach=self.two_hop_reach[kept],
            shares=replace(
                shares,
                person=number[shares.person],
                of_month=number[shares.of_month],
                of_campaign=number[shares.of_campaign],
            ),
            bought=Bought(
                number[bought.person[theirs]],
                bought.at[theirs],
                bought.campaign[theirs],
                bought.in_campaign[theirs],
                bought.count[theirs],
            ),
            touches=replace(touches, place=number[touches.place], creator=creator),
        )
        return told, theirs


def _together(*columns: pd.Series[Any]) -> tuple[list[Ints], pd.Index[Any]]:
    """Columns of ids as numbers of all different ones, -1 where one is missing; and these, sorted."""
    codes, met = pd.factorize(pd.concat(columns, ignore_index=True))
    ids = pd.Index(met)
    order = np.asarray(ids.argsort(), dtype=np.int64)
    place = np.full(len(ids) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(ids))
    return np.split(place[codes], np.cumsum([len(each) for each in columns])[:-1]), ids[order]


def _places(ids: pd.Series[Any], of: pd.Index[Any]) -> Ints:
    """Where each id stands, -1 for none and for one that does not."""
    if not len(of):
        return np.full(len(ids), -1, dtype=np.int64)
    told = ids.notna().to_numpy(dtype=bool)
    place = np.full(len(ids), -1, dtype=np.int64)
    place[told] = of.get_indexer(pd.Index(ids[told]))
    return place


def _at(values: pd.Series[Any], place: Ints) -> Floats:
    """Values at places, NaN at none."""
    return np.append(values.to_numpy(dtype=np.float64, na_value=np.nan), np.nan)[place]


def _moments(times: pd.Series[Any], unknown: int) -> Ints:
    """Microseconds."""
    told = times.dt.as_unit("us").to_numpy(dtype="datetime64[us]")
    return np.where(np.isnat(told), unknown, told.astype(np.int64))


def _shares(shares: pd.DataFrame, person: Ints, campaign: Ints, refer: pd.Index[Any]) -> Shares:
    organic = organic_part(shares)
    reactions = shares[["likes", "comments", "saves"]].sum(axis=1, min_count=1)
    deals, passed = Deals.of(shares), shares["parent_share_id"].notna().to_numpy(dtype=bool)
    unknown = shares["deal"].notna().to_numpy(dtype=bool) & ~deals.told  # a deal, if nobody told us which
    month = month_number(shares["shared_at"]).fillna(-1).to_numpy(dtype=np.int64)
    in_month, of_month = _pairs(person, month)
    in_campaign, of_campaign = _pairs(person, campaign)
    return Shares(
        person=person,
        at=_moments(shares["shared_at"], NEVER),
        month=month,
        campaign=campaign,
        post=refer.get_indexer(pd.Index(shares["share_id"])).astype(np.int64)
        if len(refer)
        else np.full(len(shares), -1),
        parent=np.where(passed, refer.get_indexer(pd.Index(shares["parent_share_id"])), -1).astype(np.int64),
        passed=passed,
        original=~passed & ~holds(shares["kind"], ECHOES),
        paid=deals.paid | unknown,
        unpaid=deals.unpaid,
        told=deals.told,
        stirred=(reactions * organic).to_numpy(dtype=np.float64),
        viewed=(shares["views"] * organic).to_numpy(dtype=np.float64),
        counted=(shares["reshares"] * organic).to_numpy(dtype=np.float64),
        rating=shares["rating"].to_numpy(dtype=np.float64),
        in_month=in_month,
        in_campaign=in_campaign,
        of_month=of_month,
        of_campaign=of_campaign,
        posts=len(refer),
    )


def _pairs(person: Ints, of: Ints) -> tuple[Ints, Ints]:
    """Which pair each row is of, by rising person and `of`, the last number for none; and whose each pair is."""
    known = (person >= 0) & (of >= 0)
    many = int(of.max(initial=0)) + 1
    pair, place = np.unique(person[known] * many + of[known], return_inverse=True)
    told = np.full(person.size, pair.size, dtype=np.int64)
    told[known] = place
    return told, pair // many


def _pair_of(person: Ints, campaign: Ints, shares: Shares) -> Ints:
    """The pair of each order among those of shares, the last number where nobody shared so."""
    first = np.full(shares.of_campaign.size, -1, dtype=np.int64)
    known = shares.in_campaign < first.size
    first[shares.in_campaign[known]] = shares.campaign[known]
    many = int(max(campaign.max(initial=0), first.max(initial=0))) + 1
    keys = shares.of_campaign * many + first
    asked = np.where((person >= 0) & (campaign >= 0), person * many + campaign, -1)
    place = np.searchsorted(keys, asked)
    found = np.append(keys, -2)[place] == asked
    return np.where(found, place, keys.size)


def _touches(touches: pd.DataFrame, row: Ints, people: pd.Index[Any], refer: pd.Index[Any], rows: int) -> Touches:
    toucher, met = pd.factorize(touches["person_id"])
    creator, known = _places(touches["creator_id"], people), touches["creator_id"].notna().to_numpy(dtype=bool)
    return Touches(
        row=row,
        toucher=toucher.astype(np.int64),
        place=people.get_indexer(pd.Index(met))[toucher].astype(np.int64),
        creator=np.where(known, np.where(creator >= 0, creator, -2), -1),
        post=_places(touches["share_id"], refer),
        touchers=len(met),
        rows=rows,
    )
