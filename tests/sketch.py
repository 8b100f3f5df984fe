"""A map drawn by hand, for tests of what is said and shown: no model is fitted, every number is chosen here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.findings import Finding, find
from influence_graph.network import Network
from influence_graph.planning import MIXES, Expected, Outlook, Plan
from influence_graph.planning import Curve as BudgetCurve
from influence_graph.programme.groups import GROUPS, Curve, Groups, find_tiers
from influence_graph.tables.schema import SOURCES, Tables, empty

HOSTILE = '"><script>alert(1)</script>'
CLOSING = "</script><img src=x onerror=alert(2)>"
NAMES = ["Nguyễn Thị Ánh Tuyết", HOSTILE, "Mai 🌸 Phạm", "Trần Đức", CLOSING, "Jana Jansen"]


@dataclass(frozen=True)
class Sketch:
    """What the views and findings read of a finished map."""

    people: pd.DataFrame
    campaigns: pd.DataFrame
    mix: pd.DataFrame
    network: Network
    influences: pd.DataFrame
    total: dict[str, Any]
    tables: Tables
    run: dict[str, Any] = field(default_factory=dict)
    together: pd.DataFrame | None = None
    groups: Groups | None = None
    outlook: Outlook | None = None
    ecosystem: Any = None
    talents: Any = None
    growth: Any = None
    match: Any = None
    timing: Any = None
    course: Any = None
    authenticity: Any = None

    @property
    def drivers(self) -> Any:
        sources = sources_frame(self.campaigns)
        return SimpleNamespace(
            total=self.total, campaigns=self.campaigns, people=self.people, sources=sources, groups=self.together
        )

    @property
    def findings(self) -> list[Finding]:
        return find(self.drivers, self.people, self.mix, self.tables)

    @property
    def faults(self) -> pd.DataFrame:
        return self.tables.faults


def people_frame(n: int) -> pd.DataFrame:
    """`n` creators of whom nothing is known but that they exist."""
    unknown = pd.Series(np.nan, index=range(n))
    texts = pd.Series(pd.NA, index=range(n), dtype="str")
    truths = pd.Series(pd.NA, index=range(n), dtype="boolean")
    columns = """followers audience driven driven_low driven_high driven_value claimed per_1000 per_1000_low
    per_1000_high expected lift lift_low lift_high activity persuasion q_value ripple influencer ugc advocate strength
    pagerank betweenness core community ripple_low ripple_high e_value e_value_low""".split()
    return pd.DataFrame(
        {
            "person_id": pd.Series([f"c{i:03}" for i in range(n)], dtype="str"),
            "name": texts,
            "platform": texts,
            "is_creator": True,
            "audience_basis": texts,
            "beats_followers": truths,
            "persuasive": truths,
            "identifiable": texts,
            **dict.fromkeys(columns, unknown),
        }
    )


def campaigns_frame(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """Campaigns as (id, conversions, driven)."""
    frame = pd.DataFrame(rows, columns=["campaign_id", "conversions", "driven"])
    frame["organic"] = frame["conversions"] - frame["driven"]
    frame["organic_share"] = frame["organic"] / frame["conversions"].where(frame["conversions"].gt(0))
    return frame.assign(shares=12.0, value=frame["conversions"] * 250_000)


def sources_frame(campaigns: pd.DataFrame, weeks: int = 6) -> pd.DataFrame:
    """The campaigns' orders evenly over some weeks, one campaign after the other; a tenth of driven is ripple."""
    start = pd.Timestamp("2026-01-05", tz="UTC")
    rows = [
        (row.campaign_id or None, start + pd.Timedelta(weeks=4 * place + week), row.organic / weeks, row.driven / weeks)
        for place, row in enumerate(campaigns[campaigns["conversions"].gt(0)].itertuples())
        for week in range(weeks)
    ]
    frame = pd.DataFrame(rows, columns=["campaign_id", "day", "organic", "driven"]).astype({"campaign_id": "str"})
    return frame.assign(direct=0.9 * frame["driven"], ripple=0.1 * frame["driven"]).drop(columns="driven")


def mix_frame(*rows: tuple[str, str, str, float, float, float, float]) -> pd.DataFrame:
    columns = ["scope", "key", "measure", "influencer", "ugc", "advocate", "unassigned"]
    return pd.DataFrame(rows, columns=columns)


