"""What the creators table declares people to be, beside what they were seen to be."""

from __future__ import annotations

import re
from types import MappingProxyType

import pandas as pd

from influence_graph.people.anchors import ROLES

LEAST_SEEN = 0.2
"""Whose declared role has less than this, at the upper end of its interval, is seen as something else."""
_WORDS = MappingProxyType(
    {
        "influencer": re.compile(r"\b(influencers?|kols?|celebrity|celebrities|star|người nổi tiếng)\b"),
        "ugc": re.compile(r"\b(ugc|content creators?|nhà sáng tạo nội dung)\b"),
        "advocate": re.compile(r"\b(advocates?|ambassadors?|kocs?|fans?|customers?|khách hàng|đại sứ)\b"),
    }
)
"""How tables call the roles."""


def named_role(text: object) -> str | None:
    """Which of the roles a declared one names, None where it names none or several.

    Examples
    --------
    >>> named_role("UGC creator"), named_role("Mega KOL"), named_role("partner") is None
    ('ugc', 'influencer', True)
    """
    found = [role for role, words in _WORDS.items() if isinstance(text, str) and words.search(text.casefold())]
    return found[0] if len(found) == 1 else None


def declared(people: pd.DataFrame) -> pd.DataFrame:
    """Declared roles beside memberships.

    Parameters
    ----------
    people : DataFrame
        declared_role, influencer, ugc, advocate, with ``_high`` where intervals are known.

    Returns
    -------
    DataFrame
        One row a declared role as it is written, most people first: declared_role, named (the role it names, NaN for
        none), people, seen (of whom behaviour tells anything), influencer, ugc, advocate (their mean memberships),
        otherwise (people whose declared role has under `LEAST_SEEN` even at the upper end of its interval).
    """
    told = people[people["declared_role"].notna()]
    named = told["declared_role"].map(named_role).astype("object")
    upper = pd.Series(float("nan"), index=told.index)
    for role in ROLES:
        mine = named.eq(role)
        upper[mine] = told.loc[mine, f"{role}_high"].fillna(told.loc[mine, role])
    by = told.assign(named=named, seen=told["influencer"].notna(), otherwise=upper < LEAST_SEEN)
    groups = by.groupby("declared_role", sort=True)
    rows = groups[list(ROLES)].mean()
    rows.insert(0, "named", groups["named"].first())
    rows.insert(1, "people", groups.size())
    rows.insert(2, "seen", groups["seen"].sum())
    rows["otherwise"] = groups["otherwise"].sum()
    return rows.sort_values("people", ascending=False, kind="stable").reset_index()
