"""One row for a person where their accounts had one each."""

from __future__ import annotations

import pandas as pd

from influence_graph.tables.schema import SCHEMA


def joined_creators(creators: pd.DataFrame) -> pd.DataFrame:
    """One row a creator: followers and costs of different platforms add, all else is the first account's that tells it.

    Rows of the same platform are one account told twice, under its id and its handle, say: they do not add.
    """
    several = creators["creator_id"].duplicated(keep=False)
    if not several.any():
        return creators
    accounts = creators[several].groupby(["creator_id", "platform"], sort=False, dropna=False, as_index=False).first()
    people = accounts.groupby("creator_id", sort=False)
    joined = people.first().assign(
        followers=people["followers"].sum(min_count=1),
        cost=people["cost"].sum(min_count=1),
        joined_at=people["joined_at"].min(),
        platform=people["platform"].agg(lambda names: ", ".join(sorted(names.dropna())) or None),
    )
    return _stacked(creators[~several], joined.reset_index(), creators)


def joined_follows(follows: pd.DataFrame) -> pd.DataFrame:
    """One row a pair, since the earliest; a follow without a date stands from always."""
    key = list(SCHEMA["follows"].key)
    several = follows.duplicated(key, keep=False)
    if not several.any():
        return follows
    earliest = follows[several].sort_values([*key, "since"], na_position="first").drop_duplicates(key)
    return _stacked(follows[~several], earliest, follows)


def joined_history(followers: pd.DataFrame, accounts: pd.Series) -> pd.DataFrame:
    """The history of people with several accounts: at each time, the sum of what each account last had.

    Parameters
    ----------
    followers : DataFrame
        As in `Tables`, by person.
    accounts : Series
        The account each of those rows is about.

    Notes
    -----
    An account counts with its first number before that was taken: a history that begins later is no growth.
    """
    per_person = accounts.groupby(followers["creator_id"]).nunique()
    several = followers["creator_id"].isin(per_person.index[per_person > 1])
    if not several.any():
        return followers
    totals = []
    for person, rows in followers[several].assign(_account=accounts).groupby("creator_id", sort=False):
        at = rows.pivot_table(index="at", columns="_account", values=["followers", "following"], aggfunc="last")
        total = at.sort_index().ffill().bfill().T.groupby(level=0).sum(min_count=1).T
        totals.append(total.rename_axis(index="at", columns=None).reset_index().assign(creator_id=person))
    return _stacked(followers[~several], pd.concat(totals), followers)


def _stacked(alone: pd.DataFrame, joined: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Both, with the columns and types of the table they came from."""
    both = pd.concat([alone, joined.reindex(columns=like.columns).astype(like.dtypes)])
    return both.astype(like.dtypes).reset_index(drop=True)