def empty_map() -> Sketch:
    """Nobody did anything."""
    return Sketch(
        people=people_frame(0),
        campaigns=campaigns_frame(),
        mix=mix_frame(),
        network=Network.from_edges([], []),
        influences=pd.DataFrame({"source": [], "target": [], "probability": [], "credit": []}),
        total={"driven": 0.0, "driven_low": 0.0, "driven_high": 0.0, "organic": 0.0, "conversions": 0.0},
        tables=Tables(),
    )


def full_map(creators: int = 60, followers: int = 900, *, seed: int = 1) -> Sketch:
    """A lively programme: some beat their follower count, some fall short, names of every kind."""
    rng = np.random.default_rng(seed)
    people = people_frame(creators)
    first = ["Linh", "Minh", "Thảo", "Quân", "Hà", "Sofia", "Jonas", "Amira", "Kenji", "Lucía"]
    last = ["Nguyễn", "Trần", "Phạm", "Lê", "Berg", "Costa", "Haddad", "Mori", "Silva", "Kowalska"]
    names = [f"{first[rng.integers(10)]} {last[rng.integers(10)]}" for _ in range(creators)]
    names[: len(NAMES)] = NAMES[:creators]
    size = 10 ** rng.uniform(3, 6, creators)
    lift = np.exp(rng.normal(0, 0.8, creators))
    driven = size * lift / (size * lift).sum() * 1_240
    low, high = driven * 0.72, driven * 1.35 + 0.8
    people = people.assign(
        name=pd.Series(names, dtype="str"),
        platform=rng.choice(["tiktok", "instagram", "youtube"], creators),
        followers=np.round(size),
        audience=np.round(size * 0.2),
        driven=driven,
        driven_low=low,
        driven_high=high,
        claimed=np.round(driven * rng.uniform(1, 2.2, creators)),
        expected=size / size.sum() * driven.sum(),
        lift=lift,
        lift_low=lift * 0.7,
        lift_high=lift * 1.4,
        e_value=1.0 + lift,
        e_value_low=1.0 + lift * 0.5,
        per_1000=5.0 * lift,
        activity=np.sqrt(lift),
        persuasion=np.sqrt(lift),
        beats_followers=pd.array(lift * 0.7 > 1, dtype="boolean"),
        persuasive=pd.array(lift * 0.7 > 1.4, dtype="boolean"),
        q_value=np.where(lift * 0.7 > 1, 0.01, 0.4),
        identifiable=np.where(np.arange(creators) % 9 == 8, "fan effect", "yes"),
        ripple=np.where(rng.random(creators) < 0.2, driven * 0.3, 0.0),
        community=rng.integers(0, 4, creators).astype(float),
    )
    roles = rng.dirichlet([1.2, 1, 0.8], creators)
    people = people.assign(influencer=roles[:, 0], ugc=roles[:, 1], advocate=roles[:, 2])
    ids = people["person_id"].to_numpy()
    buyers = np.array([f"buyer-{i:05}" for i in range(followers)])
    source = rng.choice(ids, 6 * followers, p=size / size.sum())
    target = rng.choice(buyers, 6 * followers)
    network = Network.from_edges(
        np.append(source, ids[:-1]),
        np.append(target, ids[1:]),
        nodes=pd.DataFrame({"is_creator": [True] * creators, "followers": size}, index=ids),
    )
    edges = pd.DataFrame({"source": source, "target": target}).drop_duplicates()
    edges = edges.assign(probability=0.02, credit=rng.beta(1, 3, len(edges)))
    sources = pd.DataFrame([["orders.csv", "conversions", 3_002, 3_000, 0, 2, "ab12"]], columns=list(SOURCES))
    shares = {"influencer": 0.5, "ugc": 0.3, "advocate": 0.2}
    return Sketch(
        people=people,
        campaigns=campaigns_frame(("spring", 1_400.0, 700.0), ("summer", 1_300.0, 420.0), ("", 300.0, 120.0)),
        mix=mix_frame(
            ("all", "", "people", *(960 * part for part in shares.values()), 40.0),
            ("all", "", "driven", 700.0, 340.0, 200.0, 0.0),
            *(
                ("campaign", key, "driven", 0.5 * d, 0.3 * d, 0.2 * d, 0.0)
                for key, d in (("spring", 700), ("summer", 420))
            ),
            *(("community", str(k), "driven", 100.0 + 50 * k, 80.0, 60.0, 0.0) for k in range(4)),
            *(("month", f"2026-0{k}", "driven", 90.0, 60.0 + 10 * k, 30.0, 0.0) for k in range(1, 7)),
        ),
        network=network,
        influences=edges.reset_index(drop=True),
        total={
            "conversions": 3_000.0,
            "driven": 1_240.0,
            "driven_low": 1_105.0,
            "driven_high": 1_378.0,
            "organic": 1_760.0,
            "organic_share": 1_760 / 3_000,
            "organic_share_low": 0.54,
            "organic_share_high": 0.63,
            "iterations": 48,
            "converged": True,
            "delay_days": 4.2,
            "delay_median_days": 2.9,
            "delay_family": "exponential",
        },
        groups=performance(people),
        outlook=outlook(people),
        tables=Tables(
            campaigns=empty("campaigns")
            .reindex(range(2))
            .assign(campaign_id=["spring", "summer"], name=["Xuân", HOSTILE]),
            faults=pd.DataFrame(
                {"file": "o.csv", "line": [3, 9], "column": "value", "value": "1..2", "reason": "not a number"}
            ),
            sources=sources,
        ),
        run={
            "version": "1.0",
            "at": "2026-07-01T10:00:00+00:00",
            "seed": 0,
            "conversions_read": 3_002,
            "parameters": {"window_days": 30.0},
            "inputs": [
                {
                    "file": "orders.csv",
                    "table": "conversions",
                    "read": 3_002,
                    "kept": 3_000,
                    "duplicates": 0,
                    "refused": 2,
                }
            ],
        },
    )


