"""How the content of each group performs: by tier, role, platform, kind, deal, campaign, and tier within platform."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from influence_graph.drivers.audience import organic_part
from influence_graph.drivers.identify import DOUBTFUL
from influence_graph.errors import TablesError, UsageError
from influence_graph.programme.groups.compared import compare
from influence_graph.programme.groups.curve import Curve, curve
from influence_graph.programme.groups.engagement import RATES, engagement, percentiles, rates
from influence_graph.programme.groups.membership import GROUPINGS, groupings
from influence_graph.programme.groups.money import cost_of_posts, currency_of
from influence_graph.programme.groups.posts import mapped_posts, posts_of
from influence_graph.programme.groups.rows import GROUPS, credited, no_groups, rows
from influence_graph.programme.groups.sentences import mixed, tell
from influence_graph.programme.groups.tiers import Tiers, find_tiers
from influence_graph.programme.mapped import Mapped
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Note, Tables

__all__ = ["GROUPINGS", "GROUPS", "Curve", "Groups", "Tiers", "find_tiers", "groups", "no_groups"]


@dataclass(frozen=True)
class Groups:
    """Performance by group.

    Attributes
    ----------
    table : DataFrame
        One row a group of each grouping, the columns of `GROUPS`. `people` and `posts` are sums of memberships, whole
        numbers but for roles; `followers` is the median over people; `audience` adds up people's usual audiences,
        `reach` counts the different people who follow any of them; `views` are organic ones, `boosted_views` beside.
        `engagement_followers` and `engagement_views` are medians over people of each one's median post, with the 90 %
        interval of the median (``_low``, ``_high``) and the quarter and three quarters of the people (``_q25``,
        ``_q75``). `exposed` counts people times posts. Money is in `currency`, over the `priced_posts` alone.
        NaN where unknown. With `emv`, emv_low and emv_high stand last.
    percentiles : DataFrame
        One's own engagement by platform and tier, and beside it what is quoted of others:
        see `influence_graph.programme.groups.engagement.percentiles`.
    curves : tuple of Curve
        How driven conversions per 1,000 exposures and engagement by followers run with follower count.
    notes : tuple of Note
        What the strategist should know of it.
    tiers : Tiers
        How creators were sorted by size.
    currency : str or None
        Of all money.
    """

    table: pd.DataFrame
    percentiles: pd.DataFrame
    curves: tuple[Curve, ...]
    notes: tuple[Note, ...]
    tiers: Tiers
    currency: str | None


def groups(
    source: Mapped | Tables,
    *,
    tiers: Tiers | str | Path = "wide",
    emv: tuple[float, float] | None = None,
    seed: int = 0,
) -> Groups:
    """How the content of each group performs.

    Parameters
    ----------
    source : MapResult or Tables
        A finished map; or tables, of which engagement is told and nothing of what was driven. Tables without a post
        are read for the averages that a list of creators gives.
    tiers : Tiers, str or Path, default "wide"
        How creators are sorted by size: a preset ("wide", "narrow"), or a TOML file, see `find_tiers`.
    emv : (float, float), optional
        What 1,000 views would cost as advertising, at least and at most, in the currency of the orders: adds what
        organic views would have cost, as a range. It is no result and nothing is ranked by it.
    seed : int, default 0
        The same seed gives the same intervals.

    Returns
    -------
    Groups
        O(posts * `MOST` + draws * authors + follows).

    Raises
    ------
    UsageError
        There are no such tiers; a range of prices begins below 0 or ends below its beginning.
    TablesError
        There are neither posts nor averages of creators' posts.
    """
    if emv is not None and not 0 < emv[0] <= emv[1] < np.inf:
        raise UsageError("groups.bad-emv", low=emv[0], high=emv[1])
    chosen = tiers if isinstance(tiers, Tiers) else find_tiers(tiers)
    mapped = None if isinstance(source, Tables) else source
    tables = resolve(source) if isinstance(source, Tables) else source.tables
    posts = mapped_posts(mapped) if mapped else posts_of(tables)
    if posts.empty:
        raise TablesError("groups.nothing")
    workings = mapped.drivers.workings if mapped else None
    counted = workings.exposure.orders if workings else tables.counted
    currency = currency_of(counted, tables.creators)
    rng = np.random.default_rng([seed, 21])
    posts = posts.assign(
        cost=cost_of_posts(posts, counted, tables.creators, currency),
        organic_views=posts["views"] * organic_part(posts),
        stirred=engagement(posts),
        **rates(posts),
    )
    grouped = groupings(posts, chosen)
    posts, credit = credited(posts, grouped, mapped, rng)
    people = _people(posts)
    table = rows(posts, people, grouped, credit, mapped, currency=currency, emv=emv)
    curves = _curves(people, mapped, rng)
    counted_in = [table.loc[table["by"].eq(each.by), "people"].to_numpy(dtype=np.float64) for each in grouped]
    compared = compare(mapped, grouped, counted_in)
    limits = {
        "groups.averages": 0 if len(tables.shares) else len(posts),
        "groups.other-currencies": _elsewhere(counted, tables.creators, currency),
        "groups.mixed": mixed(table),
        "groups.pooled": sum(each.pooled for each in grouped),
        "groups.no-prices": int(posts["cost"].isna().all()),
    }
    return Groups(
        table=table,
        percentiles=percentiles(people, chosen.of(people["followers"])),
        curves=curves,
        notes=tuple(tell(table, curves, compared, limits)),
        tiers=chosen,
        currency=currency,
    )


def _people(posts: pd.DataFrame) -> pd.DataFrame:
    """By author: person_id, platform, followers, audience, and each one's median engagement rates."""
    by = posts.groupby("author")
    told = posts.drop_duplicates("author").set_index("author")[["person_id", "platform"]].sort_index()
    return pd.concat([told, by[["followers", "audience"]].first(), by[list(RATES)].median()], axis="columns")


def _curves(people: pd.DataFrame, mapped: Mapped | None, rng: np.random.Generator) -> tuple[Curve, ...]:
    """How what people achieve runs with their followers."""
    people = people.set_index("person_id").sort_index()
    rate = people[["engagement_followers"]].to_numpy(dtype=np.float64).T
    told = [curve("engagement_followers", people["followers"].to_numpy(dtype=np.float64), rate, rng=rng)]
    workings = mapped.drivers.workings if mapped else None
    if mapped and workings and workings.draws and mapped.drivers.total["driven_low"]:
        authors = workings.exposure.authors
        firm = ~mapped.drivers.people["identifiable"].reindex(authors).isin(DOUBTFUL).to_numpy()
        known = np.where(firm, people["followers"].reindex(authors).to_numpy(dtype=np.float64), np.nan)
        told.insert(0, curve("per_1000", known, 1000.0 * workings.draws.theta, rng=rng))
    return tuple(told)


def _elsewhere(counted: pd.DataFrame, creators: pd.DataFrame, currency: str | None) -> int:
    """Prices and orders in other currencies."""
    both = pd.concat([creators.loc[creators["cost"].notna(), "currency"], counted["currency"]]).dropna()
    return int((both != currency).sum())
