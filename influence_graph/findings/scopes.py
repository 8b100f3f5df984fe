"""What is said of parts of the whole: of campaigns, and of communities."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from influence_graph.findings.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.tables import Tables

CHANCE = 0.05


def campaigns(campaigns: pd.DataFrame, tables: Tables) -> Iterator[Finding]:
    """The campaigns of which shares drove most and least, where they differ by more than chance."""
    names = tables.campaigns.dropna(subset=["name"]).set_index("campaign_id")["name"].to_dict()
    # Under 30 conversions a share of organic is mostly chance.
    known = campaigns[campaigns["conversions"].ge(30) & campaigns["organic_share"].notna()]
    known = known[known["campaign_id"].fillna("").astype(str).ne("")].sort_values("organic_share")
    if len(known) > 1 and _differ(known):
        called = [str(names.get(key, key)) for key in known["campaign_id"]]
        shares = (1 - known["organic_share"]).tolist()
        most, least = {"most": called[0], "most_share": shares[0]}, {"least": called[-1], "least_share": shares[-1]}
        numbers = {"n": len(known), **most, **least}
        yield Finding("findings.campaigns", numbers, "campaigns.csv: organic_share")


def _differ(campaigns: pd.DataFrame) -> bool:
    """Whether the first and the last of some campaigns differ by more than the extremes of so many do by chance."""
    orders, organic = campaigns["conversions"], campaigns["organic_share"]
    part = float((orders * organic).sum() / orders.sum())
    error = (part * (1.0 - part) * float((1.0 / orders.iloc[[0, -1]]).sum())) ** 0.5
    farthest = NormalDist().inv_cdf(1.0 - CHANCE / (len(campaigns) * (len(campaigns) - 1)))
    return bool(organic.iloc[-1] - organic.iloc[0] > farthest * error)


def communities(people: pd.DataFrame) -> Iterator[Finding]:
    """The community that drove most."""
    placed = people[people["community"].notna()]
    groups = placed.groupby("community")["driven"].agg(["size", "sum"]).reset_index()
    groups = groups.sort_values("sum", ascending=False)
    if len(groups) > 1 and groups["sum"].sum() > 0.5:
        numbers = {
            "n": len(groups),
            "community": _label(groups["community"].iloc[0]),
            "people_share": float(groups["size"].iloc[0] / groups["size"].sum()),
            "driven_share": float(groups["sum"].iloc[0] / groups["sum"].sum()),
        }
        yield Finding("findings.communities", numbers, "people.csv: community, driven", "people")


def _label(community: Any) -> str:
    """A community's number as text: 3, not 3.0, in whichever dtype it came."""
    return f"{community:.0f}" if isinstance(community, float) else str(community)