def performance(people: pd.DataFrame) -> Groups:
    """Two sizes and a curve that falls, made up as everything here."""
    rows = pd.DataFrame({"by": "tier", "group": ["nano", "mega"], "people": [40.0, 20.0], "per_1000": [9.0, 3.0]})
    ends = {"per_1000_low": rows["per_1000"] - 2, "per_1000_high": rows["per_1000"] + 2}
    rows = rows.assign(posts=60.0, currency="USD", **ends)
    size = np.geomspace(*people["followers"].quantile([0.05, 0.95]), 5)
    points = pd.DataFrame({"followers": size, "value": 9.0 - np.arange(5), "low": 8.0 - np.arange(5), "high": 10.0})
    falls = Curve("per_1000", "falls", len(people), 0.7, 0.5, 0.9, np.nan, points)
    return Groups(rows.reindex(columns=list(GROUPS)), pd.DataFrame(), (falls,), (), find_tiers(), "USD")


def outlook(people: pd.DataFrame) -> Outlook:
    """A plan of the first six people, and lines that rise with the budget."""
    chosen = people.head(6)[["person_id", "name", "is_creator"]].assign(role="ugc", cost=100.0, gain=3.5, alone=7.0)
    orders = Expected(21.0, 15.0, 28.0, 0.1, 14.0, 29.0)
    rules = pd.DataFrame({"rule": ["random"], "conversions": [9.0], "cost": [590.0], "people": [6]})
    points = pd.DataFrame(
        [
            {
                "mix": mix,
                "budget": budget,
                "conversions": each,
                "conversions_low": 0.7 * each,
                "conversions_high": 1.3 * each,
            }
            for place, mix in enumerate(MIXES)
            for budget, each in ((60.0, 1.0 + place), (200.0, 4.0 + 2 * place), (600.0, 9.0 + 4 * place))
        ]
    )
    plan = Plan(chosen, 600.0, "USD", orders, None, orders, orders, None, 24.0, 0.87, 0.01, "greedy", rules, ())
    return Outlook(600.0, plan, BudgetCurve(points, pd.DataFrame(), pd.DataFrame(), "USD", 1_000, ()))


def without_conversions(sketch: Sketch) -> Sketch:
    """The same programme before its first order."""
    columns = """driven driven_low driven_high claimed expected lift lift_low lift_high activity persuasion q_value
    ripple""".split()
    silent = dict.fromkeys(columns, np.nan)
    people = sketch.people.assign(**silent, beats_followers=pd.NA, persuasive=pd.NA, identifiable=pd.NA)
    people = people.astype({"beats_followers": "boolean", "persuasive": "boolean", "identifiable": "str"})
    return replace(
        sketch,
        people=people,
        campaigns=sketch.campaigns.head(0),
        groups=None,
        outlook=None,
        mix=sketch.mix[sketch.mix["measure"].eq("people")],
        influences=sketch.influences.head(0),
        total={**dict.fromkeys(("driven", "driven_low", "driven_high", "organic"), 0.0), "conversions": 0.0},
        run={**sketch.run, "conversions_read": 0},
    )
